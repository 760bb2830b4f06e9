"""Deciding: the criteria of clause 2.4 in all their readings, and the gate before closing."""

from datetime import date
from typing import Any

import pytest

from fingerpost.language import NOT_KNOWN, Answer, Contract, Decision, check_gate, decide
from fingerpost.language.filling import filled, rounded, shown
from tests.unit.language.small import contract, faults, told

DAY = date(2010, 9, 20)
ELIGIBILITY = """
values:
  low: [{since: 2010-04-01, value: 80, unit: percent}]
  high: [{since: 2010-04-01, value: 90, unit: percent}]
  attendance_weeks: [{since: 2010-04-01, value: 12, unit: school weeks}]
  trend_weeks: [{since: 2010-04-01, value: 4, unit: school weeks}]
casework:
  clause: "2.4"
  title: Accept a family for casework
  criteria:
    attendance:
      clause: "2.4"
      label: Attendance in the range
      condition: {attendance_rate_12_weeks: {at_least: low, at_most: high}}
      route: attendance
      met: "Attendance was {attendance_rate_12_weeks} over {attendance_weeks}."
      not_met:
        - condition: {attendance_rate_12_weeks: {less_than: low}}
          say: "{attendance_rate_12_weeks} is below {low}. Refer to the Education Welfare Officer."
          outcome: refer_to_education_welfare_officer
        - say: "{attendance_rate_12_weeks} is above {high}."
    forecast:
      clause: "2.4"
      label: Likely to reach the range
      condition:
        all:
          - {attendance_rate_12_weeks: {more_than: high}}
          - {attendance_rate_4_weeks: {at_most: high}}
          - {forecast_reason: known}
      route: forecast
      not_met:
        - condition: {attendance_rate_12_weeks: {more_than: high}, attendance_rate_4_weeks: {at_most: high}}
          say: Write why it is likely.
          outcome: awaiting_reason
        - say: Nothing shows it.
    exclusion:
      clause: "2.4"
      label: Excluded for a fixed term
      condition: {fixed_term_exclusions: {at_least: 1}}
      route: exclusion
      met: "Excluded on {fixed_term_exclusion_dates}."
    assessment:
      clause: "2.4"
      label: Common assessment asks for parenting support
      condition: {assessed_need: parenting_support}
      not_known: {say: No common assessment yet., outcome: awaiting_assessment}
  accept: {all: [{any: [attendance, forecast, exclusion]}, assessment]}
  readings:
    scope:
      A: {label: Needed for everyone}
      B: {label: Needed after exclusion only, accept: {any: [attendance, forecast, {all: [exclusion, assessment]}]}}
    exclusions:
      A: {label: At least one}
      B: {label: Exactly one, criteria: {exclusion: {condition: {fixed_term_exclusions: 1}}}}
    ends:
      A: {label: Inside}
      B:
        label: Outside
        criteria: {attendance: {condition: {attendance_rate_12_weeks: {more_than: low, less_than: high}}}}
  reading: {scope: A, exclusions: A, ends: A}
"""
PATHWAY = """
values:
  fresh: [{since: 2010-04-01, value: 28, unit: days}]
gates:
  closing:
    clause: "2.4"
    label: Supervision agreed that it may end
    condition: {supervision_decision: [close, refer_on], days_since_supervision: {at_most: fresh}}
    met: "Agreed {days_since_supervision} ago."
    not_met:
      - condition: {days_since_supervision: {more_than: fresh}}
        say: "Supervision was {days_since_supervision} ago; {fresh} is the most."
      - say: Supervision has not agreed.
    not_known: No supervision has discussed this case.
contacts: {session: {label: Session, casework_session: true}}
"""


@pytest.fixture(scope="module")
def small() -> Contract:
    return contract(eligibility=ELIGIBILITY, pathway=PATHWAY)


def case(attended: int | None = None, possible: int = 120, **facts: Any) -> dict[str, Any]:
    """A child who attended so many half-days, with no exclusion and a common assessment unless said otherwise."""
    usual = {"fixed_term_exclusions": 0, "assessed_need": frozenset({"parenting_support"})}
    rate = NOT_KNOWN if attended is None else attended / possible * 100
    return {"attendance_rate_12_weeks": rate, "attendance_rate_4_weeks": rate, **usual, **facts}


def decided(small: Contract, facts: dict[str, Any], **choices: str) -> Decision:
    return decide(small, "casework", facts, on=DAY, choices={f"casework.{q}": a for q, a in choices.items()})


def test_85_percent_meets_and_says_so(small: Contract) -> None:
    found = decided(small, case(102))
    assert (found.answer, found.outcome, found.route) == (Answer.YES, "accepted", "attendance")
    assert found.reasons[0].text == "Attendance was 85.0 % over 12 school weeks."
    assert found.reasons[0].clauses == ("2.4",)
    assert found.missing == ()


def test_the_ends_of_the_range_are_inside_by_the_reading_proposed(small: Contract) -> None:
    assert decided(small, case(96)).is_yes
    assert decided(small, case(108)).is_yes
    assert not decided(small, case(96), ends="B").is_yes
    assert not decided(small, case(108), ends="B").is_yes


def test_below_the_range_is_for_the_education_welfare_officer(small: Contract) -> None:
    found = decided(small, case(95))
    assert (found.answer, found.outcome) == (Answer.NO, "refer_to_education_welfare_officer")
    assert found.reasons[0].text == "79.2 % is below 80 %. Refer to the Education Welfare Officer."


def test_above_the_range_does_not_meet(small: Contract) -> None:
    found = decided(small, case(109))
    assert (found.answer, found.outcome, found.route) == (Answer.NO, "refused", None)
    assert found.reasons[0].text == "90.8 % is above 90 %."


