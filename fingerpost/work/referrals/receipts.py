"""The receipt that whoever refers a family keeps."""

from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.work.referrals.models import Receipt


def give(actor: Actor, ref: str, *, service: str, name: str, sent_at: datetime) -> None:
    """Write down what the actor sent, as they named it. It lies with them alone, and follows nobody. Nothing for the system."""
    if actor.id is None:
        return
    receipt = Receipt(ref=ref, service=service, made_by_id=actor.id, name=name[:160], sent_at=sent_at)
    receipt.scope = Scope.of(users=[actor.id])
    receipt.save(force_insert=True)
