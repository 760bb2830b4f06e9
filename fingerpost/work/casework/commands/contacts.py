"""Contacts: recorded in a moment, corrected openly."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import AlreadyRecorded, holds
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.casework.revisions import require_revision

MINUTES_OF_A_DAY = 24 * 60


@command(allow=Permission.RECORD_CONTACT)
def record_contact(
    actor: Actor,
    subject: Case,
    *,
    kind: str,
    happened_at: datetime,
    minutes: int,
    attended: bool = True,
    note: str = "",
    topics: Iterable[str] = (),
    mode: str = "",
    next_due_on: date | None = None,
    is_another: bool = False,
    at: datetime,
) -> Contact:
    """Record one contact, and when the next is due. Returns it; the same contact saved twice, word for word, is returned as it is.

    Raises AlreadyRecorded where the worker recorded another one of this kind at that time, unless told that this `is_another`.

    `kind` is the contract's; whether it counts as a casework session is the contract's to say. A contact that happened before the
    case was closed may still be recorded afterwards. Raises Refused.
    """
    if actor.id is None:
        raise NotAllowed("Only a person can have a contact")
    case = locked(subject)
    counts = _require_possible(case, kind, happened_at, minutes, at)
    if next_due_on and next_due_on < timezone.localdate(happened_at):
        raise Refused("The next contact cannot be due before this one. Choose a later day.", field="next_due_on")
    written: dict[str, Any] = {
        "kind": kind,
        "mode": mode,
        "happened_at": happened_at,
        "minutes": minutes,
        "attended": attended,
        "topics": sorted(set(topics)),
        "note": note.strip(),
    }
    same = _same(case, actor.id, written, is_another=is_another)
    if same is not None:
        _note_on_case(case, happened_at, next_due_on)
        return same
    contact = Contact(
        **written,
        service=case.service,
        case=case,
        family_id=case.family_id,
        counts_as_session=counts,
        worker_id=actor.id,
        recorded_at=at,
    )
    contact.scope = case.scope
    contact.save(force_insert=True)
    _note_on_case(case, happened_at, next_due_on)
    return contact


@command(allow=Permission.RECORD_CONTACT)
def correct_contact(
    actor: Actor, subject: Contact, /, *, revision: int, reason: str = "", at: datetime, **changes: Any
) -> Contact:
    """Correct what was written of a contact: kind, happened_at, minutes, attended, note, topics or mode. Returns it.

    The history keeps what stood before, and the reason. Raises ChangedMeanwhile when somebody saved since `revision`,
    Refused, or TypeError for a field that cannot be corrected.
    """
    if unknown := set(changes) - CORRECTABLE:
        raise TypeError(f"{', '.join(sorted(unknown))} cannot be corrected")
    contact = locked(subject)
    require_revision(contact, revision)
    for field, value in changes.items():
        setattr(contact, field, sorted(set(value)) if field == "topics" else value)
    if contact.case_id:
        case = Case.objects.select_for_update().get(pk=contact.case_id)
        kind, happened_at = contact.kind, contact.happened_at
        contact.counts_as_session = _require_possible(case, kind, happened_at, contact.minutes, at)
    contact.revision += 1
    contact.save(update_fields=[*changes, "counts_as_session", "revision"])
    if contact.case_id:
        last = Contact.objects.filter(case=case).order_by("-happened_at").values_list("happened_at", flat=True).first()
        Case.objects.filter(pk=case.pk).update(last_contact_at=last)
    return contact


CORRECTABLE = {"kind", "happened_at", "minutes", "attended", "note", "topics", "mode"}


def _same(case: Case, worker: UUID, written: dict[str, Any], *, is_another: bool) -> Contact | None:
    """The same contact, every word of it, if it is on record. Raises AlreadyRecorded for one at that time that differs."""
    moment = {"kind": written["kind"], "happened_at": written["happened_at"]}
    at_that_time = Contact.objects.filter(case=case, worker_id=worker, **moment)
    standing = list(at_that_time.order_by("recorded_at"))
    for contact in standing:
        if holds(contact, written):
            return contact
    if standing and not is_another:
        raise AlreadyRecorded(
            "You recorded a contact at this time already. Is this another one?", standing=standing[-1]
        )
    return None


def _require_possible(case: Case, kind: str, happened_at: datetime, minutes: int, at: datetime) -> bool:
    """Refuses a contact that cannot have been; returns whether its kind counts as a casework session."""
    kinds = rules(case.service, timezone.localdate(happened_at)).contract.pathway.contacts
    if kind not in kinds:
        raise Refused("Choose what kind of contact it was.", field="kind")
    if happened_at > at:
        raise Refused("The contact cannot be in the future.", field="happened_at")
    if timezone.localdate(happened_at) < timezone.localdate(case.opened_at):
        opened = day_in_words(timezone.localdate(case.opened_at))
        raise Refused(f"The contact cannot be before the case was opened on {opened}.", field="happened_at")
    if case.closed_at and timezone.localdate(happened_at) > timezone.localdate(case.closed_at):
        closed = day_in_words(timezone.localdate(case.closed_at))
        raise Refused(f"The case was closed on {closed}. The contact cannot be later.", field="happened_at")
    if not 0 <= minutes <= MINUTES_OF_A_DAY:
        raise Refused("Enter how many minutes it took, up to a day.", field="minutes")
    return kinds[kind].casework_session


def _note_on_case(case: Case, happened_at: datetime, next_due_on: date | None) -> None:
    """The case knows its last contact, so that lists need not look for it."""
    changed = []
    if case.last_contact_at is None or case.last_contact_at < happened_at:
        case.last_contact_at, changed = happened_at, ["last_contact_at"]
    if next_due_on is not None and next_due_on != case.next_due_on:
        case.next_due_on = next_due_on
        changed.append("next_due_on")
    if changed:
        case.save(update_fields=changed)
