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
from fingerpost.people.schooling import rolls, superseding
from fingerpost.people.schooling.codes import school_code
from fingerpost.people.schooling.enrolled import Roll
from fingerpost.people.schooling.listing import list_again
from fingerpost.people.schooling.models import (
    AttendanceTerm,
    AttendanceWeek,
    Coverage,
    Enrolment,
    Exclusion,
    Listed,
    School,
)
from fingerpost.people.schooling.rolls import SESSIONS_A_WEEK
from fingerpost.people.schooling.superseding import Written

NO_MARKS = ("",) * SESSIONS_A_WEEK

_TERM_KEY, _TERM_VALUES = ("person_id", "year", "term", "school_id"), ("possible", "authorised", "unauthorised")
_EXCLUSION_KEY = ("person_id", "kind", "started_on")
_EXCLUSION_VALUES = ("ended_on", "sessions", "reasons", "school_id")
_KEYS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (AttendanceWeek, rolls.KEY),
    (AttendanceTerm, _TERM_KEY),
    (Exclusion, _EXCLUSION_KEY),
)


@dataclass(frozen=True, slots=True)
class WeekGiven:
    """A pupil's school week as a list gives it: ten marks, `""` for a session that the list does not speak of.

    `school` is the one whose register it is; where the list does not say, the one on whose roll the pupil mainly was.
    """

    person_id: uuid.UUID
    scope: Scope
    monday: date
    marks: tuple[str, ...]
    recorded_at: datetime | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True)
class WeekTotal:
    """A pupil's school week as totals only. Units: sessions (half-days). `school` as for `WeekGiven`."""

    person_id: uuid.UUID
    scope: Scope
    monday: date
    possible: int
    attended: int
    unauthorised: int = 0
    recorded_at: datetime | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True)
class CoverageGiven:
    """The days for which a list says that it is complete for a school. Both ends count."""

    school: str
    since: date
    until: date
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TermGiven:
    """A pupil's totals for a term at one school, where the list names it. Units: sessions (half-days)."""

    person_id: uuid.UUID
    scope: Scope
    year: str
    term: str
    possible: int
    authorised: int
    unauthorised: int
    recorded_at: datetime | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentGiven:
    """A place on a school's roll as a list gives it; `until` empty for one that stands."""

    person_id: uuid.UUID
    scope: Scope
    school: str
    since: date | None = None
    until: date | None = None
    recorded_at: datetime | None = None
    is_main: bool = True


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
    urn: str = "",
    at: datetime,
) -> School:
    """Add a school, or correct the one with this number, however it is written: 881/2001 is 8812001. Returns it."""
    words = {"name": name.strip(), "calendar": calendar, "phase": phase, "area_id": area}
    school, _ = School.objects.update_or_create(
        code=school_code(code), defaults={**words, **({"urn": urn} if urn else {})}
    )
    return school


@command(allow=Permission.IMPORT_LIST)
def take_out_schools(actor: Actor, subject: Scope, *, codes: Sequence[str], at: datetime) -> int:
    """Strike out those of these schools that nothing speaks of. Returns how many went."""
    taken = 0
    for school in School.objects.filter(code__in=codes):
        try:
            with transaction.atomic():
                # What a list said that it covers, and was taken back, speaks of the school no more.
                Listed.objects.filter(school=school).delete()
                Coverage.objects.filter(school=school, undone_at__isnull=False).delete()
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
    at: datetime,
) -> Written:
    """Load pupils' weeks. Returns how many were added, changed and left as they were.

    Marks join those that the same school gave of the week before: a list that gives Monday does not wipe out Tuesday. What
    another school told of the week stays, and both are combined.
    """
    rows = [_week_row(given) for given in weeks]
    _name_schools([row for row in rows if row.school_id is None])
    told = rolls.plan(rows, _standing_weeks(rows), at)
    how: dict[str, Any] = {"key": rolls.KEY, "values": rolls.VALUES, "batch": batch, "at": at}
    superseding.write(AttendanceWeek, told.following, told.stood, **how)
    return superseding.write(AttendanceWeek, told.given, told.stood, **how)


