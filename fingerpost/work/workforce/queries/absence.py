"""Who is away and for how long, who covers, and which areas are left with fewer people than was agreed."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.places.models import Area
from fingerpost.work.workforce.days import Reckoning
from fingerpost.work.workforce.models import Absence, Cover, Holding, Minimum
from fingerpost.work.workforce.queries.posts import in_post, is_away
from fingerpost.work.workforce.spells import spells_of

WEEK = Decimal(5)  # working days of a full-time week


@dataclass(frozen=True)
class Away:
    """An absence as it stands on a day, for those who manage the worker. `alert_on` is when cover must stand.

    Days count from the first day of the spell (`away_since`) that it goes on with. `earlier` is the cover of the absences before
    it in the same spell.
    """

    absence: Absence
    on: date
    working_days: int
    alert_on: date | None
    covers: tuple[Cover, ...]
    away_since: date
    earlier: tuple[Cover, ...] = ()

    @property
    def is_running(self) -> bool:
        return self.absence.started_on <= self.on and not (self.absence.ended_on and self.absence.ended_on < self.on)

    @property
    def is_covered(self) -> bool:
        """Whether somebody covers on the day, or is to."""
        return any(cover.until is None or cover.until >= self.on for cover in (*self.covers, *self.earlier))

    @property
    def needs_cover(self) -> bool:
        """Whether the day by which cover had to stand has come, and nobody covers. Clause 2.3 (Essex advisors)."""
        return self.is_running and self.alert_on is not None and self.on >= self.alert_on and not self.is_covered


def absences(actor: Actor, held: Rules, *, since: date | None = None) -> list[Away]:
    """Absences that the actor manages: those running on the rules' day, and with `since` those that ended since. Four
    queries.

    Those without cover that they need come first, then the longest.
    """
    on = held.on
    found = Absence.objects.visible_to(actor, Permission.MANAGE_WORKFORCE).filter(service=held.service)
    found = found.filter(Q(ended_on=None) | Q(ended_on__gte=since or on), started_on__lte=on)
    rows = _as_they_stand(found.select_related("worker", "team"), held)
    return sorted(rows, key=lambda one: (not one.needs_cover, one.absence.started_on))


def absences_of(actor: Actor, held: Rules, worker: uuid.UUID) -> list[Away]:
    """Every absence of a worker that the actor manages, the newest first. Four queries."""
    found = Absence.objects.visible_to(actor, Permission.MANAGE_WORKFORCE).filter(service=held.service, worker=worker)
    return _as_they_stand(found.select_related("worker", "team").order_by("-started_on"), held)


def absence(actor: Actor, pk: uuid.UUID, on: date) -> Away:
    """One absence that the actor manages, as it stands on a day. Raises Absence.DoesNotExist. Four queries and the contract."""
    found = Absence.objects.visible_to(actor, Permission.MANAGE_WORKFORCE).select_related("worker", "team")
    row = found.get(pk=pk)
    return _as_they_stand([row], rules(row.service, on))[0]


def away_on(service: str, on: date) -> dict[uuid.UUID, date | None]:
    """Who is away on the day, and until when; None while nobody knows. Says nothing else of the absence. One query."""
    found = Absence.objects.filter(Q(ended_on=None) | Q(ended_on__gte=on), service=service, started_on__lte=on)
    return dict(found.values_list("worker_id", "ended_on"))


def _as_they_stand(found: Iterable[Absence], held: Rules) -> list[Away]:
    """Absences on the rules' day, counted in working days, each with its cover. Two queries, and one for the calendar."""
    reckoning, on, rows = Reckoning.under(held), held.on, list(found)
    spells = spells_of(held.service, [one.worker_id for one in rows], reckoning.calendar)
    spell_of = {one.pk: spell for spell in spells for one in spell.absences}
    covers = _covers_of([one.pk for spell in spells for one in spell.absences])
    stand = []
    for one in rows:
        spell = spell_of[one.pk]
        due = reckoning.cover_due(spell.started_on)
        last = min(on, one.ended_on) if one.ended_on else on
        days = reckoning.working_days_away(spell.started_on, last) if one.started_on <= on else 0
        before = [other.pk for other in spell.absences if other.started_on < one.started_on]
        earlier = tuple(cover for pk in before for cover in covers[pk])
        alert_on = timezone.localdate(due.at) if due else None
        stand.append(Away(one, on, days, alert_on, tuple(covers[one.pk]), spell.started_on, earlier))
    return stand


