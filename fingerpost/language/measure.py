"""An indicator over rows held in memory, whole: figure, comparison, verdict, breakdowns and what stands beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from fingerpost.language.answers import Answer, Unknown
from fingerpost.language.conditions import evaluate
from fingerpost.language.conditions.memory import fact_in
from fingerpost.language.contract import Contract
from fingerpost.language.dated import NoValue, Values
from fingerpost.language.definition import (
    Against,
    Baseline,
    Definition,
    Figure,
    Mean,
    Median,
    Previous,
    SameRows,
    Share,
    Sum,
)
from fingerpost.language.facts import SetSpec
from fingerpost.language.figures import (
    FigureResult,
    Row,
    Sets,
    evaluate_figure,
    evaluate_rows,
    exact,
    population_of,
    rows_in_period,
    unit_of,
)
from fingerpost.language.periods import NoPeriod, Period, previous, year_before
from fingerpost.language.verdicts import Verdict, bounds_on, keeps, verdict
from fingerpost.language.vocabulary import SETS

Members = Mapping[str, FigureResult]


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator in one period. `reachable` is false where the target is beyond the best that can still come."""

    definition: Definition
    period: Period
    figure: FigureResult
    verdict: Verdict
    against: Fraction | None = None
    unpaired: int = 0
    reachable: bool = True
    by: Mapping[str, Members] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, "Result"]] = field(default_factory=dict)
    beside: Mapping[str, FigureResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measuring:
    """What one measurement is made with."""

    contract: Contract
    sets: Sets
    period: Period
    values: Values
    as_of: date | None
    specs: Mapping[str, SetSpec]

    def figure(self, figure: Figure, sets: Sets | None = None) -> FigureResult:
        """One figure over the rows."""
        return evaluate_figure(figure, sets or self.sets, self.period, values=self.values)


def measure(
    contract: Contract,
    definition: Definition,
    sets: Sets,
    period: Period,
    *,
    as_of: date | None = None,
    values: Values | None = None,
    specs: Mapping[str, SetSpec] = SETS,
) -> Result:
    """The indicator in the period. `sets` holds rows by record set, those of earlier periods included if compared."""
    measuring = Measuring(contract, sets, period, contract.values if values is None else values, as_of, specs)
    whole = _judged(measuring, definition, sets)
    return replace(
        whole,
        by={name: _members(measuring, definition.figure, name, sets) for name in definition.by},
        lines={name: _lines(measuring, definition, name) for name in definition.lines},
        beside={one.label: measuring.figure(one.figure) for one in definition.beside},
    )


def _judged(measuring: Measuring, definition: Definition, sets: Sets) -> Result:
    figure, against, unpaired = _compared(measuring, definition, sets)
    target = definition.target
    members = None
    if target is not None and target.in_each:
        members = {k: r.value for k, r in _members(measuring, definition.figure, target.in_each, sets).items()}
    said = verdict(
        measuring.contract,
        definition,
        figure.value,
        period=measuring.period,
        as_of=measuring.as_of,
        against=against,
        members=members,
        values=measuring.values,
    )
    reachable = _reachable(measuring, definition, sets)
    return Result(definition, measuring.period, figure, said, against, unpaired, reachable)


def _lines(measuring: Measuring, definition: Definition, name: str) -> dict[str, Result]:
    return {
        member: _judged(measuring, definition, _narrowed(sets_of(measuring, definition), name, member))
        for member in _names(measuring, definition.figure, name, measuring.sets)
    }


def sets_of(measuring: Measuring, definition: Definition) -> Sets:
    """The rows of the record sets that the definition reads."""
    return {figure.of: measuring.sets.get(figure.of, ()) for figure in definition.figures if figure.of}


def _members(measuring: Measuring, figure: Figure, name: str, sets: Sets) -> dict[str, FigureResult]:
    """The figure of every member of a breakdown. Areas come from the scheme, so that an empty one shows."""
    names = _names(measuring, figure, name, sets)
    return {member: measuring.figure(figure, _narrowed(sets, name, member)) for member in names}


def members_of(measuring: Measuring, figure: Figure, name: str) -> dict[str, FigureResult]:
    """The figure of every member of a dimension."""
    return _members(measuring, figure, name, measuring.sets)


def _names(measuring: Measuring, figure: Figure, name: str, sets: Sets) -> list[str]:
    areas = [area.code for area in measuring.contract.areas_at(name)]
    rows = [
        row
        for of in {figure.of, *(part.of for part in figure.inner)}
        for row in _in_period(measuring, figure, of, sets)
    ]
    return list(dict.fromkeys([*areas, *(member for row in rows for member in _codes(row.get(name)))]))


def _in_period(measuring: Measuring, figure: Figure, of: str, sets: Sets) -> Iterable[Row]:
    parts = [figure, *figure.inner]
    return [
        row for part in parts if part.of == of and part.when for row in rows_in_period(part, sets, measuring.period)
    ]


def _narrowed(sets: Sets, name: str, member: str) -> Sets:
    return {of: [row for row in rows if member in _codes(row.get(name))] for of, rows in sets.items()}


def _codes(value: Any) -> tuple[str, ...]:
    if value is None or isinstance(value, Unknown):
        return ()
    return tuple(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else (str(value),)


def _compared(measuring: Measuring, definition: Definition, sets: Sets) -> tuple[FigureResult, Fraction | None, int]:
    """The figure, what it is set against, and how many rows were left out of both for want of the other side."""
    for against in definition.against:
        if isinstance(against, SameRows):
            return _paired(measuring, definition.figure, against.figure, sets)
        other = _other(measuring, definition.figure, against, sets)
        if other is not None:
            return measuring.figure(definition.figure, sets), other, 0
    return measuring.figure(definition.figure, sets), None, 0


def _other(measuring: Measuring, figure: Figure, against: Against, sets: Sets) -> Fraction | None:
    if isinstance(against, Baseline):
        try:
            return Fraction(measuring.values[against.name].number_on(measuring.period.end))
        except NoValue:
            return None
    try:
        earlier = isinstance(against, Previous)
        period = (
            previous(measuring.contract, figure.each, measuring.period) if earlier else year_before(measuring.period)
        )
    except NoPeriod:
        return None
    if not any(rows_in_period(part, sets, period) for part in (figure, *figure.inner) if part.when):
        return None  # Nothing recorded then is no comparison, not a nought.
    # Thresholds are those of the later period on both sides, so that a changed one never looks like progress.
    return evaluate_figure(figure, sets, period, values=measuring.values, on=measuring.period.end).value


def _paired(
    measuring: Measuring, figure: Figure, other: Figure, sets: Sets
) -> tuple[FigureResult, Fraction | None, int]:
    if figure.inner or other.inner or figure.of != other.of:
        return measuring.figure(figure, sets), measuring.figure(other, sets).value, 0
    rows = rows_in_period(figure, sets, measuring.period)
    inside = population_of(figure, rows, values=measuring.values, on=measuring.period.end).inside
    paired = [row for row in inside if all(_is_settled(measuring, one, row) for one in (figure, other))]
    kept = {id(row) for row in paired}
    both_sides = [row for row in rows if id(row) in kept or all(row is not one for one in inside)]
    first = evaluate_rows(figure, both_sides, values=measuring.values, on=measuring.period.end)
    second = evaluate_rows(other, paired, values=measuring.values, on=measuring.period.end)
    waiting = [row for row in inside if id(row) not in kept]
    left = _left_out(measuring, (figure, other), waiting, {unit_of(figure, row) for row in paired})
    pending = sum(answer is Answer.PENDING for answer in left.values())
    first = replace(first, not_known=len(left) - pending, pending=first.pending + pending)
    if waiting and not paired:  # No row has both sides: there is nothing to set against anything yet.
        return replace(first, value=None), None, len(waiting)
    return first, second.value, len(waiting)


def _left_out(
    measuring: Measuring, sides: tuple[Figure, Figure], waiting: list[Row], kept: set[Any]
) -> dict[Any, Answer]:
    """The units of which no row has both sides, each once. One that still waits is pending."""
    left: dict[Any, Answer] = {}
    for row in waiting:
        unit = unit_of(sides[0], row)
        waits = any(_answer(measuring, one, row) is Answer.PENDING for one in sides)
        if unit not in kept and left.get(unit) is not Answer.PENDING:
            left[unit] = Answer.PENDING if waits else Answer.NOT_KNOWN
    return left


def _is_settled(measuring: Measuring, figure: Figure, row: Row) -> bool:
    return _answer(measuring, figure, row).is_settled


def _answer(measuring: Measuring, figure: Figure, row: Row) -> Answer:
    """What a row says to a figure: yes or no for a share, and for a number whether there is one."""
    match figure.form:
        case Share(condition):
            return evaluate(condition, row, values=measuring.values, on=measuring.period.end)
        case Sum(fact) | Mean(fact) | Median(fact):
            value = fact_in(row, fact)
            return Answer(value.value) if isinstance(value, Unknown) else Answer.YES
        case _:
            return Answer.YES


def _reachable(measuring: Measuring, definition: Definition, sets: Sets) -> bool:
    """Whether the target could be met if every change went as far as it can from where it began."""
    form, target = definition.figure.form, definition.target
    spec = measuring.specs.get(definition.figure.of)
    if not isinstance(form, Share) or target is None or spec is None:
        return True
    reaches = {name: fact.best_reachable for name, fact in spec.facts.items() if fact.best_reachable}
    named = [name for name in definition.figure.facts if name in reaches]
    bounds = bounds_on(measuring.contract, definition, target.bounds, measuring.period, measuring.values)
    if not named or not bounds:
        return True
    rows = [_at_best(row, {name: reaches[name] for name in named}) for row in sets.get(definition.figure.of, ())]
    best = measuring.figure(definition.figure, {**sets, definition.figure.of: rows})
    return best.value is None or keeps(best.value, bounds)


def _at_best(row: Row, reaches: Mapping[str, Any]) -> Row:
    best = dict(row)
    for name, reach in reaches.items():
        start = fact_in(row, reach.baseline)
        if not isinstance(start, Unknown) and start > 0:
            best[name] = reach.best_from(exact(start))
    return best
