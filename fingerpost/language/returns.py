"""What a return must hold before it can go."""

from collections.abc import Mapping
from datetime import date, timedelta

from fingerpost.language.contract import Contract
from fingerpost.language.dated import number_named
from fingerpost.language.periods import ReturnDue, returns_due


def returns_outstanding(contract: Contract, submitted: Mapping[tuple[str, date], object]) -> list[ReturnDue]:
    """Returns of the contract that nobody has submitted, by due date. Keys are series and last day reported on."""
    return [due for due in returns_due(contract) if (due.series, due.period.end) not in submitted]


def reminder_days(contract: Contract, due: ReturnDue) -> tuple[date, ...]:
    """Days on which to remind of a return, earliest first."""
    before = contract.returns[due.series].reminders
    return tuple(due.due - timedelta(days=days) for days in sorted(before, reverse=True))


def empty_headings(contract: Contract, series: str, written: Mapping[str, str]) -> tuple[str, ...]:
    """Headings that must hold words and do not, in the order of the return."""
    headings = contract.returns[series].headings
    return tuple(key for key, words in headings.items() if words.required and not written.get(key, "").strip())


def case_studies_missing(contract: Contract, series: str, held: Mapping[str, int], on: date) -> dict[str, int]:
    """How many case studies each area still lacks; areas with enough are left out.

    Without areas the one key is the empty string.
    """
    words = contract.returns[series].case_studies
    if words is None:
        return {}
    needed = int(number_named(words.count, contract.values, on))
    places = [area.code for area in contract.areas_at(words.in_each)] if words.in_each else [""]
    short = {place: needed - held.get(place, 0) for place in places}
    return {place: count for place, count in short.items() if count > 0}
