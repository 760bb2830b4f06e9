"""Who takes an e-mail: a mail server, or the outbox itself in a demonstration."""

from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from fingerpost.people.correspondence.models import Email

KEEP = "keep"
BACKENDS = {"smtp": "django.core.mail.backends.smtp.EmailBackend"}


@dataclass(frozen=True)
class Answer:
    """What came of one try. `for_good`: trying again would not help, such as for an address that does not exist."""

    delivered: bool
    words: str
    for_good: bool = False


def hand_over(email: Email) -> Answer:
    """Give it to the carrier. Never raises for what a mail server or a network does."""
    if settings.EMAIL_CARRIER == KEEP:
        return Answer(True, "Kept in the demonstration; nothing leaves it.")
    backend = BACKENDS.get(settings.EMAIL_CARRIER, settings.EMAIL_CARRIER)
    if backend == "unset":
        return Answer(False, "No mail server is set.")
    headers = {"Message-ID": email.mail_id, "Auto-Submitted": "auto-generated"}
    try:
        connection = get_connection(backend)
        EmailMessage(
            email.subject,
            email.body,
            settings.DEFAULT_FROM_EMAIL,
            [email.recipient],
            headers=headers,
            connection=connection,
        ).send()
    except SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()), (0, b""))
        return Answer(False, _in_words(code, words), for_good=500 <= code < 600)
    except SMTPResponseException as refused:
        return Answer(False, _in_words(refused.smtp_code, refused.smtp_error))
    except (OSError, SMTPException) as fault:
        return Answer(False, f"{type(fault).__name__}: {fault}"[:300])
    return Answer(True, "The mail server took it.")


def _in_words(code: int, words: bytes | str) -> str:
    said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(said.split())}"[:300]
