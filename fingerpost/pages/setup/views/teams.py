"""Teams of a service and the organisations that people work for."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.text import slugify

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import commands
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Organisation, Team
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.setup.forms import KINDS, OrganisationForm, TeamForm, TeamNameForm


@page(allow=Permission.ADMINISTER_SYSTEM)
def teams(request: PageRequest) -> HttpResponse:
    services = dict(Agreement.objects.order_by("title").values_list("key", "title"))
    rows = Team.objects.select_related("organisation").order_by("service", "name")
    listed = List(
        columns=[
            Column("Team", lambda one: one.name, lambda one: link_to(one.name, "setup:team", one.pk), sort="name"),
            Column("Service", lambda one: services.get(one.service, one.service), sort="service"),
            Column("Organisation", lambda one: str(one.organisation), sort="organisation__name"),
            Column("Key", lambda one: one.key, sort="key", phone="no"),
        ],
        one="team",
        filters=[Choice("service", "Service", services.items(), lambda rows, key: rows.filter(service=key))],
        search=["name", "organisation__name"],
        empty="There is no team yet.",
    ).of(request, rows)
    return listed.file or render(request, "setup/teams.html", {"listed": listed, "has_services": bool(services)})


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def team_new(request: PageRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    form.offer(Agreement.objects.order_by("title"), Organisation.objects.order_by("name"))
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = commands.form_team(
                request.actor,
                PLATFORM,
                organisation=Organisation.objects.get(pk=told["organisation"]),
                service=told["service"],
                key=key_of(told["name"]),
                name=told["name"],
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal, key="name")
        else:
            return done(request, "setup:teams", said=f"{made.name} has been added.")
    context = {"form": form, "title": "Add a team", "submit": "Add the team", "back": ("setup:teams", "Teams")}
    return render(request, "kit/form_page.html", context)


def key_of(name: str) -> str:
    """The key that stands for a name in lists and on the command line: small letters, figures and underscores."""
    return slugify(name).replace("-", "_")[:80]


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def team(request: PageRequest, team: UUID) -> HttpResponse:
    found = Team.objects.filter(pk=team).first()
    if found is None:
        raise Http404
    form = TeamNameForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        try:
            commands.rename_team(request.actor, PLATFORM, team=found, name=form.cleaned_data["name"], at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:teams", said="The changes have been saved.")
    context = {"form": form, "title": f"Change {found.name}", "submit": "Save", "back": ("setup:teams", "Teams")}
    return render(request, "kit/form_page.html", context)


@page(allow=Permission.ADMINISTER_SYSTEM)
def organisations(request: PageRequest) -> HttpResponse:
    listed = List(
        columns=[
            Column(
                "Organisation",
                lambda one: one.name,
                lambda one: link_to(one.name, "setup:organisation", one.pk),
                sort="name",
            ),
            Column("Kind", lambda one: KINDS.get(one.kind, one.kind.capitalize()), sort="kind"),
            Column("Key", lambda one: one.key, sort="key", phone="no"),
        ],
        one="organisation",
        filters=[Choice("kind", "Kind", KINDS.items(), lambda rows, kind: rows.filter(kind=kind))],
        search=["name"],
        empty="There is no organisation yet.",
    ).of(request, Organisation.objects.order_by("name"))
    return listed.file or render(request, "setup/organisations.html", {"listed": listed})


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def organisation_new(request: PageRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = commands.add_organisation(
                request.actor, PLATFORM, key=key_of(told["name"]), name=told["name"], kind=told["kind"], at=request.at
            )
        except Refused as refusal:
            refused(form, refusal, key="name")
        else:
            return done(request, "setup:organisations", said=f"{made.name} has been added.")
    context = {"form": form, "title": "Add an organisation", "submit": "Add the organisation"}
    return render(request, "kit/form_page.html", context | {"back": ("setup:organisations", "Organisations")})


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def organisation(request: PageRequest, organisation: UUID) -> HttpResponse:
    found = Organisation.objects.filter(pk=organisation).first()
    if found is None:
        raise Http404
    form = OrganisationForm(request.POST or None, initial={"name": found.name, "kind": found.kind})
    if form.is_valid():
        told = form.cleaned_data
        try:
            commands.rename_organisation(
                request.actor, PLATFORM, organisation=found, name=told["name"], kind=told["kind"], at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:organisations", said="The changes have been saved.")
    context = {"form": form, "title": f"Change {found.name}", "submit": "Save"}
    return render(request, "kit/form_page.html", context | {"back": ("setup:organisations", "Organisations")})
