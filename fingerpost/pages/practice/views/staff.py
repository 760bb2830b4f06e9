"""Staff as those who lead them meet them: who is in post, away, due for a meeting; one worker; figures by worker."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.practice.worker_figures import figures_of
from fingerpost.work.casework.queries import team_caseload
from fingerpost.work.workforce import queries
from fingerpost.work.workforce.models import Holding


def held_today(request: PageRequest) -> Rules:
    """The contract of the service she works in, as it stands today."""
    return rules(request.actor.service, timezone.localdate(request.at))


@page(allow=Permission.MANAGE_WORKFORCE)
def staff(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = queries.members(request.actor, held, held.on)
    areas = queries.areas_led(request.actor, held.service, held.on)
    away = queries.absences(request.actor, held)
    cared = queries.looked_after(held, people)
    context = {
        "today": held.on,
        "people": cared,
        "loads": _loads(request, held),
        "away": {one.absence.worker_id: one for one in away},
        "needing_cover": [one for one in away if one.needs_cover],
        "uncovered": [area for area in queries.coverage(held, only=areas) if area.is_uncovered],
        "unsupervised": [one for one in cared if one.supervision.is_overdue],
        "unreviewed": [one for one in cared if one.review.is_overdue],
        "filled": queries.filled_on(held.service, held.on) if areas is None else [],
        "equivalents": queries.plain(sum((one.equivalents for one in people), Decimal(0))),
    }
    return render(request, "practice/staff.html", context)


def _loads(request: PageRequest, held: Rules) -> dict[UUID | None, int]:
    return {load.worker_id: load.open_cases for load in team_caseload(request.actor, held.service, held.on)}


def holding_or_404(request: PageRequest, worker: UUID, on: date) -> Holding:
    """The post in which she manages the worker. Raises Http404 for anybody whom she does not."""
    found = queries.holding_of(request.actor, request.actor.service, worker, on)
    if found is None:
        raise Http404
    return found


@page(allow=Permission.MANAGE_WORKFORCE)
def worker(request: PageRequest, worker: UUID) -> HttpResponse:
    holding = holding_or_404(request, worker, timezone.localdate(request.at))
    held = held_today(request)
    cared = queries.looked_after(held, queries.members(request.actor, held, held.on))
    meetings = queries.supervisions_of(request.actor, held.service, worker)
    context = {
        "who": holding.user,
        "post": holding.post,
        "labels": {role: words.label for role, words in held.contract.workforce.establishment.items()},
        "cared": next((one for one in cared if one.member.user_id == worker), None),
        "absences": queries.absences_of(request.actor, held, worker),
        "meetings": meetings,
        "actions": [one for one in queries.actions_of(meetings) if one.done_at is None],
        "reviews": queries.reviews_of(request.actor, held.service, worker),
        "open_cases": _loads(request, held).get(worker, 0),
        "figures": figures_of(request.actor, held, [worker], request.at),
        "today": held.on,
        "is_me": worker == request.actor.id,
    }
    return render(request, "practice/worker.html", context)


@page(allow=Permission.MANAGE_WORKFORCE)
def staff_figures(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = queries.members(request.actor, held, held.on)
    context = {
        "people": people,
        "loads": _loads(request, held),
        "figures": figures_of(request.actor, held, [one.user_id for one in people], request.at),
        "today": held.on,
    }
    return render(request, "practice/staff_figures.html", context)


@page(allow=Permission.MANAGE_WORKFORCE)
def staff_areas(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    areas = queries.areas_led(request.actor, held.service, held.on)
    context = {
        "areas": queries.coverage(held, only=areas),
        "today": held.on,
        "service": held.service,
        "may_agree": request.actor.can(Permission.MANAGE_WORKFORCE, held),
        "plain": queries.plain,
    }
    return render(request, "practice/staff_areas.html", context)
