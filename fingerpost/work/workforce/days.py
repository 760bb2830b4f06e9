"""When something about staff is due, by the clocks of the contract, and how many working days somebody has been away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.places import queries as places
from fingerpost.language.answers import Unknown
from fingerpost.language.calendars import WorkingCalendar, working_days_between
from fingerpost.language.clocks import Clock, clock_in_force
from fingerpost.language.dated import Dated

ABSENCE = "absence"


@dataclass(frozen=True)
class CoverDue:
    """From when an absence must be covered: the clock, its words, the moment."""

    clock: str
    title: str
    at: datetime


def start_of_day(day: date) -> datetime:
    """Midnight at which the day begins, in local time."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Reckoning:
    """Days reckoned under one set of rules with one calendar, read once: one query, however many days are asked for."""

    held: Rules
    calendar: WorkingCalendar

    @classmethod
    def under(cls, held: Rules) -> "Reckoning":
        """With the working days of the contract's country."""
        return cls(held, places.working_days_of(held.contract.agreement.jurisdiction))

    def cover_due(self, started_on: date) -> CoverDue | None:
        """From when an absence that began on the day must be covered. None where the contract asks for no cover."""
        contract = self.held.contract
        for duty in contract.workforce.duties.values():
            if duty.clock and ABSENCE in ((duty.served_by,) if isinstance(duty.served_by, str) else duty.served_by):
                clock = clock_in_force(contract, duty.clock, self.held.choices)
                ends = self._end(clock, started_on)
                return CoverDue(duty.clock, clock.title, ends) if ends else None
        return None

    def next_due(self, kind: str, last_on: date) -> date | None:
        """The last day on which the next supervision or review (the contract's code) is in time, after one on `last_on`.

        None where the contract asks for none.
        """
        words = self.held.contract.workforce.supervision.get(kind)
        if words is None:
            return None
        ends = self._end(clock_in_force(self.held.contract, words.clock, self.held.choices), last_on)
        return timezone.localdate(ends) if ends else None

    def working_days_away(self, started_on: date, on: date) -> int:
        """Working days from the first day away to the day, both counted; 0 before it began."""
        return working_days_between(self.calendar, started_on, on) if on >= started_on else 0

    def _end(self, clock: Clock, began: date) -> datetime | None:
        ends = clock.deadline({clock.starts: began}, self.calendar, values=self._values(began))
        return None if isinstance(ends, Unknown) else ends

    def _values(self, began: date) -> Mapping[str, Dated]:
        """The contract's dated values. What began before the contract did is held to the first of each."""
        values = self.held.contract.values
        if began >= self.held.contract.agreement.start:
            return values
        return {
            name: Dated(name, (replace(dated.spells[0], since=began), *dated.spells[1:]))
            for name, dated in values.items()
        }


def weekdays_in_words(days: Iterable[int]) -> str:
    """Monday and Wednesday; Every weekday."""
    chosen = sorted(set(days))
    if chosen == [0, 1, 2, 3, 4]:
        return "Every weekday"
    monday = date(2010, 9, 6)
    names = [f"{monday + timedelta(days=day):%A}" for day in chosen]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
