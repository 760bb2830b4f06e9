"""A case: its page, who works on it, what it is for, what was changed on it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, posted_again, refused, render
from fingerpost.pages.practice.added import added
from fingerpost.pages.practice.changed import compared, compared_gone
from fingerpost.pages.practice.contract_words import case_words
from fingerpost.pages.practice.due_points import due_points
from fingerpost.pages.practice.entry_words import to_begin
from fingerpost.pages.practice.next_steps import next_steps
from fingerpost.pages.practice.views.families import members_to_reach
from fingerpost.pages.practice.views.requests import allocate
from fingerpost.work.casework import commands, queries
from fingerpost.work.casework.models import Case, CaseDiscussion, Contact
from fingerpost.work.safeguarding.queries import of_family as concerns_of


@page(allow=Permission.VIEW_FAMILY, shows="family")
def case(request: PageRequest, ref: str) -> HttpResponse:
    try:
        shown = queries.case_page(request.actor, ref)
    except Case.DoesNotExist as absent:
        raise Http404 from absent
    request.saw("family", shown.case.family_id)
    held = rules_of(request, shown.case)
    context = {
        "page": shown,
        "concerns": concerns_of(request.actor, shown.case.family_id),
        "may_raise": request.actor.can(Permission.RAISE_CONCERN, shown.case),
        "case": shown.case,
        "steps": next_steps(shown, held, request.actor),
        "words": case_words(held),
        "may_allocate": request.actor.can(Permission.ALLOCATE_CASE, shown.case),
        "may_record": request.actor.can(Permission.RECORD_CONTACT, shown.case),
        "members": members_to_reach(request, shown.case.family),
        "may_close": request.actor.can(Permission.CLOSE_CASE, shown.case),
        "may_assess": request.actor.can(Permission.ASSESS_FAMILY, shown.case),
        "may_write_story": request.actor.can(Permission.HOLD_PLAN, shown.case) and asks_for_stories(held),
        "to_begin": to_begin(request.actor, held, "case", shown.case),
        "added": added(request.actor, held, "case", shown.case, request.at),
        "due": due_points(request.actor, held, "case", shown.case, request.at),
        "may_discuss": request.actor.can(Permission.APPROVE_DECISION, shown.case),
    }
    return render(request, "practice/case.html", context)


def case_or_404(request: PageRequest, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Case:
    """The case if this person may meet it. Notes that they saw the family. Raises Http404."""
    try:
        found = queries.get(request.actor, ref, permission)
    except Case.DoesNotExist as absent:
        raise Http404 from absent
    request.saw("family", found.family_id)
    return found


def rules_of(request: PageRequest, subject: Case) -> Rules:
    """The contract that the case is worked under today."""
    return rules(subject.service, timezone.localdate(request.at))


def asks_for_stories(held: Rules) -> bool:
    """Whether a return of the contract wants case studies."""
    return any(words.case_studies for words in held.contract.returns.values())


@page(allow=Permission.ALLOCATE_CASE, shows="family")
@once
def case_allocate(request: PageRequest, ref: str) -> HttpResponse:
    return allocate(request, case_or_404(request, ref, Permission.ALLOCATE_CASE))


class DetailsForm(KitForm):
    keep = "case"
    revision = fields.Number("Version")
    focus = fields.LongText(
        "What is the purpose of the work?",
        hint="In the family’s words if you can.",
        required=False,
        longest=2000,
        missing="Enter the purpose of the work",
    )
    next_due_on = fields.Date(
        "When is the next contact due?", required=False, missing="Enter the day the next contact is due"
    )


@page(allow=Permission.HOLD_PLAN, shows="family")
@once
def case_edit(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.HOLD_PLAN)
    now = {"revision": found.revision, "focus": found.focus, "next_due_on": found.next_due_on}
    form = DetailsForm(request.POST or None, initial=now)
    form.fields["revision"].widget = form.fields["revision"].hidden_widget()
    theirs: Any = None
    if form.is_valid():
        try:
            commands.edit(request.actor, found, **form.cleaned_data, at=request.at)
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.theirs
            form = DetailsForm(posted_again(request, revision=theirs.revision))
            form.fields["revision"].widget = form.fields["revision"].hidden_widget()
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said="The case has been changed.")
    context = {"case": found, "form": form, "title": "Change the case", "theirs": theirs, "submit": "Save"}
    return render(request, "practice/case_form.html", context)


@page(allow=Permission.VIEW_FAMILY, shows="family")
def case_history(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref)
    words = case_words(rules_of(request, found))
    labels = {**words["contacts"], **words["reasons"]}
    rows = [("The case", change) for change in compared(found, labels)]
    for contact in Contact.objects.visible_to(request.actor).filter(case=found).order_by("-happened_at")[:50]:
        rows += [("A contact", change) for change in compared(contact, labels)]
    for what, model in (("A contact", Contact), ("A decision of supervision", CaseDiscussion)):
        gone = compared_gone(model, labels, case_id=found.pk, pgh_label="delete")
        rows += [(what, change) for change in gone]
    rows.sort(key=lambda row: row[1]["at"], reverse=True)
    return render(request, "practice/case_history.html", {"case": found, "rows": rows})
