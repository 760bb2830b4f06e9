"""Reads of what families had a say in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.work.community.models import Participation, Say

LONGEST_LIST = 200


HOW_MANY = "how many took part does not depend on who asks, and names nobody"


@dataclass(frozen=True)
class SayPage:
    """One occasion with those who took part whom the reader may meet, and how many took part in all."""

    say: Say
    people: list[Participation]
    total: int


def says(actor: Actor, service: str, *, since: date, until: date) -> list[Say]:
    """Occasions of the period that they may see, latest first, each with `people`, how many took part. One query."""
    parts = Participation.objects.filter(say=OuterRef("pk")).order_by().values("say").annotate(number=Count("pk"))
    found = Say.objects.visible_to(actor).filter(service=service, happened_on__range=(since, until))
    counted = found.annotate(people=Coalesce(Subquery(parts.values("number"), output_field=IntegerField()), 0))
    with seeing_everything(why=HOW_MANY):
        return list(counted.select_related("area").order_by("-happened_on", "-recorded_at")[:LONGEST_LIST])


def get(actor: Actor, ref: str, permission: Permission = Permission.VIEW_FAMILY) -> Say:
    """One occasion. Raises Say.DoesNotExist for one that they may not meet. One query."""
    found: Say = Say.objects.visible_to(actor, permission).select_related("area", "recorded_by").get(ref=ref)
    return found


def say_page(actor: Actor, say: Say) -> SayPage:
    """Who took part. Two queries."""
    parts = Participation.objects.visible_to(actor).filter(say=say).select_related("person", "family")
    seen = sorted(parts, key=lambda part: (part.person.last_name, part.person.first_name))
    with seeing_everything(why=HOW_MANY):
        return SayPage(say, seen, Participation.objects.filter(say=say).count())
