"""The figures of a return: worked out afresh while it is a draft, kept with every record once it is sent."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from fingerpost.agreements.contracts.lists import listed
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.language.periods import Period
from fingerpost.language.readings import question_key
from fingerpost.proof.measures import figure as measured
from fingerpost.proof.measures.evaluate import evaluate, evaluate_several
from fingerpost.proof.measures.records import records
from fingerpost.proof.returns.models import Figure, KeptList, Return

READER = Actor.system("Returns")
"""Reads every record counted, so that what is frozen is whole whoever sends it; pages show each reader what they may meet."""


Tell = Callable[[int], None]
"""Hears how many figures are done."""


def say_nothing(done: int) -> None:
    """For whoever need not hear of it."""


def indicators_of(made: Return, held: Rules) -> tuple[str, ...]:
    """The indicators of a return's headings, in their order, each once."""
    headings = held.contract.returns[made.series].headings.values()
    return tuple(dict.fromkeys(key for words in headings for key in words.indicators))


def figures_now(made: Return, held: Rules, at: datetime) -> dict[str, measured.Figure]:
    """Every figure of the return's period as known at a moment, by indicator."""
    found = evaluate_several(
        indicators_of(made, held), actor=READER, period=period_of(made), as_known_at=at, rules=held
    )
    return {figure.indicator: figure for figure in found}


def figure_now(
    made: Return, held: Rules, indicator: str, at: datetime, letters: dict[str, str] | None = None
) -> measured.Figure:
    """One figure of the return's period as known at a moment, in the readings in force or in the letters given."""
    return evaluate(
        made.agreement.key,
        indicator,
        actor=READER,
        period=period_of(made),
        as_known_at=at,
        reading=letters,
        rules=held,
    )


def records_now(
    made: Return, held: Rules, indicator: str, at: datetime, letters: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Every record behind one figure of the return as known at a moment, as a return keeps them.

    Those of a ratio or balance say in which of its parts they count.
    """
    chosen = {question_key(indicator, name): letter for name, letter in (letters or {}).items()}
    parts = [part.label or "" for part in held.definition(indicator, chosen).figure.inner] or [""]
    found = []
    for part in dict.fromkeys(parts):
        page = records(
            made.agreement.key,
            indicator,
            actor=READER,
            period=period_of(made),
            as_known_at=at,
            reading=letters,
            beside=part or None,
            rules=held,
            size=None,
        )
        found += [{**record.as_dict(), "part": part} for record in page.records]
    return found


def frozen_figures(made: Return, held: Rules, at: datetime, tell: Tell = say_nothing) -> Iterator[Figure]:
    """The rows to keep when the return is sent: numbers, definition, readings and every record counted."""
    for done, (key, figure) in enumerate(figures_now(made, held, at).items()):
        tell(done)
        yield Figure(
            return_made=made,
            indicator=key,
            definition_hash=figure.definition_hash,
            reading=figure.reading,
            reading_agreed=figure.agreed,
            as_known_at=at,
            numbers=figure.as_dict(),
            records=records_now(made, held, key, at),
        )


def kinds_of(made: Return, held: Rules) -> tuple[str, ...]:
    """The kinds of list under a return's headings, in their order, each once."""
    headings = held.contract.returns[made.series].headings.values()
    return tuple(dict.fromkeys(kind for words in headings for kind in words.lists))


def lists_now(made: Return, held: Rules, at: datetime) -> dict[str, dict[str, Any]]:
    """Every list that a room serves for the return's period as known at a moment, by kind."""
    found = {kind: listed(kind, made.agreement, period_of(made), at) for kind in kinds_of(made, held)}
    return {kind: one.as_dict() for kind, one in found.items() if one is not None}


def frozen_lists(made: Return, held: Rules, at: datetime) -> Iterator[KeptList]:
    """The lists to keep when the return is sent."""
    for kind, content in lists_now(made, held, at).items():
        yield KeptList(return_made=made, kind=kind, content=content, as_known_at=at)


def period_of(made: Return) -> Period:
    """The days a return reports on."""
    return Period(made.period_from, made.period_to)
