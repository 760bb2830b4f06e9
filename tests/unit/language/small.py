"""A contract of a few lines, to be changed by each test."""

from dataclasses import replace

from fingerpost.language import VOCABULARY, Contract, Fault, Vocabulary, check, load

AGREEMENT = """
key: small
version: 1
title: A small service
start: 2010-04-01
end: 2011-03-31
jurisdiction: England
reporting_year: financial
areas: {name: Quadrants, levels: [quadrant, locality]}
"""
CLAUSES = """
casework: {printed: "2.4", gist: Work with families whose child misses school., status: context}
figure: {printed: "3.1", gist: Show what came of it., status: context}
"""
AREAS = """
west: {name: West, areas: {harlow: {name: Harlow}}}
mid: {name: Mid}
"""


EVERYTHING = Vocabulary(
    VOCABULARY.facts,
    {name: replace(spec, recorded=True, unrecorded=frozenset()) for name, spec in VOCABULARY.sets.items()},
)
"""The vocabulary as though somebody recorded all of it, for figures of services that are still to come."""


def files(**changes: str) -> dict[str, str]:
    """The files of the small contract, with more or other ones by name: `indicators="…"`."""
    written = {"agreement": AGREEMENT, "clauses": CLAUSES, "areas": AREAS, **changes}
    return {name if "." in name else f"{name}.yaml": text for name, text in written.items()}


def contract(**changes: str) -> Contract:
    """The small contract, loaded."""
    return load(files(**changes), VOCABULARY)


def faults(**changes: str) -> list[Fault]:
    """What the checks say of it."""
    return check(files(**changes), VOCABULARY)


def told(found: list[Fault], severity: str | None = None) -> str:
    """Everything that was said, as text."""
    return "\n".join(str(fault) for fault in found if severity in (None, fault.severity.value))
