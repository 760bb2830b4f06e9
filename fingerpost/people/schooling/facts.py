"""Facts about a child's schooling that contracts may name. The subject has a `person` (the child) and dated `values`."""

from datetime import date, timedelta
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact, once
from fingerpost.people.schooling import queries
from fingerpost.people.schooling.enrolled import LONG_AGO, is_covered
from fingerpost.people.schooling.models import Coverage, Exclusion
from fingerpost.people.schooling.queries import Attendance, WeeksKnown

LEAST = "weeks_known_least"  # the share of a window's weeks, in percent, that must be known before a rate is told
WINDOW = "exclusion_window"


@fact(
    "attendance_rate_12_weeks",
    label="Attendance over the last school weeks of the window",
    unit="percent",
    needs=("attendance_weeks",),
)
def attendance_rate_12_weeks(subject: Any, on: date) -> FactValue:
    """Percent, exact; not known while too few of the weeks are on record. The window's length is the contract's."""
    return _rate(subject, on, "attendance_weeks")


@fact(
    "attendance_rate_4_weeks",
    label="Attendance over the last school weeks of the trend",
    unit="percent",
    needs=("trend_weeks",),
)
def attendance_rate_4_weeks(subject: Any, on: date) -> FactValue:
    """Percent, exact; not known while too few of the weeks are on record. The trend's length is the contract's."""
    return _rate(subject, on, "trend_weeks")


@fact("attendance_weeks_known", label="School weeks of the window that are on record", needs=("attendance_weeks",))
def attendance_weeks_known(subject: Any, on: date) -> FactValue:
    """Over how many of its weeks the rate of the window speaks."""
    return _weeks_known(subject, on, "attendance_weeks")


@fact("trend_weeks_known", label="School weeks of the trend that are on record", needs=("trend_weeks",))
def trend_weeks_known(subject: Any, on: date) -> FactValue:
    """Over how many of its weeks the rate of the trend speaks."""
    return _weeks_known(subject, on, "trend_weeks")


def _rate(subject: Any, on: date, length: str) -> FactValue:
    known = _over(subject, on, length)
    if known is None or known.rate is None:
        return NOT_KNOWN
    least = subject.values[LEAST].number_on(on) if LEAST in subject.values else 0
    return known.rate if 100 * known.weeks_known >= least * known.weeks_asked else NOT_KNOWN


def _weeks_known(subject: Any, on: date, length: str) -> FactValue:
    known = _over(subject, on, length)
    return NOT_KNOWN if known is None else known.weeks_known


def _over(subject: Any, on: date, length: str) -> Attendance | None:
    if subject.person is None or length not in subject.values:
        return None
    weeks = int(subject.values[length].on(on))
    return _weeks(subject, on, weeks).over(weeks)


def _weeks(subject: Any, on: date, weeks: int) -> WeeksKnown:
    """The child's last school weeks, at least so many: the shorter window lies within the longer one."""
    known = once(subject, ("weeks", on), lambda: queries.weeks_before(subject.person, weeks=weeks, until=on))
    return known if known.asked >= weeks else queries.weeks_before(subject.person, weeks=weeks, until=on)


@fact("fixed_term_exclusions", label="Fixed term exclusions", unit="exclusions")
def fixed_term_exclusions(subject: Any, on: date) -> FactValue:
    """How many began in the time looked at, by the day.

    None on record means none only where lists of the child's own schools cover that time; else it is not known.
    """
    found = _exclusions(subject, on)
    return len(found) or (0 if _is_listed(subject, on) else NOT_KNOWN)


@fact("exclusions_listed", kind="boolean", label="Lists of exclusions cover the child's schools in the time looked at")
def exclusions_listed(subject: Any, on: date) -> FactValue:
    """Yes, or not known: without such lists there may be exclusions beside those on record."""
    return True if _is_listed(subject, on) else NOT_KNOWN


@fact("fixed_term_exclusion_dates", kind="text", label="Dates of the fixed term exclusions")
def fixed_term_exclusion_dates(subject: Any, on: date) -> FactValue:
    """`12 April 2010 to 13 April 2010 (2 days); …`; not known without an exclusion."""
    return "; ".join(in_words(exclusion) for exclusion in _exclusions(subject, on)) or NOT_KNOWN


def _exclusions(subject: Any, on: date) -> list[Exclusion]:
    if subject.person is None:
        return []
    since = _window(subject, on)
    return once(subject, ("exclusions", on), lambda: queries.exclusions_of(subject.person, since=since, until=on))


def _is_listed(subject: Any, on: date) -> bool:
    """Whether lists cover the time looked at, up to the last school week that had ended: later ones have still to come."""
    if subject.person is None:
        return False
    since = _window(subject, on) or subject.person.born_on or LONG_AGO
    until = queries.last_friday(on)
    return once(
        subject,
        ("exclusions listed", on),
        lambda: is_covered(subject.person.pk, Coverage.Kind.EXCLUSIONS, since=since, until=until),
    )


def _window(subject: Any, on: date) -> date | None:
    return once(subject, ("window", on), lambda: window_begins(subject, WINDOW, on))


def window_begins(subject: Any, window: str, on: date) -> date | None:
    """The first day that a window of the contract looks at; None for all time, and where the contract has no such window.

    So many school weeks of the child's own, and where they are not loaded so many weeks.
    """
    weeks = subject.values[window].on(on) if window in subject.values else None
    if not isinstance(weeks, int):
        return None
    begins = None
    if subject.person is not None:
        begins = queries.school_weeks_begin(subject.person, weeks=weeks, until=on)
    return begins or on - timedelta(weeks=weeks)


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
