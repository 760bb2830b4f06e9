"""Take back what was done by mistake, with a reason: a closing, a withdrawal, a contact, a score, a tie, a place."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.corrections import Find, Retraction, Subject, family_of_person, row_or_404
from fingerpost.people.families import correcting as families
from fingerpost.people.families.models import Membership, Relationship
from fingerpost.proof.returns.queries import sent_since
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, CaseDiscussion, Contact
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration, SchoolEvent
from fingerpost.work.referrals import correcting as referrals
from fingerpost.work.referrals.models import Request


class TakeBackForm(KitForm):
    reason = fields.LongText("Why is it taken back?", rows=3, longest=300, missing="Enter why it is taken back")
    knows = fields.Confirm("I know that a return was sent with it, and that its figures will be shown as restated")

    def ask(self, returns: list[str]) -> None:
        """Ask to confirm only where a return was sent with it."""
        if not returns:
            del self.fields["knows"]


def _on_case(model: Any, permission: Permission) -> Find:
    """Finds a record that hangs on a case."""

    def find(request: PageRequest, key: UUID) -> Subject:
        row = row_or_404(request, model, key, permission, "case__family")
        return _at_case(row, row.case)

    return find


def _at_case(row: Any, case: Case) -> Subject:
    return Subject(row, case.family, (reverse("practice:case", args=[case.ref]), f"Case {case.ref}"))


def _find_case(request: PageRequest, key: UUID) -> Subject:
    case = row_or_404(request, Case, key, Permission.CLOSE_CASE, "family")
    return _at_case(case, case)


def _of_episode(model: Any, permission: Permission) -> Find:
    """Finds a record that names its case by id."""

    def find(request: PageRequest, key: UUID) -> Subject:
        row = row_or_404(request, model, key, permission)
        case = Case.objects.visible_to(request.actor).select_related("family").filter(pk=row.episode_id).first()
        if case is None:
            raise Http404
        return _at_case(row, case)

    return find


def _find_request(request: PageRequest, key: UUID) -> Subject:
    row = row_or_404(request, Request, key, Permission.RECORD_CONTACT, "family")
    return Subject(row, row.family, (reverse("practice:request", args=[row.ref]), f"Request {row.ref}"))


def _find_assessment(request: PageRequest, key: UUID) -> Subject:
    row = row_or_404(request, Assessment, key, Permission.ASSESS_FAMILY, "family")
    return Subject(row, row.family, (reverse("practice:family", args=[row.family.ref]), row.family.name))


def _find_tie(request: PageRequest, key: UUID) -> Subject:
    row = row_or_404(request, Relationship, key, Permission.RECORD_CONTACT, "person", "other")
    family = family_of_person(request, row.person_id)
    return Subject(row, family, (reverse("practice:family_people", args=[family.ref]), "People and relationships"))


def _find_place(request: PageRequest, key: UUID) -> Subject:
    row = row_or_404(request, Membership, key, Permission.RECORD_CONTACT, "person", "family")
    family = row.family
    return Subject(row, family, (reverse("practice:family_people", args=[family.ref]), "People and relationships"))


def _saving(command: Callable[..., Any]) -> Callable[[PageRequest, Any, str], Any]:
    return lambda request, row, reason: command(request.actor, row, reason=reason, at=request.at)


def _recorded(row: Any) -> datetime | None:
    recorded: datetime | None = row.recorded_at
    return recorded


GONE = "It is removed, and nothing counts it any more. The history keeps it, with your reason."

RETRACTIONS: dict[str, Retraction] = {
    "closing": Retraction(
        _find_case,
        lambda row: f"Open case {row.ref} again",
        "For a case that was closed by mistake. It will count as never closed. Letters that were not sent are held back. "
        "If the family needs help anew, make a new request instead.",
        _saving(casework.reopen),
        "The case is open again.",
        lambda row: row.closure_recorded_at,
    ),
    "withdrawal": Retraction(
        _find_request,
        lambda row: f"Take back that request {row.ref} was withdrawn",
        "For a request that was withdrawn by mistake. It waits again, from the day on which it came.",
        _saving(referrals.take_back_withdrawal),
        "The request waits again.",
        lambda row: row.withdrawn_at,
    ),
    "contact": Retraction(
        _on_case(Contact, Permission.RECORD_CONTACT),
        lambda row: "Take back a contact",
        f"For a contact that never was, or was recorded for another family. {GONE}",
        _saving(casework.take_back_contact),
        "The contact has been taken back.",
        _recorded,
    ),
    "discussion": Retraction(
        _on_case(CaseDiscussion, Permission.APPROVE_DECISION),
        lambda row: "Take back what supervision decided",
        GONE,
        _saving(casework.take_back_discussion),
        "The decision has been taken back.",
        _recorded,
        lambda row: row.case.service,
    ),
    "score": Retraction(
        _of_episode(Administration, Permission.ASSESS_FAMILY),
        lambda row: "Take back a score",
        f"{GONE} Then you can type in the right one.",
        _saving(outcomes.take_back_score),
        "The score has been taken back.",
        _recorded,
    ),
    "school-event": Retraction(
        _of_episode(SchoolEvent, Permission.RECORD_CONTACT),
        lambda row: "Take back something done with the school",
        GONE,
        _saving(outcomes.take_back_school_event),
        "It has been taken back.",
        _recorded,
    ),
    "assessment": Retraction(
        _find_assessment,
        lambda row: "Take back an assessment",
        f"{GONE} What was decided on it stands until somebody decides again.",
        _saving(assessments.take_back),
        "The assessment has been taken back.",
        _recorded,
        lambda row: "",
    ),
    "tie": Retraction(
        _find_tie,
        lambda row: f"Take back: {row}",
        f"For a tie that never was. If it has ended, say so instead. {GONE}",
        _saving(families.take_back_tie),
        "The tie has been taken back.",
        _recorded,
        lambda row: "",
    ),
    "place": Retraction(
        _find_place,
        lambda row: f"{row.person.full_name} never belonged to the family",
        "For somebody who was recorded by mistake. If they have left the family, say so instead. "
        "Somebody who belongs to no other family is removed. The history keeps it, with your reason.",
        _saving(families.take_back_place),
        "It has been taken back.",
        _recorded,
        lambda row: "",
    ),
}


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def take_back(request: PageRequest, word: str, key: UUID) -> HttpResponse:
    if word not in RETRACTIONS:
        raise Http404
    kind = RETRACTIONS[word]
    subject = kind.find(request, key)
    request.saw("family", subject.family.pk)
    return asked(request, kind, subject, caption=subject.family.name)


def asked(request: PageRequest, kind: Retraction, subject: Subject, *, caption: str) -> HttpResponse:
    """The page that asks why, says which returns were sent with it, and takes it back."""
    since, service = kind.since(subject.row), kind.service(subject.row)
    returns = sent_since(service, since) if since and service else []
    form = TakeBackForm(request.POST or None)
    form.ask(returns)
    if form.is_valid():
        try:
            kind.save(request, subject.row, form.cleaned_data["reason"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, subject.back[0], said=kind.said)
    context = {
        "caption": caption,
        "form": form,
        "title": kind.title(subject.row),
        "lead": kind.lead,
        "returns": returns,
        "back": subject.back,
    }
    return render(request, "practice/take_back.html", context)
