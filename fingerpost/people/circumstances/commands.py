"""Dated facts of a person: recorded, ended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Person

VULNERABLE_GROUP = "vulnerable_group"


@dataclass(frozen=True, slots=True)
class FactGiven:
    """Something true of a person, as a list gives it."""

    person_id: uuid.UUID
    scope: Scope
    kind: str
    value: str
    since: date | None = None
    source: str = ""
    recorded_at: datetime | None = None


@command(allow=Permission.ASSESS_FAMILY)
def record(
    actor: Actor,
    subject: Person,
    *,
    kind: str,
    value: str,
    is_true: bool = True,
    since: date | None = None,
    source: str = "",
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Circumstance:
    """Write down that something is true of the person from a day (or, with `is_true` False, is known not to be).

    Returns the fact; one that stands is returned as it is.
    """
    if not value.strip():
        raise Refused("Enter what is true of the person.", field="value")
    if since and since > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="since")
    standing = Circumstance.objects.filter(person=subject, kind=kind, value=value, is_true=is_true, until=None).first()
    if standing:
        return standing
    fact = Circumstance(
        person=subject, kind=kind, value=value, is_true=is_true, since=since, source=source, recorded_at=at, batch=batch
    )
    fact.scope = subject.scope
    fact.save(force_insert=True)
    return fact


@command(allow=Permission.IMPORT_LIST)
def record_many(
    actor: Actor, subject: Scope, *, facts: Sequence[FactGiven], batch: uuid.UUID | None = None, at: datetime
) -> int:
    """Write many facts down at once. Returns how many were new; one that stands is left as it is."""
    people = {given.person_id for given in facts}
    known = Circumstance.objects.filter(person__in=people, is_true=True).values_list("person_id", "kind", "value")
    standing, rows = set(known), []
    for given in facts:
        key = (given.person_id, given.kind, given.value)
        if key in standing:
            continue
        standing.add(key)
        row = Circumstance(person_id=given.person_id, kind=given.kind, value=given.value, since=given.since)
        row.source, row.recorded_at, row.batch, row.scope = given.source, given.recorded_at or at, batch, given.scope
        rows.append(row)
    return copy_in(rows)


@command(allow=Permission.IMPORT_LIST)
def undo(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the facts that a batch wrote down. Returns how many went."""
    return take_back((Circumstance,), batch)


@command(allow=Permission.ASSESS_FAMILY)
def end(actor: Actor, subject: Circumstance, *, on: date, at: datetime) -> Circumstance:
    """Write down the last day on which it was true. Returns the fact. Raises Refused for a day before it began."""
    fact = locked(subject)
    if fact.since and on < fact.since:
        raise Refused("That day is before it began. Choose a later day.", field="on")
    fact.until = on
    fact.save(update_fields=["until"])
    return fact
