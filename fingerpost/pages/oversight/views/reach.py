"""How far the groups that go first are reached, for those who may open the records behind it."""

from datetime import date

from django.http import HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import agreement_of, rules
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.shortcuts import render
from fingerpost.work.referrals.priority import reached


@page(allow=Permission.VIEW_RECORDS_COUNTED)
def reach(request: PageRequest) -> HttpResponse:
    service, today = request.actor.service, timezone.localdate(request.at)
    words = rules(service, today).contract.pathway.priority
    since = _since(request, agreement_of(service).starts_on, today)
    context = {
        "rows": reached(request.actor, service, since=since, until=today),
        "words": words,
        "since": since,
        "today": today,
    }
    return render(request, "oversight/reach.html", context)


def _since(request: PageRequest, starts_on: date, today: date) -> date:
    """The first day asked for (`?since=2010-10-01`); the agreement's first day unless given."""
    try:
        return min(date.fromisoformat(request.GET.get("since", "")), today)
    except ValueError:
        return min(starts_on, today)
