"""The team: how much each worker carries, what is overdue, and supervision."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks.queries import overdue
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, refused, render
from fingerpost.pages.practice.lists import page_number, where_about
from fingerpost.work.casework import queries
from fingerpost.work.workforce import commands as workforce
from fingerpost.work.workforce.queries import last_supervised


@page(allow=Permission.ALLOCATE_CASE, shows="family")
def team(request: PageRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    service = request.actor.service
    late = overdue(request.actor, request.at)
    waiting = queries.unallocated(request.actor, service)
    request.saw("family", *{i.family_id for i in late if i.family_id}, *{row.family_id for row in waiting.rows})
    context = {
        "loads": queries.team_caseload(request.actor, service, today),
        "late": late,
        "waiting": waiting,
        "where_about": where_about,
    }
    return render(request, "practice/team.html", context)


@page(allow=Permission.ALLOCATE_CASE, shows="family")
def worker_cases(request: PageRequest, worker: UUID) -> HttpResponse:
    rows = queries.open_cases(request.actor, request.actor.service, page_number(request), worker=worker)
    if not rows.total:
        raise Http404
    request.saw("family", *[row.family_id for row in rows.rows])
    context = {"cases": rows, "worker": rows.rows[0].worker_name, "today": timezone.localdate(request.at)}
    return render(request, "practice/worker_cases.html", context)


class SupervisionForm(KitForm):
    worker = fields.Choice("Who did you meet?")
    held_on = fields.Date("When?")
    note = fields.LongText(
        "Note", hint="Keep what concerns a family on the family’s case.", required=False, longest=5000
    )


@page(allow=Permission.MANAGE_WORKFORCE)
@once
def supervision_new(request: PageRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    service, mine = request.actor.service, my_teams(request)
    people = last_supervised(service, today)
    form = SupervisionForm(request.POST or None, initial={"held_on": today})
    form.fields["held_on"].bounds(latest=today)  # type: ignore[attr-defined]
    form.fields["worker"].offer([(str(p.pk), p.name) for p, _ in people])  # type: ignore[attr-defined]
    if form.is_valid():
        told = form.cleaned_data
        met = User.objects.get(pk=UUID(told["worker"]))
        where = mine[0] if mine else None
        try:
            workforce.supervise(
                request.actor,
                Scope.of(service=service, team=where.pk if where else None),
                service=service,
                team=where,
                worker=met,
                held_on=told["held_on"],
                note=told["note"],
                at=request.at,
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "practice:supervision_new", said=f"Supervision of {met.name} has been recorded.")
    return render(request, "practice/supervision.html", {"form": form, "people": people})


def my_teams(request: PageRequest) -> list[Team]:
    """The teams she leads."""
    keys = [k.removeprefix("team:") for k in request.actor.keys(Permission.MANAGE_WORKFORCE) if k.startswith("team:")]
    return list(Team.objects.filter(pk__in=keys).order_by("name"))
