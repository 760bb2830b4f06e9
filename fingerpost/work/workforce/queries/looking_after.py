"""How staff are looked after: when each was last supervised and reviewed, and who is due or overdue."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, OuterRef, Subquery
from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_with
from fingerpost.work.workforce.days import Reckoning
from fingerpost.work.workforce.models import Holding, PerformanceReview, Supervision, SupervisionAction
from fingerpost.work.workforce.queries.people import Member
from fingerpost.work.workforce.queries.posts import in_post

SUPERVISION, REVIEW = "supervision", "performance_review"


@dataclass(frozen=True)
class Turn:
    """When something last happened to somebody, and by when it must again. `last_on` is None where it never did."""

    last_on: date | None
    due_on: date | None
    on: date
    planned_on: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < self.on

    @property
    def overdue_since(self) -> date | None:
        """The first day on which it was late."""
        return date.fromordinal(self.due_on.toordinal() + 1) if self.due_on and self.is_overdue else None

    @property
    def is_in_time(self) -> bool:
        """Whether it happened, and not too long ago."""
        return self.last_on is not None and not self.is_overdue


@dataclass(frozen=True)
class LookedAfter:
    """A member of staff with their supervision and their review."""

    member: Member
    supervision: Turn
    review: Turn


def looked_after(held: Rules, people: Iterable[Member]) -> list[LookedAfter]:
    """These members of staff on the rules' day, each with their turns; who never had one is counted from their first day.

    Four queries.
    """
    people = list(people)
    ids = [member.user_id for member in people]
    met = _last(Supervision, held, ids)
    reviewed, planned = _last(PerformanceReview, held, ids), _planned(held, ids)
    turn = _turns(held)
    return [
        LookedAfter(
            member,
            turn(SUPERVISION, met.get(member.user_id), member.since, None),
            turn(REVIEW, reviewed.get(member.user_id), member.since, planned.get(member.user_id)),
        )
        for member in people
    ]


def _turns(held: Rules) -> Callable[[str, date | None, date, date | None], Turn]:
    """Makes turns. Many people share a day, and a calendar is walked for each, so each day is worked out once."""
    reckoning = Reckoning.under(held)
    due: dict[tuple[str, date], date | None] = {}

    def turn(kind: str, last_on: date | None, since: date, planned: date | None) -> Turn:
        began = last_on or since
        if (kind, began) not in due:
            due[kind, began] = reckoning.next_due(kind, began)
        return Turn(last_on, due[kind, began], held.on, planned)

    return turn


def _last(model: Any, held: Rules, people: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    found = model.objects.filter(service=held.service, worker__in=people, held_on__lte=held.on)
    return dict(found.order_by().values_list("worker").annotate(day=Max("held_on")))


def _planned(held: Rules, people: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    """The day on which each one's newest review said the next would be."""
    found = PerformanceReview.objects.filter(service=held.service, worker__in=people, held_on__lte=held.on)
    newest = found.order_by("worker", "-held_on").distinct("worker").values_list("worker", "next_on")
    return {worker: day for worker, day in newest if day}


def last_supervised(service: str, on: date) -> list[tuple[User, date | None]]:
    """Everybody in post with the day of their last supervision, those longest without first. One query."""
    last = Supervision.objects.filter(worker=OuterRef("pk"), service=service, held_on__lte=on)
    in_service = Holding.objects.filter(in_post(on), post__service=service).values("user_id")
    people = User.objects.filter(pk__in=in_service).annotate(
        supervised_on=Subquery(last.order_by().values("worker").annotate(day=Max("held_on")).values("day"))
    )
    return [
        (person, person.supervised_on) for person in people.order_by(F("supervised_on").asc(nulls_first=True), "name")
    ]


def supervisions_of(actor: Actor, service: str, worker: uuid.UUID, *, limit: int = 50) -> list[Supervision]:
    """A worker's meetings that the actor manages, the newest first. One query."""
    found = Supervision.objects.filter(service=service, worker=worker).select_related("supervisor", "worker", "team")
    rows = found.order_by("-held_on", "-recorded_at")[:limit]
    return [one for one in rows if actor.can(Permission.MANAGE_WORKFORCE, one)]


def supervision(actor: Actor, pk: uuid.UUID) -> Supervision:
    """One meeting that the actor manages. Raises Supervision.DoesNotExist. One query."""
    found = Supervision.objects.select_related("supervisor", "worker", "team").get(pk=pk)
    if not actor.can(Permission.MANAGE_WORKFORCE, found):
        raise Supervision.DoesNotExist(pk)
    return found


def actions_of(meetings: Iterable[Supervision]) -> list[SupervisionAction]:
    """What these meetings agreed, the soonest due first. The caller has seen that the meetings may be met. One query."""
    found = SupervisionAction.objects.filter(supervision__in=[one.pk for one in meetings])
    return list(found.select_related("owner", "supervision").order_by("due_on", "recorded_at"))


def my_action(actor: Actor, pk: uuid.UUID) -> SupervisionAction:
    """An action that is the actor's own, or that of somebody they manage. Raises SupervisionAction.DoesNotExist."""
    found = SupervisionAction.objects.select_related("supervision", "owner").get(pk=pk)
    if found.owner_id != actor.id and not actor.can(Permission.MANAGE_WORKFORCE, found):
        raise SupervisionAction.DoesNotExist(pk)
    return found


def reviews_of(actor: Actor, service: str, worker: uuid.UUID) -> list[PerformanceReview]:
    """A worker's reviews that the actor manages, the newest first. One query."""
    found = PerformanceReview.objects.visible_to(actor, Permission.MANAGE_WORKFORCE)
    return list(found.filter(service=service, worker=worker).select_related("reviewer", "worker").order_by("-held_on"))


def supervisors_of(actor: Actor, service: str, at: datetime) -> list[User]:
    """Who leads the team in which somebody holds a post; else whoever supervised them last. Two queries."""
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
