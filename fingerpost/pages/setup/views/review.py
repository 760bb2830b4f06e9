"""Each quarter somebody looks at every role and says that it is still right."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from markupsafe import Markup

from fingerpost.ground.access import commands
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import REVIEWED_WITHIN_DAYS, grants_to_review
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_note, with_tag
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.kit.words import plural, short_date
from fingerpost.pages.setup.forms import ConfirmForm
from fingerpost.pages.setup.views.people import person_or_404
from fingerpost.pages.setup.words import Names


@page(allow=Permission.ADMINISTER_SYSTEM)
def review(request: PageRequest) -> HttpResponse:
    names, today = Names(localdate(request.at)), localdate(request.at)
    rows = list(
        Grant.objects.in_force(request.at)
        .filter(user__is_active=True)
        .select_related("user", "team", "user__organisation")
    )
    rows.sort(key=lambda one: (_looked_at(one), one.user.name))
    listed = _list(names, today).of(request, rows)
    overdue = [one for one in rows if _is_overdue(one, today)]
    context = {"listed": listed, "overdue": len(overdue), "days": REVIEWED_WITHIN_DAYS}
    return listed.file or render(request, "setup/review.html", context)


def _looked_at(grant: Grant) -> date:
    """The day on which somebody last said that it is right: when it was given, or confirmed."""
    return localdate(grant.confirmed_at or grant.since)


def _is_overdue(grant: Grant, today: date) -> bool:
    return _looked_at(grant) + timedelta(days=REVIEWED_WITHIN_DAYS) < today


def _list(names: Names, today: date) -> List:
    def due(grant: Grant) -> Markup:
        day = _looked_at(grant) + timedelta(days=REVIEWED_WITHIN_DAYS)
        return with_tag(short_date(day), status_tag("overdue")) if day < today else with_note(short_date(day))

    services: dict[str, str] = {}

    def service(grant: Grant) -> str:
        return services.setdefault(grant.service, names.service(grant.service))

    return List(
        columns=[
            Column(
                "Who",
                lambda one: one.user.name,
                lambda one: with_note(
                    link_to(one.user.name, "setup:review_person", one.user_id), one.user.organisation or ""
                ),
                sort=True,
            ),
            Column("Role", lambda one: names.role(one.service, one.role), sort=True),
            Column("Reach", names.reach, sort=True),
            Column("Service", service, sort=True, phone="no"),
            Column("Last looked at", _looked_at, sort=True),
            Column("Look again by", lambda one: _looked_at(one) + timedelta(days=REVIEWED_WITHIN_DAYS), due, sort=True),
        ],
        one="role",
        filters=[
            Choice(
                "service",
                "Service",
                sorted({(key or "installation", names.service(key)) for key in _services()}),
                lambda rows, key: [one for one in rows if (one.service or "installation") == key],
            ),
            Choice(
                "due",
                "To do",
                [("overdue", "Overdue")],
                lambda rows, _: [one for one in rows if _is_overdue(one, today)],
            ),
        ],
        search=True,
        empty="Nobody has a role.",
    )


def _services() -> list[str]:
    return list(Grant.objects.order_by().values_list("service", flat=True).distinct())


@page(allow=Permission.ADMINISTER_SYSTEM)
@once
def review_person(request: PageRequest, user: UUID) -> HttpResponse:
    """The roles of one person: those that are still right are confirmed together, the others withdrawn one by one."""
    found = person_or_404(user)
    names = Names(localdate(request.at))
    held = list(grants_to_review(found, request.at))
    form = ConfirmForm(request.POST or None)
    form.offer([(str(one.pk), f"{names.whole(one)}, {names.service(one.service)}") for one in held])
    if form.is_valid():
        right: list[Any] = [one for one in held if str(one.pk) in form.cleaned_data["grants"]]
        try:
            confirmed = commands.review_grants(request.actor, PLATFORM, grants=right, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "setup:review", said=f"{plural(confirmed, 'role')} of {found.name} confirmed.")
    context = {"form": form, "who": found, "held": held, "names": names}
    return render(request, "setup/review_person.html", context)
