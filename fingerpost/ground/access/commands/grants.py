"""Roles given, withdrawn, and looked at again."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.timezone import localdate

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.correcting import require_reason
from fingerpost.ground.access.granted import follow_roles
from fingerpost.ground.access.models import Grant, Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.queries import administrators
from fingerpost.ground.access.roles import roles_in_force
from fingerpost.ground.access.scope import Scope

GIVEN_FOR = {
    "own": Grant.Reach.OWN,
    "area": Grant.Reach.AREA,
    "team": Grant.Reach.TEAM,
    "service": Grant.Reach.SERVICE,
    "organisation": Grant.Reach.ORGANISATION,
    "platform": Grant.Reach.PLATFORM,
}
"""The word of roles.yaml for a reach, and how a grant keeps it."""


@command(allow=Permission.ADMINISTER_SYSTEM)
def grant(
    actor: Actor,
    subject: Scope,
    *,
    user: User,
    role: str,
    reach: Grant.Reach,
    service: str = "",
    team: Team | None = None,
    area: str = "",
    restricted: bool = False,
    at: datetime,
) -> Grant:
    """Give the user a role within a reach. Returns the grant; one that they hold already is that. `subject` is PLATFORM.

    Raises Refused for somebody without access, and for a role or a reach that cannot be.
    """
    _require_possible(user, role, reach, service, team, area, localdate(at))
    told = {"role": role, "reach": reach, "service": service, "team": team, "area": area, "restricted": restricted}
    standing = Grant.objects.in_force(at).filter(user=user, **told).first()
    if standing is not None:
        return standing
    given = Grant.objects.create(user=user, **told, since=at)
    follow_roles(user, service, at)
    return given


@command(allow=Permission.ADMINISTER_SYSTEM)
def withdraw(actor: Actor, subject: Scope, *, grant: Grant, at: datetime, reason: str) -> Grant:
    """End a grant from this moment. Returns it; one that has ended stays as it is.

    Raises Refused without a reason, for one's own, and for the administrator's role of the last who has it.
    """
    require_reason(reason, "Say why the role is withdrawn.")
    found = locked(grant)
    if found.until is not None and found.until <= at:
        return found
    if found.user_id == actor.id:
        raise Refused("You cannot withdraw a role of your own. Ask another administrator.")
    if found.reach == Grant.Reach.PLATFORM and [one.pk for one in administrators(at)] == [found.user_id]:
        raise Refused("This is the last person who administers. Give somebody else that role first.")
    found.until = at
    found.save(update_fields=["until"])
    follow_roles(found.user, found.service, at)
    return found


@command(allow=Permission.ADMINISTER_SYSTEM)
def review_grants(actor: Actor, subject: Scope, *, grants: Iterable[Grant], at: datetime) -> int:
    """Say of these grants that they are still right, as each quarter somebody must. Returns how many were confirmed.

    Nobody confirms their own: Refused where one of them is.
    """
    found = list(Grant.objects.in_force(at).filter(pk__in=[one.pk for one in grants]).select_for_update())
    if any(one.user_id == actor.id for one in found):
        raise Refused("Somebody else must say that your own roles are still right.")
    return Grant.objects.filter(pk__in=[one.pk for one in found]).update(confirmed_at=at, confirmed_by=actor.id)


def _require_possible(user: User, role: str, reach: str, service: str, team: Team | None, area: str, on: date) -> None:
    known = roles_in_force(service, on).get(role)
    if known is None or not known.is_held_on(on):
        raise Refused(f"There is no role {role} that may be held today.", field="role")
    if reach not in [GIVEN_FOR[word] for word in known.reach]:
        raise Refused(f"{known.label} is given for: {', '.join(known.reach)}. Choose one of these.", field="reach")
    if not user.is_active:
        raise Refused(f"{user.name} has no access any more. Give it back first.", field="user")
    if reach == Grant.Reach.TEAM and team is None:
        raise Refused("Name the team.", field="team")
    if reach == Grant.Reach.AREA and not area:
        raise Refused("Name the area.", field="area")
    if reach == Grant.Reach.PLATFORM and service:
        raise Refused(f"{known.label} belongs to the whole installation: name no service.", field="service")
    if reach != Grant.Reach.PLATFORM and not service:
        raise Refused("Name the service.", field="service")
    if team is not None and team.service != service:
        raise Refused(f"{team.name} is a team of another service.", field="team")
