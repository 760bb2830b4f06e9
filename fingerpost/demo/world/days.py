"""The days of the demonstration: when each service believes it is, school terms, and times in Essex."""

from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from fingerpost.ground.places.terms import TermGiven
from fingerpost.language.calendars import Calendar

LONDON = ZoneInfo("Europe/London")
FIRST_DAY = date(2010, 4, 1)
TODAY = date(2010, 12, 31)
LAST_DAY = date(2010, 12, 30)  # nothing has happened yet on the day itself, whatever the hour
SET_UP = datetime(2010, 3, 22, 9, tzinfo=LONDON)
ENGLAND = Calendar("England")
SCHOOLS = "essex"
FRIDAY = 4

TERMS = [
    TermGiven(name, date.fromisoformat(first), date.fromisoformat(last))
    for name, first, last in (
        ("Autumn 2009, first half", "2009-09-02", "2009-10-23"),
        ("Autumn 2009, second half", "2009-11-02", "2009-12-18"),
        ("Spring 2010, first half", "2010-01-04", "2010-02-12"),
        ("Spring 2010, second half", "2010-02-22", "2010-04-01"),
        ("Summer 2010, first half", "2010-04-19", "2010-05-28"),
        ("Summer 2010, second half", "2010-06-07", "2010-07-21"),
        ("Autumn 2010, first half", "2010-09-02", "2010-10-22"),
        ("Autumn 2010, second half", "2010-11-01", "2010-12-17"),
        ("Spring 2011, first half", "2011-01-04", "2011-02-18"),
        ("Spring 2011, second half", "2011-02-28", "2011-04-08"),
        ("Summer 2011, first half", "2011-04-26", "2011-05-27"),
        ("Summer 2011, second half", "2011-06-06", "2011-07-22"),
        ("Autumn 2011, first half", "2011-09-05", "2011-10-21"),
        ("Autumn 2011, second half", "2011-10-31", "2011-12-16"),
        ("Spring 2012, first half", "2012-01-03", "2012-02-10"),
        ("Spring 2012, second half", "2012-02-20", "2012-03-30"),
        ("Summer 2012, first half", "2012-04-16", "2012-06-01"),
        ("Summer 2012, second half", "2012-06-11", "2012-07-20"),
    )
]


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A time in Essex, aware."""
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


@cache
def works(day: date) -> bool:
    return ENGLAND.is_working_day(day)


def working_day(day: date) -> date:
    """The day itself, or the next on which people work."""
    while not works(day):
        day += timedelta(days=1)
    return day


def working_days_on(day: date, number: int) -> date:
    """So many working days later."""
    for _ in range(number):
        day = working_day(day + timedelta(days=1))
    return working_day(day)


@cache
def is_school_day(day: date) -> bool:
    return day.weekday() <= FRIDAY and works(day) and any(t.first_day <= day <= t.last_day for t in TERMS)


def friday_of(day: date) -> date:
    """The Friday of the day's week; of the next one for a weekend."""
    return day + timedelta(days=(FRIDAY - day.weekday()) % 7)


def in_office_hours(day: date, random: Random, *, earliest: int = 9, latest: int = 16) -> datetime:
    return at(day, random.randint(earliest, latest), random.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)))
