"""From a figure of the language to its numbers: run the totals, then make each form's value of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fingerpost.language.definition import Balance, Count, Figure, Mean, Median, Ratio, Share, Sum
from fingerpost.proof.measures.adding import EVERYTHING, passes, totals
from fingerpost.proof.measures.answers import Wanted, fact_of
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.columns import shared_out
from fingerpost.proof.measures.figure import Number, Numbers
from fingerpost.proof.measures.sets import record_set_of, rows_behind
from fingerpost.proof.measures.sql import prepared, run
from fingerpost.proof.measures.totals import Totals

Key = tuple[str, str | None]
"""Dimension and member; everything has no dimension and no member, a member that is not known is None."""

WHOLE: Key = (EVERYTHING, EVERYTHING)
_TIMES = {"percent": 100, "per_100": 100, "per_1000": 1000, "per_100000": 100_000}
QUOTIENTS, QUOTIENT_DIGITS = ("percent", "percent of itself"), 12
"""Places after the point to which a sum of percentages is true: each of them was rounded in its sixteenth digit."""


@dataclass(frozen=True)
class Measured:
    """A figure's numbers, and those of the figure it is paired with on the same rows.

    `either` has what it or the other part of a ratio cannot settle, where both count the same units.
    """

    numbers: Numbers
    beside: Numbers | None = None
    either: Numbers | None = None


def is_recorded(figure: Figure) -> bool:
    """Whether there are records of the kind from which the figure can be worked out."""
    if figure.inner:
        return all(is_recorded(part) for part in figure.inner)
    records = record_set_of(figure)
    return records is not None and all(records.offers(fact) for fact in figure.facts)


def measure(
    figure: Figure, asked: Asked, *, by: tuple[str, ...] = (), paired: Figure | None = None
) -> dict[Key, Measured]:
    """The figure's numbers for everything and for each member of the breakdowns.

    Nothing at all where no row falls into the period.
    """
    return measure_several([Wanted(figure, by, paired)], asked)[0]


def measure_several(wanted: Sequence[Wanted], asked: Asked) -> list[dict[Key, Measured]]:
    """Several figures of one period, in one statement for each record set and date that joins it to the period."""
    parts = {part: None for one in wanted for part in _parts(one, asked.levels)}
    widest = {part: _widest(part, parts) for part in parts}
    by_rows: dict[tuple[str, str], dict[Wanted, None]] = {}
    for part in widest.values():
        by_rows.setdefault((part.figure.of, part.figure.when), {})[part] = None
    found: dict[Wanted, dict[Key, Totals]] = {}
    for of_same_rows in map(tuple, by_rows.values()):
        found |= dict(zip(of_same_rows, _totals(of_same_rows, asked), strict=True))
    told = {part: found[wider] for part, wider in widest.items()}
    return [_made(one, told, asked.levels) for one in wanted]


def _widest(part: Wanted, parts: Iterable[Wanted]) -> Wanted:
    """The same figure by more breakdowns, where that is asked for as well: it tells the narrower too."""
    wider = (one for one in parts if _sides(one) == _sides(part))
    return max((one for one in wider if set(one.by) >= set(part.by)), key=lambda one: len(one.by))


def _sides(wanted: Wanted) -> tuple[Figure | None, ...]:
    return wanted.figure, wanted.paired, wanted.other


def _parts(wanted: Wanted, levels: tuple[str, ...]) -> tuple[Wanted, ...]:
    """What has to be added up: the figure itself, or the two that it is made of."""
    if not wanted.figure.inner:
        return (wanted,)
    first, second = wanted.figure.inner
    alike = (first.of, first.when, first.count) == (second.of, second.when, second.count)
    return (
        Wanted(first, offered_breakdowns(first, wanted.by, levels), other=second if alike else None),
        Wanted(second, offered_breakdowns(second, wanted.by, levels)),
    )


def _made(wanted: Wanted, found: Mapping[Wanted, Mapping[Key, Totals]], levels: tuple[str, ...]) -> dict[Key, Measured]:
    figure, paired = wanted.figure, wanted.paired
    if figure.inner:
        first, second = (_made(part, found, levels) for part in _parts(wanted, levels))
        return _of_two(figure, first, second)
    told = (EVERYTHING, *wanted.by)
    return {
        key: Measured(
            _numbers(figure, one),
            _numbers(paired, _turned(one)) if paired else None,
            _either(one) if wanted.other else None,
        )
        for key, one in found[wanted].items()
        if key[0] in told
    }


def _totals(wanted: tuple[Wanted, ...], asked: Asked) -> list[dict[Key, Totals]]:
    """The totals of figures over the same rows. A member of which no row belongs to the population is left out."""
    records = rows_behind(wanted[0].figure)
    text = prepared(("totals", wanted, asked.shape), lambda: totals(records, asked, wanted))
    found: list[dict[Key, Totals]] = [{} for _ in wanted]
    made = passes(wanted)
    for row in run(text, asked):
        one = made[row["place"]]
        for number, told in zip(one.figures, row["told"], strict=True):
            numbers = Totals.read(told)
            if not (one.dimension and numbers.is_empty):
                found[number][one.dimension, row["member"]] = numbers
    return found


def whole_of(found: Mapping[Key, Measured], figure: Figure) -> Measured:
    """The numbers of everything, also where there was nothing."""
    return found.get(WHOLE) or Measured(nothing_of(figure))


def nothing_of(figure: Figure) -> Numbers:
    """The numbers of a figure over no rows at all."""
    if figure.inner:
        return _quotient(figure, *(nothing_of(part) for part in figure.inner))
    return _numbers(figure, Totals())


def offered_breakdowns(figure: Figure, by: tuple[str, ...], levels: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the breakdowns for which the figure's rows hold something, levels of the area scheme among them."""
    if figure.inner:
        return tuple(name for name in by if all(name in offered_breakdowns(part, by, levels) for part in figure.inner))
    records = rows_behind(figure)
    return tuple(name for name in by if records.offers(name, levels))


