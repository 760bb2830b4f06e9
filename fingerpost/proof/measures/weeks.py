"""School weeks as columns: "the last week that had ended before this day" without a loop.

A week runs from its Monday; it has ended before a day that comes after its Friday.
"""

import ibis

from fingerpost.ground.places.models import SchoolWeek
from fingerpost.proof.measures.asked import TODAY, Asked
from fingerpost.proof.measures.record_set import beside
from fingerpost.proof.measures.tables import Column, Table, days_after, table_of

FRIDAY = 4  # days after Monday
AFTER_FRIDAY = 5


def monday_of(day: Column) -> Column:
    """The Monday of the day's week. Through a timestamp, so that a date comes out, which databases can join by hash."""
    return day.cast("timestamp").truncate("W").cast("date")


def keys_of_weeks(asked: Asked) -> tuple[str, ...]:
    """The column by which a row finds its school weeks, beside a day or number; none where all schools share a calendar."""
    return () if asked.calendar else ("calendar",)


def beside_days(rows: Table, days: Table, keys: tuple[str, ...]) -> Table:
    """The rows, each with what was worked out for its day. Days are told apart once more, for the planner's sake.

    It cannot know that weeks joined to a day leave one row for it, and would otherwise expect millions.
    """
    told = {name: days[name].max() for name in days.columns if name not in keys}
    return beside(rows, days.group_by(keys).agg(**told), *keys)


def calendar_of_all_weeks() -> Column:
    """The one calendar that has school weeks; NULL where none or several have."""
    weeks = table_of(SchoolWeek)
    ends = weeks.aggregate(first=weeks.calendar.min(), last=weeks.calendar.max())
    one = (ends.first == ends.last).ifelse(ends.first, ibis.null("string"))
    return ends.select(calendar=one).as_scalar()


def every_monday() -> Table:
    """One row for every Monday of a calendar, holidays too, with the number of the last school week begun by then.

    The last week that is loaded stands until today, or until the next is loaded.
    """
    weeks = table_of(SchoolWeek)
    after = weeks.monday.lead().over(group_by=weeks.calendar, order_by=weeks.monday)
    last = days_after(ibis.greatest(weeks.monday, TODAY), 7)
    spans = weeks.select("calendar", "number", first=weeks.monday, last=after.fill_null(last))
    mondays = ibis.range(spans.first.cast("timestamp"), spans.last.cast("timestamp"), ibis.interval(days=7)).unnest()
    spread = spans.select("calendar", "number", at=mondays)
    return spread.select("calendar", "number", monday=spread.at.cast("date"))


def with_week_ended_before(rows: Table, day: str, *, into: str) -> Table:
    """Adds the number of the last school week that had ended before the day in column `day`."""
    return _with_week(rows, monday_of(days_after(rows[day], -AFTER_FRIDAY)), into)


def with_week_begun_by(rows: Table, day: str, *, into: str) -> Table:
    """Adds the number of the last school week that had begun by the day in column `day`."""
    return _with_week(rows, monday_of(rows[day]), into)


def with_monday_of(rows: Table, number: str, *, into: str) -> Table:
    """Adds the Monday of the school week whose number is in column `number`; NULL where it is not loaded."""
    weeks = table_of(SchoolWeek)
    return _beside(rows, weeks.select(**{"calendar": weeks.calendar, number: weeks.number, into: weeks.monday}), number)


def with_week_ended_by_today(rows: Table, *, into: str) -> Table:
    """Adds the number of the last school week that had ended before the day it is asked."""
    weeks = table_of(SchoolWeek)
    over = weeks.filter(weeks.monday < days_after(TODAY, -FRIDAY))
    if "calendar" not in rows.columns:
        return rows.mutate(**{into: over.number.max().as_scalar()})
    return _beside(rows, over.group_by("calendar").agg(**{into: over.number.max()}))


def _with_week(rows: Table, monday: Column, into: str) -> Table:
    mondays = every_monday()
    more = mondays.select(**{"calendar": mondays.calendar, "monday_sought": mondays.monday, into: mondays.number})
    return _beside(rows.mutate(monday_sought=monday), more, "monday_sought").drop("monday_sought")


def _beside(rows: Table, more: Table, *keys: str) -> Table:
    """The rows beside their school weeks. Rows without a calendar are asked where all weeks have one and the same."""
    if "calendar" in rows.columns:
        return beside(rows, more, "calendar", *keys)
    return beside(rows, more.drop("calendar"), *keys)
