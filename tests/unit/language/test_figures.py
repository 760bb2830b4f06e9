"""Figures over a few rows: who is in, who is out, not known, pending; comparison and verdict."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from fingerpost.language import PENDING, Contract, resolve
from fingerpost.language.definition import Each
from fingerpost.language.measure import Result, measure
from fingerpost.language.periods import NoPeriod, Period, months_covered, period_on, previous, returns_due, year_before
from tests.unit.language.small import AGREEMENT, contract

QUARTER = Period(date(2010, 10, 1), date(2010, 12, 31))
IN = date(2010, 11, 12)


def indicator(text: str, **more: str) -> Contract:
    return contract(indicators=f'it: {{clause: "3.1", title: It, {text}}}' if "\n" not in text else text, **more)


def measured(text: str, rows: list[dict[str, Any]], *, of: str = "cases", **more: Any) -> Result:
    made = indicator(text, **more.pop("files", {}))
    choices = more.pop("choices", {})
    sets = rows if isinstance(rows, dict) else {of: rows}
    return measure(made, resolve(made, "it", choices), sets, more.pop("period", QUARTER), **more)


SHARE = "of: cases, when: closed_on, each: quarter, count: family, share: {casework_sessions: {at_most: 6}}"


def closed(family: str, sessions: Any, on: date = IN, **more: Any) -> dict[str, Any]:
    return {"family": family, "closed_on": on, "casework_sessions": sessions, **more}


def test_a_share_counts_units_and_leaves_the_unknown_out() -> None:
    rows = [closed("a", 4), closed("b", 9), closed("c", None), closed("d", PENDING), closed("e", 4, date(2011, 1, 1))]
    figure = measured(SHARE, rows).figure
    assert (figure.numerator, figure.denominator, figure.not_known, figure.pending) == (1, 2, 1, 1)
    assert figure.value == 50
    assert figure.is_provisional


def test_unknown_as_no_stays_in_the_denominator() -> None:
    figure = measured(SHARE + ", not_known: as_no", [closed("a", 4), closed("b", None)]).figure
    assert (figure.numerator, figure.denominator, figure.not_known) == (1, 2, 0)


def test_nothing_of_nothing_is_no_data() -> None:
    result = measured(SHARE + ", target: {at_least: 60, unit: percent}", [])
    assert result.figure.value is None
    assert result.verdict.value == "no_data"


@pytest.mark.parametrize(
    ("roll_up", "first", "second", "said"),
    [
        ("any", 4, 9, "yes"),
        ("all", 4, 9, "no"),
        ("any", 9, None, "not_known"),
        ("all", 9, None, "no"),
        ("all", 4, None, "not_known"),
        ("any", 4, None, "yes"),
        ("latest", 9, 4, "yes"),
    ],
)
def test_several_rows_of_one_family(roll_up: str, first: Any, second: Any, said: str) -> None:
    rows = [closed("a", first, date(2010, 10, 5)), closed("a", second, date(2010, 10, 6))]
    figure = measured(f"{SHARE}, roll_up: {roll_up}", rows).figure
    assert {answer.value for answer in figure.answers.values()} == {said}


def test_outside_and_unknown_population_are_told_apart() -> None:
    rows = [closed("a", 4, line="caf"), closed("b", 4, line="mst"), closed("c", 4), closed(None, 4, line="caf")]  # type: ignore[arg-type]
    figure = measured(f"{SHARE}, where: {{line: caf}}", rows).figure
    assert (figure.denominator, figure.outside, figure.population_not_known, figure.without_unit) == (1, 1, 1, 1)


def test_a_mean_is_of_rows_that_have_the_number() -> None:
    text = "of: cases, when: closed_on, each: quarter, mean: casework_sessions, target: {at_least: 5, at_most: 7}"
    result = measured(text, [closed("a", n) for n in (4, 6, 9, 5)] + [closed("b", None)])
    assert (result.figure.value, result.figure.not_known, result.verdict.value) == (6, 1, "met")


def test_a_median_and_a_sum() -> None:
    base = "of: cases, when: closed_on, each: quarter"
    rows = [closed("a", n) for n in (4, 6, 9, 5)]
    assert measured(f"{base}, median: casework_sessions", rows).figure.value == Fraction(11, 2)
    assert measured(f"{base}, sum: casework_sessions", rows).figure.value == 24


def test_one_value_for_each_family_must_be_one_value() -> None:
    text = "of: cases, when: closed_on, each: quarter, count: family, mean: casework_sessions"
    assert measured(text, [closed("a", 4), closed("a", 4), closed("b", 6)]).figure.value == 5
    with pytest.raises(ValueError, match="differs"):
        measured(text, [closed("a", 4), closed("a", 5)])


def test_a_balance_shows_the_first_of_both() -> None:
    text = """
it:
  clause: "3.1"
  title: It
  of: effort
  when: worked_on
  each: quarter
  balance:
    - {label: Casework, where: {mode: casework}, sum: hours}
    - {label: Groups, where: {mode: group}, sum: hours}
  target: {at_least: 45, at_most: 55, unit: percent, in_each: quadrant}
