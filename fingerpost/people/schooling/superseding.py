"""Rows that lists bring and later lists correct: written beside what stood, never over it.

The row that stood keeps the moment it was superseded and by which batch, so a figure can be worked out as the facts were
known on any day, and a batch can be undone.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection

from fingerpost.ground.access.command import Refused
from fingerpost.ground.history.bulk import copy_in
from fingerpost.people.schooling.models import Superseding

S = TypeVar("S", bound=Superseding)
AT_ONCE = 2000


@dataclass
class Written:
    """What a list did: rows that are new, that replaced another, and that said what we knew."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __iadd__(self, other: "Written") -> "Written":
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        return self


def standing(model: type[S], rows: Sequence[S], key: tuple[str, ...]) -> dict[tuple[Any, ...], S]:
    """The rows that hold now for the same persons and keys, by key."""
    people = {row.person_id for row in rows}  # type: ignore[attr-defined]
    asked = {name: {getattr(row, name) for row in rows} for name in key if name != "person_id"}
    # A database finds nothing among "one of these, or nothing": such a column does not narrow.
    narrowed = {f"{name}__in": values for name, values in asked.items() if None not in values}
    found = model._default_manager.filter(person_id__in=people, superseded_at=None, **narrowed)
    return {key_of(row, key): row for row in found}


def key_of(row: Any, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in key)


def write(
    model: type[S],
    rows: Sequence[S],
    stood: dict[tuple[Any, ...], S],
    *,
    key: tuple[str, ...],
    values: tuple[str, ...],
    batch: uuid.UUID | None,
    at: datetime,
) -> Written:
    """Write rows not yet saved; one that says what stands is dropped, another takes the place of what stood."""
    written, new, replaced = Written(), [], []
    for row in rows:
        old = stood.get(key_of(row, key))
        if old is None:
            written.added += 1
        elif key_of(row, values) == key_of(old, values):
            written.unchanged += 1
            continue
        else:
            written.changed += 1
            replaced.append(old.pk)
        # What corrects another row is known from now on; what is new may have been known since it happened.
        row.batch, row.recorded_at = batch, at if old else row.recorded_at or at
        new.append(row)
    for some in _cut(replaced):
        model._default_manager.filter(pk__in=some).update(superseded_at=at, superseded_by=batch)
    copy_in(new)
    return written


def _cut(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


_BUILT_UPON = """
    SELECT 1 FROM {table} AS mine JOIN {table} AS later ON {same}
    WHERE mine.batch = %s AND mine.superseded_by <> mine.batch
      AND later.superseded_at IS NULL AND later.batch IS DISTINCT FROM mine.batch AND later.recorded_at > mine.recorded_at
    LIMIT 1
"""
_TAKE_OUT = "UPDATE {table} SET superseded_at = %s, superseded_by = %s WHERE batch = %s AND superseded_at IS NULL"
_PUT_BACK = """
    INSERT INTO {table} (id, recorded_at, {columns})
    SELECT DISTINCT ON ({key}) gen_random_uuid(), %s, {columns} FROM {table}
    WHERE superseded_by = %s AND batch IS DISTINCT FROM %s ORDER BY {key}, recorded_at DESC
"""


def undo(model: type[Any], batch: uuid.UUID, *, key: tuple[str, ...], at: datetime) -> int:
    """Take a batch's rows out of force and put back what they replaced. Returns how many rows were taken out.

    What was put back is a copy recorded now: the rows between were believed, and a figure of that time must still say so.
    Raises Refused when a later list built on this one.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    own = ("id", "recorded_at", "superseded_at", "superseded_by")
    columns = ", ".join(f.column for f in model._meta.concrete_fields if f.name not in own)
    names = {"table": table, "columns": columns, "key": ", ".join(key), "same": _same(key)}
    with connection.cursor() as cursor:
        cursor.execute(_BUILT_UPON.format(**names), [batch])
        if cursor.fetchone():
            raise Refused("A later list changed the same rows. Undo that one first.")
        cursor.execute(_TAKE_OUT.format(**names), [at, batch, batch])
        taken_out = cursor.rowcount
        if taken_out:
            cursor.execute(_PUT_BACK.format(**names), [at, batch, batch])
    return taken_out


def _same(key: tuple[str, ...]) -> str:
    return " AND ".join(f"later.{name} IS NOT DISTINCT FROM mine.{name}" for name in key)
