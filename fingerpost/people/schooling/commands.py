"""Attendance, exclusions and places at schools: loaded from lists, or written down one by one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.people.families.models import Person
from fingerpost.people.schooling import codes, superseding
from fingerpost.people.schooling.models import (
    AttendanceTerm,
    AttendanceWeek,
    Enrolment,
    Exclusion,
    Loaded,
    School,
)
from fingerpost.people.schooling.superseding import Written

SESSIONS_A_WEEK = 10
NO_MARKS = ("",) * SESSIONS_A_WEEK

_WEEK_KEY, _WEEK_VALUES = ("person_id", "monday"), ("marks", "possible", "attended", "unauthorised")
_TERM_KEY, _TERM_VALUES = ("person_id", "year", "term"), ("possible", "authorised", "unauthorised")
_EXCLUSION_KEY = ("person_id", "kind", "started_on")
_EXCLUSION_VALUES = ("ended_on", "sessions", "reasons", "school_id")
_KEYS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (AttendanceWeek, _WEEK_KEY),
    (AttendanceTerm, _TERM_KEY),
    (Exclusion, _EXCLUSION_KEY),
)


@dataclass(frozen=True, slots=True)
class WeekGiven:
    """A pupil's school week as a list gives it: ten marks, `""` for a session that the list does not speak of."""

    person_id: uuid.UUID
    scope: Scope
    week: int
    monday: date
    marks: tuple[str, ...]
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WeekTotal:
    """A pupil's school week as totals only. Units: sessions (half-days)."""

    person_id: uuid.UUID
    scope: Scope
    week: int
    monday: date
    possible: int
    attended: int
    unauthorised: int = 0
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TermGiven:
    """A pupil's totals for a term. Units: sessions (half-days)."""

    person_id: uuid.UUID
    scope: Scope
    year: str
    term: str
    possible: int
    authorised: int
    unauthorised: int
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentGiven:
    """A place on a school's roll as a list gives it; `until` empty for one that stands."""

    person_id: uuid.UUID
    scope: Scope
    school: str
    since: date | None = None
    until: date | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExclusionGiven:
    """One exclusion as a list or a form gives it. `sessions` are half-days; none for a permanent one."""

    person_id: uuid.UUID
    scope: Scope
    kind: str
    started_on: date
    ended_on: date | None = None
    sessions: int | None = None
    reasons: tuple[str, ...] = ()
    school: str | None = None
    recorded_at: datetime | None = None


@command(allow=Permission.IMPORT_LIST)
def define_school(
    actor: Actor,
    subject: Scope,
    *,
    code: str,
    name: str,
    calendar: str,
    phase: str = "primary",
    area: str | None = None,
    at: datetime,
) -> School:
    """Add a school, or correct the one with this code. Returns it."""
    school, _ = School.objects.update_or_create(
        code=code.strip(), defaults={"name": name.strip(), "calendar": calendar, "phase": phase, "area_id": area}
    )
    return school


@command(allow=Permission.IMPORT_LIST)
def take_out_schools(actor: Actor, subject: Scope, *, codes: Sequence[str], at: datetime) -> int:
    """Strike out those of these schools that nothing speaks of. Returns how many went."""
    taken = 0
    for school in School.objects.filter(code__in=codes):
        try:
            with transaction.atomic():
                taken += school.delete()[0]
        except ProtectedError:
            continue
    return taken


@command(allow=Permission.IMPORT_LIST)
def load_weeks(
    actor: Actor,
    subject: Scope,
    *,
    weeks: Sequence[WeekGiven | WeekTotal],
    batch: uuid.UUID | None = None,
    complete_to: date | None = None,
    at: datetime,
) -> Written:
    """Load pupils' weeks. Returns how many were added, changed and left as they were.

    Marks join those that the week has already: a list that gives Monday does not wipe out Tuesday. `complete_to` is the day
    to which attendance is now complete.
    """
    rows = [_week_row(given) for given in weeks]
    stood = superseding.standing(AttendanceWeek, rows, _WEEK_KEY)
    for row in rows:
        if any(row.marks):
            _join_marks(row, stood.get((row.person_id, row.monday)))
    written = superseding.write(AttendanceWeek, rows, stood, key=_WEEK_KEY, values=_WEEK_VALUES, batch=batch, at=at)
    _note_loaded("attendance", complete_to, batch, at)
    return written


