"""People and families, one row a person: the way in from a spreadsheet or another system.

A row is somebody known beyond doubt by the same number, or the same name and birth date; by the name alone only inside a family
that is known. Who is merely alike is written down anew and listed, for a person to decide.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process

from fingerpost.exchange.imports.columns import Column, day, nhs, one_of, postcode, text, upn
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, MATCHING, Context, Kind, Load
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.people.families import commands, matching, names
from fingerpost.people.families.models import Address, Family, Identifier, Membership, Person
from fingerpost.people.families.writing import HouseholdGiven, PersonGiven, Place
from fingerpost.people.schooling.superseding import Written

PARTS = {
    "Child": "child", "Pupil": "child", "Son": "child", "Daughter": "child",
    "Parent": "parent", "Mother": "parent", "Father": "parent", "Carer": "parent", "Guardian": "parent",
    "Other": "other",
}  # fmt: skip
SEXES = {"F": "F", "Female": "F", "M": "M", "Male": "M", "Not stated": ""}


@dataclass(slots=True)
class Entry:
    """One row, and who it turned out to be."""

    row: dict[str, Any]
    name: str
    known: uuid.UUID | None = None
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


class People(Load):
    """Rows matched block by block, then written household by household."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._entries: list[Entry] = []
        self._seen: dict[tuple[Any, ...], int] = {}
        self._is_named: dict[uuid.UUID, int] = {}
        self._born: dict[date, Born] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        entries = []
        for row in rows:
            entry = Entry(row, names.search_name(row["first_name"], row["last_name"], row.get("known_as") or ""))
            if twice := self._is_twice(entry):
                yield twice
            else:
                entries.append(entry)
        yield from self._match(entries)
        self._entries += [entry for entry in entries if not entry.is_left_out]

    def _is_twice(self, entry: Entry) -> Fault | None:
        row = entry.row
        keys: list[tuple[Any, ...]] = [(kind, row[kind]) for kind in ("upn", "nhs") if row.get(kind)]
        if row.get("born_on"):
            keys.append((entry.name, row["born_on"]))
        elif row.get("family"):
            keys.append((entry.name, row["family"]))
        for key in keys:
            if key in self._seen:
                return Fault(
                    entry.line, "", f"This person is in the file already, on line {self._seen[key]}. Keep one row."
                )
        self._seen.update((key, entry.line) for key in keys)
        return None

    # --- Who is known? ---

    def _match(self, entries: list[Entry]) -> Iterator[Fault]:
        by_number = self._by_number(entries)
        self._read_born({entry.row["born_on"] for entry in entries if entry.row.get("born_on")})
        alike = self._alike(entries)
        upns = self._upns({found.id for rows in alike.values() for found, _ in rows})
        for entry in entries:
            entry.known = next((by_number[n] for n in self._numbers(entry) if n in by_number), None)
            if entry.known is None:
                yield from self._judge(entry, alike[entry.line], upns)
            if entry.known:
                yield from self._named_once(entry)

    def _judge(self, entry: Entry, alike: list[tuple[Alike, bool]], upns: dict[uuid.UUID, str]) -> Iterator[Fault]:
        for found, is_same_name in alike:
            other_number = entry.row.get("upn") and upns.get(found.id) not in (None, entry.row["upn"])
            if is_same_name and not other_number:
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
            yield "local", self.context.own_number(own)

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
        within = Person.objects.visible_to(MATCHING).filter(scope_keys__overlap=sorted(self.context.scope.keys))
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
    def _upns(people: set[uuid.UUID]) -> dict[uuid.UUID, str]:
        rows = Identifier.objects.filter(person_id__in=people, kind="upn") if people else Identifier.objects.none()
        return dict(rows.values_list("person_id", "value"))

    # --- Writing ---

    def write(self) -> Written:
        context, households = self.context, self._households()
        families = self._families_of(entry.known for entry in self._entries)
        self._recognise_within(households, families)
        areas = places.areas_of({e.row["postcode"] for e in self._entries if e.row.get("postcode")})
        given = {key: self._household(entries, families, areas) for key, entries in households.items()}
        new = [entry for entries in households.values() for entry in entries if entry.known is None]
        people = commands.register_many(
            context.actor,
            context.scope,
            people=[self._person(entry, given[self._household_of(entry)].scope) for entry in new],
            batch=context.batch,
            at=context.at,
        )
        for entry, person in zip(new, people, strict=True):
            given[self._household_of(entry)].places.append(_place(entry, person, areas))
        self._bring_in_loners(given, families)
        settled = [household for household in given.values() if household.places]
        commands.settle_many(context.actor, context.scope, households=settled, batch=context.batch, at=context.at)
        return Written(added=len(new), unchanged=len(self._entries) - len(new))

    def _bring_in_loners(self, given: dict[str, HouseholdGiven], families: dict[uuid.UUID | None, Family]) -> None:
        """Somebody known who belongs to no family yet joins the one that the list forms."""
        alone = {e.known: e for e in self._entries if e.known and e.known not in families}
        for person in Person.objects.visible_to(MATCHING).filter(pk__in=[pk for pk in alone if pk]):
            entry = alone[person.pk]
            given[self._household_of(entry)].places.append(Place(person, entry.row["part"]))

    def _households(self) -> dict[str, list[Entry]]:
        households: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries:
            households[self._household_of(entry)].append(entry)
        return households

    @staticmethod
    def _household_of(entry: Entry) -> str:
        return str(entry.row.get("family") or f"line {entry.line}")

    @staticmethod
    def _recognise_within(households: dict[str, list[Entry]], families: dict[uuid.UUID | None, Family]) -> None:
        """Inside a family that is known, the name alone says who somebody is: parents often come without a birth date."""
        members: dict[uuid.UUID, list[tuple[uuid.UUID, str, date | None]]] = defaultdict(list)
        rows = Membership.objects.filter(family__in=families.values(), until=None, person__merged_into=None)
        for family, person, name, born_on in rows.values_list(
            "family_id", "person_id", "person__search_name", "person__born_on"
        ):
            members[family].append((person, name, born_on))
        for entries in households.values():
            family_ = next((families[e.known] for e in entries if e.known in families), None)
            if family_ is None:
                continue
            for entry in (e for e in entries if e.known is None):
                same = [
                    pk for pk, name, born in members[family_.pk] if name == entry.name and entry.agrees_on_birth(born)
                ]
                if len(same) == 1:
                    entry.known = same[0]
                    families[same[0]] = family_

    @staticmethod
    def _families_of(people: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, Family]:
        rows = Membership.objects.filter(person_id__in={p for p in people if p}, until=None, family__merged_into=None)
        return {m.person_id: m.family for m in rows.select_related("family").order_by("recorded_at")}

    def _household(
        self, entries: list[Entry], families: dict[uuid.UUID | None, Family], areas: dict[str, str]
    ) -> HouseholdGiven:
        """The family with its scope and no places yet. A new one lies in the service, and where its first adult lives."""
        family = next((families[e.known] for e in entries if e.known in families), None)
        adults_first = sorted(entries, key=lambda e: e.row["part"] == "child")
        home = next((areas[e.row["postcode"]] for e in adults_first if e.row.get("postcode") in areas), "")
        scope = family.scope if family else Scope.of(service=self.context.service, area=home)
        return HouseholdGiven(f"{adults_first[0].row['last_name']} family", scope, [], family)

    def _person(self, entry: Entry, scope: Scope) -> PersonGiven:
        row = entry.row
        words = {key: row.get(key) or "" for key in ("known_as", "sex", "phone", "upn", "nhs")}
        own = self.context.own_number(row["local"]) if row.get("local") else ""
        return PersonGiven(
            row["first_name"], row["last_name"], born_on=row.get("born_on"), local=own, scope=scope, **words
        )


