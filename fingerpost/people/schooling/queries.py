"""Attendance and exclusions as eligibility, imports and pages ask for them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import SchoolWeek
from fingerpost.people.families.models import Identifier, Person
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, Exclusion, Loaded, School

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
    """A pupil as a list finds her: who she is, where her records lie, and by which calendar her school runs."""

    person_id: uuid.UUID
    scope: Scope
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class WeeksKnown:
    """The weeks on record among the last `asked` school weeks, each (how many weeks back, possible, attended)."""

    asked: int
    weeks: tuple[tuple[int, int, int], ...]

    def over(self, weeks: int) -> Attendance:
        """Sessions over the last so many of these weeks."""
        within = [(possible, attended) for back, possible, attended in self.weeks if back <= weeks]
        return Attendance(sum(p for p, _ in within), sum(a for _, a in within), len(within), weeks)


# Every decision asks this. As one statement it costs a sixth of the three that the ORM would make of it.
_WEEKS = """
WITH entries AS (SELECT id FROM families_person WHERE id = %(person)s OR merged_into_id = %(person)s),
calendar AS (
    SELECT coalesce(
        (SELECT nullif(s.calendar, '') FROM schooling_enrolment e JOIN schooling_school s ON s.code = e.school_id
         WHERE e.until IS NULL AND e.person_id IN (SELECT id FROM entries) ORDER BY e.id LIMIT 1),
        (SELECT min(calendar) FROM places_schoolweek HAVING count(DISTINCT calendar) = 1)
    ) AS name),
asked AS (
    SELECT number, row_number() OVER (ORDER BY number DESC) AS back FROM (
        SELECT number FROM places_schoolweek WHERE calendar = (SELECT name FROM calendar) AND monday < %(monday)s
        ORDER BY number DESC LIMIT %(weeks)s) AS ended)
SELECT a.back, w.possible, w.attended
FROM asked a JOIN schooling_attendanceweek w ON w.week = a.number AND w.person_id IN (SELECT id FROM entries)
WHERE w.superseded_at IS NULL AND w.possible > 0
"""


def weeks_before(person: Person, *, weeks: int, until: date) -> WeeksKnown:
    """What is on record of the last so many school weeks that ended before `until`; holidays are skipped. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, {"person": person.pk, "monday": until_monday(until), "weeks": weeks})
        return WeeksKnown(weeks, tuple(cursor.fetchall()))


def attendance_over(person: Person, *, weeks: int, until: date) -> Attendance:
    """Sessions over the last so many school weeks that ended before `until`; holidays are skipped. One query."""
    return weeks_before(person, weeks=weeks, until=until).over(weeks)


def until_monday(until: date) -> date:
    """A week counts as ended when its Friday lies before the day: its Monday lies before this one."""
    return until - timedelta(days=FRIDAY)


def calendar_of(person: Person) -> str:
    """The calendar of the school where the pupil is on roll; where none is known, that of the schools if they share one."""
    enrolled = (
        of_person(Enrolment.objects.filter(until=None), person).values_list("school__calendar", flat=True).first()
    )
    return enrolled or shared_calendar()


def shared_calendar() -> str:
    """The one calendar that has school weeks; empty when none or several have."""
    names = list(SchoolWeek.objects.order_by("calendar").values_list("calendar", flat=True).distinct()[:2])
    return names[0] if len(names) == 1 else ""


def of_person(rows: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """The rows of a person, and of the entries that were merged into theirs."""
    return rows.filter(Q(person=person) | Q(person__merged_into=person))


def exclusions_of(person: Person, *, until: date, kind: str = Exclusion.Kind.FIXED_TERM) -> list[Exclusion]:
    """The exclusions of a kind that began by the day, earliest first. One query."""
    rows = Exclusion.objects.filter(superseded_at=None, kind=kind, started_on__lte=until)
    return list(of_person(rows, person).order_by("started_on"))


def weeks_of(actor: Actor, people: Iterable[Person], *, since: date, until: date) -> list[AttendanceWeek]:
    """The weeks that the actor may see of these people, by Monday. One query."""
    rows = AttendanceWeek.objects.visible_to(actor).filter(person__in=list(people), superseded_at=None)
    return list(rows.filter(monday__gte=since, monday__lte=until).order_by("monday"))


def schools_by_code(codes: Iterable[str]) -> dict[str, School]:
    """Schools by code, and by name in lower case where only the name is known. One query."""
    wanted = {code.strip() for code in codes}
    found = School.objects.filter(Q(code__in=wanted) | Q(name__in=wanted))
    return {known: school for school in found for known in (school.code, school.name)}


def pupils(
    actor: Actor, numbers: Sequence[str], *, kind: str = Identifier.Kind.UPN, within: Scope | None = None
) -> dict[str, Pupil]:
    """Pupils whom somebody who imports lists may find, by number, e.g. by unique pupil number. Two queries."""
    rows = Identifier.objects.visible_to(actor, Permission.IMPORT_LIST).filter(kind=kind, value__in=numbers)
    if within:
        rows = rows.filter(scope_keys__overlap=sorted(within.keys))
    found = rows.values_list("value", "person_id", "person__merged_into_id", "person__scope_keys", "person__restricted")
    known = {number: (merged or person, keys, restricted) for number, person, merged, keys, restricted in found}
    enrolled = Enrolment.objects.filter(person_id__in=[person for person, *_ in known.values()], until=None)
    calendars = dict(enrolled.values_list("person_id", "school__calendar"))
    return {
        number: Pupil(person, Scope(frozenset(keys), restricted), calendars.get(person, ""))
        for number, (person, keys, restricted) in known.items()
    }


def complete_to(kind: str) -> date | None:
    """The day to which lists of a kind (`attendance`, `exclusions`) are complete; None when none was loaded."""
    return (
        Loaded.objects.filter(kind=kind, undone_at=None)
        .order_by("-complete_to")
        .values_list("complete_to", flat=True)
        .first()
    )
