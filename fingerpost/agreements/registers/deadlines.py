"""When the clocks of the contract that run on an entry's times run out, kept with the entry; and what is due of entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Moment, rules_of_entry, spec_of, subject_of
from fingerpost.agreements.registers.subjects import labels
from fingerpost.agreements.registers.walls import may_write
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places import queries as places
from fingerpost.ground.tasks.queries import LONGEST, Item
from fingerpost.language.answers import Unknown
from fingerpost.language.clocks import clock_in_force
from fingerpost.language.entry_rows import clocks_on
from fingerpost.language.schema.schedules import POINT, ScheduleKind
from fingerpost.language.vocabulary.kinds import ADDED_TO
from fingerpost.language.wording import in_a_sentence


@dataclass(frozen=True)
class Running:
    """A clock of an entry that nothing has stopped yet: what is due, until when, and the times that stop it."""

    key: str
    title: str
    ends: datetime
    stops: tuple[str, ...]


def clock_in(entry: Entry, held: Rules, times: Mapping[str, Moment], before: Mapping[str, Moment]) -> None:
    """Fill in when each clock of the kind runs out, as ISO text with its zone by the clock's key, and which is due next.

    One that ran already keeps its deadline until what started it is put right: later rules move no promise that was made.
    `before` are the times that the deadlines kept so far were made of.
    """
    calendar = places.working_days_of(held.contract.agreement.jurisdiction)
    found: dict[str, str] = {}
    for key, starts, _ in clocks_on(held.contract, entry.kind):
        if starts not in times:
            continue
        if before.get(starts) == times[starts] and key in entry.deadlines:
            found[key] = entry.deadlines[key]
            continue
        clock = clock_in_force(held.contract, key, held.choices)
        ends = clock.deadline({clock.starts: times[starts]}, calendar, values=held.contract.values)
        if not isinstance(ends, Unknown):
            found[key] = ends.isoformat()
    entry.deadlines = found
    entry.due_at = min((one.ends for one in running(held, entry)), default=None)


def running(held: Rules, entry: Entry) -> Iterator[Running]:
    """The clocks of an entry that nothing has stopped yet; one that nothing can stop asks for nothing."""
    for key, _, stops in clocks_on(held.contract, entry.kind):
        if stops and key in entry.deadlines and not entry.times.keys() & set(stops):
            yield Running(key, _title(held, key, entry), datetime.fromisoformat(entry.deadlines[key]), stops)


def _title(held: Rules, key: str, entry: Entry) -> str:
    """What is due: the clock's title; of a schedule its name, with that of the point."""
    kind = held.contract.kinds.get(key)
    if not isinstance(kind, ScheduleKind):
        return clock_in_force(held.contract, key, held.choices).title
    one, point = kind.called(key)[0], entry.answers.get(POINT)
    return f"{one}: {in_a_sentence(kind.items[POINT].answer_label(point))}" if point else one


def due(actor: Actor, held: Rules, at: datetime) -> list[Item]:
    """What is due of entries that the actor may see and carry on, as lines of their worklist, soonest first.

    What a contract adds to a request or case leads to that record. One query, one for each kind of thing that they are about, and
    one for each version met. Nothing is asked where no clock of the contract runs on a declared kind.
    """
    kinds = [key for key in held.contract.kinds if any(clocks_on(held.contract, key))]
    if not kinds:
        return []
    rows = Entry.objects.visible_to(actor).filter(service=held.service, kind__in=kinds, taken_back_at=None)
    rows = rows.filter(due_at__isnull=False, happened_on__lte=timezone.localdate(at))
    entries = list(rows.order_by("due_at", "id")[:LONGEST])
    told = labels(actor, ((entry.about_kind, entry.about_id) for entry in entries))
    today = timezone.localdate(at)
    under: dict[UUID, Rules] = {}
    for entry in entries:
        if entry.kind in ADDED_TO and entry.version_id not in under:
            under[entry.version_id] = rules_of_entry(entry, today)
    return [
        _item(one, entry, told.get((entry.about_kind, entry.about_id), ("", entry.ref)), today)  # type: ignore[arg-type]
        for entry in entries
        for one in _to_be_stopped(actor, under.get(entry.version_id, held) if entry.kind in ADDED_TO else held, entry)
    ]


def _to_be_stopped(actor: Actor, held: Rules, entry: Entry) -> Iterator[Running]:
    """The running clocks that the actor may stop."""
    about, spec = subject_of(entry), spec_of(held, entry)
    if isinstance(spec, ScheduleKind) and spec.schedule.settled_by:
        kinds = [held.contract.kinds[kind] for kind in spec.schedule.settled_by if kind in held.contract.kinds]
        if any(may_write(actor, about, kind) for kind in kinds):
            yield from running(held, entry)
        return
    for one in running(held, entry):
        if any(may_write(actor, about, spec, spec.times[stop]) for stop in one.stops if stop in spec.times):
            yield one


def _item(one: Running, entry: Entry, about: tuple[str, str], today: date) -> Item:
    """A line of the worklist; `about` is what the entry is about, in words, and that record's reference."""
    due_on, (words, ref) = timezone.localdate(one.ends), about
    is_added = entry.kind in ADDED_TO
    return Item(
        "clock", entry.pk, one.key, one.title, entry._meta.label_lower, entry.pk, ref if is_added else entry.ref,
        entry.family_id, due_on, one.ends, is_mine=True, days_late=max(0, (today - due_on).days),
        of="" if is_added else words,
    )  # fmt: skip
