"""People and families, one row a person: the way in from a spreadsheet or another system.

A row is somebody known beyond doubt by the same number, or the same name and birth date; by the name alone only inside a family
that is known. Who is merely alike is written down anew and listed, for a person to decide.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rapidfuzz import fuzz, process

from fingerpost.exchange.imports.columns import (
    Column,
    day,
    moment,
    nhs,
    one_of,
    postcode,
    separated,
    text,
    upn,
    yes_no,
)
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, MATCHING, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import FAMILY_NAMES, PERSON_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import FAMILY, PERSON, Areas, unknown
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.circumstances.commands import FactGiven
from fingerpost.people.families import commands, matching, names
from fingerpost.people.families.models import Address, Family, Identifier, Membership, Person
from fingerpost.people.families.writing import HouseholdGiven, PersonGiven, Place
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import EnrolmentGiven
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


class People(Load):
    """Rows matched block by block, then written household by household."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._entries: list[Entry] = []
        self._seen: dict[tuple[Any, ...], int] = {}
        self._is_named: dict[uuid.UUID, int] = {}
        self._schools, self._areas = Schools(), Areas(context)
        self._born: dict[date, Born] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        entries = []
        self._schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            if strange := self._unknown_place(row):
                yield strange
                continue
            entry = Entry(row, names.search_name(row["first_name"], row["last_name"], row.get("known_as") or ""))
            if twice := self._is_twice(entry):
                yield twice
            else:
                entries.append(entry)
        yield from self._match(entries)
        self._entries += [entry for entry in entries if not entry.is_left_out]

    def _unknown_place(self, row: dict[str, Any]) -> Fault | None:
        if row.get("school") and self._schools[row["school"]] is None:
            return Schools.unknown(row[LINE], row["school"])
        if row.get("locality") and self._areas.get(row["locality"]) is None:
            return unknown(row[LINE], "Locality", "The area", row["locality"])
        return None

    def _is_twice(self, entry: Entry) -> Fault | None:
        row = entry.row
        keys: list[tuple[Any, ...]] = [(kind, row[kind]) for kind in ("upn", "nhs", "local") if row.get(kind)]
        if row.get("local"):
            pass  # the provider's own number says who is who: two of one name may share a birth date
        elif row.get("born_on"):
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
    def _numbers_of(people: set[uuid.UUID]) -> dict[tuple[uuid.UUID, str], set[str]]:
        """The numbers of people, by person and kind."""
        found: dict[tuple[uuid.UUID, str], set[str]] = defaultdict(set)
        rows = Identifier.objects.filter(person_id__in=people) if people else Identifier.objects.none()
        for person, kind, value in rows.values_list("person_id", "kind", "value"):
            found[person, kind].add(value)
        return found

    # --- Writing ---

    def write(self) -> Written:
        context, households = self.context, self._households()
        families = self._families_of(entry.known for entry in self._entries)
        named = self._named_families(households)
        self._recognise_within(households, families, named)
        areas = places.areas_of({e.row["postcode"] for e in self._entries if e.row.get("postcode")})
        given = {key: self._household(entries, families, areas, named.get(key)) for key, entries in households.items()}
        new = [entry for entries in households.values() for entry in entries if entry.known is None]
        people = commands.register_many(
            context.actor,
            context.scope,
            people=[self._person(entry, given[self._household_of(entry)].scope) for entry in new],
            batch=context.batch,
            at=context.at,
        )
        for entry, person in zip(new, people, strict=True):
            entry.written = person.pk
            given[self._household_of(entry)].places.append(self._place(entry, person, areas))
        self._bring_in_loners(given, families)
        settled = [household for household in given.values() if household.places]
        commands.settle_many(context.actor, context.scope, households=settled, batch=context.batch, at=context.at)
        self._note_references(given)
        self._write_facts(new, given)
        return Written(added=len(new), unchanged=len(self._entries) - len(new))

    def _note_references(self, given: dict[str, HouseholdGiven]) -> None:
        """Later lists name families and people by the provider's own words."""
        references = self.context.references
        named = {e.row["family"] for e in self._entries if e.row.get("family")}
        families = {word: family.pk for word in named if (family := given[word].family)}
        references.add(FAMILY, families)
        who = {e.row["local"]: pk for e in self._entries if e.row.get("local") and (pk := e.known or e.written)}
        references.add(PERSON, who)

    def _write_facts(self, new: list[Entry], given: dict[str, HouseholdGiven]) -> None:
        """Schools and vulnerable groups of those who are new, and of those known who had none."""
        context, enrolments, facts = self.context, [], []
        for entry in self._entries:
            person, scope = entry.known or entry.written, given[self._household_of(entry)].scope
            recorded = self._recorded(entry)
            if person and entry.row.get("school"):
                school = self._schools[entry.row["school"]] or ""
                since = entry.row.get("on_roll_since")
                enrolments.append(EnrolmentGiven(person, scope, school, since, recorded_at=recorded))
            if person:
                facts += [
                    FactGiven(person, scope, "vulnerable_group", group, recorded_at=recorded)
                    for group in entry.row.get("vulnerable_groups") or ()
                ]
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        schooling.enrol_many(context.actor, context.scope, enrolments=enrolments, **told)
        circumstances.record_many(context.actor, context.scope, facts=facts, **told)

    def _recorded(self, entry: Entry) -> datetime:
        """A list of today is known from now; the past of a service from the day the list says, or from its beginning."""
        given = entry.row.get("recorded")
        return self.context.recorded(None, given) if given or self.context.is_history else self.context.at

    def _named_families(self, households: dict[str, list[Entry]]) -> dict[str, Family]:
        """Families that lists before this one brought, by the word that they share."""
        references = self.context.references
        words = {entry.row["family"] for entry in self._entries if entry.row.get("family")}
        references.look_up(FAMILY, words)
        ids = {word: found for word in words if (found := references.get(FAMILY, word))}
        rows = {family.pk: family for family in Family.objects.filter(pk__in=ids.values())}
        return {word: rows[pk] for word, pk in ids.items() if pk in rows and word in households}

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
    def _recognise_within(
        households: dict[str, list[Entry]], families: dict[uuid.UUID | None, Family], named: dict[str, Family]
    ) -> None:
        """Inside a family that is known, the name alone says who somebody is: parents often come without a birth date."""
        members: dict[uuid.UUID, list[tuple[uuid.UUID, str, date | None]]] = defaultdict(list)
        known = {family.pk for family in (*families.values(), *named.values())}
        rows = Membership.objects.filter(family__in=known, until=None, person__merged_into=None)
        for family, person, name, born_on in rows.values_list(
            "family_id", "person_id", "person__search_name", "person__born_on"
        ):
            members[family].append((person, name, born_on))
        for key, entries in households.items():
            family_ = named.get(key) or next((families[e.known] for e in entries if e.known in families), None)
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
        self,
        entries: list[Entry],
        families: dict[uuid.UUID | None, Family],
        areas: dict[str, str],
        named: Family | None,
    ) -> HouseholdGiven:
        """The family with its scope and no places yet. A new one lies in the service, and where its first adult lives."""
        family = named or next((families[e.known] for e in entries if e.known in families), None)
        adults_first = sorted(entries, key=lambda e: e.row["part"] == "child")
        home = next((area for e in adults_first if (area := self._home(e, areas))), "")
        scope = family.scope if family else Scope.of(service=self.context.service, area=home)
        recorded = min(self._recorded(e) for e in entries)
        return HouseholdGiven(f"{adults_first[0].row['last_name']} family", scope, [], family, recorded)

    def _home(self, entry: Entry, areas: dict[str, str]) -> str | None:
        return self._areas.get(entry.row.get("locality")) or areas.get(entry.row.get("postcode") or "")

    def _place(self, entry: Entry, person: Person, areas: dict[str, str]) -> Place:
        row = entry.row
        return Place(
            person,
            row["part"],
            row.get("address") or "",
            row.get("postcode") or "",
            self._home(entry, areas),
            since=row.get("since"),
            until=row.get("until"),
            lives_there_since=row.get("lives_there_since"),
            recorded_at=self._recorded(entry),
        )

    def _person(self, entry: Entry, scope: Scope) -> PersonGiven:
        row = entry.row
        words = {key: row.get(key) or "" for key in ("known_as", "sex", "phone", "upn", "nhs")}
        own = self.context.own_number(row["local"]) if row.get("local") else ""
        return PersonGiven(
            row["first_name"],
            row["last_name"],
            born_on=row.get("born_on"),
            local=own,
            scope=Scope(scope.keys, restricted=bool(row.get("restricted")) or scope.restricted),
            recorded_at=self._recorded(entry),
            **words,
        )


