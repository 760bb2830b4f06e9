"""A family referred from outside: where nobody of it is known, its people are written down and the request is received.

Forms and lists come through here alike. Where somebody may be known, nothing is written of them: the referral waits, whole, in
People to check. Whoever refers is answered the same in every case.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import Area
from fingerpost.people.consent import commands as consent
from fingerpost.people.consent.models import Consent
from fingerpost.people.families import commands as families
from fingerpost.people.families import writing
from fingerpost.people.families.models import Family, Person
from fingerpost.people.families.recognition import Answer
from fingerpost.people.families.writing import Household
from fingerpost.people.schooling import commands as schooling
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.referrals import as_sent, commands, known, raising, receipts, telling
from fingerpost.work.referrals.as_sent import (
    PARENT,
    AssessmentGiven,
    ChildGiven,
    ParentGiven,
    ReferralGiven,
    child_place,
    person_at,
)
from fingerpost.work.referrals.home import at_level, scope_of_waiting
from fingerpost.work.referrals.models import Referral, Request
from fingerpost.work.referrals.receivable import require_possible

__all__ = ["AssessmentGiven", "ChildGiven", "ParentGiven", "ReferralGiven", "receive_new", "record_claims", "refer"]


@command(
    allow=Permission.MAKE_REQUEST,
    includes=(
        "assessments.record",
        "consent.answer",
        "families.write_down",
        "referrals.receive_referred",
        "schooling.enrol_all",
        "tasks.raise_task",
    ),
    sees_everything="who refers need not be shown a family, yet what is known of it must be found",
)
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
) -> Referral:
    """Take in a referral. Returns it: with its request, not yet decided, where nobody on it is known; else without, while it waits.

    Raises Refused with the field that is wrong.
    """
    if not given.children:
        raise Refused("Name at least one child that the request is about.", field="children")
    require_possible(service, given.vulnerable_groups, received_at, at)
    _hold_numbers(given)
    for place in as_sent.places_of(given):
        writing.prepared(person_at(given, place), scope=subject, batch=None, at=at)
    writing.checked_address(given.parent.lines, given.parent.postcode)
    answers = known.people_of(given)
    referral = Referral(
        ref=new_reference(Referral, "R"),
        service=service,
        said=as_sent.to_json(given),
        keys=sorted(subject.keys),
        made_by_id=actor.id,
        received_at=received_at,
        recorded_at=at,
        batch=batch,
        batch_ref=batch_ref,
    )
    if known.must_wait(answers):
        raising.hold(actor, referral, given, answers, at)
    else:
        receive_new(actor, referral, given, answers, at=at)
    receipts.give(actor, referral.ref, service=service, name=given.family_name, sent_at=received_at)
    telling.arrived(referral)
    return referral


def receive_new(
    actor: Actor,
    referral: Referral,
    given: ReferralGiven,
    answers: dict[str, Answer],
    *,
    is_checked: bool = False,
    at: datetime,
) -> Request:
    """Write down a family that nobody knows and receive its request. Whoever is like one of them is raised for a person to see.

    With `is_checked` somebody said that these are other people than those known, so that a number another has is left out.
    """
    subject = Scope(frozenset(referral.keys))
    on = timezone.localdate(referral.received_at)
    home = _home(referral.service, given.parent, on)
    new = _write_down(actor, subject, given, home, on, at, is_checked=is_checked)
    if given.school:
        schooling.enrol_all(actor, subject, pupils=new.children, school=given.school, at=at)
    request = commands.receive_referred(
        actor, subject, referral=referral, given=given, family=new.family, children=new.children,
        home_area=home.home_area, at=at,
    )  # fmt: skip
    settle(referral, request, at)
    record_claims(actor, referral, given, new.family, new.parent, at)
    people = {child_place(number): child for number, child in enumerate(new.children)} | {PARENT: new.parent}
    raising.alike(actor, referral, given, answers, people, at)
    return request


def settle(referral: Referral, request: Request, at: datetime) -> None:
    """The referral waits no longer; it lies with its request."""
    referral.request, referral.settled_at = request, at
    referral.scope = request.scope
    referral.save()


def record_claims(
    actor: Actor, referral: Referral, given: ReferralGiven, family: Family, parent: Person | None, at: datetime
) -> None:
    """What a referral says besides its people: the parent's consent, where the parent is known to be theirs, and an assessment."""
    if given.may_tell_school is not None and parent is not None:
        answer = Consent.Answer.GIVEN if given.may_tell_school else Consent.Answer.REFUSED
        consent.answer(
            actor,
            family,
            kind=Consent.Kind.SHARE_WITH_SCHOOL,
            answer=answer,
            given_by=parent,
            answered_at=referral.received_at,
            at=at,
        )
    if given.assessment:
        assessments.record(
            actor,
            family,
            assessed_on=given.assessment.assessed_on,
            author=given.assessment.author,
            author_organisation=given.assessment.organisation,
            needs=given.assessment.needs,
            summary=given.assessment.summary,
            at=at,
        )


def _hold_numbers(given: ReferralGiven) -> None:
    """Let nobody else be written down under these pupil numbers until this act ends. Raises Refused for one that comes twice."""
    numbers = sorted(number for child in given.children if (number := child.upn.strip().upper()))
    if len(set(numbers)) < len(numbers):
        raise Refused("Two children have the same pupil number. Correct one, or leave it out.", field="upn")
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"upn {number}"])


@dataclass(frozen=True)
class _Home:
    """Where the parent said to live: the smallest area known, the one by which families are shared out, and whose that is."""

    area: Area | None
    home_area: Area | None
    scope: Scope


def _home(service: str, parent: ParentGiven, on: date) -> _Home:
    held = rules(service, on)
    area = parent.area or (places.area_of(service, parent.postcode) if parent.postcode else None)
    allocation = held.contract.pathway.allocation
    home_area = at_level(area, allocation.level) if allocation else None
    return _Home(area, home_area, scope_of_waiting(home_area.key if home_area else "", held))


def _write_down(
    actor: Actor, scope: Scope, given: ReferralGiven, home: _Home, on: date, at: datetime, *, is_checked: bool
) -> Household:
    """A family that nobody knows yet, under the keys of the team that will work with it."""
    children = [person_at(given, child_place(number)) for number in range(len(given.children))]
    if is_checked:
        children = [known.without_number_of_another(child) for child in children]
    return families.write_down(
        actor,
        scope | home.scope,
        name=given.family_name,
        parent=person_at(given, PARENT),
        children=children,
        lines=given.parent.lines,
        postcode=given.parent.postcode,
        area=home.area,
        since=on,
        is_carer=given.parent.is_carer,
        at=at,
    )
