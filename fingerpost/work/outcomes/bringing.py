"""Scores, replies and events at school of earlier years, brought in by lists: kept as they were."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_references
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.work.outcomes.models import Administration, Invitation, Response, SchoolEvent

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
        return _key_of(self)


def _key_of(one: Any) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in KEY)


def scores_held(scores: Sequence[ScoreGiven]) -> dict[tuple[Any, ...], Administration]:
    """The scores on record that these speak of, by key. Two queries."""
    keys = {given.key for given in scores}
    episodes = {given.episode_id for given in scores if given.episode_id}
    families = {given.family_id for given in scores if given.family_id and not given.episode_id}
    people = {given.person_id for given in scores if not given.family_id and not given.episode_id}
    found = [
        *Administration.objects.filter(episode_id__in=episodes),
        *Administration.objects.filter(Q(family__in=families) | Q(family=None, person__in=people), episode_id=None),
    ]
    return {key: one for one in found if (key := _key_of(one)) in keys}


@command(allow=Permission.IMPORT_LIST)
def bring_in_scores(
    actor: Actor, subject: Scope, *, service: str, scores: Sequence[ScoreGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep scores of earlier years. Returns how many were new; one that is known is left as it is."""
    known, rows = set(scores_held(scores)), []
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
    """Take back what a batch brought of scores, replies and events at school. Returns how many rows went."""
    return take_back((Response, Invitation, SchoolEvent, Administration), batch)


@dataclass(frozen=True, slots=True)
class ReplyGiven:
    """Somebody asked what they think, and their reply if there was one, as a list gives it."""

    scope: Scope
    family_id: uuid.UUID | None
    person_id: uuid.UUID | None
    respondent: str
    instrument: str
    episode_kind: str
    episode_id: uuid.UUID
    episode_ref: str
    activity_type: str
    area: str | None
    asked_on: date
    result: str
    asked_recorded_at: datetime
    recorded_at: datetime
    ref: str = ""
    replied_on: date | None = None
    rating: int | None = None
    comment: str = ""
    positive_comment: bool | None = None
    age_band: str = ""


@dataclass(frozen=True, slots=True)
class SchoolEventGiven:
    """A time a parent took part in their child's schooling, as a list gives it."""

    scope: Scope
    family_id: uuid.UUID | None
    person_id: uuid.UUID
    episode_id: uuid.UUID | None
    kind: str
    happened_on: date
    recorded_at: datetime
    note: str = ""


@command(allow=Permission.IMPORT_LIST)
def bring_in_replies(
    actor: Actor, subject: Scope, *, service: str, replies: Sequence[ReplyGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep who was asked in earlier years and what they said. Returns how many were new. Nobody is sent a link."""
    invitations, responses = [], []
    for given, ref in zip(replies, new_references(Invitation, "V", len(replies)), strict=True):
        invitation = _invitation(given, service, ref, batch)
        invitations.append(invitation)
        if given.replied_on:
            responses.append(_response(given, invitation, batch))
    copy_in(invitations)
    copy_in(responses)
    return len(invitations)


@command(allow=Permission.IMPORT_LIST)
def bring_in_answers(
    actor: Actor, subject: Scope, *, answers: Sequence[tuple[Invitation, ReplyGiven]], batch: uuid.UUID, at: datetime
) -> int:
    """Keep replies to questions that were asked before and had none. Returns how many."""
    return copy_in([_response(given, invitation, batch) for invitation, given in answers])


def _invitation(given: ReplyGiven, service: str, ref: str, batch: uuid.UUID) -> Invitation:
    row = Invitation(
        ref=ref,
        service=service,
        family_id=given.family_id if given.person_id else None,
        person_id=given.person_id,
        respondent=given.respondent,
        instrument=given.instrument,
        episode_kind=given.episode_kind,
        episode_id=given.episode_id,
        episode_ref=given.episode_ref,
        activity_type=given.activity_type,
        area_id=given.area,
        age_band=given.age_band,
        asked_on=given.asked_on,
        result=given.result,
        expires_on=given.asked_on,
        recorded_at=given.asked_recorded_at,
        batch=batch,
        batch_ref=given.ref[:60],
    )
    row.scope = given.scope
    return row


def _response(given: ReplyGiven, invitation: Invitation, batch: uuid.UUID) -> Response:
    row = Response(
        invitation=invitation,
        family_id=invitation.family_id,
        person_id=given.person_id,
        episode_kind=given.episode_kind,
        rating=given.rating,
        comment=given.comment,
        positive_comment=given.positive_comment,
        age_band=given.age_band,
        given_on=given.replied_on or given.asked_on,
        on_paper=True,
        recorded_at=given.recorded_at,
        batch=batch,
    )
    row.scope = given.scope
    return row


@command(allow=Permission.IMPORT_LIST)
def bring_in_school_events(
    actor: Actor, subject: Scope, *, service: str, events: Sequence[SchoolEventGiven], batch: uuid.UUID, at: datetime
) -> int:
    """Keep events at school of earlier years. Returns how many were new; one that is known is left as it is."""
    people = {given.person_id for given in events}
    known = set(SchoolEvent.objects.filter(person__in=people).values_list("person_id", "kind", "happened_on"))
    rows = []
    for given in events:
        key = (given.person_id, given.kind, given.happened_on)
        if key in known:
            continue
        known.add(key)
        row = SchoolEvent(service=service, person_id=given.person_id, kind=given.kind, happened_on=given.happened_on)
        row.family_id, row.episode_id, row.note = given.family_id, given.episode_id, given.note
        row.recorded_at, row.batch, row.scope = given.recorded_at, batch, given.scope
        rows.append(row)
    return copy_in(rows)
