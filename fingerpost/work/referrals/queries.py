"""Reads of requests: the waiting list, one request, and what came of them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Count, OuterRef, QuerySet, Value, When
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.reading import rules_of_pathway
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.decide import Decision as Answered
from fingerpost.people.families.matching import Match, matches
from fingerpost.people.families.models import Family, Identifier, Membership, Person, PersonCheck
from fingerpost.people.families.querysets import short_name
from fingerpost.work.referrals.facts import facts_about
from fingerpost.work.referrals.models import Receipt, Request, RequestChild
from fingerpost.work.referrals.receipts import Letter, Outcome, letter_of, outcome_kept, outcome_of

LONGEST = 200
BY_AGE = ("person__born_on", "person__first_name")


@dataclass(frozen=True)
class Waiting:
    """One line of the waiting list. `goes_first` says why it stands before older ones; empty where it does not."""

    id: uuid.UUID
    ref: str
    family_id: uuid.UUID
    family_ref: str
    family_name: str
    children: tuple[str, ...]
    home_area: str
    received_at: datetime
    days_waiting: int
    outcome: str
    status: str
    route: str
    groups: tuple[str, ...]
    goes_first: str

    @property
    def status_words(self) -> str:
        return in_words(self.status)


@dataclass(frozen=True)
class LookAlike:
    """A child of a request, and somebody of another family who may be the same."""

    child: Person
    match: Match


def queue(actor: Actor, service: str, *, on: date, home_area: str = "", limit: int = LONGEST) -> list[Waiting]:
    """Requests that wait for a decision or a worker: the contract's vulnerable groups first, then the oldest. Two queries.

    Clause 2.7, second printing (Essex advisors): each line that goes first says why.
    """
    held = rules(service, on)
    first = sorted(held.contract.pathway.priority.groups) if held.contract.pathway.priority else []
    found = Request.objects.visible_to(actor).of_service(service).waiting().filter(family__in=_met(actor))
    found = found.filter(home_area=home_area) if home_area else found
    names = RequestChild.objects.filter(request=OuterRef("pk")).order_by(*BY_AGE)
    rows = (
        found.annotate(
            is_first=Case(When(vulnerable_groups__overlap=first, then=True), default=False, output_field=BooleanField())
            if first
            else Value(False),
            children=ArraySubquery(names.values_list(short_name("person"))),
        )
        .select_related("family")
        .order_by("-is_first", "received_at", "ref")[:limit]
    )
    return [_waiting(row, held, on) for row in rows]


def get(actor: Actor, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Request:
    """One request with its family, decision and school. Raises Request.DoesNotExist for one they may not meet. One query.

    To have referred a family is not enough: that opens what was sent, not the family that it turned out to be.
    """
    found: Request = (
        Request.objects.visible_to(actor, permission)
        .filter(family__in=_met(actor, permission))
        .select_related("family", "decision__version", "decision__decided_by", "school", "made_by")
        .defer("decision__version__sources")
        .get(ref=ref)
    )
    return found


def _met(actor: Actor, permission: Permission = Permission.VIEW_FAMILY) -> QuerySet[Family, Any]:
    return Family.objects.visible_to(actor, permission).values("pk")


def children_of(request: Request) -> list[RequestChild]:
    """The children of a request already seen, each with their latest decision. One query."""
    found = RequestChild.objects.filter(request=request).select_related("person", "decision")
    return list(found.order_by(*BY_AGE))


def look_alikes(actor: Actor, request: Request) -> list[LookAlike]:
    """People of other families who may be one of this request's children: a warning before a second file is worked.

    A child at a time, two queries each; the likeliest first.
    """
    in_family = set(Membership.objects.filter(family_id=request.family_id).values_list("person_id", flat=True))
    found = []
    for child in children_of(request):
        person = child.person
        upn = Identifier.objects.filter(person=person, kind=Identifier.Kind.UPN).values_list("value", flat=True).first()
        likely = matches(
            actor, first_name=person.first_name, last_name=person.last_name, born_on=person.born_on, upn=upn or ""
        )
        found += [LookAlike(person, match) for match in likely if match.person.pk not in in_family]
    return found


def preview(request: Request, on: date) -> list[tuple[RequestChild, Answered]]:
    """What the contract would say of every child today, without storing it. The caller has seen that they may meet it."""
    held = rules_of_pathway(request.service, "request", request.received_at, on)
    decision = held.contract.decision_on_requests
    if not decision:
        return []
    children = children_of(request)
    facts = facts_about(request, (child.person for child in children), held)
    return [(child, held.decide(decision, facts[child.person_id])) for child in children]


@dataclass(frozen=True)
class Sent:
    """A referral as whoever made it may follow it. `request` and `outcome` are what came of it; None while nothing may be told."""

    ref: str
    name: str
    sent_at: datetime
    request: Request | None = None
    outcome: Outcome | None = None
    kept_letter: Letter | None = None

    @property
    def letter(self) -> Letter | None:
        """The letter that was sent to whoever referred. One query."""
        return letter_of(self.request) if self.request else self.kept_letter


@seeing_everything(why="whoever referred may read what was decided of it, and why")
def made_by(actor: Actor, *, limit: int = LONGEST) -> list[Sent]:
    """What the actor referred, as they named it, and what came of it, newest first. Two queries.

    It reads the same for a referral that waits and for one of a family that is restricted: that we have it.
    """
    receipts = list(
        Receipt.objects.visible_to(actor, Permission.MAKE_REQUEST)
        .filter(made_by_id=actor.id)
        .order_by("-sent_at", "ref")[:limit]
    )
    theirs = Request.objects.visible_to(actor, Permission.MAKE_REQUEST).filter(made_by_id=actor.id, restricted=False)
    theirs = theirs.filter(ref__in=[receipt.ref for receipt in receipts]).select_related("decision")
    requests = {one.ref: one for one in theirs}
    return [_sent(receipt, requests.get(receipt.ref)) for receipt in receipts]


def _sent(receipt: Receipt, request: Request | None) -> Sent:
    said = (receipt.ref, receipt.name, receipt.sent_at)
    if request is not None:
        return Sent(*said, request, outcome_of(request))
    outcome, letter = outcome_kept(receipt.last) if receipt.last else (None, None)
    return Sent(*said, None, outcome, letter)


def waiting_for_check(actor: Actor) -> list[PersonCheck]:
    """The people to check whom the actor may decide, restricted ones first, then the oldest. One query."""
    found = PersonCheck.objects.open().decidable_by(actor).select_related("person", "entry")
    return list(found.order_by("-restricted", "raised_at", "id")[:LONGEST])


def how_many_to_check(actor: Actor) -> int:
    """How many people the actor has to check. One query."""
    return PersonCheck.objects.open().decidable_by(actor).count()


def referrals_waiting(actor: Actor) -> int:
    """How many referrals wait for a check that the actor may make. One query."""
    found = PersonCheck.objects.open().decidable_by(actor).filter(referral_id__isnull=False)
    return found.aggregate(number=Count("referral_id", distinct=True))["number"]


@built_once
def of_family(actor: Actor, family: uuid.UUID) -> QuerySet[Request]:
    """The family's requests that the actor may see, newest first. One query."""
    return Request.objects.visible_to(actor).filter(family=family).order_by("-received_at")


def in_words(status: str) -> str:
    """A status as people read it: "awaiting assessment"."""
    return status.replace("_", " ")


def _waiting(row: Any, held: Rules, on: date) -> Waiting:
    priority = held.contract.pathway.priority
    labels = tuple(priority.groups[g].label for g in row.vulnerable_groups if g in priority.groups) if priority else ()
    say = (priority.say if priority else None) or "{groups}"
    return Waiting(
        id=row.pk,
        ref=row.ref,
        family_id=row.family_id,
        family_ref=row.family.ref,
        family_name=row.family.name,
        children=tuple(row.children),
        home_area=row.home_area,
        received_at=row.received_at,
        days_waiting=(on - timezone.localdate(row.received_at)).days,
        outcome=row.outcome,
        status=row.status,
        route=row.route,
        groups=labels,
        goes_first=say.replace("{groups}", ", ".join(labels)) if labels else "",
    )
