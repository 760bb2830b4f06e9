"""What was written about a record."""

import uuid

from django.db.models import Q

from fingerpost.ground.access.actor import Actor
from fingerpost.people.correspondence.models import Email, EmailTry, Message


def about(actor: Actor, kind: str, record: uuid.UUID) -> list[Message]:
    """Every message about the record that the actor may see, oldest first. One query."""
    return list(Message.objects.visible_to(actor).filter(origin_kind=kind, origin_id=record).order_by("drafted_at"))


def undelivered(limit: int = 200) -> list[Email]:
    """E-mail that nobody took, that is to be printed, or that was tried before and waits, the oldest first. One query."""
    states = Q(state__in=(Email.State.FAILED, Email.State.TO_PRINT)) | Q(state=Email.State.WAITING, tries__gt=0)
    return list(Email.objects.filter(states).order_by("state", "queued_at")[:limit])


def tries_of(email: Email) -> list[EmailTry]:
    """Each try to send it with its answer, in order. One query."""
    return list(EmailTry.objects.filter(email=email).order_by("id"))
