"""The team: how much each worker carries, what is overdue, and supervision."""

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.queries import overdue
from fingerpost.pages.kit.downloads import csv_of, wants_csv
from fingerpost.pages.kit.pictures import Bar, lying_bars
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.practice.lists import where_about
from fingerpost.work.casework import queries


@page(allow=Permission.ALLOCATE_CASE, shows="family")
def team(request: PageRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    service = request.actor.service
    loads = queries.team_caseload(request.actor, service, today)
    if wants_csv(request):
        told = [(one.worker_name or "Nobody yet", one.open_cases, one.overdue, one.without_date) for one in loads]
        request.saw("family")
        return csv_of("caseload", ("worker", "open cases", "contact overdue", "no date set"), told)
    late = overdue(request.actor, request.at)
    waiting = queries.unallocated(request.actor, service)
    request.saw("family", *{i.family_id for i in late if i.family_id}, *{row.family_id for row in waiting.rows})
    context = {
        "loads": loads,
        "picture": lying_bars([Bar(one.worker_name or "Nobody yet", one.open_cases) for one in loads]),
        "late": late,
        "waiting": waiting,
        "where_about": where_about,
    }
    return render(request, "practice/team.html", context)
