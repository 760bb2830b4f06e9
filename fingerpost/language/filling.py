"""Sentences with facts and dated values filled in, as people write them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from fingerpost.language.answers import Unknown
from fingerpost.language.conditions.memory import fact_in
from fingerpost.language.dated import NoValue, Values
from fingerpost.language.facts import Facts, FactSpec

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def names_in(sentence: str) -> tuple[str, ...]:
    """The names in braces, each once."""
    return tuple(dict.fromkeys(_PLACE.findall(sentence)))


def filled(sentence: str, facts: Facts, values: Values, on: date, specs: Mapping[str, FactSpec]) -> str:
    """The sentence with every {name} replaced: a dated value of that name as on the day, else the fact."""

    def replacement(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in values:
            return _dated(name, values, on)
        return shown(fact_in(facts, name), specs[name].unit if name in specs else None)

    return _PLACE.sub(replacement, sentence)


def _dated(name: str, values: Values, on: date) -> str:
    try:
        spell = values[name].spell_on(on)
    except NoValue:
        return "not known"
    return shown(spell.value, spell.unit, whole=True) if spell.value is not None else "not known"


def shown(value: Any, unit: str | None = None, *, whole: bool = False) -> str:
    """A value for people: 85.0 %, 12 school weeks, 4 May 2010, yes. `whole` leaves a lone ".0" out of a percentage."""
    if isinstance(value, Unknown):
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return f"{day.day} {day:%B %Y}"
    if isinstance(value, int | float | Decimal | Fraction):
        return _number(value, unit, whole=whole)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(str(one).replace("_", " ") for one in value)) or "none"
    return str(value)


def _number(value: float | Decimal | Fraction, unit: str | None, *, whole: bool) -> str:
    if unit == "percent":
        return f"{_whole_or_one(value) if whole else rounded(value, 1)} %"
    text = _whole_or_one(value)
    if not unit:
        return text
    return f"{text} {unit.removesuffix('s') if value == 1 else unit}"


def _whole_or_one(value: float | Decimal | Fraction) -> str:
    return rounded(value, 0) if value == int(value) else rounded(value, 1)


def rounded(value: float | Decimal | Fraction, places: int) -> str:
    """A number rounded half up, as people expect it: 79.25 to one place is 79.3."""
    exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    quantum = Decimal(1).scaleb(-places)
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(decimal.quantize(quantum, rounding=ROUND_HALF_UP))
