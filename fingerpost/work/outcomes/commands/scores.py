"""Questionnaires given: one person's answers at one point of an episode, scored as the contract's instrument says."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import remove, require_reason
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import holds
from fingerpost.ground.access.scope import Scope
from fingerpost.language.schema import InstrumentWords
from fingerpost.people.families.models import Family, Person
from fingerpost.work.outcomes import scoring
from fingerpost.work.outcomes.models import Administration, EpisodeKind

NOWHERE_ELSE = Scope(frozenset())


@dataclass(frozen=True)
class Given:
    """One person's points on one topic, as a sheet for a whole group gives them, with where the score shall lie."""

    person_id: uuid.UUID
    family_id: uuid.UUID | None
    instrument: InstrumentWords
    topic: str
    score: Decimal
    scope: Scope


@command(allow=Permission.ASSESS_FAMILY)
def administer(
    actor: Actor,
    subject: Family | Person,
    *,
    service: str,
    instrument: str,
    point: str,
    taken_on: date,
    completed_by: str,
    answers: Mapping[str, Any] | None = None,
    score: Decimal | None = None,
    topic: str = "",
    person: Person | None = None,
    episode_kind: str = EpisodeKind.CASE,
    episode_id: uuid.UUID | None = None,
    source: str = "case",
    beside: Scope = NOWHERE_ELSE,
    batch: uuid.UUID | None = None,
    batch_ref: str = "",
    at: datetime,
) -> Administration:
    """Keep the answers with their score, or a score typed from paper. Clause 1.1 (Essex advisors). Returns it.

    `point` is start, end or review; `source` is case, or the kind of group of the run. `topic` is needed where the instrument
    measures several, each kept apart. `beside` is where the row lies besides the family, such as the run's scope. The same score
    twice changes nothing; another at a start or end that has one is refused.
    """
    held = locked(subject)
    family, person = (held, person) if isinstance(held, Family) else (None, held)
    words = _instrument(service, instrument, timezone.localdate(at))
    if taken_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="taken_on")
    if not completed_by.strip():
        raise Refused("Enter who completed it.", field="completed_by")
    points, measured = _points(words, answers or {}, score, topic)
    administration = Administration(
        service=service,
        family=family,
        person=person,
        episode_kind=episode_kind,
        episode_id=episode_id,
        source=source,
        instrument=instrument,
        topic=measured,
        point=point,
        taken_on=taken_on,
        answers=dict(answers or {}),
        score=points,
        completed_by=completed_by.strip(),
        recorded_by_id=actor.id,
        recorded_at=at,
        batch=batch,
        batch_ref=batch_ref,
    )
    before = _at_same_point(administration)
    if before is not None:
        told = {
            "score": points,
            "taken_on": taken_on,
            "answers": administration.answers,
            "completed_by": administration.completed_by,
        }
        if holds(before, told):
            return before
        raise Refused(
            f"There is already a score of {before.score.normalize():f} for this point. Take another one as a review.",
            field="point",
        )
    _require_order(administration)
    administration.scope = held.scope | beside
    administration.save(force_insert=True)
    return administration


@command(allow=Permission.ASSESS_FAMILY)
def keep_scores(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    run_id: uuid.UUID,
    source: str,
    point: str,
    taken_on: date,
    given: Sequence[Given],
    completed_by: str = "Parent",
    at: datetime,
) -> list[Administration]:
    """Keep a whole group's scores of one point of a run, in three statements. A score given again corrects the first,
    which stays known since it was first written down.

    `source` is the kind of group. Returns the scores as they stand.
    Raises Refused for points that a questionnaire cannot give and for a day to come.
    """
    if taken_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="taken_on")
    rows = Administration.objects.select_for_update().filter(
        episode_kind=EpisodeKind.RUN, episode_id=run_id, point=point, person__in={one.person_id for one in given}
    )
    standing = {(row.person_id, row.instrument, row.topic): row for row in rows}
    new, corrected = list[Administration](), list[Administration]()
    for one in given:
        points, topic = _points(one.instrument, {}, one.score, one.topic)
        row = standing.get((one.person_id, one.instrument.key, topic))
        if row is None:
            row = Administration(
                service=service,
                family_id=one.family_id,
                person_id=one.person_id,
                episode_kind=EpisodeKind.RUN,
                episode_id=run_id,
                source=source,
                instrument=one.instrument.key,
                topic=topic,
                point=point,
                completed_by=completed_by,
                recorded_at=at,
            )
            row.scope = one.scope
            new.append(row)
        elif (row.score, row.taken_on) != (points, taken_on):
            corrected.append(row)
        row.score, row.taken_on, row.recorded_by_id = points, taken_on, actor.id
    Administration.objects.bulk_create(new)
    Administration.objects.bulk_update(corrected, ["score", "taken_on", "recorded_by"])
    return [*standing.values(), *new]


@command(allow=Permission.ASSESS_FAMILY)
def take_back_score(actor: Actor, subject: Administration, *, reason: str, at: datetime) -> None:
    """Remove a score that was typed for somebody else or wrongly, so that the right one can be kept; the history keeps it."""
    require_reason(reason, "Say why it is taken back.")
    remove([locked(subject)], "Something else was written about this score.")


def _instrument(service: str, key: str, on: date) -> InstrumentWords:
    offered = contracts.rules(service, on).contract.instruments
    if key not in offered:
        raise Refused("Choose one of the questionnaires of this service.", field="instrument")
    return offered[key]


def _points(
    words: InstrumentWords, answers: Mapping[str, Any], typed: Decimal | None, topic: str
) -> tuple[Decimal, str]:
    """The score in points, and the topic it measures."""
    try:
        measured = scoring.topic_of(words, topic)
        about = measured if topic else ""
        if not answers and typed is not None:
            return scoring.within_range(words, typed, about), measured
        return scoring.score(words, answers, about), measured
    except scoring.NotScorable as fault:
        raise Refused(fault.message, field=fault.question or "score") from fault


def _require_order(new: Administration) -> None:
    """Raises Refused for a start after the end of the same work, or an end before its start."""
    same = ("family", "person", "episode_id", "instrument", "topic")
    others = Administration.objects.filter(**{name: getattr(new, name) for name in same})
    if new.point == "end" and others.filter(point="start", taken_on__gt=new.taken_on).exists():
        raise Refused("That day is before the first score was taken. Enter a later day.", field="taken_on")
    if new.point == "start" and others.filter(point="end", taken_on__lt=new.taken_on).exists():
        raise Refused("That day is after the last score was taken. Enter an earlier day.", field="taken_on")


def _at_same_point(new: Administration) -> Administration | None:
    if new.point == "review":
        return None
    same = ("family", "person", "episode_id", "instrument", "topic", "point")
    return Administration.objects.filter(**{name: getattr(new, name) for name in same}).first()
