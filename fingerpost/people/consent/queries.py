"""What a family agreed to."""

from collections.abc import Iterable

from fingerpost.ground.access.actor import Actor
from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Family


def current(family: Family, kind: Consent.Kind | str) -> Consent | None:
    """The answer that stands to one question of sharing; None while nobody has asked."""
    return Consent.objects.filter(family=family, kind=kind, ended_at=None).first()


def answers(actor: Actor, families: Iterable[Family]) -> list[Consent]:
    """Every answer that stands for these families, oldest first. One query."""
    seen = Consent.objects.visible_to(actor).filter(family__in=list(families), ended_at=None)
    return list(seen.order_by("answered_at"))
