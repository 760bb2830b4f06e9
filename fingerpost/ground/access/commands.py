"""Grants: given and withdrawn."""

from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.models import Grant, Team, User
from fingerpost.ground.access.permissions import Permission, Role
from fingerpost.ground.access.scope import Scope


@command(allow=Permission.ADMINISTER_SYSTEM)
def grant(
    actor: Actor,
    subject: Scope,
    *,
    user: User,
    role: Role,
    reach: Grant.Reach,
    service: str = "",
    team: Team | None = None,
    area: str = "",
    restricted: bool = False,
    at: datetime,
) -> Grant:
    """Give the user a role within a reach. Returns the grant. `subject` is the platform's scope."""
    return Grant.objects.create(
        user=user, role=role, reach=reach, service=service, team=team, area=area, restricted=restricted, since=at
    )


@command(allow=Permission.ADMINISTER_SYSTEM)
def withdraw(actor: Actor, subject: Scope, *, grant: Grant, at: datetime, reason: str) -> Grant:
    """End a grant from this moment. Returns it."""
    grant.until = at
    grant.save(update_fields=["until"])
    return grant
