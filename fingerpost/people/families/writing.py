"""What every way of writing a person down has in common: names trimmed, numbers checked, scope and batch put on the rows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import Area
from fingerpost.people.families import identity, names
from fingerpost.people.families.models import Address, Family, Identifier, Membership, Person, Relationship

LONGEST_LIFE = 120
_CHECKS = {"upn": identity.upn, "nhs": identity.nhs, "local": names.tidy}


@dataclass(frozen=True, slots=True)
class PersonGiven:
    """A person as a form or a list gives them."""

    first_name: str
    last_name: str
    known_as: str = ""
    born_on: date | None = None
    sex: str = ""
    phone: str = ""
    upn: str = ""
    nhs: str = ""
    local: str = ""
    scope: Scope | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """A family with its parent and children, as somebody outside told of them."""

    family: Family
    parent: Person
    children: list[Person]


@dataclass(slots=True)
class Place:
    """A person's place in a household, with where they live."""

    person: Person
    part: str
    called: str = ""
    lines: str = ""
    postcode: str = ""
    area: str | None = None
    since: date | None = None
    until: date | None = None
    lives_there_since: date | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RelationshipGiven:
    """`person_id` is `kind` of `other_id`, as a list gives it."""

    person_id: uuid.UUID
    kind: str
    other_id: uuid.UUID
    scope: Scope
    since: date | None = None
    until: date | None = None
    recorded_at: datetime | None = None


@dataclass(slots=True)
class HouseholdGiven:
    """A family as a list gives it: one that is known, or else one to form by this name."""

    name: str
    scope: Scope
    places: list[Place]
    family: Family | None = None
    recorded_at: datetime | None = None


def prepared(
    given: PersonGiven, *, scope: Scope, batch: uuid.UUID | None, at: datetime
) -> tuple[Person, list[Identifier]]:
    """The person and their numbers, not saved yet. Raises Refused for what cannot be right."""
    first, last = names_given(given.first_name, given.last_name)
    known_as = names.tidy(given.known_as)
    person = Person(
        first_name=first,
        last_name=last,
        known_as=known_as,
        search_name=names.search_name(first, last, known_as),
        born_on=checked_birth(given.born_on, timezone.localdate(at)),
        sex=given.sex,
        phone=names.tidy(given.phone),
        recorded_at=given.recorded_at or at,
        batch=batch,
    )
    person.scope = given.scope or scope
    numbers = {"upn": given.upn, "nhs": given.nhs, "local": given.local}
    return person, [
        identifier(person, kind, checked_number(kind, value), at=given.recorded_at or at, batch=batch)
        for kind, value in numbers.items()
        if value.strip()
    ]


def merged(person: Person, into: Person) -> Person:
    """Point an entry at the one that is kept. Returns the kept one. Raises Refused when either is merged already."""
    if person.pk == into.pk:
        raise Refused("These are the same entry already. Choose another person.", field="into")
    if person.merged_into_id or into.merged_into_id:
        raise Refused(
            "One of the two is merged already. Open the entry that is left, and start from there.", field="into"
        )
    person.merged_into = into
    person.save(update_fields=["merged_into"])
    return into


def identifier(person: Person, kind: str, value: str, *, at: datetime, batch: uuid.UUID | None = None) -> Identifier:
    """The number as a row, not saved yet."""
    row = Identifier(person=person, kind=kind, value=value, recorded_at=at, batch=batch)
    row.scope = person.scope
    return row


def save_identifiers(identifiers: Sequence[Identifier]) -> None:
    """Write the numbers. Raises Refused for one that is somebody else's; the whole act is then taken back."""
    for identifier in identifiers:
        try:
            with transaction.atomic(savepoint=False):
                identifier.save()
        except IntegrityError as clash:
            raise Refused(
                f"{identifier} belongs to a person already known. Find that person instead of writing a new one.",
                field=identifier.kind,
            ) from clash


def names_given(first_name: str, last_name: str) -> tuple[str, str]:
    """First and last name, trimmed; one of them may be empty, as some people have one name only. Raises Refused."""
    if not names.tidy(first_name) and not names.tidy(last_name):
        raise Refused("Enter a first name or a last name.", field="first_name")
    told = {"first_name": first_name, "last_name": last_name}
    first, last = (named(name, field) if names.tidy(name) else "" for field, name in told.items())
    return first, last


