"""Answers about sharing: given, refused, taken back."""

import uuid
from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Family, Person


@command(allow=Permission.MAKE_REQUEST)
def answer(
    actor: Actor,
    subject: Family,
    *,
    kind: Consent.Kind | str,
    answer: Consent.Answer | str,
    given_by: Person | None = None,
    answered_at: datetime,
    note: str = "",
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Consent:
    """Keep the family's answer to one question of sharing; an earlier answer ends when this one was given. Returns it.

    The same answer again, with nothing new in it, returns the one that stands. Raises Refused for an answer to come.
    """
    if answered_at > at:
        raise Refused("The day of the answer cannot be in the future.", field="answered_at")
    standing = Consent.objects.select_for_update().filter(family=subject, kind=kind, ended_at=None).first()
    if standing and standing.answer == answer and _is_nothing_new(standing, given_by, answered_at, note.strip()):
        return standing
    if standing and answered_at < standing.answered_at:
        raise Refused("A later answer is written down already. Look at that one first.", field="answered_at")
    if standing:
        standing.ended_at = answered_at
        standing.save(update_fields=["ended_at"])
    given = Consent(
        family=subject,
        kind=Consent.Kind(kind),
        answer=Consent.Answer(answer),
        given_by=given_by,
        answered_at=answered_at,
        note=note.strip(),
        recorded_at=at,
        batch=batch,
    )
    given.scope = subject.scope
    given.save(force_insert=True)
    return given


def _is_nothing_new(standing: Consent, given_by: Person | None, answered_at: datetime, note: str) -> bool:
    """Whether an answer that is the same as the standing one says no more than it: neither a later day, nor who, nor words."""
    says_who = given_by is not None and given_by.pk != standing.given_by_id
    return answered_at <= standing.answered_at and not says_who and note in ("", standing.note)


@command(allow=Permission.MAKE_REQUEST)
def withdraw(
    actor: Actor, subject: Family, *, kind: Consent.Kind | str, at: datetime, reason: str = ""
) -> Consent | None:
    """End the answer that stands, so that the question is open again. Returns it, or None where there was none."""
    standing = Consent.objects.select_for_update().filter(family=subject, kind=kind, ended_at=None).first()
    if standing:
        standing.ended_at = at
        standing.save(update_fields=["ended_at"])
    return standing
