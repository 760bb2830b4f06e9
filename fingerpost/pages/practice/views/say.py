"""Having a say: what families were asked, who took part, and what changed because of it."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import tag, typed
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.occasions import About, Someone, about_or_404, people_of_my_cases
from fingerpost.people.families.models import Person
from fingerpost.work.community import commands, queries
from fingerpost.work.community.models import Say

A_YEAR = timedelta(days=365)


@page(allow=Permission.VIEW_FAMILY)
def says(request: PageRequest) -> HttpResponse:
    today, service = timezone.localdate(request.at), request.actor.service
    rows = queries.says(request.actor, service, since=today - A_YEAR, until=today)
    listed = _list(kinds_of(service, request)).of(request, rows)
    context = {
        "listed": listed,
        "since": today - A_YEAR,
        "may_record": request.actor.has(Permission.RECORD_CONTACT),
    }
    return listed.file or render(request, "practice/says.html", context)


def _list(kinds: dict[str, str]) -> List:
    return List(
        columns=[
            Column("About", lambda one: one.title, lambda one: link_to(one.title, "practice:say", one.ref), sort=True),
            Column("Kind", lambda one: kinds.get(one.kind, one.kind), sort=True, phone="bare"),
            Column("Date", lambda one: one.happened_on, sort=True, phone="bare"),
            Column("People", lambda one: one.people, numeric=True, sort=True),
            Column("You said", lambda one: one.said, lambda one: typed(one.said) or "Not recorded"),
            Column("We did", lambda one: one.changed, lambda one: typed(one.changed) or tag("Not told yet", "yellow")),
        ],
        one="activity",
        many="activities",
        filters=[
            Choice("kind", "Kind", kinds.items(), lambda rows, kind: [one for one in rows if one.kind == kind]),
            Choice(
                "told",
                "We did",
                [("no", "Not told yet"), ("yes", "Told")],
                lambda rows, told: [one for one in rows if bool(one.changed) == (told == "yes")],
            ),
        ],
        search=True,
        empty="Nothing has been recorded yet.",
    )


def kinds_of(service: str, request: PageRequest) -> dict[str, str]:
    """What the contract calls the kinds of say: code to label."""
    kinds = rules(service, timezone.localdate(request.at)).contract.pathway.participation
    return {code: words.label for code, words in kinds.items()}


class SayForm(KitForm):
    """One occasion, with everybody who took part."""

    kind = fields.Radios("What kind of participation was it?", missing="Choose what kind of participation it was")
    title = fields.Text(
        "What was it about?", hint="For example: when drop-ins are held", longest=160, missing="Enter what it was about"
    )
    happened_on = fields.Date("When?", missing="Enter the day it took place")
    people = fields.Checkboxes("Who took part?", missing="Choose who took part")
    said = fields.LongText("What did they say?", required=False, longest=4000, missing="Enter what they said")
    changed = fields.LongText(
        "What changed because of it?",
        hint="You can add this later.",
        required=False,
        longest=4000,
        missing="Enter what changed because of it",
    )

    def offer(self, request: PageRequest, people: list[Someone]) -> None:
        today = timezone.localdate(request.at)
        self.fields["kind"].offer(kinds_of(request.actor.service, request).items())  # type: ignore[attr-defined]
        self.fields["people"].offer([(str(one.person.pk), one.label) for one in people])  # type: ignore[attr-defined]
        self.fields["happened_on"].bounds(latest=today)  # type: ignore[attr-defined]


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def say_new(request: PageRequest) -> HttpResponse:
    request.saw("family")
    about = _about(request)
    people = about.people if about else people_of_my_cases(request)
    form = SayForm(request.POST or None, initial={"happened_on": timezone.localdate(request.at)})
    form.offer(request, people)
    if form.is_valid():
        try:
            kept = _record(request, form.cleaned_data, about)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:say", kept.ref, said="Written down.")
    context = {"form": form, "about": about, "people": people, "title": "Record participation"}
    return render(request, "practice/say_new.html", context)


def _about(request: PageRequest) -> About | None:
    """The case or run whose people are offered, where the address names one."""
    ref = request.GET.get("about", "")
    return about_or_404(request, ref, Permission.RECORD_CONTACT) if ref else None


def _record(request: PageRequest, told: dict[str, Any], about: About | None) -> Say:
    seen = Person.objects.visible_to(request.actor, Permission.RECORD_CONTACT)
    people = list(seen.filter(pk__in=told.pop("people")))
    return commands.record_say(
        request.actor,
        _lies(request, people),
        service=request.actor.service,
        people=people,
        area=Area.objects.filter(pk=about.occasion.area).first() if about else None,
        at=request.at,
        **told,
    )


def _lies(request: PageRequest, people: list[Person]) -> Scope:
    """With whoever writes it down, the service, and the teams of those who took part."""
    teams = {key for person in people for key in person.scope_keys if key.startswith("team:")}
    return Scope.of(service=request.actor.service, users=[request.actor.id] if request.actor.id else []) | Scope(
        frozenset(teams)
    )


def say_or_404(request: PageRequest, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Say:
    """The occasion, if they may meet it. Raises Http404."""
    try:
        return queries.get(request.actor, ref, permission)
    except Say.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.VIEW_FAMILY, shows="family")
def say(request: PageRequest, ref: str) -> HttpResponse:
    shown = queries.say_page(request.actor, say_or_404(request, ref))
    request.saw("family", *[part.family_id for part in shown.people if part.family_id])
    context = {
        "page": shown,
        "say": shown.say,
        "kind": kinds_of(shown.say.service, request).get(shown.say.kind, shown.say.kind),
        "may_record": request.actor.can(Permission.RECORD_CONTACT, shown.say),
    }
    return render(request, "practice/say.html", context)


class ChangedForm(KitForm):
    changed = fields.LongText(
        "What changed because of it?",
        hint="If nothing could change, say why.",
        longest=4000,
        missing="Enter what changed because of it",
    )
    changed_on = fields.Date("When?", missing="Enter the day it changed")


@page(allow=Permission.RECORD_CONTACT)
@once
def say_changed(request: PageRequest, ref: str) -> HttpResponse:
    found = say_or_404(request, ref, Permission.RECORD_CONTACT)
    today = timezone.localdate(request.at)
    form = ChangedForm(request.POST or None, initial={"changed": found.changed, "changed_on": today})
    form.fields["changed_on"].bounds(latest=today, earliest=found.happened_on)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            commands.tell_what_changed(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:say", ref, said="Written down.")
    context = {"say": found, "form": form, "title": "What changed", "submit": "Save"}
    return render(request, "practice/say_form.html", context)


class MorePeopleForm(KitForm):
    people = fields.Checkboxes("Who else took part?", missing="Choose who else took part")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def say_people(request: PageRequest, ref: str) -> HttpResponse:
    found = say_or_404(request, ref, Permission.RECORD_CONTACT)
    request.saw("family")
    there = {part.person_id for part in queries.say_page(request.actor, found).people}
    people = [one for one in people_of_my_cases(request) if one.person.pk not in there]
    form = MorePeopleForm(request.POST or None)
    form.fields["people"].offer([(str(one.person.pk), one.label) for one in people])  # type: ignore[attr-defined]
    if form.is_valid():
        seen = Person.objects.visible_to(request.actor, Permission.RECORD_CONTACT)
        commands.add_people(
            request.actor, found, people=list(seen.filter(pk__in=form.cleaned_data["people"])), at=request.at
        )
        return done(request, "practice:say", ref, said="Written down.")
    context = {"say": found, "form": form, "title": "Add people who took part", "submit": "Save"}
    return render(request, "practice/say_form.html", context | {"nobody": not people})
