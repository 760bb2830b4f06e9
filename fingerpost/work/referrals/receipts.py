"""The receipt that whoever refers a family keeps, and what they may read of what came of it."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.people.correspondence.models import Message
from fingerpost.work.referrals.models import Receipt, Request
from fingerpost.work.referrals.replies import letters_of

OWN = "a receipt lies with whoever referred alone, and tells what was decided of it and written about it"


@dataclass(frozen=True)
class Letter:
    """A letter that was sent to whoever referred."""

    subject: str
    body: str
    recipient: str
    sent_on: date


@dataclass(frozen=True)
class Outcome:
    """What came of a referral, as whoever made it may read it."""

    is_withdrawn: bool
    is_opened: bool
    outcome: str
    status: str
    reply: str
    why_not: str


def outcome_of(request: Request) -> Outcome:
    """What came of the request. `why_not` are the reasons for which it was not accepted."""
    reasons = request.decision.reasons if request.decision else []
    why_not = " ".join(str(reason.get("text", "")) for reason in reasons if reason.get("answer") == "no")
    is_withdrawn, is_opened = request.withdrawn_at is not None, request.opened_at is not None
    return Outcome(is_withdrawn, is_opened, request.outcome, request.status, request.reply, why_not)


@seeing_everything(why=OWN)
def letter_of(request: Request) -> Letter | None:
    """The letter that was sent about the request. One query."""
    sent = letters_of(request).filter(state=Message.State.SENT).first()
    return Letter(sent.subject, sent.body, sent.recipient, sent.sent_on) if sent else None


@seeing_everything(why=OWN)
def keep_as_read(family_id: uuid.UUID) -> None:
    """Keep what those who referred the family could read until now: it is restricted, and they must not notice."""
    requests = {one.ref: one for one in Request.objects.filter(family=family_id).select_related("decision")}
    for receipt in Receipt.objects.filter(ref__in=requests, last__isnull=True):
        request = requests[receipt.ref]
        letter = letter_of(request)
        kept = asdict(letter) | {"sent_on": letter.sent_on.isoformat()} if letter else None
        receipt.last = {"outcome": asdict(outcome_of(request)), "letter": kept}
        receipt.save(update_fields=["last"])


@seeing_everything(why=OWN)
def read_again(family_id: uuid.UUID) -> None:
    """Let those who referred the family follow it again: it is restricted no longer."""
    refs = Request.objects.filter(family=family_id).values("ref")
    Receipt.objects.filter(ref__in=refs).update(last=None)


def outcome_kept(last: Mapping[str, Any]) -> tuple[Outcome, Letter | None]:
    """What was kept of a referral whose family is restricted."""
    letter = last["letter"]
    sent = Letter(**{**letter, "sent_on": date.fromisoformat(letter["sent_on"])}) if letter else None
    return Outcome(**last["outcome"]), sent


def give(actor: Actor, ref: str, *, service: str, name: str, sent_at: datetime) -> None:
    """Write down what the actor sent, as they named it. It lies with them alone, and follows nobody. Nothing for the system."""
    if actor.id is None:
        return
    receipt = Receipt(ref=ref, service=service, made_by_id=actor.id, name=name[:160], sent_at=sent_at)
    receipt.scope = Scope.of(users=[actor.id])
    receipt.save(force_insert=True)
