"""Scores of earlier years, brought in by lists: kept as they were."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.work.outcomes.models import Administration

# What makes two scores one: of whom, on which case or run, with what, at which point and on which day.
KEY = ("family_id", "person_id", "episode_id", "instrument", "topic", "point", "taken_on")


@dataclass(frozen=True, slots=True)
class ScoreGiven:
    """One score as a list gives it. `answers` are empty where only the points are known."""

    scope: Scope
    family_id: uuid.UUID | None
    person_id: uuid.UUID | None
    episode_kind: str
    episode_id: uuid.UUID | None
    source: str
    instrument: str
    topic: str
    point: str
    taken_on: date
    score: Decimal
    completed_by: str
    recorded_at: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in KEY)


@command(allow=Permission.IMPORT_LIST)
def bring_in_scores(
    actor: Actor, subject: Scope, *, service: str, scores: Sequence[ScoreGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep scores of earlier years. Returns how many were new; one that is known is left as it is."""
    episodes = {given.episode_id for given in scores if given.episode_id}
    families = {given.family_id for given in scores if given.family_id and not given.episode_id}
    known = set(Administration.objects.filter(episode_id__in=episodes).values_list(*KEY))
    known |= set(Administration.objects.filter(episode_id=None, family__in=families).values_list(*KEY))
    rows = []
    for given in scores:
        if given.key in known:
            continue
        known.add(given.key)
        row = Administration(service=service, batch=batch, **{name: getattr(given, name) for name in KEY})
        row.episode_kind, row.source, row.score = given.episode_kind, given.source, given.score
        row.completed_by, row.recorded_at, row.answers = given.completed_by, given.recorded_at, dict(given.answers)
        row.scope = given.scope
        rows.append(row)
    return copy_in(rows)


@command(allow=Permission.IMPORT_LIST)
def take_out(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the scores of a batch. Returns how many went."""
    return take_back((Administration,), batch)
