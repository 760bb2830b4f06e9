"""Whom of a list of people we may know: read block by block by number, by birth date, and by the families that the list names.

Who is the same is judged by `people.families.recognition`, as everywhere.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce
from rapidfuzz import fuzz, process

from fingerpost.exchange.imports.kinds.base import LINE, MATCHING, Context
from fingerpost.exchange.imports.references import folded
from fingerpost.people.families import names, recognition
from fingerpost.people.families.models import Address, Identifier, Membership, Person
from fingerpost.people.families.recognition import NOBODY, Answer, Candidate, Described

NUMBERS = ("upn", "nhs", "local")


@dataclass(slots=True)
class Entry:
    """One row, and who it turned out to be.

    `known` is who it is beyond doubt; `is_hidden` says that whoever loads the list may not meet them. `written` is who was written
    down anew. `repeats` is the first row of the list about the same person, where this one adds to it.
    """

    row: dict[str, Any]
    described: Described
    answer: Answer = NOBODY
    near: list[uuid.UUID] = field(default_factory=list)
    known: uuid.UUID | None = None
    written: uuid.UUID | None = None
    is_hidden: bool = False
    is_left_out: bool = False
    repeats: "Entry | None" = None

    @property
    def line(self) -> int:
        return int(self.row[LINE])

    @property
    def name(self) -> str:
        return self.described.name

    @property
    def person(self) -> uuid.UUID | None:
        return (self.repeats.person if self.repeats else None) or self.known or self.written

    @property
    def household(self) -> str:
        """What the rows of one family share; a row that names no family stands for itself."""
        return folded(self.row["family"]) if self.row.get("family") else f"line {self.line}"


class Born:
    """Everybody born on one day, so laid out that the names can be compared at once."""

    def __init__(self) -> None:
        self._people: list[uuid.UUID] = []
        self._names: list[str] = []
        self._twins: dict[str, list[uuid.UUID]] = defaultdict(list)

    def add(self, person: Person) -> None:
        name = names.plain(f"{person.first_name} {person.last_name}")
        self._people.append(person.pk)
        self._names.append(in_order(name))
        self._twins[in_order(names.romanised(name))].append(person.pk)

    def named_like(self, name: str) -> set[uuid.UUID]:
        """Those whose name may be near enough, one inside the other or in other letters. The judgement is not made here."""
        words = set(name.split())
        least = 100 * recognition.FEWEST_NAME_POINTS / recognition.NAME
        like = process.extract(in_order(name), self._names, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        places = {place for _, _, place in like}
        places.update(p for p, other in enumerate(self._names) if _is_inside(words, set(other.split())))
        return {self._people[place] for place in places} | set(self._twins.get(in_order(names.romanised(name)), ()))


def _is_inside(words: set[str], others: set[str]) -> bool:
    return bool(words and others) and (words <= others or others <= words)


def in_order(name: str) -> str:
    """The words of a name in alphabetical order."""
    return " ".join(sorted(name.split()))


class Known:
    """People of this service, and whoever has a number that the list gives, as they are held."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._born: dict[date, Born] = {}
        self._candidates: dict[uuid.UUID, Candidate] = {}
        self._by_number: dict[tuple[str, str], uuid.UUID] = {}

    def entry(self, row: dict[str, Any]) -> Entry:
        """The row as an entry that is not looked up yet."""
        numbers = {kind: value for kind in ("upn", "nhs") if (value := row.get(kind))}
        if row.get("local"):
            numbers["local"] = self._context.own_number(row["local"])
        words = {key: row.get(key) or "" for key in ("first_name", "last_name", "known_as", "postcode", "part")}
        described = Described(**words, born_on=row.get("born_on"), lines=row.get("address") or "", numbers=numbers)
        return Entry(row, described)

    def look_up(self, entries: list[Entry]) -> None:
        """Note with each entry who may be meant: those with its numbers, and those born that day with a name like it."""
        self._read_numbers(entries)
        self._read_born({e.described.born_on for e in entries if e.described.born_on})
        for entry in entries:
            found = {self._by_number[n] for n in entry.described.numbers.items() if n in self._by_number}
            if entry.described.born_on:
                found |= self._born[entry.described.born_on].named_like(entry.name)
            entry.near = list(found)
        self._read({pk for entry in entries for pk in entry.near})

    def judge(
        self, entry: Entry, *, members: dict[uuid.UUID, str], family: Collection[uuid.UUID], ties: Collection[uuid.UUID]
    ) -> Answer:
        """Who the entry is. `members` are people of the family that is compared, with their part there; read them first."""
        people = dict.fromkeys([*entry.near, *members])
        candidates = [
            replace(self._candidates[pk], part=members.get(pk, "")) for pk in people if pk in self._candidates
        ]
        return recognition.recognise(entry.described, candidates, family=family, ties=ties)

    def candidates(self, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Candidate]:
        """People as held. Three queries for those not read before."""
        self._read(set(people))
        return {pk: self._candidates[pk] for pk in people}

    def members(self, families: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
        """Who lives in each of these families now, with their part there; they are read along. A few queries."""
        found: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
        rows = Membership.objects.filter(family__in=set(families), until=None, person__merged_into=None)
        for family, person, part in rows.values_list("family_id", "person_id", "part"):
            found[family][person] = part
        self._read({person for people in found.values() for person in people})
        return found

    def _read_numbers(self, entries: list[Entry]) -> None:
        numbers = {value for entry in entries for value in entry.described.numbers.values()}
        if not numbers:
            return
        owned = Identifier.objects.visible_to(MATCHING).filter(value__in=numbers)
        owner = Coalesce("person__merged_into", "person")
        rows = owned.order_by("-is_doubted").annotate(owner=owner).values_list("kind", "value", "owner")
        self._by_number.update({(kind, value): owner for kind, value, owner in rows})

    def _read_born(self, days: set[date]) -> None:
        """Everybody of this service born on days not asked for before. One query."""
        new = days - self._born.keys()
        if not new:
            return
        self._born.update((day_, Born()) for day_ in new)
        within = Person.objects.visible_to(MATCHING).filter(scope_keys__overlap=sorted(self._context.scope.keys))
        people = within.filter(merged_into=None, born_on__in=new).only("first_name", "last_name", "born_on")
        for person in people.iterator(chunk_size=5000):
            self._born[person.born_on].add(person)

    def _read(self, people: set[uuid.UUID]) -> None:
        """Read what is held of people not read before. Three queries for a block."""
        new = people - self._candidates.keys()
        if not new:
            return
        numbers = self._numbers_of(new)
        homes = {
            person: (postcode, lines)
            for person, postcode, lines in Address.objects.filter(person_id__in=new, until=None).values_list(
                "person_id", "postcode", "lines"
            )
        }
        wanted = ("id", "first_name", "last_name", "known_as", "born_on", "restricted")
        for row in Person.objects.filter(pk__in=new).values_list(*wanted):
            pk, first, last, known_as, born_on, restricted = row
            home, held = homes.get(pk, ("", "")), numbers.get(pk, {})
            self._candidates[pk] = Candidate(pk, first, last, known_as, born_on, *home, held, restricted=restricted)

    @staticmethod
    def _numbers_of(people: set[uuid.UUID]) -> dict[uuid.UUID, dict[str, list[str]]]:
        """The numbers of people, those of entries merged into them included, by person and kind."""
        found: dict[uuid.UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        entries = Person.objects.filter(merged_into__in=people).values_list("id", "merged_into_id")
        owners = dict(entries) | {person: person for person in people}
        rows = Identifier.objects.filter(person_id__in=owners).values_list("person_id", "kind", "value")
        for person, kind, value in rows:
            found[owners[person]][kind].append(value)
        return found
