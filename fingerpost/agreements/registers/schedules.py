"""The points of a contract's schedules, kept as entries: what should be there for each record, when it is due, what fulfilled it.

They are drawn anew by the command that writes something they follow from, so that worklist, page, requirement and figure read one
row. A record keeps the schedules of the version under which it came.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts.adopted import follows_adoption
from fingerpost.agreements.contracts.queries import NothingInForce, rules, rules_of
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Moment, Read, day_of, facts_of, read, times_of
from fingerpost.agreements.registers.subjects import WORKER, Subject, of_record, record_of, whole_service, workers_of
from fingerpost.agreements.registers.walls import wall_of
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.granted import follows_roles
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.references import new_references
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.places import queries as places
from fingerpost.language.answering import as_facts
from fingerpost.language.answers import Answer
from fingerpost.language.calendars import end_of
from fingerpost.language.conditions import evaluate
from fingerpost.language.conditions.tree import Condition
from fingerpost.language.schedules import Done, Point, Spells, Ticked, points_of
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.schema.schedules import DONE_ON, DUE_ON, ENDED_ON, POINT, STARTS_ON, ScheduleKind
from fingerpost.language.vocabulary.kinds import ADDED_TO, END_TIME, OWN_TIME
from fingerpost.language.wording import in_a_sentence

SERVICE, ROLE = "service", "role"
HOUSE = Actor.system("Schedules")


def schedules_for(held: Rules, holder: str) -> dict[str, ScheduleKind]:
    """The schedules in use for a kind of record: request, case, a declared kind, or the service as a whole."""
    return {
        key: kind
        for key, kind in held.contract.kinds.items()
        if isinstance(kind, ScheduleKind) and kind.schedule.holder == holder and not kind.planned
    }


def has_schedules(held: Rules) -> bool:
    """Whether anything is due by a schedule of the contract."""
    return any(isinstance(kind, ScheduleKind) for kind in held.contract.kinds.values())


def draw_for_records(kind: str, records: Iterable[Any], service: str, at: datetime) -> None:
    """Draw the points of requests or cases that came, ended, or were put right. Nothing where no schedule is for them today."""
    for record in records if schedules_for(rules(service, timezone.localdate(at)), kind) else ():
        _draw_for(service, kind, record, at)


@follows_adoption
def draw_for_service(service: str, in_force_from: date, at: datetime) -> None:
    """Draw the points of the service as a whole and of whoever works in it, for which a version was adopted."""
    held = rules(service, max(in_force_from, timezone.localdate(at)))
    draw(held, whole_service(service), at)
    for worker in workers_of(service) if schedules_for(held, WORKER) else ():
        draw(held, of_record(service, WORKER, worker), at)


def draw_around(entry: Entry, at: datetime) -> None:
    """Draw the points that may follow from an entry: those of what it is about, and its own."""
    held = rules(entry.service, timezone.localdate(at))
    if not has_schedules(held):
        return
    with seeing_everything(why="what is due follows from every record, whoever writes one"):
        if not entry.about_kind:
            draw(held, whole_service(entry.service), at)
        elif entry.about_id and (record := record_of(HOUSE, entry.about_kind, entry.about_id)) is not None:
            _draw_for(entry.service, entry.about_kind, record, at)
        if entry.kind not in ADDED_TO:
            _draw_for(entry.service, entry.kind, entry, at)


def require_nothing_missing(
    held: Rules, kind: str, about: Subject, own: UUID | None, times: Mapping[str, Moment]
) -> None:
    """Raise Refused where one of these times of a record may not be set because something of a schedule is missing on its day.

    `own` is the record's own id, where it has one already.
    """
    for time, moment in times.items():
        for key, schedule in _standing_before(held, f"{kind}.{time}"):
            holder = own if schedule.schedule.holder == kind and kind not in ADDED_TO else about.id
            _require_in_date(held, key, schedule, holder, day_of(moment), field=time)


def require_of_worker(held: Rules, worker: User, time: str, on: date, *, field: str) -> None:
    """Raise Refused where something that a worker must have in date is missing on the day of a time that the product sets."""
    for key, schedule in _standing_before(held, time):
        if schedule.schedule.holder == WORKER:
            _require_in_date(held, key, schedule, worker.pk, on, field=field)


def _standing_before(held: Rules, time: str) -> Iterator[tuple[str, ScheduleKind]]:
    """The schedules of which nothing may be missing at a time, `kind.time`."""
    for key, kind in held.contract.kinds.items():
        if isinstance(kind, ScheduleKind) and not kind.planned and time in kind.schedule.times("before"):
            yield key, kind


def _require_in_date(held: Rules, key: str, kind: ScheduleKind, holder: UUID | None, on: date, *, field: str) -> None:
    rows = Entry.objects.filter(service=held.service, kind=key, about_id=holder, taken_back_at=None)
    with seeing_everything(why="what is missing stops whoever may not look at it as well"):
        is_missing = any(_point_of(entry).is_missing_on(on) for entry in rows)
    if is_missing:
        usual = f"This has to be in date first: {in_a_sentence(kind.called(key)[0])}."
        raise Refused(kind.schedule.say or usual, field=field)


def _point_of(entry: Entry) -> Point:
    """The point that an entry keeps."""
    days = {key: day_of(moment) for key, moment in times_of(entry.times).items()}
    done = Done(days[DONE_ON]) if DONE_ON in days else None
    return Point("", "", days[STARTS_ON], days[DUE_ON], done, days.get(ENDED_ON))


@follows_roles
def draw_for_worker(worker: User, service: str, at: datetime) -> None:
    """Draw what somebody must have in date, whose roles in the service changed."""
    try:
        held = rules(service, timezone.localdate(at))
    except NothingInForce:
        return
    draw(held, of_record(service, WORKER, worker), at)


def draw(held: Rules, subject: Subject, at: datetime) -> None:
    """Draw the points of every schedule for this: new ones begin, open ones move, what was fulfilled keeps what fulfilled it."""
    schedules = schedules_for(held, subject.kind or SERVICE)
    if not schedules:
        return
    with seeing_everything(why="what is due follows from every record, whoever writes one"):
        _wait_for_others(subject)
        known = _Known.of(held, subject, schedules)
        for key, kind in schedules.items():
            if known.are_meant(held, kind):
                _keep(held, key, kind, subject, _points(held, key, kind, known), known.of_kind(key), at)
            else:
                _stop(key, kind, known.of_kind(key), held.on, at)


def _draw_for(service: str, kind: str, record: Any, at: datetime) -> None:
    """Draw the points of a record under the version under which it came; of one of years before the agreement none."""
    subject = of_record(service, kind, record)
    # A worker is held to the rules of today.
    began = record.happened_on if isinstance(record, Entry) else timezone.localdate(subject.began or at)
    try:
        version = record.version_id if isinstance(record, Entry) else rules(service, began).version_id
        held = rules_of(version, timezone.localdate(at))
    except NothingInForce:
        return
    if began >= held.contract.agreement.start:
        draw(held, subject, at)


def _wait_for_others(subject: Subject) -> None:
    """Until whoever writes about the same record has finished, so that both writings are drawn."""
    with connection.cursor() as cursor:
        named = f"points of {subject.service} {subject.kind} {subject.id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [named])


@dataclass(frozen=True)
class _Known:
    """Everything written down that the points of one record follow from."""

    subject: Subject
    start: date
    entries: Sequence[Read]
    roles: Sequence[Grant] = ()

    @classmethod
    def of(cls, held: Rules, subject: Subject, schedules: Mapping[str, ScheduleKind]) -> "_Known":
        words = [kind.schedule for kind in schedules.values()]
        named = {name.partition(".")[0] for one in words for name in (*one.times("starts"), *one.times("stops"))}
        kinds = {subject.kind, *schedules, *named, *(kind for one in words for kind in one.settled_by)}
        about = Q(about_kind=subject.kind, about_id=subject.id)
        rows = Entry.objects.filter(
            about | Q(pk=subject.id), service=subject.service, kind__in=kinds, taken_back_at=None
        )
        entries = read(HOUSE, list(rows.order_by("happened_on", "recorded_at", "id")))
        return cls(subject, held.contract.agreement.start, entries, _roles(subject))

    def of_kind(self, kind: str) -> list[Read]:
        return [one for one in self.entries if one.entry.kind == kind]

    def days(self, names: Iterable[str]) -> list[date]:
        """The days of every time of these names, `kind.time`."""
        return [day for name in names for day in self._days_of(*name.split("."))]

    def _days_of(self, kind: str, time: str) -> Iterator[date]:
        moments = {OWN_TIME.get(kind): self.subject.began, END_TIME.get(kind): self.subject.ended}
        if kind == self.subject.kind and moments.get(time):
            yield timezone.localdate(moments[time])
            return
        yield from (day_of(one.times[time]) for one in self.of_kind(kind) if time in one.times)

    def beginning(self, held: Rules, kind: ScheduleKind) -> list[date]:
        """The day on which the record itself began; of the service, its agreement; of a worker, the role that is meant.

        None for an entry that was taken back.
        """
        if self.roles:
            meant = [one for one in self.roles if one.until is None and self.are_meant(held, kind, {one.role})]
            return [timezone.localdate(min(one.since for one in meant or self.roles))]
        if self.subject.began is not None:
            return [timezone.localdate(self.subject.began)]
        if self.subject.id is None:
            return [self.start]
        return [one.entry.happened_on for one in self.entries if one.entry.pk == self.subject.id]

    @property
    def end(self) -> date | None:
        """The day on which the record itself ended: closed, withdrawn, or the last role given back."""
        if self.roles and not self.roles_in_force:
            return timezone.localdate(max(one.until for one in self.roles if one.until))
        return timezone.localdate(self.subject.ended) if self.subject.ended else None

    @property
    def roles_in_force(self) -> frozenset[str]:
        return frozenset(one.role for one in self.roles if one.until is None)

    def are_meant(self, held: Rules, kind: ScheduleKind, roles: Collection[str] | None = None) -> bool:
        """Whether a schedule is for this one, with the roles in force or these; what nobody knows is not."""
        condition = kind.schedule.where
        if condition is None:
            return True
        own = [one for one in self.entries if one.entry.pk == self.subject.id or one.entry.kind == self.subject.kind]
        facts: dict[str, Any] = {ROLE: frozenset(self.roles_in_force if roles is None else roles)}
        for one in own:
            facts |= as_facts(one.answers)
        return evaluate(condition, facts, values=held.contract.values, on=held.on) is Answer.YES


def _roles(subject: Subject) -> list[Grant]:
    """The roles that a worker has, or had, in the service."""
    if subject.kind != WORKER:
        return []
    return list(Grant.objects.filter(user=subject.id, service=subject.service).order_by("since", "id"))


def _points(held: Rules, key: str, kind: ScheduleKind, known: _Known) -> list[Point]:
    words = kind.schedule
    starts = known.days(words.times("starts")) if words.starts else known.beginning(held, kind)
    stops = known.days(words.times("stops"))
    if known.end is not None:
        stops.append(known.end)
    done = _done(held, kind, known) if words.settled_by else _ticked(key, known)
    calendar = places.working_days_of(held.contract.agreement.jurisdiction)
    return points_of(words, Spells(starts, stops), done, calendar=calendar, values=held.contract.values)


def _done(held: Rules, kind: ScheduleKind, known: _Known) -> list[Done]:
    """The records that may fulfil a point."""
    return [
        Done(one.entry.happened_on, one.entry.pk)
        for settling, condition in kind.schedule.settled_by.items()
        for one in known.of_kind(settling)
        if _holds(held, condition, one)
    ]


def _ticked(key: str, known: _Known) -> Ticked:
    """The days on which points were ticked off."""
    days = {one.entry.pk: day_of(one.times[DONE_ON]) for one in known.of_kind(key) if DONE_ON in one.times}
    return lambda number: days.get(_id(known.subject, key, number))


def _holds(held: Rules, condition: Condition | None, one: Read) -> bool:
    """Whether a record is of the kind that fulfils it; what nobody knows fulfils nothing."""
    if condition is None:
        return True
    return evaluate(condition, facts_of(one), values=held.contract.values, on=one.entry.happened_on) is Answer.YES


def _keep(
    held: Rules,
    key: str,
    kind: ScheduleKind,
    subject: Subject,
    points: Sequence[Point],
    standing: list[Read],
    at: datetime,
) -> None:
    """Write down the points as they stand now. What somebody ticked off stays, whatever is due now."""
    before = {one.entry.pk: one.entry for one in standing}
    wanted = {_id(subject, key, point.number): point for point in points}
    refs = iter(new_references(Entry, "E", len(wanted.keys() - before.keys())))
    for id_, point in wanted.items():
        entry = before.get(id_)
        if entry is None:
            entry = _begun(held, key, kind, subject, at)
            entry.pk, entry.ref = id_, next(refs)
            _fill(entry, key, kind, point, at, is_new=True)
            entry.save(force_insert=True)
        elif _fill(entry, key, kind, point, at):
            entry.revision += 1
            entry.save()
    for id_, entry in before.items():
        if id_ not in wanted and not _written_by_hand(entry, kind):
            entry.delete()


def _stop(key: str, kind: ScheduleKind, standing: list[Read], day: date, at: datetime) -> None:
    """End what is open of a schedule that is no longer for this one: what is due already was not done, the rest falls away."""
    for one in standing:
        point = _point_of(one.entry)
        if one.entry.due_at is None:
            continue
        if point.due_on > day:
            one.entry.delete()
        elif _fill(one.entry, key, kind, replace(point, ended_on=day), at):
            one.entry.revision += 1
            one.entry.save()


def _id(subject: Subject, key: str, number: str) -> UUID:
    """The same for the same point, however often it is drawn."""
    return uuid5(subject.id or NAMESPACE_OID, f"{subject.service}/{key}/{number}")


def _written_by_hand(entry: Entry, kind: ScheduleKind) -> bool:
    return not kind.schedule.settled_by and DONE_ON in entry.times


def _begun(held: Rules, key: str, kind: KindSpec, subject: Subject, at: datetime) -> Entry:
    entry = Entry(service=subject.service, kind=key, version_id=held.version_id, recorded_at=at)
    entry.about_kind, entry.about_id, entry.area = subject.kind, subject.id, subject.area
    entry.person_id, entry.family_id, entry.scope = subject.person_id, subject.family_id, subject.scope
    wall = wall_of(kind, subject, held.contract.roles)
    entry.seen_by, entry.is_sealed = list(wall.seen_by), wall.is_sealed
    return entry


def _fill(entry: Entry, key: str, kind: ScheduleKind, point: Point, at: datetime, *, is_new: bool = False) -> bool:
    """Fill an entry in as its point stands now. Returns whether anything changed."""
    before = (dict(entry.times), dict(entry.answers), dict(entry.deadlines), entry.due_at)
    days = {
        STARTS_ON: point.starts_on,
        DUE_ON: point.due_on,
        DONE_ON: point.done and point.done.on,
        ENDED_ON: point.ended_on,
    }
    entry.times = {name: day.isoformat() for name, day in days.items() if day}
    if point.name:
        entry.answers = {**entry.answers, POINT: point.name}
    due_at = end_of(point.due_on, timezone.get_default_timezone())  # type: ignore[arg-type]
    entry.deadlines = {key: due_at.isoformat()}
    entry.due_at = None if point.done or point.ended_on else due_at
    entry.stage, entry.happened_on = kind.stage_of(set(entry.times)), point.starts_on
    if not is_new:
        new = entry.times.keys() - before[0].keys()
        kept = {name: moment for name, moment in entry.written_later.items() if name in {*entry.times, *entry.answers}}
        entry.written_later = kept | dict.fromkeys(new, at.isoformat())
    return before != (entry.times, entry.answers, entry.deadlines, entry.due_at)
