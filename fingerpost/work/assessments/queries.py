"""Reads of assessments."""

from datetime import date

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families.models import Family
from fingerpost.work.assessments.models import Assessment


def latest(family: Family, *, kind: str = "caf", on: date) -> Assessment | None:
    """The last assessment of that kind dated on or before the day. For rules; pages use `of_family`."""
    found = Assessment.objects.filter(family=family, kind=kind, assessed_on__lte=on)
    return found.order_by("-assessed_on", "-recorded_at").first()


def of_family(actor: Actor, family: Family) -> list[Assessment]:
    """The family's assessments that the actor may see, latest first. One query."""
    return list(Assessment.objects.visible_to(actor).filter(family=family).order_by("-assessed_on", "-recorded_at"))
