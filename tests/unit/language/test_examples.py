"""Worked examples: they hold, and where they do not they say what came out instead."""

from typing import Any

import pytest

from fingerpost.language import VOCABULARY, check, load, run_examples
from tests.unit.language.small import EVERYTHING, contract, files
from tests.unit.language.test_clocks import CLOCKS
from tests.unit.language.test_decide import ELIGIBILITY, PATHWAY

INDICATOR = """
offered: {clause: "3.1", title: It, of: maternities, when: booked_notice_on, each: quarter, count: mother,
  where: {resident: true}, share: {accepted: true}, target: {at_least: 40, unit: percent}, by: [locality]}
"""
RETURNS = """
returns:
  main: {clause: "3.1", title: R, dates: [2010-12-31], case_studies: {clause: "3.1", count: 4, in_each: quadrant}}
"""


def run(example: str) -> tuple[str, ...]:
    """The problems of one example."""
    made = contract(
        eligibility=ELIGIBILITY,
        pathway=PATHWAY,
        clocks=CLOCKS,
        indicators=INDICATOR,
        returns=RETURNS,
        examples=f'- {{clause: "2.4", name: Example, {example}}}',
    )
    (result,) = run_examples(made)
    assert result.holds == (not result.problems)
    return result.problems


@pytest.mark.parametrize(
    "example",
    [
        (
            "decision: casework, given: {attendance_rate_12_weeks: 85}, expect: {answer: not_known, outcome: awaiting_assessment,"
            " missing: [assessed_need], criteria: {attendance: true}, says: No common assessment yet.}"
        ),
        "decision: casework, given: {attendance_rate_12_weeks: 85}, readings: {scope: B}, expect: {answer: true}",
        (
            "decision: casework, given: {attendance_rate_12_weeks: 70}, readings: {scope: B}, values: {low: 65},"
            " expect: {answer: true, says: Attendance was 70.0 %}"
        ),
        "gate: closing, given: {supervision_decision: close, days_since_supervision: 4}, expect: {answer: true, outcome: open}",
        (
            "clock: first_contact, given: {notified_at: 2016-03-24T10:00, first_attempt_at: 2016-03-29T15:00},"
            " expect: {deadline: 2016-03-30}"
        ),
        (
            "clock: first_contact, readings: {length: B}, given: {notified_at: 2016-03-24T10:00},"
            " expect: {deadline: 2016-03-26T10:00}"
        ),
        "condition: {trained: true, age: {at_least: 18}}, given: {trained: true}, expect: {answer: not_known}",
        (
            "indicator: offered, rows: [{times: 241, resident: true, accepted: true}, {times: 359, resident: true,"
            " accepted: false}, {resident: false}, {resident: true}], expect: {numerator: 241, denominator: 600, value: 40.2,"
            " status: met, outside: 1, not_known: 1}"
        ),
        "indicator: offered, rows: [], expect: {value: null, status: no_data, denominator: 0}",
        "indicator: offered, rows: [{resident: true, accepted: true, locality: a}], expect: {by: {locality: {a: {value: 100}}}}",
        "indicator: offered, rows: [{resident: true, accepted: pending}], expect: {pending: 1, value: null}",
        "returns: main, given: {case_studies: {west: 3}}, expect: {due: [2010-12-31], count: 1, missing: {west: 1}}",
        "value: low, day: 2010-05-01, expect: {value: 80}",
    ],
)
def test_examples_that_hold(example: str) -> None:
    assert run(example) == ()


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ("value: low, expect: {value: 81}", "value should be 81 and is 80"),
        ("value: gone, expect: {value: 81}", "gone"),
        ("value: low, day: 2009-01-01, expect: {value: 80}", "low has no value on 2009-01-01"),
        ("value: low, expect: {valeu: 80}", "valeu is nothing that comes out here; what does is value"),
        ("expect: {value: 81}", "names one of decision"),
        ("value: low, clock: first_contact, expect: {value: 81}", "this names clock, value"),
        ("decision: casework, given: {}, expect: {answer: true}", "answer should be True and is not_known"),
        ("decision: casework, readings: {scope: Q}, expect: {answer: true}", "has no reading Q"),
        (
            "indicator: offered, rows: [{resident: true, accepted: true}], expect: {value: 99.9}",
            "value should be 99.9 and is 100",
        ),
        ("indicator: gone, expect: {value: 1}", "gone"),
        ("indicator: offered, rows: [{set: gone}], expect: {value: 1}", "There is no record set gone"),
        ("returns: gone, expect: {count: 1}", "There is no series of returns gone"),
    ],
)
def test_examples_that_do_not_hold_say_what_came_out(example: str, problem: str) -> None:
    (said,) = run(example)
    assert problem in said


def test_a_clock_answers_the_facts_of_a_row() -> None:
    from tests.unit.language.test_definitions import CLAUSES, DEFINITIONS

    clocks = (DEFINITIONS / "thurrock_clocks.yaml").read_text()
    indicators = (DEFINITIONS / "thurrock.yaml").read_text()
    rows = "notified_on: 2016-03-24, notified_at: 2016-03-24T10:00"
    examples = "\n".join(
        f'- {{clause: "4.2.1", name: It, indicator: first_contact_attempted, {more}}}'
        for more in (
            (
                f"day: 2016-03-31, rows: [{{times: 39, {rows}, first_attempt_at: 2016-03-29T15:00}}, {{{rows}}}],"
                " expect: {numerator: 39, denominator: 40, value: 97.5, status: not_met,"
                " beside: {Contact made in time: {numerator: 0}}}"
            ),
            (
                f"day: 2016-03-31, readings: {{first_contact.length: B}}, rows: [{{{rows}, first_attempt_at: 2016-03-29T15:00}}],"
                " expect: {numerator: 0, denominator: 1}"
            ),
            f"day: 2016-03-31, as_of: 2016-03-29, rows: [{{{rows}}}], expect: {{pending: 1, value: null}}",
        )
    )
    sources = files(clauses=CLAUSES, clocks=clocks, indicators=indicators, examples=examples, agreement=_thurrock())
    made = load(sources, EVERYTHING)
    assert [result.problems for result in run_examples(made)] == [(), (), ()]


def _thurrock() -> str:
    from tests.unit.language.small import AGREEMENT

    agreement = AGREEMENT.replace("[quadrant, locality]", "[cluster, site]")
    return agreement.replace("2010-04-01", "2015-04-01").replace("2011-03-31", "2017-03-31")


def test_an_example_of_no_clause_is_an_error() -> None:
    changes: dict[str, Any] = {"examples": '- {clause: "9.9", name: It, value: low, expect: {value: 1}}'}
    assert any("There is no clause 9.9" in fault.message for fault in check(files(**changes), VOCABULARY))