def groups(cell: str) -> tuple[str, ...]:
    """Codes of groups, whatever way they are written: Young carer becomes young_carer."""
    return tuple(re.sub(r"\W+", "_", word.lower()).strip("_") for word in separated(cell))


class PeopleList(Kind):
    name = "people"
    title = "People and families"
    turn = 20
    file_names = (
        "people",
        "persons",
        "members",
        "clients",
    )
    columns = (
        Column("family", "Family", text(60), FAMILY_NAMES),
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
        Column("local", "Own number", text(60), PERSON_NAMES),
        Column("phone", "Phone", text(40), ("Telephone", "Mobile", "Telephone number", "Phone number")),
        Column("address", "Address", text(300), ("Address lines", "Street", "Home address")),
        Column("postcode", "Postcode", postcode, ("Post code", "Home postcode")),
        Column("locality", "Locality", text(120), ("Area", "Home locality", "Home area", "Cluster", "District")),
        Column("lives_there_since", "Lives there since", day, ("Address since", "Address start date", "Moved in")),
        Column("since", "In the family since", day, ("Joined the family", "Member since")),
        Column("until", "In the family until", day, ("Left the family", "Member until")),
        Column("school", "School", text(160), ("School number", "DfE number", "School code", "Establishment")),
        Column("on_roll_since", "On roll since", day, ("School start date", "Enrolled", "Enrolment date")),
        Column("vulnerable_groups", "Vulnerable groups", groups, ("Vulnerable group", "Priority groups")),
        Column("restricted", "Restricted", yes_no, ("Is restricted", "Restricted record")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"part", "first_name", "last_name"}),)
    load = People

    @classmethod
    def undo(cls, context: Context) -> int:
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        circumstances.undo(context.actor, context.scope, **told)
        schooling.undo(context.actor, context.scope, with_people=context.is_history, **told)
        return commands.undo(context.actor, context.scope, **told)
