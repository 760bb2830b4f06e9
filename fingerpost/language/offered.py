"""The words that an editor offers where a contract names something of the product's: sets, facts, times, permissions, roles."""

from collections.abc import Iterable, Mapping
from typing import Final

from fingerpost.language.facts import FactSpec
from fingerpost.language.permissions import Permission
from fingerpost.language.roles import shipped
from fingerpost.language.vocabulary import SETS, SUBJECT_FACTS, TIMES
from fingerpost.language.vocabulary.kinds import END_TIME, GATED, HOLDERS, OWN_TIME
from fingerpost.language.vocabulary.served import (
    CONSENTS,
    DECIDED_OF,
    EVENTS,
    GROUPS,
    LETTERS,
    LISTS,
    RECIPIENTS,
    RECORDS,
    SAMPLED,
)

Labelled = Mapping[str, tuple[str, frozenset[str]]]


def _labelled(facts: Iterable[FactSpec]) -> dict[str, tuple[str, frozenset[str]]]:
    """Facts by name, with what they are called and the codes that they may be; the first of a name counts."""
    named: dict[str, tuple[str, frozenset[str]]] = {}
    for fact in facts:
        named.setdefault(fact.name, (fact.label, frozenset(fact.codes or ())))
    return named


_OF_SUBJECTS: Final = _labelled(SUBJECT_FACTS)
_OF_SETS: Final = _labelled(fact for spec in SETS.values() for fact in spec.facts.values())

FACTS_OF: Final[dict[str, Labelled]] = {
    "eligibility.yaml": _OF_SUBJECTS,
    "pathway.yaml": _OF_SUBJECTS,
    "examples.yaml": _OF_SUBJECTS,
    "instruments/": _OF_SUBJECTS,
    "indicators.yaml": _OF_SETS,
}
"""The facts that conditions of a file may name."""


def offered(file: str) -> dict[str, tuple[str, ...]]:
    """What may stand at each word of a file, by word."""
    numbers = {name for spec in SETS.values() for name, fact in spec.facts.items() if fact.kind == "number"}
    joins = {name for spec in SETS.values() for name in spec.joins}
    breakdowns = {name for spec in SETS.values() for name in spec.breakdowns}
    words: dict[str, dict[str, Iterable[str]]] = {
        "indicators.yaml": {
            "of": SETS,
            "when": joins,
            "count": {unit for spec in SETS.values() for unit in spec.units},
            "sum": numbers,
            "mean": numbers,
            "median": numbers,
            "by": breakdowns,
            "lines": breakdowns,
        },
        "clocks.yaml": {"starts": (one.name for one in TIMES), "stops": (one.name for one in TIMES)},
        "schedules.yaml": {
            "for": HOLDERS,
            "starts": (f"{kind}.{time}" for kind, time in OWN_TIME.items()),
            "stops": (f"{kind}.{time}" for kind, time in END_TIME.items()),
            "before": (time for times in GATED.values() for time in times),
        },
        "clauses.yaml": {"served_by": RECORDS},
        "workforce.yaml": {"served_by": RECORDS},
        "offers.yaml": {"kind": GROUPS},
        "returns.yaml": {"lists": LISTS, "of": SAMPLED},
        "pathway.yaml": {
            "after": {*EVENTS, "case", *GROUPS},
            "consent": CONSENTS,
            "recipient": RECIPIENTS,
            "letter": LETTERS,
        },
        "eligibility.yaml": {"subject": DECIDED_OF},
        "roles.yaml": {"can": (str(one) for one in Permission), "like": shipped()},
    }
    return {word: tuple(sorted(names)) for word, names in words.get(file, {}).items()}
