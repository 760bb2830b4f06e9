"""Facts about a child's schooling that contracts may name. The subject has a `person` (the child) and dated `values`."""

from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact, once
from fingerpost.people.schooling import queries
from fingerpost.people.schooling.models import Exclusion
from fingerpost.people.schooling.queries import WeeksKnown


@fact(
    "attendance_rate_12_weeks",
    label="Attendance over the last school weeks of the window",
    unit="percent",
    needs=("attendance_weeks",),
)
def attendance_rate_12_weeks(subject: Any, on: date) -> FactValue:
    """Percent, exact; not known while no session is on record. The window's length is the contract's."""
    return _rate(subject, on, "attendance_weeks")


@fact(
    "attendance_rate_4_weeks",
    label="Attendance over the last school weeks of the trend",
    unit="percent",
    needs=("trend_weeks",),
)
def attendance_rate_4_weeks(subject: Any, on: date) -> FactValue:
    """Percent, exact; not known while no session is on record. The trend's length is the contract's."""
    return _rate(subject, on, "trend_weeks")


def _rate(subject: Any, on: date, length: str) -> FactValue:
    if subject.person is None or length not in subject.values:
        return NOT_KNOWN
    weeks = int(subject.values[length].on(on))
    rate = _weeks(subject, on, weeks).over(weeks).rate
    return NOT_KNOWN if rate is None else rate


def _weeks(subject: Any, on: date, weeks: int) -> WeeksKnown:
    """The child's last school weeks, at least so many: the shorter window lies within the longer one."""
    known = once(subject, ("weeks", on), lambda: queries.weeks_before(subject.person, weeks=weeks, until=on))
    return known if known.asked >= weeks else queries.weeks_before(subject.person, weeks=weeks, until=on)


@fact("fixed_term_exclusions", label="Fixed term exclusions", unit="exclusions")
def fixed_term_exclusions(subject: Any, on: date) -> FactValue:
    """How many began by the day. None on record means none only where a list of exclusions was loaded."""
    found = _exclusions(subject, on)
    if not found and queries.complete_to("exclusions") is None:
        return NOT_KNOWN
    return len(found)


@fact("fixed_term_exclusion_dates", kind="text", label="Dates of the fixed term exclusions")
def fixed_term_exclusion_dates(subject: Any, on: date) -> FactValue:
    """`12 April 2010 to 13 April 2010 (2 days); …`; not known without an exclusion."""
    return "; ".join(in_words(exclusion) for exclusion in _exclusions(subject, on)) or NOT_KNOWN


def _exclusions(subject: Any, on: date) -> list[Exclusion]:
    if subject.person is None:
        return []
    return once(subject, ("exclusions", on), lambda: queries.exclusions_of(subject.person, until=on))


def in_words(exclusion: Exclusion) -> str:
    """An exclusion's days and length, e.g. `12 April 2010 to 13 April 2010 (2 days)`."""
    days = _day(exclusion.started_on)
    if exclusion.ended_on and exclusion.ended_on != exclusion.started_on:
        days += f" to {_day(exclusion.ended_on)}"
    if not exclusion.sessions:
        return days
    whole, half = divmod(exclusion.sessions, 2)
    length = f"{whole}½" if half and whole else "½" if half else str(whole)
    return f"{days} ({length} {'day' if exclusion.sessions <= 2 else 'days'})"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
