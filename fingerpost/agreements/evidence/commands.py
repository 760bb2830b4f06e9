"""Laying records beside clauses, and taking them away again."""

import uuid
from datetime import datetime

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.evidence.models import Link
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import require_same


@command(allow=Permission.PREPARE_RETURN)
def attach(
    actor: Actor,
    subject: Agreement,
    *,
    clause: str,
    title: str,
    note: str = "",
    record_kind: str = "",
    record_id: uuid.UUID | None = None,
    at: datetime,
) -> Link:
    """Let a record, or a note alone, stand as evidence of a clause, named by its own key. Returns the link.

    The same record laid beside the same clause twice comes back as the link it already is. Raises Refused.
    """
    contract = rules(subject.key, max(at.date(), subject.starts_on)).contract
    if clause not in contract.clauses:
        raise Refused("The contract has no such clause. Choose one from its list.", field="clause")
    if not title.strip():
        raise Refused("Give the evidence a title, so that a reader knows what it is.", field="title")
    if bool(record_kind) != (record_id is not None):
        raise Refused("Name the record by its kind and its number, or leave both out.", field="record_id")
    if record_id is not None:
        found = Link.objects.filter(agreement=subject, clause=clause, record_id=record_id, detached_at=None).first()
        if found is not None:
            otherwise = f"This record stands beside the clause already, as “{found.title}”. Take that away first."
            require_same(found, {"title": title.strip(), "note": note.strip()}, otherwise, field="title")
            return found
    return Link.objects.create(
        agreement=subject,
        clause=clause,
        title=title.strip(),
        note=note.strip(),
        record_kind=record_kind,
        record_id=record_id,
        attached_by_id=actor.id,
        attached_at=at,
    )


@command(allow=Permission.PREPARE_RETURN)
def detach(actor: Actor, subject: Link, *, reason: str, at: datetime) -> Link:
    """Take evidence away from its clause; the link stays in the history. Returns it. Raises Refused once it is gone."""
    link = locked(subject)
    if link.detached_at is not None:
        raise Refused("This was taken away already. There is nothing left to do.")
    if not reason.strip():
        raise Refused("Say why this no longer shows the clause.", field="reason")
    link.detached_at = at
    link.save(update_fields=["detached_at"])
    return link
