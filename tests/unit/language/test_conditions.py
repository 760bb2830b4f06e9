"""Conditions: three answers and one that waits, with the facts behind each."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fingerpost.language import NOT_KNOWN, PENDING, Answer, Dated, Spell
from fingerpost.language.answers import all_of, any_of, opposite
from fingerpost.language.conditions import evaluate, explain, facts_named, parse, values_named
from fingerpost.language.faults import PlacedError

DAY = date(2010, 12, 31)
VALUES = {
    "threshold": Dated(
        "threshold", (Spell(date(2010, 4, 1), 20, date(2011, 9, 30)), Spell(date(2011, 10, 1), 15, unit="percent"))
    ),
    "baseline": Dated("baseline", (Spell(date(2010, 4, 1), None, entered=True),)),
}


def put(raw: Any, facts: dict[str, Any], on: date = DAY) -> str:
    return evaluate(parse(raw), facts, values=VALUES, on=on).value


@pytest.mark.parametrize(
    ("raw", "facts", "said"),
    [
        ({"a": 3}, {"a": 3}, "yes"),
        ({"a": 3}, {"a": Decimal("3.0")}, "yes"),
        ({"a": True}, {"a": 1}, "no"),
        ({"a": ["x", "y"]}, {"a": "y"}, "yes"),
        ({"a": "x"}, {"a": frozenset({"x", "z"})}, "yes"),
        ({"a": ["q", "z"]}, {"a": frozenset({"x", "z"})}, "yes"),
        ({"a": "x"}, {"a": frozenset()}, "no"),
        ({"a": {"at_least": 80, "at_most": 90}}, {"a": 90}, "yes"),
        ({"a": {"more_than": 80, "less_than": 90}}, {"a": 80}, "no"),
        ({"a": {"at_least": 80}}, {"a": 95 / 120 * 100}, "no"),
        ({"a": {"at_least": date(2010, 4, 1)}}, {"a": datetime(2010, 4, 1, 9, 0)}, "yes"),
        ({"a": "known"}, {"a": 0}, "yes"),
        ({"a": "known"}, {}, "no"),
        ({"a": "known"}, {"a": PENDING}, "pending"),
        ({"a": 1}, {}, "not_known"),
        ({"a": 1}, {"a": None}, "not_known"),
        ({"a": 1}, {"a": PENDING}, "pending"),
        ({"not": {"a": 1}}, {"a": NOT_KNOWN}, "not_known"),
        ({"a": 1, "b": 2}, {"a": 5}, "no"),
        ({"a": 1, "b": 2}, {"a": 1}, "not_known"),
        ({"any": [{"a": 1}, {"b": 2}]}, {"b": 2}, "yes"),
        ({"any": [{"a": 1}, {"b": 2}]}, {"b": 3}, "not_known"),
        ({"any": [{"a": 1}, {"b": 2}]}, {"a": PENDING}, "pending"),
        ({"not": {"a": 1, "b": {"more_than": 90}}}, {"a": 1, "b": 80}, "yes"),
        ({"a": {"at_least": "baseline"}}, {"a": 5}, "not_known"),
    ],
)
def test_what_a_condition_says(raw: Any, facts: dict[str, Any], said: str) -> None:
    assert put(raw, facts) == said


def test_a_dated_value_is_taken_on_the_day() -> None:
    raw = {"absence": {"at_least": "threshold"}}
    assert put(raw, {"absence": 17}) == "no"
    assert put(raw, {"absence": 17}, date(2011, 12, 31)) == "yes"
    assert put(raw, {"absence": 17}, date(2009, 12, 31)) == "not_known"


def test_the_tables_of_the_four_answers() -> None:
    yes, no, unknown, waiting = Answer.YES, Answer.NO, Answer.NOT_KNOWN, Answer.PENDING
    assert all_of([yes, no, waiting]) is no
    assert all_of([yes, unknown, waiting]) is waiting
    assert all_of([yes, unknown]) is unknown
    assert any_of([no, unknown, waiting]) is waiting
    assert any_of([no, yes, waiting]) is yes
    assert (all_of([]), any_of([])) == (yes, no)
    assert [opposite(answer) for answer in (yes, no, unknown, waiting)] == [no, yes, unknown, waiting]


def test_an_unknown_is_never_taken_for_true_or_false() -> None:
    with pytest.raises(TypeError):
        bool(NOT_KNOWN)


def test_an_answer_names_the_facts_behind_it() -> None:
    condition = parse({"any": [{"a": 1}, {"b": 2, "c": 3}]})
    assert explain(condition, {"a": 1}, on=DAY).decided_by == ("a",)
    assert explain(condition, {"a": 0, "b": 2}, on=DAY).missing == ("c",)
    assert explain(condition, {"a": 0, "c": 4}, on=DAY).decided_by == ("a", "c")
    assert explain(condition, {}, on=DAY).missing == ("a", "b", "c")


def test_a_condition_knows_what_it_names() -> None:
    condition = parse({"all": [{"a": {"at_least": "low", "at_most": "high"}}, {"not": {"b": "known", "a": 1}}]})
    assert facts_named(condition) == ("a", "b")
    assert values_named(condition) == ("low", "high")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("a <= 5", ()),
        ({}, ()),
        ({"at_least": 5}, ("at_least",)),
        ({"a": {"at_leats": 5}}, ("a", "at_leats")),
        ({"a": {}}, ("a",)),
        ({"a": []}, ("a",)),
        ({"all": {"a": 1}}, ("all",)),
        ({"any": [{"a": 1}, {"b": {"over": 1}}]}, ("any", 1, "b", "over")),
        ({"a": {"at_least": True}}, ("a", "at_least")),
    ],
)
def test_what_is_no_condition_says_where(raw: Any, path: tuple[Any, ...]) -> None:
    with pytest.raises(PlacedError) as fault:
        parse(raw)
    assert fault.value.path == path
