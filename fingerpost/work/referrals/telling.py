"""Whoever referred hears by email that it arrived, and when something was decided. The email says nothing of the family.

A referral of somebody known, or of a restricted family, is answered by the same words at the same moment as any other.
"""

from django.conf import settings

from fingerpost.agreements.contracts.queries import NothingInForce, rules
from fingerpost.ground.access.models import User
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.schema import ContactWords
from fingerpost.people.correspondence import outbox
from fingerpost.work.referrals.models import Receipt, Referral, Request

ARRIVED, DECIDED = "referral_arrived", "referral_decided"


def arrived(referral: Referral) -> None:
    """We have it. Nothing for a list of earlier years, and for what the system brought in."""
    reader = _reader(referral.ref)
    if reader is None or referral.batch is not None:
        return
    said = f"We have your referral. Its reference is {referral.ref}.\n\nWe will look at it and tell you when we have decided."
    _write(reader, ARRIVED, f"We have your referral {referral.ref}", said, referral)


def decided(request: Request, *, outcome_before: str) -> None:
    """Something was decided that whoever referred may read. Nothing where it is as it was, and of a restricted family."""
    if request.restricted or request.batch is not None or request.outcome in ("", outcome_before):
        return
    reader = _reader(request.ref)
    if reader is not None:
        said = f"We have decided about your referral {request.ref}."
        _write(reader, DECIDED, f"We have decided about your referral {request.ref}", said, request)


def contact_lines(contact: ContactWords | None) -> list[str]:
    """How to reach the service, a line each; none where its contract does not say."""
    if contact is None:
        return []
    hours = f" ({contact.hours})" if contact.hours else ""
    lines = [f"Phone: {contact.phone}{hours}"] if contact.phone else []
    return lines + ([f"Email: {contact.email}"] if contact.email else [])


def _reader(ref: str) -> User | None:
    with seeing_everything(why="whoever referred is written to by whoever decides, who need not see their receipt"):
        receipt = Receipt.objects.filter(ref=ref).select_related("made_by").first()
    return receipt.made_by if receipt and receipt.made_by.is_active else None


def _write(reader: User, kind: str, subject: str, said: str, about: Referral | Request) -> None:
    body = "\n\n".join(
        [said, f"To read more, sign in at {settings.PUBLIC_ADDRESS} and open My referrals.", *_ring(about)]
    )
    outbox.post(recipient=reader.email, subject=subject, body=body, kind=kind, service=about.service, about=about)


def _ring(about: Referral | Request) -> list[str]:
    try:
        contact = rules(about.service, about.received_at.date()).contract.agreement.contact
    except NothingInForce:
        return []
    lines = contact_lines(contact)
    return (
        ["If something changes, or you are more worried, tell us and say the reference.\n" + "\n".join(lines)]
        if lines
        else []
    )
