"""What was written about a record."""

import uuid

from fingerpost.ground.access.actor import Actor
from fingerpost.people.correspondence.models import Message


def about(actor: Actor, kind: str, record: uuid.UUID) -> list[Message]:
    """Every message about the record that the actor may see, oldest first. One query."""
    return list(Message.objects.visible_to(actor).filter(origin_kind=kind, origin_id=record).order_by("drafted_at"))
