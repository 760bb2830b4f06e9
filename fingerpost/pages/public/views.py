"""The front door, and the statements at the foot of every page."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.navigation import explained, search
from fingerpost.pages.kit.shortcuts import render

# The first that a person holds is where their day begins.
HOMES: tuple[tuple[Permission, str, bool], ...] = (
    (Permission.RECORD_CONTACT, "practice:my_work", False),
    (Permission.DECIDE_CONCERN, "practice:concerns", False),
    (Permission.PREPARE_RETURN, "oversight:contract", True),
    (Permission.AGREE_CONTRACT, "oversight:contract", True),
    (Permission.APPROVE_PROGRAMME, "practice:to_agree", False),
    (Permission.VIEW_FIGURES, "oversight:figures", True),
    (Permission.AUDIT_SAMPLE, "oversight:audits", False),
    (Permission.MAKE_REQUEST, "partners:my_referrals", False),
    (Permission.ADMINISTER_SYSTEM, "setup:start", False),
)


@page(allow=None, signed_in=False)
def home(request: PageRequest) -> HttpResponse:
    if request.actor.id is None:
        return render(request, "public/welcome.html")
    where = _home_of(request)
    return HttpResponseRedirect(where) if where else render(request, "public/no_home.html")


def _home_of(request: PageRequest) -> str:
    for permission, name, of_service in HOMES:
        if not request.actor.has(permission):
            continue
        try:
            return reverse(name, args=[request.actor.service] if of_service else [])
        except NoReverseMatch:
            continue
    return ""


@page(allow=None, signed_in=False)
def help_page(request: PageRequest) -> HttpResponse:
    """What each page is for, of those that whoever asks may open; and whom to ring."""
    context = {"sections": explained(request), "services": _services(request), "search": search(request)}
    return render(request, "public/help.html", context)


@page(allow=None, signed_in=False)
def accessibility(request: PageRequest) -> HttpResponse:
    return render(request, "public/accessibility.html", {"services": _services(request)})


@page(allow=None, signed_in=False)
def cookies(request: PageRequest) -> HttpResponse:
    return render(request, "public/cookies.html")


@page(allow=None, signed_in=False)
def privacy(request: PageRequest) -> HttpResponse:
    return render(request, "public/privacy.html", {"services": _services(request)})


def _services(request: PageRequest) -> list[dict[str, Any]]:
    """The services that this website holds, by title, each with how to reach it: `{title, commissioner, contact}`."""
    found = Agreement.objects.exclude(commissioner=None).select_related("commissioner").order_by("title")
    return [
        {"title": one.title, "commissioner": str(one.commissioner), "contact": _contact_of(one, request)}
        for one in found
    ]


def _contact_of(agreement: Agreement, request: PageRequest) -> Any:
    day = min(max(localdate(request.at), agreement.starts_on), agreement.ends_on)
    try:
        return rules(agreement.key, day).contract.agreement.contact
    except Refused:  # no contract is in force
        return None


@page(allow=None, signed_in=False)
def about(request: PageRequest) -> HttpResponse:
    return render(request, "public/about.html")
