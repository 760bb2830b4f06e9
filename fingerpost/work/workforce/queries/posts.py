"""Posts, who holds them on a day, and how far what is funded is filled."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.ground.access.models import User
from fingerpost.work.workforce.models import Absence, Holding, Post


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
    """How far one role's funded posts are filled on a day, in full-time equivalents. Who is away still fills their post."""

    role: str
    label: str
    funded: Decimal
    filled: Decimal
    absent: Decimal = Decimal(0)

    @property
    def vacant(self) -> Decimal:
        return max(Decimal(0), self.funded - self.filled)

    @property
    def present(self) -> Decimal:
        return self.filled - self.absent

    @property
    def words(self) -> str:
        """31.5 of 32 filled, 0.5 vacant."""
        return f"{plain(self.filled)} of {plain(self.funded)} filled, {plain(self.vacant)} vacant"


def plain(number: Decimal) -> str:
    """31.5 and 32, without noughts at the end."""
    return f"{number.quantize(Decimal('0.01')).normalize():f}"


def in_post(on: date) -> Q:
    """A holding, and its post, that runs on the day."""
    return (
        Q(since__lte=on, post__since__lte=on)
        & (Q(until=None) | Q(until__gte=on))
        & (Q(post__until=None) | Q(post__until__gte=on))
    )


def advisors_of(
    service: str, *, roles: Iterable[str], on: date, areas: Iterable[str] | None = None, user: User | None = None
) -> list[Advisor]:
    """Who holds a post of these roles on the day, by area and name; in these areas, or one person's, where given. One query."""
    held = Holding.objects.filter(in_post(on), post__service=service, post__role__in=list(roles))
    held = held.filter(post__area__isnull=False, user__is_active=True)
    if areas is not None:
        held = held.filter(post__area__in=list(areas))
    if user is not None:
        held = held.filter(user=user)
    rows = held.order_by("post__area__name", "user__name").values_list(
        "user_id", "user__name", "post__role", "post__area_id", "post__area__name", "post__team_id"
    )
    return [Advisor(*row) for row in rows]


def filled_on(service: str, on: date) -> list[Filled]:
    """Funded, filled and absent posts by role, in full-time equivalents, in the order of the contract. Two queries and the
    contract.
    """
    established = contracts.rules(service, on).contract.workforce.establishment
    held = Holding.objects.filter(in_post(on), post__service=service)
    filled, absent = _equivalents(held), _equivalents(held.filter(is_away(service, on)))
    return [
        Filled(
            role,
            words.label,
            Decimal(words.full_time_equivalents),
            filled.get(role, Decimal(0)),
            absent.get(role, Decimal(0)),
        )
        for role, words in established.items()
    ]


def _equivalents(held: QuerySet[Holding]) -> dict[str, Decimal]:
    rows = held.order_by().values_list("post__role")
    summed = rows.annotate(equivalents=Sum(F("post__hours") / F("post__full_time_hours")))
    return {role: round(number, 2) for role, number in summed}


def is_away(service: str, on: date) -> Exists:
    """Of a holding: that whoever holds it is away on the day."""
    away = Absence.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), service=service, started_on__lte=on)
    return Exists(away.filter(worker=OuterRef("user_id")))


def posts(service: str, on: date) -> QuerySet[Post]:
    """Posts that exist on the day with who holds each (`holder_id`, `holder_name`, None when vacant), by area. One query."""
    holder = Holding.objects.filter(in_post(on), post=OuterRef("pk"))
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), service=service, since__lte=on)
    named = running.annotate(
        holder_id=Subquery(holder.values("user_id")[:1]), holder_name=Subquery(holder.values("user__name")[:1])
    )
    return named.select_related("area__parent", "team").order_by("area__name", "role", "since", "id")
