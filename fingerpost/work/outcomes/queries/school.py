"""Reads of what parents took part in at school."""

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families.models import Family
from fingerpost.work.outcomes.models import SchoolEvent


def school_events_of(actor: Actor, family: Family) -> list[SchoolEvent]:
    """Events at school that the family's parents took part in, latest first. One query."""
    found = SchoolEvent.objects.visible_to(actor).filter(family=family).select_related("person")
    return list(found.order_by("-happened_on", "-recorded_at"))
