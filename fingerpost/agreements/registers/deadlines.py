"""When the clocks of the contract that run on an entry's times run out, kept with the entry."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Moment, Read, subject_of
from fingerpost.agreements.registers.subjects import labels
from fingerpost.agreements.registers.walls import may_write
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places import queries as places
from fingerpost.ground.tasks.queries import LONGEST, Item
from fingerpost.language.answers import Unknown
from fingerpost.language.calendars import Calendar, WorkingCalendar
from fingerpost.language.clocks import clock_in_force
from fingerpost.language.contract import Contract
from fingerpost.language.entry_rows import clocks_on
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.vocabulary.kinds import FURTHER


def clock_in(entry: Entry, held: Rules, times: Mapping[str, Moment], *, before: Read | None = None) -> None:
    """Fill in when each clock of the kind runs out, as ISO text with its zone by the clock's key, and which is due next.

    One that ran already keeps its deadline until what started it is put right: later rules move no promise that was made.
    """
    found: dict[str, str] = {}
    for key, starts, _ in clocks_on(held.contract, entry.kind):
        if starts not in times:
            continue
        if before and before.times.get(starts) == times[starts] and key in entry.deadlines:
            found[key] = entry.deadlines[key]
            continue
        clock = clock_in_force(held.contract, key, held.choices)
        ends = clock.deadline({clock.starts: times[starts]}, _calendar(held), values=held.contract.values)
        if not isinstance(ends, Unknown):
            found[key] = ends.isoformat()
    entry.deadlines = found
    entry.due_at = min((ends for _, ends in running(held.contract, entry)), default=None)


def running(contract: Contract, entry: Entry) -> Iterator[tuple[str, datetime]]:
    """The clocks of an entry that nothing has stopped yet, and when each runs out; one that nothing stops asks for nothing."""
    for key, _, stops in clocks_on(contract, entry.kind):
        if stops and key in entry.deadlines and not entry.times.keys() & set(stops):
            yield key, datetime.fromisoformat(entry.deadlines[key])


def due(actor: Actor, held: Rules, at: datetime) -> list[Item]:
    """What is due of entries that the actor may see and carry on, as lines of their worklist, soonest first.

    What is kept further of a request or case leads to that record. One query, and one each for requests and cases. Nothing is
    asked where no clock of the contract runs on a declared kind.
    """
    kinds = {key: kind for key, kind in held.contract.kinds.items() if any(clocks_on(held.contract, key))}
    if not kinds:
        return []
    rows = Entry.objects.visible_to(actor).filter(service=held.service, kind__in=kinds, taken_back_at=None)
    entries = list(rows.filter(due_at__isnull=False).order_by("due_at", "id")[:LONGEST])
    told = labels(actor, ((entry.kind, entry.about_id) for entry in entries if entry.kind in FURTHER))
    refs = {id_: ref for (_, id_), (_, ref) in told.items()}
    today = timezone.localdate(at)
    return [
        item
        for entry in entries
        for item in _items(actor, held, entry, kinds[entry.kind], refs.get(entry.about_id, entry.ref), today)
    ]


def _items(actor: Actor, held: Rules, entry: Entry, kind: KindSpec, ref: str, today: date) -> Iterator[Item]:
    about = subject_of(entry)
    for key, ends in running(held.contract, entry):
        _, _, stops = next(one for one in clocks_on(held.contract, entry.kind) if one[0] == key)
        if any(may_write(actor, about, kind, kind.times[stop]) for stop in stops):
            due_on = timezone.localdate(ends)
            yield Item(
                "clock", entry.pk, key, title_of(held.contract, key), entry._meta.label_lower, entry.pk, ref,
                entry.family_id, due_on, ends, True, max(0, (today - due_on).days),
            )  # fmt: skip


def title_of(contract: Contract, clock: str) -> str:
    """What is due, in the contract's words."""
    return contract.clocks[clock].title or clock.replace("_", " ").capitalize()


def _calendar(held: Rules) -> WorkingCalendar:
    """The working days that were loaded; where none were, those of the law."""
    jurisdiction = held.contract.agreement.jurisdiction
    try:
        return places.calendar(jurisdiction.lower())
    except LookupError:
        return Calendar(jurisdiction)
