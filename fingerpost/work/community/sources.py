"""Records of this room and the one below from which a safeguarding concern may be raised."""

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.outcomes.models import Invitation
from fingerpost.work.safeguarding.sources import Source


def of_reply(actor: Actor, key: str, permission: Permission) -> Source | None:
    """What somebody said on a feedback form, by the reference of the invitation."""
    found = Invitation.objects.visible_to(actor, permission).filter(ref=key).select_related("family").first()
    return Source(found, found.family, f"Feedback {found.ref}", found.ref) if found else None
