"""What may be said of a figure: met, not met, improved, no data. One place, for figures in memory and in the database."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from fractions import Fraction

from fingerpost.language.conditions import Bound, compare
from fingerpost.language.contract import Contract
from fingerpost.language.dated import NoValue, Values, number_named
from fingerpost.language.definition import Count, Definition, Narrative, Sum, Target
from fingerpost.language.periods import Period, months_covered

Bounds = tuple[tuple[str, Fraction], ...]


class Verdict(Enum):
    """The word beside a figure."""

    MET = "met"
    NOT_MET = "not_met"
    ALERT = "alert"
    IMPROVED = "improved"
    SAME = "same"
    WORSE = "worse"
    SO_FAR = "so_far"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"
    WRITTEN = "written"


def verdict(
    contract: Contract,
    definition: Definition,
    value: Fraction | None,
    *,
    period: Period,
    as_of: date | None = None,
    against: Fraction | None = None,
    members: Mapping[str, Fraction | None] | None = None,
    values: Values | None = None,
) -> Verdict:
    """The verdict on a figure, compared unrounded.

    `members` holds the figure of every member of the target's `in_each`, empty areas included. `as_of` before the
    period's end makes it "so far", as does a milestone that lies ahead.
    """
    values = contract.values if values is None else values
    target = definition.target
    if isinstance(definition.figure.form, Narrative):
        return Verdict.WRITTEN
    if value is None:
        return Verdict.NO_DATA
    if _has_still_to_run(target, period, as_of):
        return Verdict.SO_FAR
    if target is None:
        return Verdict.NO_TARGET
    if target.bounds:
        bounds = bounds_on(contract, definition, target.bounds, period, values)
        if bounds is None:
            return Verdict.NO_DATA
        judged = list(members.values()) if target.in_each and members is not None else [value]
        return _alerted(target, value, period, values, met=all(keeps(one, bounds) for one in judged))
    return _by_direction(target, value, against, period, values)


def bounds_on(
    contract: Contract, definition: Definition, bounds: tuple[Bound, ...], period: Period, values: Values
) -> Bounds | None:
    """The bounds as numbers on the period's last day; None while one has still to be entered.

    A count asked for a whole year is scaled by whole months where the term covers only part of it.
    """
    try:
        numbers = [(bound.comparison, Fraction(_number(bound, values, period))) for bound in bounds]
    except NoValue:
        return None
    months = months_covered(contract, period)
    if definition.figure.each.word == "year" and isinstance(definition.figure.form, Count | Sum) and 0 < months < 12:
        numbers = [(comparison, limit * months / 12) for comparison, limit in numbers]
    return tuple(numbers)


def keeps(value: Fraction | None, bounds: Bounds) -> bool:
    """Whether a figure keeps every bound; no data keeps none."""
    return value is not None and all(compare(value, comparison, limit) for comparison, limit in bounds)  # type: ignore[arg-type]


def _number(bound: Bound, values: Values, period: Period) -> int | Fraction:
    if isinstance(bound.limit, date):
        raise NoValue("A target is a number")
    return Fraction(number_named(bound.limit, values, period.end))


def _has_still_to_run(target: Target | None, period: Period, as_of: date | None) -> bool:
    unfinished = as_of is not None and as_of < period.end
    return unfinished or (target is not None and target.since is not None and period.end < target.since)


def _alerted(target: Target, value: Fraction, period: Period, values: Values, *, met: bool) -> Verdict:
    if met:
        return Verdict.MET
    return Verdict.ALERT if _warns(target, value, period, values) else Verdict.NOT_MET


def _warns(target: Target, value: Fraction, period: Period, values: Values) -> bool:
    try:
        limits = [(bound.comparison, Fraction(_number(bound, values, period))) for bound in target.alert]
    except NoValue:
        return False
    return bool(limits) and keeps(value, tuple(limits))


def _by_direction(target: Target, value: Fraction, against: Fraction | None, period: Period, values: Values) -> Verdict:
    if _warns(target, value, period, values):
        return Verdict.ALERT
    if target.better is None or against is None:
        return Verdict.NO_TARGET
    if value == against:
        return Verdict.SAME
    return Verdict.IMPROVED if (value > against) == (target.better == "up") else Verdict.WORSE
