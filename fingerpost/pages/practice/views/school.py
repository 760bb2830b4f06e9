"""What a parent did for their child's schooling, seen from a case."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.occasions import PARENT, about_or_404
from fingerpost.pages.practice.views.cases import case_or_404, rules_of
from fingerpost.work.outcomes import commands


class SchoolEventForm(KitForm):
    person = fields.Radios("Who was it?", missing="Choose who it was")
    kind = fields.Radios("What did they do?", missing="Choose what they did")
    happened_on = fields.Date("When?", missing="Enter the day it took place")
    note = fields.LongText("Note", required=False, longest=1000)


@page(allow=Permission.RECORD_CONTACT, shows="family")
@once
def school_event_new(request: PageRequest, ref: str) -> HttpResponse:
    found = case_or_404(request, ref, Permission.RECORD_CONTACT)
    parents = [one for one in about_or_404(request, ref, Permission.RECORD_CONTACT).people if one.respondent == PARENT]
    today, kinds = timezone.localdate(request.at), rules_of(request, found).contract.pathway.school_events
    form = SchoolEventForm(request.POST or None, initial={"happened_on": today})
    form.fields["person"].offer([(str(one.person.pk), one.person.full_name) for one in parents])  # type: ignore[attr-defined]
    form.fields["kind"].offer([(code, words.label) for code, words in kinds.items()])  # type: ignore[attr-defined]
    form.fields["happened_on"].bounds(latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        chosen = next(one.person for one in parents if one.person.pk == UUID(told.pop("person")))
        try:
            commands.record_school_event(
                request.actor,
                found.family,
                service=found.service,
                person=chosen,
                episode_id=found.pk,
                at=request.at,
                **told,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:case", ref, said="Written down.")
    context = {"case": found, "form": form, "title": "Record work with the school", "submit": "Save"}
    return render(request, "practice/case_form.html", context)
