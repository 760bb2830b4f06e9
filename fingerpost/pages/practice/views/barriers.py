"""Barriers: logged, told more of, resolved."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import agreement_of, rules
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import Team
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag
from fingerpost.pages.kit.shortcuts import done, plain_form, refused, render
from fingerpost.proof.quality import commands, queries
from fingerpost.proof.quality.models import Barrier
from fingerpost.work.referrals.home import team_of


def _agreement(request: PageRequest) -> Agreement:
    """The agreement of their service. Raises Refused where no contract is in force."""
    rules(request.actor.service, timezone.localdate(request.at))
    return agreement_of(request.actor.service)


@page(allow=Permission.LOG_BARRIER)
def barriers(request: PageRequest) -> HttpResponse:
    listed = LOG.of(request, queries.barriers(request.actor, _agreement(request)))
    return listed.file or render(request, "practice/barriers.html", {"listed": listed})


LOG = List(
    columns=[
        Column(
            "Barrier", lambda one: one.description, lambda one: link_to(one.description, "practice:barrier", one.ref)
        ),
        Column(
            "Area",
            lambda one: one.area.name if one.area else "Whole service",
            sort="area__name",
            phone="bare",
        ),
        Column("Logged", lambda one: one.logged_on, sort="logged_on"),
        Column(
            "Logged by", lambda one: one.logged_by.name if one.logged_by else "", sort="logged_by__name", phone="no"
        ),
        Column("Effect", lambda one: one.effect, only="file"),
        Column("Action", lambda one: one.action, only="file"),
        Column(
            "Status",
            lambda one: "Resolved" if one.resolved_on else "Open",
            lambda one: status_tag("resolved" if one.resolved_on else "open"),
            sort="resolved_on",
            phone="bare",
        ),
    ],
    one="barrier",
    filters=[
        Choice(
            "status",
            "Status",
            [("open", "Open"), ("resolved", "Resolved")],
            lambda rows, chosen: rows.filter(resolved_on__isnull=chosen == "open"),
        )
    ],
    search=["description", "effect", "area__name"],
    empty="No barrier has been logged yet.",
)


class BarrierForm(KitForm):
    keep = "barrier"
    description = fields.LongText(
        "What got in the way?",
        hint="The council reads this. Name no family.",
        longest=1000,
        rows=3,
        missing="Enter what got in the way",
    )
    effect = fields.LongText(
        "What did it do to the work?", longest=1000, rows=3, missing="Enter what it did to the work"
    )
    action = fields.LongText(
        "What is being done about it?",
        required=False,
        longest=1000,
        rows=3,
        missing="Enter what is being done about it",
    )
    revision = fields.Number("Version", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = self.fields["revision"].hidden_widget()


class NewBarrierForm(BarrierForm):
    logged_on = fields.Date("When did it happen?", missing="Enter the day it happened")
    area = fields.Choice("Where?", required=False, blank="The whole service", missing="Choose where it is")


@page(allow=Permission.LOG_BARRIER)
@once
def barrier_new(request: PageRequest) -> HttpResponse:
    agreement = _agreement(request)
    today = timezone.localdate(request.at)
    form = NewBarrierForm(request.POST or None, initial={"logged_on": today})
    places = Area.objects.of_service(agreement.key, today).order_by("-depth", "name")
    form.fields["area"].offer([(area.code, area.name) for area in places])  # type: ignore[attr-defined]
    form.fields["logged_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        told = dict(form.cleaned_data)
        told.pop("revision")
        told["area"] = next((area for area in places if area.code == told["area"]), None)
        told["team"] = _team_of(request, told["area"])
        where = Scope.of(
            service=agreement.key,
            area=told["area"].pk if told["area"] else "",
            team=told["team"].pk if told["team"] else None,
            users=[request.actor.id] if request.actor.id else [],
        )
        try:
            made = commands.log_barrier(request.actor, where, service=agreement.key, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:barrier", made.ref, said="The barrier is in the log.")
    return _form(request, {"form": form, "title": "Log a barrier", "submit": "Save"}, reverse("practice:barriers"))


def _team_of(request: PageRequest, area: Area | None) -> Team | None:
    """Their own team; where they have none, the team that works the place."""
    own = [key.removeprefix("team:") for key in request.actor.keys(Permission.LOG_BARRIER) if key.startswith("team:")]
    patch = team_of(area.pk, timezone.localdate(request.at)) if area and not own else None
    wanted = own[0] if own else patch.team_id if patch else None
    return Team.objects.filter(pk=wanted).first() if wanted else None


def barrier_or_404(request: PageRequest, ref: str) -> Barrier:
    """The barrier if this person may meet it. Raises Http404."""
    try:
        return queries.barrier(request.actor, ref)
    except Barrier.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.LOG_BARRIER)
@once
def barrier(request: PageRequest, ref: str) -> HttpResponse:
    """A barrier as it stands, and its words to change while it is open."""
    found = barrier_or_404(request, ref)
    now = {"description": found.description, "effect": found.effect, "action": found.action, "revision": found.revision}
    form = BarrierForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            commands.reword_barrier(request.actor, found, **form.cleaned_data, at=request.at)
        except (ChangedMeanwhile, Refused) as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:barrier", ref, said="The barrier has been changed.")
    return render(request, "practice/barrier.html", {"barrier": found, "form": form})


class ResolveForm(KitForm):
    resolved_on = fields.Date("When was it resolved?", missing="Enter the day it was resolved")
    outcome = fields.LongText("How?", longest=1000, rows=3, missing="Enter how it was resolved")


@page(allow=Permission.LOG_BARRIER)
@once
def barrier_resolve(request: PageRequest, ref: str) -> HttpResponse:
    found = barrier_or_404(request, ref)
    form = ResolveForm(request.POST or None)
    if form.is_valid():
        try:
            commands.resolve_barrier(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:barrier", ref, said="The barrier is resolved.")
    context = {"form": form, "title": "Resolve the barrier", "submit": "Save"}
    return _form(request, context, reverse("practice:barrier", args=[ref]))


def _form(request: PageRequest, context: dict[str, Any], back: str) -> HttpResponse:
    return plain_form(request, context, back=back, back_text="Barriers")
