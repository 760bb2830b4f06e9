"""What is written of a person, a family and a home, corrected; and what should never have been written, taken back.

Each takes a reason; the history keeps what stood before. A name that has changed is kept as a former name.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import put_right, remove, require_reason, require_version, version_of
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.families import names, numbers, writing
from fingerpost.people.families.models import (
    Address,
    Family,
    FormerName,
    Identifier,
    Membership,
    Person,
    Relationship,
    Restriction,
)
from fingerpost.people.families.writing import PersonGiven

NAMES = ("first_name", "last_name", "known_as")
WRONG, CHANGED, HIDDEN = "wrong", "changed", "hidden"


def version_of_person(person: Person) -> str:
    """What the person's row and numbers have come to: another word once one of them was changed."""
    numbers = Identifier.objects.filter(person=person).order_by("kind", "value")
    return version_of(person, *numbers)


@command(allow=Permission.RECORD_CONTACT)
def correct_person(
    actor: Actor,
    subject: Person,
    *,
    told: PersonGiven,
    email: str = "",
    language: str = "",
    needs_interpreter: bool | None = None,
    safe_contact: str = "",
    name_is: str = WRONG,
    renamed_on: date | None = None,
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Person:
    """Put right what is written of a person, their numbers included; an empty number goes. Returns the person.

    A number of somebody whom the actor may not meet is taken as any other; whoever may see both is asked whose it is.

    `name_is` says why another name is given: the old one was `wrong`, or the name has `changed` and the old one is kept, out of
    sight where `hidden`. Raises Refused, and ChangedMeanwhile where somebody changed them since `read`.
    """
    person = locked(subject)
    if person.merged_into_id:
        raise Refused("This entry was merged with another. Correct the one that is left.")
    require_version(read, person, *Identifier.objects.filter(person=person).order_by("kind", "value"))
    require_reason(reason)
    right, _ = writing.prepared(told, scope=person.scope, batch=person.batch, at=at)
    if any(getattr(right, name) != getattr(person, name) for name in NAMES) and name_is != WRONG:
        _keep_former_name(person, name_is, renamed_on, at)
    put_right(
        person,
        {name: getattr(right, name) for name in (*NAMES, "search_name", "born_on", "sex", "phone")}
        | {
            "email": _checked_email(email),
            "language": names.tidy(language)[:60],
            "needs_interpreter": needs_interpreter,
            "safe_contact": names.tidy(safe_contact)[:300],
        },
    )
    _set_numbers(actor, person, {"upn": told.upn, "nhs": told.nhs, "local": told.local}, at)
    return person


def _keep_former_name(person: Person, name_is: str, renamed_on: date | None, at: datetime) -> None:
    if name_is not in (CHANGED, HIDDEN):
        raise Refused("Say whether the old name was wrong or has changed.", field="name_is")
    if renamed_on and renamed_on > timezone.localdate(at):
        raise Refused("The day cannot be in the future.", field="renamed_on")
    former = FormerName(person=person, until=renamed_on, is_hidden=name_is == HIDDEN, recorded_at=at)
    for name in NAMES:
        setattr(former, name, getattr(person, name))
    former.scope = person.scope
    former.save(force_insert=True)


def _checked_email(email: str) -> str:
    email = email.strip()
    try:
        if email:
            validate_email(email)
    except ValidationError as wrong:
        raise Refused("Enter an e-mail address like name@example.org.", field="email") from wrong
    return email


def _set_numbers(actor: Actor, person: Person, given: Mapping[str, str], at: datetime) -> None:
    """The person's latest number of each kind becomes the one given; one left empty is removed."""
    for kind, typed in given.items():
        value = writing.checked_number(kind, typed)
        standing = Identifier.objects.filter(person=person, kind=kind)
        if value and standing.filter(value=value).exists():
            continue
        latest = standing.order_by("-recorded_at").first()
        if not value:
            if latest is not None:
                latest.delete()
            continue
        number = latest or writing.identifier(person, kind, value, at=at)
        number.value = value
        holder = numbers.doubt_or_refuse(actor, number)
        writing.save_identifiers([number])
        if holder is not None:
            numbers.ask_whose(number, person, holder, at)


def former_names(actor: Actor, person: Person) -> list[FormerName]:
    """Names the person had, the latest first; hidden ones for those alone who may see them. One query."""
    rows = FormerName.objects.visible_to(actor).filter(person=person)
    if not actor.can(Permission.VIEW_FORMER_NAMES, person):
        rows = rows.filter(is_hidden=False)
    return list(rows.order_by("-recorded_at"))


def hides_a_name(actor: Actor, people: Q) -> bool:
    """Whether somebody of these people had a name that the actor must not see. One query."""
    rows = FormerName.objects.filter(people, is_hidden=True).select_related("person")
    return any(not actor.can(Permission.VIEW_FORMER_NAMES, row.person) for row in rows)


@command(allow=Permission.RECORD_CONTACT)
def correct_family(
    actor: Actor, subject: Family, *, name: str, read: str | None = None, reason: str, at: datetime
) -> Family:
    """Give a family another name. Returns it. Raises Refused while another name stands in its place to protect it."""
    family = locked(subject)
    require_version(read, family)
    require_reason(reason)
    if Restriction.objects.filter(family=family, until=None).exclude(alias="").exists():
        raise Refused("This family goes by another name to protect it. Ask the safeguarding lead.", field="name")
    put_right(family, {"name": writing.named(name, "name")})
    return family


@command(allow=Permission.RECORD_CONTACT)
def correct_address(
    actor: Actor,
    subject: Address,
    *,
    lines: str,
    postcode: str,
    since: date | None,
    read: str | None = None,
    reason: str,
    at: datetime,
) -> Address:
    """Put right how an address is written, or since when they live there. Returns it. Who has moved gets a new one instead."""
    address = locked(subject)
    require_version(read, address)
    require_reason(reason)
    lines, postcode = writing.checked_address(lines, postcode)
    if since and (since > timezone.localdate(at) or (address.until and since > address.until)):
        raise Refused("The day cannot be in the future, or after they left.", field="since")
    changes: dict[str, object] = {"lines": lines, "postcode": postcode, "since": since}
    if postcode != address.postcode:
        changes["area"] = writing.area_of(postcode, address.scope) or address.area
    put_right(address, changes)
    return address


@command(allow=Permission.RECORD_CONTACT)
def take_back_tie(actor: Actor, subject: Relationship, *, reason: str, at: datetime) -> None:
    """Remove a relationship that never was; the history keeps it with the reason. One that has ended is ended instead."""
    require_reason(reason, "Say why it is taken back.")
    locked(subject).delete()


@command(allow=Permission.RECORD_CONTACT)
def take_back_place(actor: Actor, subject: Membership, *, reason: str, at: datetime) -> None:
    """Remove somebody from a family to which they never belonged; who was written down for it alone goes with it.

    The history keeps all of it with the reason. Raises Refused where something else was recorded about them.
    """
    require_reason(reason, "Say why it is taken back.")
    place = locked(subject, "person")
    person = place.person
    others = Membership.objects.filter(person=person).exclude(pk=place.pk)
    within = Membership.objects.filter(family=place.family_id).exclude(pk=place.pk).values("person_id")
    ties = Relationship.objects.filter(Q(person=person, other__in=within) | Q(other=person, person__in=within))
    remove(
        [*ties, place], f"Something was recorded about {person.full_name} since. Say on which day they left instead."
    )
    if others.exists():
        return
    own: list[models.Model] = [
        *Relationship.objects.filter(Q(person=person) | Q(other=person)),
        *Address.objects.filter(person=person),
        *Identifier.objects.filter(person=person),
        *FormerName.objects.filter(person=person),
        person,
    ]
    remove(own, f"Something was recorded about {person.full_name} since. Say on which day they left instead.")
