"""Who of a list of people is known already.

A row is somebody known beyond doubt by the same number, or the same name and birth date. Who is merely alike is listed, for a
person to decide.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, MATCHING, Context
from fingerpost.people.families import matching
from fingerpost.people.families.models import Address, Identifier, Person


@dataclass(slots=True)
class Entry:
    """One row, and who it turned out to be."""

    row: dict[str, Any]
    name: str
    known: uuid.UUID | None = None
    written: uuid.UUID | None = None
    is_left_out: bool = False

    @property
    def line(self) -> int:
        return int(self.row[LINE])

    def agrees_on_birth(self, born_on: date | None) -> bool:
        return born_on is None or self.row.get("born_on") in (None, born_on)


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody known who may be one of the list."""

    id: uuid.UUID
    search_name: str
    born_on: date | None
    restricted: bool


class Born:
    """Everybody born on one day, so laid out that the names can be compared at once."""

    def __init__(self) -> None:
        self._people: list[Alike] = []
        self._names: list[str] = []

    def add(self, person: Alike) -> None:
        self._people.append(person)
        self._names.append(in_order(person.search_name))

    def named_like(self, name: str) -> list[Alike]:
        """Those whose name may score enough. Whoever has more words to their name is always among them: `score` decides."""
        wanted, least = name.count(" "), 100 * matching.FEWEST_NAME_POINTS / matching.NAME
        like = process.extract(in_order(name), self._names, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        places = {place for _, _, place in like}
        places.update(place for place, other in enumerate(self._names) if other.count(" ") > wanted)
        return [self._people[place] for place in sorted(places)]


def in_order(name: str) -> str:
    """The words of a name in alphabetical order."""
    return " ".join(sorted(name.split()))


class Known:
    """People of this service, against whom rows are matched block by block."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._is_named: dict[uuid.UUID, int] = {}
        self._born: dict[date, Born] = {}

    def match(self, entries: list[Entry]) -> Iterator[Fault]:
        """Say of each row who it is, where that is beyond doubt; give a fault for each that is doubtful or comes twice."""
        by_number = self._by_number(entries)
        self._read_born({entry.row["born_on"] for entry in entries if entry.row.get("born_on")})
        alike = self._alike(entries)
        numbers = self._numbers_of({found.id for rows in alike.values() for found, _ in rows})
        for entry in entries:
            entry.known = next((by_number[n] for n in self._numbers(entry) if n in by_number), None)
            if entry.known is None:
                yield from self._judge(entry, alike[entry.line], numbers)
            if entry.known:
                yield from self._named_once(entry)

    def _judge(
        self, entry: Entry, alike: list[tuple[Alike, bool]], numbers: dict[tuple[uuid.UUID, str], set[str]]
    ) -> Iterator[Fault]:
        own = dict(self._numbers(entry))
        for found, is_same_name in alike:
            others = {kind: numbers.get((found.id, kind), set()) for kind in own}
            has_another = any(others[kind] and own[kind] not in others[kind] for kind in own)
            if is_same_name and not has_another:
                entry.known = found.id
                return
        for found in [found for found, _ in alike if not found.restricted][:3]:
            message = "This may be somebody we know with the same birth date. Compare the two, and merge them if so."
            yield Fault(entry.line, "Last name", message, "match", found.id)

    def _named_once(self, entry: Entry) -> Iterator[Fault]:
        """Two rows cannot be one person that we know."""
        person = entry.known
        if person is not None and self._is_named.setdefault(person, entry.line) != entry.line:
            entry.is_left_out = True
            earlier = self._is_named[person]
            yield Fault(entry.line, "", f"This row and line {earlier} are the same person. Keep one.")

    def _numbers(self, entry: Entry) -> Iterator[tuple[str, str]]:
        for kind in ("upn", "nhs"):
            if value := entry.row.get(kind):
                yield kind, value
        if own := entry.row.get("local"):
            yield "local", self._context.own_number(own)

    def _by_number(self, entries: list[Entry]) -> dict[tuple[str, str], uuid.UUID]:
        numbers = {number for entry in entries for _, number in self._numbers(entry)}
        if not numbers:
            return {}
        owned = Identifier.objects.visible_to(MATCHING).filter(value__in=numbers)
        rows = owned.values_list("kind", "value", "person_id", "person__merged_into_id")
        return {(kind, value): merged or person for kind, value, person, merged in rows}

    def _read_born(self, days: set[date]) -> None:
        """Everybody of this service born on days not asked for before. One query."""
        new = days - self._born.keys()
        if not new:
            return
        self._born.update((day_, Born()) for day_ in new)
        within = Person.objects.visible_to(MATCHING).filter(scope_keys__overlap=sorted(self._context.scope.keys))
        people = within.filter(merged_into=None, born_on__in=new)
        rows = people.values_list("id", "search_name", "born_on", "restricted")
        for pk, name, born_on, restricted in rows.iterator(chunk_size=5000):
            self._born[born_on].add(Alike(pk, name, born_on, restricted))

    def _alike(self, entries: list[Entry]) -> dict[int, list[tuple[Alike, bool]]]:
        """By line, those born on the same day whose name is alike, the same names first."""
        near = {e.line: self._born[e.row["born_on"]].named_like(e.name) for e in entries if e.row.get("born_on")}
        homes = self._postcodes({found.id for rows in near.values() for found in rows})
        alike = {}
        for entry in entries:
            described = matching.Described(entry.name, entry.row.get("born_on"), entry.row.get("postcode") or "")
            found = []
            for one in near.get(entry.line, ()):
                points = matching.score(described, one.search_name, one.born_on, homes.get(one.id, ""))
                if points[0] >= matching.FEWEST_NAME_POINTS and sum(points) >= matching.POSSIBLE:
                    found.append((one, points[0] == matching.NAME))
            alike[entry.line] = sorted(found, key=lambda pair: not pair[1])
        return alike

    @staticmethod
    def _postcodes(people: set[uuid.UUID]) -> dict[uuid.UUID, str]:
        homes = Address.objects.filter(person_id__in=people, until=None) if people else Address.objects.none()
        return dict(homes.values_list("person_id", "postcode"))

    @staticmethod
    def _numbers_of(people: set[uuid.UUID]) -> dict[tuple[uuid.UUID, str], set[str]]:
        """The numbers of people, by person and kind."""
        found: dict[tuple[uuid.UUID, str], set[str]] = defaultdict(set)
        rows = Identifier.objects.filter(person_id__in=people) if people else Identifier.objects.none()
        for person, kind, value in rows.values_list("person_id", "kind", "value"):
            found[person, kind].add(value)
        return found
