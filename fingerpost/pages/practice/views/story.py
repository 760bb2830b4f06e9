"""A family's story: everything that happened in order, and where nothing was recorded."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.dated import NoValue, number_named
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.practice.stories import Entry, told
from fingerpost.pages.practice.views.families import family_or_404
from fingerpost.people.families.models import Family
from fingerpost.people.families.queries import members_of
from fingerpost.proof.chronology import events, silences
from fingerpost.proof.chronology.events import Event
from fingerpost.work.casework.models import Case

ON_A_PAGE = 40
QUIET = "quiet_days"
BEFORE_THE_FIRST_CASE = timedelta(weeks=20)


@page(allow=Permission.VIEW_FAMILY, shows="family")
def family_story(request: PageRequest, ref: str) -> HttpResponse:
    about = family_or_404(request, ref)
    subject, before = request.GET.get("about", ""), _day(request.GET.get("before", ""))
    subject = subject if subject in events.SUBJECTS else ""
    found = events.of_family(
        request.actor, about, subjects=[subject] if subject else (), before=before, most=ON_A_PAGE + 1
    )
    shown, earlier = found[:ON_A_PAGE], len(found) > ON_A_PAGE
    today = timezone.localdate(request.at)
    held = rules(request.actor.service, today)
    entries = told(shown, held, request.actor)
    if not subject:
        entries += _silences(request, about, shown, held, today, has_more=earlier, before=before)
    context = {
        "family": about,
        "entries": sorted(entries, key=lambda one: (one.day, _clock(one)), reverse=True),
        "subjects": events.SUBJECTS,
        "subject": subject,
        "earlier": entries and earlier and timezone.localdate(shown[-1].at) + timedelta(days=1),
        "terms": [] if before else _terms(request, about, today),
    }
    return render(request, "practice/family_story.html", context)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _clock(entry: Entry) -> str:
    return f"{timezone.localtime(entry.at):%H:%M}" if isinstance(entry.at, datetime) else ""


def _silences(
    request: PageRequest,
    about: Family,
    shown: list[Event],
    held: Rules,
    today: date,
    *,
    has_more: bool,
    before: date | None,
) -> list[Entry]:
    try:
        longer_than = int(number_named(QUIET, held.contract.values, today))
    except NoValue:  # this contract does not say how long is long
        return []
    until = min(before, today) if before else today
    cases = Case.objects.visible_to(request.actor).filter(family=about, opened_at__date__lte=until)
    spells = [
        (timezone.localdate(opened), min(until, timezone.localdate(closed) if closed else today))
        for opened, closed in cases.values_list("opened_at", "closed_at")
    ]
    known_from = timezone.localdate(shown[-1].at) if has_more else None
    found = silences.silences(shown, spells, longer_than=longer_than, known_from=known_from)
    return [Entry(at=one.until, title="Nothing was recorded", days=one.days) for one in found]


def _terms(request: PageRequest, about: Family, today: date) -> list[Any]:
    """The children's attendance by term, from some weeks before the first case."""
    children = [m.person for m in members_of(request.actor, [about])[about.pk] if m.is_child]
    opened = Case.objects.visible_to(request.actor).filter(family=about).order_by("opened_at")
    first = opened.values_list("opened_at", flat=True).first()
    since = (timezone.localdate(first) if first else today) - BEFORE_THE_FIRST_CASE
    return silences.attendance_by_term(request.actor, children, since=since, until=today)
