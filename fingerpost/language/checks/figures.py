"""Checks of indicators: in every reading, a figure that the record sets can give."""

from fingerpost.language.checks.base import Checking, combinations, neighbours
from fingerpost.language.definition import Baseline, Definition, Figure, Mean, Median, Narrative, Share, Sum
from fingerpost.language.facts import FactSpec, SetSpec
from fingerpost.language.faults import PlacedError
from fingerpost.language.read import Path_
from fingerpost.language.resolve import define, form_has_own_dates
from fingerpost.language.schema.indicators import IndicatorWords
from fingerpost.language.wording import nearest

FILE = "indicators.yaml"


def check(checking: Checking) -> None:
    """Faults of every indicator in every choice of readings."""
    for key, words in checking.contract.indicators.items():
        for definition in definitions(checking, key, words, report=True):
            _definition(checking, definition)


def definitions(checking: Checking, key: str, words: IndicatorWords, *, report: bool = False) -> list[Definition]:
    """The indicator as proposed, and with one reading changed; with `report`, in every choice, and faults told."""
    found = []
    for letters in combinations(words.readings) if report else neighbours(words):
        try:
            found.append(define(key, words, letters))
        except PlacedError as fault:
            if report:
                word = str(fault.path[-1]) if fault.path else ""
                path = checking.at(FILE, (key,), word) if word else (key,)
                checking.fault(FILE, path, f"{key}: {fault.message}", fault.advice)
        except KeyError:
            continue  # A letter that is no answer is told where the readings are checked.
    return found


def _definition(checking: Checking, definition: Definition) -> None:
    path: Path_ = (definition.key,)
    for figure in definition.figures:
        _figure(checking, path, figure)
    for against in definition.against:
        if isinstance(against, Baseline):
            checking.value_named(FILE, path, against.name, "against")
    spec = checking.vocabulary.sets.get(definition.figure.of)
    if spec is None:
        return
    for name in definition.lines:
        _breakdown(checking, path, spec, name)
    if definition.target:
        for bound in (*definition.target.bounds, *definition.target.alert):
            if isinstance(bound.limit, str):
                checking.value_named(FILE, path, bound.limit, "The target")
        if definition.target.in_each:
            _breakdown(checking, path, spec, definition.target.in_each)


def _figure(checking: Checking, path: Path_, figure: Figure) -> None:
    if isinstance(figure.form, Narrative):
        return
    spec = checking.vocabulary.sets.get(figure.of)
    if spec is None:
        advice = nearest(figure.of, checking.vocabulary.sets)
        checking.fault(FILE, checking.at(FILE, path, figure.of), f"There is no record set {figure.of}", advice)
        return
    _joins(checking, path, spec, figure)
    _facts(checking, path, spec, figure)
    for name in figure.by:
        _breakdown(checking, path, spec, name)
    if figure.clock and figure.clock not in checking.contract.clocks:
        at = checking.at(FILE, path, figure.clock)
        checking.fault(FILE, at, f"There is no clock {figure.clock}", nearest(figure.clock, checking.contract.clocks))
    if figure.each.word == "return" and not checking.contract.returns:
        at = checking.at(FILE, path, "each")
        checking.fault(FILE, at, "There are no returns for this figure to follow", "Write them in returns.yaml.")


def _joins(checking: Checking, path: Path_, spec: SetSpec, figure: Figure) -> None:
    if figure.when not in spec.joins and not form_has_own_dates(figure.form):
        at = checking.at(FILE, path, figure.when)
        advice = f"Use one of {', '.join(spec.joins)}."
        checking.fault(FILE, at, f"{figure.when} cannot put a row of {spec.name} into a period", advice)
    if figure.count is not None and figure.count not in spec.units:
        at = checking.at(FILE, path, figure.count)
        checking.fault(FILE, at, f"{spec.name} does not count {figure.count}", f"It counts {', '.join(spec.units)}.")
    elif figure.count in spec.unrecorded:
        at, others = checking.at(FILE, path, figure.count), [one for one in spec.units if one not in spec.unrecorded]
        message = f"Nobody records {figure.count} of {spec.name} yet, so they cannot be counted"
        checking.fault(FILE, at, message, f"It counts {', '.join(others)}.")


def _facts(checking: Checking, path: Path_, spec: SetSpec, figure: Figure) -> None:
    if figure.where is not None:
        checking.condition(FILE, path, figure.where, spec.facts, spec.name)
    match figure.form:
        case Share(condition):
            checking.condition(FILE, path, condition, spec.facts, spec.name)
        case Sum(fact) | Mean(fact) | Median(fact):
            found = checking.spec(FILE, path, fact, spec.facts, spec.name)
            if found is not None:
                checking.needs(FILE, checking.at(FILE, path, fact), found)
                _is_number(checking, path, found)
        case _:
            pass
    for name in figure.facts:
        if name in spec.facts and spec.facts[name].by_clock and not figure.clock:
            at = checking.at(FILE, path, name)
            checking.fault(FILE, at, f"{name} is answered by a clock, and none is named", "Add clock: with its name.")


def _is_number(checking: Checking, path: Path_, spec: FactSpec) -> None:
    if spec.kind != "number":
        checking.fault(FILE, checking.at(FILE, path, spec.name), f"{spec.name} is no number", "Name a number fact.")


def _breakdown(checking: Checking, path: Path_, spec: SetSpec, name: str) -> None:
    known = (*spec.breakdowns, *(checking.levels if spec.areas else ()))
    if name not in (*known, *spec.units):
        at = checking.at(FILE, path, name)
        checking.fault(FILE, at, f"{spec.name} is not broken down by {name}", nearest(name, known))
    elif name in spec.unrecorded:
        others = sorted(set(known) - spec.unrecorded)
        message = f"Nobody records {name} of {spec.name} yet, so no figure can be broken down by it"
        checking.fault(FILE, checking.at(FILE, path, name), message, f"Leave it out. What can be: {', '.join(others)}.")
