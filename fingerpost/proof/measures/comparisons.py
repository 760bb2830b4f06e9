"""What a figure is set beside: an earlier period, a baseline, or another figure on the same rows."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from fingerpost.language.dated import NoValue
from fingerpost.language.definition import Against, Baseline, Figure, Previous, SameRows, YearBefore
from fingerpost.language.periods import NoPeriod, previous, year_before
from fingerpost.proof.measures.figure import Compared, Numbers, fields_of
from fingerpost.proof.measures.measuring import WHOLE, Measured, measure
from fingerpost.proof.measures.setting import Setting

AGAINST_LABELS = {"previous": "The period before", "year_before": "A year before", "same_rows": "Before"}


def paired_with(against: tuple[Against, ...]) -> Figure | None:
    """The figure on the same rows, if there is one."""
    return next((one.figure for one in against if isinstance(one, SameRows)), None)


def compared(setting: Setting, figure: Figure, against: tuple[Against, ...], whole: Measured) -> Compared | None:
    """The first of the comparisons that exists."""
    for one in against:
        found = _one_comparison(setting, figure, one, whole)
        if found is not None:
            kind, label, numbers = found
            return Compared(**fields_of(numbers), kind=kind, label=label, change=_change(whole.numbers, numbers))
    return None


def _one_comparison(
    setting: Setting, figure: Figure, against: Against, whole: Measured
) -> tuple[str, str, Numbers] | None:
    match against:
        case SameRows(other):
            return ("same_rows", other.label or AGAINST_LABELS["same_rows"], whole.beside) if whole.beside else None
        case Baseline(name):
            return _baseline(setting, name, whole.numbers)
        case Previous():
            return _earlier(setting, figure, "previous")
        case YearBefore():
            return _earlier(setting, figure, "year_before")


def _baseline(setting: Setting, name: str, numbers: Numbers) -> tuple[str, str, Numbers] | None:
    try:
        value = setting.asked.values[name].number_on(setting.asked.on)
    except (KeyError, NoValue):
        return None
    return "baseline", name.replace("_", " ").capitalize(), Numbers(exact=Fraction(value), unit=numbers.unit)


def _earlier(setting: Setting, figure: Figure, kind: str) -> tuple[str, str, Numbers] | None:
    """The same figure over an earlier period, by the same dated values; None for one before the agreement began."""
    contract, asked = setting.rules.contract, setting.asked
    try:
        period = previous(contract, figure.each, asked.period) if kind == "previous" else year_before(asked.period)
    except NoPeriod:
        return None
    found = measure(figure, replace(asked, period=period, values_on=asked.on))
    # Nothing recorded then is no comparison, not a nought.
    return (kind, AGAINST_LABELS[kind], found[WHOLE].numbers) if WHOLE in found else None


def _change(numbers: Numbers, earlier: Numbers) -> Decimal | None:
    if numbers.value is None or earlier.value is None:
        return None
    return numbers.value - earlier.value
