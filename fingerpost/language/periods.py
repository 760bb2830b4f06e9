"""Which stretch of days a figure is about."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fingerpost.language.contract import Contract
from fingerpost.language.definition import Each
from fingerpost.language.schema.returns import ReturnDate, ReturnWords

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_YEAR_STARTS = {"financial": (4, 1), "calendar": (1, 1), "academic": (9, 1)}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` to `end`, both counted."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def touches(self, since: date, until: date | None) -> bool:
        """Whether an interval shares a day with the period; None is still open."""
        return since <= self.end and (until is None or until >= self.start)


class NoPeriod(LookupError):
    """The day lies in no such period, such as a return after the last."""


@dataclass(frozen=True, slots=True)
class ReturnDue:
    """One return of a series: what it reports on and when it is due."""

    series: str
    period: Period
    due: date


def period_on(contract: Contract, each: Each, day: date) -> Period:
    """The period that contains the day. `contract` runs from the agreement's start to the day. Raises NoPeriod."""
    if each.word == "contract":
        return Period(contract.agreement.start, day)
    if each.word == "fixed":
        if each.since is None or each.until is None:
            raise NoPeriod("A fixed period needs both its days")
        return Period(each.since, each.until)
    if each.word == "return":
        return _return_period(contract, day)
    return _part_of_year(_year_start(contract, each.year), _MONTHS[each.word], day)


def previous(contract: Contract, each: Each, period: Period) -> Period:
    """The period just before. Raises NoPeriod before the first return."""
    if each.word in ("fixed", "contract"):
        length = period.end - period.start
        return Period(period.start - _DAY - length, period.start - _DAY)
    return period_on(contract, each, period.start - _DAY)


def year_to_date(contract: Contract, period: Period) -> Period:
    """From the first day of the reporting year, or of the agreement, to the period's end."""
    start = _part_of_year(_year_start(contract, None), 12, period.end).start
    return Period(min(max(start, contract.agreement.start), period.start), period.end)


def year_before(period: Period) -> Period:
    """The same days a year earlier."""
    end = _same_day(period.end.year - 1, period.end)
    if period.end == _month_end(period.end):
        end = _month_end(end)
    return Period(_same_day(period.start.year - 1, period.start), end)


def returns_due(contract: Contract) -> tuple[ReturnDue, ...]:
    """Every return of every series, by due date."""
    found = [due for name, series in contract.returns.items() for due in _series(contract, name, series)]
    return tuple(sorted(found, key=lambda one: (one.due, one.series)))


def months_covered(contract: Contract, period: Period) -> int:
    """Whole months of the period that lie inside the term."""
    start = max(period.start, contract.agreement.start)
    end = min(period.end, contract.agreement.end or period.end)
    following = end + _DAY
    months = (following.year - start.year) * 12 + following.month - start.month
    return max(0, months - (following.day < start.day))


def _series(contract: Contract, name: str, words: ReturnWords) -> Iterator[ReturnDue]:
    start = contract.agreement.start
    if words.dates is not None:
        for one in words.dates:
            ends, due = (one.ends, one.due or one.ends) if isinstance(one, ReturnDate) else (one, one)
            yield ReturnDue(name, Period(start, ends), due)
            start = ends + _DAY
        return
    after = timedelta(days=_days_after(contract, words))
    last = contract.agreement.end
    while words.each and last and start <= last:
        period = _part_of_year(_year_start(contract, None), _MONTHS[words.each], start)
        yield ReturnDue(name, Period(start, min(period.end, last)), min(period.end, last) + after)
        start = period.end + _DAY


def _days_after(contract: Contract, words: ReturnWords) -> int:
    if isinstance(words.due_after, str):
        return int(contract.values[words.due_after].number_on(contract.agreement.start))
    return int(words.due_after or 0)


def _return_period(contract: Contract, day: date) -> Period:
    for due in returns_due(contract):
        if day in due.period:
            return due.period
    raise NoPeriod(f"No return covers {day}")


def _year_start(contract: Contract, year: str | None) -> tuple[int, int]:
    start = contract.agreement.start
    return _YEAR_STARTS.get(year or contract.agreement.reporting_year, (start.month, start.day))


def _part_of_year(year_start: tuple[int, int], months: int, day: date) -> Period:
    month, first = year_start
    start = _same_day(day.year, date(2000, month, first))
    if start > day:
        start = _same_day(day.year - 1, start)
    while (following := add_months(start, months)) <= day:
        start = following
    return Period(start, following - _DAY)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _same_day(year: int, day: date) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
