"""What a figure is set beside: an earlier period, a baseline, or another figure on the same rows."""

from dataclasses import replace
from fractions import Fraction

from fingerpost.language.dated import NoValue
from fingerpost.language.definition import Against, Baseline, Figure, Previous, SameRows, YearBefore
from fingerpost.language.periods import NoPeriod, previous, year_before
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.figure import Compared, Numbers, fields_of
from fingerpost.proof.measures.measuring import WHOLE, Measured
from fingerpost.proof.measures.setting import Setting
from fingerpost.proof.measures.together import Answers, Needed

AGAINST_LABELS = {"previous": "The period before", "year_before": "A year before", "same_rows": "Before"}


def paired_with(against: tuple[Against, ...]) -> Figure | None:
    """The figure on the same rows, if there is one."""
    return next((one.figure for one in against if isinstance(one, SameRows)), None)


def needed_for(setting: Setting, figure: Figure, against: tuple[Against, ...]) -> list[Needed]:
    """The figure in every earlier period in which its comparisons need it."""
    periods = (_asked_earlier(setting, figure, one) for one in against)
    return [(asked, Wanted(figure)) for asked in periods if asked is not None]


def compared(
    setting: Setting, figure: Figure, against: tuple[Against, ...], whole: Measured, answers: Answers
) -> Compared | None:
    """The first of the comparisons that exists. `answers` has what it needs."""
    for one in against:
        found = _one_comparison(setting, figure, one, whole, answers)
        if found is not None:
            kind, label, numbers = found
            return Compared(**fields_of(numbers), kind=kind, label=label, change=_change(whole.numbers, numbers))
    return None


def _one_comparison(
    setting: Setting, figure: Figure, against: Against, whole: Measured, answers: Answers
) -> tuple[str, str, Numbers] | None:
    match against:
        case SameRows(other):
            return ("same_rows", other.label or AGAINST_LABELS["same_rows"], whole.beside) if whole.beside else None
        case Baseline(name):
            return _baseline(setting, name, whole.numbers)
        case Previous() | YearBefore():
            kind = "previous" if isinstance(against, Previous) else "year_before"
            return _earlier(kind, _asked_earlier(setting, figure, against), figure, answers)


def _baseline(setting: Setting, name: str, numbers: Numbers) -> tuple[str, str, Numbers] | None:
    try:
        value = setting.asked.values[name].number_on(setting.asked.on)
    except (KeyError, NoValue):
        return None
    return "baseline", name.replace("_", " ").capitalize(), Numbers(exact=Fraction(value), unit=numbers.unit)


def _earlier(kind: str, asked: Asked | None, figure: Figure, answers: Answers) -> tuple[str, str, Numbers] | None:
    """Nothing recorded then is no comparison, not a nought."""
    then = answers.of(asked, Wanted(figure)) if asked else {}
    return (kind, AGAINST_LABELS[kind], then[WHOLE].numbers) if WHOLE in then else None


def _asked_earlier(setting: Setting, figure: Figure, against: Against) -> Asked | None:
    """The question put to an earlier period, by the same dated values.

    None for a period before the agreement began, and for a comparison that needs none.
    """
    asked = setting.asked
    try:
        match against:
            case Previous():
                period = previous(setting.rules.contract, figure.each, asked.period)
            case YearBefore():
                period = year_before(asked.period)
            case _:
                return None
    except NoPeriod:
        return None
    return replace(asked, period=period, values_on=asked.on)


def _change(numbers: Numbers, earlier: Numbers) -> Fraction | None:
    if numbers.exact is None or earlier.exact is None:
        return None
    return numbers.exact - earlier.exact
