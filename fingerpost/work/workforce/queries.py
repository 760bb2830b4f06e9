"""Reads of posts and their holders: staff, never families."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_with
from fingerpost.work.workforce.models import Holding, Post, Supervision


@dataclass(frozen=True)
class Advisor:
    """Somebody in a post that works an area."""

    user_id: uuid.UUID
    name: str
    role: str
    area_code: str
    area_name: str
    team_id: uuid.UUID | None


@dataclass(frozen=True)
class Filled:
    """How far one role's funded posts are filled on a day, in full-time equivalents."""

    role: str
    label: str
    funded: Decimal
    filled: Decimal

    @property
    def vacant(self) -> Decimal:
        return max(Decimal(0), self.funded - self.filled)


def in_post(on: date) -> Q:
    """A holding, and its post, that runs on the day."""
    return (
        Q(since__lte=on, post__since__lte=on)
        & (Q(until=None) | Q(until__gte=on))
        & (Q(post__until=None) | Q(post__until__gte=on))
    )


def advisors_of(service: str, *, roles: Iterable[str], on: date, areas: Iterable[str] | None = None) -> list[Advisor]:
    """Who holds a post of these roles on the day, by area and name; in these areas only, where given. One query."""
    held = Holding.objects.filter(in_post(on), post__service=service, post__role__in=list(roles))
    held = held.filter(post__area__isnull=False, user__is_active=True)
    if areas is not None:
        held = held.filter(post__area__in=list(areas))
    rows = held.order_by("post__area__name", "user__name").values_list(
        "user_id", "user__name", "post__role", "post__area_id", "post__area__name", "post__team_id"
    )
    return [Advisor(*row) for row in rows]


def filled_on(service: str, on: date) -> list[Filled]:
    """Funded and filled posts by role, in full-time equivalents, in the order of the contract. One query and the contract."""
    established = contracts.rules(service, on).contract.workforce.establishment
    equivalents = F("post__hours") / F("post__full_time_hours")
    rows = Holding.objects.filter(in_post(on), post__service=service).values_list("post__role")
    filled = dict(rows.annotate(equivalents=Sum(equivalents)).order_by())
    return [
        Filled(role, words.label, Decimal(words.full_time_equivalents), round(filled.get(role, Decimal(0)), 2))
        for role, words in established.items()
    ]


def posts(service: str, on: date) -> QuerySet[Post]:
    """Posts that exist on the day with the name of who holds each (`holder_name`, None when vacant). One query."""
    holder = Holding.objects.filter(in_post(on), post=OuterRef("pk")).values("user__name")[:1]
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), service=service, since__lte=on)
    return running.select_related("area", "team").annotate(holder_name=Subquery(holder)).order_by("area__name", "role")


def last_supervised(service: str, on: date) -> list[tuple[User, date | None]]:
    """Everybody in post with the day of her last supervision, those longest without first. One query."""
    last = Supervision.objects.filter(worker=OuterRef("pk"), service=service, held_on__lte=on)
    in_service = Holding.objects.filter(in_post(on), post__service=service).values("user_id")
    people = User.objects.filter(pk__in=in_service).annotate(
        supervised_on=Subquery(last.order_by().values("worker").annotate(day=Max("held_on")).values("day"))
    )
    return [
        (person, person.supervised_on) for person in people.order_by(F("supervised_on").asc(nulls_first=True), "name")
    ]


def supervisors_of(actor: Actor, service: str, at: datetime) -> list[User]:
    """Who leads the team in which somebody holds a post; else whoever supervised her last. Two queries."""
    if actor.id is None:
        return []
    holding = Holding.objects.filter(in_post(timezone.localdate(at)), user_id=actor.id, post__service=service)
    teams = holding.exclude(post__team=None).values_list("post__team_id", flat=True)
    leaders = people_with(Permission.APPROVE_DECISION, [f"team:{team}" for team in teams], at)
    others = [leader for leader in leaders if leader.pk != actor.id]
    if others:
        return others
    last = Supervision.objects.filter(worker_id=actor.id, service=service).order_by("-held_on", "-recorded_at")
    return [met.supervisor for met in last.select_related("supervisor")[:1]]
