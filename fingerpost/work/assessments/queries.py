"""Reads of assessments."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.people.families.models import Family
from fingerpost.work.assessments.models import Assessment


def latest(family: Family, *, kind: str = "caf", on: date) -> Assessment | None:
    """The last assessment of that kind dated on or before the day. For rules; pages use `of_family`."""
    found = Assessment.objects.filter(family=family, kind=kind, assessed_on__lte=on)
    return found.order_by("-assessed_on", "-recorded_at").first()


@built_once
def of_family(actor: Actor, family: UUID) -> QuerySet[Assessment]:
    """The family's assessments that the actor may see, latest first. One query."""
    return Assessment.objects.visible_to(actor).filter(family=family).order_by("-assessed_on", "-recorded_at")
