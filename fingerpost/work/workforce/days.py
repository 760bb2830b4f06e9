"""When something about staff is due, by the clocks of the contract, and how many working days somebody has been away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.places import queries as places
from fingerpost.language.answers import Unknown
from fingerpost.language.calendars import Calendar, WorkingCalendar, working_days_between
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


def calendar_of(held: Rules) -> WorkingCalendar:
    """The working days that were loaded for the contract's country; where none were, those of the law."""
    jurisdiction = held.contract.agreement.jurisdiction
    try:
        return places.calendar(jurisdiction.lower())
    except LookupError:
        return Calendar(jurisdiction)


def cover_due_at(held: Rules, started_on: date) -> CoverDue | None:
    """From when an absence that began on the day must be covered. None where the contract asks for no cover."""
    duties = held.contract.workforce.duties.values()
    for duty in duties:
        if duty.clock and ABSENCE in ((duty.served_by,) if isinstance(duty.served_by, str) else duty.served_by):
            clock = clock_in_force(held.contract, duty.clock, held.choices)
            ends = _end(clock, started_on, held)
            return CoverDue(duty.clock, clock.title, ends) if ends else None
    return None


def next_due(held: Rules, kind: str, last_on: date) -> date | None:
    """The last day on which the next supervision or review (the contract's code) is in time, after one on `last_on`.

    None where the contract asks for none.
    """
    words = held.contract.workforce.supervision.get(kind)
    if words is None:
        return None
    ends = _end(clock_in_force(held.contract, words.clock, held.choices), last_on, held)
    return timezone.localdate(ends) if ends else None


def _end(clock: Clock, began: date, held: Rules) -> datetime | None:
    ends = clock.deadline({clock.starts: began}, calendar_of(held), values=_values(held, began))
    return None if isinstance(ends, Unknown) else ends


def _values(held: Rules, began: date) -> Mapping[str, Dated]:
    """The contract's dated values. What began before the contract did is held to the first of each."""
    values = held.contract.values
    if began >= held.contract.agreement.start:
        return values
    return {
        name: Dated(name, (replace(dated.spells[0], since=began), *dated.spells[1:])) for name, dated in values.items()
    }


def working_days_away(held: Rules, started_on: date, on: date) -> int:
    """Working days from the first day away to the day, both counted; 0 before it began."""
    return working_days_between(calendar_of(held), started_on, on) if on >= started_on else 0


def weekdays_in_words(days: Iterable[int]) -> str:
    """Monday and Wednesday; Every weekday."""
    chosen = sorted(set(days))
    if chosen == [0, 1, 2, 3, 4]:
        return "Every weekday"
    monday = date(2010, 9, 6)
    names = [f"{monday + timedelta(days=day):%A}" for day in chosen]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
