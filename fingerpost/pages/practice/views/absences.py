"""Absence: who is away, for how many working days, who covers, and which families were handed over."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.correcting import version_of
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import date as date_in_words
from fingerpost.pages.practice.changed import compared
from fingerpost.pages.practice.views.staff import held_today, holding_or_404
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework import queries as cases
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.days import weekdays_in_words
from fingerpost.work.workforce.models import Absence
from fingerpost.work.workforce.queries import Away

DAYS = [(str(day), weekdays_in_words([day])) for day in range(5)]


@page(allow=Permission.MANAGE_WORKFORCE)
def absences(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    rows = queries.absences(request.actor, held, since=held.contract.agreement.start)
    listed = LIST.of(request, sorted(rows, key=lambda one: (not one.is_running, not one.needs_cover)))
    return listed.file or render(request, "practice/absences.html", {"listed": listed})


def _cover(one: Away) -> str:
    return "; ".join(f"{cover.worker.name}, {weekdays_in_words(cover.weekdays)}" for cover in one.covers)


def _cover_or_need(one: Away) -> Markup | str:
    if one.needs_cover:
        return with_tag(_cover(one), status_tag("overdue", "No cover"))
    if one.covers or not one.is_running:
        return _cover(one)
    due = one.alert_on
    is_due = due and not (one.absence.ended_on and one.absence.ended_on < due)
    return f"Needed from {date_in_words(due)}" if is_due else "Not needed"


def _has_cover(one: Away, chosen: str) -> bool:
    return one.needs_cover if chosen == "no" else bool(one.covers)


LIST = List(
    columns=[
        Column(
            "Name",
            lambda one: one.absence.worker.name,
            lambda one: link_to(
                one.absence.worker.name,
                "practice:absence",
                one.absence.pk,
                hidden=date_in_words(one.absence.started_on),
            ),
            sort=True,
        ),
        Column("From", lambda one: one.absence.started_on, sort=True),
        Column("Until", lambda one: one.absence.ended_on or "Not known", sort=lambda one: one.absence.ended_on),
        Column("Working days", lambda one: one.working_days, numeric=True, sort=True),
        Column("Reason", lambda one: one.absence.get_reason_display(), sort=True, phone="bare"),
        Column("Cover", _cover, _cover_or_need),
    ],
    one="absence",
    filters=[
        Choice(
            "when",
            "Absences",
            [("now", "Away today"), ("past", "Ended"), ("all", "All")],
            lambda rows, chosen: [one for one in rows if chosen == "all" or one.is_running == (chosen == "now")],
            start="now",
        ),
        Choice(
            "reason",
            "Reason",
            Absence.Reason.choices,
            lambda rows, reason: [one for one in rows if one.absence.reason == reason],
        ),
        Choice(
            "cover",
            "Cover",
            [("no", "No cover in time"), ("yes", "Covered")],
            lambda rows, chosen: [one for one in rows if _has_cover(one, chosen)],
        ),
    ],
    search=True,
    empty="Nobody is away.",
)


class AbsenceForm(KitForm):
    started_on = fields.Date("Which was the first day away?", missing="Enter the first day away")
    ended_on = fields.Date(
        "Which is the last day away?",
        required=False,
        hint="Leave empty while nobody knows. For example, 27 3 2011",
        missing="Enter the last day away",
    )
    reason = fields.Radios(
        "Why?", Absence.Reason.choices, hint="Only those who lead them see this.", missing="Choose why they are away"
    )
    note = fields.LongText("Note", required=False, longest=2000, hint="Only those who lead them see this.")


class NewAbsenceForm(AbsenceForm):
    worker = fields.Choice("Who is away?", searchable=True, missing="Choose who is away")
    field_order = ("worker", "started_on", "ended_on", "reason", "note")


class CorrectedAbsenceForm(AbsenceForm):
    keep = ""
    read = fields.Text("Version", required=False)
    why = fields.Text("Why is it changed?", longest=300, missing="Enter why it is changed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].widget = self.fields["read"].hidden_widget()


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def absence_new(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = queries.members(request.actor, held, held.on)
    form = NewAbsenceForm(request.POST or None, initial={"worker": request.GET.get("worker"), "started_on": held.on})
    form.fields["worker"].offer([(str(one.user_id), one.name) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told = dict(form.cleaned_data)
        holding = holding_or_404(request, UUID(told.pop("worker")), held.on)
        try:
            made = commands.record_absence(request.actor, holding, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:absence", made.pk, said="The absence has been recorded.")
    context = {"form": form, "title": "Record an absence", "submit": "Save", "back": ("practice:absences", "Absence")}
    return render(request, "kit/form_page.html", context)


def absence_or_404(request: PageRequest, absence: UUID) -> Away:
    """The absence as it stands today, if they manage it. Raises Http404."""
    try:
        return queries.absence(request.actor, absence, timezone.localdate(request.at))
    except Absence.DoesNotExist as missing:
        raise Http404 from missing


@page(allow=Permission.MANAGE_WORKFORCE, shows="family")
def absence(request: PageRequest, absence: UUID) -> HttpResponse:
    found = absence_or_404(request, absence)
    mine = cases.open_cases(request.actor, found.absence.service, worker=found.absence.worker_id, size=200)
    handed = cases.handed_over(request.actor, [cover.pk for cover in found.covers])
    request.saw("family", *[row.family_id for row in mine.rows], *[one.case.family_id for one in handed])
    context = {
        "away": found,
        "absence": found.absence,
        "cases": mine,
        "handed": handed,
        "weekdays": weekdays_in_words,
        "rows": compared(found.absence, {}),
        "may_allocate": request.actor.can(Permission.ALLOCATE_CASE, found.absence),
    }
    return render(request, "practice/absence.html", context)


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def absence_change(request: PageRequest, absence: UUID) -> HttpResponse:
    found = absence_or_404(request, absence).absence
    now = {name: getattr(found, name) for name in ("started_on", "ended_on", "reason", "note")}
    form = CorrectedAbsenceForm(request.POST or None, initial=now | {"read": version_of(found)})
    if form.is_valid():
        try:
            commands.correct_absence(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:absence", absence, said="The absence has been changed.")
    return _absence_form(request, found, form, "Change the absence", "Save")


class BackForm(KitForm):
    ended_on = fields.Date("Which was the last day away?", missing="Enter the last day away")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def absence_end(request: PageRequest, absence: UUID) -> HttpResponse:
    found = absence_or_404(request, absence).absence
    yesterday = date.fromordinal(timezone.localdate(request.at).toordinal() - 1)
    form = BackForm(request.POST or None, initial={"ended_on": max(found.started_on, yesterday)})
    if form.is_valid():
        try:
            commands.end_absence(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:absence", absence, said="The last day away has been recorded.")
    lead = "Their cover ends that day too. Families who were handed over stay where they are until you move them."
    return _absence_form(request, found, form, "They are back", "Save", lead)


class CoverForm(KitForm):
    worker = fields.Choice("Who covers?", searchable=True, missing="Choose who covers")
    since = fields.Date("From which day?", missing="Enter the first day of the cover")
    until = fields.Date(
        "Until which day?",
        required=False,
        hint="Leave empty while nobody knows. For example, 27 3 2011",
        missing="Enter the last day of the cover",
    )
    weekdays = fields.Checkboxes("On which days of the week?", DAYS, missing="Choose the days of the week")
    note = fields.LongText("What will be done?", required=False, longest=2000, missing="Enter what will be done")


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def cover_new(request: PageRequest, absence: UUID) -> HttpResponse:
    away = absence_or_404(request, absence)
    found = away.absence
    people = [one for one in queries.may_hold_posts(found.service, request.at) if one.pk != found.worker_id]
    form = CoverForm(request.POST or None, initial={"since": max(away.on, found.started_on), "until": found.ended_on})
    form.fields["worker"].offer([(str(one.pk), one.name) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told: dict[str, Any] = dict(form.cleaned_data)
        told["worker"] = next(one for one in people if str(one.pk) == told["worker"])
        told["weekdays"] = [int(day) for day in told["weekdays"]]
        try:
            commands.plan_cover(request.actor, found, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:absence", absence, said="The cover has been planned.")
    return _absence_form(request, found, form, "Plan cover", "Save")


class HandOverForm(KitForm):
    cover = fields.Radios("To whom?", missing="Choose who it goes to")
    cases = fields.Checkboxes("Which families?", missing="Choose which families are handed over")


@page(allow=Permission.ALLOCATE_CASE, shows="family")
@once
def hand_over(request: PageRequest, absence: UUID) -> HttpResponse:
    away = absence_or_404(request, absence)
    if not request.actor.can(Permission.ALLOCATE_CASE, away.absence):
        raise Http404
    mine = cases.open_cases(request.actor, away.absence.service, worker=away.absence.worker_id, size=200).rows
    request.saw("family", *[row.family_id for row in mine])
    form = HandOverForm(request.POST or None)
    form.fields["cover"].offer([(str(one.pk), one.worker.name) for one in away.covers])  # type: ignore[attr-defined]
    field = form.fields["cases"]
    field.offer([(row.ref, row.family_name) for row in mine])  # type: ignore[attr-defined]
    field.hints = {row.ref: f"Case {row.ref}" for row in mine}  # type: ignore[attr-defined]
    if form.is_valid():
        cover = next(one for one in away.covers if str(one.pk) == form.cleaned_data["cover"])
        try:
            given = casework.hand_over_for_cover(
                request.actor, away.absence, cover=cover, refs=form.cleaned_data["cases"], at=request.at
            )
        except Refused as refusal:
            refused(form, refusal, worker="cover")
        else:
            said = f"{len(given)} {'case is' if len(given) == 1 else 'cases are'} now with {cover.worker.name}."
            return done(request, "practice:absence", absence, said=said)
    lead = "" if away.covers else "Plan cover first. Then choose which families go over."
    return _absence_form(request, away.absence, form, "Hand families over", "Hand over", lead)


def _absence_form(
    request: PageRequest, found: Absence, form: KitForm, title: str, submit: str, lead: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "lead": lead, "caption": found.worker.name}
    return render(request, "kit/form_page.html", {**context, "back": ("practice:absence", "The absence", found.pk)})
