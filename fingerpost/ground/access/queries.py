"""Who may do a thing in a place."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from fingerpost.ground.access.models import Grant, GrantQuerySet, User
from fingerpost.ground.access.permissions import Permission

REVIEWED_WITHIN_DAYS = 91
"""Each quarter somebody looks at every role and says that it is still right."""


def people_with(permission: Permission, keys: Iterable[str], at: datetime) -> list[User]:
    """Everybody whose role gives the permission within one of the keys, the first granted first. Two queries."""
    wanted, held = set(keys), Grant.objects.in_force(at).giving(permission, localdate(at))
    grants = held.filter(user__is_active=True).select_related("user").order_by("since", "id")
    found = {grant.user_id: grant.user for grant in grants if grant.key in wanted}
    return list(found.values())


def people_of_service(permission: Permission, service: str, at: datetime) -> list[User]:
    """Everybody whose role in the service gives the permission, wherever it reaches, by name. Two queries."""
    grants = Grant.objects.in_force(at).giving(permission, localdate(at), service).values("user_id")
    return list(User.objects.filter(pk__in=grants, is_active=True).order_by("name"))


def administrators(at: datetime) -> list[User]:
    """Everybody who administers the installation, the first granted first. One query."""
    return people_with(Permission.ADMINISTER_SYSTEM, ["platform"], at)


def not_looked_at(at: datetime) -> GrantQuerySet:
    """What people hold of which nobody has said for a quarter that it is right: neither by giving nor by confirming it."""
    held = Grant.objects.in_force(at).filter(user__is_active=True)
    return held.annotate(looked_at=Coalesce("confirmed_at", "since")).filter(
        looked_at__lt=at - timedelta(days=REVIEWED_WITHIN_DAYS)
    )


def grants_to_review(user: User, at: datetime) -> GrantQuerySet:
    """What somebody holds now, the first granted first, with the team. One query."""
    return Grant.objects.in_force(at).filter(user=user).select_related("user", "team").order_by("since", "id")
