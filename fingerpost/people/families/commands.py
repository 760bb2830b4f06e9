"""Persons and families: registered, joined, related, moved, merged."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference, new_references
from fingerpost.ground.access.sameness import AlreadyRecorded
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.bulk import copy_in, take_back
from fingerpost.ground.places.models import Area
from fingerpost.people.families import writing
from fingerpost.people.families.changes import ChangeGiven, change_many, take_back_changes
from fingerpost.people.families.models import (
    Address,
    Family,
    Identifier,
    Membership,
    Person,
    PersonCheck,
    Relationship,
)
from fingerpost.people.families.writing import Household, HouseholdGiven, PersonGiven, RelationshipGiven

WRITTEN = "whoever writes somebody down need not be able to read them afterwards"


@command(allow=Permission.MAKE_REQUEST, sees_everything=WRITTEN)
def register(
    actor: Actor,
    subject: Scope,
    *,
    first_name: str,
    last_name: str,
    known_as: str = "",
    born_on: date | None = None,
    sex: str = "",
    phone: str = "",
    upn: str = "",
    nhs: str = "",
    local: str = "",
    at: datetime,
) -> Person:
    """Write a person down for the first time, with the numbers known of them. Returns the person.

    Raises Refused for a name that is missing, a birth date to come, a number whose check digit is wrong, and a number that
    somebody else has.
    """
    given = PersonGiven(first_name, last_name, known_as, born_on, sex, phone, upn, nhs, local)
    person, identifiers = writing.prepared(given, scope=subject, batch=None, at=at)
    person.save(force_insert=True)
    writing.save_identifiers(identifiers)
    return person


@command(allow=Permission.MAKE_REQUEST, sees_everything=WRITTEN)
def write_down(
    actor: Actor,
    subject: Scope,
    *,
    name: str,
    parent: PersonGiven,
    children: Sequence[PersonGiven],
    lines: str = "",
    postcode: str = "",
    area: Area | None = None,
    since: date | None = None,
    is_carer: bool = False,
    at: datetime,
) -> Household:
    """Write down a family that nobody knows yet: its people, whose children they are, and where the parent lives since a day.

    With `is_carer` the adult cares for the children and is not their parent.

    Returns it with its people. What `register`, `form_family`, `join`, `relate` and `move` would write, in a few statements.
    Raises Refused as they do.
    """
    prepared = [writing.prepared(given, scope=subject, batch=None, at=at) for given in (parent, *children)]
    people = [person for person, _ in prepared]
    family = Family(ref=new_reference(Family, "F"), name=writing.named(name, "name"), recorded_at=at)
    family.scope = subject
    new = Household(family, people[0], people[1:])
    Person.objects.bulk_create(people)
    writing.save_identifiers([row for _, rows in prepared for row in rows])
    family.save(force_insert=True)
    Membership.objects.bulk_create(writing.places_in(new, at))
    Relationship.objects.bulk_create(writing.children_of(new, at, is_carer=is_carer))
    if lines or postcode or area:
        lines, postcode = writing.checked_address(lines, postcode)
        since = since or timezone.localdate(at)
        writing.home_of(new.parent, lines, postcode, area, since, at).save(force_insert=True)
    return new


@command(allow=Permission.IMPORT_LIST)
def register_many(
    actor: Actor, subject: Scope, *, people: Sequence[PersonGiven], batch: uuid.UUID | None = None, at: datetime
) -> list[Person]:
    """Write many people down at once, in a few statements. Returns them in the order given. Raises Refused as `register`."""
    prepared = [writing.prepared(given, scope=subject, batch=batch, at=at) for given in people]
    persons = [person for person, _ in prepared]
    copy_in(persons)
    try:
        with transaction.atomic():
            copy_in([row for _, rows in prepared for row in rows])
    except IntegrityError as clash:
        raise Refused("One of the numbers belongs to a person already known. Match the list first.") from clash
    return persons


@command(allow=Permission.IMPORT_LIST)
def settle_many(
    actor: Actor,
    subject: Scope,
    *,
    households: Sequence[HouseholdGiven],
    batch: uuid.UUID | None = None,
    at: datetime,
) -> int:
    """Form many families, or add to those that are known, and note where the people live. Returns how many were formed.

    The people must have no place in the family yet, and no address.
    """
    new = [household for household in households if household.family is None]
    for household, ref in zip(new, new_references(Family, "F", len(new)), strict=True):
        household.family = Family(ref=ref, name=household.name, recorded_at=household.recorded_at or at, batch=batch)
        household.family.scope = household.scope
    copy_in([household.family for household in new if household.family])
    placed = [(household, place) for household in households for place in household.places]
    copy_in([writing.membership(household, place, batch, at) for household, place in placed])
    copy_in(
        [
            writing.address(household, place, batch, at)
            for household, place in placed
            if place.postcode or place.lines or place.area
        ]
    )
    return len(new)


@command(allow=Permission.IMPORT_LIST)
def relate_many(
    actor: Actor,
    subject: Scope,
    *,
    relationships: Sequence[RelationshipGiven],
    batch: uuid.UUID | None = None,
    at: datetime,
) -> int:
    """Write many relationships down at once. Returns how many were new; one that is known is left as it is."""
    people = {given.person_id for given in relationships}
    known = Relationship.objects.filter(person_id__in=people).values_list("person_id", "kind", "other_id", "since")
    standing = set(known)
    new = []
    for given in relationships:
        key = (given.person_id, given.kind, given.other_id, given.since)
        if key not in standing:
            standing.add(key)
            new.append(writing.relationship(given, batch, at))
    return copy_in(new)


@command(allow=Permission.IMPORT_LIST)
def amend_many(
    actor: Actor,
    subject: Scope,
    *,
    changes: Sequence[ChangeGiven] = (),
    addresses: Sequence[Address] = (),
    identifiers: Sequence[Identifier] = (),
    batch: uuid.UUID,
    at: datetime,
) -> None:
    """Write down what a list says anew of people known: fields that change, homes they moved to, numbers they got.

    What stood is kept with the batch, so that `undo` puts it back. An address given ends the one before by a change of its `until`.
    """
    change_many(changes, batch=batch, at=at)
    copy_in(addresses)
    copy_in(identifiers)


@command(allow=Permission.IMPORT_LIST)
def undo(actor: Actor, subject: Scope, *, batch: uuid.UUID, at: datetime) -> int:
    """Take back the people and families that a batch wrote down. Returns how many people went.

    Raises Refused when anything was recorded about one of them since.
    """
    try:
        people = Person.objects.filter(batch=batch).count()
        gone = take_back((PersonCheck, Relationship, Address, Membership, Identifier, Family, Person), batch)
        changed = take_back_changes(batch)  # after what is new went: one home at a time
        return people or gone or changed
    except IntegrityError as clash:
        raise Refused("Something was recorded about these families since, so the list cannot be undone.") from clash


@command(allow=Permission.MAKE_REQUEST, sees_everything=WRITTEN)
def form_family(actor: Actor, subject: Scope, *, name: str, batch: uuid.UUID | None = None, at: datetime) -> Family:
    """Open a family's file. Returns the family, with a reference such as F-7K3Q2M."""
    family = Family(ref=new_reference(Family, "F"), name=writing.named(name, "name"), recorded_at=at, batch=batch)
    family.scope = subject
    family.save(force_insert=True)
    return family


