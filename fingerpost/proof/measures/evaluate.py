"""An indicator's figure: for which service, over which period, as known when. Everything that shows a number asks here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import product

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.language.periods import Period
from fingerpost.proof.measures.assembling import figure_of, needs_of
from fingerpost.proof.measures.figure import Figure
from fingerpost.proof.measures.setting import Setting, set_up, set_up_several
from fingerpost.proof.measures.together import Answers

__all__ = ["evaluate", "evaluate_several", "every_reading", "set_up", "under_readings", "worked_out"]


def evaluate(
    service: str,
    indicator: str,
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
    reading: Mapping[str, str] | None = None,
    by: tuple[str, ...] | None = None,
    rules: Rules | None = None,
) -> Figure:
    """The figure of an indicator over a period, as known at a moment.

    `reading` lays letters over the readings in force: `{"change": "B"}`, or `{"": "B"}` for a single question. `by`
    names the breakdowns, by default those of the contract. `rules` are those of another version, for a closed period.
    Raises NotAllowed without `view_figures` on the service, and Refused for an indicator, reading or breakdown that
    does not exist.
    """
    setting = set_up(
        service, indicator, actor=actor, period=period, as_known_at=as_known_at, reading=reading, rules=rules
    )
    return worked_out([setting], by)[0]


def evaluate_several(
    indicators: Iterable[str], *, actor: Actor, period: Period, as_known_at: datetime, rules: Rules
) -> list[Figure]:
    """The figures of several indicators over one period, as `evaluate` gives them, in the order asked for.

    Those over the same records are worked out in one statement.
    """
    wanted: list[tuple[str, dict[str, str]]] = [(key, {}) for key in indicators]
    return worked_out(set_up_several(rules, wanted, actor=actor, period=period, as_known_at=as_known_at))


def under_readings(
    service: str,
    indicator: str,
    readings: Sequence[Mapping[str, str]],
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
    rules: Rules | None = None,
) -> list[Figure]:
    """The figure of an indicator in each of the readings, which are as for `evaluate`: worked out together, in their order.

    Raises what `evaluate` raises.
    """
    rules = rules or contracts.rules(service, period.end)
    wanted = ((indicator, one) for one in readings)
    return worked_out(set_up_several(rules, wanted, actor=actor, period=period, as_known_at=as_known_at))


def every_reading(rules: Rules, indicator: str) -> list[dict[str, str]]:
    """Every combination of answers to an indicator's questions; one empty reading where it asks none."""
    questions = rules.contract.questions.values()
    asked = {one.name: one.answers for one in questions if (one.owner_kind, one.owner) == ("indicator", indicator)}
    return [dict(zip(asked, letters, strict=True)) for letters in product(*asked.values())]


def worked_out(settings: Sequence[Setting], by: tuple[str, ...] | None = None) -> list[Figure]:
    """The figures of several settings of one service as known at one moment, in as few statements as they can share.

    Raises Refused for a breakdown that a figure does not have.
    """
    answers = Answers(needed for setting in settings for needed in needs_of(setting, by))
    return [figure_of(setting, by, answers) for setting in settings]
