"""A referral that waited for People to check goes on: its request is received, on the family held or on a new one."""

from dataclasses import replace
from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family, Membership, Person, PersonCheck, Relationship
from fingerpost.people.schooling import commands as schooling
from fingerpost.work.referrals import commands, intake
from fingerpost.work.referrals.as_sent import PARENT, ReferralGiven, from_json, person_at, places_of
from fingerpost.work.referrals.known import without_number_of_another
from fingerpost.work.referrals.models import Referral, Request

JOIN = "join "
"""Before the place of somebody on a referral who is to be written down in the family held."""


def release(actor: Actor, referral: Referral, at: datetime) -> Request | None:
    """Receive the request of a referral whose people have all been looked at. Returns it; None for one that was withdrawn.

    Raises Refused where no child would be left on it.
    """
    if referral.withdrawn_at or referral.settled_at:
        return referral.request
    given = from_json(referral.said)
    checks = PersonCheck.objects.filter(referral_id=referral.pk).select_related("person__merged_into")
    same = {c.place: c.person.merged_into or c.person for c in checks if c.decision == PersonCheck.Decision.SAME}
    if not same:
        return intake.receive_new(actor, referral, given, {}, is_checked=True, at=at)
    joining = {word.removeprefix(JOIN) for check in checks for word in check.taken if word.startswith(JOIN)}
    return _receive_on_known(actor, referral, given, same, joining, at)


def _receive_on_known(
    actor: Actor, referral: Referral, given: ReferralGiven, same: dict[str, Person], joining: set[str], at: datetime
) -> Request:
    family = _family_of(actor, same, given, at)
    people = same | _joined(actor, family, given, joining - same.keys(), at)
    of_family = set(Membership.objects.filter(family=family, until=None).values_list("person_id", flat=True))
    children = [people[place] for place in places_of(given) if place != PARENT and place in people]
    children = [child for child in children if child.pk in of_family]
    if not children:
        raise Refused("Tick at least one child to be written down in this family.", field="joining")
    waiting = Request.objects.waiting().filter(family=family, service=referral.service, line="").first()
    request = waiting or commands.receive_referred(
        actor, Scope(frozenset(referral.keys)), referral=referral, given=given, family=family, children=children, at=at
    )
    intake.settle(referral, request, at)
    intake.record_claims(actor, referral, given, family, people.get(PARENT), at)
    return request


def _family_of(actor: Actor, same: dict[str, Person], given: ReferralGiven, at: datetime) -> Family:
    """The family in which those recognised live, the children's first; a new one where they live in none."""
    in_order = [same[place] for place in places_of(given) if place in same]
    places = Membership.objects.filter(person__in=in_order, until=None, family__merged_into=None)
    by_person = {place.person_id: place.family for place in places.select_related("family").order_by("-recorded_at")}
    for person in in_order:
        if person.pk in by_person:
            return by_person[person.pk]
    first = in_order[0]
    family = families.form_family(actor, first.scope, name=given.family_name, at=at)
    for place, person in same.items():
        families.join(actor, family, person=person, part=PARENT if place == PARENT else "child", at=at)
    return family


def _joined(actor: Actor, family: Family, given: ReferralGiven, places: set[str], at: datetime) -> dict[str, Person]:
    """Write down those who were chosen, in the family held. Returns them by place."""
    people = {}
    for place in sorted(places & set(places_of(given))):
        said = without_number_of_another(replace(person_at(given, place), scope=None))
        person = families.register(
            actor,
            family.scope,
            first_name=said.first_name,
            last_name=said.last_name,
            born_on=said.born_on,
            sex=said.sex,
            phone=said.phone,
            upn=said.upn,
            at=at,
        )
        families.join(actor, family, person=person, part=PARENT if place == PARENT else "child", at=at)
        people[place] = person
    new_children = [person for place, person in people.items() if place != PARENT]
    if given.school and new_children:
        schooling.enrol_all(actor, family.scope, pupils=new_children, school=given.school, at=at)
    if parent := people.get(PARENT):
        children = Membership.objects.filter(family=family, until=None, part=Membership.Part.CHILD)
        for child in children.select_related("person"):
            families.relate(actor, parent, kind=Relationship.Kind.PARENT, other=child.person, at=at)
    return people
