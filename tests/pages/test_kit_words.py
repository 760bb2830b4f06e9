"""How dates, times, counts and shares are written."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fingerpost.pages.kit import statuses, words

SUMMER = dt.datetime(2010, 6, 30, 23, 30, tzinfo=dt.UTC)  # already July in London


def test_days_are_written_in_full_and_in_local_time():
    assert words.date(dt.date(2010, 5, 4)) == "4 May 2010"
    assert words.date(SUMMER) == "1 July 2010"
    assert words.short_date(dt.date(2010, 5, 4)) == "4 May 10"
    assert words.typed_date(dt.date(2010, 5, 4)) == "4/5/2010"
    assert words.iso(SUMMER) == "2010-07-01T00:30"


@pytest.mark.parametrize(
    ("hour", "minute", "written"),
    [
        (0, 0, "midnight"),
        (0, 5, "12:05am"),
        (9, 0, "9am"),
        (9, 30, "9:30am"),
        (12, 0, "midday"),
        (12, 1, "12:01pm"),
        (23, 59, "11:59pm"),
    ],
)
def test_times_are_written_as_people_say_them(hour, minute, written):
    assert words.time(dt.time(hour, minute)) == written


def test_a_moment_is_a_day_and_a_time():
    assert words.date_time(dt.datetime(2010, 5, 4, 9, 30, tzinfo=ZoneInfo("Europe/London"))) == "4 May 2010 at 9:30am"


def test_shares_keep_one_decimal_and_nothing_out_of_nothing_is_no_data():
    assert words.percent(82) == "82.0\u00a0%"
    assert words.percent(79.25) == "79.3\u00a0%"
    assert words.percent(None) == "No data"


def test_counts_and_sizes():
    assert words.number(1234) == "1,234"
    assert words.number(Decimal("0.5")) == "1"
    assert words.number(1234.56, 1) == "1,234.6"
    assert words.plural(1, "family", "families") == "1 family"
    assert words.plural(1200, "day") == "1,200 days"
    assert words.file_size(340) == "1 KB"
    assert words.file_size(1_234_000) == "1.2 MB"


@pytest.mark.parametrize(
    "write", [words.date, words.short_date, words.typed_date, words.iso, words.time, words.date_time, words.number]
)
def test_a_gap_is_an_empty_string(write):
    assert write(None) == ""


def test_a_status_nobody_described_is_still_readable():
    assert statuses.tag_of("awaiting_panel") == ("Awaiting panel", "grey")
    assert statuses.tag_of("met") == ("Met", "green")
    assert statuses.tag_of("met", "On target") == ("On target", "green")