def _place(entry: Entry, person: Person, areas: dict[str, str]) -> Place:
    code = entry.row.get("postcode") or ""
    return Place(person, entry.row["part"], entry.row.get("address") or "", code, areas.get(code))


class PeopleList(Kind):
    name = "people"
    title = "People and families"
    columns = (
        Column("family", "Family", text(60), ("Family ref", "Family reference", "Family number", "Household")),
        Column(
            "part", "Part", one_of(PARTS, "a part in a family"), ("Role", "Relationship", "Member type"), required=True
        ),
        Column("first_name", "First name", text(100), ("Forename", "Given name", "pers_forename"), required=True),
        Column("last_name", "Last name", text(100), ("Surname", "Family name", "pers_surname"), required=True),
        Column("known_as", "Known as", text(100), ("Preferred name",)),
        Column("born_on", "Birth date", day, ("Date of birth", "DOB", "Born", "pers_dob")),
        Column("sex", "Sex", one_of(SEXES, "a sex as lists give it"), ("Gender", "pers_sex")),
        Column("upn", "UPN", upn, ("Unique pupil number",)),
        Column("nhs", "NHS number", nhs, ("NHSNumber", "NHS no")),
        Column("local", "Own number", text(60), ("Local number", "Client number", "Child Unique ID", "pers_legacy_id")),
        Column("phone", "Phone", text(40), ("Telephone", "Mobile")),
        Column("address", "Address", text(300), ("Address lines", "Street")),
        Column("postcode", "Postcode", postcode, ("Post code",)),
    )
    layouts = (frozenset({"part", "first_name", "last_name"}),)
    load = People

    @classmethod
    def undo(cls, context: Context) -> int:
        return commands.undo(context.actor, context.scope, batch=context.batch, at=context.at)
