"""Staff as those who lead them meet them: who is in post, away, due for a meeting; one worker; figures by worker."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.pieces import status_tag, with_note, with_tag
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.kit.words import number, short_date
from fingerpost.pages.practice.worker_figures import figures_of
from fingerpost.work.casework.queries import team_caseload
from fingerpost.work.workforce import queries
from fingerpost.work.workforce.models import Holding
from fingerpost.work.workforce.queries import Away, LookedAfter


def held_today(request: PageRequest) -> Rules:
    """The contract of the service they work in, as it stands today."""
    return rules(request.actor.service, timezone.localdate(request.at))


@page(allow=Permission.MANAGE_WORKFORCE)
def staff(request: PageRequest) -> HttpResponse:
    held = held_today(request)
    people = queries.members(request.actor, held, held.on)
    areas = queries.areas_led(request.actor, held.service, held.on)
    away = queries.absences(request.actor, held)
    cared = queries.looked_after(held, people)
    listed = _list(_loads(request, held), {one.absence.worker_id: one for one in away}).of(request, cared)
    if listed.file:
        return listed.file
    context = {
        "listed": listed,
        "number": len(people),
        "needing_cover": [one for one in away if one.needs_cover],
        "uncovered": [area for area in queries.coverage(held, only=areas) if area.is_uncovered],
        "unsupervised": [one for one in cared if one.supervision.is_overdue],
        "unreviewed": [one for one in cared if one.review.is_overdue],
        "filled": queries.filled_on(held.service, held.on) if areas is None else [],
        "equivalents": queries.plain(sum((one.equivalents for one in people), Decimal(0))),
    }
    return render(request, "practice/staff.html", context)


def _list(loads: dict[UUID | None, int], away: dict[UUID, Away]) -> List:
    """Everybody in post. Rows are members of staff with the care due to them."""

    def open_cases(one: LookedAfter) -> int:
        return loads.get(one.member.user_id, 0)

    def at_work(one: LookedAfter) -> str:
        return "Away" if one.member.user_id in away else "At work"

    def at_work_or_until(one: LookedAfter) -> Markup | str:
        gone = away.get(one.member.user_id)
        if gone is None:
            return "At work"
        link = link_to("Away", "practice:absence", gone.absence.pk, hidden=one.member.name)
        return with_note(link, f"until {short_date(gone.absence.ended_on)}" if gone.absence.ended_on else "")

    return List(
        columns=[
            Column("Name", lambda one: one.member.name, _named, sort=True),
            Column("Job", lambda one: ", ".join(one.member.roles), only="file"),
            Column("Area", lambda one: one.member.where, sort=True),
            Column(
                "Full time",
                lambda one: float(one.member.equivalents),
                _equivalents,
                numeric=True,
                sort=True,
                phone="no",
            ),
            Column("Open cases", open_cases, numeric=True, sort=True),
            Column("Today", at_work, at_work_or_until, sort=True, phone="bare"),
            Column("Supervision due", lambda one: one.supervision.due_on, lambda one: _due(one.supervision), sort=True),
            Column("Review due", lambda one: one.review.due_on, lambda one: _due(one.review), sort=True),
        ],
        one="person",
        many="people",
        filters=[
            Choice(
                "today",
                "Today",
                [("Away", "Away"), ("At work", "At work")],
                lambda rows, chosen: [one for one in rows if at_work(one) == chosen],
            ),
            Choice(
                "overdue",
                "Overdue",
                [("supervision", "Supervision"), ("review", "Review")],
                lambda rows, which: [one for one in rows if getattr(one, which).is_overdue],
            ),
        ],
        search=True,
        empty="Nobody is in post.",
    )


def _named(one: LookedAfter) -> Markup:
    who = one.member
    return with_note(link_to(who.name, "practice:worker", who.user_id), ", ".join(who.roles))


def _equivalents(one: LookedAfter) -> str:
    return number(one.member.equivalents, 2)


def _due(care: Any) -> Markup | str:
    day = short_date(care.due_on) or "Not set"
    return with_tag(day, status_tag("overdue")) if care.is_overdue else day


def _loads(request: PageRequest, held: Rules) -> dict[UUID | None, int]:
    return {load.worker_id: load.open_cases for load in team_caseload(request.actor, held.service, held.on)}


def holding_or_404(request: PageRequest, worker: UUID, on: date) -> Holding:
    """The post in which they manage the worker. Raises Http404 for anybody whom they do not."""
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
    may_agree = request.actor.can(Permission.MANAGE_WORKFORCE, held)
    listed = _areas_list(held.service, may_agree=may_agree).of(request, queries.coverage(held, only=areas))
    return listed.file or render(request, "practice/staff_areas.html", {"listed": listed, "today": held.on})


def _areas_list(service: str, *, may_agree: bool) -> List:
    def number_of(name: str) -> dict[str, Any]:
        return {
            "value": lambda area: float(getattr(area, name)),
            "show": lambda area: queries.plain(getattr(area, name)),
        }

    def minimum(area: Any) -> Markup:
        agreed = area.minimum is not None
        words = with_note(queries.plain(area.minimum), area.agreed_by) if agreed else with_note("Not agreed")
        change = link_to("Set", "oversight:minimum", service, area.code, hidden=f"the minimum of {area.name}")
        return words + Markup("<br>") + change if may_agree else words

    return List(
        columns=[
            Column("Area", lambda area: area.name, lambda area: with_note(area.name, area.parent or ""), sort=True),
            Column("In post", **number_of("in_post"), numeric=True, sort=True),
            Column(
                "Away",
                lambda area: float(area.away),
                lambda area: with_note(queries.plain(area.away), ", ".join(area.names_away)),
                numeric=True,
                sort=True,
            ),
            Column(
                "Cover",
                lambda area: float(area.cover - area.lent),
                lambda area: queries.plain(area.cover - area.lent),
                numeric=True,
                sort=True,
            ),
            Column("At work", **number_of("present"), numeric=True, sort=True),
            Column("Agreed minimum", lambda area: area.minimum and float(area.minimum), minimum, sort=True),
            Column(
                "Status",
                lambda area: "Uncovered" if area.is_uncovered else "Served",
                lambda area: status_tag("overdue", "Uncovered") if area.is_uncovered else status_tag("met", "Served"),
                sort=True,
            ),
        ],
        one="area",
        filters=[
            Choice(
                "status",
                "Status",
                [("uncovered", "Uncovered"), ("served", "Served")],
                lambda rows, chosen: [area for area in rows if area.is_uncovered == (chosen == "uncovered")],
            )
        ],
        search=True,
        empty="You lead no area.",
    )
