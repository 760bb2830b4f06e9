"""What must be true of the contract folders as such."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from fingerpost.language.compile import check
from fingerpost.language.faults import Severity
from fingerpost.language.read import read_folder
from fingerpost.language.readings import by_question
from fingerpost.language.resolve import resolve
from fingerpost.language.vocabulary import VOCABULARY
from tests.contracts.folders import CONTRACTS, KEYS, contract

ESSEX, THURROCK = "essex_parent_support_advisors", "thurrock_attachment_and_parenting"

# Which letters each printed indicator has, by question where there are two.
LETTERS = {
    "1.1": {"": "AB"},
    "1.3": {"": "AB"},
    "1.4": {"measure": "ABC", "in_which_return": "AB"},
    "2.6": {"": "ABC"},
    "2.7": {"": "ABC"},
    "3.1": {"change": "ABCD", "several_children": "AB"},
    "3.2": {"measure": "ABC", "in_which_return": "AB"},
    "3.3": {"": "ABC"},
    "3.4": {"": "ABC"},
    "3.5": {"": "ABC"},
    "3.6": {"": "ABC"},
    "3.7": {"": "ABCD"},
}


@pytest.mark.parametrize("key", KEYS)
def test_a_check_finds_no_error(key: str) -> None:
    faults = check(read_folder(CONTRACTS / key), VOCABULARY)
    assert [str(fault) for fault in faults if fault.severity is Severity.ERROR] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_folder_bears_the_key_of_the_contract(key: str) -> None:
    assert contract(key).agreement.key == key


@pytest.mark.parametrize("key", KEYS)
def test_what_is_enforced_or_measured_is_served_or_marked_for_later(key: str) -> None:
    binding = [clause for clause in contract(key).clauses.values() if clause.status in ("enforced", "measured")]
    assert [clause.key for clause in binding if bool(clause.cited_by) == clause.later] == []


def test_the_check_warns_of_readings_that_nobody_can_meet() -> None:
    faults = check(read_folder(CONTRACTS / ESSEX), VOCABULARY)
    warnings = [fault.message for fault in faults if fault.severity is Severity.WARNING and "reach" in fault.message]
    assert len(warnings) == 2
    assert "reading change B" in warnings[0]
    assert "76.9 %" in warnings[0]
    assert "reading change C" in warnings[1]


def test_the_check_notes_the_return_after_the_term() -> None:
    faults = check(read_folder(CONTRACTS / ESSEX), VOCABULARY)
    assert any(fault.file == "returns.yaml" and "2011-08-31" in fault.message for fault in faults)


def test_forty_nine_clauses_answer_forty_nine_rows() -> None:
    clauses = contract(ESSEX).clauses.values()
    rows = [clause.row for clause in clauses]
    assert len(rows) == 49
    assert len(set(rows)) == 49
    assert all(row and row.startswith("ESX-PSA-") for row in rows)


def test_no_essex_clause_is_left_for_later() -> None:
    assert [clause.key for clause in contract(ESSEX).clauses.values() if clause.later] == []


@pytest.mark.parametrize("printed", ["2.5", "2.6", "2.7", "2.8"])
def test_a_number_printed_twice_holds_clauses_in_two_places(printed: str) -> None:
    orders = [clause.order for clause in contract(ESSEX).clauses.values() if clause.printed == printed]
    gaps = [later - earlier for earlier, later in pairwise(orders)]
    assert sum(gap > 1 for gap in gaps) == 1


def test_clauses_by_status() -> None:
    counted = Counter(clause.status for clause in contract(ESSEX).clauses.values())
    assert counted == {"enforced": 19, "measured": 13, "evidenced": 16, "narrative": 1}


def test_the_agreement_leaves_out_what_the_paper_leaves_blank() -> None:
    agreement = contract(ESSEX).agreement
    assert (agreement.provider, agreement.amount, agreement.reference) == (None, None, None)
    assert (agreement.start, agreement.end) == (date(2010, 4, 1), date(2011, 3, 31))
    assert (agreement.jurisdiction, agreement.reporting_year) == ("England", "financial")


def test_every_printed_indicator_has_every_reading() -> None:
    found: dict[str, dict[str, str]] = {printed: {} for printed in LETTERS}
    essex = contract(ESSEX)
    for words in essex.indicators.values():
        clause = essex.clauses[str(words.clause)]
        for question, answers in by_question(words.readings).items():
            letters = found[clause.printed]
            letters[question] = "".join(sorted({*letters.get(question, ""), *answers}))
    assert found == LETTERS


def test_every_indicator_stands_under_one_heading_of_the_return() -> None:
    essex = contract(ESSEX)
    placed = [key for words in essex.returns["monitoring"].headings.values() for key in words.indicators]
    assert sorted(placed) == sorted(essex.indicators)


def test_the_money_pays_for_thirty_two_advisors_and_four_seniors() -> None:
    posts = contract(ESSEX).workforce.establishment
    assert {role: post.full_time_equivalents for role, post in posts.items()} == {
        "parent_support_advisor": 32,
        "senior_parent_support_advisor": 4,
    }


def test_four_quadrants_share_twenty_localities() -> None:
    essex = contract(ESSEX)
    quadrants = Counter(area.parent for area in essex.areas_at("locality"))
    assert quadrants == {area.code: 5 for area in essex.areas_at("quadrant")}
    assert len(quadrants) == 4
    assert essex.areas["tendring"].parent == essex.areas["colchester"].parent == "north_east"


def test_every_essex_figure_decision_gate_and_clock_that_a_person_meets_has_an_example() -> None:
    essex = contract(ESSEX)
    shown = {key for one in essex.examples for key in (one.indicator, one.decision, one.gate, one.clock)}
    assert {*essex.indicators, *essex.decisions, *essex.pathway.gates, *essex.clocks} - shown == set()


def test_thurrock_holds_every_row_of_section_four() -> None:
    rows = [clause.row for clause in contract(THURROCK).clauses.values()]
    assert len(set(rows)) == len(rows) == 44
    assert sum(row is not None and row.startswith("THU-CEAP-4.") for row in rows) == 43


def test_the_five_kinds_stay_shares_of_the_people_supported_in_every_reading() -> None:
    under = [resolve(contract(ESSEX), "people_taking_part", {"people_taking_part": letter}) for letter in "ABC"]
    first, *others = [[one.figure for one in definition.beside] for definition in under]
    assert len(first) == 5
    assert others == [first, first]
    assert under[0].figure.where != under[2].figure.where
