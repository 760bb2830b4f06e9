"""Requests for support: received, decided by the contract in force, withdrawn."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Decision
from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.added import keep_added
from fingerpost.agreements.registers.reading import rules_of_pathway
from fingerpost.agreements.registers.schedules import draw_for_records
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.ground.tasks.models import Task
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership, Person, PersonCheck
from fingerpost.people.schooling.models import School
from fingerpost.work.referrals import receipts, replies, telling
from fingerpost.work.referrals.as_sent import ReferralGiven
from fingerpost.work.referrals.facts import facts_about
from fingerpost.work.referrals.home import home_area_of, scope_of_waiting
from fingerpost.work.referrals.models import Referral, Request, RequestChild
from fingerpost.work.referrals.receivable import listed_groups
from fingerpost.work.referrals.rescoping import rescope
from fingerpost.work.referrals.restricting import hold

CHILD_KIND = "referrals.requestchild"


@command(
    allow=Permission.MAKE_REQUEST,
    includes=("registers.begin_added",),
    sees_everything="who refers need not be shown a family, yet what is known of it must be found",
)
def receive(
    actor: Actor,
    subject: Scope,
    *,
    service: str = "",
    family: Family,
    children: Iterable[Person],
    source: str,
    school: School | None = None,
    referrer_name: str = "",
    referrer_contact: str = "",
    reason: str = "",
    forecast_reason: str = "",
    vulnerable_groups: Iterable[str] = (),
    home_area: Area | None = None,
    line: str = "",
    received_at: datetime,
    at: datetime,
    batch: UUID | None = None,
    batch_ref: str = "",
    referral: Referral | None = None,
) -> Request:
    """Take in a request for a family and the children it is about. Returns it, not yet decided.

    The home area is the parent's home on the day it was received, unless given. Vulnerable groups already known of anyone in the
    family are added. One that came as a `referral` bears its reference and was made by whoever sent it. Raises Refused, among
    others for a family whose request waits already.
    """
    service = service or _service_in(subject) or actor.service
    family = locked(family)
    about = list({child.pk: child for child in children}.values())
    _require_receivable(family, about, service, line, received_at, at)
    held = rules(service, timezone.localdate(received_at))
    area = home_area or _home(family, held)
    maker = referral.made_by_id if referral else actor.id
    request = Request(
        ref=referral.ref if referral else new_reference(Request, "R"),
        service=service,
        line=line,
        family=family,
        home_area=area.key if area else "",
        source=source,
        school=school,
        referrer_name=referrer_name.strip(),
        referrer_contact=referrer_contact.strip(),
        made_by_id=maker,
        reason=reason.strip(),
        forecast_reason=forecast_reason.strip(),
        vulnerable_groups=_groups(family, vulnerable_groups, held),
        received_at=received_at,
        recorded_at=referral.recorded_at if referral else at,
        batch=batch,
        batch_ref=batch_ref,
    )
    where = family.scope | scope_of_waiting(request.home_area, held)
    request.scope = subject | where | Scope.of(users=[maker] if maker else [])
    request.save(force_insert=True)
    rows = [RequestChild(request=request, person=child, recorded_at=at, batch=batch) for child in about]
    for row in rows:
        row.scope = request.scope
    RequestChild.objects.bulk_create(rows)
    keep_added(actor, "request", [request], service, at)
    if referral is None:
        receipts.give(actor, request.ref, service=service, name=family.name, sent_at=received_at)
    if where.keys - set(family.scope_keys):
        rescope(family.pk, where.keys)
        if family.restricted:
            hold(family.pk)
    return request


@command(allow=Permission.MAKE_REQUEST, includes=("referrals.receive",))
def receive_referred(
    actor: Actor,
    subject: Scope,
    *,
    referral: Referral,
    given: ReferralGiven,
    family: Family,
    children: Iterable[Person],
    home_area: Area | None = None,
    at: datetime,
) -> Request:
    """Receive the request that a referral makes, as `receive` does. Returns it. Raises Refused."""
    return receive(
        actor,
        subject,
        service=referral.service,
        family=family,
        children=children,
        source=given.source,
        school=given.school,
        referrer_name=given.referrer_name,
        referrer_contact=given.referrer_contact,
        reason=given.reason,
        forecast_reason=given.forecast_reason,
        vulnerable_groups=given.vulnerable_groups,
        home_area=home_area,
        received_at=referral.received_at,
        at=at,
        batch=referral.batch,
        batch_ref=referral.batch_ref,
        referral=referral,
    )


@command(
    allow=Permission.DECIDE_REQUEST,
    includes=(
        "contracts.decide",
        "correspondence.block",
        "correspondence.draft",
        "correspondence.reword",
        "tasks.complete",
        "tasks.raise_task",
    ),
)
def decide(actor: Actor, subject: Request, *, at: datetime) -> Request:
    """Put the contract's criteria to every child and store each answer with its reasons. Clause 2.4 (Essex advisors).

    Returns the request: accepted where one child is; waiting (`outcome` empty, `status` says for what) where something is missing;
    else refused. `route` is the way in of the child who was accepted.
    """
    request = locked(subject, "family")
    _require_undone(request)
    held = rules_of_pathway(request.service, "request", request.received_at, timezone.localdate(at))
    if not held.contract.decision_on_requests:
        raise Refused("The contract does not say whom the service helps. Write it in eligibility.yaml and adopt it.")
    of_request = RequestChild.objects.filter(request=request).select_related("person")
    children = list(of_request.order_by("person__born_on", "person__first_name"))
    facts = facts_about(request, (child.person for child in children), held)
    for child in children:
        child.decision = contracts.decide(
            actor,
            request,
            service=request.service,
            name=held.contract.decision_on_requests,
            subject_kind=CHILD_KIND,
            subject_id=child.pk,
            facts=facts[child.person_id],
            held=held,
            at=at,
        )
        child.save(update_fields=["decision"])
    before, was_refused = request.outcome, request.outcome == Request.Outcome.REFUSED
    why_not = _settle(request, [child.decision for child in children if child.decision], at)
    if request.outcome == Request.Outcome.REFUSED:
        replies.draft(actor, request, [child.person for child in children], why_not, at)
    elif was_refused:
        replies.drop(actor, request, at)
    telling.decided(request, outcome_before=before)
    return request


@command(allow=Permission.DECIDE_REQUEST)
def accept_on_forecast(actor: Actor, subject: Request, *, forecast_reason: str, at: datetime) -> Request:
    """Decide again with the worker's own words on why attendance is about to fall into the range. Returns the request."""
    if not forecast_reason.strip():
        raise Refused("Write why the child's attendance is likely to go on falling.", field="forecast_reason")
    request = locked(subject)
    _require_undone(request)
    request.forecast_reason = forecast_reason.strip()
    request.save(update_fields=["forecast_reason"])
    return decide(actor, request, at=at)


