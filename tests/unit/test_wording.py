"""Figures in the words of a document: numbers that can be read, and a reason where there is none."""

from typing import Any

import pytest

from fingerpost.proof.returns.document import _before_and_now
from fingerpost.proof.returns.wording import amount, made_of, printed, result


def numbers(**changed: Any) -> dict[str, Any]:
    plain = {"numerator": 41, "denominator": 50, "value": "82.0", "unit": "percent", "not_known": 0, "pending": 0}
    rest = {"outside": 0, "population_not_known": 0, "without_unit": 0, "parts": None, "hidden": []}
    return plain | rest | changed


def figure(**changed: Any) -> dict[str, Any]:
    named = {"indicator": "one", "printed": ["3.1"], "title": "One", "target": "", "prompt": "", "readings": []}
    around = {"recorded": True, "status": "no_target", "against": None, "reachable": "", "lines": [], "beside": []}
    return numbers(**named, **around, breakdowns=[]) | changed


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (7, "7"),
        (1474, "1,474"),
        ("3581.50000000000000000048", "3,581.5"),
        ("454.00000000000000001", "454"),
        ("0.25", "0.3"),
    ],
)
def test_a_number_has_its_thousands_and_no_idle_places(number: int | str, words: str):
    assert amount(number) == words


def test_hours_of_two_parts_are_rounded_for_the_eye():
    found = made_of(
        numbers(numerator="3581.50000000048", denominator="4035.50000000048", parts=["Casework", "Group work"])
    )
    assert found == "Casework 3,581.5, group work 454"


def test_what_was_typed_in_is_counted_in_whole_people():
    assert result(numbers(numerator=None, denominator=None, value="412.0", unit="person")) == "412 people"


def test_a_percentage_of_too_few_does_not_look_like_a_hidden_number():
    assert result(numbers(numerator=5, denominator=7, value=None, hidden=["value"])) == "Too few"
    hidden = numbers(numerator=None, denominator=7, value=None, hidden=["numerator", "value"])
    assert (result(hidden), made_of(hidden)) == ("Hidden", "hidden of 7")


def test_two_hidden_numbers_are_told_once():
    assert made_of(numbers(numerator=None, denominator=None, hidden=["numerator", "denominator", "value"])) == "hidden"


def test_what_lies_ahead_is_too_early_and_not_without_data():
    told = printed(figure(numerator=0, denominator=0, value=None, pending=87, status="no_data"), {})
    assert (told["result"], told["status"]) == ("Too early", "Too early")
    assert result(numbers(numerator=0, denominator=0, value=None)) == "No data"


def test_a_figure_beside_is_told_with_what_it_is_compared_with():
    before = numbers(label="The period before", numerator=187, denominator=None, value="187.0", unit="person")
    beside = numbers(label="Against the return before", numerator=103, denominator=None, value="103.0", unit="person")
    told = printed(figure(beside=[{**beside, "against": before, "breakdowns": []}]), {})
    assert told["lines"] == ["Against the return before: 103; the period before: 187."]


def test_a_restated_row_says_what_differs_beyond_the_number():
    sent, now = figure(not_known=10, status="so_far"), figure(not_known=4, status="met")
    assert _before_and_now(sent, now, tells=True) == (
        "82.0\N{NO-BREAK SPACE}% (41 of 50), 10 not known, so far",
        "82.0\N{NO-BREAK SPACE}% (41 of 50), 4 not known, met",
    )


def test_time_alone_restates_nothing():
    before, after = _before_and_now(figure(status="so_far"), figure(status="no_target"), tells=True)
    assert before == after
