"""What follows from a reading besides its words: dated values that stand otherwise while it is in force."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fingerpost.language.contract import Contract
from fingerpost.language.dated import Dated, Scalar, Values
from fingerpost.language.readings import Choices, by_question, letters_of


def values_under(contract: Contract, choices: Choices) -> Values:
    """The contract's dated values in the readings chosen, each setting of a reading in the place of its value."""
    settings = {name: value for one in _settings(contract, choices) for name, value in one.items()}
    changed = {name: _set(contract.values[name], value) for name, value in settings.items() if name in contract.values}
    return {**contract.values, **changed} if changed else contract.values


def _settings(contract: Contract, choices: Choices) -> Iterator[Mapping[str, Scalar]]:
    owners: dict[str, Any] = {**contract.readings, **contract.decisions}
    for owner, words in owners.items():
        answers = by_question(words.readings)
        for question, letter in letters_of(owner, words.readings, words.reading, choices).items():
            yield answers[question][letter].settings


def _set(dated: Dated, value: Scalar) -> Dated:
    """The value in every spell. A word, such as *all time*, has no unit."""
    is_word = isinstance(value, str)
    spells = (replace(spell, value=value, unit=None if is_word else spell.unit) for spell in dated.spells)
    return Dated(dated.name, tuple(spells))
