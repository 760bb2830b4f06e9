"""How dates, times, counts and shares are written on a page. Plain functions, used as template filters and in Python.

None, and the empty string, come back as an empty string, so that a template may say what a gap means:
`{{ (closed_at | date) or "Still open" }}`.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

MONTHS = (
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NO_BREAK = "\u00a0"


def _local(moment: dt.datetime) -> dt.datetime:
    # The zone of the installation: nobody has one of their own, and `localtime` would look for it at every date.
    return moment.astimezone(timezone.get_default_timezone()) if moment.tzinfo else moment


def date(day: dt.date | dt.datetime | None) -> str:
    """4 May 2010. An aware time is read in local time first."""
    if not day:
        return ""
    if isinstance(day, dt.datetime):
        day = _local(day)
    return f"{day.day} {MONTHS[day.month]} {day.year}"


def short_date(day: dt.date | dt.datetime | None) -> str:
    """4 May 10, for narrow columns."""
    if not day:
        return ""
    if isinstance(day, dt.datetime):
        day = _local(day)
    return f"{day.day} {MONTHS[day.month][:3]} {day.year % 100:02}"


def list_date(day: dt.date | dt.datetime | None) -> str:
    """4 Dec 2010, for the columns of a list."""
    if not day:
        return ""
    if isinstance(day, dt.datetime):
        day = _local(day)
    return f"{day.day}{NO_BREAK}{MONTHS[day.month][:3]}{NO_BREAK}{day.year}"


def typed_date(day: dt.date | None) -> str:
    """4/5/2010, as a person would type it."""
    return f"{day.day}/{day.month}/{day.year}" if day else ""


def iso(day: dt.date | dt.datetime | None) -> str:
    """2010-05-04 or 2010-05-04T09:30, for the `datetime` attribute."""
    if not day:
        return ""
    if isinstance(day, dt.datetime):
        return _local(day).strftime("%Y-%m-%dT%H:%M")
    return day.isoformat()


def time(moment: dt.datetime | dt.time | None) -> str:
    """9:30am; 9am; midday; midnight."""
    if moment is None:
        return ""
    if isinstance(moment, dt.datetime):
        moment = _local(moment)
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midday" if moment.hour else "midnight"
    half = "am" if moment.hour < 12 else "pm"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}{half}"


def date_time(moment: dt.datetime | None) -> str:
    """4 May 2010 at 9:30am."""
    return f"{date(moment)} at {time(moment)}" if moment else ""


def number(value: float | Decimal | None, places: int = 0) -> str:
    """1,234 or 1,234.5. Halves round away from nought, as people round them."""
    if value is None:
        return ""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,}"


def percent(value: float | Decimal | None, places: int = 1) -> str:
    """82.0 %, given 82. Nothing out of nothing is "No data", never nought."""
    return "No data" if value is None else f"{number(value, places)}{NO_BREAK}%"


def plural(count: int, one: str, many: str = "") -> str:
    """1 family, 2 families."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def file_size(count: int) -> str:
    """340 KB or 1.2 MB, for links to files."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    return f"{number(count / 1_000_000, 1)} MB"


FILTERS = {
    "date": date,
    "short_date": short_date,
    "list_date": list_date,
    "typed_date": typed_date,
    "iso": iso,
    "time": time,
    "datetime": date_time,
    "number": number,
    "percent": percent,
    "plural": plural,
    "file_size": file_size,
}
