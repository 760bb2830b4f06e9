"""Where there are groups and where there are none, what others offer, and what families need."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import with_note
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.people.schooling.terms import Term
from fingerpost.work.directory import commands
from fingerpost.work.directory import queries as directory
from fingerpost.work.groups import queries
from fingerpost.work.groups.models import PROGRAMME

SHADES = 3


class TermForm(KitForm):
    term = fields.Choice("Term", required=False)


@page(allow=Permission.RUN_GROUP)
def coverage(request: PageRequest) -> HttpResponse:
    return render(request, "practice/coverage.html", coverage_of(request))


def coverage_of(request: PageRequest) -> dict[str, Any]:
    """Everything the page of coverage shows for a term: by the widest and the smallest areas, and what nobody said a need for."""
    held = groups.rules_today(request)
    term, known = groups.term_asked(request, held.service, timezone.localdate(request.at))
    form = TermForm(initial={"term": term.key})
    form.fields["term"].offer([(one.key, one.name) for one in known])  # type: ignore[attr-defined]
    levels = held.contract.levels or ("",)
    kinds = groups.kinds(held)
    span: dict[str, Any] = {"since": term.first_day, "until": term.last_day, "kinds": ["", *kinds]}
    wide = queries.coverage_by_kind(held.service, level=levels[0], **span)
    close = queries.coverage_by_kind(held.service, level=levels[-1], **span)
    return {
        "term": term,
        "filter": form,
        "kinds": kinds,
        "asked_in_each": {words.kind for words in held.contract.offers.values() if words.in_each},
        "level": held.contract.level_label(levels[0]),
        "in_level": held.contract.level_in_words(levels[0]),
        "wide": wide,
        "lines": _lines(wide, kinds),
        "close": _lines(close, kinds),
        "tiles": _tiles(held, close),
        "may_open": lambda run: request.actor.can(Permission.RUN_GROUP, run),
        "without_need": queries.without_need(held.service, since=term.first_day, until=term.last_day),
    }


def _lines(found: dict[str, list[Any]], kinds: dict[str, str]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Each area with its coverage by kind."""
    return [(one.area_name, [(kind, found[kind][n]) for kind in kinds]) for n, one in enumerate(found[""])]


