"""Review meetings: what is expected each quarter, one meeting with its record, and the actions people took on."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.meetings import commands, queries
from fingerpost.agreements.meetings.models import Action, Meeting
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, plain_form, posted_again, refused, render
from fingerpost.pages.oversight.reach import agreement_or_404, to_my_service, today_of


@page(allow=Permission.KEEP_MEETING)
def my_meetings(request: PageRequest) -> HttpResponse:
    return to_my_service(request, "oversight:meetings")


@page(allow=Permission.KEEP_MEETING)
def meetings(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.KEEP_MEETING)
    on = today_of(request, agreement)
    context = {
        "agreement": agreement,
        "expected": queries.expected(agreement, on),
        "actions": queries.open_actions(agreement),
        "today": on,
    }
    return render(request, "oversight/meetings.html", context)


class CallForm(KitForm):
    series = fields.Radios("Which meeting?", missing="Choose which meeting it is")
    day = fields.Date("On which day?", missing="Enter the day of the meeting")
    place = fields.Text("Where?", required=False, longest=160, missing="Enter where the meeting is")
    papers = fields.LongText(
        "Which papers will be discussed?",
        hint="One paper a line",
        required=False,
        longest=3000,
        missing="Enter which papers will be discussed",
    )


@page(allow=Permission.KEEP_MEETING)
@once
def meeting_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.KEEP_MEETING)
    asked = rules(service, max(today_of(request, agreement), agreement.starts_on)).contract.meetings
    form = CallForm(request.POST or None, initial={"series": next(iter(asked), "")})
    form.fields["series"].offer([(key, words.title) for key, words in asked.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = commands.call(
                request.actor,
                agreement,
                series=told["series"],
                day=told["day"],
                place=told["place"],
                papers=told["papers"].splitlines(),
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:meeting", made.ref, said="The meeting is arranged.")
    context = {"form": form, "title": "Arrange a meeting", "submit": "Save"}
    return plain_form(request, context, back=reverse("oversight:meetings", args=[service]), back_text="Meetings")


def meeting_or_404(request: PageRequest, ref: str) -> Meeting:
    """The meeting, if this person keeps meetings of its agreement. Raises Http404."""
    try:
        return queries.get(request.actor, ref)
    except Meeting.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.KEEP_MEETING)
def meeting(request: PageRequest, ref: str) -> HttpResponse:
    found = meeting_or_404(request, ref)
    on = today_of(request, found.agreement)
    asked = rules(found.agreement.key, max(on, found.agreement.starts_on)).contract.meetings
    context = {
        "meeting": found,
        "title": asked[found.series].title if found.series in asked else found.series.replace("_", " ").capitalize(),
        "people": queries.people_named(found.people),
        "actions": queries.actions_of(found),
        "may_record": found.day <= on,
        "today": on,
    }
    return render(request, "oversight/meeting.html", context)


class RecordForm(KitForm):
    keep = "meeting"
    people = fields.Checkboxes("Who came?", required=False, missing="Choose who came")
    others = fields.LongText(
        "Who else came?",
        hint="One person a line, with the part they played",
        required=False,
        rows=3,
        missing="Enter who else came",
    )
    papers = fields.LongText(
        "Which papers were discussed?",
        hint="One paper a line",
        required=False,
        rows=4,
        missing="Enter which papers were discussed",
    )
    decisions = fields.LongText(
        "What was decided?", hint="One decision a line", required=False, rows=6, missing="Enter what was decided"
    )
    note = fields.LongText("Anything else", required=False, longest=4000)
    revision = fields.Number("Version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()


def _record_form(request: PageRequest, found: Meeting, given: Any) -> RecordForm:
    now = {
        "people": [str(pk) for pk in found.people],
        "others": "\n".join(found.others),
        "papers": "\n".join(found.papers),
        "decisions": "\n".join(found.decisions),
        "note": found.note,
        "revision": found.revision,
    }
    form = RecordForm(given, initial=now)
    invited = queries.who_may_come(found.agreement, timezone.localdate(request.at))
    form.fields["people"].offer([(str(person.pk), person.name) for person in invited])  # type: ignore[attr-defined]
    return form


@page(allow=Permission.KEEP_MEETING)
@once
def meeting_record(request: PageRequest, ref: str) -> HttpResponse:
    found = meeting_or_404(request, ref)
    form = _record_form(request, found, request.POST or None)
    theirs: Any = None
    if form.is_valid():
        told = form.cleaned_data
        lines = {name: told[name].splitlines() for name in ("others", "papers", "decisions")}
        people = list(User.objects.filter(pk__in=told["people"]))
        try:
            commands.record(
                request.actor,
                found,
                people=people,
                **lines,
                note=told["note"],
                revision=told["revision"],
                at=request.at,
            )
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.theirs
            form = _record_form(request, found, posted_again(request, revision=theirs.revision))
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:meeting", ref, said="The record of the meeting is kept.")
    context = {"form": form, "title": "Write the record", "submit": "Save", "keep_as": ref}
    if theirs:
        context["typed"] = "\n".join([*theirs.decisions, theirs.note])
    return plain_form(request, context, back=reverse("oversight:meeting", args=[ref]), back_text="The meeting")


class ActionForm(KitForm):
    text = fields.Text("What is to be done?", longest=200, missing="Enter what is to be done")
    owner = fields.Choice("Who does it?", missing="Choose who does it")
    due_on = fields.Date("By when?", missing="Enter the day it is due")


@page(allow=Permission.KEEP_MEETING)
@once
def action_new(request: PageRequest, ref: str) -> HttpResponse:
    found = meeting_or_404(request, ref)
    form = ActionForm(request.POST or None)
    people = {str(one.pk): one for one in queries.who_may_act(found.agreement, timezone.localdate(request.at))}
    form.fields["owner"].offer([(pk, one.name) for pk, one in people.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        try:
            commands.agree_action(
                request.actor,
                found,
                text=told["text"],
                owner=people[told["owner"]],
                due_on=told["due_on"],
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:meeting", ref, said="The action stands on the owner’s list.")
    context = {"form": form, "title": "Add an action", "submit": "Save"}
    return plain_form(request, context, back=reverse("oversight:meeting", args=[ref]), back_text="The meeting")


class DoneForm(KitForm):
    outcome = fields.Text("What was the outcome?", longest=200, missing="Enter what the outcome was")


@page(allow=Permission.KEEP_MEETING)
@once
def action_done(request: PageRequest, ref: str, action: UUID) -> HttpResponse:
    found = meeting_or_404(request, ref)
    held = Action.objects.filter(pk=action, meeting=found, done_at=None).select_related("meeting__agreement").first()
    if held is None:
        raise Http404
    form = DoneForm(request.POST or None)
    if form.is_valid():
        commands.finish(request.actor, held, **form.cleaned_data, at=request.at)
        return done(request, "oversight:meeting", ref, said="The action is done.")
    context = {"form": form, "title": f"Done: {held.text}", "submit": "Save"}
    return plain_form(request, context, back=reverse("oversight:meeting", args=[ref]), back_text="The meeting")