"""
    rows = [
        {"worked_on": IN, "mode": "casework", "hours": 412, "quadrant": "west"},
        {"worked_on": IN, "mode": "group", "hours": 398, "quadrant": "west"},
        {"worked_on": IN, "mode": "casework", "hours": 500, "quadrant": "mid"},
        {"worked_on": IN, "mode": "group", "hours": 300, "quadrant": "mid"},
    ]
    assert measured(text, rows[:2], of="effort").verdict.value == "not_met"  # the other quadrant is empty
    both = measured(text, rows, of="effort")
    assert both.figure.value is not None
    assert round(float(both.figure.value), 1) == 56.6
    assert both.verdict.value == "not_met"


def test_a_ratio_of_counts_and_of_nothing() -> None:
    text = """
it:
  clause: "3.1"
  title: It
  of: exclusions
  when: started_on
  each: quarter
  unit: per_100
  ratio: [{count: exclusion}, {of: pupils, when: during, count: pupil}]
"""
    exclusions = [{"started_on": IN, "exclusion": n} for n in range(3)]
    pupils = [{"from": date(2010, 9, 1), "until": None, "pupil": n} for n in range(60)]
    pupils += [{"from": date(2009, 9, 1), "until": date(2010, 7, 20), "pupil": 99}]
    assert measured(text, {"exclusions": exclusions, "pupils": pupils}).figure.value == 5  # type: ignore[arg-type]
    assert measured(text, {"exclusions": exclusions}).figure.value is None  # type: ignore[arg-type]


BEFORE_AND_AFTER = """
values: {follow_up_span: [{since: 2010-04-01, value: 12}], baseline_span: [{since: 2010-04-01, value: 12}]}
it:
  clause: "3.1"
  title: It
  of: children_on_cases
  when: closed_on
  each: quarter
  sum: exclusions_after
  against: {sum: exclusions_before}
  target: {better: down}
"""


def test_before_and_after_are_compared_on_the_same_rows() -> None:
    rows = [{"closed_on": IN, "exclusions_before": 2, "exclusions_after": 1}] * 3
    rows += [{"closed_on": IN, "exclusions_before": 9, "exclusions_after": PENDING}]
    rows += [{"closed_on": IN, "exclusions_before": None, "exclusions_after": 5}]
    rows = [dict(row) for row in rows]
    result = measured(BEFORE_AND_AFTER, rows, of="children_on_cases")
    assert (result.figure.value, result.against, result.verdict.value) == (3, 6, "improved")
    assert (result.figure.pending, result.figure.not_known, result.unpaired) == (1, 1, 2)


@pytest.mark.parametrize(("after", "said"), [(2, "same"), (3, "worse"), (1, "improved")])
def test_improved_same_worse(after: int, said: str) -> None:
    rows = [{"closed_on": IN, "exclusions_before": 2, "exclusions_after": after}]
    assert measured(BEFORE_AND_AFTER, rows, of="children_on_cases").verdict.value == said


def test_against_the_first_comparison_that_exists() -> None:
    text = """
values: {courses_2009: [{since: 2010-04-01, entered: true}]}
it:
  clause: "3.1"
  title: It
  of: cases
  when: closed_on
  each: quarter
  count: case
  against: [year_before, courses_2009]
  target: {better: up}
"""
    rows = [{"closed_on": IN, "case": n} for n in range(3)]
    assert measured(text, rows).verdict.value == "no_target"
    year_ago = [{"closed_on": date(2009, 11, 1), "case": 9}]
    result = measured(text, rows + year_ago)
    assert (result.against, result.verdict.value) == (1, "improved")
    made = indicator(text)
    entered = {**made.values, "courses_2009": made.values["courses_2009"].with_entered(3)}
    found = measure(made, resolve(made, "it"), {"cases": rows}, QUARTER, values=entered)
    assert (found.against, found.verdict.value) == (3, "same")


def test_a_changed_threshold_is_the_same_on_both_sides() -> None:
    text = """
values:
  limit: [{since: 2010-04-01, until: 2010-09-30, value: 20}, {since: 2010-10-01, value: 15}]
it:
  clause: "3.1"
  title: It
  of: cases
  when: closed_on
  each: quarter
  count: case
  where: {casework_sessions: {at_least: limit}}
  against: previous
  target: {better: down}
