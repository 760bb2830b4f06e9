"""Runs: lists of them, one of them, those that wait for agreement. No people in these reads."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.ground.places.models import area_key
from fingerpost.ground.places.queries import keys_within
from fingerpost.work.groups.models import Attendance, Booking, CoLeader, Run, Session, Waiting

MOST_WAITING, MOST_TO_MARK = 100, 20


def runs(service: str, *, since: date, until: date, area: str = "", kind: str = "", status: str = "") -> QuerySet[Run]:
    """Runs that touch the period, the first to start first, each with `taken` places and how many people `wait`. One query.

    `status` is one of `Run.status_on(until)` that can be told without a day: proposed, cancelled, or "" for all.
    """
    found = Run.objects.filter(service=service, starts_on__lte=until, ends_on__gte=since)
    found = found.filter(area__in=keys_within(area_key(service, area))) if area else found
    found = found.filter(programme__kind=kind) if kind else found
    if status == "cancelled":
        found = found.exclude(cancelled_at=None)
    elif status == "proposed":
        found = found.filter(waits_for_agreement())
    elif status:
        found = found.filter(~waits_for_agreement(), cancelled_at=None)
    return counted(found).order_by("starts_on", "ref")


def waits_for_agreement() -> Q:
    """Runs that the coordinator has still to agree."""
    return Q(needs_agreement=True, agreed_on=None, cancelled_at=None)


def counted(found: QuerySet[Run]) -> QuerySet[Run]:
    """Each run with what a line about it shows, its places `taken` and people who `wait`."""
    taken = Booking.objects.filter(run=OuterRef("pk"), cancelled_at=None).order_by().values("run")
    waiting = Waiting.objects.filter(run=OuterRef("pk"), ended_at=None).order_by().values("run")
    shown: Any = found.select_related("programme", "area__parent", "venue", "leader").annotate(
        taken=Coalesce(Subquery(taken.annotate(number=Count("id")).values("number")), 0),
        wait=Coalesce(Subquery(waiting.annotate(number=Count("id")).values("number")), 0),
    )
    counting: QuerySet[Run] = shown.counting_everybody()
    return counting


def get(actor: Actor, ref: str) -> Run:
    """One run with its places `taken` and how many `wait`. Raises Run.DoesNotExist. One query; no people in it."""
    with seeing_everything(why="how many places are taken does not depend on who asks, and names nobody"):
        found = _called(actor, ref)
    if not found:
        raise Run.DoesNotExist(ref)
    return found[0]


@built_once
def _called(actor: Actor, ref: str) -> QuerySet[Run]:
    return counted(Run.objects.filter(ref=ref)).select_related("team", "need", "proposed_by")


def sessions_of(run: Run) -> QuerySet[Session]:
    """The run's sessions in order, each with how many are marked as `came`. One query."""
    came = Attendance.objects.filter(session=OuterRef("pk"), is_present=True).order_by().values("session")
    counted = Coalesce(Subquery(came.annotate(number=Count("id")).values("number")), 0)
    return Session.objects.filter(run=run).annotate(came=counted).order_by("starts_at").counting_everybody()


def session_of(run: Run, session: uuid.UUID) -> Session:
    """One session of the run. Raises Session.DoesNotExist. One query."""
    found = Session.objects.get(run=run, pk=session)
    found.run = run
    return found


def co_leaders_of(run: Run) -> list[User]:
    """Who leads the run besides its leader, by name. One query."""
    return list(User.objects.filter(pk__in=CoLeader.objects.filter(run=run).values("user")).order_by("name"))


def registers_to_mark(actor: Actor, at: datetime) -> list[Session]:
    """Sessions that they lead, which have begun and have no register yet, the oldest first. One query."""
    return _registers_to_mark(actor, actor.id, at) if actor.id else []


@built_once
def _registers_to_mark(actor: Actor, leader: uuid.UUID, at: datetime) -> QuerySet[Session]:
    leads = Q(run__leader_id=leader) | Exists(CoLeader.objects.filter(run=OuterRef("run"), user=leader))
    begun = Session.objects.filter(leads, starts_at__lte=at, held_at=None, cancelled_at=None)
    return begun.select_related("run__programme", "run__venue", "run__area").order_by("starts_at")[:MOST_TO_MARK]


def to_agree(actor: Actor, service: str) -> list[Run]:
    """Runs and workshops that wait for this person's agreement, the first to start first. One query. Clauses 2.8, 2.10."""
    found = Run.objects.filter(waits_for_agreement(), service=service).filter(_reach(actor))
    return list(counted(found).select_related("need", "proposed_by").order_by("starts_on", "ref")[:MOST_WAITING])


def agreed_lately(actor: Actor, service: str, limit: int = 20) -> list[Run]:
    """What was agreed in their areas, the latest first. One query."""
    found = Run.objects.filter(_reach(actor), service=service, agreed_on__isnull=False)
    return list(counted(found).order_by("-agreed_on", "-starts_on", "ref")[:limit])


def _reach(actor: Actor) -> Q:
    """Runs within reach of whoever agrees them: by service, area or team."""
    keys = actor.keys(Permission.APPROVE_PROGRAMME)
    by_kind = {kind: [key.removeprefix(f"{kind}:") for key in keys if key.startswith(f"{kind}:")] for kind in KINDS}
    wanted = Q(service__in=by_kind["service"]) | Q(area__in=by_kind["area"]) | Q(team__in=by_kind["team"])
    return wanted if not actor.is_system else Q()


KINDS = ("service", "area", "team")


def coordinators_of(service: str, area: str, at: datetime) -> list[str]:
    """Names of those who may agree a run in the area; those of the area itself before those of the whole service. One query."""
    held = Grant.objects.in_force(at).giving(Permission.APPROVE_PROGRAMME, localdate(at), service)
    grants = list(held.select_related("user"))
    here = [g.user.name for g in grants if g.reach == Grant.Reach.AREA and area_key(service, g.area) == area]
    return sorted(here) or sorted({g.user.name for g in grants if g.reach == Grant.Reach.SERVICE})


def without_need(service: str, *, since: date, until: date) -> list[Run]:
    """Workshops of the period for which nobody has said what need they answer. One query. Clause 2.10 (Essex advisors)."""
    return list(runs(service, since=since, until=until, kind="workshop").filter(need=None, cancelled_at=None))


def may_be_booked(
    service: str, *, on: date, kinds: Iterable[str] = ("programme", "workshop", "drop_in")
) -> QuerySet[Run]:
    """Public runs that have not ended, the first to start first, with their places. One query."""
    found = Run.objects.filter(
        service=service,
        ends_on__gte=on,
        cancelled_at=None,
        advertised_at__isnull=False,
        programme__kind__in=list(kinds),
    )
    return counted(found).order_by("starts_on", "ref")
