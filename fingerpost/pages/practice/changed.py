"""Changes to a case or a contact, in words: days as days, people by name, codes by what the contract calls them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Field, ForeignKey, Model

from fingerpost.ground.history.tracking import changes, event_model_of
from fingerpost.pages.kit import words

# What people did not write themselves, or see elsewhere on the page.
SILENT = {
    "id",
    "scope_keys",
    "revision",
    "recorded_at",
    "search_name",
    "closure_recorded_at",
    "last_contact_at",
    "counts_as_session",
    "restricted",
    "batch",
    "is_doubted",
    "held_at",
    "held_recorded_at",
}
NAMES = {
    "focus": "Purpose of the work",
    "happened_at": "When",
    "happened_on": "When",
    "starts_at": "Begins",
    "wellbeing": "How they are",
    "closed_at": "Closed",
    "closure_reason": "Why it ended",
    "value": "Number",
    "born_on": "Date of birth",
    "since": "Since",
}


def compared_gone(model: type[Model], labels: Mapping[str, str], **of: Any) -> list[dict[str, Any]]:
    """`compared` of every row that the history says was such (`person_id=…`), those that are gone included."""
    keys = event_model_of(model)._default_manager.filter(**of).values_list("pgh_obj_id", flat=True).distinct()
    return [change for key in keys for change in compared(model(pk=key), labels)]


def compared(row: Model, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """The row's changes, newest first, each with what it changed: `fields` is [(name, before, after)] in words.

    `labels`: code to words, for the codes of the contract. A change that nobody would notice is left out.
    """
    kept = changes(row)
    found = []
    for index, change in enumerate(kept):
        before = kept[index + 1]["event"] if index + 1 < len(kept) else None
        after = None if change["label"] == "delete" else change["event"]
        differences = _differences(row, before, after, labels) if before else []
        if differences or before is None:
            at = _when(change)
            found.append({**change, "at": at, "fields": differences, "reason": _reason(change, differences, labels)})
    return found


def removed(event: Any, name: str, before: str) -> dict[str, Any]:
    """A change as `compared` gives it, of a row that is gone: what of it a reader should know stood before, and no more."""
    told = event.pgh_context or {}
    change = {**told, "at": event.pgh_created_at, "label": "delete", "event": event}
    return {**change, "at": _when(change), "fields": [(name, before, "")], "reason": str(told.get("reason") or "")}


def _differences(row: Model, before: Any, after: Any, labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for field in row._meta.concrete_fields:
        old, new = getattr(before, field.attname, None), getattr(after, field.attname, None)
        if field.name not in SILENT and old != new:
            name = NAMES.get(field.name) or str(field.verbose_name).capitalize()
            found.append((name, in_words(field, old, labels), in_words(field, new, labels)))
    return found


def _when(change: Mapping[str, Any]) -> Any:
    """When it was done, as whoever did it knew the time; when the database wrote it, where nobody said."""
    told = (change["event"].pgh_context or {}).get("at")
    return datetime.fromisoformat(told) if told else change["at"]


def _reason(change: Mapping[str, Any], differences: list[tuple[str, str, str]], labels: Mapping[str, str]) -> str:
    """Why it was changed, unless what was changed says it already."""
    reason = str(change.get("reason") or "")
    said = labels.get(reason, reason)
    return "" if said in {after for _, _, after in differences} else said


def in_words(field: "Field[Any, Any]", value: Any, labels: Mapping[str, str]) -> str:
    """A value as a reader says it; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(field, ForeignKey):
        pointed_at: Any = field.related_model
        named = pointed_at._default_manager.filter(pk=value).first()
        return str(getattr(named, "name", named) or "")
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return words.date_time(value)
    if isinstance(value, date):
        return words.date(value)
    chosen = dict(field.flatchoices).get(value)  # type: ignore[attr-defined]
    return str(chosen or labels.get(str(value), value))


def shown_value(field: forms.Field, value: Any) -> str:
    """An answer of a form as a reader says it; empty for nothing."""
    if isinstance(value, date):
        return words.date(value)
    known = dict(getattr(field, "choices", None) or [("yes", "Yes"), ("no", "No")])
    if isinstance(value, list):
        return ", ".join(str(known.get(one, one)) for one in value)
    return "" if value is None else str(known.get(value, value))
