"""Find a person. The words are posted, so that no name ever stands in an address or a log."""

from django.http import HttpResponse

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.shortcuts import render
from fingerpost.people.families.queries import find as find_people
from fingerpost.people.families.queries import whom_to_ask

MOST = 50


class FindForm(KitForm):
    words = fields.Text(
        "Name, postcode, date of birth or number",
        hint="For example: Sarah Smith, Smith Sarah, part of a name, CO15 4JX, 4/5/2001, a pupil number, C-7K3Q2M",
        missing="Enter a name, a postcode, a date of birth or a number",
        longest=200,
    )


@page(allow=Permission.VIEW_FAMILY, shows="person")
def find(request: PageRequest) -> HttpResponse:
    form = FindForm(request.POST or None)
    found = find_people(request.actor, form.cleaned_data["words"], MOST) if form.is_valid() else None
    request.saw("person", *[one.person_id for one in found or []])
    nobody_of_that_name = found is not None and all(one.is_near for one in found)
    ask = whom_to_ask(request.actor, form.cleaned_data["words"]) if nobody_of_that_name else []
    return render(request, "practice/find.html", {"form": form, "found": found, "most": MOST, "ask": ask})
