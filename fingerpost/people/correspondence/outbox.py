"""E-mail, kept in the transaction of the act that it tells of, and sent by the worker until somebody took it.

A letter is sent once. Where the worker dies between the mail server's yes and its note of it, it is sent once more: of that no
sender can be sure. Both then bear the same Message-ID, by which mail programs show one.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from fingerpost.ground.jobs.queue import enqueue
from fingerpost.people.correspondence.models import Email, Message

DELIVER = "correspondence.deliver"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)
PRINT = "print"


@transaction.atomic
def post(
    *,
    recipient: str,
    subject: str,
    body: str,
    kind: str,
    service: str = "",
    about: models.Model | None = None,
    message: Message | None = None,
    is_secret: bool = False,
) -> Email:
    """Put an e-mail into the outbox. Returns it. Rolled back with the act that it tells of.

    `about` is the record that wants to say whether it arrived. Of a secret one the words are struck out when it has left.
    """
    waits_for_printer = settings.EMAIL_CARRIER == PRINT
    email = Email.objects.create(
        recipient=recipient,
        subject=" ".join(subject.split())[:200],
        body=body,
        kind=kind,
        service=service,
        about_kind=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
        message=message,
        is_secret=is_secret,
        mail_id=f"<{uuid.uuid4()}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>",
        state=Email.State.TO_PRINT if waits_for_printer else Email.State.WAITING,
        next_try_at=timezone.now(),
    )
    if not waits_for_printer:
        enqueue(DELIVER, email=str(email.pk))
    return email


def try_anew(email: Email) -> Email:
    """Begin again with an e-mail that nobody took, at once. By the real clock, since mail servers know no other. Returns it."""
    email.state, email.tries, email.next_try_at = Email.State.WAITING, 0, timezone.now()
    email.save(update_fields=["state", "tries", "next_try_at"])
    enqueue(DELIVER, email=str(email.pk))
    return email


def about(records: Iterable[models.Model]) -> dict[uuid.UUID, Email]:
    """The latest e-mail about each of these records, by the record's id. One query."""
    ids = [record.pk for record in records]
    found = Email.objects.filter(about_id__in=ids).order_by("queued_at") if ids else []
    return {email.about_id: email for email in found if email.about_id}