def _tiles(held: Rules, close: dict[str, list[Any]]) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """The smallest areas under those that hold them: how many sessions each has, and its shade from 0 (none) to 3 (most)."""
    above = {code: area.parent for code, area in held.contract.areas.items()}
    most = max((one.sessions for one in close[""]), default=0)
    blocks: dict[str, list[tuple[str, int, int]]] = {}
    for one in close[""]:
        holder = above.get(one.area_code) or one.area_code
        name = held.contract.areas[holder].name if holder in held.contract.areas else holder
        shade = -(-SHADES * one.sessions // most) if most else 0
        blocks.setdefault(name, []).append((one.area_name, one.sessions, shade))
    return sorted(blocks.items())


class GapsForm(KitForm):
    term = fields.Choice("Term", required=False)
    area = fields.Choice("Where", required=False, blank="Everywhere")
    age_band = fields.Choice("Age of children", required=False, blank="Any age")


@page(allow=Permission.RUN_GROUP)
def gaps(request: PageRequest) -> HttpResponse:
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    term, known = groups.term_asked(request, held.service, today)
    offer = next((code for code, words in held.contract.offers.items() if words.kind == PROGRAMME), "")
    words = held.contract.offers.get(offer)
    levels = held.contract.levels or ("",)
    form = GapsForm(request.GET or None, initial={"term": term.key})
    wide = Area.objects.of_level(held.service, levels[0], held.on)
    form.fields["term"].offer([(one.key, one.name) for one in known])  # type: ignore[attr-defined]
    form.fields["area"].offer([(area.code, area.name) for area in wide])  # type: ignore[attr-defined]
    form.fields["age_band"].offer(groups.age_words(held).items())  # type: ignore[attr-defined]
    chosen = form.cleaned_data if form.is_valid() else {}
    ages, topics = chosen.get("age_band", ""), dict(words.topics) if words else {}
    span: dict[str, Any] = {"since": term.first_day, "until": term.last_day}
    within = chosen.get("area", "")
    lines = queries.gaps(held.service, level=levels[-1], topics=topics, age_band=ages, within=within, **span)
    mine = set(groups.areas_to_run_in(request, held))
    offered = directory.provision(held.service, **span)
    listed = _provision_list(held, term).of(request, offered.filter(age_band=ages) if ages else offered)
    if listed.file:
        return listed.file
    context = {
        "term": term,
        "filter": form,
        "topics": topics,
        "ages": groups.age_words(held),
        "kinds": groups.kinds(held),
        "rows": [
            (line, [(cell, _to_propose(offer, line, cell, topics, ages, held, term, mine)) for cell in line.cells])
            for line in lines
        ],
        "missing": sum(cell.is_gap for line in lines for cell in line.cells),
        "listed": listed,
    }
    return render(request, "practice/gaps.html", context)


def _provision_list(held: Rules, term: Term) -> List:
    """Other provision, whom the gaps' filters do not touch."""
    topics, ages, kinds = dict(_topics(held)), groups.age_words(held), groups.kinds(held)
    return List(
        columns=[
            Column(
                "Title", lambda one: one.title, lambda one: with_note(one.title, kinds.get(one.kind, one.kind)), "title"
            ),
            Column("Provider", lambda one: one.provider, sort="provider", phone="bare"),
            Column("About", lambda one: topics.get(one.topic, "Nothing in particular"), sort="topic"),
            Column("Ages", lambda one: ages.get(one.age_band, "Any age"), sort="age_band"),
            Column("Area", lambda one: one.area.name if one.area else "Everywhere", sort="area__name", phone="bare"),
            Column("From", lambda one: one.starts_on, sort="starts_on"),
            Column("Until", lambda one: one.ends_on or "Ongoing", sort="ends_on"),
        ],
        one="activity",
        many="activities",
        name="others",
        caption=f"Offered by others in {term.name}",
        search=["title", "provider", "area__name"],
        empty="Nothing offered by others is recorded for this term.",
    )


def _to_propose(
    offer: str, line: Any, cell: Any, topics: dict[str, str], ages: str, held: Rules, term: Term, mine: set[str]
) -> str:
    """Where a gap is filled: the form with its area and reason. Empty where there is none, or it is not theirs to fill."""
    if not cell.is_gap or line.area_code not in mine:
        return ""
    of_age = f" for ages {groups.age_words(held)[ages].lower()}" if ages else ""
    gap = f"{topics[cell.topic]}: nothing{of_age} in {line.area_name}, {term.name}"
    return "/groups/new?" + urlencode({"offer": offer, "area": line.area_code, "gap": gap})


class ProvisionForm(KitForm):
    """A programme that somebody else offers."""

    keep = "provision"
    sections: ClassVar[list[tuple[str, list[str]]]] = []
    provider = fields.Text("Who offers it?", missing="Enter who offers it", longest=160)
    title = fields.Text("What is it called?", missing="Enter what it is called", longest=160)
    kind = fields.Radios("What kind is it?", missing="Choose what kind it is")
    topic = fields.Choice(
        "What is it about?", required=False, blank="Nothing in particular", missing="Choose what it is about"
    )
    age_band = fields.Choice(
        "For children of what age?", required=False, blank="Any age", missing="Choose the age of the children"
    )
    area = fields.Choice("Where?", required=False, blank="Everywhere", searchable=True, missing="Choose where it is")
    starts_on = fields.Date("From which day?", missing="Enter the first day")
    ends_on = fields.Date(
        "Until which day?", hint="Leave it empty if it is ongoing.", required=False, missing="Enter the last day"
    )


@page(allow=Permission.RUN_GROUP)
@once
def provision_new(request: PageRequest) -> HttpResponse:
    held = groups.rules_today(request)
    areas = {area.code: area for area in Area.objects.of_service(held.service, held.on)}
    form = ProvisionForm(request.POST or None, initial={"kind": PROGRAMME, "starts_on": timezone.localdate(request.at)})
    form.fields["kind"].offer(groups.kinds(held).items())  # type: ignore[attr-defined]
    form.fields["topic"].offer(_topics(held))  # type: ignore[attr-defined]
    form.fields["age_band"].offer(groups.age_words(held).items())  # type: ignore[attr-defined]
    form.fields["area"].offer([(code, area.name) for code, area in areas.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data | {"area": areas.get(form.cleaned_data["area"])}
        try:
            commands.note_provision(request.actor, _mine(request), service=held.service, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:gaps", said=f"“{told['title']}” of {told['provider']} has been added.")
    context = {"form": form, "title": "Add other provision", "back": "practice:gaps", "back_text": "Gaps"}
    return render(request, "practice/coverage_form.html", context)


class NeedForm(KitForm):
    keep = "need"
    statement = fields.Text("What do families need?", missing="Enter what families need", longest=300)
    source = fields.Text(
        "Who said so, or where is it written?", missing="Enter who said so, or where it is written", longest=160
    )
    noted_on = fields.Date("When?", missing="Enter the day")
    topic = fields.Choice(
        "What is it about?", required=False, blank="Nothing in particular", missing="Choose what it is about"
    )
    area = fields.Choice("Where?", required=False, blank="Everywhere", searchable=True, missing="Choose where it is")


@page(allow=Permission.RUN_GROUP)
@once
def need_new(request: PageRequest) -> HttpResponse:
    held, today = groups.rules_today(request), timezone.localdate(request.at)
    areas = {area.code: area for area in Area.objects.of_service(held.service, held.on)}
    form = NeedForm(request.POST or None, initial={"noted_on": today})
    form.fields["noted_on"].bounds(latest=today)  # type: ignore[attr-defined]
    form.fields["topic"].offer(_topics(held))  # type: ignore[attr-defined]
    form.fields["area"].offer([(code, area.name) for code, area in areas.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data | {"area": areas.get(form.cleaned_data["area"])}
        try:
            commands.note_need(request.actor, _mine(request), service=held.service, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:needs", said="The need has been recorded.")
    context = {"form": form, "title": "Record a need", "back": "practice:needs", "back_text": "Needs"}
    return render(request, "practice/coverage_form.html", context)


@page(allow=Permission.RUN_GROUP)
def needs(request: PageRequest) -> HttpResponse:
    held = groups.rules_today(request)
    topics = dict(_topics(held))
    listed = List(
        columns=[
            Column("Need", lambda one: one.statement, lambda one: with_note(one.statement, topics.get(one.topic, ""))),
            Column("About", lambda one: topics.get(one.topic, ""), only="file"),
            Column("Area", lambda one: one.area.name if one.area else "Everywhere", sort="area__name"),
            Column("Source", lambda one: one.source, sort="source", phone="bare"),
            Column("Date", lambda one: one.noted_on, sort="noted_on", phone="bare"),
        ],
        one="need",
        filters=[Choice("topic", "About", topics.items(), lambda rows, topic: rows.filter(topic=topic))],
        search=["statement", "source", "area__name"],
        empty="No need has been recorded yet.",
    ).of(request, directory.needs(held.service))
    return listed.file or render(request, "practice/needs.html", {"listed": listed})


def _topics(held: Rules) -> list[tuple[str, str]]:
    return sorted({c: w for offer in held.contract.offers.values() for c, w in offer.topics.items()}.items())


def _mine(request: PageRequest) -> Scope:
    """Other provision lies nowhere in particular: the scope is what they may run groups in."""
    return Scope(request.actor.keys(Permission.RUN_GROUP))
