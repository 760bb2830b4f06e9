"""Clocks over working days, hours and weeks of school."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerpost.language import NOT_KNOWN, Contract, clock_in_force, deadline
from fingerpost.language.calendars import (
    LONDON,
    Calendar,
    bank_holidays,
    monday_of,
    school_weeks_after,
    school_weeks_before,
    terms_from,
    working_days_between,
)
from fingerpost.language.pathway import tasks_after
from tests.unit.language.small import contract, faults, told

ENGLAND = Calendar("England")
FIRST_CONTACT = (Path(__file__).parent / "definitions" / "thurrock_clocks.yaml").read_text()
CLOCKS = (
    FIRST_CONTACT.replace('"4.2.1"', '"2.4"')
    + """
absence_cover:
  {clause: "2.4", starts: absence_started_on, stops: cover_planned_at, working_days: 11, counting: start_day,
   ends: start_of_day}
supervision: {clause: "2.4", starts: supervised_on, stops: supervised_on, weeks: supervision_weeks}
follow_up: {clause: "2.4", starts: closed_at, school_weeks: 12}
month: {clause: "2.4", starts: closed_at, months: 1}
values:
  supervision_weeks: [{since: 2010-04-01, value: 4, unit: weeks}]
"""
)
TERMS = terms_from(
    [
        (date(2010, 9, 6), date(2010, 10, 22)),
        (date(2010, 11, 1), date(2010, 12, 17)),
        (date(2011, 1, 4), date(2011, 2, 18)),
        (date(2011, 2, 28), date(2011, 4, 8)),
    ]
)


@pytest.fixture(scope="module")
def clocks() -> Contract:
    return contract(clocks=CLOCKS)


def due(clocks: Contract, key: str, times: dict[str, Any], calendar: Calendar = ENGLAND, **choices: str) -> Any:
    return deadline(clocks, key, times, calendar, {f"{key}.{name}": letter for name, letter in choices.items()})


EASTER = {"notified_at": datetime(2016, 3, 24, 10, 0), "discharged_at": datetime(2016, 3, 23, 16, 0)}


def test_two_working_days_skip_good_friday_and_easter_monday(clocks: Contract) -> None:
    found = due(clocks, "first_contact", EASTER)
    assert found.date() == date(2016, 3, 30)
    assert (found + timedelta(microseconds=1)).date() == date(2016, 3, 31)


def test_the_other_readings_of_the_same_clock(clocks: Contract) -> None:
    assert due(clocks, "first_contact", EASTER, length="B") == datetime(2016, 3, 26, 10, 0, tzinfo=LONDON)
    assert due(clocks, "first_contact", EASTER, length="C") == datetime(2016, 3, 26, 10, 0, tzinfo=LONDON)
    assert due(clocks, "first_contact", EASTER, start="B").date() == date(2016, 3, 29)


def test_an_attempt_after_easter_is_in_time_by_days_and_late_by_hours(clocks: Contract) -> None:
    times = {**EASTER, "first_attempt_at": datetime(2016, 3, 29, 15, 0)}
    for letter, expected in (("A", True), ("B", False), ("C", False)):
        clock = clock_in_force(clocks, "first_contact", {"first_contact.length": letter})
        limit = clock.deadline(times, ENGLAND, values=clocks.values)
        assert isinstance(limit, datetime)
        assert (datetime(2016, 3, 29, 15, 0, tzinfo=LONDON) <= limit) is expected


def test_hours_are_hours_when_the_clocks_go_forward(clocks: Contract) -> None:
    times = {"notified_at": datetime(2016, 3, 26, 10, 0)}
    assert due(clocks, "first_contact", times, length="B").astimezone(UTC) == datetime(2016, 3, 28, 10, 0, tzinfo=UTC)


def test_an_absence_alerts_on_the_eleventh_working_day(clocks: Contract) -> None:
    found = due(clocks, "absence_cover", {"absence_started_on": date(2010, 9, 6)})
    assert found == datetime(2010, 9, 20, tzinfo=LONDON)
    assert working_days_between(ENGLAND, date(2010, 9, 6), date(2010, 9, 17)) == 10


def test_supervision_is_overdue_the_day_after_four_weeks(clocks: Contract) -> None:
    found = due(clocks, "supervision", {"supervised_on": date(2010, 10, 1)})
    assert found.date() == date(2010, 10, 29)
    assert found < datetime(2010, 10, 30, tzinfo=LONDON)


def test_school_weeks_skip_the_holidays(clocks: Contract) -> None:
    calendar = Calendar("England", terms=TERMS)
    found = due(clocks, "follow_up", {"closed_at": date(2010, 11, 12)}, calendar)
    assert found.date() == date(2011, 2, 18)  # five weeks to Christmas, seven after
    weeks = school_weeks_before(calendar, date(2010, 12, 6), 12)
    assert weeks[0] == date(2010, 9, 6)
    assert date(2010, 10, 25) not in weeks  # half term
    assert len(weeks) == 12
    assert len(school_weeks_after(calendar, date(2011, 3, 1), 12)) == 5


def test_terms_that_are_not_loaded_are_said_so(clocks: Contract) -> None:
    with pytest.raises(LookupError, match="not loaded"):
        due(clocks, "follow_up", {"closed_at": date(2010, 11, 12)})


def test_a_month_from_the_last_of_a_long_one(clocks: Contract) -> None:
    assert due(clocks, "month", {"closed_at": date(2011, 1, 31)}).date() == date(2011, 2, 28)


def test_nothing_runs_before_it_starts(clocks: Contract) -> None:
    assert due(clocks, "first_contact", {"notified_at": None}) is NOT_KNOWN
    assert due(clocks, "first_contact", {}) is NOT_KNOWN


def test_an_area_may_take_a_day_off_or_work_on_one() -> None:
    calendar = Calendar("England", closed=frozenset({date(2010, 9, 7)}), opened=frozenset({date(2010, 9, 11)}))
    assert not calendar.is_working_day(date(2010, 9, 7))
    assert calendar.is_working_day(date(2010, 9, 11))


def test_jersey_keeps_liberation_day() -> None:
    assert date(2014, 5, 9) in bank_holidays("Jersey", 2014)
    assert date(2014, 5, 9) not in bank_holidays("England", 2014)
    assert date(2016, 3, 28) in bank_holidays("England", 2016)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2010, 9, 12)) == date(2010, 9, 6)


def test_closing_raises_a_task_with_its_deadline() -> None:
    pathway = """
