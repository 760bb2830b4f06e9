"""Supervision and reviews: who is due, a meeting with what it agreed, a review; and one's own actions."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note, with_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import date as date_in_words
from fingerpost.pages.practice.views.staff import held_today, holding_or_404
from fingerpost.work.casework import queries as cases
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import PerformanceReview, Supervision, SupervisionAction
from fingerpost.work.workforce.queries import LookedAfter


@page(allow=Permission.MANAGE_WORKFORCE)
def supervision(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = queries.looked_after(held, queries.members(request.actor, held, held.on))
    listed = _due_list(queries.away_on(held.service, held.on)).of(request, people)
    if listed.file:
        return listed.file
    context = {
        "listed": listed,
        "people": people,
        "unsupervised": [one for one in people if one.supervision.is_overdue],
        "unreviewed": [one for one in people if one.review.is_overdue],
        "reviewed": [one for one in people if one.review.is_in_time],
        "equivalents": queries.plain(sum((one.member.equivalents for one in people), Decimal(0))),
    }
    return render(request, "practice/supervision_due.html", context)


def _due_list(away: dict[UUID, date | None]) -> List:
    def named(one: LookedAfter) -> Markup:
        who = one.member
        return with_note(link_to(who.name, "practice:worker", who.user_id), "Away" if who.user_id in away else "")

    return List(
        columns=[
            Column("Name", lambda one: one.member.name, named, sort=True),
            Column("Last supervised", lambda one: one.supervision.last_on or "Not yet", sort=_last_supervised),
            Column("Supervision due", lambda one: one.supervision.due_on, lambda one: _due(one.supervision), sort=True),
            Column("Last review", lambda one: one.review.last_on or "Not yet", sort=lambda one: one.review.last_on),
            Column("Review due", lambda one: one.review.due_on, _review_due, sort=True),
        ],
        one="person",
        many="people",
        filters=[
            Choice(
                "overdue",
                "Overdue",
                [("supervision", "Supervision"), ("review", "Review")],
                lambda rows, which: [one for one in rows if getattr(one, which).is_overdue],
            )
        ],
        search=True,
        empty="Nobody is in post.",
    )


def _last_supervised(one: LookedAfter) -> date | None:
    return one.supervision.last_on


def _due(care: Any) -> Markup | str:
    day = date_in_words(care.due_on) or "Not set"
    since = date_in_words(care.overdue_since) if care.is_overdue else ""
    return with_tag(day, status_tag("overdue", f"Overdue from {since}")) if since else day


def _review_due(one: LookedAfter) -> Markup | str:
    planned = one.review.planned_on
    return with_note(_due(one.review), f"Planned for {date_in_words(planned)}" if planned else "")


class MeetingForm(KitForm):
    """What is asked of a meeting, when it is recorded and when it is put right."""

    held_on = fields.Date("When did you meet?", missing="Enter the day of the meeting")
    note = fields.LongText(
        "Note", hint="Keep what concerns a family on the family’s case.", required=False, longest=5000
    )
    wellbeing = fields.LongText(
        "How are they?",
        hint="Only those who lead them see this.",
        required=False,
        longest=2000,
        missing="Enter how they are",
    )


class SupervisionForm(MeetingForm):
    worker = fields.Choice("Who did you meet?", searchable=True, missing="Choose who you met")
    field_order = ("worker",)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def supervision_new(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = queries.looked_after(held, queries.members(request.actor, held, held.on))
    people.sort(key=lambda one: (one.supervision.due_on or date.max, one.member.name))
    form = SupervisionForm(request.POST or None, initial={"worker": request.GET.get("worker"), "held_on": held.on})
    form.fields["held_on"].bounds(latest=held.on)  # type: ignore[attr-defined]
    form.fields["worker"].offer([(str(one.member.user_id), one.member.name) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told = dict(form.cleaned_data)
        holding = holding_or_404(request, UUID(told.pop("worker")), held.on)
        where = Scope.of(service=held.service, team=holding.post.team_id)
        given: dict[str, Any] = {"service": held.service, "team": holding.post.team, "worker": holding.user}
        try:
            met = commands.supervise(request.actor, where, **given, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = f"Supervision of {holding.user.name} has been recorded."
            return done(request, "practice:supervision_meeting", met.pk, said=said)
    return render(request, "practice/supervision.html", {"form": form, "people": people})


def meeting_or_404(request: PageRequest, meeting: UUID) -> Supervision:
    """The meeting, if they manage the worker. Raises Http404."""
    try:
        return queries.supervision(request.actor, meeting)
    except Supervision.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.MANAGE_WORKFORCE, shows="family")
def supervision_meeting(request: PageRequest, meeting: UUID) -> HttpResponse:
    found = meeting_or_404(request, meeting)
    discussed = cases.discussed_at(request.actor, found.pk)
    mine = cases.open_cases(request.actor, found.service, worker=found.worker_id, size=200).rows
    request.saw("family", *[one.case.family_id for one in discussed], *[row.family_id for row in mine])
    talked = {one.case.ref for one in discussed}
    context = {
        "meeting": found,
        "discussed": discussed,
        "others": [row for row in mine if row.ref not in talked],
        "actions": queries.actions_of([found]),
        "may_discuss": request.actor.can(Permission.APPROVE_DECISION, found),
        "today": timezone.localdate(request.at),
    }
    return render(request, "practice/supervision_meeting.html", context)


class ActionForm(KitForm):
    what = fields.Text(
        "What is to be done?", longest=180, hint="Name no family here.", missing="Enter what is to be done"
    )
    owner = fields.Radios("Who does it?", missing="Choose who does it")
    due_on = fields.Date("By when?", missing="Enter the day it is due")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def action_new(request: PageRequest, meeting: UUID) -> HttpResponse:
    found = meeting_or_404(request, meeting)
    both = {str(one.pk): one for one in (found.worker, found.supervisor)}
    form = ActionForm(request.POST or None)
    form.fields["owner"].offer([(key, one.name) for key, one in both.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told = dict(form.cleaned_data)
        told["owner"] = both[told["owner"]]
        try:
            commands.agree_action(request.actor, found, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:supervision_meeting", meeting, said="The action has been agreed.")
    back = ("practice:supervision_meeting", "The meeting", meeting)
    context = {"form": form, "title": "Agree an action", "submit": "Save", "caption": found.worker.name, "back": back}
    return render(request, "kit/form_page.html", context)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def action_done(request: PageRequest, action: UUID) -> HttpResponse:
    found = _action_or_404(request, action)
    if not request.actor.can(Permission.MANAGE_WORKFORCE, found):
        raise Http404
    if request.method == "POST":
        commands.tick_off(request.actor, found, at=request.at)
        return done(request, "practice:supervision_meeting", found.supervision_id, said="The action is done.")
    return done(request, "practice:supervision_meeting", found.supervision_id)


@page(allow=Permission.RECORD_CONTACT)
@once
def my_action(request: PageRequest, action: UUID) -> HttpResponse:
    found = _action_or_404(request, action)
    if request.method == "POST" and found.owner_id == request.actor.id:
        commands.complete_action(request.actor, found, at=request.at)
        return done(request, "practice:my_work", said="That is done.")
    is_mine = found.owner_id == request.actor.id
    return render(request, "practice/my_action.html", {"action": found, "is_mine": is_mine})


def _action_or_404(request: PageRequest, action: UUID) -> SupervisionAction:
    try:
        return queries.my_action(request.actor, action)
    except SupervisionAction.DoesNotExist as absent:
        raise Http404 from absent


class ReviewForm(KitForm):
    worker = fields.Choice("Whose work did you look at?", searchable=True, missing="Choose whose work you looked at")
    held_on = fields.Date("When?", missing="Enter the day of the review")
    rating = fields.Radios(
        "How does the work go?", PerformanceReview.Rating.choices, missing="Choose how the work goes"
    )
    objectives = fields.LongText(
        "What do they aim for until the next review?",
        longest=4000,
        missing="Enter what they aim for until the next review",
    )
    note = fields.LongText("Note", required=False, longest=4000)
    next_on = fields.Date("When is the next review?", required=False, missing="Enter the day of the next review")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def review_new(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = [one for one in queries.members(request.actor, held, held.on) if one.user_id != request.actor.id]
    form = ReviewForm(request.POST or None, initial={"worker": request.GET.get("worker"), "held_on": held.on})
    form.fields["held_on"].bounds(latest=held.on)  # type: ignore[attr-defined]
    form.fields["worker"].offer([(str(one.user_id), one.name) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told = dict(form.cleaned_data)
        holding = holding_or_404(request, UUID(told.pop("worker")), held.on)
        try:
            commands.review(request.actor, holding, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = f"The review of {holding.user.name} has been recorded."
            return done(request, "practice:worker", holding.user_id, said=said)
    back = ("practice:supervision", "Supervision and reviews")
    context = {"form": form, "title": "Record a review", "submit": "Save", "back": back}
    return render(request, "kit/form_page.html", context)
