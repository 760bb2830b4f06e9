"""Outcome of the work of each worker, for those who lead them: the contract's figures about cases, worker by worker.

A supervisor's grants reach their team, not the service, so the figures are read for them and only their workers' parts are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.periods import Period
from fingerpost.proof.measures.by_member import Parts, by_member
from fingerpost.proof.returns.wording import made_of, result

WORKER = "worker"
READER = Actor.system("Figures of a team")


@dataclass(frozen=True)
class WorkerFigure:
    """One figure with its value for each worker, in words; `made_of` as 5 of 7."""

    key: str
    title: str
    period: Period
    by_worker: dict[UUID, str]
    made_of: dict[UUID, str]


def figures_of(actor: Actor, held: Rules, workers: Iterable[UUID], at: datetime) -> list[WorkerFigure]:
    """The figures that can be told apart by worker, for these workers, from the start of the contract to today. Nothing
    for somebody who may see no figures. One query for each kind of record counted, however many workers and figures.
    """
    if not actor.has(Permission.VIEW_FIGURES):
        return []
    wanted = set(workers)
    period = Period(held.contract.agreement.start, held.on)
    found = by_member(held, WORKER, actor=READER, period=period, as_known_at=at)
    return [_figure(one, wanted, period) for one in found]


def _figure(parts: Parts, wanted: set[UUID], period: Period) -> WorkerFigure:
    mine = {UUID(member): one.as_dict() for member, one in parts.members.items() if member and UUID(member) in wanted}
    return WorkerFigure(
        parts.indicator,
        parts.title,
        period,
        {worker: result(numbers) for worker, numbers in mine.items()},
        {worker: made_of(numbers) for worker, numbers in mine.items()},
    )
