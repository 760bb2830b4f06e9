"""Take back what was done for a group by mistake: the whole group, a session or its register, somebody's place."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.once import once
from fingerpost.pages.practice import groups
from fingerpost.pages.practice.corrections import Retraction, Subject
from fingerpost.pages.practice.views.taking_back import GONE, asked
from fingerpost.work.groups import commands
from fingerpost.work.groups.models import Booking, Run


def _find_nothing(request: PageRequest, key: UUID) -> Subject:
    raise Http404


WHOLE_GROUP = Retraction(
    _find_nothing,
    lambda row: "Take back the whole group",
    f"For a group that was recorded by mistake. If it will not take place, cancel it instead. {GONE}",
    lambda request, row, reason: commands.take_back_run(request.actor, row, reason=reason, at=request.at),
    "The group has been taken back.",
    lambda row: row.proposed_at,
)
REGISTER = Retraction(
    _find_nothing,
    lambda row: "Take back the register",
    "For a session that was not held, or whose register was written for another one. Its marks and numbers are removed, and "
    "it waits to be recorded. The history keeps them, with your reason.",
    lambda request, row, reason: commands.take_back_register(request.actor, row, reason=reason, at=request.at),
    "The register has been taken back.",
    lambda row: row.held_recorded_at,
    lambda row: row.run.service,
)
SESSION = Retraction(
    _find_nothing,
    lambda row: "Take back a session",
    f"For a session that was never planned. If it will not take place, cancel it instead. {GONE}",
    lambda request, row, reason: commands.take_back_session(request.actor, row, reason=reason, at=request.at),
    "The session has been taken back.",
    lambda row: None,
)
PLACE = Retraction(
    _find_nothing,
    lambda row: f"{row.person.full_name} should never have had a place",
    f"For a place that was given by mistake. If they will not come, cancel it instead. {GONE} Marks in registers go with it.",
    lambda request, row, reason: commands.take_back_place(request.actor, row, reason=reason, at=request.at),
    "The place has been taken back.",
    lambda row: row.recorded_at,
    lambda row: row.run.service,
)


def _at(run: Run, row: object) -> Subject:
    return Subject(row, None, (reverse("practice:run", args=[run.ref]), run.programme.title))


@page(allow=Permission.RUN_GROUP)
@once
def run_take_back(request: PageRequest, ref: str) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    subject = Subject(run, None, (reverse("practice:groups"), "Groups"))
    return asked(request, WHOLE_GROUP, subject, caption=run.programme.title)


@page(allow=Permission.RUN_GROUP)
@once
def session_take_back(request: PageRequest, ref: str, session: UUID) -> HttpResponse:
    row = groups.session_or_404(request, ref, session)
    kind = REGISTER if row.held_at else SESSION
    return asked(request, kind, _at(row.run, row), caption=row.run.programme.title)


@page(allow=Permission.RUN_GROUP, shows="person")
@once
def place_take_back(request: PageRequest, ref: str, booking: UUID) -> HttpResponse:
    run = groups.run_or_404(request, ref)
    rows = Booking.objects.visible_to(request.actor, Permission.RUN_GROUP).filter(run=run, pk=booking)
    row = rows.select_related("person", "run").first()
    if row is None:
        raise Http404
    request.saw("person", row.person_id)
    return asked(request, PLACE, _at(run, row), caption=run.programme.title)
