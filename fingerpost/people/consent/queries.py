"""What a family agreed to."""

from uuid import UUID

from django.db.models import QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Family


def current(family: Family, kind: Consent.Kind | str) -> Consent | None:
    """The answer that stands to one question of sharing; None while nobody has asked."""
    return Consent.objects.filter(family=family, kind=kind, ended_at=None).first()


@built_once
def answers(actor: Actor, family: UUID) -> QuerySet[Consent]:
    """Every answer of the family that stands, oldest first. One query."""
    return Consent.objects.visible_to(actor).filter(family=family, ended_at=None).order_by("answered_at")
