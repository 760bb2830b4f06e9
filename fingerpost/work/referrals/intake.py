"""A family referred from outside: the people are written down or recognised, and the request is received, in one act.

Forms and lists come through here alike. Somebody is recognised only beyond doubt (the same pupil number, or the same name, birth
date and postcode); whoever refers is never told that we know them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import Area
from fingerpost.people.consent import commands as consent
from fingerpost.people.consent.models import Consent
from fingerpost.people.families import commands as families
from fingerpost.people.families.matching import matches
from fingerpost.people.families.models import Family, Identifier, Membership, Person, Relationship
from fingerpost.people.families.writing import Household, PersonGiven
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.models import School
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.referrals import commands
from fingerpost.work.referrals.home import at_level, scope_of_waiting
from fingerpost.work.referrals.models import Request

EVERYTHING = Actor.system("Matching")


@dataclass(frozen=True)
class ChildGiven:
    """A child as somebody outside describes her."""

    first_name: str
    last_name: str
    born_on: date | None = None
    upn: str = ""
    sex: str = ""


@dataclass(frozen=True)
class ParentGiven:
    """A parent or carer as somebody outside describes him, and where he lives."""

    first_name: str
    last_name: str
    phone: str = ""
    born_on: date | None = None
    lines: str = ""
    postcode: str = ""
    area: Area | None = None


@dataclass(frozen=True)
class AssessmentGiven:
    """An assessment said to have been made: its day, author and the needs it names."""

    assessed_on: date
    author: str
    needs: Sequence[str]
    organisation: str = ""
    summary: str = ""


@dataclass(frozen=True)
class ReferralGiven:
    """All that a referral says."""

    children: Sequence[ChildGiven]
    parent: ParentGiven
    source: str
    school: School | None = None
    referrer_name: str = ""
    referrer_contact: str = ""
    reason: str = ""
    forecast_reason: str = ""
    vulnerable_groups: Sequence[str] = ()
    assessment: AssessmentGiven | None = None
    may_tell_school: bool | None = None


@command(allow=Permission.MAKE_REQUEST)
def refer(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    given: ReferralGiven,
    received_at: datetime,
    at: datetime,
    batch: UUID | None = None,
    batch_ref: str = "",
) -> Request:
    """Write down the people of a referral and receive the request. Returns it, not yet decided.

    Raises Refused with the field that is wrong, and for a family whose request waits already.
    """
    if not given.children:
        raise Refused("Name at least one child that the request is about.", field="children")
    on = timezone.localdate(received_at)
    home = _home(service, given.parent, on)
    is_new = _is_new(given)
    found = _write_down(actor, subject, given, home, on, at) if is_new else _recognise(actor, subject, given, on, at)
    if given.school:
        schooling.enrol_all(actor, subject, pupils=found.children, school=given.school, at=at)
    if given.may_tell_school is not None:
        answer = Consent.Answer.GIVEN if given.may_tell_school else Consent.Answer.REFUSED
        consent.answer(
            actor,
            found.family,
            kind=Consent.Kind.SHARE_WITH_SCHOOL,
            answer=answer,
            given_by=found.parent,
            answered_at=received_at,
            at=at,
        )
    request = commands.receive(
        actor,
        subject,
        service=service,
        family=found.family,
        children=found.children,
        source=given.source,
        school=given.school,
        referrer_name=given.referrer_name,
        referrer_contact=given.referrer_contact,
        reason=given.reason,
        forecast_reason=given.forecast_reason,
        vulnerable_groups=given.vulnerable_groups,
        locality=home.locality if is_new else None,
        received_at=received_at,
        at=at,
        batch=batch,
        batch_ref=batch_ref,
    )
    if given.assessment:
        assessments.record(
            actor,
            found.family,
            assessed_on=given.assessment.assessed_on,
            author=given.assessment.author,
            author_organisation=given.assessment.organisation,
            needs=given.assessment.needs,
            summary=given.assessment.summary,
            at=at,
        )
    return request


@dataclass(frozen=True)
class _Home:
    """Where the parent said to live: the smallest area known, the one by which families are shared out, and whose that is."""

    area: Area | None
    locality: Area | None
    scope: Scope


def _home(service: str, parent: ParentGiven, on: date) -> _Home:
    held = rules(service, on)
    area = parent.area or (places.area_of(parent.postcode) if parent.postcode else None)
    allocation = held.contract.pathway.allocation
    locality = at_level(area, allocation.level) if allocation else None
    return _Home(area, locality, scope_of_waiting(locality.code if locality else "", held))


def _is_new(given: ReferralGiven) -> bool:
    """Whether nobody of the family is recognised. One query a child, and one for a parent whose birth date is given."""
    parent, postcode = given.parent, given.parent.postcode
    numbers = [child.upn.strip().upper() for child in given.children if child.upn.strip()]
    return (
        len(set(numbers)) == len(numbers)
        and not any(_known(c.first_name, c.last_name, c.born_on, postcode, c.upn) for c in given.children)
        and not (parent.born_on and _known(parent.first_name, parent.last_name, parent.born_on, postcode))
    )


def _write_down(actor: Actor, scope: Scope, given: ReferralGiven, home: _Home, on: date, at: datetime) -> Household:
    """A family that nobody knows yet, under the keys of the team that will work with it."""
    parent = given.parent
    return families.write_down(
        actor,
        scope | home.scope,
        name=f"{parent.last_name} family",
        parent=PersonGiven(parent.first_name, parent.last_name, born_on=parent.born_on, phone=parent.phone),
        children=[
            PersonGiven(c.first_name, c.last_name, born_on=c.born_on, sex=c.sex, upn=c.upn) for c in given.children
        ],
        lines=parent.lines,
        postcode=parent.postcode,
        area=home.area,
        since=on,
        at=at,
    )


def _recognise(actor: Actor, scope: Scope, given: ReferralGiven, on: date, at: datetime) -> Household:
    """A family of whom somebody is known: the others join her, one by one."""
    children = [_child(actor, scope, child, given, at) for child in given.children]
    parent = _parent(actor, scope, given.parent, children, at)
    family = _family(actor, scope, parent, children, at)
    _bring_together(actor, family, parent, children, given, on, at)
    return Household(family, parent, children)


def _child(actor: Actor, scope: Scope, child: ChildGiven, given: ReferralGiven, at: datetime) -> Person:
    known = _known(child.first_name, child.last_name, child.born_on, given.parent.postcode, child.upn)
    return known or families.register(
        actor,
        scope,
        first_name=child.first_name,
        last_name=child.last_name,
        born_on=child.born_on,
        sex=child.sex,
        upn=child.upn,
        at=at,
    )


def _parent(actor: Actor, scope: Scope, parent: ParentGiven, children: list[Person], at: datetime) -> Person:
    """The parent: one of the children's family with that name, else one recognised, else newly written down."""
    homes = Membership.objects.filter(person__in=children, until=None).values("family_id")
    adults = Membership.objects.filter(family__in=homes, until=None, part=Membership.Part.PARENT).select_related(
        "person"
    )
    for member in adults:
        if member.person.full_name.casefold() == f"{parent.first_name} {parent.last_name}".strip().casefold():
            return member.person
    known = _known(parent.first_name, parent.last_name, parent.born_on, parent.postcode) if parent.born_on else None
    return known or families.register(
        actor,
        scope,
        first_name=parent.first_name,
        last_name=parent.last_name,
        born_on=parent.born_on,
        phone=parent.phone,
        at=at,
    )


