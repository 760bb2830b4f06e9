"""One child's attendance over the weeks around her cases: a picture, and the table that says the same."""

from datetime import date, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.practice.attendance_chart import Bar, chart
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.people.families.queries import members_of
from fingerpost.people.schooling.queries import exclusions_of, weeks_of
from fingerpost.work.casework.models import Case

BEFORE = timedelta(weeks=20)


@page(allow=Permission.VIEW_FAMILY, shows="family")
def attendance(request: PageRequest, ref: str, child: UUID) -> HttpResponse:
    about = family_or_404(request, ref)
    member = next((m for m in members_of(request.actor, [about])[about.pk] if m.person.pk == child), None)
    if member is None:
        raise Http404
    today = timezone.localdate(request.at)
    cases = list(Case.objects.visible_to(request.actor).filter(family=about).order_by("opened_at"))
    since = (timezone.localdate(cases[0].opened_at) if cases else today) - BEFORE
    weeks = weeks_of(request.actor, [member.person], since=since, until=today)
    bars = [Bar(week.monday, week.attended, week.possible) for week in weeks if week.possible]
    context = {
        "family": about,
        "person": member.person,
        "bars": bars,
        "svg": chart(bars, _marks(cases)),
        "marks": _marks(cases),
        "exclusions": exclusions_of(member.person, until=today),
    }
    return render(request, "practice/attendance.html", context)


def _marks(cases: list[Case]) -> list[tuple[date, str]]:
    """The days that a reader looks for: when each case was opened and closed."""
    marks = []
    for case in cases:
        marks.append((timezone.localdate(case.opened_at), "Case opened"))
        if case.closed_at:
            marks.append((timezone.localdate(case.closed_at), "Case closed"))
    return marks
