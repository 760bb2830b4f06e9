"""Entries as they are read: the declaration they were written under, and all answers that the reader may see."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from fingerpost.language.answering import Value, as_facts, from_json, in_words
from fingerpost.language.entry_rows import STAGE
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.vocabulary.kinds import ADDED_TO

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
    """The kind as these rules declare it, by which whoever writes is held; its own version's where it is gone."""
    return held.contract.kinds.get(entry.kind) or declared(entry)[0]


def rules_of_pathway(service: str, kind: str, began: datetime | None, today: date) -> Rules:
    """The rules that a record is held to: today's; of a request or case to which the contract adds, those under which it came.

    So a step that a later version adds is asked of what comes after it, and of nothing before. What came when no contract was in
    force is held to today's.
    """
    held = rules(service, today)
    if kind not in ADDED_TO & held.contract.kinds.keys() or began is None:
        return held
    try:
        return rules_of(rules(service, timezone.localdate(began)).version_id, today)
    except NothingInForce:
        return held


def rules_of_entry(entry: Entry, today: date) -> Rules:
    """The rules by which an entry is carried on and put right on a day: what is added to a request or case keeps its version."""
    return rules_of(entry.version_id, today) if entry.kind in ADDED_TO else rules(entry.service, today)


def asked(spec: KindSpec, on: date, times: Collection[str], *, begins: bool = False) -> dict[str, ItemSpec]:
    """The questions that the forms of these times ask on a day; with `begins` those that no time asks as well."""
    return {
        key: item
        for key, item in spec.items.items()
        if item.is_asked_on(on) and ((begins and not item.ask) or set(times) & set(item.asked_at))
    }


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


def day_of(moment: Moment) -> date:
    """The day of a time, on the clock of the place."""
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def facts_of(one: Read) -> dict[str, Any]:
    """What conditions may ask of an entry: its answers, the days of its times, and its stage in words."""
    times = {name: day_of(moment) for name, moment in one.times.items()}
    return {**as_facts(one.answers), **times, STAGE: one.stage}


def kinds_for(actor: Actor, rules: Rules) -> dict[str, KindSpec]:
    """The declared kinds of the service of which the actor may see entries, in the order of the contract."""
    roles = {held.role for held in actor.held if held.service == rules.service}
    default = by_default(rules.contract.roles)
    return {
        key: kind
        for key, kind in rules.contract.kinds.items()
        if not kind.planned
        and key not in ADDED_TO
        and (actor.is_system or roles & set((kind.who.sees if kind.who else ()) or default))
        and (not kind.restricted or actor.is_system or actor.has(Permission.VIEW_RESTRICTED))
    }