@command(allow=Permission.RECORD_CONTACT, includes=("families.part",))
def join(
    actor: Actor,
    subject: Family,
    *,
    person: Person,
    part: Membership.Part | str,
    since: date | None = None,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Membership:
    """Give a person a place in a family. Returns the membership; one that stands is returned, with its part as given."""
    _require_past(since, at, field="since")
    standing = Membership.objects.select_for_update().filter(family=subject, person=person, until=None).first()
    if standing:
        if standing.part != part:
            standing.part = Membership.Part(part)
            standing.save(update_fields=["part"])
        return standing
    membership = Membership(
        family=subject, person=person, part=Membership.Part(part), since=since, recorded_at=at, batch=batch
    )
    membership.scope = subject.scope | Scope(frozenset(), person.restricted)
    membership.save(force_insert=True)
    return membership


def _require_past(day: date | None, at: datetime, *, field: str) -> None:
    """Raises Refused for a day to come: what is written down of a family has happened."""
    if day and day > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field=field)


@command(allow=Permission.RECORD_CONTACT)
def leave(actor: Actor, subject: Family, *, person: Person, on: date, at: datetime) -> Membership:
    """End a person's place in a family. Returns the membership. Raises Refused when there is none, or it began later."""
    standing = Membership.objects.select_for_update().filter(family=subject, person=person, until=None).first()
    if standing is None:
        raise Refused(f"{person.full_name} does not belong to this family now.")
    if standing.since and on < standing.since:
        raise Refused("That day is before the person joined. Choose a later day.", field="on")
    _require_past(on, at, field="on")
    standing.until = on
    standing.save(update_fields=["until"])
    return standing


