"""Working calendars as numbered days, so that working days between two dates are a subtraction in any database."""

from collections.abc import Iterable
from datetime import date

import holidays
from django.db import connection, transaction

from fingerpost.ground.places.models import WorkDay

SUBDIVISIONS = {
    "england": ("GB", "ENG"),
    "wales": ("GB", "WLS"),
    "scotland": ("GB", "SCT"),
    "northern ireland": ("GB", "NIR"),
    "jersey": ("JE", None),
}
FIRST, LAST = date(2008, 1, 1), date(2030, 12, 31)
AT_SETUP = "england"

_WRITE = """
    INSERT INTO places_workday (calendar, day, is_working, number)
    SELECT %s, day, works, count(*) FILTER (WHERE works) OVER (ORDER BY day)
    FROM (
        SELECT day::date AS day, extract(isodow FROM day) < 6 AND NOT day::date = ANY(%s) AS works
        FROM generate_series(%s::date, %s::date, interval '1 day') AS day
    ) AS days
"""


def write(calendar: str, first: date, last: date, days_off: Iterable[date] = ()) -> int:
    """Write or replace a calendar. Returns how many days it has."""
    off = sorted({*public_holidays(calendar, first, last), *days_off})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM places_workday WHERE calendar = %s", [calendar])
        cursor.execute(_WRITE, [calendar, off, first, last])
        return cursor.rowcount


def public_holidays(calendar: str, first: date, last: date) -> list[date]:
    """The public holidays of a calendar's country between two days, both included. None for a calendar of no country."""
    if calendar not in SUBDIVISIONS:
        return []
    country, subdivision = SUBDIVISIONS[calendar]
    years = range(first.year, last.year + 1)
    return [day for day in holidays.country_holidays(country, subdiv=subdivision, years=years) if first <= day <= last]


def ensure_set_up(**_: object) -> None:
    """Load the calendar that most services need, where it is not there yet. Run after every migrate."""
    ensure(AT_SETUP)


def ensure(calendar: str) -> None:
    """Load the working days of a country where they are not there yet. Nothing happens for a calendar of no country."""
    if calendar in SUBDIVISIONS and not WorkDay.objects.filter(calendar=calendar, day=LAST).exists():
        write(calendar, FIRST, LAST)
