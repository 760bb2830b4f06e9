"""What a condition is: a tree of tests on named facts. There are no strings to evaluate and no functions to call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Comparison = Literal["at_least", "at_most", "more_than", "less_than"]
COMPARISONS: tuple[Comparison, ...] = ("at_least", "at_most", "more_than", "less_than")

Wanted = str | bool | int | Decimal | date


@dataclass(frozen=True, slots=True)
class Is:
    """The fact has this value; a fact of several codes includes it."""

    value: Wanted


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact has one of these values; a fact of several codes includes one of them."""

    values: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The fact has an answer. Never itself not known."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One side of a range. A string is the name of a dated value."""

    comparison: Comparison
    limit: int | Decimal | date | str


@dataclass(frozen=True, slots=True)
class Within:
    """The fact keeps every bound."""

    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One fact, put to one question."""

    __test__ = False  # pytest would collect the name

    fact: str
    question: Is | OneOf | Known | Within


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = Test | All | AnyOf | Not

ALWAYS = All(())


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test in the tree, from left to right."""
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from tests_of(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_of(part)


def facts_named(condition: Condition) -> tuple[str, ...]:
    """The facts a condition reads, each once, in order of first mention."""
    return tuple(dict.fromkeys(test.fact for test in tests_of(condition)))


def values_named(condition: Condition) -> tuple[str, ...]:
    """The dated values a condition names, each once."""
    names = (
        bound.limit
        for test in tests_of(condition)
        if isinstance(test.question, Within)
        for bound in test.question.bounds
        if isinstance(bound.limit, str)
    )
    return tuple(dict.fromkeys(names))


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """One condition that holds where both do; None stands for no condition at all."""
    if first is None or second is None:
        return first if second is None else second
    return All((*_parts(first), *_parts(second)))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)
