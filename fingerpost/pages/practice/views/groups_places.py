"""Places on a run: for a parent from one's cases, somebody found, or somebody new; the waiting list; places given back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.naming import ONE_IS_ENOUGH, require_a_name
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice import groups
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.pages.practice.views.groups import told_of
from fingerpost.people.families.matching import matches
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.people.families.queries import find, members_of
from fingerpost.work.casework.models import Case
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.models import Booking, Run, Waiting

MOST = 20
MOST_OWN = 300


class FindForm(KitForm):
    words = fields.Text(
        "Find somebody else",
        hint="Name, postcode, date of birth or a number such as F-7K3Q2M",
        missing="Enter a name, a postcode, a date of birth or a number",
        longest=200,
        required=False,
    )


class ParentForm(KitForm):
    person = fields.Choice(
        "A parent from your cases", missing="Choose a parent", required=False, searchable=True, blank="Choose"
    )


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def place_new(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    own = _own_parents(request)
    parents = ParentForm()
    parents.fields["person"].offer([(str(pk), name) for pk, name in own.items()])  # type: ignore[attr-defined]
    form = FindForm(request.POST if "words" in request.POST else None)
    if chosen := request.POST.get("person", ""):
        form = KitForm({})  # type: ignore[assignment]
        try:
            return _given_a_place(request, run, chosen)
        except Refused as refusal:
            refused(form, refusal)
            run = groups.run_or_404(request, ref)
    elif "person" in request.POST:
        form = KitForm({})  # type: ignore[assignment]
        form.add_error(None, "Choose a parent, or find somebody else")
    words = form.cleaned_data["words"] if isinstance(form, FindForm) and form.is_valid() else ""
    found = find(request.actor, words, MOST) if words else None
    request.saw("person", *own, *[one.person_id for one in found or []])
    shown = {"run": run, "parents": parents if own else None, "found": found, "form": form}
    finding = form if isinstance(form, FindForm) else FindForm()
    return render(
        request, "practice/group_place.html", shown | {"finding": finding, "is_full": _is_full(run), "most": MOST}
    )


def _is_full(run: Run) -> bool:
    return not run.programme.is_drop_in and run.taken >= run.places  # type: ignore[attr-defined]


def _own_parents(request: PageRequest) -> dict[UUID, str]:
    """Parents of the families of their open cases: id to name, by name. One query."""
    mine = Case.objects.visible_to(request.actor).filter(worker=request.actor.id, closed_at=None).values("family")
    places = Membership.objects.visible_to(request.actor).filter(
        family__in=mine, until=None, part=Membership.Part.PARENT
    )
    rows = places.select_related("person").order_by("person__last_name", "person__first_name")[:MOST_OWN]
    return {row.person_id: row.person.full_name for row in rows}


def _given_a_place(request: PageRequest, run: Run, chosen: str) -> HttpResponse:
    """Book them, or put them on the waiting list where that was asked for. Raises Refused and Http404."""
    person, family = _person_or_404(request, chosen)
    if "waiting" in request.POST:
        commands.wait(request.actor, run, person=person, family=family, at=request.at)
        return done(request, "practice:run", run.ref, said=f"{person.full_name} is on the waiting list.")
    commands.book(request.actor, run, person=person, family=family, at=request.at)
    return done(request, *_back(request, run), said=f"{person.full_name} has a place.")


def _back(request: PageRequest, run: Run) -> list[Any]:
    """To the register that they came from, or else to the run."""
    session = request.GET.get("session", "")
    try:
        return ["practice:run_session", run.ref, UUID(session)]
    except ValueError:
        return ["practice:run", run.ref]


def _person_or_404(request: PageRequest, chosen: str) -> tuple[Person, Family | None]:
    """Somebody whom they may meet, with the family they live in now. Raises Http404. Two queries."""
    try:
        person = Person.objects.visible_to(request.actor).filter(pk=UUID(chosen), merged_into=None).first()
    except ValueError as wrong:
        raise Http404 from wrong
    if person is None:
        raise Http404
    living = Membership.objects.visible_to(request.actor).filter(person=person, until=None).select_related("family")
    place = living.order_by("-recorded_at").first()
    return person, place.family if place else None


class NewcomerForm(KitForm):
    """The least that a register needs."""

    keep = "newcomer"
    first_name = fields.Text("First name", required=False, longest=100)
    last_name = fields.Text("Last name", hint=ONE_IS_ENOUGH, required=False, longest=100)
    phone = fields.Text("Telephone", required=False, longest=40, width=20)
    born_on = fields.Date("Date of birth", required=False)
    sex = fields.Radios(
        "Sex", [("F", "Female"), ("M", "Male"), ("N", "Prefer not to say")], required=False, inline=True
    )
    is_new = fields.Confirm("This is somebody else", required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        require_a_name(self, "first_name", "last_name")
        return told


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def place_newcomer(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    form = NewcomerForm(request.POST or None)
    alike: list[Any] = []
    if form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "is_new"}
        told["sex"] = "" if told["sex"] == "N" else told["sex"]
        alike = [] if form.cleaned_data["is_new"] else _alike(request, told)
        if not alike:
            try:
                return _welcomed(request, run, told)
            except Refused as refusal:
                refused(form, refusal)
        else:
            form.add_error(None, "We know somebody like this. Choose them below, or say that this is somebody else.")
    if not alike:
        form.fields.pop("is_new")
    request.saw("person", *[match.person.pk for match in alike])
    context = {"run": run, "form": form, "alike": alike, "is_full": _is_full(run)}
    return render(request, "practice/group_newcomer.html", context)


def _alike(request: PageRequest, told: dict[str, Any]) -> list[Any]:
    named = {name: told[name] for name in ("first_name", "last_name", "born_on")}
    return matches(request.actor, **named, limit=5)


def _welcomed(request: PageRequest, run: Run, told: dict[str, Any]) -> HttpResponse:
    full = _is_full(run)
    person = commands.welcome(request.actor, run, **told, waits=full, at=request.at)
    where = "is on the waiting list" if full else "has a place"
    return done(request, *_back(request, run), said=f"{person.full_name} has been recorded and {where}.")


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def place_cancel(request: PageRequest, ref: str, booking: UUID) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    row = Booking.objects.visible_to(request.actor, Permission.RUN_GROUP).filter(run=run, pk=booking).first()
    if row is None:
        raise Http404
    request.saw("person", row.person_id)
    form = KitForm(request.POST or None)
    if request.method == "POST":
        booked = commands.cancel(request.actor, row, at=request.at)
        said = f"{row.person.full_name} has given their place back. {told_of(booked)}"
        return done(request, "practice:run", ref, said=said)
    context = {
        "run": run,
        "form": form,
        "title": f"Cancel the place of {row.person.full_name}",
        "submit": "Cancel the place",
        "kind": "warning",
        "lead": "Whoever has waited longest gets the place at once. What is marked in registers stays.",
    }
    return render(request, "practice/group_form.html", context)


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def waiting_end(request: PageRequest, ref: str, line: UUID) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    row = Waiting.objects.visible_to(request.actor, Permission.RUN_GROUP).filter(run=run, pk=line).first()
    if row is None:
        raise Http404
    request.saw("person", row.person_id)
    if request.method == "POST":
        commands.stop_waiting(request.actor, row, at=request.at)
        return done(request, "practice:run", ref, said=f"{row.person.full_name} no longer waits.")
    title = f"Take {row.person.full_name} off the waiting list"
    context = {"run": run, "form": KitForm(), "title": title, "submit": "Take off the list", "kind": "warning"}
    return render(request, "practice/group_form.html", context)


class FamilyPlaceForm(KitForm):
    person = fields.Radios("Who comes?", missing="Choose who comes")
    run = fields.Choice("To which group?", missing="Choose a group", searchable=True)


@page(allow=Permission.RUN_GROUP, shows="family")
@once
def family_place(request: PageRequest, ref: str) -> HttpResponse:
    about = family_or_404(request, ref)
    people = {str(m.person.pk): m.person for m in members_of(request.actor, [about])[about.pk]}
    held = groups.rules_today(request)
    runs = {str(r.pk): r for r in queries.may_be_booked(held.service, on=timezone.localdate(request.at))[:200]}
    form = FamilyPlaceForm(request.POST or None)
    form.fields["person"].offer([(pk, person.full_name) for pk, person in people.items()])  # type: ignore[attr-defined]
    form.fields["run"].offer([(pk, _run_in_words(run)) for pk, run in runs.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        person, run = people[form.cleaned_data["person"]], runs[form.cleaned_data["run"]]
        try:
            commands.send(request.actor, about, run=run, person=person, at=request.at)
        except Refused as refusal:
            refused(form, refusal, person="run")
        else:
            said = f"{person.full_name} has a place on {run.programme.title}."
            return done(request, "practice:family", ref, said=said)
    context = {"family": about, "form": form, "title": "Book a group"}
    return render(request, "practice/family_form.html", context)


def _run_in_words(run: Run) -> str:
    left = run.places - run.taken  # type: ignore[attr-defined]
    free = "no limit" if run.programme.is_drop_in else f"{left} left" if left > 0 else "full"
    return f"{run.programme.title}, {run.area.name}, from {run.starts_on.day} {run.starts_on:%B %Y} ({free})"
