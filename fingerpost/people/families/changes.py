"""What a list changes of somebody known: written with what stood before, so that the list can be taken back."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

from fingerpost.ground.access.command import Refused
from fingerpost.ground.history.bulk import copy_in
from fingerpost.people.families.models import Change, Person

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class ChangeGiven:
    """A field of a row that is to hold another value."""

    row: Any
    person_id: uuid.UUID
    field: str
    value: Any


def change_many(given: Iterable[ChangeGiven], *, batch: uuid.UUID, at: datetime) -> int:
    """Set the fields, and keep what stood. Returns how many were changed. Two statements for each model and field."""
    given, kept, rows = list(given), [], defaultdict(list)
    scopes = {person.pk: person.scope for person in Person.objects.filter(pk__in={one.person_id for one in given})}
    for one in given:
        before = getattr(one.row, one.field)
        if before == one.value:
            continue
        change = Change(
            person_id=one.person_id,
            model=one.row._meta.label_lower,
            row=one.row.pk,
            field=one.field,
            before=_as_text(before),
            after=_as_text(one.value),
            recorded_at=at,
            batch=batch,
        )
        change.scope = scopes[one.person_id]
        kept.append(change)
        setattr(one.row, one.field, one.value)
        rows[type(one.row), one.field].append(one.row)
    for (model, field), changed in rows.items():
        model._default_manager.bulk_update(changed, [field], batch_size=AT_ONCE)
    copy_in(kept)
    return len(kept)


def take_back_changes(batch: uuid.UUID) -> int:
    """Put back what a batch changed. Returns how many fields. Raises Refused where one was changed again since."""
    kept = list(Change.objects.filter(batch=batch))
    by_model: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in kept:
        by_model[change.model, change.field].append(change)
    for (label, field), changes in by_model.items():
        model: type[models.Model] = apps.get_model(label)
        rows = model._default_manager.in_bulk([change.row for change in changes])
        for change in changes:
            row = rows.get(change.row)
            if row is None or _as_text(getattr(row, field)) != change.after:
                raise Refused("Something of these people was changed since, so the list cannot be undone.")
            setattr(row, field, model._meta.get_field(field).to_python(change.before))  # type: ignore[union-attr]
        model._default_manager.bulk_update(rows.values(), [field], batch_size=AT_ONCE)
    Change.objects.filter(batch=batch).delete()
    return len(kept)


def _as_text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)
