"""What came of the work of each worker, for those who lead her: the contract's figures about cases, worker by worker.

A supervisor's grants reach her team, not the service, so the figures are read for her and only her workers' parts are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.periods import Period
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.measures.figure import Member
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
    for somebody who may see no figures. One query a figure, however many workers.
    """
    if not actor.has(Permission.VIEW_FIGURES):
        return []
    wanted = set(workers)
    found = (_figure(held, key, wanted, at) for key in held.contract.indicators)
    return [one for one in found if one is not None]


def _figure(held: Rules, key: str, wanted: set[UUID], at: datetime) -> WorkerFigure | None:
    period = Period(held.contract.agreement.start, held.on)
    try:
        figure = evaluate(held.service, key, actor=READER, period=period, as_known_at=at, by=(WORKER,), rules=held)
    except Refused:
        return None
    if not figure.recorded:
        return None
    members = {UUID(one.member): one for one in figure.breakdowns if one.dimension == WORKER and one.member}
    mine = {worker: one for worker, one in members.items() if worker in wanted}
    numbers = {worker: _numbers(one) for worker, one in mine.items()}
    return WorkerFigure(
        key,
        figure.title,
        period,
        {worker: words for worker, (words, _) in numbers.items()},
        {worker: parts for worker, (_, parts) in numbers.items()},
    )


def _numbers(one: Member) -> tuple[str, str]:
    numbers = one.as_dict()
    return result(numbers), made_of(numbers)