def named(name: str, field: str) -> str:
    """The name, trimmed. Raises Refused for an empty or an endless one."""
    tidied = names.tidy(name)
    if not tidied:
        raise Refused(f"Enter the {field.replace('_', ' ')}.", field=field)
    if len(tidied) > 100:
        raise Refused(f"The {field.replace('_', ' ')} is longer than 100 letters. Shorten it.", field=field)
    return tidied


def checked_birth(born_on: date | None, today: date) -> date | None:
    """The birth date. Raises Refused for one to come, or more than 120 years ago."""
    if born_on and born_on > today:
        raise Refused("The date of birth is in the future. Correct it, or leave it empty.", field="born_on")
    if born_on and born_on.year < today.year - LONGEST_LIFE:
        raise Refused("The date of birth is more than 120 years ago. Check the year.", field="born_on")
    return born_on


def checked_number(kind: str, value: str) -> str:
    """The number in its one form. Raises Refused when it cannot be right."""
    try:
        return _CHECKS[kind](value)
    except identity.Wrong as fault:
        raise Refused(str(fault), field=kind) from fault


def checked_address(lines: str, postcode: str) -> tuple[str, str]:
    """Lines and postcode in their one form. Raises Refused for a postcode that cannot be."""
    try:
        return names.tidy(lines.replace("\n", ", "))[:300], identity.postcode(postcode)
    except identity.Wrong as fault:
        raise Refused(str(fault), field="postcode") from fault


def area_of(postcode: str, scope: Scope) -> Area | None:
    """The area that holds the postcode in a scheme of the services that have to do with the person, where that is known."""
    services = sorted(key.removeprefix("service:") for key in scope.keys if key.startswith("service:"))
    return places.area_in_any(services, postcode) if postcode and services else None


def membership(household: HouseholdGiven, place: Place, batch: uuid.UUID | None, at: datetime) -> Membership:
    """The place as a row, not saved yet."""
    row = Membership(
        family=household.family,
        person=place.person,
        part=Membership.Part(place.part),
        called=place.called,
        since=place.since,
        until=place.until,
        recorded_at=place.recorded_at or at,
        batch=batch,
    )
    row.scope = household.scope | Scope(frozenset(), place.person.restricted)
    return row


def address(household: HouseholdGiven, place: Place, batch: uuid.UUID | None, at: datetime) -> Address:
    """Where the person lives as a row, not saved yet."""
    row = Address(
        person=place.person,
        lines=place.lines,
        postcode=place.postcode,
        area_id=place.area,
        since=place.lives_there_since,
        recorded_at=place.recorded_at or at,
        batch=batch,
    )
    row.scope = household.scope | Scope(frozenset(), place.person.restricted)
    return row


def places_in(new: Household, at: datetime) -> list[Membership]:
    """Everybody's place in the new family as rows, not saved yet; the day they came is not known."""
    parts = [(new.parent, Membership.Part.PARENT), *((child, Membership.Part.CHILD) for child in new.children)]
    rows = [Membership(family=new.family, person=person, part=part, recorded_at=at) for person, part in parts]
    for row in rows:
        row.scope = new.family.scope
    return rows


def children_of(new: Household, at: datetime, *, is_carer: bool = False) -> list[Relationship]:
    """Whose children they are as rows, not saved yet."""
    parent_of = Relationship.Kind.CARER if is_carer else Relationship.Kind.PARENT
    rows = [Relationship(person=new.parent, kind=parent_of, other=child, recorded_at=at) for child in new.children]
    for row in rows:
        row.scope = new.parent.scope
    return rows


def home_of(person: Person, lines: str, postcode: str, area: Area | None, since: date, at: datetime) -> Address:
    """Where the person lives from a day on as a row, not saved yet. Without `area` the postcode says which, where known."""
    row = Address(person=person, lines=lines, postcode=postcode, since=since, recorded_at=at)
    row.area = area or area_of(postcode, person.scope)
    row.scope = person.scope
    return row


def relationship(given: RelationshipGiven, batch: uuid.UUID | None, at: datetime) -> Relationship:
    """The relationship as a row, not saved yet."""
    row = Relationship(
        person_id=given.person_id,
        kind=Relationship.Kind(given.kind),
        other_id=given.other_id,
        since=given.since,
        until=given.until,
        recorded_at=given.recorded_at or at,
        batch=batch,
    )
    row.scope = given.scope
    return row
