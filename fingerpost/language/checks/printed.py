"""Remarks where a target is not the figure that the paper prints."""

import re
from fractions import Fraction
from typing import Final

from fingerpost.language.checks.base import WARNING, Checking
from fingerpost.language.checks.figures import FILE, definitions
from fingerpost.language.conditions import Bound
from fingerpost.language.dated import NoValue, number_named
from fingerpost.language.filling import rounded
from fingerpost.language.readings import proposed_by

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LOWER: Final = ("at_least", "more_than")


def check(checking: Checking) -> None:
    """A warning for each indicator whose target, in the readings proposed, is another than the one printed."""
    for key, words in checking.contract.indicators.items():
        printed = _numbers(words.as_printed.target) if words.as_printed and words.as_printed.target else ()
        if len(printed) != 1 or words.as_printed is None:
            continue
        proposed = proposed_by(words.reading)
        for definition in definitions(checking, key, words):
            bounds = definition.target.bounds if definition.target and definition.letters == proposed else ()
            held = [(bound, number) for bound in bounds if (number := _number(checking, bound)) is not None]
            if held and not _agree(held, printed[0]):
                said = " and ".join(f"{bound.comparison} {rounded(number, 1)}" for bound, number in held)
                message = f"The paper prints {words.as_printed.target} for {key}, and its target is {said}"
                advice = "Take the figure of the paper, or name a reading that says why it is another."
                checking.fault(FILE, checking.at(FILE, (key,), "target"), message, advice, severity=WARNING)


def _numbers(printed: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(number.replace(",", "")) for number in _NUMBER.findall(printed))


def _number(checking: Checking, bound: Bound) -> Fraction | None:
    """The bound as on the first day of the term; none for a day, or for a value that is not given by then."""
    try:
        start = checking.contract.agreement.start
        return Fraction(number_named(bound.limit, checking.contract.values, start))  # type: ignore[arg-type]
    except (NoValue, TypeError):
        return None


def _agree(held: list[tuple[Bound, Fraction]], printed: Fraction) -> bool:
    """Whether one bound is the number printed, or two have it between them."""
    if len(held) == 1:
        return held[0][1] == printed
    low = [number for bound, number in held if bound.comparison in _LOWER]
    high = [number for bound, number in held if bound.comparison not in _LOWER]
    return all(number <= printed for number in low) and all(number >= printed for number in high)
