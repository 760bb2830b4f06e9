"""Groups: the list of a term, one run with everything about it, and the steps from proposed to public."""

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places.models import Area
from fingerpost.pages.kit import fields, words
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.work.directory import queries as directory
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.models import DROP_IN, Run
from fingerpost.work.groups.offers import measures_of, offer_of

EVERY = ("", "All")


class FilterForm(KitForm):
    """What the list shows. Sent by GET: it names no person."""

    term = fields.Choice("Term", required=False)
    area = fields.Choice("Where", required=False, blank="Everywhere")
    kind = fields.Choice("Kind", required=False, blank="All kinds")
    status = fields.Choice("Status", required=False, blank="All")
    whose = fields.Choice("Whose", [("all", "All of the service")], required=False, blank="Those I may work with")


@page(allow=Permission.RUN_GROUP)
def run_list(request: PageRequest) -> HttpResponse:
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    term, known = groups.term_asked(request, held.service, today)
    form = FilterForm(request.GET or None, initial={"term": term.key})
    areas = list(Area.objects.filter(scheme=held.service).order_by("-level", "name"))
    form.fields["term"].offer([(one.key, one.name) for one in known])  # type: ignore[attr-defined]
    form.fields["area"].offer([(area.code, area.name) for area in areas])  # type: ignore[attr-defined]
    form.fields["kind"].offer(groups.kinds(held).items())  # type: ignore[attr-defined]
    form.fields["status"].offer(groups.STATUSES.items())  # type: ignore[attr-defined]
    chosen = form.cleaned_data if form.is_valid() else {}
    found = queries.runs(
        held.service,
        since=term.first_day,
        until=term.last_day,
        area=chosen.get("area", ""),
        kind=chosen.get("kind", ""),
        status=chosen.get("status", ""),
    )
    wanted, all_of_them = chosen.get("status", ""), chosen.get("whose") == "all"
    lines = [(r, r.status_on(today)) for r in found if all_of_them or request.actor.can(Permission.RUN_GROUP, r)]
    context = {
        "lines": [(run, status) for run, status in lines if wanted in ("", status)],
        "filter": form,
        "term": term,
        "kinds": groups.kinds(held),
        "offers": groups.offers(held),
        "statuses": groups.STATUSES,
        "to_mark": queries.registers_to_mark(request.actor, request.at),
        "may_open": lambda run: request.actor.can(Permission.RUN_GROUP, run),
    }
    return render(request, "practice/groups.html", context)


