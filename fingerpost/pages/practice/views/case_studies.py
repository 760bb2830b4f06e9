"""Case studies: written from a case, a parent asked, checked for names, approved by somebody else."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import agreement_of, day_in_words, rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag
from fingerpost.pages.kit.shortcuts import done, plain_form, posted_again, refused, render
from fingerpost.pages.kit.statuses import tag_of
from fingerpost.pages.practice.views.cases import case_or_404
from fingerpost.people.consent.models import Consent
from fingerpost.people.consent.queries import current
from fingerpost.proof.returns import case_studies as queries
from fingerpost.proof.returns import commands
from fingerpost.proof.returns.models import CaseStudy


@page(allow=Permission.VIEW_FAMILY, shows="family")
def case_studies(request: PageRequest) -> HttpResponse:
    """Case studies that they may meet, and what the next return still lacks."""
    on = timezone.localdate(request.at)
    contract = rules(request.actor.service, on).contract
    agreement = agreement_of(request.actor.service)
    request.saw("family")
    listed = _list(request).of(request, queries.visible(request.actor, agreement))
    if listed.file:
        return listed.file
    due = queries.next_return(agreement, on)
    short = queries.missing_for(agreement, contract, due.series, due.period.end) if due else {}
    context = {
        "listed": listed,
        "due": due,
        "short": queries.missing_in_words(short, contract),
        "may_approve": request.actor.has(Permission.APPROVE_CASE_STUDY),
    }
    return render(request, "practice/case_studies.html", context)


def _list(request: PageRequest) -> List:
    return List(
        columns=[
            Column(
                "Title", lambda one: one.title, lambda one: link_to(one.title, "practice:case_study", one.ref), "title"
            ),
            Column(
                "Case",
                lambda one: one.case.ref,
                lambda one: link_to(one.case.ref, "practice:case", one.case.ref),
                phone="bare",
            ),
            Column("Area", lambda one: one.area.name if one.area else "Not known", sort="area__name", phone="bare"),
            Column("For the return to", lambda one: one.period_to, sort="period_to"),
            Column("Written by", lambda one: one.written_by.name if one.written_by else "", sort="written_by__name"),
            Column(
                "Status",
                lambda one: tag_of(f"study_{one.stage}")[0],
                lambda one: status_tag(f"study_{one.stage}"),
                phone="bare",
            ),
        ],
        one="case study",
        many="case studies",
        search=["title", "case__ref", "written_by__name", "area__name"],
        empty="No case study has been written yet.",
        seen=lambda shown: request.saw("family", *{one.case.family_id for one in shown}),
    )


def study_or_404(request: PageRequest, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> CaseStudy:
    """The case study if this person may meet it. Notes that they saw the family. Raises Http404."""
    try:
        found = queries.get(request.actor, ref)
    except CaseStudy.DoesNotExist as absent:
        raise Http404 from absent
    if not request.actor.can(permission, found):
        raise Http404
    request.saw("family", found.case.family_id)
    return found


class StudyForm(KitForm):
    keep = "case study"
    title = fields.Text(
        "What do you call it?",
        hint="A few words that name nobody: mornings that work",
        longest=120,
        missing="Enter a title",
    )
    text = fields.LongText(
        "Tell the story",
        hint="How it began, what you did, what changed. No names, no school, no place, no exact day. Leave a line empty between "
        "paragraphs.",
        rows=16,
        longest=6000,
    )
    revision = fields.Number("Version", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()


class NewStudyForm(StudyForm):
    due_on = fields.Radios("For which return?", missing="Choose the return it is for")

    def offer(self, agreement: Agreement, request: PageRequest) -> None:
        left = queries.returns_open(agreement)
        self.fields["due_on"].offer([(due.due.isoformat(), f"Due {day_in_words(due.due)}") for due in left])  # type: ignore[attr-defined]
        first = queries.next_return(agreement, timezone.localdate(request.at))
        self.initial.setdefault("due_on", first.due.isoformat() if first else "")


@page(allow=Permission.HOLD_PLAN, shows="family")
@once
def case_study_new(request: PageRequest, ref: str) -> HttpResponse:
    case = case_or_404(request, ref, Permission.HOLD_PLAN)
    agreement = agreement_of(case.service)
    form = NewStudyForm(request.POST or None, initial={})
    form.offer(agreement, request)
    if form.is_valid():
        told = form.cleaned_data
        due_on = next(due.due for due in queries.returns_open(agreement) if due.due.isoformat() == told["due_on"])
        try:
            study = commands.write(
                request.actor, case, title=told["title"], text=told["text"], due_on=due_on, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case_study", study.ref, said="The case study is saved. Next, ask a parent.")
    context = {"form": form, "title": "Write a case study", "submit": "Save", "keep_as": f"{case.ref} story"}
    return _form(request, context, reverse("practice:case", args=[ref]), f"Case {ref}")


@page(allow=Permission.VIEW_FAMILY, shows="family")
def case_study(request: PageRequest, ref: str) -> HttpResponse:
    study = study_or_404(request, ref)
    consent = current(study.case.family, Consent.Kind.CASE_STUDY)
    may_write = request.actor.can(Permission.HOLD_PLAN, study) and not study.taken_out_at
    context = {
        "study": study,
        "paragraphs": [part for part in study.text.replace("\r\n", "\n").split("\n\n") if part.strip()],
        "consent": consent,
        "traces": queries.found_in(study) if not study.approved_at else [],
        "may_write": may_write,
        "may_approve": request.actor.can(Permission.APPROVE_CASE_STUDY, study)
        and study.stage == "offered"
        and study.written_by_id != request.actor.id,
        "is_mine": study.written_by_id == request.actor.id,
    }
    return render(request, "practice/case_study.html", context)


@page(allow=Permission.HOLD_PLAN, shows="family")
@once
def case_study_edit(request: PageRequest, ref: str) -> HttpResponse:
    study = study_or_404(request, ref, Permission.HOLD_PLAN)
    now = {"title": study.title, "text": study.text, "revision": study.revision}
    form = StudyForm(request.POST or None, initial=now)
    theirs: Any = None
    if form.is_valid():
        try:
            commands.rewrite(request.actor, study, **form.cleaned_data, at=request.at)
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.theirs
            form = StudyForm(posted_again(request, revision=theirs.revision))
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case_study", ref, said="The case study is saved.")
    context = {
        "form": form,
        "title": "Edit the case study",
        "submit": "Save",
        "keep_as": ref,
        "typed": theirs and theirs.text,
    }
    return _form(request, context, reverse("practice:case_study", args=[ref]), "The case study")


@page(allow=Permission.HOLD_PLAN, shows="family")
@once
def case_study_offer(request: PageRequest, ref: str) -> HttpResponse:
    """Gives it to somebody else to approve. It takes a button."""
    study = study_or_404(request, ref, Permission.HOLD_PLAN)
    form = KitForm(request.POST or None)
    if request.method == "POST":
        try:
            commands.offer(request.actor, study, at=request.at)
        except Refused as refusal:
            form = KitForm({})
            refused(form, refusal)
        else:
            return done(request, "practice:case_study", ref, said="Somebody else now has to approve it.")
    lead = "Somebody else reads it and approves it. After that it goes into the return."
    context = {"form": form, "title": "Send for approval", "submit": "Send for approval", "lead": lead}
    return _form(request, context, reverse("practice:case_study", args=[ref]), "The case study")


class ApproveForm(KitForm):
    reveals = {"decided": {"back": ["reason"]}}
    decided = fields.Radios(
        "What do you decide?",
        [("approve", "Approve it"), ("back", "Send it back to the writer")],
        hints={"approve": "You have read it, and nobody could tell who this is."},
        missing="Choose what you decide",
    )
    reason = fields.LongText("What must change?", longest=1000, missing="Enter what must change")


@page(allow=Permission.APPROVE_CASE_STUDY, shows="family")
@once
def case_study_approve(request: PageRequest, ref: str) -> HttpResponse:
    study = study_or_404(request, ref, Permission.APPROVE_CASE_STUDY)
    form = ApproveForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            if told["decided"] == "approve":
                commands.approve(request.actor, study, at=request.at)
            else:
                commands.send_back(request.actor, study, reason=told["reason"], at=request.at)
        except Refused as refusal:
            refused(form, refusal, text="decided", consent="decided")
        else:
            said = "The case study is approved." if told["decided"] == "approve" else "It is back with its writer."
            return done(request, "practice:case_study", ref, said=said)
    context = {"form": form, "title": "Approve the case study", "submit": "Save", "reading": (study.title, study.text)}
    return _form(request, context, reverse("practice:case_study", args=[ref]), "The case study")


class ReasonForm(KitForm):
    reason = fields.Text("Why is it withdrawn?", longest=300, missing="Enter why it is withdrawn")


@page(allow=Permission.HOLD_PLAN, shows="family")
@once
def case_study_take_out(request: PageRequest, ref: str) -> HttpResponse:
    study = study_or_404(request, ref, Permission.HOLD_PLAN)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            commands.take_out(request.actor, study, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case_study", ref, said="The case study is withdrawn. The history keeps it.")
    context = {"form": form, "title": "Withdraw the case study", "submit": "Withdraw it"}
    return _form(request, context, reverse("practice:case_study", args=[ref]), "The case study")


def _form(request: PageRequest, context: dict[str, Any], back: str, back_text: str) -> HttpResponse:
    return plain_form(request, context, back=back, back_text=back_text)
