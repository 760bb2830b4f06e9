"""Which groups of the county's plan somebody belongs to, so that the family stands where it should on the waiting list."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.people.families import queries as families
from fingerpost.work.referrals import priority


class GroupsForm(KitForm):
    belongs_to = fields.Checkboxes(
        "Which of these is true?",
        hint="Choose all that are true. Leave all empty for none",
        required=False,
        missing="Choose which of these is true",
    )
    source = fields.Text("Who told you?", required=False, longest=120, missing="Enter who told you")


@page(allow=Permission.ASSESS_FAMILY, shows="family")
@once
def person_groups(request: PageRequest, ref: str, person: UUID) -> HttpResponse:
    family = family_or_404(request, ref)
    members = {one.person.pk: one.person for one in families.members_of(request.actor, [family])[family.pk]}
    if person not in members:
        raise Http404
    about, today = members[person], timezone.localdate(request.at)
    words = rules(request.actor.service, today).contract.pathway.priority
    if words is None:
        raise Http404
    standing = priority.groups_of(request.actor, [about], today).get(about.pk, [])
    form = GroupsForm(request.POST if request.method == "POST" else None, initial={"belongs_to": standing})
    form.fields["belongs_to"].offer([(code, group.label) for code, group in words.groups.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            priority.note_groups(
                request.actor,
                family,
                service=request.actor.service,
                person=about,
                groups=form.cleaned_data["belongs_to"],
                source=form.cleaned_data["source"],
                reason=form.cleaned_data["source"],
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal, groups="belongs_to")
        else:
            return done(request, "practice:family", ref, said=f"Kept what is true of {about.first_name}.")
    context = {"family": family, "form": form, "person": about, "words": words}
    return render(request, "practice/person_groups.html", context)
