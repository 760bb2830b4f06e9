"""Letters and messages: drafted, changed, sent, or held back."""

import uuid
from datetime import date, datetime

from django.utils import timezone

from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor, HasScope
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope
from fingerpost.people.correspondence import outbox
from fingerpost.people.correspondence.models import Email, Message
from fingerpost.people.families.models import Family


@command(allow=Permission.RECORD_CONTACT)
def draft(
    actor: Actor,
    subject: HasScope,
    *,
    service: str,
    family: Family | None = None,
    kind: str,
    recipient: str,
    subject_line: str,
    body: str,
    at: datetime,
) -> Message:
    """Draft a message about a record. Returns it; a draft that waits and says the very same is returned as it is."""
    told = {**_origin(subject), "kind": kind, "recipient": recipient, "subject": subject_line, "body": body}
    if standing := Message.objects.filter(**told, state=Message.State.DRAFT).first():
        return standing
    message = Message(**told, service=service, family=family, drafted_at=at)
    message.scope = subject.scope
    message.save(force_insert=True)
    return message


@command(allow=Permission.RECORD_CONTACT)
def reword(actor: Actor, subject: Message, *, body: str, at: datetime) -> Message:
    """Change the words of a draft. Returns it. Raises Refused once it was sent or held back."""
    message = locked(subject)
    if message.state != Message.State.DRAFT:
        raise Refused("This letter is no longer a draft, so its words stand.")
    if not body.strip():
        raise Refused("Enter the words of the letter.", field="body")
    message.body = body.strip()
    message.save(update_fields=["body"])
    return message


@command(allow=Permission.RECORD_CONTACT)
def send(actor: Actor, subject: Message, *, sent_on: date, method: str, recipient: str = "", at: datetime) -> Message:
    """Write down that it was sent, how, and to whom. Returns it; sent twice changes nothing. Raises Refused when held back."""
    message = locked(subject)
    if message.state == Message.State.SENT:
        told = {"sent_on": sent_on, "method": method} | ({"recipient": recipient.strip()} if recipient.strip() else {})
        require_same(message, told, "This letter was marked as sent already. Look at when and how.")
        return message
    if message.state == Message.State.BLOCKED:
        raise Refused("This letter is held back: the family refused.")
    if not method.strip():
        raise Refused("Choose how it was sent.", field="method")
    if sent_on > timezone.localdate(at):
        raise Refused("The day it was sent cannot be in the future.", field="sent_on")
    message.state, message.sent_on, message.method = Message.State.SENT, sent_on, method
    message.recipient = recipient.strip() or message.recipient
    message.save(update_fields=["state", "sent_on", "method", "recipient"])
    return message


@command(allow=Permission.RECORD_CONTACT)
def block(actor: Actor, subject: Message, *, why: str, at: datetime) -> Message:
    """Hold a draft back, with the reason. Returns it. Raises Refused when it was sent already."""
    message = locked(subject)
    if message.state == Message.State.SENT:
        raise Refused("This letter was sent already.")
    message.state, message.blocked_why = Message.State.BLOCKED, why
    message.save(update_fields=["state", "blocked_why"])
    return message


@command(allow=Permission.ADMINISTER_SYSTEM)
def send_again(actor: Actor, subject: Scope, *, email: Email, at: datetime) -> Email:
    """Have an e-mail that nobody took tried again, from the first try on. Returns it. Raises Refused."""
    found = _undelivered(email)
    if found.state != Email.State.FAILED:
        raise Refused("This is still being tried. There is nothing to do yet.")
    if not found.body:
        raise Refused("Its words are gone, so it cannot be sent again. Tell them another way.")
    return outbox.try_anew(found)


@command(allow=Permission.ADMINISTER_SYSTEM)
def tell_otherwise(actor: Actor, subject: Scope, *, email: Email, how: str, at: datetime) -> Email:
    """Write down how its reader was told instead; it is tried no more. Returns it. Raises Refused."""
    found = _undelivered(email)
    if not how.strip():
        raise Refused("Write how they were told, such as by phone.", field="how")
    found.state, found.settled_how = Email.State.SETTLED, how.strip()
    found.settled_at, found.settled_by_id, found.sent_at = at, actor.id, clock.now(found.service)
    if found.is_secret:
        found.body = ""
    found.save()
    return found


def _undelivered(email: Email) -> Email:
    found = locked(email)
    if found.state in (Email.State.SENT, Email.State.SETTLED):
        raise Refused("They have been told already.")
    return found


def _origin(subject: HasScope) -> dict[str, str | uuid.UUID]:
    return {"origin_kind": subject._meta.label_lower, "origin_id": subject.pk}  # type: ignore[attr-defined]
