"""Events at school: what a parent did, besides what they say of themselves."""

import uuid
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import remove, require_reason
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import both_words
from fingerpost.people.families.models import Family, Person
from fingerpost.work.outcomes.models import EpisodeKind, SchoolEvent


@command(allow=Permission.RECORD_CONTACT)
def record_school_event(
    actor: Actor,
    subject: Family,
    *,
    service: str,
    person: Person,
    kind: str,
    happened_on: date,
    note: str = "",
    episode_kind: str = EpisodeKind.CASE,
    episode_id: uuid.UUID | None = None,
    at: datetime,
) -> SchoolEvent:
    """Keep that a parent took part in their child's schooling, such as at a parents' evening. Clause 3.3 (Essex advisors).

    Returns it; the same event told twice is kept once, with the words of both.
    """
    family = locked(subject)
    if kind not in rules(service, timezone.localdate(at)).contract.pathway.school_events:
        raise Refused("Choose one of the kinds of event that the service counts.", field="kind")
    if happened_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="happened_on")
    told = SchoolEvent.objects.filter(person=person, kind=kind, happened_on=happened_on).first()
    if told is not None:
        told.note = both_words(told.note, note)
        told.save(update_fields=["note"])
        return told
    event = SchoolEvent(
        service=service,
        family=family,
        person=person,
        episode_kind=episode_kind,
        episode_id=episode_id,
        kind=kind,
        happened_on=happened_on,
        note=note.strip(),
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    event.scope = family.scope
    event.save(force_insert=True)
    return event


@command(allow=Permission.RECORD_CONTACT)
def take_back_school_event(actor: Actor, subject: SchoolEvent, *, reason: str, at: datetime) -> None:
    """Remove an event at school that did not happen; the history keeps it with the reason."""
    require_reason(reason, "Say why it is taken back.")
    remove([locked(subject)], "Something else was written about this event.")
