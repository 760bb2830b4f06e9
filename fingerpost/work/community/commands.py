"""Families who have a say: an occasion written down with who took part, later what changed, and put right where it was wrong."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, require_reason, require_version
from fingerpost.ground.access.models import Team
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Membership, Person
from fingerpost.work.community.models import Participation, Say


@command(allow=Permission.RECORD_CONTACT)
def record_say(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    kind: str,
    title: str,
    happened_on: date,
    people: Iterable[Person],
    said: str = "",
    changed: str = "",
    area: Area | None = None,
    team: Team | None = None,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Say:
    """Write down that people had a say: one of the contract's kinds, the day, who took part, what they said and what changed.

    Returns it. Clause 3.7 (Essex advisors).
    """
    today, title = timezone.localdate(at), " ".join(title.split())
    taking_part = list({person.pk: person for person in people}.values())
    if kind not in rules(service, today).contract.pathway.participation:
        raise Refused("Choose one of the kinds that the contract names.", field="kind")
    if not title:
        raise Refused("Enter what it was about.", field="title")
    if happened_on > today:
        raise Refused("The day cannot be in the future.", field="happened_on")
    if not taking_part:
        raise Refused("Choose at least one person who took part.", field="people")
    say = Say(
        ref=new_reference(Say, "Y"),
        service=service,
        kind=kind,
        title=title,
        happened_on=happened_on,
        area=area,
        team=team,
        said=said.strip(),
        changed=changed.strip(),
        changed_on=today if changed.strip() else None,
        recorded_by_id=actor.id,
        recorded_at=at,
        batch=batch,
    )
    say.scope = subject
    say.save(force_insert=True)
    _take_part(say, taking_part, at)
    return say


@command(allow=Permission.RECORD_CONTACT)
def add_people(actor: Actor, subject: Say, *, people: Iterable[Person], at: datetime) -> Say:
    """Add people who took part too. Returns the occasion. Somebody who is there already stays once."""
    say = locked(subject)
    _take_part(say, list(people), at)
    return say


@command(allow=Permission.RECORD_CONTACT)
def tell_what_changed(actor: Actor, subject: Say, *, changed: str, changed_on: date | None = None, at: datetime) -> Say:
    """Say what was done because of it: "you said, we did". Returns it."""
    say, today = locked(subject), timezone.localdate(at)
    if not changed.strip():
        raise Refused("Enter what changed, or why nothing could.", field="changed")
    day = changed_on or today
    if not say.happened_on <= day <= today:
        raise Refused("The day must not lie before they had their say, nor in the future.", field="changed_on")
    say.changed, say.changed_on = changed.strip(), day
    say.save(update_fields=["changed", "changed_on"])
    return say


@command(allow=Permission.RECORD_CONTACT)
def correct_say(
    actor: Actor,
    subject: Say,
    *,
    kind: str,
    title: str,
    happened_on: date,
    said: str,
    not_there: Iterable[Person] = (),
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Say:
    """Put an occasion right: its kind, subject, day and words; those who were `not_there` after all no longer took part.

    Returns it; the history keeps what stood before, and why. Raises Refused where nobody would be left or what changed because
    of it would lie before it, and ChangedMeanwhile where somebody changed it since `read`.
    """
    say, title = locked(subject), " ".join(title.split())
    require_version(read, say)
    require_reason(reason)
    kinds = rules(say.service, timezone.localdate(at)).contract.pathway.participation
    if kind != say.kind and kind not in kinds:
        raise Refused("Choose one of the kinds that the contract names.", field="kind")
    if not title:
        raise Refused("Enter what it was about.", field="title")
    if happened_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="happened_on")
    if say.changed_on and happened_on > say.changed_on:
        raise Refused("Something changed because of it before that day. Enter an earlier one.", field="happened_on")
    put_right(say, {"kind": kind, "title": title, "happened_on": happened_on, "said": said.strip()})
    _take_off(say, list(not_there))
    return say


def _take_off(say: Say, people: list[Person]) -> None:
    parts = Participation.objects.filter(say=say, person__in=people)
    if people and not Participation.objects.filter(say=say).exclude(person__in=people).exists():
        raise Refused("Somebody must have taken part. Leave at least one.", field="not_there")
    for part in parts:
        part.delete()


def _take_part(say: Say, people: list[Person], at: datetime) -> None:
    families = dict(
        Membership.objects.filter(person__in=people, until=None)
        .order_by("recorded_at")
        .values_list("person_id", "family_id")
    )
    rows = []
    for person in people:
        row = Participation(say=say, person=person, family_id=families.get(person.pk), recorded_at=at)
        row.scope = person.scope
        rows.append(row)
    Participation.objects.bulk_create(rows, ignore_conflicts=True)
