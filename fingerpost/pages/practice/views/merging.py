"""Two entries that may be one person: set side by side, said to be one with the reason, and told apart again."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit import words as in_words
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.people.families import commands
from fingerpost.people.families.models import Address, Identifier, Membership, Person
from fingerpost.people.schooling.models import Enrolment


@dataclass(frozen=True)
class Compared:
    """One line of the two entries side by side."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Both say something, and not the same."""
        return bool(self.one and self.other) and self.one != self.other


class MergeForm(KitForm):
    keep = fields.Radios(
        "Which entry is kept?",
        hint="The other one is no longer found. Nothing on it is lost",
        missing="Choose which record is kept",
    )  # type: ignore[assignment]
    reason = fields.LongText(
        "How do you know that these are one person?",
        rows=4,
        longest=1000,
        missing="Enter how you know that these are one person",
    )


@page(allow=Permission.APPROVE_DECISION, shows="person")
@once
def people_same(request: PageRequest, one: UUID, other: UUID) -> HttpResponse:
    first, second = _person_or_404(request, one), _person_or_404(request, other)
    form = MergeForm(request.POST or None)
    form.fields["keep"].offer([(str(first.pk), "The first"), (str(second.pk), "The second")])  # type: ignore[attr-defined]
    if form.is_valid():
        kept, gone = (first, second) if form.cleaned_data["keep"] == str(first.pk) else (second, first)
        try:
            commands.merge(request.actor, gone, into=kept, reason=form.cleaned_data["reason"], at=request.at)
        except Refused as refusal:
            refused(form, refusal, into="keep")
        else:
            said = f"The two entries of {kept.full_name} are now one."
            return done(request, *_home_of(request, kept), said=said)
    context = {"form": form, "rows": _compared(request, first, second), "title": "Are these one person?"}
    return render(request, "practice/people_same.html", context)


class ApartForm(KitForm):
    reason = fields.LongText(
        "Why are these two people?", rows=4, longest=1000, missing="Enter why these are two people"
    )


@page(allow=Permission.APPROVE_DECISION, shows="person")
@once
def people_apart(request: PageRequest, one: UUID) -> HttpResponse:
    person = _person_or_404(request, one, is_merged=None)
    form = ApartForm(request.POST or None)
    if form.is_valid():
        try:
            commands.unmerge(request.actor, person, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = f"The entry of {person.full_name} is found again."
            return done(request, *_home_of(request, person), said=said)
    kept = person.merged_into
    if kept is not None and not request.actor.can(Permission.APPROVE_DECISION, kept):
        raise Http404
    rows = _compared(request, person, kept) if kept else []
    context = {"form": form, "rows": rows, "title": "Undo the merge", "person": person}
    return render(request, "practice/people_same.html", context)


def _person_or_404(request: PageRequest, wanted: UUID, *, is_merged: bool | None = False) -> Person:
    """The person if they may decide of them; one that is merged already is not found again. Raises Http404."""
    people = Person.objects.visible_to(request.actor, Permission.APPROVE_DECISION).select_related("merged_into")
    found: Person | None = people.filter(pk=wanted).first()
    if found is None or (is_merged is False and found.merged_into_id):
        raise Http404
    request.saw("person", found.pk)
    return found


def _home_of(request: PageRequest, person: Person) -> tuple[str, ...]:
    """The page to go to: that of a family of the person's which they may open; else the search."""
    places = Membership.objects.visible_to(request.actor).filter(person=person, until=None)
    ref = places.values_list("family__ref", flat=True).first()
    return ("practice:family_people", ref) if ref else ("practice:find",)


def _compared(request: PageRequest, one: Person, other: Person) -> list[Compared]:
    """Everything by which two entries can be told apart or known as one."""
    first, second = _told(request, one), _told(request, other)
    return [Compared(label, first[label], second[label]) for label in first]


def _told(request: PageRequest, person: Person) -> dict[str, str]:
    numbers = Identifier.objects.visible_to(request.actor).filter(person=person).order_by("kind", "value")
    places = Membership.objects.visible_to(request.actor).filter(person=person, until=None).select_related("family")
    home = Address.objects.visible_to(request.actor).filter(person=person, until=None).first()
    schools = Enrolment.objects.visible_to(request.actor).filter(person=person, until=None)
    return {
        "Name": person.full_name,
        "Known as": person.known_as,
        "Born": in_words.date(person.born_on) if person.born_on else "",
        "Sex": person.get_sex_display() if person.sex else "",
        "Phone": person.phone,
        "Numbers": ", ".join(str(number) for number in numbers),
        "Home": ", ".join(filter(None, (home.lines, home.postcode))) if home else "",
        "School": ", ".join(schools.order_by("school__name").values_list("school__name", flat=True)),
        "Family": ", ".join(
            f"{place.family.name} {place.family.ref}, {place.get_part_display().lower()}" for place in places
        ),
        "Written down": in_words.date(person.recorded_at),
    }
