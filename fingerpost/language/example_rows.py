"""Indicator examples: a few rows written short, measured whole."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from fingerpost.language.answers import PENDING, Unknown
from fingerpost.language.calendars import Calendar, end_of, local
from fingerpost.language.clocks import Clock, clock_in_force
from fingerpost.language.contract import Contract
from fingerpost.language.definition import Definition, Figure
from fingerpost.language.facts import SetSpec
from fingerpost.language.figures import FigureResult
from fingerpost.language.measure import Measuring, Result, measure, members_of
from fingerpost.language.periods import Period, period_on
from fingerpost.language.readings import Choices
from fingerpost.language.resolve import resolve
from fingerpost.language.schema.examples import ExampleWords
from fingerpost.language.vocabulary.derived import with_derived

Rows = dict[str, list[dict[str, Any]]]


def measured(
    contract: Contract,
    example: ExampleWords,
    choices: Choices,
    calendar: Calendar,
    specs: Mapping[str, SetSpec],
) -> dict[str, Any]:
    """The figure of an indicator example, with everything that an expectation may name."""
    definition = resolve(contract, example.indicator or "", choices)
    period = _period(contract, definition, example)
    rows = _rows(definition, example, period, specs)
    if definition.figure.clock:
        clock = clock_in_force(contract, definition.figure.clock, choices)
        answered = example.as_of or date.max
        for row in rows.get(definition.figure.of, ()):
            _by_clock(row, specs[definition.figure.of], clock, calendar, contract, answered)
    result = measure(contract, definition, rows, period, as_of=example.as_of, specs=specs)
    measuring = Measuring(contract, rows, period, contract.values, example.as_of, specs)
    return _shown(result) | {"by": _wanted_members(measuring, definition.figure, example)}


def _period(contract: Contract, definition: Definition, example: ExampleWords) -> Period:
    if example.period is not None:
        return Period(example.period.since, example.period.until)
    return period_on(contract, definition.figure.each, example.day or contract.agreement.start)


def _rows(definition: Definition, example: ExampleWords, period: Period, specs: Mapping[str, SetSpec]) -> Rows:
    """The rows written out: repeated, dated into the period, each a unit of its own unless the row names one."""
    joins = {figure.of: figure.when for figure in definition.figures if figure.when}
    rows: Rows = {}
    number = count(1)
    for written in example.rows:
        row = {name: _plain(value) for name, value in written.items()}
        of, times = row.pop("set", definition.figure.of), row.pop("times", 1)
        if of not in specs:
            raise LookupError(f"There is no record set {of}")
        for _ in range(times):
            rows.setdefault(of, []).append(_full(row, specs[of], joins.get(of, ""), period, next(number)))
    return rows


def _full(row: dict[str, Any], spec: SetSpec, when: str, period: Period, number: int) -> dict[str, Any]:
    usual: dict[str, Any] = {unit: f"{unit} {number}" for unit in spec.units}
    if spec.interval:
        usual |= {"from": period.start, "until": None}
    if when in spec.facts:
        usual[when] = period.end
    return with_derived(spec.name, {**usual, **row})


def _plain(value: Any) -> Any:
    if value == "not_known":
        return None
    if value == "pending":
        return PENDING
    return frozenset(value) if isinstance(value, tuple) else value


def _by_clock(
    row: dict[str, Any], spec: SetSpec, clock: Clock, calendar: Calendar, contract: Contract, answered: date
) -> None:
    """Answer the facts that wait for a clock: pending until its deadline, then yes or no."""
    for name, fact in spec.facts.items():
        if fact.by_clock is None or name in row:
            continue
        times = {clock.starts: row.get(clock.starts), fact.by_clock: row.get(fact.by_clock)}
        deadline = clock.deadline(times, calendar, values=contract.values)
        if isinstance(deadline, Unknown):
            continue
        happened = times[fact.by_clock]
        in_time = happened is not None and local(happened, calendar.zone) <= deadline
        over = answered == date.max or end_of(answered, calendar.zone) >= deadline
        row[name] = in_time if in_time or over else PENDING


def _shown(result: Result) -> dict[str, Any]:
    lines = {name: {m: _shown(one) for m, one in members.items()} for name, members in result.lines.items()}
    return _figure(result.figure) | {
        "status": result.verdict.value,
        "against": result.against,
        "reachable": result.reachable,
        "lines": lines,
        "beside": {label: _figure(figure) for label, figure in result.beside.items()},
    }


def _figure(figure: FigureResult) -> dict[str, Any]:
    return {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "not_known": figure.not_known,
        "pending": figure.pending,
        "outside": figure.outside,
        "population_not_known": figure.population_not_known,
        "without_unit": figure.without_unit,
    }


def _wanted_members(measuring: Measuring, figure: Figure, example: ExampleWords) -> dict[str, Any]:
    """The figure of every member of the dimensions that the expectation asks for."""
    asked = example.expect.get("by", {})
    return {name: {m: _figure(r) for m, r in members_of(measuring, figure, name).items()} for name in asked}
