"""Reads of scores: before and after, and who has not been measured."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.schema import InstrumentWords
from fingerpost.people.families.models import Family
from fingerpost.work.outcomes import scoring
from fingerpost.work.outcomes.models import Administration, SchoolEvent


@dataclass(frozen=True)
class Change:
    """One episode's first and last score. `result` is improved, same, worse or not_measured."""

    episode_id: uuid.UUID
    start: Decimal | None
    end: Decimal | None
    result: str


def changes(
    actor: Actor,
    episodes: Iterable[uuid.UUID],
    *,
    key: str,
    instrument: InstrumentWords,
    permission: Permission = Permission.VIEW_FAMILY,
) -> dict[uuid.UUID, Change]:
    """For every episode named, how the score moved from start to end. An episode without both is not measured. One query."""
    wanted = list(episodes)
    scores: dict[tuple[uuid.UUID, str], Decimal] = {}
    rows = Administration.objects.visible_to(actor, permission).filter(
        episode_id__in=wanted, instrument=key, point__in=["start", "end"]
    )
    for episode, point, points in rows.order_by("taken_on").values_list("episode_id", "point", "score"):
        scores.setdefault((episode, point), points)
    return {episode: _change(episode, scores, instrument) for episode in wanted}


def _change(episode: uuid.UUID, scores: dict[tuple[uuid.UUID, str], Decimal], instrument: InstrumentWords) -> Change:
    start, end = scores.get((episode, "start")), scores.get((episode, "end"))
    if start is None or end is None:
        return Change(episode, start, end, "not_measured")
    return Change(episode, start, end, scoring.change(instrument, start, end))


def school_events_of(actor: Actor, family: Family) -> list[SchoolEvent]:
    """Events at school that the family's parents took part in, latest first. One query."""
    found = SchoolEvent.objects.visible_to(actor).filter(family=family).select_related("person")
    return list(found.order_by("-happened_on", "-recorded_at"))
