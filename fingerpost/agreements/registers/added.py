"""What a contract adds to a request or a case: one entry a record, begun and read with it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers import commands
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import day_of, declared, times_of
from fingerpost.agreements.registers.schedules import draw_for_records
from fingerpost.agreements.registers.subjects import of_record
from fingerpost.ground.access.actor import Actor
from fingerpost.language.answering import as_facts, from_json
from fingerpost.language.entry_rows import added_facts


def added_to(actor: Actor, kind: str, record: UUID) -> Entry | None:
    """The entry that holds it, if the actor may meet the record and it was begun."""
    return Entry.objects.visible_to(actor).filter(kind=kind, about_id=record, taken_back_at=None).first()


def facts_added(held: Rules, about: Mapping[str, UUID]) -> dict[str, Any]:
    """What the contract's own questions and times tell of these records, named by kind and id: facts for decisions and gates.

    Whoever asks has met the records. One query, none where the contract adds nothing.
    """
    found: dict[str, Any] = {}
    if not added_facts(held.contract):
        return found
    for entry in Entry.objects.filter(kind__in=about, about_id__in=about.values(), taken_back_at=None):
        found |= as_facts(from_json(declared(entry)[1], entry.answers, entry.no_answers))
        found |= {key: day_of(moment) for key, moment in times_of(entry.times).items()}
    return found


def keep_added(actor: Actor, kind: str, records: Collection[Any], service: str, at: datetime) -> None:
    """Begin what the contract adds to requests or cases that came, or let it follow what was put right of one; and what is due."""
    if kind in rules(service, timezone.localdate(at)).contract.kinds:
        for record in records:
            commands.begin_added(actor, of_record(service, kind, record), kind=kind, at=at)
    draw_for_records(kind, records, service, at)
