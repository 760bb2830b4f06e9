"""Whether a target can be met at all from where families began.

A rate that must rise by so much of itself cannot, from a start so high that it would pass 100 %. How many could is found
with the same engine: the same figure, asked who began low enough.
"""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from fingerpost.language.conditions import Bound, Test, Within
from fingerpost.language.definition import Definition, Figure, Share
from fingerpost.language.facts import Reach
from fingerpost.language.verdicts import bounds_on, keeps
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.figure import Numbers, rounded
from fingerpost.proof.measures.measuring import whole_of
from fingerpost.proof.measures.sets import record_set_of, rows_behind
from fingerpost.proof.measures.setting import Setting
from fingerpost.proof.measures.together import Answers, Needed

DIGITS = Decimal("0.0000000001")


def needed_to_reach(setting: Setting) -> list[Needed]:
    """How many began low enough, where the target may be out of reach."""
    limit = _limit_of(setting.definition)
    return [] if limit is None else [(setting.asked, Wanted(_started_low_enough(setting.definition.figure, *limit)))]


def reachable(setting: Setting, numbers: Numbers, answers: Answers) -> str:
    """`0 of 50 and cannot be met: baselines above 76.9 %`; empty where the target can be met, or nothing limits it."""
    contract, definition, asked = setting.rules.contract, setting.definition, setting.asked
    target, limit = definition.target, _limit_of(definition)
    if target is None or limit is None or not numbers.denominator:
        return ""
    began, highest = _started_low_enough(definition.figure, *limit), limit[1]
    could = whole_of(answers.of(asked, Wanted(began)), began).numbers
    low_enough = int(could.numerator or 0)
    best = Fraction(min(low_enough, int(numbers.denominator)), int(numbers.denominator)) * 100
    bounds = bounds_on(contract, definition, target.bounds, asked.period, asked.values)
    if not bounds or keeps(best, bounds):
        return ""
    shown = f"{numbers.numerator} of {numbers.denominator} and cannot be met: baselines above {rounded(highest)} %"
    return f"{shown} for all but {low_enough}" if low_enough else shown


def limit_in_words(definition: Definition) -> str:
    """`out of reach from a start above 76.9 %`, whatever is recorded; empty where nothing limits the change that is asked for."""
    limit = _limit_of(definition)
    return f"out of reach from a start above {rounded(limit[1])} %" if limit else ""


def _limit_of(definition: Definition) -> tuple[str, Decimal] | None:
    target = definition.target
    return _highest_start(definition.figure) if target and target.bounds else None


def _highest_start(figure: Figure) -> tuple[str, Decimal] | None:
    """The fact that a limited change starts from, and the highest start from which it can be reached."""
    if not isinstance(figure.form, Share) or record_set_of(figure) is None:
        return None
    match figure.form.condition:
        case Test(fact, Within((Bound("at_least" | "more_than", int() | Decimal() as wanted),))):
            reach = rows_behind(figure).spec.facts[fact].best_reachable
            return None if reach is None else (reach.baseline, _start(reach, wanted))
        case _:
            return None


def _start(reach: Reach, wanted: int | Decimal) -> Decimal:
    """Rounded upward in the tenth digit, so that a start exactly at the limit is not lost."""
    start = reach.highest_start_for(wanted)
    return (Decimal(start.numerator) / Decimal(start.denominator)).quantize(DIGITS, rounding=ROUND_CEILING)


def _started_low_enough(figure: Figure, baseline: str, highest: Decimal) -> Figure:
    return replace(figure, form=Share(Test(baseline, Within((Bound("at_most", highest),)))))
