"""How many people live in each area, as somebody else counted them: what figures of whole areas are divided by."""

from typing import Any

from django.http import HttpResponse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import commands
from fingerpost.ground.places.models import Area
from fingerpost.ground.places.queries import resident_counts
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.oversight.reach import agreement_or_404, today_of

GROUPS = {"parents": "Parents and carers", "children": "Children and young people"}


@page(allow=Permission.VIEW_FIGURES)
def residents(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    counted = resident_counts(service, on=today_of(request, agreement))
    listed = LIST.of(request, counted)
    if listed.file:
        return listed.file
    context = {
        "agreement": agreement,
        "listed": listed,
        "may_enter": request.actor.can(Permission.PREPARE_RETURN, agreement),
    }
    return render(request, "oversight/residents.html", context)


LIST = List(
    columns=[
        Column("Area", lambda one: one.area.name, sort=True),
        Column("Who", lambda one: GROUPS.get(one.group, one.group), sort=True, phone="bare"),
        Column("Number", lambda one: one.residents, numeric=True, sort=True, phone="bare"),
        Column("From", lambda one: one.since, sort=True),
        Column("Source", lambda one: one.source, sort=True, phone="no"),
    ],
    one="number",
    filters=[Choice("who", "Who", GROUPS.items(), lambda rows, who: [one for one in rows if one.group == who])],
    search=True,
    empty="No number has been entered yet.",
)


class CountForm(KitForm):
    area = fields.Choice("Which area?", missing="Choose the area")
    group = fields.Radios("Who is counted?", list(GROUPS.items()), missing="Choose who is counted")
    residents = fields.Number("How many live there?", least=0, width=10, missing="Enter how many live there")
    since = fields.Date("From which day does the number hold?", missing="Enter the day from which the number holds")
    source = fields.Text(
        "Who counted them?", hint="For example: census of 2001", longest=300, missing="Enter who counted them"
    )


@page(allow=Permission.PREPARE_RETURN)
@once
def residents_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.PREPARE_RETURN)
    form = CountForm(request.POST or None, initial={"since": agreement.starts_on, "group": "parents"})
    areas = {area.code: area for area in _areas(request, agreement)}
    form.fields["area"].offer([(code, area.name) for code, area in areas.items()])  # type: ignore[attr-defined]
    if form.is_valid():
        told: dict[str, Any] = dict(form.cleaned_data)
        try:
            commands.count_residents(
                request.actor, Scope.of(service=service), **told | {"area": areas[told["area"]]}, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:residents", service, said="The number has been entered.")
    context = {"agreement": agreement, "form": form, "title": "Enter how many people live in an area"}
    return render(request, "oversight/residents_new.html", context)


def _areas(request: PageRequest, agreement: Agreement) -> list[Area]:
    """The areas of the level at which the service works. Counts of wider areas would count people twice."""
    held = rules(agreement.key, max(today_of(request, agreement), agreement.starts_on))
    return list(Area.objects.of_level(agreement.key, held.contract.responsible_level, held.on))
