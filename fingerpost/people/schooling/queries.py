"""Attendance and exclusions as eligibility, imports and pages ask for them."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import SchoolWeek
from fingerpost.people.families.models import Identifier, Person
from fingerpost.people.schooling.codes import school_code
from fingerpost.people.schooling.enrolled import Roll
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, Exclusion, School
from fingerpost.people.schooling.rolls import SESSIONS_A_WEEK

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Attendance:
    """Sessions (half-days) over some school weeks. `weeks_known` of `weeks_asked` have sessions on record."""

    possible: int
    attended: int
    weeks_known: int
    weeks_asked: int

    @property
    def rate(self) -> Fraction | None:
        """Percent, exact: 96 of 120 is 80, not 79.99. None where no session was possible."""
        return Fraction(self.attended * 100, self.possible) if self.possible else None


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil as a list finds them: who it is, and where their records lie."""

    person_id: uuid.UUID
    scope: Scope


@dataclass(frozen=True, slots=True)
class WeekKnown:
    """One school week on record: how many weeks back, and the half-days possible and attended."""

    back: int
    possible: int
    attended: int


@dataclass(frozen=True, slots=True)
class WeeksKnown:
    """The weeks on record among the last `asked` school weeks."""

    asked: int
    weeks: tuple[WeekKnown, ...]

    def over(self, weeks: int) -> Attendance:
        """Sessions over the last so many of these weeks."""
        within = [week for week in self.weeks if week.back <= weeks]
        return Attendance(sum(w.possible for w in within), sum(w.attended for w in within), len(within), weeks)


# Every decision asks this. As one statement it costs a sixth of what the ORM would make of it. School weeks are days, by the
# calendar of the school where the child mainly was at the time; before the first place and between two, by the one beside it.
_WEEKS = """
WITH entries AS (SELECT id FROM families_person WHERE id = %(person)s OR merged_into_id = %(person)s),
places AS (
    SELECT s.calendar, e.since, e.until, row_number() OVER turn = 1 AS is_first, lead(e.since) OVER turn AS next_since
    FROM schooling_enrolment e JOIN schooling_school s ON s.code = e.school_id
    WHERE e.is_main AND e.person_id IN (SELECT id FROM entries) WINDOW turn AS (ORDER BY e.since NULLS FIRST, e.id)),
shared AS (SELECT min(calendar) AS calendar FROM places_schoolweek HAVING count(DISTINCT calendar) = 1),
open AS (
    SELECT DISTINCT w.monday FROM places_schoolweek w JOIN places p ON p.calendar = w.calendar
    AND (p.is_first OR p.since IS NULL OR w.monday + 6 >= p.since)
    AND (p.until IS NULL OR w.monday <= greatest(p.until, coalesce(p.next_since - 1, 'infinity'::date)))
    WHERE w.monday < %(monday)s
    UNION SELECT w.monday FROM places_schoolweek w JOIN shared ON shared.calendar = w.calendar
    WHERE w.monday < %(monday)s AND NOT EXISTS (SELECT FROM places)),
asked AS (SELECT monday, row_number() OVER (ORDER BY monday DESC) AS back FROM open ORDER BY monday DESC LIMIT %(weeks)s)
SELECT a.back, w.possible, w.attended, w.school_id
FROM asked a JOIN schooling_attendanceweek w ON w.monday = a.monday AND w.person_id IN (SELECT id FROM entries)
WHERE w.superseded_at IS NULL AND w.counts AND w.possible > 0 ORDER BY a.back, w.recorded_at DESC, w.id
"""


