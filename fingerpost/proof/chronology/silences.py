"""Where a story has nothing to tell: spells of a case without a record, and school terms whose attendance nobody loaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places.models import SchoolTerm
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import AttendanceWeek
from fingerpost.people.schooling.queries import shared_calendar, weeks_of
from fingerpost.proof.chronology.events import Event
from fingerpost.work.casework.models import CaseChild


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which a case was open and nothing was written down; both ends count."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@dataclass(frozen=True, slots=True)
class TermAttendance:
    """A child's attendance over one school term, in sessions (half-days). Nothing possible means that none is known."""

    person: str
    term: str
    first_day: date
    last_day: date
    possible: int
    attended: int

    @property
    def percent(self) -> float | None:
        return 100 * self.attended / self.possible if self.possible else None


def silences(
    events: Iterable[Event], spells: Iterable[tuple[date, date]], *, longer_than: int, known_from: date | None = None
) -> list[Silence]:
    """Stretches of more than so many days within the spells in which no work was recorded, earliest first.

    `spells` are the days on which each case was opened and closed (today for an open one). Where only the later events
    were read, `known_from` is the day of the first of them: of what lies before it nothing is said.
    """
    worked = sorted({timezone.localdate(event.at) for event in events if event.is_work})
    found = []
    for opened, ended in spells:
        begins = max(opened, known_from) if known_from else opened
        if begins > ended:
            continue
        marks = [begins, *(day for day in worked if begins < day < ended), ended]
        for before, after in pairwise(marks):
            if (after - before).days > longer_than:
                found.append(Silence(before + timedelta(days=1), after - timedelta(days=1)))
    return sorted(set(found), key=lambda one: one.since)


def attendance_by_term(actor: Actor, children: Sequence[Person], *, since: date, until: date) -> list[TermAttendance]:
    """Each child's attendance in every school term that touches the days, the latest first. Four queries.

    Children whom no case is about are given only if something is known of their attendance: they may not be at school yet.
    """
    if not children:
        return []
    terms = SchoolTerm.objects.filter(calendar=shared_calendar(), first_day__lte=until, last_day__gte=since)
    weeks = weeks_of(actor, children, since=since, until=until)
    on_cases = CaseChild.objects.visible_to(actor).filter(person__in=children)
    at_school = {week.person_id for week in weeks} | set(on_cases.values_list("person_id", flat=True))
    asked = [child for child in children if child.pk in at_school]
    return [_of_term(child, term, weeks) for term in terms.order_by("-first_day") for child in asked]


def _of_term(child: Person, term: SchoolTerm, weeks: Iterable[AttendanceWeek]) -> TermAttendance:
    its_own = [
        w
        for w in weeks
        if w.person_id == child.pk and term.first_day <= w.monday + timedelta(days=4) and w.monday <= term.last_day
    ]
    return TermAttendance(
        child.full_name,
        term.name,
        term.first_day,
        term.last_day,
        possible=sum(week.possible for week in its_own),
        attended=sum(week.attended for week in its_own),
    )
