"""Facts that follow from other facts of the same row: the one place where their sums are said.

The database works them out in its own words; examples and generated cases hold the two together.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from fingerpost.language.answers import PENDING, Unknown
from fingerpost.language.conditions.memory import fact_in

Formula = tuple[tuple[str, ...], Callable[..., Fraction | bool | None]]


def _rest(rate: Fraction) -> Fraction:
    return 100 - rate


def _of_itself(before: Fraction, after: Fraction) -> Fraction | None:
    """Change in percent of where it began; not known from nothing."""
    return (after - before) / before * 100 if before else None


def _difference(before: Fraction, after: Fraction) -> Fraction:
    return after - before


def _fewer(before: Fraction, after: Fraction) -> Fraction:
    return before - after


def _is_any(number: Fraction) -> bool:
    return number > 0


def _rate(attended: Fraction, possible: Fraction) -> Fraction | None:
    return attended / possible * 100 if possible else None


FORMULAS: Mapping[str, Mapping[str, Formula]] = {
    "children_on_cases": {
        "attendance_rate_before": (("sessions_attended_before", "sessions_possible_before"), _rate),
        "attendance_rate_after": (("sessions_attended_after", "sessions_possible_after"), _rate),
        "absence_rate_before": (("attendance_rate_before",), _rest),
        "absence_rate_after": (("attendance_rate_after",), _rest),
        "absence_change": (("absence_rate_before", "absence_rate_after"), _of_itself),
        "attendance_change": (("attendance_rate_before", "attendance_rate_after"), _of_itself),
        "attendance_points": (("attendance_rate_before", "attendance_rate_after"), _difference),
        "excluded_at_opening": (("exclusions_before",), _is_any),
        "excluded_after": (("exclusions_after",), _is_any),
        "excluded_since_opening": (("exclusions_since_opening",), _is_any),
        "exclusions_fewer": (("exclusions_equal_span_before", "exclusions_since_opening"), _fewer),
    },
    "cases": {"wellbeing_change": (("wellbeing_before", "wellbeing_after"), _difference)},
    "paired_scores": {"change": (("score_before", "score_after"), _difference)},
}


def with_derived(of: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with every fact that follows from the others; a fact already there stays."""
    full = dict(row)
    for name, (needed, formula) in FORMULAS.get(of, {}).items():
        if name in full:
            continue
        found = [fact_in(full, one) for one in needed]
        if PENDING in found:
            full[name] = PENDING
        elif not any(isinstance(one, Unknown) for one in found):
            full[name] = formula(*(Fraction(str(one)) for one in found))
    return full