@command(allow=Permission.RECORD_CONTACT)
def relate(
    actor: Actor,
    subject: Person,
    *,
    kind: Relationship.Kind | str,
    other: Person,
    since: date | None = None,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Relationship:
    """Write down that the person is `kind` of the other. Returns the relationship; one that stands is returned as it is."""
    _require_past(since, at, field="since")
    if subject.pk == other.pk:
        raise Refused("Nobody is related to themselves. Choose another person.", field="other")
    standing = Relationship.objects.filter(person=subject, kind=kind, other=other, until=None).first()
    if standing and since not in (None, standing.since):
        began = f"since {standing.since.day} {standing.since:%B %Y}" if standing.since else "as having always been so"
        raise AlreadyRecorded(f"This is written down already, {began}.", standing=standing, field="since")
    if standing:
        return standing
    relationship = Relationship(
        person=subject, kind=Relationship.Kind(kind), other=other, since=since, recorded_at=at, batch=batch
    )
    relationship.scope = subject.scope | Scope(frozenset(), other.restricted)
    relationship.save(force_insert=True)
    return relationship


@command(allow=Permission.RECORD_CONTACT)
def part(actor: Actor, subject: Relationship, *, on: date, at: datetime) -> Relationship:
    """End a relationship on a day. Returns it; one that has ended stays as it is. Raises Refused for a day before it began."""
    relationship = locked(subject)
    if relationship.until is not None:
        return relationship
    if relationship.since and on < relationship.since:
        raise Refused("That day is before the relationship began. Choose a later day.", field="on")
    _require_past(on, at, field="on")
    relationship.until = on
    relationship.save(update_fields=["until"])
    return relationship


@command(allow=Permission.RECORD_CONTACT)
def move(
    actor: Actor,
    subject: Person,
    *,
    lines: str = "",
    postcode: str = "",
    area: Area | None = None,
    since: date | None = None,
    batch: uuid.UUID | None = None,
    at: datetime,
) -> Address:
    """Write down where the person lives now; where they lived ends the day before. Returns the address.

    Without `area` the postcode says which area it is, where that is known. Raises Refused for a postcode that cannot be.
    """
    lines, postcode = writing.checked_address(lines, postcode)
    _require_past(since, at, field="since")
    since = since or timezone.localdate(at)
    standing = Address.objects.select_for_update().filter(person=subject, until=None).first()
    if standing:
        if (standing.lines, standing.postcode) == (lines, postcode) and area in (None, standing.area):
            return standing
        if standing.since and since < standing.since:
            raise Refused("The person moved to the present address later than that. Choose a later day.", field="since")
        standing.until = max(since - timedelta(days=1), standing.since or since - timedelta(days=1))
        standing.save(update_fields=["until"])
    address = writing.home_of(subject, lines, postcode, area, since, at)
    address.batch = batch
    if standing and standing.is_protected:
        address.is_protected, address.scope_keys = True, standing.scope_keys
    address.save(force_insert=True)
    return address


@command(allow=Permission.APPROVE_DECISION)
def merge(actor: Actor, subject: Person, *, into: Person, reason: str, at: datetime) -> Person:
    """Say that two entries are one person: the first points to the second and is no longer found. Returns the second.

    Nothing is moved, so `unmerge` gives back what stood. Raises Refused without a reason, or when either is merged already.
    """
    person, kept = locked(subject), locked(into)
    if not reason.strip():
        raise Refused("Say why these two are one person.", field="reason")
    return writing.merged(person, kept)


@command(allow=Permission.APPROVE_DECISION)
def unmerge(actor: Actor, subject: Person, *, reason: str, at: datetime) -> Person:
    """Take a merge back. Returns the person, found again. Raises Refused when the entry is not merged."""
    person = locked(subject)
    if person.merged_into_id is None:
        raise Refused("This entry is not merged. There is nothing to take back.")
    person.merged_into = None
    person.save(update_fields=["merged_into"])
    return person
