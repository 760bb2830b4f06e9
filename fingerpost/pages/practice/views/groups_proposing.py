"""A programme recorded, and a run of one proposed with its sessions."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.http import HttpResponse

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_of_service
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import SchoolTerm
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_time
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.pages.practice.views.groups import need_in_words
from fingerpost.people.schooling.models import School
from fingerpost.work.directory import queries as directory
from fingerpost.work.groups import commands
from fingerpost.work.groups.commands import Duplicated
from fingerpost.work.groups.models import Programme, Run
from fingerpost.work.groups.offers import offer_of
from fingerpost.work.groups.queries import co_leaders_of

EVERY = {"1": "Every week", "2": "Every second week", "4": "Every fourth week"}
LONGEST_RUN = 60
USUAL_MINUTES, USUAL_PLACES = 120, 12


def offer_asked(request: PageRequest, held: Rules) -> str:
    """The kind of group named in the address; the contract's first for anything else."""
    offers = list(held.contract.offers)
    if not offers:
        raise Refused("This service offers no groups.")
    asked = request.GET.get("offer", "")
    return asked if asked in offers else offers[0]


class ProgrammeForm(KitForm):
    title = fields.Text("What is it called?", missing="Enter what it is called", longest=160)
    topic = fields.Choice(
        "What is it about?", required=False, blank="Nothing in particular", missing="Choose what it is about"
    )
    age_band = fields.Choice(
        "For children of what age?", required=False, blank="Any age", missing="Choose the age of the children"
    )
    outcomes = fields.Checkboxes(
        "What does it work towards?",
        required=False,
        hint="Each parent is measured on these before and after.",
        missing="Choose what it works towards",
    )
    evidence_base = fields.Text(
        "What shows that it works?",
        hint="A study, or who approved it.",
        required=False,
        longest=300,
        missing="Enter what shows that it works",
    )


