"""Groups: the list of a term, one run with everything about it, and the steps from proposed to public."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places.models import Area, area_key
from fingerpost.pages.kit import fields, words
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, tag, with_note, with_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.people.schooling.terms import Term
from fingerpost.work.directory import queries as directory
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.models import DROP_IN, Run
from fingerpost.work.groups.offers import measures_of, offer_of
from fingerpost.work.groups.queries.people import BY_THEIR_PLACE, Participant


@page(allow=Permission.RUN_GROUP)
def run_list(request: PageRequest) -> HttpResponse:
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    term, known = groups.term_asked(request, held.service, today)
    found = queries.runs(held.service, since=term.first_day, until=term.last_day)
    listed = _groups_list(request, held, term, known).of(request, [(run, run.status_on(today)) for run in found])
    if listed.file:
        return listed.file
    context = {
        "listed": listed,
        "term": term,
        "offers": groups.offers(held),
        "to_mark": queries.registers_to_mark(request.actor, request.at),
    }
    return render(request, "practice/groups.html", context)


Line = tuple[Run, str]
"""A run and where it stands."""


def _groups_list(request: PageRequest, held: Rules, term: Term, known: list[Term]) -> List:
    kinds = groups.kinds(held)
    areas = Area.objects.filter(scheme=held.service).order_by("-depth", "name")
    above = {area.key: area.parent_id for area in areas}

    def may_open(run: Run) -> bool:
        return request.actor.can(Permission.RUN_GROUP, run)

    def named(line: Line) -> Markup:
        run = line[0]
        title = link_to(run.programme.title, "practice:run", run.ref, hidden=run.ref) if may_open(run) else None
        return with_note(title or run.programme.title, kinds.get(run.programme.kind, run.programme.kind))

    def lies_in(line: Line, code: str) -> bool:
        key, wanted = line[0].area_id, area_key(held.service, code)
        while key and key != wanted:
            key = above.get(key) or ""
        return bool(key)

    def kept(keep: Callable[[Line, str], bool]) -> Callable[[list[Line], str], list[Line]]:
        return lambda lines, chosen: [line for line in lines if keep(line, chosen)]

    return List(
        columns=[
            Column("Group", lambda line: line[0].programme.title, named, sort=True),
            Column("Kind", lambda line: kinds.get(line[0].programme.kind, line[0].programme.kind), only="file"),
            Column("Area", lambda line: line[0].area.name, _where, sort=True, phone="bare"),
            Column("Venue", lambda line: line[0].venue.name if line[0].venue else "", only="file"),
            Column("Led by", lambda line: line[0].leader.name if line[0].leader else "", sort=True, phone="no"),
            Column("Starts", lambda line: line[0].starts_on, _when, sort=True, phone="bare"),
            Column("Ends", lambda line: line[0].ends_on, only="file"),
            Column("Places taken", _taken, _places, sort=_taken, numeric=True, phone="bare"),
            Column("Places", lambda line: "" if line[0].programme.is_drop_in else line[0].places, only="file"),
            Column("Waiting", lambda line: line[0].wait, numeric=True, sort=True),  # type: ignore[attr-defined]
            Column(
                "Status",
                lambda line: groups.STATUSES[line[1]],
                lambda line: status_tag(line[1], groups.STATUSES[line[1]]),
                sort=True,
                phone="bare",
            ),
        ],
        one="group",
        filters=[
            Choice("term", "Term", [(t.key, t.name) for t in known], lambda lines, _: lines, start=term.key),
            Choice("area", "Area", [(area.code, area.name) for area in areas], kept(lies_in), blank="All areas"),
            Choice("kind", "Kind", kinds.items(), kept(lambda line, kind: line[0].programme.kind == kind)),
            Choice("status", "Status", groups.STATUSES.items(), kept(lambda line, status: line[1] == status)),
            Choice(
                "whose",
                "Groups of",
                [("mine", "My teams"), ("all", "The whole service")],
                kept(lambda line, whose: whose == "all" or may_open(line[0])),
                start="mine",
            ),
        ],
        search=True,
        caption=term.name,
        empty="There is no group this term. Choose another term, or plan one.",
    )


def _taken(line: Line) -> int:
    return int(line[0].taken)  # type: ignore[attr-defined]


def _places(line: Line) -> str:
    run = line[0]
    return f"{_taken(line)} known" if run.programme.is_drop_in else f"{_taken(line)} of {run.places}"


def _where(line: Line) -> Markup:
    run = line[0]
    return with_note(run.area.name, run.venue.name if run.venue else "")


def _when(line: Line) -> str:
    run = line[0]
    first = words.short_date(run.starts_on)
    return first if run.ends_on == run.starts_on else f"{first} to {words.short_date(run.ends_on)}"


@page(allow=Permission.RUN_GROUP, shows="person")
def run_page(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    shown = _about(request, run)
    listed = _people_list(request, run, shown).of(request, shown["people"])
    return listed.file or render(request, "practice/group.html", shown | {"run": run, "listed": listed})


def _people_list(request: PageRequest, run: Run, shown: dict[str, Any]) -> List:
    """Those who have a place: how often each came, what was measured of them, and what may be done."""
    of_all = shown["sessions_held"] if shown["share"] else shown["standing"]

    def named(one: Participant) -> Markup | str:
        return with_tag(one.person.full_name, tag("Finished", "green")) if one.has_finished else one.person.full_name

    def do(one: Participant) -> Markup:
        context = {"one": one, "run": run, "status": shown["status"]}
        return Markup(render_to_string("practice/group_person.html", context))  # noqa: S704 - a template of ours

    came = Column(
        "Came",
        lambda one: one.came,
        lambda one: f"{one.came} of {of_all}",
        numeric=True,
        sort=True,
    )
    measured = [
        Column(shown["outcomes"].get(outcome, outcome), partial(_measured, outcome)) for outcome in shown["measures"]
    ]
    finished = Choice(
        "finished",
        "Finished",
        [("yes", "Finished"), ("no", "Did not finish")],
        lambda rows, which: [one for one in rows if bool(one.has_finished) == (which == "yes")],
    )
    return List(
        columns=[
            Column("Name", lambda one: one.person.full_name, named, sort=True),
            *([] if run.programme.is_drop_in else [came]),
            *measured,
            Column("Do", do, only="page", phone="bare"),
        ],
        one="person",
        many="people",
        filters=[finished] if shown["share"] else [],
        search=True,
        empty="Nobody has a place yet.",
        name="people",
    )


def _measured(outcome: str, one: Participant) -> str:
    """Their first and last score: 12 to 9, improved."""
    found = one.measured[outcome]
    if found.start is None and found.end is None:
        return "Not measured"
    first, last = words.number(found.start) or "No score", words.number(found.end) or "no score"
    return f"{first} to {last}" + (f", {found.result}" if found.result != "not_measured" else "")


@seeing_everything(why=BY_THEIR_PLACE)
def _about(request: PageRequest, run: Run) -> dict[str, Any]:
    """What the page of a run shows, people only as far as they may meet them."""
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    sessions = list(queries.sessions_of(run))
    measures = measures_of(run.programme, held.contract)
    status = run.status_on(today)
    share = groups.completed_share(held) if status == "ended" and not run.programme.is_drop_in else None
    sessions_held = sum(session.held_at is not None for session in sessions)
    everybody = queries.participants(request.actor, run, sessions=sessions_held, share=share, measures=measures)
    people = [one for one in everybody if one.has_place]
    waiting = queries.waiting_for(request.actor, run, timezone.localdate(request.at))
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
        "standing": sum(session.cancelled_at is None for session in sessions),
        "sessions_held": sessions_held,
        "everybody": everybody,
        "people": people,
        "waiting": waiting,
        "taken": taken,
        "unseen": taken - len(people) + wait - len(waiting),
        "measures": measures,
        "improved": queries.improved(everybody, measures),
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
    "planning.advertise": "Opened for booking",
    "planning.call_off": "Cancelled",
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
    if title == "Cancelled":
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
            return done(request, "practice:run", ref, said="People can now be booked on the group.")
    context = {"run": run, "form": form, "title": "Open this group for booking", "submit": "Open for booking"}
    return render(request, "practice/group_form.html", context)


class CallOffForm(KitForm):
    reason = fields.LongText("Why is it cancelled?", missing="Say why it is cancelled", rows=3, longest=300)


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
            return done(request, "practice:run", ref, said="The group has been cancelled. Tell those who were booked.")
    context = {
        "run": run,
        "form": form,
        "title": "Cancel this group",
        "submit": "Cancel the group",
        "kind": "warning",
        "lead": "All sessions that were not held are cancelled too. Places stay on record.",
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
