"""The team: how much each worker carries, what is overdue and who has it, and cases without a worker."""

from django.http import HttpResponse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.queries import Late, late_by_record
from fingerpost.pages.kit.downloads import csv_of, wants_csv
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.pictures import Bar, lying_bars
from fingerpost.pages.kit.pieces import link, status_tag, with_tag
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.kit.words import list_date, plural
from fingerpost.pages.practice.lists import where_about
from fingerpost.work.casework import queries

MOST_LATE = 2000


@page(allow=Permission.ALLOCATE_CASE, shows="family")
def team(request: PageRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    service = request.actor.service
    loads = queries.team_caseload(request.actor, service, today)
    request.saw("family")
    if wants_csv(request) == "caseload":
        told = [(one.worker_name or "Nobody yet", one.open_cases, one.overdue, one.without_date) for one in loads]
        return csv_of("caseload", ("worker", "open cases", "contact overdue", "no date set"), told)
    late = late_by_record(request.actor, request.at, limit=MOST_LATE)
    listed = _late_list(request, late).of(request, late)
    if listed.file:
        return listed.file
    waiting = queries.unallocated(request.actor, service)
    request.saw("family", *{row.family_id for row in waiting.rows})
    context = {
        "loads": loads,
        "picture": lying_bars([Bar(one.worker_name or "Nobody yet", one.open_cases) for one in loads]),
        "listed": listed,
        "waiting": waiting,
    }
    return render(request, "practice/team.html", context)


def _late_list(request: PageRequest, late: list[Late]) -> List:
    people = sorted({name for one in late for name in one.who})
    return List(
        columns=[
            Column("What", lambda one: one.item.title, sort=True),
            Column("About", lambda one: one.item.ref, _about, phone="bare"),
            Column("Who", lambda one: ", ".join(one.who), sort=True),
            Column("Due", lambda one: one.item.due_on, _due, sort=True),
            Column("Days late", lambda one: one.item.days_late, only="file"),
        ],
        one="item",
        name="late",
        caption="Overdue",
        filters=[
            Choice(
                "who",
                "Who",
                [(name, name) for name in people],
                lambda rows, name: [one for one in rows if name in one.who],
            )
        ],
        search=True,
        empty="Nothing is overdue.",
        seen=lambda rows: request.saw("family", *{one.item.family_id for one in rows if one.item.family_id}),
    )


def _about(one: Late) -> Markup | str:
    href = where_about(one.item)
    return link(one.item.ref or "Open", href, hidden="" if one.item.ref else one.item.title) if href else one.item.ref


def _due(one: Late) -> Markup:
    return with_tag(
        list_date(one.item.due_on), status_tag("overdue", plural(one.item.days_late, "day late", "days late"))
    )
