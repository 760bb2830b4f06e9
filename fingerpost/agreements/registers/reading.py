"""Entries as they are read: the declaration they were written under, and all answers that the reader may see."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts.queries import NothingInForce, rules, rules_of
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry, WalledAnswers
from fingerpost.agreements.registers.subjects import Subject
from fingerpost.agreements.registers.walls import by_default
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.answering import Value, from_json, in_words
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.vocabulary.kinds import FURTHER

Moment = date | datetime
Declared = tuple[KindSpec, dict[str, ItemSpec]]


@dataclass(frozen=True)
class Read:
    """An entry with its words: the kind as its own version declares it, its answers and times."""

    entry: Entry
    kind: KindSpec
    items: Mapping[str, ItemSpec]
    answers: Mapping[str, Value]
    times: Mapping[str, Moment] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """The words of its stage; empty before the first."""
        time = self.kind.times.get(self.entry.stage)
        return (time.stage or "") if time else self.entry.stage.replace("_", " ").capitalize()

    def said(self, key: str) -> str:
        """An answer in words; never blank."""
        return in_words(self.items.get(key), self.answers.get(key))


def read(actor: Actor, entries: Sequence[Entry]) -> list[Read]:
    """The entries with every answer that the actor may see, in the order given. Two queries, and one for each version met."""
    more: dict[uuid.UUID, list[WalledAnswers]] = {}
    for part in WalledAnswers.objects.visible_to(actor).filter(entry__in=entries):
        more.setdefault(part.entry_id, []).append(part)
    words: dict[tuple[uuid.UUID, str], Declared] = {}
    for entry in entries:
        if (entry.version_id, entry.kind) not in words:
            words[entry.version_id, entry.kind] = declared(entry)
    return [_read(entry, words[entry.version_id, entry.kind], more.get(entry.pk, ())) for entry in entries]


def _read(entry: Entry, words: Declared, parts: Iterable[WalledAnswers]) -> Read:
    kind, items = words
    answers = from_json(items, entry.answers, entry.no_answers)
    for part in parts:
        answers |= from_json(items, part.answers, part.no_answers)
    return Read(entry, kind, items, answers, times_of(entry.times))


def declared(entry: Entry) -> Declared:
    """The kind as the entry's own version declares it, and every question it may hold: those asked since stand after its own."""
    own = rules_of(entry.version_id, entry.happened_on).contract.kinds.get(entry.kind, KindSpec())
    latest = rules(entry.service, date.max).contract.kinds.get(entry.kind, KindSpec())
    return own, {**latest.items, **own.items}


def spec_of(held: Rules, entry: Entry) -> KindSpec:
    """The kind as the rules of a day declare it, by which whoever writes that day is held; its own version's where it is gone.

    A request or case keeps the pathway of the version under which it came.
    """
    if entry.kind in FURTHER:
        return declared(entry)[0]
    return held.contract.kinds.get(entry.kind) or declared(entry)[0]


def rules_for(subject: Subject, kind: str, today: date) -> Rules | None:
    """The rules by which an entry of the kind is begun: today's; of a request or case those under which it came.

    None for one of earlier years, when no contract was in force.
    """
    held = rules(subject.service, today)
    if kind not in FURTHER or kind not in held.contract.kinds or subject.began is None:
        return held
    try:
        return rules_of(rules(subject.service, timezone.localdate(subject.began)).version_id, today)
    except NothingInForce:
        return None


def subject_of(entry: Entry) -> Subject:
    """What an entry is about, without its label."""
    return Subject(
        entry.scope, entry.service, entry.about_kind, entry.about_id, entry.area,
        person_id=entry.person_id, family_id=entry.family_id,
    )  # fmt: skip


def times_of(kept: Mapping[str, Any]) -> dict[str, Moment]:
    """Times as they are kept in JSON, read again."""
    return {
        key: datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text) for key, text in kept.items()
    }


def kinds_for(actor: Actor, rules: Rules) -> dict[str, KindSpec]:
    """The declared kinds of the service of which the actor may see entries, in the order of the contract."""
    roles = {held.role for held in actor.held if held.service == rules.service}
    default = by_default(rules.contract.roles)
    return {
        key: kind
        for key, kind in rules.contract.kinds.items()
        if not kind.planned
        and key not in FURTHER
        and (actor.is_system or roles & set((kind.who.sees if kind.who else ()) or default))
        and (not kind.restricted or actor.is_system or actor.has(Permission.VIEW_RESTRICTED))
    }