def test_a_forecast_waits_for_its_reason(small: Contract) -> None:
    falling = case(110, attendance_rate_4_weeks=80)
    waiting = decided(small, falling)
    assert (waiting.answer, waiting.outcome) == (Answer.NO, "awaiting_reason")
    unseen = decided(small, case(110, attendance_rate_4_weeks=NOT_KNOWN, forecast_reason="Ill again"))
    assert unseen.answer is Answer.NOT_KNOWN
    assert [(one.fact, one.label) for one in unseen.missing] == [
        ("attendance_rate_4_weeks", "Attendance over the last school weeks of the trend")
    ]
    accepted = decided(small, {**falling, "forecast_reason": "Ill again"})
    assert (accepted.answer, accepted.route) == (Answer.YES, "forecast")


def test_one_exclusion_admits_and_its_dates_are_named(small: Contract) -> None:
    found = decided(small, case(115, fixed_term_exclusions=1, fixed_term_exclusion_dates="4 to 5 May 2010"))
    assert (found.answer, found.route) == (Answer.YES, "exclusion")
    assert "Excluded on 4 to 5 May 2010." in [reason.text for reason in found.reasons]


def test_two_exclusions_are_at_least_one_but_not_exactly_one(small: Contract) -> None:
    twice = case(115, fixed_term_exclusions=2)
    assert decided(small, twice).is_yes
    assert not decided(small, twice, exclusions="B").is_yes


def test_without_an_assessment_it_waits(small: Contract) -> None:
    facts = case(101)
    del facts["assessed_need"]
    found = decided(small, facts)
    assert (found.answer, found.outcome) == (Answer.NOT_KNOWN, "awaiting_assessment")
    assert [one.fact for one in found.missing] == ["assessed_need"]


def test_in_the_other_reading_attendance_needs_no_assessment(small: Contract) -> None:
    facts = case(101)
    del facts["assessed_need"]
    assert decided(small, facts, scope="B").is_yes
    excluded = {**case(115, fixed_term_exclusions=1), "assessed_need": NOT_KNOWN}
    assert decided(small, excluded, scope="B").outcome == "awaiting_assessment"


def test_an_assessment_that_asks_for_something_else_refuses(small: Contract) -> None:
    assert decided(small, case(102, assessed_need=frozenset({"housing"}))).answer is Answer.NO


def test_unknown_attendance_is_missing_not_refused(small: Contract) -> None:
    found = decided(small, case())
    assert found.answer is Answer.NOT_KNOWN
    assert found.missing[0].fact == "attendance_rate_12_weeks"


def test_a_decision_keeps_what_it_looked_at(small: Contract) -> None:
    assert decided(small, case(102)).facts["attendance_rate_12_weeks"] == 85.0


@pytest.mark.parametrize(
    ("facts", "outcome", "said"),
    [
        ({"supervision_decision": "close", "days_since_supervision": 4}, "open", "Agreed 4 days ago."),
        ({"supervision_decision": "close", "days_since_supervision": 1}, "open", "Agreed 1 day ago."),
        ({"supervision_decision": "close", "days_since_supervision": 28}, "open", "Agreed 28 days ago."),
        (
            {"supervision_decision": "refer_on", "days_since_supervision": 29},
            "shut",
            "29 days ago; 28 days is the most",
        ),
        ({"supervision_decision": "extend", "days_since_supervision": 4}, "shut", "Supervision has not agreed."),
        ({}, "waiting", "No supervision has discussed this case."),
    ],
)
def test_the_gate_before_closing(small: Contract, facts: dict[str, Any], outcome: str, said: str) -> None:
    found = check_gate(small, "closing", facts, on=date(2010, 11, 12))
    assert found.outcome == outcome
    assert said in found.reasons[0].text


def test_values_are_shown_as_people_write_them() -> None:
    assert shown(79.25, "percent") == "79.3 %"
    assert shown(date(2010, 5, 4)) == "4 May 2010"
    assert shown(True) == "yes"
    assert shown(frozenset({"young_carer", "in_care"})) == "in care, young carer"
    assert shown(NOT_KNOWN) == "not known"
    assert rounded(0.5, 0) == "1"
    assert filled("{a} and {b}", {"a": 3}, {}, DAY, {}) == "3 and not known"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{at_least: low, at_most", "{at_least: lowest, at_most", "needs the dated value lowest"),
        ("accept: {all: [{any: [attendance,", "accept: {all: [{any: [attendence,", "There is no criterion attendence"),
        (
            "{fixed_term_exclusions: {at_least: 1}}",
            "{fixed_term_exclusion: {at_least: 1}}",
            "no fact fixed_term_exclusion",
        ),
        ("over {attendance_weeks}", "over {weeks}", "{weeks} is neither a fact nor a dated value"),
        ("{assessed_need: parenting_support}", "{assessed_need: 3}", "assessed_need is a code, not 3"),
        ("{fixed_term_exclusions: 1}", "{fixed_term_exclusions: one}", "is a number, not one"),
        ("criteria: {exclusion: {condition", "criteria: {exclusions: {condition", "There is no criterion exclusions"),
        ("  trend_weeks:", "  trend_wks:", "needs the dated value trend_weeks"),
        ("reading: {scope: A,", "reading: {scope: C,", "The reading in force, C, is not an answer"),
    ],
)
def test_a_decision_that_cannot_be_made_says_why(old: str, new: str, said: str) -> None:
    assert old in ELIGIBILITY
    assert said in told(faults(eligibility=ELIGIBILITY.replace(old, new, 1)), "error")
