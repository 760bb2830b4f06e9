"""Who may do a thing in a place."""

from collections.abc import Iterable
from datetime import datetime

from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.permissions import PERMISSIONS, Permission


def people_with(permission: Permission, keys: Iterable[str], at: datetime) -> list[User]:
    """Everybody whose role gives the permission within one of the keys, the first granted first. One query."""
    roles, wanted = [role for role, given in PERMISSIONS.items() if permission in given], set(keys)
    grants = Grant.objects.in_force(at).filter(role__in=roles, user__is_active=True).select_related("user")
    found = {grant.user_id: grant.user for grant in grants.order_by("since", "id") if grant.key in wanted}
    return list(found.values())
