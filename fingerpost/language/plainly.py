"""A decision's rule in plain words, for people who ask whether a service is for them: dated values filled in, no facts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from fingerpost.language.conditions import All, AnyOf, Condition, Not, Test
from fingerpost.language.contract import Contract
from fingerpost.language.decide import Criterion, define_decision
from fingerpost.language.filling import filled
from fingerpost.language.readings import PROPOSED, Choices, letters_of
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.eligibility import CriterionWords
from fingerpost.language.settings import values_under


@dataclass(frozen=True, slots=True)
class Plainly:
    """One criterion (`say`, with the numbers its clauses print), or several that are joined by all, any or not."""

    joined: Literal["one", "all", "any", "not"]
    say: str = ""
    label: str = ""
    printed: tuple[str, ...] = ()
    parts: tuple["Plainly", ...] = ()


def plainly(contract: Contract, key: str, *, on: date, choices: Choices = PROPOSED) -> Plainly:
    """The rule by which a decision is yes, in the readings chosen, with the values of the day. Raises KeyError, ValueError."""
    words = contract.decisions[key]
    rule = define_decision(key, words, letters_of(key, words.readings, words.reading, choices))
    return _said(rule.accept, rule.criteria, replace(contract, values=values_under(contract, choices)), on)


def _said(condition: Condition, criteria: Mapping[str, Criterion], contract: Contract, on: date) -> Plainly:
    match condition:
        case Test(fact=name):
            return _one(criteria[name], contract, on)
        case Not(part):
            return Plainly("not", parts=(_said(part, criteria, contract, on),))
        case All(parts):
            return Plainly("all", parts=tuple(_said(part, criteria, contract, on) for part in parts))
        case AnyOf(parts):
            return Plainly("any", parts=tuple(_said(part, criteria, contract, on) for part in parts))


def _one(words: Criterion, contract: Contract, on: date) -> Plainly:
    plain = words.plain if isinstance(words, CriterionWords) else None
    known = (contract.clauses[key].printed for key in clauses_of(words.clause) if key in contract.clauses)
    say = filled(plain, {}, contract.values, on, {}) if plain else f"{words.label}."
    return Plainly("one", say, words.label, tuple(dict.fromkeys(known)))
