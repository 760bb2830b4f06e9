"""Dated facts of a person: recorded, ended."""

import uuid
from datetime import date, datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Person

VULNERABLE_GROUP = "vulnerable_group"


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
    standing = Circumstance.objects.filter(person=subject, kind=kind, value=value, is_true=is_true, until=None).first()
    if standing:
        return standing
    fact = Circumstance(
        person=subject, kind=kind, value=value, is_true=is_true, since=since, source=source, recorded_at=at, batch=batch
    )
    fact.scope = subject.scope
    fact.save(force_insert=True)
    return fact


@command(allow=Permission.ASSESS_FAMILY)
def end(actor: Actor, subject: Circumstance, *, on: date, at: datetime) -> Circumstance:
    """Write down the last day on which it was true. Returns the fact. Raises Refused for a day before it began."""
    fact = locked(subject)
    if fact.since and on < fact.since:
        raise Refused("That day is before it began. Choose a later day.", field="on")
    fact.until = on
    fact.save(update_fields=["until"])
    return fact