def _known(first_name: str, last_name: str, born_on: date | None, postcode: str, upn: str = "") -> Person | None:
    """Somebody recognised beyond doubt. A pupil number is proof; a name and birth date need the postcode too."""
    for match in matches(
        EVERYTHING, first_name=first_name, last_name=last_name, born_on=born_on, postcode=postcode, upn=upn
    ):
        if "same unique pupil number" in match.why:
            return match.person
        of_another_number = (
            bool(upn) and Identifier.objects.filter(person=match.person, kind=Identifier.Kind.UPN).exists()
        )
        if match.kind == "exact" and "same postcode" in match.why and not of_another_number:
            return match.person
    return None


def _family(actor: Actor, scope: Scope, parent: Person, children: list[Person], at: datetime) -> Family:
    """The family that the children and the parent live in already, else a new one by the parent's name."""
    members = Membership.objects.filter(person__in=[*children, parent], until=None).select_related("family")
    standing = sorted(members, key=lambda m: (m.person_id == parent.pk, m.recorded_at))
    if standing:
        return standing[0].family
    return families.form_family(actor, scope, name=f"{parent.last_name} family", at=at)


def _bring_together(
    actor: Actor,
    family: Family,
    parent: Person,
    children: list[Person],
    given: ReferralGiven,
    on: date,
    at: datetime,
) -> None:
    families.join(actor, family, person=parent, part=Membership.Part.PARENT, at=at)
    if given.parent.lines or given.parent.postcode or given.parent.area:
        families.move(
            actor,
            parent,
            lines=given.parent.lines,
            postcode=given.parent.postcode,
            area=given.parent.area,
            since=on,
            at=at,
        )
    for child in children:
        families.join(actor, family, person=child, part=Membership.Part.CHILD, at=at)
        families.relate(actor, parent, kind=Relationship.Kind.PARENT, other=child, at=at)
