"""On whose roll pupils were on a day, by which calendar their weeks ran, and whether lists of their schools were complete."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from fingerpost.people.schooling.listing import Span, terms_of
from fingerpost.people.schooling.models import Enrolment, Listed

LONG_AGO, FAR_AHEAD = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a roll, both ends a day."""

    school: str
    calendar: str
    since: date
    until: date
    is_main: bool

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass
class Roll:
    """The places of some pupils, the earliest first."""

    places: dict[uuid.UUID, list[Place]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, people: Iterable[uuid.UUID]) -> "Roll":
        """The places of these people and of the entries merged into theirs, under the entry in use. One query."""
        whom = set(people)
        rows = Enrolment.objects.filter(Q(person__in=whom) | Q(person__merged_into__in=whom)).values_list(
            "person_id", "person__merged_into_id", "school_id", "school__calendar", "since", "until", "is_main"
        )
        roll = cls()
        for person, merged, school, calendar, since, until, is_main in rows:
            place = Place(school, calendar, since or LONG_AGO, until or FAR_AHEAD, is_main)
            roll.places[person if person in whom else merged].append(place)
        for of_person in roll.places.values():
            of_person.sort(key=lambda place: (place.since, place.until, place.school))
        return roll

    def main_school(self, person: uuid.UUID, monday: date) -> str | None:
        """The school on whose roll the pupil mainly was in a week, the later of two in the week of a move; None if unknown."""
        found = self._in_week(person, monday)
        return found[-1].school if found else None

    def calendar(self, person: uuid.UUID, day: date) -> str:
        """The calendar of the school where the pupil mainly was on a day; before the first place that of the first, and in
        between and after the last that of the one before. Empty for a pupil on no roll.
        """
        main = self._main(person)
        begun = [place for place in main if place.since <= day]
        return begun[-1].calendar if begun else main[0].calendar if main else ""

    def _in_week(self, person: uuid.UUID, monday: date) -> list[Place]:
        friday = monday + timedelta(days=4)
        return [place for place in self._main(person) if place.since <= friday and place.until >= monday]

    def _main(self, person: uuid.UUID) -> list[Place]:
        places = self.places.get(person, [])
        return [place for place in places if place.is_main] or places


def is_covered(person: uuid.UUID, kind: str, *, since: date, until: date) -> bool:
    """Whether lists of a kind are complete for every school where the pupil was on roll, on every school day of the stretch.

    No for a pupil on no roll, or on none for some of the days: nobody knows then which school should have told. Three queries.
    """
    places = [
        place for place in Roll.of([person]).places.get(person, []) if place.since <= until and place.until >= since
    ]
    if not places:
        return False
    terms, lists = terms_of({place.calendar for place in places}), _lists(kind, {place.school for place in places})
    for day in _days(since, until):
        on_roll = [place for place in places if place.covers(day)]
        if not on_roll and any(terms[place.calendar].is_open(day) for place in places):
            return False
        for place in on_roll:
            if terms[place.calendar].is_open(day) and not any(a <= day <= b for a, b in lists[place.school]):
                return False
    return True


def _days(since: date, until: date) -> Iterator[date]:
    for after in range((until - since).days + 1):
        yield since + timedelta(days=after)


def _lists(kind: str, schools: set[str]) -> dict[str, list[Span]]:
    spans = defaultdict[str, list[Span]](list)
    rows = Listed.objects.filter(kind=kind, school__in=schools, superseded_at=None)
    for school, since, until in rows.values_list("school_id", "since", "until"):
        spans[school].append((since, until))
    return spans
