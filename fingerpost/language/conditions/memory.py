"""Putting a condition to facts held in memory: a referral on a screen, or the row of an example."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fingerpost.language.answers import NOT_KNOWN, PENDING, Answer, Unknown, all_of, any_of, opposite
from fingerpost.language.conditions.tree import (
    All,
    AnyOf,
    Bound,
    Comparison,
    Condition,
    Is,
    Known,
    Not,
    OneOf,
    Test,
    Wanted,
    Within,
)
from fingerpost.language.dated import NoValue, Values

NO_VALUES: Values = {}


def evaluate(condition: Condition, facts: Mapping[str, Any], *, values: Values = NO_VALUES, on: date) -> Answer:
    """What the condition says of these facts on this day.

    A fact that is absent or None is not known. A dated value still to be entered makes its test not known.
    """
    match condition:
        case All(parts):
            return all_of(evaluate(part, facts, values=values, on=on) for part in parts)
        case AnyOf(parts):
            return any_of(evaluate(part, facts, values=values, on=on) for part in parts)
        case Not(part):
            return opposite(evaluate(part, facts, values=values, on=on))
        case Test():
            return _put(condition, facts, values, on)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which facts decided an answer, and which are missing for one."""

    answer: Answer
    decided_by: tuple[str, ...]
    missing: tuple[str, ...]


def explain(condition: Condition, facts: Mapping[str, Any], *, values: Values = NO_VALUES, on: date) -> Explanation:
    """The answer with the facts that settled it, or those without which it cannot be settled."""
    answer = evaluate(condition, facts, values=values, on=on)
    named = tuple(dict.fromkeys(_behind(condition, answer, facts, values, on)))
    return Explanation(answer, named, ()) if answer.is_settled else Explanation(answer, (), named)


def fact_in(facts: Mapping[str, Any], name: str) -> Any:
    """The value of a fact, NOT_KNOWN where it is absent or None."""
    try:
        value = facts[name]
    except KeyError:
        return NOT_KNOWN
    return NOT_KNOWN if value is None else value


def _behind(condition: Condition, answer: Answer, facts: Mapping[str, Any], values: Values, on: date) -> list[str]:
    """Facts of the branches that gave this answer; for an unknown answer, of every branch that is unknown."""
    match condition:
        case Test(fact):
            return [fact]
        case Not(part):
            return _behind(part, opposite(answer), facts, values, on)
        case All(parts) | AnyOf(parts):
            named: list[str] = []
            for part in parts:
                given = evaluate(part, facts, values=values, on=on)
                if given == answer or not (given.is_settled or answer.is_settled):
                    named += _behind(part, given, facts, values, on)
            return named


def _put(test: Test, facts: Mapping[str, Any], values: Values, on: date) -> Answer:
    value = fact_in(facts, test.fact)
    if value is PENDING:
        return Answer.PENDING
    if isinstance(test.question, Known):
        return Answer.of(value is not NOT_KNOWN)
    if isinstance(value, Unknown):
        return Answer.NOT_KNOWN
    match test.question:
        case Is(wanted):
            return Answer.of(_matches(value, (wanted,)))
        case OneOf(several):
            return Answer.of(_matches(value, several))
        case Within(bounds):
            return all_of(_within(value, bound, values, on) for bound in bounds)


def _matches(value: Any, wanted: tuple[Wanted, ...]) -> bool:
    if isinstance(value, frozenset | set | list | tuple):
        return any(_same(one, other) for one in value for other in wanted)
    return any(_same(value, other) for other in wanted)


def _same(value: Any, wanted: Wanted) -> bool:
    """True and 1 are different things here, and a time falls on its day."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    value, other = _alike(value, wanted)
    return bool(value == other)


def _within(value: Any, bound: Bound, values: Values, on: date) -> Answer:
    limit: Any = bound.limit
    if isinstance(limit, str):
        try:
            limit = values[limit].on(on)
        except (KeyError, NoValue):
            return Answer.NOT_KNOWN
    return Answer.of(compare(value, bound.comparison, limit))


def compare(value: Any, comparison: Comparison, limit: Any) -> bool:
    """Whether the value keeps the limit, compared unrounded."""
    left, right = _alike(value, limit)
    match comparison:
        case "at_least":
            return bool(left >= right)
        case "at_most":
            return bool(left <= right)
        case "more_than":
            return bool(left > right)
        case "less_than":
            return bool(left < right)


def _alike(value: Any, limit: Any) -> tuple[Any, Any]:
    """Both sides in one kind. A float is compared as a float, as databases do; all else exactly."""
    if isinstance(value, float) and isinstance(limit, int | Decimal | Fraction):
        return value, float(limit)
    if isinstance(value, datetime) and not isinstance(limit, datetime):
        return value.date(), limit
    return value, limit