@page(allow=Permission.RUN_GROUP)
@once
def programme_new(request: PageRequest) -> HttpResponse:
    held = groups.rules_today(request)
    offer = offer_asked(request, held)
    words = held.contract.offers[offer]
    form = ProgrammeForm(request.POST or None, initial={"outcomes": list(words.outcomes)})
    named = groups.outcome_words(held)
    offered: dict[str, list[tuple[str, str]]] = {
        "topic": list(words.topics.items()),
        "age_band": [(code, band.label) for code, band in words.age_bands.items()],
        "outcomes": [(code, named.get(code, code)) for code in words.outcomes],
    }
    for name, choices in offered.items():
        form.fields[name].offer(choices)  # type: ignore[attr-defined]
        if not choices:
            del form.fields[name]
    if form.is_valid():
        subject = _my_scope(request, held)
        try:
            _require_new(held.service, form.cleaned_data["title"])
            made = commands.define(
                request.actor, subject, service=held.service, offer=offer, **form.cleaned_data, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            to = f"/groups/new?offer={offer}&programme={made.pk}"
            return done(request, to, said=f"“{made.title}” has been added. Now plan a run of it.")
    return render(request, "practice/programme_new.html", {"form": form, "words": words, "offer": offer})


def _require_new(service: str, title: str) -> None:
    if Programme.objects.filter(service=service, title__iexact=" ".join(title.split())).exists():
        raise Refused("There is one of that name already. Go back and choose it in the list.", field="title")


def _my_scope(request: PageRequest, held: Rules) -> Scope:
    """A programme lies nowhere in particular: the scope is what they may run groups in."""
    return Scope(request.actor.keys(Permission.RUN_GROUP))


class ProposeForm(KitForm):
    """A run with its sessions. Fields that the contract does not ask of this kind are left out."""

    keep = "run"
    sections: ClassVar[list[tuple[str, list[str]]]] = [
        ("What and where", ["programme", "area", "venue_name", "leader", "co_leader", "places"]),
        ("When", ["starts_on", "clock", "minutes", "how_many", "every"]),
        ("Why here", ["gap", "need", "duplication_reason"]),
    ]
    programme = fields.Choice("Which one?", missing="Choose which one", searchable=True)
    area = fields.Choice("In which area?", missing="Choose the area", searchable=True)
    venue_name = fields.Text(
        "Where is it held?", hint="A school, hall or centre", missing="Enter where it is held", longest=160
    )
    leader = fields.Choice("Who leads it?", missing="Choose who leads it", searchable=True)
    co_leader = fields.Choice("Who else leads it?", searchable=True, required=False, missing="Choose who else leads it")
    places = fields.Number(
        "How many people can come?", missing="Enter how many people can come", least=1, most=999, width=3
    )
    starts_on = fields.Date("When is the first session?", missing="Enter the day of the first session")
    clock = fields.Time("What time does it begin?", missing="Enter the time at which it begins")
    minutes = fields.Number(
        "How many minutes does a session take?",
        missing="Enter how many minutes a session takes",
        least=5,
        most=720,
        width=3,
    )
    how_many = fields.Number(
        "How many sessions?", missing="Enter how many sessions there are", least=1, most=LONGEST_RUN, width=2
    )
    every = fields.Radios(
        "How often?", EVERY.items(), missing="Choose how often", hint="School holidays are left out.", inline=True
    )
    gap = fields.Text(
        "Which gap does it fill?",
        hint="What is missing here this term?",
        missing="Say which gap it fills",
        longest=300,
    )
    need = fields.Choice(
        "Which need does it answer?",
        required=False,
        blank="Not recorded yet",
        hint="You can add a need first, or later.",
        missing="Choose the need it answers",
    )
    duplication_reason = fields.Text(
        "Why run it, though somebody else offers the same?",
        required=False,
        longest=300,
        missing="Enter why you run it, though somebody else offers the same",
    )


@page(allow=Permission.RUN_GROUP)
@once
def run_new(request: PageRequest) -> HttpResponse:
    held = groups.rules_today(request)
    offer = offer_asked(request, held)
    areas = groups.areas_to_run_in(request, held)
    programmes = {str(p.pk): p for p in Programme.objects.filter(service=held.service, offer=offer).order_by("title")}
    leaders = possible_leaders(held.service, request.at)
    known: dict[str, dict[str, Any]] = {
        "programmes": programmes,
        "areas": areas,
        "leaders": leaders,
        "needs": _needs(held.service),
    }
    form = ProposeForm(request.POST or None, initial=_usual(request, held, offer, areas))
    _offer(form, known, held, offer)
    same: list[Any] = []
    if form.is_valid():
        try:
            made = _propose(request, held, form.cleaned_data, known)
        except Duplicated as twice:
            same = twice.same
            refused(form, twice)
        except Refused as refusal:
            refused(form, refusal, venue="venue_name", starts="starts_on", ends_on="starts_on")
        else:
            waits = (
                "The coordinator now has to agree." if made.needs_agreement else "Open it for booking when it is ready."
            )
            return done(request, "practice:run", made.ref, said=f"{made.programme.title} has been planned. {waits}")
    if not same and not form.data.get("duplication_reason"):
        form.fields.pop("duplication_reason")
    context = {
        "form": form,
        "offer": offer,
        "words": held.contract.offers[offer],
        "same": same,
        "offers": held.contract.offers,
    }
    return render(
        request, "practice/group_new.html", context | {"has_programme": bool(programmes), "has_area": bool(areas)}
    )


def _needs(service: str) -> dict[str, Any]:
    return {str(need.pk): need for need in directory.needs(service)[:200]}


def _usual(request: PageRequest, held: Rules, offer: str, areas: Mapping[str, Any]) -> dict[str, Any]:
    """What the form is filled in with; a link from the page of gaps says where and why."""
    words = held.contract.offers[offer]
    number = words.sessions
    usual = held.value(number) if isinstance(number, str) else number
    asked = {name: request.GET.get(name, "") for name in ("area", "gap", "programme", "need")}
    return asked | {
        "area": asked["area"] or (next(iter(areas)) if len(areas) == 1 else ""),
        "leader": str(request.actor.id),
        "minutes": USUAL_MINUTES,
        "places": USUAL_PLACES,
        "how_many": usual or 1,
        "every": "1",
    }


def _offer(form: ProposeForm, known: dict[str, dict[str, Any]], held: Rules, offer: str) -> None:
    words = held.contract.offers[offer]
    people = [(pk, user.name) for pk, user in known["leaders"].items()]
    choices = {
        "programme": [(pk, programme.title) for pk, programme in known["programmes"].items()],
        "area": [(code, place.area.name) for code, place in known["areas"].items()],
        "leader": people,
        "co_leader": people,
        "need": [(pk, need_in_words(need)) for pk, need in known["needs"].items()],
    }
    for name, offered in choices.items():
        form.fields[name].offer(offered)  # type: ignore[attr-defined]
    for name in ("gap", "need"):
        if name not in words.needs:
            del form.fields[name]


def _propose(request: PageRequest, held: Rules, told: dict[str, Any], known: dict[str, dict[str, Any]]) -> Any:
    place = known["areas"][told["area"]]
    days = session_days(held.service, told["starts_on"], told["how_many"], int(told["every"]))
    others = [known["leaders"][told["co_leader"]]] if told["co_leader"] not in ("", told["leader"]) else []
    return commands.propose(
        request.actor,
        place.scope,
        programme=known["programmes"][told["programme"]],
        area=place.area,
        venue_name=told["venue_name"],
        team=place.team,
        leader=known["leaders"][told["leader"]],
        co_leaders=others,
        starts_on=days[0],
        ends_on=days[-1],
        places=told["places"],
        sessions=_moments(days, told["clock"]),
        minutes=told["minutes"],
        gap=told.get("gap", ""),
        need=known["needs"].get(told.get("need", "")),
        duplication_reason=told.get("duplication_reason", ""),
        at=request.at,
    )


class ChangeForm(KitForm):
    """What may change without a new agreement."""

    keep = "run"
    venue_name = fields.Text("Where is it held?", missing="Enter where it is held", longest=160)
    leader = fields.Choice("Who leads it?", missing="Choose who leads it", searchable=True)
    co_leader = fields.Choice("Who else leads it?", searchable=True, required=False, missing="Choose who else leads it")
    ends_on = fields.Date("What is the last day?", missing="Enter the last day")
    gap = fields.Text("Which gap does it fill?", missing="Say which gap it fills", longest=300)


@page(allow=Permission.RUN_GROUP)
@once
def run_change(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    words = offer_of(run.programme, groups.rules_today(request).contract)
    leaders = possible_leaders(run.service, request.at)
    form = ChangeForm(request.POST or None, initial=_as_planned(run))
    for name in ("leader", "co_leader"):
        form.fields[name].offer([(pk, user.name) for pk, user in leaders.items()])  # type: ignore[attr-defined]
    if not words or "gap" not in words.needs:
        del form.fields["gap"]
    if form.is_valid():
        told = dict(form.cleaned_data)
        other = leaders.get(told.pop("co_leader"))
        told["leader"], told["co_leaders"] = leaders[told["leader"]], [other] if other else []
        try:
            commands.change(request.actor, run, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal, venue="venue_name")
        else:
            return done(request, "practice:run", ref, said="The group has been changed.")
    lead = "To move a session, cancel it and add another. The last day may be later then."
    context = {"run": run, "form": form, "title": "Change this group", "submit": "Save", "lead": lead}
    return render(request, "practice/group_form.html", context)


def _as_planned(run: Run) -> dict[str, Any]:
    other = next(iter(co_leaders_of(run)), None)
    return {
        "venue_name": run.venue.name if run.venue else "",
        "leader": str(run.leader_id or ""),
        "co_leader": str(other.pk) if other else "",
        "ends_on": run.ends_on,
        "gap": run.gap,
    }


def _moments(days: list[date], clock: time) -> list[datetime]:
    return [at_time(day, clock) for day in days]


def session_days(scheme: str, first: date, how_many: int, weeks: int) -> list[date]:
    """The first day, and then every so many weeks; days in school holidays are left out. One query."""
    calendars = School.objects.filter(area__scheme=scheme).values("calendar")
    halves = list(SchoolTerm.objects.filter(calendar__in=calendars).values_list("first_day", "last_day"))
    last = max((end for _, end in halves), default=first)
    found, day = [first], first
    while len(found) < how_many:
        day += timedelta(weeks=weeks)
        if day > last or any(begin <= day <= end for begin, end in halves):
            found.append(day)
    return found


def possible_leaders(service: str, at: datetime) -> dict[str, User]:
    """Whoever may run groups in the service, by name. One query."""
    return {str(user.pk): user for user in people_of_service(Permission.RUN_GROUP, service, at)}
