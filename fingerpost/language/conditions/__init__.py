"""Conditions on named facts: trees of few, closed words. One condition, two evaluators."""

from fingerpost.language.conditions.memory import Explanation, compare, evaluate, explain
from fingerpost.language.conditions.parse import RESERVED, parse
from fingerpost.language.conditions.tree import (
    All,
    AnyOf,
    Bound,
    Condition,
    Is,
    Known,
    Not,
    OneOf,
    Test,
    Within,
    both,
    facts_named,
    values_named,
)

__all__ = [
    "RESERVED",
    "All",
    "AnyOf",
    "Bound",
    "Condition",
    "Explanation",
    "Is",
    "Known",
    "Not",
    "OneOf",
    "Test",
    "Within",
    "both",
    "compare",
    "evaluate",
    "explain",
    "facts_named",
    "parse",
    "values_named",
]
