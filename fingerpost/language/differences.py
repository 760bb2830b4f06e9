"""Which figures two versions of a contract count differently."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fingerpost.language.contract import Contract
from fingerpost.language.definition import Baseline, Definition
from fingerpost.language.facts import Vocabulary
from fingerpost.language.resolve import resolve
from fingerpost.language.vocabulary import VOCABULARY


def counted_otherwise(before: Contract, after: Contract, vocabulary: Vocabulary = VOCABULARY) -> tuple[str, ...]:
    """Indicators of both that are defined otherwise, or rest on a dated value or a clock that is another now.

    Both are taken in the readings proposed. Another title alone counts nothing otherwise.
    """
    both = [key for key in after.indicators if key in before.indicators]
    return tuple(key for key in both if _rests_on(before, key, vocabulary) != _rests_on(after, key, vocabulary))


def _rests_on(contract: Contract, key: str, vocabulary: Vocabulary) -> tuple[Any, ...]:
    """The definition of a figure, with every dated value and clock that it reads."""
    definition = resolve(contract, key)
    values = {name: contract.values.get(name) for name in _values_of(definition, vocabulary)}
    clocks = {figure.clock: contract.clocks.get(figure.clock) for figure in definition.figures if figure.clock}
    return replace(definition, title="", label=None, clauses=()), values, clocks


def _values_of(definition: Definition, vocabulary: Vocabulary) -> Iterator[str]:
    for figure in definition.figures:
        yield from figure.values
        spec = vocabulary.sets.get(figure.of)
        for name in figure.facts if spec else ():
            fact = spec.facts.get(name) if spec else None
            yield from fact.values_needed if fact else ()
    yield from (one.name for one in definition.against if isinstance(one, Baseline))
    bounds = (*definition.target.bounds, *definition.target.alert) if definition.target else ()
    yield from (bound.limit for bound in bounds if isinstance(bound.limit, str))
