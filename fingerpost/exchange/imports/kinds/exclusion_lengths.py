"""How long an exclusion was: half-days as a list writes them, against its first and last day and the school's own days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE

HALF_DAYS = 2
SATURDAY = 5


def judge(row: dict[str, Any], is_school_day: Callable[[date], bool | None]) -> tuple[int | None, list[Fault]]:
    """The half-days lost, and what to look at. None for an exclusion that has no length.

    `is_school_day` answers None where the school's terms are not known. Where the days do not leave room for the half-days that
    the row gives, what the days come to is taken, and the line is named.
    """
    first, last, told = row["started_on"], row.get("ended_on"), row.get("sessions")
    doubts = [Fault(row[LINE], "StartDate", why, "warning") for why in _first_day(first, is_school_day)]
    if row["kind"] == "permanent":
        return None, doubts
    if last is None:
        return told, doubts
    most = HALF_DAYS * sum(_counts(day, is_school_day) for day in _days(first, last))
    least = max(1, most - HALF_DAYS)  # it may begin at noon and end at noon
    if row["kind"] == "lunchtime" or (told and least <= told <= most) or not most:
        return told, doubts
    if not told:
        return most, doubts
    message = (
        f"{_days_of(told)} do not fit the days from {first:%d/%m/%Y} to {last:%d/%m/%Y}, which hold {_days_of(most)}. "
        f"{_days_of(most)} are kept. Check the row."
    )
    return most, [*doubts, Fault(row[LINE], "Sessions", message, "warning")]


def _first_day(first: date, is_school_day: Callable[[date], bool | None]) -> Iterator[str]:
    if first.weekday() >= SATURDAY:
        yield f"{first:%d/%m/%Y} is a {first:%A}. Check the first day."
    elif is_school_day(first) is False:
        yield f"{first:%d/%m/%Y} lies in the holidays. Check the first day."


def _counts(day: date, is_school_day: Callable[[date], bool | None]) -> bool:
    is_open = is_school_day(day)
    return day.weekday() < SATURDAY if is_open is None else is_open


def _days(first: date, last: date) -> Iterator[date]:
    for after in range((last - first).days + 1):
        yield first + timedelta(days=after)


def _days_of(half_days: int) -> str:
    return "1 half-day" if half_days == 1 else f"{half_days} half-days"
