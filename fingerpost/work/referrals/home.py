"""Where a family lives, and which team works there: the parent's home decides, wherever the child goes to school."""

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import read_once
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import Area, Patch
from fingerpost.people.families.models import Address, Family, Membership

AROUND = "area__parent__parent__parent"  # a scheme has four levels at most


def home_area_of(family: Family, *, service: str, level: str, on: date) -> Area | None:
    """The service's area of this level in which a parent lives on the day; None when no parent's home is known.

    Where two parents live apart, the one who joined the family's record first. Two queries, and one more for each home that
    another service placed in its own scheme: there the postcode says where it lies in this one.
    """
    now = Q(until=None) | Q(until__gte=on)
    parents = Membership.objects.filter(now, family=family, part=Membership.Part.PARENT).order_by("recorded_at", "id")
    in_order = list(parents.values_list("person_id", flat=True))
    homes = Address.objects.filter(person_id__in=in_order, area__isnull=False)
    homes = homes.filter(now, Q(since=None) | Q(since__lte=on))
    found = sorted(homes.select_related(AROUND), key=lambda home: in_order.index(home.person_id))
    for home in found:
        if (area := at_level(_in_scheme(home, service), level)) is not None:
            return area
    return None


def _in_scheme(home: Address, service: str) -> Area | None:
    if home.area is not None and home.area.scheme == service:
        return home.area
    return places.area_of(service, home.postcode) if home.postcode else None


def home_areas_of(families: Collection[UUID], *, service: str, level: str) -> dict[UUID, str]:
    """`home_area_of` of many families as things stand now, as keys of areas. Families of whom none is known are left out."""
    parents = Membership.objects.filter(family_id__in=families, until=None, part=Membership.Part.PARENT)
    in_order = list(parents.order_by("recorded_at", "id").values_list("family_id", "person_id"))
    homes = Address.objects.filter(person_id__in={p for _, p in in_order}, until=None, area__isnull=False)
    areas = {home.person_id: at_level(_in_scheme(home, service), level) for home in homes.select_related(AROUND)}
    found: dict[UUID, str] = {}
    for family, person in in_order:
        if (area := areas.get(person)) is not None:
            found.setdefault(family, area.key)
    return found


def at_level(area: Area | None, level: str) -> Area | None:
    """The area itself or the one around it that is of the level; None where there is none."""
    while area is not None and area.level != level:
        area = area.parent
    return area


def team_of(area: str, on: date) -> Patch | None:
    """The patch that covers the area of this key on the day: its own, else the nearest around it. One query, once in one act."""
    return read_once(("team of area", area, on), lambda: _team_of(area, on)) if area else None


def _team_of(area: str, on: date) -> Patch | None:
    own = Area.objects.filter(pk=area)
    around = (own.values(held_by) for held_by in ("parent", "parent__parent", "parent__parent__parent"))
    here = reduce(or_, (Q(area__in=keys) for keys in around), Q(area=area))
    patches = Patch.objects.filter(here, Q(until=None) | Q(until__gte=on), since__lte=on)
    return patches.order_by("-area__depth", "since").first()


def scope_of_waiting(home_area: str, held: Rules) -> Scope:
    """Where a request from this area lies while it waits: its service, the area, and the team that works there."""
    patch = team_of(home_area, held.on)
    return Scope.of(service=held.service, area=home_area, team=patch.team_id if patch else None)
