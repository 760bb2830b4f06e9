"""From the words of a file to a condition tree."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fingerpost.language.conditions.tree import (
    COMPARISONS,
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
)
from fingerpost.language.faults import PlacedError

RESERVED = frozenset({"all", "any", "not", "known", *COMPARISONS})


def parse(raw: Any) -> Condition:
    """Read a condition. Raises PlacedError, which says where inside the condition the fault lies."""
    if not isinstance(raw, Mapping):
        raise PlacedError("A condition is a mapping of facts", advice="Write it as {fact: value}.")
    if not raw:
        raise PlacedError("This condition is empty", advice="Leave the word out if everything is meant.")
    parts = tuple(_entry(str(word), value) for word, value in raw.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _entry(word: str, value: Any) -> Condition:
    try:
        match word:
            case "all":
                return All(_list_of_conditions(value))
            case "any":
                return AnyOf(_list_of_conditions(value))
            case "not":
                return Not(parse(value))
            case "known" | "at_least" | "at_most" | "more_than" | "less_than":
                raise PlacedError(f"{word} stands where a fact should", advice=f"Write it as {{fact: {{{word}: …}}}}.")
            case _:
                return Test(word, _question(value))
    except PlacedError as fault:
        raise fault.under(word) from None


def _list_of_conditions(raw: Any) -> tuple[Condition, ...]:
    if not isinstance(raw, list | tuple) or not raw:
        raise PlacedError("A list of conditions is needed here", advice="Begin each with a dash.")
    parts = []
    for number, part in enumerate(raw):
        try:
            parts.append(parse(part))
        except PlacedError as fault:
            raise fault.under(number) from None
    return tuple(parts)


def _question(raw: Any) -> Is | OneOf | Known | Within:
    if raw == "known":
        return Known()
    if isinstance(raw, Mapping):
        return Within(_bounds(raw))
    if isinstance(raw, list | tuple):
        if not raw:
            raise PlacedError("This list of values is empty", advice="Name at least one value.")
        return OneOf(tuple(_value(value) for value in raw))
    return Is(_value(raw))


def _value(raw: Any) -> str | bool | int | Decimal | date:
    if isinstance(raw, str | bool | int | Decimal | date):
        return raw
    if isinstance(raw, float):
        return Decimal(str(raw))
    raise PlacedError("A fact is compared with a word, a number, a date, true or false")


def _bounds(raw: Mapping[Any, Any]) -> tuple[Bound, ...]:
    bounds = []
    for word, limit in raw.items():
        if word not in COMPARISONS:
            raise PlacedError(f"{word} is not a comparison", (str(word),), f"Use {', '.join(COMPARISONS)}.")
        if isinstance(limit, float):
            limit = Decimal(str(limit))
        if isinstance(limit, bool) or not isinstance(limit, int | Decimal | date | str):
            raise PlacedError(f"{word} needs a number, a date or the name of a dated value", (str(word),))
        bounds.append(Bound(word, limit))
    if not bounds:
        raise PlacedError("A comparison is missing here", advice=f"Use {', '.join(COMPARISONS)}.")
    return tuple(bounds)
