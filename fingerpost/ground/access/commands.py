"""Organisations, teams and people added; grants given and withdrawn."""

import logging
from datetime import datetime

from fingerpost.ground.access import sessions
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import command
from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.access.permissions import Permission, Role
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope

log = logging.getLogger(__name__)


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


@command(allow=Permission.ADMINISTER_SYSTEM)
def add_organisation(actor: Actor, subject: Scope, *, key: str, name: str, kind: str, at: datetime) -> Organisation:
    """A council, provider, school or other body. Returns it; told again by the same words, it is the one that is there.

    Raises AlreadyRecorded where one of that key is there with other words.
    """
    told = {"name": name.strip(), "kind": kind}
    known, is_new = Organisation.objects.get_or_create(key=key, defaults=told)
    if not is_new:
        require_same(known, told, f"The key {key} stands for {known.name} already. Choose another key.", field="key")
    return known


@command(allow=Permission.ADMINISTER_SYSTEM)
def form_team(
    actor: Actor, subject: Scope, *, organisation: Organisation, service: str, key: str, name: str, at: datetime
) -> Team:
    """A team of a service. Returns it; told again by the same words, it is the one that is there.

    Raises AlreadyRecorded where one of that key is there with other words.
    """
    told = {"organisation": organisation, "name": name.strip()}
    known, is_new = Team.objects.get_or_create(service=service, key=key, defaults=told)
    if not is_new:
        require_same(known, told, f"The key {key} stands for {known.name} already. Choose another key.", field="key")
    return known


@command(allow=Permission.ADMINISTER_SYSTEM)
def add_user(
    actor: Actor,
    subject: Scope,
    *,
    email: str,
    name: str,
    job_title: str = "",
    organisation: Organisation | None = None,
    introduction: str = "",
    at: datetime,
) -> User:
    """Somebody who may sign in once they have chosen a password. Returns them; told again by the same words, who is there.

    `introduction` is shown in a demonstration only. Raises AlreadyRecorded where somebody of that address is there by other words.
    """
    told = {
        "name": name.strip(),
        "job_title": job_title,
        "organisation": organisation,
        "introduction": introduction,
    }
    known = User.objects.select_related("organisation").filter(email=email.lower()).first()
    if known is None:
        return User.objects.create_user(email, None, **told)
    require_same(
        known, told, f"The address {known.email} belongs to {known.name} already. Open their entry.", field="email"
    )
    return known


@command(allow=Permission.ADMINISTER_SYSTEM)
def end_sessions(actor: Actor, subject: Scope, *, user: User, at: datetime) -> int:
    """Sign somebody out everywhere, as when a phone is lost. Returns how many sessions were ended."""
    ended = sessions.end(user)
    log.info("%s ended %s sessions of %s", actor.id, ended, user.pk)
    return ended
