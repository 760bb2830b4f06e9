"""Staff as those who lead them see them: who is in post, where, and for how many hours."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import people_of_service
from fingerpost.work.workforce.models import Holding, Post
from fingerpost.work.workforce.queries.posts import in_post


@dataclass(frozen=True)
class Member:
    """Somebody in post on a day: each post once, their hours together in full-time equivalents, the first day of the oldest."""

    user_id: uuid.UUID
    name: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    area_codes: tuple[str, ...]
    equivalents: Decimal
    since: date
    holding_id: uuid.UUID

    @property
    def where(self) -> str:
        return ", ".join(self.areas)


def led_by(actor: Actor, service: str, *, post: str = "post__") -> Q:
    """Of a holding (or with `post=""`, of a post): that the actor manages it, with their team or with the whole service."""
    keys = actor.keys(Permission.MANAGE_WORKFORCE)
    if actor.is_system or f"service:{service}" in keys:
        return Q(**{f"{post}service": service})
    teams = [key.removeprefix("team:") for key in keys if key.startswith("team:")]
    return Q(**{f"{post}service": service, f"{post}team__in": teams})


def members(actor: Actor, held: Rules, on: date) -> list[Member]:
    """Everybody in post on the day whom the actor manages, by name. One query."""
    return _members(Holding.objects.filter(in_post(on), led_by(actor, held.service)), held)


def staff(held: Rules, on: date) -> list[Member]:
    """Everybody in post on the day in the service, by name: for counts, and for lists that the caller may show. One query."""
    return _members(Holding.objects.filter(in_post(on), post__service=held.service), held)


def holding_of(actor: Actor, service: str, worker: uuid.UUID, on: date) -> Holding | None:
    """The post in which the actor manages a worker: the one held on the day, else the newest. None where they manage none."""
    found = Holding.objects.filter(led_by(actor, service), user=worker).select_related(
        "post__team", "post__area", "user"
    )
    return found.filter(in_post(on)).order_by("since").first() or found.order_by("-since").first()


def areas_led(actor: Actor, service: str, on: date) -> list[str] | None:
    """Keys of the areas in which the actor manages posts on the day; None for somebody who manages the whole service."""
    if actor.is_system or f"service:{service}" in actor.keys(Permission.MANAGE_WORKFORCE):
        return None
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), led_by(actor, service, post=""), since__lte=on)
    return [code for code in running.order_by().values_list("area_id", flat=True).distinct() if code]


def post_led(actor: Actor, pk: uuid.UUID) -> Post:
    """A post that the actor manages, in whichever service. Raises Post.DoesNotExist. One query."""
    found = Post.objects.select_related("team", "area").get(pk=pk)
    if not actor.can(Permission.MANAGE_WORKFORCE, found):
        raise Post.DoesNotExist(pk)
    return found


def teams_led(actor: Actor, service: str) -> list[Team]:
    """The teams that the actor manages, by name. One query."""
    keys = actor.keys(Permission.MANAGE_WORKFORCE)
    found = Team.objects.filter(service=service).order_by("name")
    if actor.is_system or f"service:{service}" in keys:
        return list(found)
    return list(found.filter(pk__in=[key.removeprefix("team:") for key in keys if key.startswith("team:")]))


def may_hold_posts(service: str, at: datetime) -> list[User]:
    """Everybody whose grants let them work with families of the service, by name. One query."""
    return people_of_service(Permission.RECORD_CONTACT, service, at)


def _members(holdings: object, held: Rules) -> list[Member]:
    labels = {role: words.label for role, words in held.contract.workforce.establishment.items()}
    rows: dict[uuid.UUID, list[Holding]] = {}
    for holding in holdings.select_related("post__area", "user").order_by("user__name", "since", "id"):  # type: ignore[attr-defined]
        rows.setdefault(holding.user_id, []).append(holding)
    return [_member(mine, labels) for mine in rows.values()]


def _member(mine: list[Holding], labels: dict[str, str]) -> Member:
    first = mine[0]
    areas = {holding.post.area_id: holding.post.area.name for holding in mine if holding.post.area}
    return Member(
        user_id=first.user_id,
        name=first.user.name,
        roles=tuple(dict.fromkeys(labels.get(one.post.role, one.post.role.replace("_", " ")) for one in mine)),
        areas=tuple(areas.values()),
        area_codes=tuple(str(code) for code in areas),
        equivalents=sum((one.post.equivalents for one in mine), Decimal(0)),
        since=first.since,
        holding_id=first.pk,
    )
