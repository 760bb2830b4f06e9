"""One child's attendance over the weeks around their cases: a picture, and the table that says the same."""

from datetime import date, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.downloads import csv_of, wants_csv
from fingerpost.pages.kit.pictures import Bar, Mark, columns
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.kit.words import list_date
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.people.families.queries import members_of
from fingerpost.people.schooling.models import AttendanceWeek
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
    known = [week for week in weeks if week.possible]
    if wants_csv(request):
        told = [(week.monday.isoformat(), week.attended, week.possible, round(_percent(week), 1)) for week in known]
        return csv_of(f"attendance_{about.ref}", ("week of", "attended", "possible", "percent"), told)
    context = {
        "family": about,
        "child": member.person,
        "weeks": [(week, _percent(week)) for week in known],
        "svg": columns(
            [Bar(list_date(week.monday), _percent(week)) for week in known],
            top=100,
            unit=" %",
            marks=_marks(cases, known),
        ),
        "exclusions": exclusions_of(member.person, until=today),
    }
    return render(request, "practice/attendance.html", context)


def _percent(week: AttendanceWeek) -> float:
    return 100 * week.attended / week.possible


def _marks(cases: list[Case], weeks: list[AttendanceWeek]) -> list[Mark]:
    """Where a reader looks: the weeks in which each case was opened and closed."""
    days = [(case.opened_at, "Case opened") for case in cases]
    days += [(case.closed_at, "Case closed") for case in cases if case.closed_at]
    return [Mark(_place(weeks, timezone.localdate(moment)), words) for moment, words in days]


def _place(weeks: list[AttendanceWeek], day: date) -> int:
    return next((n for n, week in enumerate(weeks) if (day - week.monday).days < 7), len(weeks))