"""
    rows = [
        {"closed_on": date(2010, 8, 1), "case": 1, "casework_sessions": 17},
        {"closed_on": IN, "case": 2, "casework_sessions": 17},
    ]
    assert measured(text, rows).verdict.value == "same"


def test_an_unfinished_period_and_a_milestone_ahead_are_so_far() -> None:
    text = SHARE + ", target: {at_least: 50, since: 2011-03-31}"
    assert measured(text, [closed("a", 4)]).verdict.value == "so_far"
    assert measured(SHARE + ", target: {at_least: 50}", [closed("a", 4)], as_of=IN).verdict.value == "so_far"


def test_a_snapshot_holds_who_is_there_on_the_last_day() -> None:
    text = "of: staff_and_volunteers, when: last_day, each: quarter, count: person, target: {at_least: 2}"
    rows = [
        {"person": 1, "from": date(2010, 4, 1), "until": None},
        {"person": 2, "from": date(2010, 4, 1), "until": date(2010, 12, 30)},
        {"person": 3, "from": date(2010, 12, 31), "until": date(2010, 12, 31)},
    ]
    result = measured(text, rows, of="staff_and_volunteers")
    assert (result.figure.value, result.verdict.value) == (2, "met")


def test_a_count_for_a_year_is_scaled_to_the_months_agreed() -> None:
    half = AGREEMENT.replace("end: 2011-03-31", "end: 2010-09-30")
    text = "of: sessions, when: planned_on, each: year, count: session, target: {at_least: 8}"
    rows = [{"planned_on": date(2010, 5, 1), "session": n} for n in range(4)]
    year = Period(date(2010, 4, 1), date(2011, 3, 31))
    assert measured(text, rows, of="sessions", period=year, files={"agreement": half}).verdict.value == "met"
    assert measured(text, rows, of="sessions", period=year).verdict.value == "not_met"


def test_an_alert_warns_below_the_target() -> None:
    text = SHARE + ", target: {at_least: 70, unit: percent, alert: {less_than: 50}}"
    assert measured(text, [closed("a", 4), closed("b", 9)]).verdict.value == "not_met"
    assert measured(text, [closed("a", 9), closed("b", 9)]).verdict.value == "alert"


def test_breakdowns_lines_and_beside() -> None:
    text = SHARE + ", by: [quadrant], lines: [line], beside: {Cases: {count: case}}, target: {at_least: 60}"
    rows = [
        closed("a", 4, quadrant="west", line="caf", case=1),
        closed("b", 9, quadrant="west", line="mst", case=2),
        closed("b", 9, quadrant="west", line="mst", case=3),
    ]
    result = measured(text, rows)
    assert {member: figure.value for member, figure in result.by["quadrant"].items()} == {"west": 50, "mid": None}
    assert {line: one.verdict.value for line, one in result.lines["line"].items()} == {"caf": "met", "mst": "not_met"}
    assert result.beside["Cases"].value == 3


def test_what_cannot_be_reached_is_worked_out() -> None:
    text = (
        BEFORE_AND_AFTER.replace("sum: exclusions_after", "share: {attendance_change: {at_least: 30}}").replace(
            "  against: {sum: exclusions_before}\n  target: {better: down}", "  target: {at_least: 80, unit: percent}"
        )
        + "\n"
    )
    text = text.replace("values: {", "values: {follow_up_place: [{since: 2010-04-01, value: ends_at_closure}], ")
    rows = [{"closed_on": IN, "attendance_rate_before": start, "attendance_change": 5} for start in (85, 80)]
    assert measured(text, rows, of="children_on_cases").reachable is False
    rows = [{"closed_on": IN, "attendance_rate_before": 70, "attendance_change": 5}]
    assert measured(text, rows, of="children_on_cases").reachable is True


RETURNS = """
returns:
  main: {clause: "3.1", title: Return, dates: [2010-09-30, 2010-12-31, 2011-03-31, 2011-08-31]}
"""


def test_periods_follow_the_returns_and_the_reporting_year() -> None:
    made = contract(returns=RETURNS)
    assert period_on(made, Each("return"), IN) == QUARTER
    assert period_on(made, Each("return"), date(2010, 4, 1)).end == date(2010, 9, 30)
    assert period_on(made, Each("return"), date(2011, 6, 1)) == Period(date(2011, 4, 1), date(2011, 8, 31))
    with pytest.raises(NoPeriod):
        period_on(made, Each("return"), date(2011, 9, 1))
    assert period_on(made, Each("quarter"), IN) == QUARTER
    assert period_on(made, Each("year"), IN) == Period(date(2010, 4, 1), date(2011, 3, 31))
    assert period_on(made, Each("year", year="calendar"), IN).start == date(2010, 1, 1)
    assert period_on(made, Each("year", year="academic"), date(2010, 8, 31)).start == date(2009, 9, 1)
    assert period_on(made, Each("half_year"), IN).start == date(2010, 10, 1)
    assert period_on(made, Each("contract"), IN) == Period(date(2010, 4, 1), IN)
    assert previous(made, Each("month"), Period(date(2011, 3, 1), date(2011, 3, 31))).end == date(2011, 2, 28)
    assert year_before(Period(date(2012, 2, 1), date(2012, 2, 29))).end == date(2011, 2, 28)
    assert months_covered(made, Period(date(2010, 1, 1), date(2010, 12, 31))) == 9
    assert [due.due for due in returns_due(made)][-1] == date(2011, 8, 31)


def test_returns_every_quarter_are_due_some_days_after() -> None:
    made = contract(
        returns=RETURNS.replace(
            "dates: [2010-09-30, 2010-12-31, 2011-03-31, 2011-08-31]", "each: quarter, due_after: 14"
        )
    )
    assert [due.due for due in returns_due(made)] == [
        date(2010, 7, 14),
        date(2010, 10, 14),
        date(2011, 1, 14),
        date(2011, 4, 14),
    ]
