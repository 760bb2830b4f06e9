"""The plan to last: what is done so that the service can go on after its money ends."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit import words as in_words
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, posted_again, refused, render
from fingerpost.pages.oversight.reach import agreement_or_404, today_of
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import PlanAction


@page(allow=Permission.VIEW_FIGURES)
def plan(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    context = {
        "agreement": agreement,
        "plan": queries.plan(service, today_of(request, agreement)),
        "may_change": request.actor.can(Permission.MANAGE_WORKFORCE, agreement),
    }
    return render(request, "oversight/plan.html", context)


class ActionForm(KitForm):
    what = fields.Text("What is to be done?", longest=200, missing="Enter what is to be done")
    owner = fields.Text(
        "Who is responsible?",
        hint="The job, not a name: returns print it",
        longest=200,
        missing="Enter who is responsible",
    )
    due_on = fields.Date("By when?", missing="Enter the day it is due")
    started_on = fields.Date("When was it begun?", required=False, missing="Enter the day it was begun")
    done_on = fields.Date("When was it done?", required=False, missing="Enter the day it was done")
    note = fields.LongText("Note", required=False, longest=2000)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def plan_action_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.MANAGE_WORKFORCE)
    form = ActionForm(request.POST or None)
    if form.is_valid():
        try:
            commands.plan_action(request.actor, agreement.scope, service=service, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:plan", service, said="The action has been added.")
    return _plan_form(request, agreement, form, "Add an action")


class ChangeActionForm(ActionForm):
    revision = fields.Number("Version")
    dropped_on = fields.Date("When was it dropped?", required=False, missing="Enter the day it was dropped")
    field_order = ("revision", "what", "owner", "due_on", "started_on", "done_on", "dropped_on", "note")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def plan_action(request: PageRequest, service: str, action: UUID) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.MANAGE_WORKFORCE)
    found = PlanAction.objects.filter(service=service, pk=action).first()
    if found is None:
        raise Http404
    now = {name: getattr(found, name) for name in ChangeActionForm.base_fields}
    form = _change_form(request.POST or None, now)
    theirs: Any = None
    if form.is_valid():
        try:
            commands.change_action(request.actor, found, **form.cleaned_data, at=request.at)
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.theirs
            form = _change_form(posted_again(request, revision=theirs.revision), now)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:plan", service, said="The action has been changed.")
    return _plan_form(request, agreement, form, "Change the action", theirs=theirs)


def _change_form(posted: Any, now: dict[str, Any]) -> ChangeActionForm:
    form = ChangeActionForm(posted, initial=now)
    form.fields["revision"].widget = form.fields["revision"].hidden_widget()
    return form


class PostChangeForm(KitForm):
    role_from = fields.Text("What is the post now?", longest=120, missing="Enter what the post is now")
    role_to = fields.Text("What does it become?", longest=120, missing="Enter what the post becomes")
    effective_on = fields.Date("From which day?", missing="Enter the day the post changes")
    action = fields.Choice(
        "Which action is it part of?", required=False, blank="None", missing="Choose which action it is part of"
    )
    note = fields.LongText("Note", required=False, longest=2000)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def post_change_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.MANAGE_WORKFORCE)
    actions = {str(one.pk): one for one, _ in queries.plan(service, today_of(request, agreement)).actions}
    roles = rules(service, max(today_of(request, agreement), agreement.starts_on)).contract.workforce.establishment
    first = next((words.label for words in roles.values()), "")
    form = PostChangeForm(request.POST or None, initial={"role_from": first})
    form.fields["action"].offer([(key, one.what) for key, one in actions.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told: dict[str, Any] = dict(form.cleaned_data)
        told["action"] = actions.get(told["action"])
        try:
            commands.plan_post_change(request.actor, agreement.scope, service=service, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:plan", service, said="The change of a post has been added.")
    return _plan_form(request, agreement, form, "Add a change of a post")


def _plan_form(
    request: PageRequest, agreement: Agreement, form: KitForm, title: str, *, theirs: PlanAction | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "submit": "Save", "caption": "Sustainability plan"}
    if theirs:
        context["typed_rows"] = [
            ("What is to be done", theirs.what),
            ("Responsible", theirs.owner),
            ("By", in_words.date(theirs.due_on)),
            ("Done", in_words.date(theirs.done_on)),
        ]
    back = reverse("oversight:plan", args=[agreement.key])
    return plain_form(request, context, back=back, back_text="Sustainability plan")