def _week_row(given: WeekGiven | WeekTotal) -> AttendanceWeek:
    row = AttendanceWeek(person_id=given.person_id, week=given.week, monday=given.monday)
    row.recorded_at = given.recorded_at  # type: ignore[assignment]
    row.scope = given.scope
    if isinstance(given, WeekGiven):
        row.marks = list(given.marks)
    else:
        row.possible, row.attended, row.unauthorised = given.possible, given.attended, given.unauthorised
    return row


def _join_marks(row: AttendanceWeek, stood: AttendanceWeek | None) -> None:
    if stood and stood.marks and "" in row.marks:
        row.marks = [new or old for new, old in zip(row.marks, stood.marks, strict=True)]
    known = [codes.MARKS[code] for code in row.marks if code]
    row.possible = sum(mark.is_possible for mark in known)
    row.attended = sum(mark.is_attended for mark in known)
    row.unauthorised = sum(mark.group is codes.Group.UNAUTHORISED for mark in known)


@command(allow=Permission.IMPORT_LIST)
def load_terms(
    actor: Actor, subject: Scope, *, terms: Sequence[TermGiven], batch: uuid.UUID | None = None, at: datetime
) -> Written:
    """Load pupils' totals for terms, as the school census gives them. Returns what was added, changed and left as it was."""
    rows = [_term_row(given) for given in terms]
    stood = superseding.standing(AttendanceTerm, rows, _TERM_KEY)
    return superseding.write(AttendanceTerm, rows, stood, key=_TERM_KEY, values=_TERM_VALUES, batch=batch, at=at)


def _term_row(given: TermGiven) -> AttendanceTerm:
    if given.possible < given.authorised + given.unauthorised:
        raise Refused("More sessions were missed than were possible. Check the numbers.", field="possible")
    row = AttendanceTerm(person_id=given.person_id, year=given.year, term=given.term)
    row.recorded_at = given.recorded_at  # type: ignore[assignment]
    row.possible, row.authorised, row.unauthorised = given.possible, given.authorised, given.unauthorised
    row.scope = given.scope
    return row


@command(allow=Permission.IMPORT_LIST)
def load_exclusions(
    actor: Actor,
    subject: Scope,
    *,
    exclusions: Sequence[ExclusionGiven],
    batch: uuid.UUID | None = None,
    complete_to: date | None = None,
    at: datetime,
) -> Written:
    """Load exclusions. Returns what was added, changed and left as it was."""
    written = _write_exclusions(exclusions, batch, at)
    _note_loaded("exclusions", complete_to, batch, at)
    return written


@command(allow=Permission.RECORD_CONTACT)
def record_exclusion(
    actor: Actor,
    subject: Person,
    *,
    kind: str,
    started_on: date,
    sessions: int | None = None,
    ended_on: date | None = None,
    reasons: Sequence[str] = (),
    school: School | None = None,
    at: datetime,
) -> Exclusion:
    """Write one exclusion down, or correct the one that began that day. Returns it. Two sessions make a day."""
    if started_on > timezone.localdate(at):
        raise Refused("The exclusion begins in the future. Check the day.", field="started_on")
    code = school.code if school else None
    given = ExclusionGiven(subject.pk, subject.scope, kind, started_on, ended_on, sessions, tuple(reasons), code)
    _write_exclusions([given], None, at)
    return Exclusion.objects.get(person=subject, kind=kind, started_on=started_on, superseded_at=None)


def _write_exclusions(given: Sequence[ExclusionGiven], batch: uuid.UUID | None, at: datetime) -> Written:
    rows = [_exclusion_row(one) for one in given]
    stood = superseding.standing(Exclusion, rows, _EXCLUSION_KEY)
    return superseding.write(Exclusion, rows, stood, key=_EXCLUSION_KEY, values=_EXCLUSION_VALUES, batch=batch, at=at)


