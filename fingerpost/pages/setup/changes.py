"""What was changed of somebody who signs in and of their roles, by whom and why, newest first."""

from dataclasses import dataclass
from datetime import datetime

from fingerpost.ground.access.models import Grant, Organisation, User
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.history.tracking import changes_of as of_several
from fingerpost.pages.setup.words import Names

FIELDS = {"name": "Name", "email": "Email", "job_title": "Job title", "organisation_id": "Organisation"}


@dataclass(frozen=True)
class Change:
    """One act: when, by whom, what in words, and the reason where one was given."""

    at: datetime
    by: str
    what: str
    why: str


def changes_of(user: User, names: Names) -> list[Change]:
    """Everything that the history kept of them and of every role that they had. A constant number of queries."""
    found = _of_the_person(user)
    grants = list(Grant.objects.filter(user=user).select_related("team", "user"))
    kept = of_several(grants)
    for grant in grants:
        found += _of_a_grant(grant, kept[grant.pk], names)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _of_the_person(user: User) -> list[Change]:
    kept = changes(user)
    found = []
    for place, change in enumerate(kept):
        before = kept[place + 1]["event"] if place + 1 < len(kept) else None
        words = _difference(before, change["event"]) if before else "Added"
        if words:
            found.append(_change(change, words))
    return found


def _difference(before: object, after: object) -> str:
    """What differs, in words; empty for what nobody would notice."""
    parts = [
        f"{label}: {_value(name, before) or 'none'} became {_value(name, after) or 'none'}"
        for name, label in FIELDS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    was, now = getattr(before, "is_active"), getattr(after, "is_active")  # noqa: B009 - an event has the fields of its row
    if was != now:
        parts.append("Access given back" if now else "Access removed")
    return "; ".join(parts)


def _value(name: str, event: object) -> str:
    value = getattr(event, name)
    if name == "organisation_id" and value:
        return str(Organisation.objects.filter(pk=value).first() or "")
    return str(value or "")


def _of_a_grant(grant: Grant, kept: list[dict[str, object]], names: Names) -> list[Change]:
    role, found = f"{names.whole(grant)}, {names.service(grant.service)}", []
    for place, change in enumerate(kept):
        before = kept[place + 1]["event"] if place + 1 < len(kept) else None
        after = change["event"]
        if before is None:
            words = f"Given: {role}"
        elif getattr(before, "until", None) != getattr(after, "until", None):
            words = f"Withdrawn: {role}"
        else:
            words = f"Looked at and still right: {role}"
        found.append(_change(change, words))
    return found


def _change(kept: dict[str, object], words: str) -> Change:
    return Change(kept["at"], str(kept.get("name") or "Fingerpost"), words, str(kept.get("reason") or ""))  # type: ignore[arg-type]
