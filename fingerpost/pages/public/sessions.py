"""Where one is signed in: everybody sees their own and ends what they do not know; an administrator ends anybody's."""

from uuid import UUID

from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.utils.html import format_html

from fingerpost.ground.access import commands, sessions
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.access.sessions import SignedIn
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Column, List
from fingerpost.pages.kit.shortcuts import done, render


@page(allow=None)
def mine(request: PageRequest) -> HttpResponse:
    user = _myself(request)
    return render(request, "public/sessions.html", {"found": sessions.signed_in(request, [user.pk])})


@page(allow=None)
def end_mine(request: PageRequest) -> HttpResponse:
    """Ends one, or all but this one."""
    if request.method != "POST":
        return done(request, "sessions")
    user, asked = _myself(request), request.POST.get("session", "")
    here = next((one.number for one in sessions.signed_in(request, [user.pk]) if one.is_here), None)
    if asked == "others":
        sessions.end(user, but=request.session.session_key or "")
        return done(request, "sessions", said="You have been signed out everywhere else.")
    if asked.isdecimal() and int(asked[:18]) == here:
        logout(request)
        return done(request, "home")
    ended = sessions.end(user, [int(asked[:18])]) if asked.isdecimal() else 0
    return done(request, "sessions", said="You have been signed out there." if ended else "")


@page(allow=Permission.ADMINISTER_SYSTEM)
def everybodys(request: PageRequest) -> HttpResponse:
    listed = _list().of(request, sessions.signed_in(request))
    return listed.file or render(request, "public/sessions_all.html", {"listed": listed})


@page(allow=Permission.ADMINISTER_SYSTEM)
def somebodys(request: PageRequest, user: UUID) -> HttpResponse:
    """One person's; posted, ends them all."""
    found = User.objects.filter(pk=user).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        ended = commands.end_sessions(request.actor, PLATFORM, user=found, at=request.at)
        return done(request, "sessions_all", said=f"{found.name} has been signed out everywhere ({ended}).")
    told = {"user": found, "found": sessions.signed_in(request, [found.pk])}
    return render(request, "public/sessions_of.html", told)


def _list() -> List:
    return List(
        columns=[
            Column(
                "Who",
                lambda one: one.user.name,
                lambda one: link_to(one.user.name, "sessions_of", one.user.pk),
                sort=True,
            ),
            Column("With what", lambda one: one.device, sort=True),
            Column("From", lambda one: one.address, sort=True, phone="no"),
            Column("Since", lambda one: one.since, sort=True, phone="no"),
            Column("Last seen", lambda one: one.last_seen, _last_seen, sort=True),
        ],
        one="session",
        search=True,
        empty="Nobody is signed in.",
    )


def _last_seen(one: SignedIn) -> object:
    return format_html("<strong>{}</strong>", "You, now") if one.is_here else one.last_seen


def _myself(request: PageRequest) -> User:
    return User.objects.get(email=request.user.get_username())
