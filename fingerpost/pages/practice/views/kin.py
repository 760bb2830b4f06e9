"""Who belongs to a family and how: the family tree and its ties on any day, and what changes them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.naming import ONE_IS_ENOUGH, require_a_name
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.pictures.ecomap import ecomap
from fingerpost.pages.practice.pictures.genogram import age_in_words, genogram
from fingerpost.pages.practice.views.families import family_or_404, members_to_reach
from fingerpost.people.families import commands
from fingerpost.people.families import queries as families
from fingerpost.people.families.models import Address, Family, Membership, Person, Relationship
from fingerpost.people.families.queries import Member
from fingerpost.proof.chronology.kinship import Kinship, kinship, outside
from fingerpost.work.referrals.raising import look_for

KINDS = {
    "parent": ("is a parent of", Relationship.Kind.PARENT),
    "carer": ("cares for", Relationship.Kind.CARER),
    "partner": ("is the partner of", Relationship.Kind.PARTNER),
    "sibling": ("is a brother or sister of", Relationship.Kind.SIBLING),
    "other": ("is related in another way to", Relationship.Kind.OTHER),
}
NEW = "new"
MAY_END = (Relationship.Kind.PARTNER, Relationship.Kind.CARER, Relationship.Kind.OTHER)  # kin by birth stays kin


class DayForm(KitForm):
    on = fields.Date("Show the family as it was on", required=False)


@page(allow=Permission.VIEW_FAMILY, shows="family")
def family_people(request: PageRequest, ref: str) -> HttpResponse:
    about = family_or_404(request, ref)
    today = timezone.localdate(request.at)
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": today})
    form.fields["on"].bounds(latest=today)  # type: ignore[attr-defined]
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    kin = kinship(request.actor, about, on)
    ties_outside = outside(request.actor, about, kin)
    ages = {one.id: age_in_words(one.born_on, on) for one in kin.people}
    context = {
        "family": about,
        "form": form,
        "on": on,
        "today": today,
        "kin": kin,
        "ages": ages,
        "parts": dict(Membership.Part.choices),
        "kinds": {code: words for code, (words, _) in KINDS.items()},
        "tree": genogram(kin, ages),
        "outside": ties_outside,
        "map": ecomap(about.name, ties_outside),
        "may_end": MAY_END,
        "merged": _merged(request, about, kin),
        "homes": homes_of(request.actor, [one.id for one in kin.people]),
        "members": members_to_reach(request, about),
        "places": places_in(request.actor, about),
        "may_change": on == today and request.actor.can(Permission.RECORD_CONTACT, about),
    }
    return render(request, "practice/family_people.html", context)


def homes_of(actor: Actor, people: list[UUID]) -> dict[UUID, UUID]:
    """The address at which each of the people lives now: {person: address}. One query."""
    rows = Address.objects.visible_to(actor, Permission.RECORD_CONTACT).filter(person__in=people, until=None)
    return dict(rows.values_list("person_id", "pk"))


def places_in(actor: Actor, about: Family) -> dict[UUID, UUID]:
    """The place of each of its people in the family: {person: membership}. One query."""
    rows = Membership.objects.visible_to(actor, Permission.RECORD_CONTACT).filter(family=about, until=None)
    return dict(rows.values_list("person_id", "pk"))


def _merged(request: PageRequest, about: Family, kin: Kinship) -> list[Person]:
    """Merged records, for whoever may take them apart."""
    if not request.actor.can(Permission.APPROVE_DECISION, about):
        return []
    return families.merged_in(request.actor, [one.id for one in kin.people if not one.is_hidden], about)


class PersonForm(KitForm):
    keep = "person"
    first_name = fields.Text("First name", required=False, longest=100)
    last_name = fields.Text("Last name", hint=ONE_IS_ENOUGH, required=False, longest=100)
    born_on = fields.Date("Date of birth", required=False)
    sex = fields.Radios("Sex", [("F", "Female"), ("M", "Male"), ("N", "Prefer not to say")], inline=True)
    part = fields.Radios(
        "What part do they have in the family?",
        Membership.Part.choices,
        missing="Choose what part they have in the family",
    )
    since = fields.Date("Since when?", required=False, missing="Enter the day they joined the family")
    known = fields.Radios(
        "Is it one of these people?", required=False, missing="Choose whether it is one of these people"
    )
    sections: ClassVar[Any] = ()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        require_a_name(self, "first_name", "last_name")
        return told

    def ask_who(self, alike: Iterable[Person]) -> None:
        """Offer people already known, where there are any; otherwise nothing is asked."""
        offered = [(str(one.pk), _described(one)) for one in alike]
        if offered:
            self.fields["known"].offer([*offered, (NEW, "No, somebody new")])  # type: ignore[attr-defined]
            self.fields["known"].required = True
        else:
            del self.fields["known"]


def _described(person: Person) -> str:
    born = f", born {person.born_on:%d %B %Y}" if person.born_on else ", birth date not known"
    return f"{person.full_name}{born}"


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def person_new(request: PageRequest, ref: str) -> HttpResponse:
    about = _family_to_change(request, ref)
    today = timezone.localdate(request.at)
    form = PersonForm(request.POST or None)
    form.ask_who(_alike(request))
    for name in ("born_on", "since"):
        form.fields[name].bounds(latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            person = _add(request, about, form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:family_people", ref, said=f"{person.full_name} now belongs to the family.")
    return _form(request, about, form, "Add somebody to the family")


def _family_to_change(request: PageRequest, ref: str) -> Family:
    """The family, for those who may change it. Raises Http404 for the others."""
    about = family_or_404(request, ref)
    if not request.actor.can(Permission.RECORD_CONTACT, about):
        raise Http404
    return about


def _alike(request: PageRequest) -> list[Person]:
    """People whom they may meet who are like the one typed; nobody before anything is typed."""
    first, last = request.POST.get("first_name", "").strip(), request.POST.get("last_name", "").strip()
    if not (first or last):
        return []
    try:
        born_on = fields.Date("Date of birth", required=False).clean(request.POST.get("born_on", ""))
    except ValidationError:  # the form says so
        born_on = None
    found = families.matches(request.actor, first_name=first, last_name=last, born_on=born_on, limit=4)
    return [match.person for match in found]


def _add(request: PageRequest, about: Family, told: dict[str, Any]) -> Person:
    known = told.get("known") or NEW
    if known == NEW:
        person = commands.register(
            request.actor,
            about.scope,
            first_name=told["first_name"],
            last_name=told["last_name"],
            born_on=told["born_on"],
            sex=told["sex"] if told["sex"] != "N" else "",
            at=request.at,
        )
        look_for(request.actor, person, service=request.actor.service, source=f"Family {about.ref}", at=request.at)
    else:
        person = Person.objects.visible_to(request.actor).get(pk=UUID(known))
    commands.join(request.actor, about, person=person, part=told["part"], since=told["since"], at=request.at)
    return person


class LeaveForm(KitForm):
    on = fields.Date("On which day did they leave the family?", missing="Enter the day they left the family")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def person_leave(request: PageRequest, ref: str, child: UUID) -> HttpResponse:
    about = _family_to_change(request, ref)
    person = _member_or_404(request, about, child).person
    form = LeaveForm(request.POST or None)
    form.fields["on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            commands.leave(request.actor, about, person=person, on=form.cleaned_data["on"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:family_people", ref, said=f"{person.full_name} has left the family.")
    return _form(request, about, form, f"{person.full_name} left the family")


def _member_or_404(request: PageRequest, about: Family, person: UUID) -> Member:
    found = next((m for m in families.members_of(request.actor, [about])[about.pk] if m.person.pk == person), None)
    if found is None:
        raise Http404
    return found


class MoveForm(KitForm):
    lines = fields.Text("House and street", required=False, longest=300)
    postcode = fields.Text("Postcode", longest=8)
    since = fields.Date("Since when?", missing="Enter the day they moved")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def person_move(request: PageRequest, ref: str, child: UUID) -> HttpResponse:
    about = _family_to_change(request, ref)
    person = _member_or_404(request, about, child).person
    form = MoveForm(request.POST or None)
    form.fields["since"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            home = commands.move(request.actor, person, **form.cleaned_data, at=request.at)
            _require_since(home, form.cleaned_data["since"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:family_people", ref, said=f"The new home of {person.full_name} is kept.")
    return _form(request, about, form, f"{person.full_name} moved home")


def _require_since(home: Address, since: date) -> None:
    """Somebody who lives there already has not moved: the day that was typed would be kept nowhere."""
    if home.since is not None and home.since != since:
        raise Refused(f"They live there already, since {day_in_words(home.since)}. Enter another home.", field="since")


class TieForm(KitForm):
    person = fields.Choice("Who?", missing="Choose who it is")
    kind = fields.Radios(
        "How are they related?",
        [(code, words) for code, (words, _) in KINDS.items()],
        missing="Choose how they are related",
    )
    other = fields.Choice("To whom?", missing="Choose who they are related to")
    since = fields.Date(
        "Since when?",
        hint="Leave this empty if it has always been so.",
        required=False,
        missing="Enter the day it began",
    )


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def tie_new(request: PageRequest, ref: str) -> HttpResponse:
    about = _family_to_change(request, ref)
    members = {str(m.person.pk): m.person for m in families.members_of(request.actor, [about])[about.pk]}
    form = TieForm(request.POST or None)
    for name in ("person", "other"):
        form.fields[name].offer([(key, one.full_name) for key, one in members.items()])  # type: ignore[attr-defined]
    form.fields["since"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        person, other = members[told["person"]], members[told["other"]]
        try:
            commands.relate(
                request.actor, person, kind=KINDS[told["kind"]][1], other=other, since=told["since"], at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            words = f"{person.full_name} {KINDS[told['kind']][0]} {other.full_name}."
            return done(request, "practice:family_people", ref, said=words)
    return _form(request, about, form, "How are the two people related?")


class EndForm(KitForm):
    on = fields.Date("On which day did it end?", missing="Enter the day it ended")


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def tie_end(request: PageRequest, ref: str, tie: UUID) -> HttpResponse:
    about = _family_to_change(request, ref)
    found = _tie_or_404(request, about, tie)
    form = EndForm(request.POST or None)
    form.fields["on"].bounds(latest=timezone.localdate(request.at))  # type: ignore[attr-defined]
    words = f"{found.person.full_name} {KINDS[found.kind][0]} {found.other.full_name}"
    if form.is_valid():
        try:
            commands.part(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:family_people", ref, said="The day on which it ended is kept.")
    return _form(request, about, form, f"This ended: {words}")


def _tie_or_404(request: PageRequest, about: Family, tie: UUID) -> Relationship:
    members = [m.person.pk for m in families.members_of(request.actor, [about])[about.pk]]
    rows = Relationship.objects.visible_to(request.actor, Permission.RECORD_CONTACT).filter(
        pk=tie, until=None, kind__in=MAY_END
    )
    found: Relationship | None = rows.select_related("person", "other").first()
    if found is None or not {found.person_id, found.other_id} & set(members):
        raise Http404
    return found


def _form(request: PageRequest, about: Family, form: KitForm, title: str) -> HttpResponse:
    return render(request, "practice/family_form.html", {"family": about, "form": form, "title": title})