@page(allow=Permission.RUN_GROUP, shows="person")
def run_page(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    return render(request, "practice/group.html", _about(request, run) | {"run": run})


def _about(request: PageRequest, run: Run) -> dict[str, Any]:
    """What the page of a run shows, people only as far as she may meet them."""
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    sessions = list(queries.sessions_of(run))
    measures = measures_of(run.programme, held.contract)
    status = run.status_on(today)
    share = groups.completed_share(held) if status == "ended" and not run.programme.is_drop_in else None
    standing = sum(session.cancelled_at is None for session in sessions)
    people = queries.participants(request.actor, run, sessions=standing, share=share, measures=measures)
    waiting = queries.waiting_for(request.actor, run)
    taken, wait = run.taken, run.wait  # type: ignore[attr-defined]
    request.saw("person", *[one.person.pk for one in people], *[line.person_id for line in waiting])
    return {
        "status": status,
        "statuses": groups.STATUSES,
        "offer": offer_of(run.programme, held.contract),
        "kinds": groups.kinds(held),
        "topics": groups.topic_words(held),
        "outcomes": groups.outcome_words(held),
        "ages": groups.age_words(held),
        "sessions": sessions,
        "standing": standing,
        "people": people,
        "waiting": waiting,
        "taken": taken,
        "unseen": taken - len(people) + wait - len(waiting),
        "measures": measures,
        "improved": queries.improved(people, measures),
        "share": share,
        "co_leaders": queries.co_leaders_of(run),
        "coordinators": queries.coordinators_of(run.service, run.area_id, request.at) if run.needs_agreement else [],
        "signposted": _signposted(run, [s.pk for s in sessions]),
        "steps": _history(run),
        "now": request.at,
        "may_ask": request.actor.can(Permission.RECORD_CONTACT, run),
    }


def _signposted(run: Run, sessions: list[Any]) -> list[tuple[str, int]]:
    """Services to which people were pointed at all sessions together, with how many: those of most people first."""
    if run.programme.kind != DROP_IN:
        return []
    found: dict[str, int] = {}
    for one in directory.signposted("groups.session", sessions):
        found[one.entry.name] = found.get(one.entry.name, 0) + one.people
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


STEPS = {
    "planning.propose": "Proposed",
    "planning.agree": "Agreed with the coordinator",
    "planning.advertise": "Made public",
    "planning.call_off": "Called off",
    "planning.answer_need": "Need recorded",
    "planning.change": "Changed",
    "attending.change_places": "Number of places changed",
}


def _history(run: Run) -> list[dict[str, Any]]:
    """What was done with the run, newest first, by whom."""
    found = []
    for change in changes(run):
        event: Any = change["event"]
        title = STEPS.get(str(change.get("command", "")))
        if title:
            agreed = ""
            if title == STEPS["planning.agree"]:
                agreed = f"By {event.agreed_by}, on {words.date(event.agreed_on)}."
            told = (event.pgh_context or {}).get("at")
            at = datetime.fromisoformat(told) if told else change["at"]
            found.append(
                {"title": title, "at": at, "by": str(change.get("name", "")), "text": agreed or _why(event, title)}
            )
    return found


def _why(event: Any, title: str) -> str:
    if title == "Called off":
        return str(event.cancelled_reason)
    return (
        f"Although others offer the same: {event.duplication_reason}"
        if title == "Proposed" and event.duplication_reason
        else ""
    )


@page(allow=Permission.RUN_GROUP)
@once
def run_advertise(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    form = KitForm(request.POST or None)
    if request.method == "POST":
        try:
            commands.advertise(request.actor, run, at=request.at)
        except Refused as refusal:
            form = KitForm({})
            refused(form, refusal)
        else:
            return done(request, "practice:run", ref, said="The group is public. People can be booked on it.")
    context = {"run": run, "form": form, "title": "Make this group public", "submit": "Make it public"}
    return render(request, "practice/group_form.html", context)


class CallOffForm(KitForm):
    reason = fields.LongText("Why is it called off?", missing="Say why it is called off", rows=3, longest=300)


@page(allow=Permission.RUN_GROUP)
@once
def run_call_off(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    form = CallOffForm(request.POST or None)
    if form.is_valid():
        try:
            commands.call_off(request.actor, run, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:run", ref, said="The group has been called off. Tell those who were booked.")
    context = {
        "run": run,
        "form": form,
        "title": "Call this group off",
        "submit": "Call it off",
        "kind": "warning",
        "lead": "All sessions that were not held are called off too. Places stay on record.",
    }
    return render(request, "practice/group_form.html", context)


class PlacesForm(KitForm):
    places = fields.Number(
        "How many people can come?", missing="Enter how many people can come", least=1, most=999, width=3
    )


@page(allow=Permission.RUN_GROUP)
@once
def run_places(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    form = PlacesForm(request.POST or None, initial={"places": run.places})
    if form.is_valid():
        try:
            booked = commands.change_places(request.actor, run, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(
                request,
                "practice:run",
                ref,
                said=f"There are {form.cleaned_data['places']} places now. {told_of(booked)}",
            )
    context = {"run": run, "form": form, "title": "Change the number of places", "submit": "Save"}
    return render(request, "practice/group_form.html", context)


def told_of(booked: list[Any]) -> str:
    """Who got a place from the waiting list, in a sentence; empty where nobody did."""
    if not booked:
        return ""
    names = ", ".join(one.person.full_name for one in booked)
    return f"From the waiting list, {names} now {'has a place' if len(booked) == 1 else 'have places'}. Tell them."


class NeedForm(KitForm):
    need = fields.Choice("Which need does it answer?", missing="Choose a need")


@page(allow=Permission.RUN_GROUP)
@once
def run_need(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    form = NeedForm(request.POST or None, initial={"need": str(run.need_id or "")})
    known = {str(need.pk): need for need in directory.needs(run.service, area=run.area)}
    form.fields["need"].offer([(pk, need_in_words(need)) for pk, need in known.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        commands.answer_need(request.actor, run, need=known[form.cleaned_data["need"]], at=request.at)
        return done(request, "practice:run", ref, said="The need has been recorded.")
    context = {"run": run, "form": form, "title": "Which need is it for?", "submit": "Save", "need": True}
    return render(request, "practice/group_form.html", context)


def need_in_words(need: Any) -> str:
    """A need as one line of a list."""
    noted: date = need.noted_on
    return f"{need.statement} ({need.source}, {noted.day} {noted:%B %Y})"
