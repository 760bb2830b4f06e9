"""Roles given to somebody and withdrawn; what each role may do; the review of each quarter."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import commands
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, ServiceRoles, Team
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.roles import RESTRICTED, roles_in_force
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places.models import Area
from fingerpost.language.permissions import MEANINGS
from fingerpost.language.roles import ADMINISTRATOR, Role
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.setup.forms import GrantForm, ReasonForm, ServiceForm
from fingerpost.pages.setup.views.people import person_or_404
from fingerpost.pages.setup.words import INSTALLATION, Names, way_of

OF_THE_INSTALLATION = "installation"
"""What stands in the address in the place of a service."""


@page(allow=Permission.ADMINISTER_SYSTEM)
def grant_where(request: PageRequest, user: UUID) -> HttpResponse:
    """First in which service; the roles and the places to choose from are its own."""
    found = person_or_404(user)
    services = list(Agreement.objects.order_by("title").values_list("key", "title"))
    form = ServiceForm(request.POST or None)
    form.offer([*services, (OF_THE_INSTALLATION, f"{INSTALLATION}: add people and say what they may do")])
    if form.is_valid():
        return done(request, "setup:grant_new", found.pk, form.cleaned_data["service"])
    context = {"form": form, "title": f"Give {found.name} a role", "submit": "Continue"}
    return render(request, "kit/form_page.html", context | {"back": ("setup:person", found.name, found.pk)})


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def grant_new(request: PageRequest, user: UUID, service: str) -> HttpResponse:
    found = person_or_404(user)
    of_service = "" if service == OF_THE_INSTALLATION else service
    if of_service and not Agreement.objects.filter(key=service).exists():
        raise Http404
    names = Names(localdate(request.at))
    roles = _offered(of_service, request)
    form = GrantForm(request.POST or None)
    form.offer(roles, Team.objects.filter(service=of_service), Area.objects.filter(scheme=of_service))
    if form.is_valid():
        try:
            told = form.told(of_service)
            given = commands.grant(request.actor, PLATFORM, user=found, **told, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:person", found.pk, said=f"{found.name} is now {names.whole(given)}.")
    context = {
        "form": form,
        "title": f"Give {found.name} a role",
        "caption": names.service(of_service),
        "lead": link_to("What each role may do", "setup:roles"),
        "submit": "Give the role",
        "back": ("setup:person", found.name, found.pk),
    }
    return render(request, "kit/form_page.html", context)


def _offered(service: str, request: PageRequest) -> list[Role]:
    """The roles that may be given there today."""
    day = localdate(request.at)
    every = [role for role in roles_in_force(service, day).values() if role.is_held_on(day)]
    return [role for role in every if (role.key == ADMINISTRATOR) == (not service)]


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def grant_withdraw(request: PageRequest, grant: UUID) -> HttpResponse:
    found = Grant.objects.in_force(request.at).filter(pk=grant).select_related("user", "team").first()
    if found is None:
        raise Http404
    names, form = Names(localdate(request.at)), ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            commands.withdraw(request.actor, PLATFORM, grant=found, reason=reason, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:person", found.user_id, said="The role has been withdrawn.")
    context = {
        "form": form,
        "title": f"Withdraw a role of {found.user.name}",
        "caption": names.service(found.service),
        "lead": f"{names.whole(found)}. It ends at once.",
        "submit": "Withdraw the role",
        "back": ("setup:person", found.user.name, found.user_id),
    }
    return render(request, "kit/form_page.html", context)


@page(allow=Permission.ADMINISTER_SYSTEM)
def roles(request: PageRequest) -> HttpResponse:
    """What each role may do, service by service."""
    day = localdate(request.at)
    services = list(Agreement.objects.order_by("title"))
    shown: list[tuple[str, list[Any]]] = [
        (one.title, [_told(role) for role in _offered(one.key, request)]) for one in services
    ]
    shown.append((INSTALLATION, [_told(role) for role in _offered("", request)]))
    return render(request, "setup/roles.html", {"shown": shown, "waiting": _waiting(day)})


def _waiting(day: date) -> list[dict[str, Any]]:
    """What would open a role wider, and waits for a second person."""
    names = Names(day)
    rows = ServiceRoles.objects.exclude(waiting={}).filter(agreed_at=None).select_related("adopted_by")
    return [
        {
            "key": row.pk,
            "service": names.service(row.service),
            "by": row.adopted_by.name if row.adopted_by else "the command line",
            "roles": [(names.role(row.service, key), _in_words(more)) for key, more in row.waiting.items()],
        }
        for row in rows
    ]


def _in_words(permissions: list[str]) -> str:
    known = {str(one): words for one, words in MEANINGS.items()} | {RESTRICTED: "reach families who are restricted"}
    return ", ".join(known.get(one, one) for one in permissions)


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def roles_agree(request: PageRequest, words: UUID) -> HttpResponse:
    """A second person lets roles do more than before."""
    found = ServiceRoles.objects.filter(pk=words).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        commands.agree_wider_roles(request.actor, PLATFORM, kept=found, at=request.at)
        return done(request, "setup:roles", said="The roles may do that now. The access log says who agreed.")
    return done(request, "setup:roles")


def _told(role: Role) -> dict[str, Any]:
    reach = [way_of(one) for one in role.reach]
    return {
        "label": role.label,
        "can": [MEANINGS[one] for one in MEANINGS if one in role.can],
        "reach": ", ".join(reach),
        "restricted": role.restricted,
    }