def _exclusion_row(given: ExclusionGiven) -> Exclusion:
    if given.ended_on and given.ended_on < given.started_on:
        raise Refused("The exclusion ends before it begins. Check the days.", field="ended_on")
    if given.kind == Exclusion.Kind.FIXED_TERM and not given.sessions:
        raise Refused("A fixed term exclusion needs its length. Enter the half-days.", field="sessions")
    row = Exclusion(person_id=given.person_id, kind=Exclusion.Kind(given.kind), started_on=given.started_on)
    row.recorded_at = given.recorded_at  # type: ignore[assignment]
    row.ended_on, row.sessions, row.reasons, row.school_id = (
        given.ended_on,
        given.sessions,
        list(given.reasons),
        given.school,
    )
    row.scope = given.scope
    return row


def _note_loaded(kind: str, complete_to: date | None, batch: uuid.UUID | None, at: datetime) -> None:
    if complete_to:
        Loaded.objects.update_or_create(
            kind=kind,
            batch=batch or uuid.uuid4(),
            undone_at=None,
            defaults={"complete_to": complete_to, "recorded_at": at},
        )


@command(allow=Permission.RECORD_CONTACT)
def enrol(
    actor: Actor,
    subject: Person,
    *,
    school: School,
    since: date | None = None,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Enrolment:
    """Put a pupil on a school's roll; the place at another school ends the day before. Returns the enrolment."""
    standing = Enrolment.objects.select_for_update().filter(person=subject, until=None).first()
    if standing:
        if standing.school_id == school.code:
            return standing
        day = since or timezone.localdate(at)
        if standing.since and day <= standing.since:
            raise Refused("The pupil came to the present school later than that. Choose a later day.", field="since")
        standing.until = day - timedelta(days=1)
        standing.save(update_fields=["until"])
        since = day
    enrolment = Enrolment(person=subject, school=school, since=since, recorded_at=at, batch=batch)
    enrolment.scope = subject.scope
    enrolment.save(force_insert=True)
    return enrolment


@command(allow=Permission.MAKE_REQUEST)
def enrol_all(actor: Actor, subject: Scope, *, pupils: Sequence[Person], school: School, at: datetime) -> None:
    """Put pupils on a school's roll, as `enrol` does each. Two statements for those who were on no roll yet."""
    on_a_roll = set(Enrolment.objects.filter(person__in=pupils, until=None).values_list("person_id", flat=True))
    rows = []
    for pupil in {pupil.pk: pupil for pupil in pupils}.values():
        if pupil.pk in on_a_roll:
            enrol(actor, pupil, school=school, at=at)
        else:
            rows.append(Enrolment(person=pupil, school=school, recorded_at=at))
            rows[-1].scope = pupil.scope
    Enrolment.objects.bulk_create(rows)


@command(allow=Permission.IMPORT_LIST)
def enrol_many(
    actor: Actor,
    subject: Scope,
    *,
    enrolments: Sequence[EnrolmentGiven],
    batch: uuid.UUID | None = None,
    at: datetime,
) -> int:
    """Put many pupils on roll at once. Returns how many; one who is on a roll already stays there."""
    people = {given.person_id for given in enrolments}
    on_roll = set(Enrolment.objects.filter(person__in=people, until=None).values_list("person_id", flat=True))
    rows = []
    for given in enrolments:
        if given.until is None and given.person_id in on_roll:
            continue
        row = Enrolment(person_id=given.person_id, school_id=given.school, since=given.since, until=given.until)
        row.recorded_at, row.batch = given.recorded_at or at, batch
        row.scope = given.scope
        rows.append(row)
    return copy_in(rows)


@command(allow=Permission.IMPORT_LIST)
def undo(actor: Actor, subject: Scope, *, batch: uuid.UUID, with_people: bool = False, at: datetime) -> int:
    """Take everything that a batch loaded out of force, and put back what stood before. Returns how many rows went.

    Rows stay, out of force, so that a figure of the time between can be explained; `with_people` strikes them out instead,
    because the people go as well (the history keeps them). Raises Refused when a later list changed the same rows.
    """
    taken_out = sum(superseding.undo(model, batch, key=key, at=at) for model, key in _KEYS)
    taken_out += take_back((Enrolment,), batch)
    if with_people:
        take_back([model for model, _ in _KEYS], batch)
    Loaded.objects.filter(batch=batch, undone_at=None).update(undone_at=at)
    return taken_out
