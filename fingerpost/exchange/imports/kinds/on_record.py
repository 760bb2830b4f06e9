"""What a later list says of a record that is known: the same; or something else, which corrects the record, or is named.

One rule for every kind of list: **what a list brought, a later list corrects; what a person wrote here stands, and is named.** A
column that says when something began, whose it is or what was decided corrects nothing, and is named with both values.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.models import Correction
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import event_model_of

BY_LISTS = ("imports.apply", "imports.undo", "folders.apply_folder", "folders.undo_folder")
"""The acts by which lists write, as the history names them."""
CHANGED_SINCE = "Something that this list corrected was changed since, so the list cannot be undone."
LONGEST_VALUE = 40
MOST_AT_ONCE = 2000


class Said(NamedTuple):
    """What a row says in a column, and what is on record there.

    `puts` is what correcting it sets: values by field of the record, or a function that gives them when the list is written.
    Without it the difference is only named. `words` are both values for people to read, where they are not plain.
    """

    column: str
    given: Any
    held: Any
    puts: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None
    fields: tuple[str, ...] = ()
    words: tuple[str, str] | None = None


def puts(column: str, given: Any, record: models.Model, name: str) -> Said:
    """A column that a field of the record holds as it is, and that a later list corrects."""
    return Said(column, given, getattr(record, name), {name: given}, (name,))


@dataclass
class _Differing:
    line: int
    what: str
    record: models.Model
    columns: list[Said]
    corrects: list[Said] = field(default_factory=list)


class OnRecord:
    """The rows of one list that speak of records known, and in what they differ."""

    def __init__(self, actor: Actor, batch: uuid.UUID) -> None:
        self._actor, self._batch = actor, batch
        self._differing: list[_Differing] = []

    def compare(self, line: int, what: str, record: models.Model, said: Iterable[Said]) -> None:
        """Note in what a row differs from the record that it speaks of. An empty cell says nothing."""
        columns = [one for one in said if _says(one.given) and not _same(one.given, one.held)]
        if columns:
            self._differing.append(_Differing(line, what, record, columns))

    def named(self) -> Iterator[Fault]:
        """Work out what the list corrects, and name what it does not: each column with both values. Two queries a model."""
        for rows in _by_model(self._differing):
            as_listed, seen = _as_lists_left_it(rows), self._seen(rows)
            for row in rows:
                event = as_listed.get(row.record.pk)
                row.corrects = [one for one in row.columns if one.puts is not None and _stands(row.record, event, one)]
                rest = [one for one in row.columns if one not in row.corrects]
                if rest and row.record.pk in seen:
                    yield _named(row.line, row.what, rest)

    def _seen(self, rows: list[_Differing]) -> Set[Any]:
        """The records of which whoever loads the list may be told. Of a hidden one no value is said."""
        model, ids = type(rows[0].record), {row.record.pk for row in rows}
        if not issubclass(model, Scoped):
            return ids
        visible = model._default_manager.visible_to(self._actor)  # type: ignore[attr-defined]
        return set(visible.filter(pk__in=ids).values_list("pk", flat=True))

    def write(self) -> int:
        """Write the corrections, each with the line of the history that holds what stood. Returns how many records changed."""
        changed = 0
        for rows in _by_model([row for row in self._differing if row.corrects]):
            model, events = type(rows[0].record), event_model_of(type(rows[0].record))._default_manager
            records = {row.record.pk: row.record for row in rows}
            latest = events.filter(pgh_obj_id__in=records).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
            before = dict(latest.values_list("pgh_obj_id", "pgh_id"))
            fields: dict[Any, set[str]] = defaultdict(set)
            for row in rows:
                for one in row.corrects:
                    values = one.puts() if callable(one.puts) else one.puts or {}
                    for name, value in values.items():
                        setattr(records[row.record.pk], name, value)
                        fields[row.record.pk].add(name)
            _save(model, list(records.values()), set().union(*fields.values()))
            label = model._meta.label_lower
            Correction.objects.bulk_create(
                Correction(
                    list_received_id=self._batch, model=label, row=pk, fields=sorted(fields[pk]), before=before[pk]
                )
                for pk in records
            )
            changed += len(records)
        return changed


def require_uncorrected(batch: uuid.UUID) -> None:
    """Raises Refused where a later list corrected a record that this one brought: it has to be undone first."""
    others = Correction.objects.exclude(list_received_id=batch)
    for label in others.values_list("model", flat=True).distinct():
        model = Correction.model_named(label)
        if any(one.name == "batch" for one in model._meta.fields):
            brought = model._default_manager.filter(batch=batch).values("pk")
            if others.filter(model=label, row__in=brought).exists():
                raise Refused("A later list corrected the same records. Undo that one first.")


def take_back_corrections(batch: uuid.UUID) -> int:
    """Put back what a list corrected. Returns how many records. Raises Refused where one was changed again since."""
    kept = list(Correction.objects.filter(list_received_id=batch))
    by_label: dict[str, list[Correction]] = defaultdict(list)
    for one in kept:
        by_label[one.model].append(one)
    for label, corrections in by_label.items():
        _take_back(label, corrections)
    Correction.objects.filter(list_received_id=batch).delete()
    return len(kept)


def _take_back(label: str, corrections: list[Correction]) -> None:
    model = Correction.model_named(label)
    events = event_model_of(model)._default_manager
    rows = model._default_manager.in_bulk([one.row for one in corrections])
    stood = events.in_bulk([one.before for one in corrections])
    before = {one.row: one.before for one in corrections}
    later: dict[Any, Any] = {}
    event: Any
    for event in events.filter(pgh_obj_id__in=rows, pgh_id__gt=min(before.values())).order_by("pgh_id"):
        if event.pgh_id > before[event.pgh_obj_id]:
            later.setdefault(event.pgh_obj_id, event)
    for one in corrections:
        row, corrected = rows.get(one.row), later.get(one.row)
        if row is None or corrected is None or any(_differs(row, corrected, name) for name in one.fields):
            raise Refused(CHANGED_SINCE)
        for name in one.fields:
            setattr(row, name, getattr(stood[one.before], name))
    _save(model, list(rows.values()), {name for one in corrections for name in one.fields})


def _save(model: type[models.Model], rows: list[Any], fields: set[str]) -> None:
    """Write the fields. Whoever has such a record open on a page is told that it was changed meanwhile."""
    if any(one.name == "revision" for one in model._meta.fields):
        for row in rows:
            row.revision += 1
        fields = fields | {"revision"}
    model._default_manager.bulk_update(rows, sorted(fields), batch_size=MOST_AT_ONCE)


def _by_model(rows: Iterable[_Differing]) -> list[list[_Differing]]:
    found: dict[type[models.Model], list[_Differing]] = defaultdict(list)
    for row in rows:
        found[type(row.record)].append(row)
    return list(found.values())


def _as_lists_left_it(rows: list[_Differing]) -> dict[Any, Any]:
    """How lists last left the records that these rows would correct, by record, from their history."""
    ids = {row.record.pk for row in rows if any(one.puts is not None for one in row.columns)}
    if not ids:
        return {}
    events = event_model_of(type(rows[0].record))._default_manager
    by_lists = events.filter(pgh_obj_id__in=ids, pgh_context__command__in=BY_LISTS)
    latest: Iterable[Any] = by_lists.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return {event.pgh_obj_id: event for event in latest}


def _stands(record: models.Model, event: Any, said: Said) -> bool:
    """Whether what is on record in the column is what a list brought, and nobody changed it since."""
    return event is not None and not any(_differs(record, event, name) for name in said.fields)


def _differs(row: Any, event: Any, name: str) -> bool:
    return bool(getattr(row, name) != getattr(event, name))


def _says(given: Any) -> bool:
    return given is not None and not (isinstance(given, str | tuple | list | Set | Mapping) and not given)


def _same(given: Any, held: Any) -> bool:
    """A day is the same as any moment of it; words are the same but for spaces around them; of several the order is nothing."""
    if isinstance(held, datetime) and isinstance(given, date):
        held = timezone.localtime(held)
        return held.date() == given if not isinstance(given, datetime) else held.replace(second=0) == given
    if isinstance(held, str) and isinstance(given, str):
        return held.split() == given.split()
    if isinstance(given, tuple | list) and isinstance(held, tuple | list):
        return set(given) == set(held)
    return bool(given == held)


def _named(line: int, what: str, said: list[Said]) -> Fault:
    both = [words for one in said if (words := _both(one))]
    values = f": {'; '.join(both)}" if both else ""
    message = (
        f"{what} is on record with another {_listed([one.column for one in said])}{values}. What is on record stands. "
        "Correct it there, or put the list right."
    )
    return Fault(line, said[0].column, message, "warning")


def _both(said: Said) -> str:
    """`Sleep, not Money`; empty where the values are no words."""
    is_day = isinstance(said.given, date) and not isinstance(said.given, datetime)
    held = timezone.localdate(said.held) if is_day and isinstance(said.held, datetime) else said.held
    held, given = said.words or (_shown(held), _shown(said.given))
    return f"{held or 'nothing'}, not {given}" if given else ""


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return _shown("; ".join(sorted(map(str, value))))
    if isinstance(value, str | int | Decimal):
        words = str(value)
        return words if len(words) <= LONGEST_VALUE else f"{words[: LONGEST_VALUE - 1]}…"
    return ""


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
