"""Django's way of sending e-mail, led into the outbox: what a package sends (a new password, a changed address) as well."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from fingerpost.people.correspondence import outbox


class Outbox(BaseEmailBackend):
    """Keeps each message for the worker to send. Such messages may hold a link that signs somebody in: their words are secret."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were kept."""
        kept = 0
        for message in email_messages:
            for recipient in message.recipients():
                outbox.post(
                    recipient=recipient,
                    subject=str(message.subject),
                    body=str(message.body),
                    kind="account",
                    is_secret=True,
                )
                kept += 1
        return kept