def _turned(one: Totals) -> Totals:
    """The other side of a comparison on the same rows, in the place of the first."""
    return Totals(one.beside_in, one.beside_out, one.not_known, one.pending, amount=one.beside_amount)


def _either(one: Totals) -> Numbers:
    return Numbers(
        not_known=one.either_not_known,
        pending=one.either_pending,
        population_not_known=one.either_population_not_known,
        without_unit=one.either_without_unit,
    )


def _numbers(figure: Figure, one: Totals) -> Numbers:
    numerator, denominator, unit = _FORMS[type(figure.form)](figure, one)
    return Numbers(
        numerator=_number(numerator),
        denominator=denominator,
        exact=_value(figure, numerator, denominator),
        unit=unit,
        not_known=one.not_known,
        pending=one.pending,
        outside=one.outside,
        population_not_known=one.population_not_known,
        without_unit=one.without_unit,
    )


Made = tuple[Fraction | None, int | None, str | None]


def _share(figure: Figure, one: Totals) -> Made:
    return Fraction(one.counted_in), one.settled, "percent"


def _count(figure: Figure, one: Totals) -> Made:
    return Fraction(one.counted_in), None, figure.count


def _sum(figure: Figure, one: Totals) -> Made:
    """Nothing recorded adds up to 0; where all that there is waits for an answer there is no total yet."""
    total = Fraction(0) if one.amount is None and not one.unsettled else _amount(figure, one)
    return total, None, _unit_of_fact(figure)


def _mean(figure: Figure, one: Totals) -> Made:
    return _amount(figure, one), one.counted_in, _unit_of_fact(figure)


def _median(figure: Figure, one: Totals) -> Made:
    return _amount(figure, one), None, _unit_of_fact(figure)


_FORMS: dict[type, Callable[[Figure, Totals], Made]] = {
    Share: _share,
    Count: _count,
    Sum: _sum,
    Mean: _mean,
    Median: _median,
}


def _value(figure: Figure, numerator: Fraction | None, denominator: int | None) -> Fraction | None:
    """No value of nothing: neither 0 nor 100 percent."""
    if numerator is None or denominator == 0:
        return None
    quotient = numerator / (1 if denominator is None else denominator)
    return quotient * 100 if isinstance(figure.form, Share) else quotient


def _unit_of_fact(figure: Figure) -> str | None:
    assert isinstance(figure.form, Sum | Mean | Median)  # noqa: S101 -- narrows the type; the table above sees to it
    return rows_behind(figure).spec.facts[figure.form.fact].unit


def _amount(figure: Figure, one: Totals) -> Fraction | None:
    """What was added up, in the fact's own unit. Whole units were added, so this is the one division that is made."""
    if one.amount is None:
        return None
    records, fact = rows_behind(figure), fact_of(figure) or ""
    _, of_one = records.wholes.get(fact, (fact, 1))
    total = Fraction(one.amount) / (of_one * shared_out(records, figure))
    return round(total, QUOTIENT_DIGITS) if _unit_of_fact(figure) in QUOTIENTS else total


def _of_two(figure: Figure, first: Mapping[Key, Measured], second: Mapping[Key, Measured]) -> dict[Key, Measured]:
    made = {}
    for key in {**first, **second}:
        one, other = (_at(side, key, part) for side, part in zip((first, second), figure.inner, strict=True))
        made[key] = Measured(_quotient(figure, one, other, first[key].either if key in first else None))
    return made


def _at(side: Mapping[Key, Measured], key: Key, figure: Figure) -> Numbers:
    return side[key].numbers if key in side else nothing_of(figure)


def _quotient(figure: Figure, one: Numbers, other: Numbers, either: Numbers | None = None) -> Numbers:
    """First over second; a balance sets the first beside the total of both, in percent.

    What neither part settles is counted once where both count the same units; of different units each has its own.
    """
    unsettled = (either,) if either else (one, other)
    times, unit, whole, parts = 1, None, other.exact, None
    if isinstance(figure.form, Balance):
        times, unit = 100, "percent"
        whole = None if one.exact is None or other.exact is None else one.exact + other.exact
        parts = (figure.form.first.label or "First", figure.form.second.label or "Second")
    elif isinstance(figure.form, Ratio):
        times, unit = _TIMES.get(figure.form.unit or "", 1), figure.form.unit
    exact = None if one.exact is None or not whole else one.exact / whole * times
    return Numbers(
        numerator=_number(one.exact),
        denominator=_number(whole),
        exact=exact,
        unit=unit,
        not_known=sum(side.not_known for side in unsettled),
        pending=sum(side.pending for side in unsettled),
        outside=one.outside,
        population_not_known=sum(side.population_not_known for side in unsettled),
        without_unit=sum(side.without_unit for side in unsettled),
        parts=parts,
    )


def _number(exact: Fraction | None) -> Number | None:
    if exact is None:
        return None
    return exact.numerator if exact.denominator == 1 else Decimal(exact.numerator) / Decimal(exact.denominator)
