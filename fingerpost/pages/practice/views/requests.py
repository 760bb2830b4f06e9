"""Requests for support: the waiting list, the decision with its reasons, and who will work with the family."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area, code_in
from fingerpost.language.decide import Decision as Answered
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, posted_again, refused, render
from fingerpost.pages.practice.added import added
from fingerpost.pages.practice.due_points import due_points
from fingerpost.pages.practice.entry_words import to_begin
from fingerpost.pages.practice.views.families import members_to_reach
from fingerpost.people.families.models import Family, Membership
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.queries import allocation
from fingerpost.work.referrals import commands, queries, replies
from fingerpost.work.referrals.models import Request, RequestChild
from fingerpost.work.safeguarding.queries import of_family as concerns_of

MOST_WAITING = 5000


@page(allow=Permission.RECORD_CONTACT, shows="family")
def requests(request: PageRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    rows = queries.queue(request.actor, request.actor.service, on=today, limit=MOST_WAITING)
    request.saw("family")
    listed = _waiting_list(request, rows).of(request, list(enumerate(rows, start=1)))
    if listed.file:
        return listed.file
    context = {
        "listed": listed,
        "words": rules(request.actor.service, today).contract.pathway.priority,
        "service": request.actor.service,
        "to_check": queries.referrals_waiting(request.actor),
    }
    return render(request, "practice/requests.html", context)


def _waiting_list(request: PageRequest, rows: list[queries.Waiting]) -> List:
    """The waiting list. Its rows are (place, request): the place stays with a request however the list is sorted."""
    codes = {row.home_area for row in rows}
    areas = dict(Area.objects.filter(key__in=codes).order_by("name").values_list("key", "name"))
    may_allocate = request.actor.has(Permission.ALLOCATE_CASE)

    def in_area(rows: list[tuple[int, queries.Waiting]], code: str) -> list[tuple[int, queries.Waiting]]:
        return [row for row in rows if code_in(row[1].home_area) == code]

    def next_step(row: tuple[int, queries.Waiting]) -> Any:
        asked = row[1]
        if asked.outcome == Request.Outcome.ACCEPTED and may_allocate:
            return link_to("Choose a worker", "practice:request_allocate", asked.ref, hidden=f"for {asked.family_name}")
        return _waits_for(asked)

    return List(
        columns=[
            Column("Request", lambda row: row[1].ref, lambda row: link_to(row[1].ref, "practice:request", row[1].ref)),
            Column("Place", lambda row: row[0], numeric=True, sort=True, phone="no"),
            Column("Family", lambda row: row[1].family_name, sort=True, phone="bare"),
            Column("Priority", lambda row: row[1].goes_first or "By date received", phone="bare"),
            Column("Home area", lambda row: areas.get(row[1].home_area, "Not known"), sort=True, phone="bare"),
            Column("Received", lambda row: timezone.localdate(row[1].received_at), sort=lambda row: row[1].received_at),
            Column("Days waiting", lambda row: row[1].days_waiting, numeric=True, sort=True, phone="no"),
            Column("Waiting for", lambda row: _waits_for(row[1]), next_step, sort=True),
        ],
        one="request",
        filters=[
            Choice("area", "Home area", [(code_in(key), name) for key, name in areas.items()], in_area),
            Choice(
                "priority",
                "Priority",
                [("yes", "Priority groups"), ("no", "By date received")],
                lambda rows, chosen: [r for r in rows if bool(r[1].goes_first) == (chosen == "yes")],
            ),
            Choice(
                "waiting-for",
                "Waiting for",
                [(words, words) for words in sorted({_waits_for(row) for row in rows})],
                lambda rows, words: [r for r in rows if _waits_for(r[1]) == words],
            ),
        ],
        search=True,
        empty="No request is waiting.",
        seen=lambda shown: request.saw("family", *[row.family_id for _, row in shown]),
    )


def _waits_for(asked: queries.Waiting) -> str:
    if asked.outcome == Request.Outcome.ACCEPTED:
        return "A worker"
    return asked.status_words.replace("awaiting ", "").capitalize() if asked.status else "A decision"


def request_or_404(request: PageRequest, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Request:
    """The request if this person may meet it. Notes that they saw the family. Raises Http404."""
    try:
        found = queries.get(request.actor, ref, permission)
    except Request.DoesNotExist as absent:
        raise Http404 from absent
    request.saw("family", found.family_id)
    return found


@dataclass(frozen=True)
class Judged:
    """What the contract says of one child: stored with the request, or as it would be today."""

    child: RequestChild
    answer: str
    reasons: list[dict[str, object]]
    missing: list[str]
    is_stored: bool


@page(allow=Permission.RECORD_CONTACT, shows="family")
def request_page(request: PageRequest, ref: str) -> HttpResponse:
    found = request_or_404(request, ref)
    today = timezone.localdate(request.at)
    held = rules(found.service, today)
    over = found.opened_at or found.withdrawn_at or found.outcome == Request.Outcome.REFUSED
    judged = _as_stored(found) if over else [_as_today(*pair, held) for pair in queries.preview(found, today)]
    context = {
        "asked": found,
        "judged": judged,
        "area": Area.objects.filter(pk=found.home_area).values_list("name", flat=True).first(),
        "may_decide": request.actor.can(Permission.DECIDE_REQUEST, found) and not over,
        "may_allocate": request.actor.can(Permission.ALLOCATE_CASE, found) and not over,
        "case_ref": Case.objects.visible_to(request.actor).filter(request=found).values_list("ref", flat=True).first(),
        "is_over": bool(over),
        "has_letter": found.outcome == Request.Outcome.REFUSED and replies.letters_of(found).exists(),
        "concerns": concerns_of(request.actor, found.family_id),
        "members": members_to_reach(request, found.family),
        "may_correct": request.actor.can(Permission.RECORD_CONTACT, found),
        "may_raise": request.actor.can(Permission.RAISE_CONCERN, found),
        "known": [] if over else _known_already(request, found),
        "to_begin": to_begin(request.actor, held, "request", found),
        "added": added(request.actor, held, "request", found, request.at),
        "due": due_points(request.actor, held, "request", found, request.at),
    }
    return render(request, "practice/request.html", context)


def _known_already(request: PageRequest, found: Request) -> list[dict[str, object]]:
    """Who of other families may be a child of this request, with the family they may open: `{person, family, why, child}`."""
    alike = queries.look_alikes(request.actor, found)
    places = Membership.objects.visible_to(request.actor).filter(person__in=[one.match.person.pk for one in alike])
    seen = Family.objects.visible_to(request.actor).filter(pk__in=places.filter(until=None).values("family_id"))
    families = {family.pk: family for family in seen} if alike else {}
    of = {place.person_id: families.get(place.family_id) for place in places.filter(until=None)} if alike else {}
    request.saw("person", *[one.match.person.pk for one in alike])
    request.saw("family", *families)
    return [
        {
            "person": one.match.person,
            "family": of.get(one.match.person.pk),
            "why": ", ".join(one.match.why).capitalize(),
            "child": one.child,
            "may_merge": all(
                request.actor.can(Permission.APPROVE_DECISION, who) for who in (one.match.person, one.child)
            ),
        }
        for one in alike
    ]


def _as_today(child: RequestChild, answered: Answered, held: Rules) -> Judged:
    reasons: list[dict[str, object]] = [
        {"clause": _printed(r.clauses, held), "label": r.label, "answer": r.answer.name.lower(), "text": r.text}
        for r in answered.reasons
    ]
    return Judged(child, answered.answer.name.lower(), reasons, [m.label for m in answered.missing], False)


def _printed(clauses: Iterable[str], held: Rules) -> str:
    """The numbers that the paper prints; its own key for a clause without one."""
    known = held.contract.clauses
    return ", ".join(dict.fromkeys(known[key].printed if key in known else key for key in clauses))


def _as_stored(found: Request) -> list[Judged]:
    return [
        Judged(child, child.decision.answer if child.decision else "not_known", _stored_reasons(child), [], True)
        for child in queries.children_of(found)
    ]


def _stored_reasons(child: RequestChild) -> list[dict[str, object]]:
    kept: list[dict[str, object]] = child.decision.reasons if child.decision else []
    return [{**one, "clause": ", ".join(dict.fromkeys(one.get("printed") or ()))} for one in kept]  # type: ignore[call-overload]


@page(allow=Permission.DECIDE_REQUEST, shows="family")
@once
def request_decide(request: PageRequest, ref: str) -> HttpResponse:
    found = request_or_404(request, ref, Permission.DECIDE_REQUEST)
    form = KitForm(request.POST or None)
    if request.method == "POST":
        try:
            decided = commands.decide(request.actor, found, at=request.at)
        except Refused as refusal:
            form = KitForm({})
            refused(form, refusal)
        else:
            return done(request, "practice:request", ref, said=_said_of(decided))
    context = {"asked": found, "form": form, "title": "Decide this request", "submit": "Decide now"}
    return render(request, "practice/request_form.html", context)


def _said_of(decided: Request) -> str:
    words = {"accepted": "The request is accepted.", "refused": "The request is not accepted."}
    return words.get(decided.outcome, f"The request is {queries.in_words(decided.status) or 'waiting'}.")


class ForecastForm(KitForm):
    forecast_reason = fields.LongText(
        "Why is attendance likely to go on falling?",
        hint="Say what you know of the last four weeks and what stands behind it.",
        longest=2000,
        missing="Enter why attendance is likely to go on falling",
    )


@page(allow=Permission.DECIDE_REQUEST, shows="family")
@once
def request_forecast(request: PageRequest, ref: str) -> HttpResponse:
    found = request_or_404(request, ref, Permission.DECIDE_REQUEST)
    form = ForecastForm(request.POST or None)
    if form.is_valid():
        try:
            decided = commands.accept_on_forecast(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:request", ref, said=_said_of(decided))
    context = {"asked": found, "form": form, "title": "Accept on a forecast", "submit": "Decide now"}
    return render(request, "practice/request_form.html", context)


class WithdrawForm(KitForm):
    reason = fields.LongText("Why is the request withdrawn?", rows=3, longest=500, missing="Enter why it is withdrawn")


@page(allow=Permission.MAKE_REQUEST, shows="family")
@once
def request_withdraw(request: PageRequest, ref: str) -> HttpResponse:
    found = request_or_404(request, ref, Permission.MAKE_REQUEST)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            commands.withdraw(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "/", said=f"Request {ref} has been withdrawn.")
    context = {"asked": found, "form": form, "title": "Withdraw this request", "submit": "Withdraw"}
    return render(request, "practice/request_form.html", context)


class WorkerForm(KitForm):
    worker = fields.Radios("Who will work with the family?", missing="Choose who will work with the family")
    revision = fields.Number("Version", required=False)

    def offer(self, people: list[allocation.PossibleWorker]) -> None:
        """Those of the home area first, each with their area and how many cases they have."""
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()
        field = self.fields["worker"]
        field.offer([(str(p.user_id), f"{p.name}, {p.area_name}") for p in people])  # type: ignore[attr-defined]
        field.hints = {  # type: ignore[attr-defined]
            str(p.user_id): f"{'Works where the family lives. ' if p.is_home else ''}"
            f"{'Away today. ' if p.is_away else ''}Open cases: {p.open_cases}"
            for p in people
        }


class AllocateForm(WorkerForm):
    """Somebody is chosen for a family that nobody works with yet."""

    exception_reason = fields.LongText(
        "Why somebody from another area?",
        hint="Only needed when the person does not work where the family lives.",
        required=False,
        rows=3,
        longest=500,
        missing="Enter why somebody from another area works with the family",
    )


@page(allow=Permission.ALLOCATE_CASE, shows="family")
@once
def request_allocate(request: PageRequest, ref: str) -> HttpResponse:
    return allocate(request, request_or_404(request, ref, Permission.ALLOCATE_CASE))


class MoveForm(WorkerForm):
    """A case that somebody has goes to another worker: always with a reason, which the history keeps."""

    reason = fields.LongText(
        "Why does the case move?", rows=3, longest=500, missing="Enter why the case moves to another worker"
    )


def allocate(request: PageRequest, subject: Request | Case) -> HttpResponse:
    """The form by which a request or a case is given to a worker; the home area's workers are proposed first."""
    moved = subject if isinstance(subject, Case) and subject.worker_id else None
    people = allocation.possible_workers(subject, timezone.localdate(request.at))
    people = [p for p in people if moved is None or p.user_id != moved.worker_id]
    home = [p for p in people if p.is_home]
    proposed = {"worker": str(home[0].user_id)} if home and moved is None else {}
    kind: type[WorkerForm] = AllocateForm if moved is None else MoveForm
    form = kind(request.POST or None, initial=proposed | {"revision": getattr(subject, "revision", None)})
    form.offer(people)
    if form.is_valid():
        told = dict(form.cleaned_data)
        worker = User.objects.get(pk=UUID(told.pop("worker")))
        try:
            if moved is None:
                case = casework.allocate(request.actor, subject, worker=worker, **told, at=request.at)
            else:
                case = casework.transfer(request.actor, moved, worker=worker, **told, at=request.at)
        except ChangedMeanwhile as meanwhile:
            form = kind(posted_again(request, revision=getattr(meanwhile.theirs, "revision", "")))
            form.offer(people)
            refused(form, meanwhile)
        except Refused as refusal:
            refused(form, refusal, exception_reason="exception_reason" if moved is None else "reason")
        else:
            return done(request, "practice:case", case.ref, said=f"Case {case.ref} is now with {worker.name}.")
    title = "Choose who will work with the family" if moved is None else "Move the case to another worker"
    context = {"asked": subject, "form": form, "title": title, "submit": "Allocate" if moved is None else "Move"}
    return render(request, "practice/request_form.html", context | {"people": people, "has_home": bool(home)})
