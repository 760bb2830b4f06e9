"""Which records of a family may be put right, or taken back: how each is found, shown and saved. The pages are the same for all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import Http404

from fingerpost.ground.access.page import PageRequest
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit.forms import KitForm
from fingerpost.people.families.models import Family, Membership

Back = tuple[str, str]
"""Where somebody goes who turns back, or is done: the address and its name."""


@dataclass(frozen=True)
class Subject:
    """A record found: the row, the family it is about (None for a group), and where people come from."""

    row: Any
    family: Any
    back: Back


Find = Callable[[PageRequest, UUID], Subject]


@dataclass(frozen=True)
class Correction:
    """One kind of record that may be put right."""

    find: Find
    title: Callable[[Any], str]
    form: Callable[[PageRequest, Any, Any, Mapping[str, Any] | None], KitForm]
    now: Callable[[Any], dict[str, Any]]
    save: Callable[[PageRequest, Any, dict[str, Any]], Any]
    version: Callable[[Any], str]
    renamed: Mapping[str, str]


@dataclass(frozen=True)
class Retraction:
    """One kind of act that may be taken back. `lead` says what then happens; `since` when it was first recorded."""

    find: Find
    title: Callable[[Any], str]
    lead: str
    save: Callable[[PageRequest, Any, str], Any]
    said: str
    since: Callable[[Any], datetime | None]
    service: Callable[[Any], str] = lambda row: str(getattr(row, "service", ""))


def row_or_404(request: PageRequest, model: type[Model], key: UUID, permission: Permission, *along: str) -> Any:
    """The row if this person may do that to it. Raises Http404."""
    rows = model._default_manager.visible_to(request.actor, permission)  # type: ignore[attr-defined]
    row = rows.select_related(*along).filter(pk=key).first() if along else rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def family_of_person(request: PageRequest, person: UUID) -> Family:
    """A family this person may meet to which somebody belongs, or belonged. Raises Http404."""
    places = Membership.objects.visible_to(request.actor).filter(person=person).select_related("family")
    place = places.order_by("-until", "-recorded_at").first()
    if place is None:
        raise Http404
    family: Family = place.family
    return family