@command(allow=Permission.MAKE_REQUEST)
def withdraw(actor: Actor, subject: Request, *, reason: str, at: datetime) -> Request:
    """End a request that its maker takes back; the history keeps the reason. Raises Refused where it was withdrawn before."""
    request = locked(subject)
    if request.opened_at:
        raise Refused("A case is open on this request. Close the case instead.")
    if not reason.strip():
        raise Refused("Enter why the request is withdrawn.", field="reason")
    if request.withdrawn_at is not None:
        raise Refused(
            f"This request was withdrawn on {day_in_words(timezone.localdate(request.withdrawn_at))} already."
        )
    request.withdrawn_at = at
    request.save(update_fields=["withdrawn_at"])
    draw_for_records("request", [request], request.service, at)
    return request


@command(allow=Permission.IMPORT_LIST)
def withdraw_waiting(actor: Actor, subject: Scope, *, batch: UUID, at: datetime) -> int:
    """Take back the referrals of a list that still wait for People to check. Returns how many."""
    waiting = Referral.objects.filter(batch=batch, settled_at=None, withdrawn_at=None)
    ids = list(waiting.values_list("pk", flat=True))
    questions = PersonCheck.objects.filter(referral_id__in=ids).open()
    about = Task.objects.filter(origin_kind=PersonCheck._meta.label_lower, origin_id__in=questions.values("pk"))
    about.open().update(done_at=at, outcome="The list was undone")
    questions.update(decided_at=at, reason="The list that it came in was undone")
    return Referral.objects.filter(pk__in=ids).update(withdrawn_at=at)