def _week_row(given: WeekGiven | WeekTotal) -> AttendanceWeek:
    row = AttendanceWeek(person_id=given.person_id, monday=given.monday, school_id=given.school)
    row.recorded_at = given.recorded_at  # type: ignore[assignment]
    row.scope = given.scope
    if isinstance(given, WeekGiven):
        row.marks = list(given.marks)
    else:
        row.possible, row.attended, row.unauthorised = given.possible, given.attended, given.unauthorised
    return row


def _standing_weeks(rows: Sequence[AttendanceWeek]) -> list[AttendanceWeek]:
    """All that stands of the weeks of these rows, whichever school told it. One query."""
    people, mondays = {row.person_id for row in rows}, {row.monday for row in rows}
    return list(AttendanceWeek.objects.filter(person_id__in=people, monday__in=mondays, superseded_at=None))


def _name_schools(rows: Sequence[AttendanceWeek]) -> None:
    """Give rows the school on whose roll the pupil mainly was in their week, where that is known. One query."""
    if not rows:
        return
    roll = Roll.of({row.person_id for row in rows})
    for row in rows:
        row.school_id = roll.main_school(row.person_id, row.monday)


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
    row = AttendanceTerm(person_id=given.person_id, year=given.year, term=given.term, school_id=given.school)
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
    covers: Sequence[CoverageGiven] = (),
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Written:
    """Load exclusions. Returns what was added, changed and left as it was.

    `covers` says of which schools and days the list is complete: who is not on it was not excluded there, then. Without it
    the list says of nobody that they were not excluded.
    """
    written = _write_exclusions(exclusions, batch, at)
    _note_coverage(Coverage.Kind.EXCLUSIONS, covers, batch, at)
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


def _note_coverage(kind: str, covers: Sequence[CoverageGiven], batch: uuid.UUID | None, at: datetime) -> None:
    if any(given.until < given.since for given in covers):
        raise Refused("The days that the list covers end before they begin. Check both days.", field="covers_to")
    Coverage.objects.bulk_create(
        Coverage(
            kind=kind,
            school_id=one.school,
            since=one.since,
            until=one.until,
            batch=batch,
            recorded_at=one.recorded_at or at,
        )
        for one in covers
    )
    if covers:
        list_again(kind, {one.school for one in covers})


@command(allow=Permission.RECORD_CONTACT)
def enrol(
    actor: Actor,
    subject: Person,
    *,
    school: School,
    since: date | None = None,
    is_main: bool = True,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Enrolment:
    """Put a pupil on a school's roll; the main place at another school ends the day before. Returns the enrolment.

    A subsidiary registration (`is_main` false) stands beside the main one, and ends nothing.
    """
    on_roll = Enrolment.objects.select_for_update().filter(person=subject, until=None)
    standing = on_roll.filter(is_main=True).first() if is_main else on_roll.filter(school=school).first()
    if standing:
        if standing.school_id == school.code:
            return standing
        day = since or timezone.localdate(at)
        if standing.since and day <= standing.since:
            raise Refused("The pupil came to the present school later than that. Choose a later day.", field="since")
        standing.until = day - timedelta(days=1)
        standing.save(update_fields=["until"])
        since = day
    enrolment = Enrolment(person=subject, school=school, since=since, is_main=is_main, recorded_at=at, batch=batch)
    enrolment.scope = subject.scope
    enrolment.save(force_insert=True)
    return enrolment


@command(allow=Permission.MAKE_REQUEST, includes=("schooling.enrol",))
def enrol_all(actor: Actor, subject: Scope, *, pupils: Sequence[Person], school: School, at: datetime) -> None:
    """Put pupils on a school's roll, as `enrol` does each. Two statements for those who were on no roll yet."""
    standing = Enrolment.objects.filter(person__in=pupils, until=None, is_main=True)
    on_a_roll = set(standing.values_list("person_id", flat=True))
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
    standing = Enrolment.objects.filter(person__in=people, until=None, is_main=True)
    on_roll = set(standing.values_list("person_id", flat=True))
    rows = []
    for given in enrolments:
        if given.until is None and given.is_main and given.person_id in on_roll:
            continue
        row = Enrolment(person_id=given.person_id, school_id=given.school, since=given.since, until=given.until)
        row.is_main = given.is_main
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
    covered = Coverage.objects.filter(batch=batch, undone_at=None)
    schools = set(covered.values_list("school_id", flat=True))
    if schools:
        covered.update(undone_at=at)
        list_again(Coverage.Kind.EXCLUSIONS, schools)
    return taken_out
