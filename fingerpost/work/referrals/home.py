"""Where a family lives, and which team works there: the parent's home decides, wherever the child goes to school."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import read_once
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, Patch
from fingerpost.people.families.models import Address, Family, Membership


def home_locality(family: Family, *, level: str, on: date) -> Area | None:
    """The area of this level in which a parent lives on the day; None when no parent's home is known. Two queries at most.

    Where two parents live apart, the one who joined the family's record first.
    """
    now = Q(until=None) | Q(until__gte=on)
    parents = Membership.objects.filter(now, family=family, part=Membership.Part.PARENT).order_by("recorded_at", "id")
    in_order = list(parents.values_list("person_id", flat=True))
    homes = Address.objects.filter(person_id__in=in_order, area__isnull=False)
    homes = homes.filter(now, Q(since=None) | Q(since__lte=on))
    found = sorted(homes.select_related("area__parent__parent"), key=lambda home: in_order.index(home.person_id))
    for home in found:
        if (area := at_level(home.area, level)) is not None:
            return area
    return None


def home_localities(families: Collection[UUID], *, level: str) -> dict[UUID, str]:
    """`home_locality` of many families as things stand now, as area codes. Families of whom none is known are left out."""
    parents = Membership.objects.filter(family_id__in=families, until=None, part=Membership.Part.PARENT)
    in_order = list(parents.order_by("recorded_at", "id").values_list("family_id", "person_id"))
    homes = Address.objects.filter(person_id__in={p for _, p in in_order}, until=None, area__isnull=False)
    areas = {home.person_id: at_level(home.area, level) for home in homes.select_related("area__parent__parent")}
    found: dict[UUID, str] = {}
    for family, person in in_order:
        if (area := areas.get(person)) is not None:
            found.setdefault(family, area.code)
    return found


def at_level(area: Area | None, level: str) -> Area | None:
    """The area itself or the one around it that is of the level; None where there is none."""
    while area is not None and area.level != level:
        area = area.parent
    return area


def team_of(area_code: str, on: date) -> Patch | None:
    """The patch that covers the area on the day: its own, else that of the area around it. One query, once in one act."""
    return read_once(("team of area", area_code, on), lambda: _team_of(area_code, on)) if area_code else None


def _team_of(area_code: str, on: date) -> Patch | None:
    here = Q(area=area_code) | Q(area__in=Area.objects.filter(code=area_code).values("parent_id"))
    patches = Patch.objects.filter(here, Q(until=None) | Q(until__gte=on), since__lte=on)
    return min(patches, key=lambda patch: (patch.area_id != area_code, patch.since), default=None)


def scope_of_waiting(locality: str, held: Rules) -> Scope:
    """Where a request from this area lies while it waits: its service, the area, and the team that works there."""
    patch = team_of(locality, held.on)
    return Scope.of(service=held.service, area=locality, team=patch.team_id if patch else None)