def _covers_of(absences: list[uuid.UUID]) -> dict[uuid.UUID, list[Cover]]:
    covers: dict[uuid.UUID, list[Cover]] = defaultdict(list)
    found = Cover.objects.filter(absence__in=absences).select_related("worker")
    for cover in found.order_by("since", "worker__name"):
        covers[cover.absence_id].append(cover)
    return covers


@dataclass
class AreaCovered:
    """An area's people on a day in full-time equivalents: in post, of them away, what cover brings and takes away."""

    code: str
    name: str
    parent: str
    in_post: Decimal = Decimal(0)
    away: Decimal = Decimal(0)
    cover: Decimal = Decimal(0)
    lent: Decimal = Decimal(0)
    minimum: Decimal | None = None
    agreed_by: str = ""
    names_away: list[str] = field(default_factory=list)

    @property
    def present(self) -> Decimal:
        return self.in_post - self.away + self.cover - self.lent

    @property
    def is_uncovered(self) -> bool:
        """Fewer people than was agreed; where nothing was agreed, nobody at all."""
        return self.present <= 0 if self.minimum is None else self.present < self.minimum


def coverage(held: Rules, *, only: Iterable[str] | None = None) -> list[AreaCovered]:
    """How each area by which work is shared out is served on the rules' day, uncovered ones first. Five queries.

    `only` names the areas wanted; all of them unless given.
    """
    service, on = held.service, held.on
    areas = _areas(held, only)
    held_now = Holding.objects.filter(in_post(on), post__service=service, post__role__in=_roles(held))
    held_now = held_now.select_related("post", "user")
    at_home: dict[uuid.UUID, str] = {}
    for holding in held_now.annotate(away=is_away(service, on)):
        area = areas.get(str(holding.post.area_id))
        at_home.setdefault(holding.user_id, str(holding.post.area_id))
        if area is not None:
            area.in_post += holding.post.equivalents
            area.away += holding.post.equivalents if holding.away else Decimal(0)
            area.names_away += [holding.user.name] if holding.away else []
    _add_cover(areas, at_home, service, on)
    for minimum in Minimum.objects.filter(service=service, since__lte=on).order_by("since"):
        if str(minimum.area_id) in areas:
            areas[str(minimum.area_id)].minimum = minimum.equivalents
            areas[str(minimum.area_id)].agreed_by = minimum.agreed_by
    return sorted(areas.values(), key=lambda area: (not area.is_uncovered, area.parent, area.name))


def _roles(held: Rules) -> list[str]:
    """The roles whose posts are based in the areas by which work is shared out."""
    level, posts = held.contract.responsible_level, held.contract.workforce.establishment
    return [role for role, words in posts.items() if not level or words.based_in == level]


def _areas(held: Rules, only: Iterable[str] | None) -> dict[str, AreaCovered]:
    found = Area.objects.of_level(held.service, held.contract.responsible_level, held.on)
    if only is not None:
        found = found.filter(key__in=list(only))
    rows = found.values_list("key", "code", "name", "parent__name")
    return {key: AreaCovered(code, name, parent or "") for key, code, name, parent in rows}


def _add_cover(areas: dict[str, AreaCovered], at_home: dict[uuid.UUID, str], service: str, on: date) -> None:
    """A day a week of cover is a fifth of a full-time equivalent, and is missed where they come from."""
    running: Any = Cover.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on, absence__service=service)
    running = running.filter(Q(absence__ended_on=None) | Q(absence__ended_on__gte=on), absence__started_on__lte=on)
    for cover in running.select_related("absence"):
        to, origin = at_home.get(cover.absence.worker_id, ""), at_home.get(cover.worker_id, "")
        if to == origin:
            continue
        share = len(cover.weekdays) / WEEK
        if to in areas:
            areas[to].cover += share
        if origin in areas:
            areas[origin].lent += share
