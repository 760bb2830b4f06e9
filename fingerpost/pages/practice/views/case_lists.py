"""Lists of cases: all that somebody may see, and those of one worker."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area, area_key
from fingerpost.ground.places.queries import keys_within
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, Day, List
from fingerpost.pages.kit.pieces import status_tag, with_tag
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.kit.words import short_date
from fingerpost.pages.practice.contract_words import case_words
from fingerpost.work.casework.models import Case

STATUSES: dict[str, Callable[[QuerySet[Case], date], QuerySet[Case]]] = {
    "open": lambda rows, on: rows.filter(closed_at=None),
    "overdue": lambda rows, on: rows.filter(closed_at=None, next_due_on__lt=on),
    "no-date": lambda rows, on: rows.filter(closed_at=None, next_due_on=None),
    "closed": lambda rows, on: rows.exclude(closed_at=None),
    "all": lambda rows, on: rows,
}
IN_WORDS = {
    "open": "Open",
    "overdue": "Contact overdue",
    "no-date": "No contact date set",
    "closed": "Closed",
    "all": "Open and closed",
}


@page(allow=Permission.VIEW_FAMILY, shows="family")
def cases(request: PageRequest) -> HttpResponse:
    request.saw("family")
    rows = Case.objects.visible_to(request.actor).of_service(request.actor.service)
    workers = User.objects.filter(pk__in=rows.open().order_by().values("worker_id")).order_by("name")
    listed = _list(request, workers=[(str(user.pk), user.name) for user in workers]).of(request, _soonest(rows))
    return listed.file or render(request, "practice/cases.html", {"listed": listed})


@page(allow=Permission.ALLOCATE_CASE, shows="family")
def worker_cases(request: PageRequest, worker: UUID) -> HttpResponse:
    rows = Case.objects.visible_to(request.actor).of_service(request.actor.service).filter(worker=worker)
    if not rows.open().exists():
        raise Http404
    request.saw("family")
    listed = _list(request).of(request, _soonest(rows))
    name = User.objects.values_list("name", flat=True).get(pk=worker)
    return listed.file or render(request, "practice/worker_cases.html", {"listed": listed, "worker": name})


def _soonest(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("family", "worker", "home_area").order_by("next_due_on", "opened_at", "ref")


def _list(request: PageRequest, *, workers: list[tuple[str, str]] | None = None) -> List:
    """The declaration. `workers`: whom it may be filtered by; None for the cases of one worker."""
    today = timezone.localdate(request.at)
    reasons = case_words(rules(request.actor.service, today))["reasons"]

    def in_area(rows: QuerySet[Case], code: str) -> QuerySet[Case]:
        return rows.filter(home_area__in=keys_within(area_key(request.actor.service, code)))

    of_worker = [Column("Worker", _worker, sort="worker__name", phone="bare")] if workers is not None else []
    return List(
        columns=[
            Column(
                "Case", lambda case: case.ref, lambda case: link_to(case.ref, "practice:case", case.ref), sort="ref"
            ),
            Column("Family", lambda case: case.family.name, _family, sort="family__name", phone="bare"),
            *of_worker,
            Column(
                "Home area",
                lambda case: case.home_area.name if case.home_area else "Not known",
                sort="home_area__name",
                phone="no",
            ),
            Column(
                "Opened",
                lambda case: _day(case.opened_at),
                lambda case: short_date(case.opened_at),
                sort="opened_at",
                phone="no",
            ),
            Column("Last contact", lambda case: _day(case.last_contact_at), _last_contact, sort="last_contact_at"),
            Column("Next due", lambda case: case.next_due_on, lambda case: _next_due(case, today), sort="next_due_on"),
            Column("Closed", lambda case: _day(case.closed_at), only="file"),
            Column(
                "Reason for closing", lambda case: reasons.get(case.closure_reason, case.closure_reason), only="file"
            ),
        ],
        one="case",
        filters=[
            Choice(
                "status", "Status", IN_WORDS.items(), lambda rows, chosen: STATUSES[chosen](rows, today), start="open"
            ),
            *([Choice("worker", "Worker", workers, lambda rows, key: rows.filter(worker=key))] if workers else []),
            Choice("area", "Home area", _areas(request), in_area),
            Day("since", "Opened from", lambda rows, day: rows.filter(opened_at__date__gte=day)),
        ],
        search=["ref", "family__name", "worker__name"],
        empty="There are no cases here.",
        seen=lambda rows: request.saw("family", *{case.family_id for case in rows}),
    )


def _areas(request: PageRequest) -> list[tuple[str, str]]:
    areas = Area.objects.of_service(request.actor.service, timezone.localdate(request.at)).order_by("-depth", "name")
    return list(areas.values_list("code", "name"))


def _worker(case: Case) -> str:
    return case.worker.name if case.worker else "Nobody yet"


def _family(case: Case) -> Markup:
    return link_to(case.family.name, "practice:family", case.family.ref)


def _day(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None


def _last_contact(case: Case) -> str:
    return short_date(case.last_contact_at) or "None yet"


def _next_due(case: Case, today: date) -> Any:
    if case.closed_at:
        return status_tag("closed")
    if case.next_due_on is None:
        return "Not set"
    late = case.next_due_on < today
    return with_tag(short_date(case.next_due_on), status_tag("overdue")) if late else short_date(case.next_due_on)
