"""A case is opened on an accepted request, and allocated to a worker of the parent's home area."""

from datetime import datetime

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.added import keep_added
from fingerpost.agreements.registers.schedules import require_of_worker
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused, command, locked
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.references import new_reference
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Task
from fingerpost.people.families.models import Family
from fingerpost.work.casework.commands.leaving import CHOOSE_ANOTHER_WORKER
from fingerpost.work.casework.models import Allocation, Case, CaseChild
from fingerpost.work.casework.queries.allocation import PossibleWorker, offered_as
from fingerpost.work.casework.reach import follow
from fingerpost.work.casework.revisions import require_revision
from fingerpost.work.referrals.models import Request, RequestChild
from fingerpost.work.referrals.queries import in_words
from fingerpost.work.referrals.restricting import hand_over
from fingerpost.work.workforce.models import Cover


def _case_on(request: Request) -> Case | None:
    found: Case | None = Case.objects.filter(request=request).first() if request.opened_at else None
    return found


def _opened(actor: Actor, request: Request, at: datetime) -> Case:
    """A case newly opened on a request that is locked."""
    held = rules(request.service, timezone.localdate(at))
    _require_openable(request, held)
    case = Case(
        ref=new_reference(Case, "C"),
        service=request.service,
        line=request.line,
        family_id=request.family_id,
        request=request,
        home_area_id=request.home_area or None,
        opened_at=at,
        recorded_at=at,
    )
    case.scope = request.scope
    case.save(force_insert=True)
    _add_children(case, request, at)
    keep_added(actor, "case", [case], case.service, at)
    request.opened_at = at
    request.save(update_fields=["opened_at"])
    return case


@command(allow=Permission.ALLOCATE_CASE, includes=("registers.begin_added",))
def allocate(
    actor: Actor,
    subject: Case | Request,
    *,
    worker: User,
    exception_reason: str = "",
    revision: int | None = None,
    cover: Cover | None = None,
    at: datetime,
) -> Case:
    """Give a case to a worker; from an accepted request, open the case first. Clause 2.5 (Essex advisors). Returns the case.

    Somebody from outside the home area needs `exception_reason`. `cover` is the plan of which it is part. Raises Refused, or
    ChangedMeanwhile where somebody else allocated first.
    """
    case, is_new = _case_of(actor, subject, worker, at)
    if case.closed_at:
        raise Refused(f"This case was closed on {day_in_words(timezone.localdate(case.closed_at))}.")
    if case.worker_id == worker.pk:
        if exception_reason.strip():
            raise Refused(f"{worker.name} has this case already.", field="worker")
        return case
    require_revision(case, revision)
    today = timezone.localdate(at)
    require_of_worker(rules(case.service, today), worker, "case.allocated_at", today, field="worker")
    chosen = _chosen(case, worker, exception_reason, at)
    if not is_new:
        Allocation.objects.filter(case=case, until=None).update(until=at)
    if case.restricted:
        hand_over(case.family_id, leaves=case.worker_id, comes=worker.pk)
    case.worker, case.team_id, case.revision = worker, chosen.team_id, case.revision + 1
    case.save(update_fields=["worker", "team", "revision"])
    follow(case, timezone.localdate(at))
    allocation = Allocation(
        case=case,
        worker=worker,
        team_id=chosen.team_id,
        since=at,
        exception_reason=exception_reason.strip(),
        cover=cover,
        allocated_by_id=actor.id,
    )
    allocation.scope = case.scope
    allocation.save(force_insert=True)
    if not is_new:
        _settle_asked(case, at)
        tasks.hand_over(actor, case, owner=worker, team=case.team, at=at)
    return case


@command(allow=Permission.ALLOCATE_CASE)
def transfer(
    actor: Actor, subject: Case, *, worker: User, reason: str, revision: int | None = None, at: datetime
) -> Case:
    """Move an open case to another worker, with the reason, which the history keeps. Returns the case."""
    if not reason.strip():
        raise Refused("Enter why the case moves.", field="reason")
    return allocate(actor, subject, worker=worker, exception_reason=reason, revision=revision, at=at)


def _require_openable(request: Request, held: Rules) -> None:
    if request.withdrawn_at:
        raise Refused(f"This request was withdrawn on {day_in_words(timezone.localdate(request.withdrawn_at))}.")
    if request.outcome == Request.Outcome.REFUSED:
        raise Refused("This request was not accepted, so it cannot be allocated.")
    if request.outcome != Request.Outcome.ACCEPTED:
        waits_for = in_words(request.status) or "awaiting a decision"
        raise Refused(f"This request is {waits_for}, so it cannot be allocated. Record what is missing first.")
    if not held.may_open_cases:
        end = held.contract.agreement.end
        ended = f"Funding ended on {day_in_words(end)}" if end and held.on > end else "The service has not started"
        raise Refused(f"{ended}, so no new case can be opened.")
    Family.objects.select_for_update().get(pk=request.family_id)
    other = Case.objects.open().filter(family_id=request.family_id, service=request.service, line=request.line).first()
    if other is not None:
        raise Refused(f"This family has an open case, {other.ref}. Work on that one.")


def _add_children(case: Case, request: Request, at: datetime) -> None:
    """Every child of the request, each with the criterion that admitted them; empty for a brother or sister who came along."""
    rows = []
    for child in RequestChild.objects.filter(request=request).select_related("decision"):
        route = child.decision.route if child.decision else ""
        row = CaseChild(case=case, person_id=child.person_id, entry_route=route, recorded_at=at)
        row.scope = case.scope
        rows.append(row)
    CaseChild.objects.bulk_create(rows)


def _case_of(actor: Actor, subject: Case | Request, worker: User, at: datetime) -> tuple[Case, bool]:
    """The case, locked, and whether it was opened just now. A request that somebody else gave away meanwhile is theirs."""
    if isinstance(subject, Case):
        return locked(subject), False
    request = locked(subject)
    standing = _case_on(request)
    if standing is None:
        return _opened(actor, request, at), True
    case = locked(standing)
    if case.worker_id and case.worker_id != worker.pk and not subject.opened_at:
        raise ChangedMeanwhile(f"This request was allocated meanwhile, to {case.worker}.", theirs=case)
    return case, False


def _chosen(case: Case, worker: User, exception_reason: str, at: datetime) -> PossibleWorker:
    held = rules(case.service, timezone.localdate(at))
    chosen = offered_as(case, worker, held)
    if chosen is None:
        raise Refused(f"{worker.name} holds no post that works with families. Choose somebody else.", field="worker")
    allocation = held.contract.pathway.allocation
    if allocation is None or chosen.is_home:
        return chosen
    if allocation.exception == "none":
        raise Refused("Choose somebody who works where the family lives.", field="worker")
    if not exception_reason.strip():
        raise Refused(allocation.ask or "Enter why somebody from another area is chosen.", field="exception_reason")
    return chosen


def _settle_asked(case: Case, at: datetime) -> None:
    """Another worker was chosen, so nobody need choose one any more."""
    asked = Task.objects.open().filter(
        kind=CHOOSE_ANOTHER_WORKER, origin_kind=case._meta.label_lower, origin_id=case.pk
    )
    asked.update(done_at=at, outcome="Another worker was chosen")
