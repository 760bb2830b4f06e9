"""School terms as people speak of them: both halves together, so that "the autumn term" is one span."""

from dataclasses import dataclass
from datetime import date, timedelta

from fingerpost.ground.places.models import SchoolTerm
from fingerpost.people.schooling.models import School

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class Term:
    """One term: its name, its first and its last day. `is_given` is false for a quarter that stands in for a term not loaded."""

    name: str
    first_day: date
    last_day: date
    is_given: bool = True

    @property
    def key(self) -> str:
        """How an address names it: its first day."""
        return self.first_day.isoformat()


def terms(scheme: str) -> list[Term]:
    """The terms of the schools in an area scheme, earliest first. One query; empty where none is loaded."""
    calendars = School.objects.filter(area__scheme=scheme).values("calendar")
    halves: dict[str, tuple[date, date]] = {}
    for half in SchoolTerm.objects.filter(calendar__in=calendars).order_by("first_day"):
        name = half.name.partition(",")[0].strip()
        first, last = halves.get(name, (half.first_day, half.last_day))
        halves[name] = min(first, half.first_day), max(last, half.last_day)
    return [Term(name, first, last) for name, (first, last) in halves.items()]


def term_of(scheme: str, day: date, known: list[Term] | None = None) -> Term:
    """The term that holds the day; in the holidays the next one; the quarter of the year where none is loaded. One query."""
    found = terms(scheme) if known is None else known
    return next((term for term in found if term.last_day >= day), None) or _quarter(day)


def _quarter(day: date) -> Term:
    first = date(day.year, (day.month - 1) // MONTHS_OF_A_QUARTER * MONTHS_OF_A_QUARTER + 1, 1)
    last = (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    return Term(f"{first:%B} to {last:%B %Y}", first, last, is_given=False)
