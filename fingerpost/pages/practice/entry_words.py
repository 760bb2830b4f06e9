"""Entries in words: what a link leads to, and what was done with an entry."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Read, read
from fingerpost.agreements.registers.subjects import MODELS, labels, of_record
from fingerpost.agreements.registers.walls import may_write
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Family

MOST_ON_A_PAGE = 20

DONE = {
    "begin": "Written down",
    "carry_on": "Carried on",
    "correct": "Corrected",
    "withdraw_entry": "Taken back",
    "import_entries": "Came in a list",
}


def said_of_links(actor: Actor, shown: Sequence[Read]) -> Callable[[Read, str], str]:
    """A function that says an answer in words, links by the names of what they lead to. A few queries for all entries."""
    wanted, areas = [], set[str]()
    for told in shown:
        for key, item in told.items.items():
            value = told.answers.get(key)
            if item.type == "link" and isinstance(value, str):
                if item.of == "area":
                    areas.add(value)
                elif item.of in MODELS:
                    wanted.append((item.of, UUID(value)))
    named = labels(actor, wanted)
    here = {told.entry.service for told in shown}
    named_areas = Area.objects.filter(scheme__in=here, code__in=areas).values_list("scheme", "code", "name")
    places = {(scheme, code): name for scheme, code, name in named_areas} if areas else {}

    def say(told: Read, key: str) -> str:
        item, value = told.items.get(key), told.answers.get(key)
        if item is None or item.type != "link" or not isinstance(value, str) or value in ("not_known", "declined"):
            return told.said(key)
        if item.of == "area":
            return places.get((told.entry.service, value), value)
        label, _ = named.get((str(item.of), UUID(value)), ("Not for you to see", ""))
        return label

    return say


def history_of(entry: Entry) -> list[dict[str, Any]]:
    """What was done with an entry, the latest first: {"at", "by", "what", "why"}."""
    return [
        {
            "at": one["at"],
            "by": one.get("name") or "",
            "what": DONE.get(str(one.get("command", "")).rpartition(".")[2], "Changed"),
            "why": one.get("reason") or "",
        }
        for one in changes(entry)
    ]


def to_begin(actor: Actor, held: Rules, kind: str, record: Any) -> list[tuple[str, str]]:
    """The records that may be begun about a family, case or request, for its menu: (words, address)."""
    subject = of_record(held.service, kind, record)
    return [
        (f"Record: {spec.called(key)[0].lower()}", reverse("practice:entry_about", args=[key, kind, record.ref]))
        for key, spec in held.contract.kinds.items()
        if kind in spec.subjects and not spec.planned and may_write(actor, subject, spec.who)
    ]


def of_family(actor: Actor, held: Rules, family: Family) -> list[Read]:
    """The entries about a family that the actor may see, the latest first; nothing is asked where the contract keeps none."""
    if not held.contract.kinds:
        return []
    found = Entry.objects.visible_to(actor).filter(service=held.service, family=family, taken_back_at=None)
    return read(actor, list(found.order_by("-happened_on", "-id")[:MOST_ON_A_PAGE]))
