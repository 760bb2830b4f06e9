"""From answers to a score, by the words of an instrument."""

from decimal import Decimal

import pytest

from fingerpost.language.schema import InstrumentWords
from fingerpost.work.outcomes.scoring import NotScorable, change, score, within_range

ANSWERS = [{"valueInteger": number, "text": str(number)} for number in range(4)]


def instrument(**scoring: object) -> InstrumentWords:
    """Three questions of 0 to 3, the last with the poor answer high."""
    items = [
        {"linkId": key, "text": f"How is {key}?", "type": "choice", "answerOption": tuple(ANSWERS)} for key in "ab"
    ]
    items.append({"linkId": "c", "text": "How bad?", "type": "choice", "reverse": True, "answerOption": tuple(ANSWERS)})
    words = {"total": "sum", "range": (0, 9), "better": "up", **scoring}
    given = {"key": "mood", "title": "Mood", "version": "1", "licence": "Free", "item": tuple(items), "scoring": words}
    return InstrumentWords.model_validate(given)


def test_a_question_asked_the_other_way_round_is_turned() -> None:
    assert score(instrument(), {"a": 3, "b": 2, "c": 0}) == 8
    assert score(instrument(), {"a": "3", "b": "2", "c": "3"}) == 5


def test_a_mean_is_of_the_questions_answered() -> None:
    assert score(instrument(total="mean", missing_allowed=1), {"a": 3, "b": 2}) == Decimal("2.50")


def test_what_was_left_out_counts_as_the_mean_of_the_rest() -> None:
    assert score(instrument(missing_allowed=1), {"a": 3, "b": 2}) == Decimal("7.50")


@pytest.mark.parametrize(
    ("answers", "question"),
    [({"a": 1, "b": 1}, "c"), ({"a": 1, "b": 1, "c": 4}, "c"), ({"a": 1, "b": "x", "c": 1}, "b"), ({"z": 1}, "z")],
)
def test_what_makes_no_score_names_its_question(answers: dict[str, object], question: str) -> None:
    with pytest.raises(NotScorable) as fault:
        score(instrument(), answers)
    assert fault.value.question == question


def test_a_typed_score_lies_within_the_range() -> None:
    assert within_range(instrument(), Decimal(9)) == 9
    with pytest.raises(NotScorable, match="from 0 to 9"):
        within_range(instrument(), Decimal(10))


@pytest.mark.parametrize(
    ("scoring", "first", "last", "result"),
    [
        ({}, 14, 21, "improved"),
        ({}, 14, 14, "same"),
        ({}, 14, 13, "worse"),
        ({"better": "down"}, 14, 13, "improved"),
        ({"stated_error": 3}, 14, 17, "same"),
        ({"stated_error": 3}, 14, 18, "improved"),
    ],
)
def test_a_change_within_the_stated_error_is_none(
    scoring: dict[str, object], first: int, last: int, result: str
) -> None:
    assert change(instrument(**scoring), Decimal(first), Decimal(last)) == result
