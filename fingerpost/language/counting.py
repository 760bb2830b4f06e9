"""How a figure or a decision counts, in sentences: what one record is, which weeks, which contacts."""

from collections.abc import Iterable, Iterator
from datetime import date

from fingerpost.language.conditions.tree import facts_named
from fingerpost.language.contract import Contract
from fingerpost.language.dated import NoValue, Values
from fingerpost.language.decide import define_decision
from fingerpost.language.definition import Definition, Figure, SameRows
from fingerpost.language.facts import FactSpec, SetSpec
from fingerpost.language.filling import filled, names_in
from fingerpost.language.readings import Choices, letters_of
from fingerpost.language.settings import values_under
from fingerpost.language.vocabulary import SETS, VOCABULARY

CONTACTS = "contacts"


def how_counted(contract: Contract, definitions: Iterable[Definition], *, on: date, choices: Choices) -> list[str]:
    """The sentences of one figure, or of one figure in several readings; each once, in the readings chosen for the rest."""
    said: list[str] = []
    facts: list[FactSpec] = []
    for figure in (figure for definition in definitions for figure in _figures(definition)):
        if (rows := set_counted(figure)) is not None:
            said.append(f"One record is {rows.row_label}.")
            facts += [rows.facts[name] for name in (*figure.facts, *figure.by) if name in rows.facts]
    return list(dict.fromkeys([*said, *_said(contract, facts, on, choices)]))


def how_decided(contract: Contract, key: str, *, on: date, choices: Choices) -> list[str]:
    """The sentences of one decision of eligibility. Raises KeyError for one that the contract does not hold."""
    words = contract.decisions[key]
    rule = define_decision(key, words, letters_of(key, words.readings, words.reading, choices))
    names = [name for criterion in rule.criteria.values() for name in facts_named(criterion.condition)]
    facts = [VOCABULARY.facts[name] for name in dict.fromkeys(names) if name in VOCABULARY.facts]
    return list(dict.fromkeys(_said(contract, facts, on, choices)))


def set_counted(figure: Figure) -> SetSpec | None:
    """The record set that a figure counts, of the product or of a declared kind; None where it counts none."""
    return figure.entries.spec if figure.entries else SETS.get(figure.of)


def _figures(definition: Definition) -> Iterator[Figure]:
    """The figure, what a ratio or balance of it is made of, and what it is held against on the same rows."""
    against = (one.figure for one in definition.against if isinstance(one, SameRows))
    for figure in (definition.figure, *against):
        yield from figure.inner or (figure,)


def _said(contract: Contract, facts: Iterable[FactSpec], on: date, choices: Choices) -> Iterator[str]:
    values = values_under(contract, choices)
    known = {CONTACTS: ", ".join(kind.label for kind in contract.pathway.contacts.values())}
    for one in (one for fact in facts for one in fact.counted):
        holds = one.where is None or _value(values, one.where[0], on) == one.where[1]
        if holds and all(name in values or known.get(name) for name in names_in(one.say)):
            yield filled(one.say, known, values, on, {})


def _value(values: Values, name: str, on: date) -> object:
    try:
        return values[name].on(on)
    except (KeyError, NoValue):
        return None
