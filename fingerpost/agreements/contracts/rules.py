"""The rules of a service on one day: its contract, the readings in force and the values entered, in one thing to pass on."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fingerpost.ground.access.scope import Scope
from fingerpost.language.contract import Contract
from fingerpost.language.dated import Scalar
from fingerpost.language.decide import Decision, check_gate, decide
from fingerpost.language.definition import Definition
from fingerpost.language.facts import Facts
from fingerpost.language.periods import ReturnDue, returns_due
from fingerpost.language.readings import InForce, question_key
from fingerpost.language.resolve import resolve


@dataclass(frozen=True)
class Rules:
    """What holds for a service on `on`. Made by `queries.rules` in one query; read from it as often as needed."""

    contract: Contract
    on: date
    version_id: uuid.UUID
    agreement_id: uuid.UUID
    readings: Mapping[str, InForce]

    @property
    def service(self) -> str:
        return self.contract.key

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.contract.key)

    @property
    def choices(self) -> dict[str, str]:
        """The letter in force for each question, as the language takes them."""
        return {question: reading.letter for question, reading in self.readings.items()}

    @property
    def may_open_cases(self) -> bool:
        """Whether the term covers the day. The header's clause on reporting after the term."""
        return self.contract.is_running_on(self.on)

    @property
    def returns_due(self) -> tuple[ReturnDue, ...]:
        """Every return of the contract's calendar, by due date."""
        return returns_due(self.contract)

    def value(self, name: str) -> Scalar:
        """A dated value on the day. Raises KeyError for a name not held and NoValue where it says nothing yet."""
        return self.contract.values[name].on(self.on)

    def label(self, term: str) -> str:
        """What this contract calls a term."""
        return self.contract.label(term)

    def decide(self, name: str, facts: Facts) -> Decision:
        """Put facts to a decision of eligibility. Raises KeyError for one the contract does not hold."""
        return decide(self.contract, name, facts, on=self.on, choices=self.choices)

    def check_gate(self, name: str, facts: Facts) -> Decision:
        """Put facts to a gate of the pathway. Raises KeyError for one the contract does not hold."""
        return check_gate(self.contract, name, facts, on=self.on)

    def definition(self, indicator: str, chosen: Mapping[str, str] | None = None) -> Definition:
        """The indicator in the readings in force, or with `chosen` letters laid over them. Raises KeyError, ValueError."""
        return resolve(self.contract, indicator, {**self.choices, **(chosen or {})})

    def is_agreed(self, definition: Definition) -> bool:
        """Whether every question of the definition was agreed, in the letters it uses."""
        return all(self._is_agreed(definition.key, name, letter) for name, letter in definition.letters.items())

    def _is_agreed(self, owner: str, name: str, letter: str) -> bool:
        held = self.readings.get(question_key(owner, name))
        return held is not None and held.agreed and held.letter == letter
