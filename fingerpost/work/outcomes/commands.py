"""Questionnaires given: one person's answers at one point of an episode, scored as the contract's instrument says."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.schema import InstrumentWords
from fingerpost.people.families.models import Family, Person
from fingerpost.work.outcomes import scoring
from fingerpost.work.outcomes.models import Administration


@command(allow=Permission.ASSESS_FAMILY)
def administer(
    actor: Actor,
    subject: Family,
    *,
    service: str,
    instrument: str,
    point: str,
    taken_on: date,
    completed_by: str,
    answers: Mapping[str, Any] | None = None,
    score: Decimal | None = None,
    person: Person | None = None,
    episode_id: uuid.UUID | None = None,
    at: datetime,
) -> Administration:
    """Keep the answers with their score, or a score typed from paper. Clause 1.1 (Essex advisors). Returns it.

    `point` is start, end or review. The same score twice changes nothing; another at a start or end that has one is refused.
    """
    family = locked(subject)
    words = _instrument(service, instrument, timezone.localdate(at))
    if taken_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="taken_on")
    if not completed_by.strip():
        raise Refused("Enter who completed it.", field="completed_by")
    points = _points(words, answers or {}, score)
    before = _at_same_point(family, person, episode_id, instrument, point)
    if before is not None:
        if (before.score, before.taken_on) == (points, taken_on):
            return before
        raise Refused(
            f"There is already a score of {before.score.normalize():f} for this point. Take another one as a review.",
            field="point",
        )
    administration = Administration(
        family=family,
        person=person,
        episode_id=episode_id,
        instrument=instrument,
        point=point,
        taken_on=taken_on,
        answers=dict(answers or {}),
        score=points,
        completed_by=completed_by.strip(),
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    administration.scope = family.scope
    administration.save(force_insert=True)
    return administration


def _instrument(service: str, key: str, on: date) -> InstrumentWords:
    offered = contracts.rules(service, on).contract.instruments
    if key not in offered:
        raise Refused("Choose one of the questionnaires of this service.", field="instrument")
    return offered[key]


def _points(words: InstrumentWords, answers: Mapping[str, Any], typed: Decimal | None) -> Decimal:
    try:
        if not answers and typed is not None:
            return scoring.within_range(words, typed)
        return scoring.score(words, answers)
    except scoring.NotScorable as fault:
        raise Refused(fault.message, field=fault.question or "score") from fault


def _at_same_point(
    family: Family, person: Person | None, episode_id: uuid.UUID | None, instrument: str, point: str
) -> Administration | None:
    if point == "review":
        return None
    return Administration.objects.filter(
        family=family, person=person, episode_id=episode_id, instrument=instrument, point=point
    ).first()
