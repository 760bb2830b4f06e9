"""Readings in force by date, and facts that areas declare."""

from datetime import date

import pytest

from fingerpost.language import (
    NOT_KNOWN,
    Agreed,
    Registry,
    decide,
    in_force,
    resolve,
)
from fingerpost.language.conditions import evaluate, parse
from fingerpost.language.pathway import asks_reason, casework_session_kinds, priority_groups, proposed_area
from fingerpost.language.periods import returns_due
from fingerpost.language.returns import case_studies_missing, empty_headings, reminder_days, returns_outstanding
from tests.unit.language.small import contract
from tests.unit.language.test_decide import ELIGIBILITY, case

DAY = date(2010, 9, 20)


def test_a_reading_is_proposed_until_it_is_agreed() -> None:
    small = contract(eligibility=ELIGIBILITY)
    agreed = [
        Agreed("casework.scope", "B", since=date(2010, 9, 1)),
        Agreed("casework.gone", "B", since=date(2010, 9, 1)),
    ]
    before = in_force(small.questions.values(), agreed, date(2010, 8, 31))
    after = in_force(small.questions.values(), agreed, DAY)
    assert (before["casework.scope"].letter, before["casework.scope"].agreed) == ("A", False)
    assert (after["casework.scope"].letter, after["casework.scope"].agreed) == ("B", True)
    assert (after["casework.ends"].letter, after["casework.ends"].agreed) == ("A", False)
    assert "casework.gone" not in after


def test_a_later_agreement_takes_the_place_of_an_earlier() -> None:
    small = contract(eligibility=ELIGIBILITY)
    agreed = [
        Agreed("casework.scope", "B", since=date(2010, 9, 1)),
        Agreed("casework.scope", "A", since=date(2010, 10, 1)),
    ]
    assert in_force(small.questions.values(), agreed, DAY)["casework.scope"].letter == "B"
    later = in_force(small.questions.values(), agreed, date(2010, 10, 1))
    assert (later["casework.scope"].letter, later["casework.scope"].agreed) == ("A", True)


def test_questions_carry_their_answers_and_clauses() -> None:
    question = contract(eligibility=ELIGIBILITY).questions["casework.exclusions"]
    assert dict(question.answers) == {"A": "At least one", "B": "Exactly one"}
    assert (question.owner_kind, question.proposed, question.clauses) == ("decision", "A", ("casework",))


def test_an_unknown_letter_is_refused() -> None:
    small = contract(eligibility=ELIGIBILITY)
    with pytest.raises(ValueError, match="has no reading Q"):
        decide(small, "casework", case(102), on=DAY, choices={"casework.scope": "Q"})
    with pytest.raises(KeyError):
        resolve(small, "nowhere")


def test_areas_declare_facts_that_are_read_only_when_asked() -> None:
    registry, asked = Registry(), []

    @registry.fact("rate", unit="percent", label="Rate")
    def rate(subject: str, on: date) -> int:
        asked.append((subject, on))
        return 85

    @registry.fact("age", label="Age")
    def age(subject: str, on: date) -> int:
        raise AssertionError("nobody asked")

    facts = registry.about("child", DAY)
    assert evaluate(parse({"rate": {"at_least": 80}}), facts, on=DAY).value == "yes"
    assert evaluate(parse({"rate": {"at_least": 90}}), facts, on=DAY).value == "no"
    assert asked == [("child", DAY)]
    assert evaluate(parse({"nobody_fills": 1}), facts, on=DAY).value == "not_known"
    assert registry.specs()["rate"].unit == "percent"
    with pytest.raises(ValueError, match="declared twice"):
        registry.fact("rate", label="Again")(lambda subject, on: 1)


PATHWAY = """
allocation: {clause: "2.4", propose: home_area, level: locality}
priority: {clause: "2.4", groups: {young_carer: {label: Young carer}, in_care: {label: In care}}}
contacts: {visit: {label: Visit, casework_session: true}, letter: {label: Letter}}
"""
RETURNS = """
returns:
  main:
    clause: "3.1"
    title: Return
    dates: [2010-09-30, 2010-12-31]
    reminders: [7, 28]
    headings: {outcomes: {label: Outcomes}, barriers: {label: Barriers}, annex: {label: Annex, required: false}}
    case_studies: {clause: "3.1", count: 4, in_each: quadrant}
"""


def test_the_home_area_is_proposed_wherever_the_school_is() -> None:
    small = contract(pathway=PATHWAY)
    facts = {"home_area": "tendring", "school_area": "colchester"}
    assert proposed_area(small, facts) == "tendring"
    assert asks_reason(small, facts, "colchester")
    assert not asks_reason(small, facts, "tendring")
    assert proposed_area(small, {}) is NOT_KNOWN
    assert proposed_area(contract(), facts) is NOT_KNOWN


def test_contacts_and_groups_of_the_contract() -> None:
    small = contract(pathway=PATHWAY)
    assert casework_session_kinds(small) == {"visit"}
    assert priority_groups(small, frozenset({"in_care", "young_carer", "other"})) == ("young_carer", "in_care")


def test_what_a_return_still_lacks() -> None:
    small = contract(returns=RETURNS)
    first, second = returns_due(small)
    assert reminder_days(small, first) == (date(2010, 9, 2), date(2010, 9, 23))
    assert empty_headings(small, "main", {"outcomes": "Much.", "barriers": "  "}) == ("barriers",)
    assert case_studies_missing(small, "main", {"west": 3, "mid": 5}, DAY) == {"west": 1}
    assert returns_outstanding(small, {("main", date(2010, 9, 30)): object()}) == [second]
