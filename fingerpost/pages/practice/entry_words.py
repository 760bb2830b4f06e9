"""Entries in words: what they are about, what was answered, where one begins another, and what was done with them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import Read, read
from fingerpost.agreements.registers.subjects import AREA, labels, of_record
from fingerpost.agreements.registers.walls import may_write
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places.models import Area
from fingerpost.language.schema.schedules import ScheduleKind
from fingerpost.language.vocabulary.kinds import ADDED_TO
from fingerpost.pages.practice.lists import where_ref
from fingerpost.people.families.models import Family

MOST_ON_A_PAGE = 20
HIDDEN = "Not for you to see"

DONE = {
    "begin": "Written down",
    "carry_on": "Carried on",
    "correct": "Corrected",
    "withdraw_entry": "Taken back",
}


@dataclass(frozen=True)
class Line:
    """An entry as pages and lists say it. `about` is what it is a record of, with the address of its page where there is one."""

    told: Read
    about: str
    about_page: str
    say: Callable[[str], Any]


def lines_of(actor: Actor, entries: Sequence[Entry]) -> list[Line]:
    """The entries as they are said, in the order given. A constant number of queries."""
    shown = read(actor, entries)
    say, abouts = said_of_answers(actor, shown), _abouts(actor, entries)
    return [Line(told, *abouts[told.entry.pk], lambda key, told=told: say(told, key)) for told in shown]  # type: ignore[misc]


def _abouts(actor: Actor, entries: Sequence[Entry]) -> dict[UUID, tuple[str, str]]:
    """What each is about: words, and the address of a page that the reader may open."""
    named = labels(actor, ((entry.about_kind, entry.about_id) for entry in entries))
    areas = _areas(entries, (entry.area for entry in entries))
    found = {}
    for entry in entries:
        if entry.area:
            found[entry.pk] = (areas.get((entry.service, entry.area), entry.area), "")
        elif entry.about_id is None:
            found[entry.pk] = ("", "")
        else:
            words, ref = named.get((entry.about_kind, entry.about_id), (HIDDEN, ""))
            found[entry.pk] = (words, where_ref(actor, ref))
    return found


def _areas(entries: Iterable[Entry], codes: Iterable[str]) -> dict[tuple[str, str], str]:
    """The names of areas by service and code. One query, none for none."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = Area.objects.filter(scheme__in={entry.service for entry in entries}, code__in=wanted)
    return {(scheme, code): name for scheme, code, name in rows.values_list("scheme", "code", "name")}


def said_of_answers(actor: Actor, shown: Sequence[Read]) -> Callable[[Read, str], Any]:
    """A function that says an answer: a day or a number as it is, all else in words, a link by the name of what it leads to.

    A query for each kind of thing that is led to, however many entries.
    """
    links = [
        (told, str(item.of), value)
        for told in shown
        for key, item in told.items.items()
        if item.type == "link" and type(value := told.answers.get(key)) is str
    ]
    named = labels(actor, ((of, UUID(value)) for _, of, value in links if of != AREA))
    areas = _areas((told.entry for told, _, _ in links), (value for _, of, value in links if of == AREA))

    def say(told: Read, key: str) -> Any:
        item, value = told.items.get(key), told.answers.get(key)
        if isinstance(value, date | Decimal) or type(value) is int:
            return value
        if item is None or item.type != "link" or type(value) is not str:
            return told.said(key)
        if item.of == AREA:
            return areas.get((told.entry.service, value), value)
        return named.get((str(item.of), UUID(value)), (HIDDEN, ""))[0]

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


def to_begin(
    actor: Actor, held: Rules, kind: str, record: Any, of: str = "", only: Collection[str] = ()
) -> list[tuple[str, str]]:
    """The records that may be begun about something, for its menu: (words, address). `of` names whom, where there are several;
    `only` the kinds that are meant, where not all are."""
    subject = of_record(held.service, kind, record)
    return [
        (
            f"Record: {spec.called(key)[0].lower()}{f' about {of}' if of else ''}",
            reverse("practice:entry_about", args=[key, kind, subject.ref]),
        )
        for key, spec in held.contract.kinds.items()
        if kind in spec.subjects and not spec.planned and (not only or key in only) and may_write(actor, subject, spec)
    ]


def of_family(actor: Actor, held: Rules, family: Family) -> list[Read]:
    """The entries about a family that the actor may see, the latest first; nothing is asked where the contract keeps none.

    What is added to a request or case, and what is due of it, stands on the page of that.
    """
    if not held.contract.kinds:
        return []
    found = Entry.objects.visible_to(actor).filter(service=held.service, family=family, taken_back_at=None)
    due = {key for key, kind in held.contract.kinds.items() if isinstance(kind, ScheduleKind)}
    return read(actor, list(found.exclude(kind__in=ADDED_TO | due).order_by("-happened_on", "-id")[:MOST_ON_A_PAGE]))
