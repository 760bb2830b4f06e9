"""Working days and school weeks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import holidays

LONDON: Final = ZoneInfo("Europe/London")
_SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


class WorkingCalendar(Protocol):
    """What a clock asks of a calendar."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin and end."""

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works."""

    def is_school_week(self, monday: date) -> bool:
        """Whether there is school on a day of the week that begins on this Monday."""


@dataclass(frozen=True, slots=True)
class Term:
    """One stretch of school, both days counted; half terms lie between two."""

    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    """Working days of a jurisdiction with the days an area takes off or adds, and the terms of its schools."""

    jurisdiction: str = "England"
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    terms: tuple[Term, ...] = ()
    zone: ZoneInfo = field(default=LONDON)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, no bank holiday, unless the area says otherwise."""
        if day in self.opened:
            return True
        return day.weekday() < 5 and day not in self.closed and day not in bank_holidays(self.jurisdiction, day.year)

    def is_school_week(self, monday: date) -> bool:
        """Whether a term touches Monday to Friday of the week."""
        friday = monday + timedelta(days=4)
        return any(term.first <= friday and monday <= term.last for term in self.terms)


@cache
def bank_holidays(jurisdiction: str, year: int) -> frozenset[date]:
    """Bank holidays of a year. Jersey keeps its own, Liberation Day among them."""
    if jurisdiction == "Jersey":
        return frozenset(holidays.country_holidays("JE", years=year))
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[jurisdiction], years=year))


def working_days_after(calendar: WorkingCalendar, day: date, count: int) -> date:
    """The day that is so many working days later; the day itself for none."""
    while count > 0:
        day += _DAY
        count -= calendar.is_working_day(day)
    return day


def working_days_between(calendar: WorkingCalendar, since: date, until: date) -> int:
    """Working days from one day to another, both counted."""
    days = (since + timedelta(days=n) for n in range((until - since).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def school_weeks_before(calendar: WorkingCalendar, day: date, count: int, *, within: int = 156) -> tuple[date, ...]:
    """Mondays of the last school weeks that ended before this day's week, earliest first. Holidays are skipped.

    Fewer come back where the calendar holds no more terms within three years.
    """
    monday, found = monday_of(day), list[date]()
    for _ in range(within):
        monday -= _WEEK
        if len(found) < count and calendar.is_school_week(monday):
            found.append(monday)
    return tuple(reversed(found))


def school_weeks_after(calendar: WorkingCalendar, day: date, count: int, *, within: int = 156) -> tuple[date, ...]:
    """Mondays of the next school weeks after this day's week, earliest first. Holidays are skipped."""
    monday, found = monday_of(day), list[date]()
    for _ in range(within):
        monday += _WEEK
        if len(found) < count and calendar.is_school_week(monday):
            found.append(monday)
    return tuple(found)


def local(moment: datetime | date, zone: ZoneInfo) -> datetime:
    """A time in the calendar's zone; a bare day is its first moment, and a time without a zone is local."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time.min, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time.max, zone)


def terms_from(spans: Iterable[tuple[date, date]]) -> tuple[Term, ...]:
    """Terms from pairs of first and last day."""
    return tuple(Term(first, last) for first, last in sorted(spans))