tasks:
  outcome_to_school: {clause: "2.4", label: Tell the school, after: closed, due: {working_days: 10}, consent: share_with_school}
contacts: {session: {label: Session, casework_session: true}}
"""
    (task,) = tasks_after(contract(pathway=pathway), "closed", datetime(2010, 11, 12, 16, tzinfo=LONDON), ENGLAND)
    assert (task.key, task.words.consent) == ("outcome_to_school", "share_with_school")
    assert isinstance(task.due, datetime)
    assert task.due.date() == date(2010, 11, 26)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("{starts: closed_at}", "Nothing says how long it runs"),
        ("{working_days: 2}", "Nothing starts this clock"),
        ("{starts: closed_at, days: 2, hours: 4}", "hours and days cannot both be the length"),
        ("{starts: closed_at, days: 0}", "runs for no time"),
        ("{starts: closd_at, days: 2}", "Did you mean closed_at"),
        ("{starts: forecast_reason, days: 2}", "forecast_reason is not a time"),
        ("{starts: closed_at, days: how_many}", "needs the dated value how_many"),
        (
            "{starts: closed_at, readings: {A: {label: a, earlier_of: [Q]}, B: {label: b, days: 1}}, reading: A}",
            "no reading Q",
        ),
    ],
)
def test_a_clock_that_cannot_run_says_why(clock: str, said: str) -> None:
    assert said in told(faults(clocks=f"odd: {clock}"), "error")
