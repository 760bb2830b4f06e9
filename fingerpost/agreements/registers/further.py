"""What a contract keeps further of a request or a case: one entry a record, read with it."""

from collections import ChainMap
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from fingerpost.agreements.contracts.queries import NothingInForce, rules, rules_of
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers import commands
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import declared, times_of
from fingerpost.agreements.registers.subjects import of_record
from fingerpost.ground.access.actor import Actor
from fingerpost.language.answering import as_facts, from_json
from fingerpost.language.entry_rows import further_facts
from fingerpost.language.facts import Facts


def further_of(actor: Actor, kind: str, record: UUID) -> Entry | None:
    """The entry that holds it, if the actor may meet the record and something was written down."""
    return Entry.objects.visible_to(actor).filter(kind=kind, about_id=record, taken_back_at=None).first()


def with_further(facts: Facts, held: Rules, about: Mapping[str, UUID]) -> Facts:
    """The facts, with those that the contract's own questions and times give of these records, named by kind and id.

    Whoever asks has met the records. One query, none where the contract adds nothing.
    """
    if not further_facts(held.contract):
        return facts
    found: dict[str, Any] = {}
    for entry in Entry.objects.filter(kind__in=about, about_id__in=about.values(), taken_back_at=None):
        items = declared(entry)[1]
        found |= as_facts(from_json(items, entry.answers, entry.no_answers))
        found |= {key: _day(moment) for key, moment in times_of(entry.times).items()}
    return ChainMap(found, facts)  # type: ignore[arg-type]


def keep_further(actor: Actor, kind: str, record: Any, at: datetime) -> None:
    """Begin what the contract keeps further of a request or case that came, or let it follow what was put right."""
    commands.begin_further(actor, of_record(record.service, kind, record), kind=kind, at=at)


def _day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def rules_of_pathway(service: str, kind: str, began: datetime, today: date) -> Rules:
    """The rules that a request or case follows: today's, or where they add to it those of the day on which it came.

    So a step that a later version adds is asked of what comes after it, and of nothing before.
    """
    held = rules(service, today)
    if kind not in held.contract.kinds:
        return held
    try:
        return rules_of(rules(service, timezone.localdate(began)).version_id, today)
    except NothingInForce:
        return held  # of earlier years