def _service_in(scope: Scope) -> str:
    return next((key.partition(":")[2] for key in sorted(scope.keys) if key.startswith("service:")), "")


def _require_receivable(
    family: Family, children: list[Person], service: str, line: str, received_at: datetime, at: datetime
) -> None:
    if not children:
        raise Refused("Name at least one child that the request is about.", field="children")
    if received_at > at:
        raise Refused("The day it was received cannot be in the future.", field="received_at")
    in_family = Membership.objects.filter(family=family, person__in=children).values_list("person_id", flat=True)
    strangers = [child for child in children if child.pk not in set(in_family)]
    if strangers:
        raise Refused(f"{strangers[0]} is not in this family. Add the child to the family first.", field="children")
    waiting = Request.objects.waiting().filter(family=family, service=service, line=line).first()
    if waiting is not None:
        raise Refused(f"Request {waiting.ref} of this family is waiting already. Open that one.", field="family")


def _require_undone(request: Request) -> None:
    if request.withdrawn_at:
        raise Refused(f"This request was withdrawn on {day_in_words(timezone.localdate(request.withdrawn_at))}.")
    if request.opened_at:
        raise Refused(f"A case was opened on this request on {day_in_words(timezone.localdate(request.opened_at))}.")


def _home(family: Family, held: Rules) -> Area | None:
    allocation = held.contract.pathway.allocation
    return home_area_of(family, service=held.service, level=allocation.level, on=held.on) if allocation else None


def _groups(family: Family, given: Iterable[str], held: Rules) -> list[str]:
    """The groups given and those known of the family's people, of those that the contract puts first."""
    listed, named = listed_groups(given, held), set(given)
    people = Membership.objects.filter(family=family, until=None).values("person_id")
    known = Circumstance.objects.filter(Q(until=None) | Q(until__gte=held.on), person_id__in=people, is_true=True)
    return sorted(named | (listed & set(known.filter(kind="vulnerable_group").values_list("value", flat=True))))


def _settle(request: Request, decisions: list[Decision], at: datetime) -> str:
    """What the children's answers together mean for the request: the best of them. Returns what was not met, for a refusal."""
    best = min(decisions, key=lambda decision: _RANK[_outcome(decision)])
    request.decision, request.decided_at = best, at
    request.outcome, request.status, request.route = _outcome(best), best.outcome, best.route
    why_not = replies.quoted(best) if request.outcome == Request.Outcome.REFUSED else ""
    request.reply = replies.told(request, why_not)
    request.save(update_fields=["decision", "decided_at", "outcome", "status", "route", "reply"])
    draw_for_records("request", [request], request.service, at)
    return why_not


_RANK = {Request.Outcome.ACCEPTED: 0, Request.Outcome.WAITING: 1, Request.Outcome.REFUSED: 2}


def _outcome(decision: Decision) -> Request.Outcome:
    if decision.answer == "yes":
        return Request.Outcome.ACCEPTED
    # A contract names what it waits for: awaiting_assessment, awaiting_forecast_reason.
    if decision.answer == "not_known" or decision.outcome.startswith("awaiting_"):
        return Request.Outcome.WAITING
    return Request.Outcome.REFUSED