def weeks_before(person: Person, *, weeks: int, until: date) -> WeeksKnown:
    """What is on record of the last so many school weeks that ended before `until`; holidays are skipped. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, {"person": person.pk, "monday": until_monday(until), "weeks": weeks})
        told = [(back, (school, possible, attended)) for back, possible, attended, school in cursor.fetchall()]
    by_week = ((back, [row for _, row in rows]) for back, rows in groupby(told, key=itemgetter(0)))
    return WeeksKnown(weeks, tuple(WeekKnown(back, *_once(rows)) for back, rows in by_week))


def _once(told: Sequence[tuple[str | None, int, int]]) -> tuple[int, int]:
    """Half-days possible and attended of one week that stands under several entries of a child, the latest first.

    The latest word counts; what several schools told under several entries adds up, where a week has so many sessions.
    """
    possible, attended = sum(row[1] for row in told), sum(row[2] for row in told)
    is_apart = len({school for school, _, _ in told}) == len(told)
    return (possible, attended) if is_apart and possible <= SESSIONS_A_WEEK else told[0][1:]


def attendance_over(person: Person, *, weeks: int, until: date) -> Attendance:
    """Sessions over the last so many school weeks that ended before `until`; holidays are skipped. One query."""
    return weeks_before(person, weeks=weeks, until=until).over(weeks)


def last_friday(before: date) -> date:
    """The Friday of the last week that had ended before a day."""
    return before - timedelta(days=(before.weekday() - FRIDAY - 1) % 7 + 1)


def until_monday(until: date) -> date:
    """A week counts as ended when its Friday lies before the day: its Monday lies before this one."""
    return until - timedelta(days=FRIDAY)


def calendar_of(person: Person, on: date) -> str:
    """The calendar of the school where the pupil is on roll; where none is known, that of the schools if they share one."""
    return Roll.of([person.pk]).calendar(person.pk, on) or shared_calendar()


def shared_calendar() -> str:
    """The one calendar that has school weeks; empty when none or several have."""
    names = list(SchoolWeek.objects.order_by("calendar").values_list("calendar", flat=True).distinct()[:2])
    return names[0] if len(names) == 1 else ""


def of_person(rows: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """The rows of a person, and of the entries that were merged into theirs."""
    return rows.filter(Q(person=person) | Q(person__merged_into=person))


def exclusions_of(
    person: Person, *, until: date, since: date | None = None, kind: str = Exclusion.Kind.FIXED_TERM
) -> list[Exclusion]:
    """The exclusions of a kind that began by the day, each once, earliest first; only those since a day, if one is given.

    One that stands under two entries of a child is told as it was written down last. One query.
    """
    rows = of_person(Exclusion.objects.filter(superseded_at=None, kind=kind, started_on__lte=until), person)
    if since:
        rows = rows.filter(started_on__gte=since)
    by_day = {exclusion.started_on: exclusion for exclusion in rows.order_by("started_on", "recorded_at", "pk")}
    return list(by_day.values())


def school_weeks_begin(person: Person, *, weeks: int, until: date) -> date | None:
    """The Monday of the first of the last so many school weeks that ended before the day; None where so many are not loaded."""
    roll, end = Roll.of([person.pk]), until_monday(until)
    mondays = SchoolWeek.objects.filter(monday__lt=end).values_list("calendar", "monday").order_by("-monday")
    shared = None if roll.places else shared_calendar()
    found: list[date] = []
    for calendar, monday in mondays.iterator(chunk_size=200):
        own = shared if shared is not None else roll.calendar(person.pk, monday + timedelta(days=FRIDAY))
        if calendar == own and monday not in found:
            found.append(monday)
            if len(found) == weeks:
                return monday
    return None


def weeks_of(actor: Actor, people: Iterable[Person], *, since: date, until: date) -> list[AttendanceWeek]:
    """The weeks that the actor may see of these people, by Monday. One query."""
    rows = AttendanceWeek.objects.visible_to(actor).filter(person__in=list(people), superseded_at=None, counts=True)
    return list(rows.filter(monday__gte=since, monday__lte=until).order_by("monday"))


def schools_by_code(codes: Iterable[str]) -> dict[str, School]:
    """Schools by the word that a list has for them: number, register number (URN), or name in any case. One query.

    A name that several schools bear stands for none.
    """
    wanted = {code: school_code(code) for code in codes}
    names = {" ".join(code.split()).casefold() for code in wanted}
    rows = School.objects.annotate(lower=Lower("name"))
    schools = list(rows.filter(Q(code__in=wanted.values()) | Q(urn__in=wanted.values()) | Q(lower__in=names)))
    by_name = defaultdict[str, list[School]](list)
    for school in schools:
        by_name[school.name.casefold()].append(school)
    known = {school.urn: school for school in schools if school.urn} | {school.code: school for school in schools}
    alone = {name: of_name[0] for name, of_name in by_name.items() if len(of_name) == 1}
    found = {code: known.get(plain) or alone.get(" ".join(code.split()).casefold()) for code, plain in wanted.items()}
    return {code: school for code, school in found.items() if school}


def pupils(
    actor: Actor,
    numbers: Sequence[str],
    *,
    kind: str = Identifier.Kind.UPN,
    within: Scope | None = None,
    meets: Callable[[Scope], bool] = lambda scope: True,
) -> dict[str, Pupil]:
    """Pupils whom somebody who imports lists may find, by number, e.g. by unique pupil number. Two queries.

    A number that is doubted leads to whose it is, where `meets` says of their scope that they may be met.
    """
    rows = Identifier.objects.visible_to(actor, Permission.IMPORT_LIST).filter(kind=kind, value__in=numbers)
    if within:
        rows = rows.filter(scope_keys__overlap=sorted(within.keys))
    fields = ("value", "person_id", "person__merged_into_id", "person__scope_keys", "person__restricted")
    known: dict[str, Pupil] = {}
    for number, person, merged, keys, restricted in rows.order_by("-is_doubted").values_list(*fields):
        scope = Scope(frozenset(keys), restricted)
        if number not in known or meets(scope):
            known[number] = Pupil(merged or person, scope)
    return known


def on_roll_at(schools: Iterable[str]) -> set[uuid.UUID]:
    """Everybody who was ever on the roll of one of these schools, under the entries in use. One query."""
    rows = Enrolment.objects.filter(school__in=set(schools)).values_list("person_id", "person__merged_into_id")
    return {merged or person for person, merged in rows.distinct()}
