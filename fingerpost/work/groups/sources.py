"""A session of a group as a record from which a safeguarding concern may be raised."""

from uuid import UUID

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.groups.models import Session
from fingerpost.work.safeguarding.sources import Source


def of_session(actor: Actor, key: str, permission: Permission) -> Source | None:
    """The session of this id, of no one family; None where they may not meet its run, or for what is no id. One query."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    found = Session.objects.filter(pk=wanted).select_related("run__programme").first()
    return Source(found, None, str(found)) if found and actor.can(permission, found) else None
