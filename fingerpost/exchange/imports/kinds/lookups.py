"""Whom and what the rows of a list speak of: families, people, cases, staff, areas, each looked up block by block."""

import uuid
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Q
from django.utils import timezone

from fingerpost.exchange.imports.columns import bare
from fingerpost.exchange.imports.faults import Fault, Faulty
from fingerpost.exchange.imports.kinds.base import LINE, MATCHING, Context
from fingerpost.exchange.imports.references import folded
from fingerpost.ground.access.actor import HasScope
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.people.families import names
from fingerpost.people.families.models import Family, Identifier, Membership, Person
from fingerpost.work.casework.commands.bringing import OnCase
from fingerpost.work.casework.models import Case
from fingerpost.work.groups.models import Run
from fingerpost.work.workforce.models import Holding

Found = TypeVar("Found", bound=HasScope)
FAMILY, PERSON, REQUEST, CASE, STAFF, RUN, SESSION = (
    "family", "person", "request", "case", "staff", "run", "session",
)  # fmt: skip
NOBODY = (
    "is in none of the lists, and nothing that you may open here. Check the reference, or add the row that it names."
)


def unknown(line: int, column: str, what: str, reference: str) -> Fault:
    """The fault of a row that names something which no list and no record holds."""
    return Fault(line, column, f"{what} {reference[:60]!r} {NOBODY}")


@dataclass(frozen=True, slots=True)
class FamilyFound:
    """A family that a row names."""

    id: uuid.UUID
    scope: Scope
    members: tuple[tuple[uuid.UUID, str, str], ...] = ()  # person, plain name, part


class Groups:
    """The groups that the contract puts first, by their codes or by their labels, however written."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @cached_property
    def _codes(self) -> dict[str, str]:
        try:
            priority = self._context.rules.contract.pathway.priority
        except Faulty:  # without a contract there are no groups to tell apart
            return {}
        listed = priority.groups.items() if priority else ()
        return {bare(word): code for code, group in listed for word in (code, group.label)}

    def fault_of(self, row: dict[str, Any]) -> Fault | None:
        """Put the codes in place of what the row says. Gives the fault of a row that names a group which nobody knows."""
        said = row.get("vulnerable_groups") or ()
        if not said or not self._codes:
            return None
        if strange := [word for word in said if bare(word) not in self._codes]:
            known = ", ".join(dict.fromkeys(self._codes.values()))
            why = f"{strange[0][:40]!r} is no group of the contract. Use: {known}; put a semicolon between two."
            return Fault(row[LINE], "Vulnerable groups", why)
        row["vulnerable_groups"] = tuple(dict.fromkeys(self._codes[bare(word)] for word in said))
        return None


class Families:
    """Families by the provider's reference, or by ours."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_word: dict[str, uuid.UUID] = {}
        self._found: dict[uuid.UUID, FamilyFound] = {}

    def look_up(self, words: Iterable[str | None]) -> None:
        """Read those not asked for before: three or four queries for a block."""
        wanted = {word for word in words if word and folded(word) not in self._by_word}
        if not wanted:
            return
        references = self._context.references
        references.look_up(FAMILY, wanted)
        by_reference = {folded(word): found for word in wanted if (found := references.get(FAMILY, word))}
        others = {word.upper() for word in wanted if folded(word) not in by_reference}
        within = Family.objects.visible_to(MATCHING).filter(scope_keys__overlap=sorted(self._context.scope.keys))
        held = within.filter(ref__in=others).values_list("id", "ref", "scope_keys", "restricted")
        rows = {ref: (pk, Scope(frozenset(keys), restricted)) for pk, ref, keys, restricted in held}
        hidden = self._context.hides({ref: scope for ref, (_, scope) in rows.items()})
        by_ref = {folded(ref): pk for ref, (pk, _) in rows.items() if ref not in hidden}
        self._by_word |= by_reference | by_ref
        self.read({*by_reference.values(), *by_ref.values()})

    def read(self, ids: Iterable[uuid.UUID]) -> None:
        """Read families by id."""
        new = {pk for pk in ids if pk not in self._found}
        members: dict[uuid.UUID, list[tuple[uuid.UUID, str, str]]] = defaultdict(list)
        rows = Membership.objects.filter(family__in=new, until=None).order_by("recorded_at", "id")
        for family, person, name, part in rows.values_list("family_id", "person_id", "person__search_name", "part"):
            members[family].append((person, name, part))
        for pk, keys, restricted in Family.objects.filter(pk__in=new).values_list("id", "scope_keys", "restricted"):
            self._found[pk] = FamilyFound(pk, Scope(frozenset(keys), restricted), tuple(members[pk]))

    def get(self, word: str | None) -> FamilyFound | None:
        """The family that a word names; None for nothing and for one that is unknown."""
        known = self._by_word.get(folded(word)) if word else None
        return self._found.get(known) if known else None

    def by_id(self, pk: uuid.UUID) -> FamilyFound:
        """A family read before."""
        return self._found[pk]


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A person whom a row names."""

    id: uuid.UUID
    scope: Scope


class People:
    """People by the provider's own number, by pupil or NHS number, or by name inside a family."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_word: dict[str, uuid.UUID] = {}
        self._by_name: dict[str, uuid.UUID] = {}
        self._asked: set[str] = set()
        self._found: dict[uuid.UUID, PersonFound] = {}
        self._families: dict[uuid.UUID, uuid.UUID | None] = {}

    def look_up(self, words: Iterable[str | None]) -> None:
        """Read those not asked for before: four queries for a block."""
        new = {word for word in words if word and folded(word) not in self._asked}
        if not new:
            return
        self._asked |= {folded(word) for word in new}
        self._context.references.look_up(PERSON, new)
        for word in new:
            if (known := self._context.references.get(PERSON, word)) is not None:
                self._by_word[folded(word)] = known
        self._by_word |= self._by_number({word for word in new if folded(word) not in self._by_word})
        self._by_name |= self._named({word for word in new if folded(word) not in self._by_word})
        self.read({*self._by_word.values(), *self._by_name.values()})

    def _by_number(self, words: set[str]) -> dict[str, uuid.UUID]:
        written = {word.replace(" ", "").upper(): word for word in words}
        written |= {self._context.own_number(word): word for word in words}
        rows = Identifier.objects.visible_to(MATCHING).filter(value__in=written)
        rows = rows.filter(scope_keys__overlap=sorted(self._context.scope.keys))
        found, lie = dict[str, uuid.UUID](), dict[str, Scope]()
        fields = ("value", "person_id", "person__merged_into_id", "scope_keys", "restricted")
        for value, person, merged, keys, restricted in rows.order_by("-is_doubted").values_list(*fields):
            scope = Scope(frozenset(keys), restricted)
            if value not in found or self._context.meets(scope):  # a doubted number gives way to whose it is
                found[value], lie[value] = merged or person, scope
        hidden = self._context.hides(lie)
        self._context.hidden.update(folded(written[value]) for value in hidden)
        return {folded(written[value]): person for value, person in found.items() if value not in hidden}

    def _named(self, words: set[str]) -> dict[str, uuid.UUID]:
        """Those whose whole name only one person of the service bears, among those whom whoever loads the list may meet."""
        plain = {names.search_name(word, ""): word for word in words if " " in word and names.plain(word)}
        rows = Person.objects.visible_to(self._context.actor).filter(search_name__in=plain, merged_into=None)
        bearers: dict[str, list[uuid.UUID]] = defaultdict(list)
        for pk, name in rows.filter(scope_keys__overlap=sorted(self._context.scope.keys)).values_list(
            "id", "search_name"
        ):
            bearers[name].append(pk)
        return {folded(plain[name]): people[0] for name, people in bearers.items() if len(people) == 1}

    def read(self, ids: Iterable[uuid.UUID]) -> None:
        """Read people by id."""
        new = {pk for pk in ids if pk not in self._found}
        rows = Person.objects.filter(pk__in=new) if new else Person.objects.none()
        for pk, keys, restricted in rows.values_list("id", "scope_keys", "restricted"):
            self._found[pk] = PersonFound(pk, Scope(frozenset(keys), restricted))

    def get(self, word: str | None, family: FamilyFound | None = None) -> PersonFound | None:
        """The person whom a word names: by number; by name in the family, where one is given; by a name borne by one."""
        if not word:
            return None
        known = self._by_word.get(folded(word))
        if known is None and family is not None:
            known = self._in_family(word, family)
        known = known or self._by_name.get(folded(word))
        if known is not None and known not in self._found:
            self.read({known})
        return self._found.get(known) if known else None

    def look_up_families(self, words: Iterable[str | None]) -> None:
        """Read in which families these people live now. One query for a block."""
        people = {found.id for word in words if (found := self.get(word))} - self._families.keys()
        rows = Membership.objects.filter(person__in=people, until=None, family__merged_into=None)
        self._families.update(dict.fromkeys(people))
        self._families.update(rows.order_by("-recorded_at").values_list("person_id", "family_id"))

    def family_of(self, person: uuid.UUID) -> uuid.UUID | None:
        """The family a person lives in, as read before."""
        return self._families.get(person)

    @staticmethod
    def _in_family(word: str, family: FamilyFound) -> uuid.UUID | None:
        name = names.plain(word)
        if not name:
            return None
        alike = {
            pk
            for pk, full, _ in family.members
            if full == name or full.startswith(f"{name} ") or full.split(" ")[0] == name
        }
        return alike.pop() if len(alike) == 1 else None


class ByReference(ABC, Generic[Found]):
    """Records by the provider's reference, or by ours."""

    kind: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self.context = context
        self._by_word: dict[str, Found] = {}
        self._asked: set[str] = set()

    def look_up(self, words: Iterable[str | None]) -> None:
        """Read those not asked for before: two queries for a block. The provider's reference stands before one of ours."""
        new = {word for word in words if word and folded(word) not in self._asked}
        if not new:
            return
        self._asked |= {folded(word) for word in new}
        references = self.context.references
        references.look_up(self.kind, new)
        by_id = {known: word for word in new if (known := references.get(self.kind, word))}
        by_ref = {word.upper(): word for word in new if references.get(self.kind, word) is None}
        rows = list(self.read(Q(pk__in=by_id) | Q(ref__in=by_ref)))
        named = {ref: found for _, ref, found in rows if ref in by_ref}
        hidden = self.context.hides({ref: found.scope for ref, found in named.items()})
        self._by_word |= {folded(by_ref[ref]): found for ref, found in named.items() if ref not in hidden}
        self._by_word |= {folded(by_id[pk]): found for pk, _, found in rows if pk in by_id}

    @abstractmethod
    def read(self, which: Q) -> Iterator[tuple[uuid.UUID, str, Found]]:
        """The records of this service among these: their ids and references, and what a row needs of them."""

    def get(self, word: str | None) -> Found | None:
        """The record that a word names; None for nothing and for one that is unknown."""
        return self._by_word.get(folded(word)) if word else None


@dataclass(frozen=True, slots=True)
class CaseFound:
    """A case that a row names."""

    on_case: OnCase
    service: str
    opened_on: date
    closed_on: date | None

    @property
    def id(self) -> uuid.UUID:
        return self.on_case.id

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(self.on_case.scope_keys), self.on_case.restricted)


class Cases(ByReference[CaseFound]):
    """Cases by the provider's reference, or by ours."""

    kind = CASE

    def read(self, which: Q) -> Iterator[tuple[uuid.UUID, str, CaseFound]]:
        rows = Case.objects.visible_to(MATCHING).filter(which, service=self.context.service)
        fields = ("id", "ref", "service", "family_id", "scope_keys", "restricted", "opened_at", "closed_at")
        for row in rows.only(*fields):
            held = OnCase(row.pk, row.family_id, row.scope_keys, row.restricted)
            closed_on = timezone.localdate(row.closed_at) if row.closed_at else None
            yield row.pk, row.ref, CaseFound(held, row.service, timezone.localdate(row.opened_at), closed_on)


@dataclass(frozen=True, slots=True)
class RunFound:
    """A run of a group that a row names."""

    id: uuid.UUID
    kind: str
    scope: Scope
    starts_on: date
    ends_on: date
    area: str
    ref: str


class Runs(ByReference[RunFound]):
    """Runs of groups by the provider's reference, or by ours."""

    kind = RUN

    def read(self, which: Q) -> Iterator[tuple[uuid.UUID, str, RunFound]]:
        for run in Run.objects.filter(which, service=self.context.service).select_related("programme"):
            kind = run.programme.kind
            yield run.pk, run.ref, RunFound(run.pk, kind, run.scope, run.starts_on, run.ends_on, run.area_id, run.ref)


class Staff:
    """Staff by the provider's reference, by address, or by a name that only one of them bears."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_word: dict[str, uuid.UUID | None] = {}
        self._teams: dict[uuid.UUID, uuid.UUID | None] = {}
        self._is_read = False

    def look_up(self, words: Iterable[str | None]) -> None:
        """Read the staff, once. A word that is a reference is read block by block."""
        self._context.references.look_up(STAFF, words)
        if self._is_read:
            return
        self._is_read = True
        users = list(User.objects.values_list("id", "email", "name"))
        held = Holding.objects.filter(post__service=self._context.service).order_by("since")
        self._teams = dict(held.values_list("user_id", "post__team_id"))
        # Somebody of this service before a namesake elsewhere.
        for pk, _, name in sorted(users, key=lambda user: user[0] not in self._teams):
            key = folded(name)
            known = self._by_word.get(key)
            is_doubtful = known is not None and (known in self._teams) == (pk in self._teams)
            self._by_word[key] = None if is_doubtful else known or pk
        self._by_word |= {folded(email): pk for pk, email, _ in users}

    def get(self, word: str | None) -> uuid.UUID | None:
        if not word:
            return None
        return self._context.references.get(STAFF, word) or self._by_word.get(folded(word))

    def team_of(self, user: uuid.UUID | None) -> uuid.UUID | None:
        """The team of the latest post that they held here."""
        return self._teams.get(user) if user else None


class Areas:
    """Keys of the service's areas by code or name, at any level; of two with one name the smaller. One query for a list."""

    def __init__(self, context: Context) -> None:
        areas = list(Area.objects.filter(scheme=context.service).order_by("depth", "code"))
        self._levels = {area.key: area.level for area in areas}
        self._by_word = {folded(area.name): area.key for area in areas}
        self._by_word |= {folded(area.code): area.key for area in areas}

    def get(self, word: str | None) -> str | None:
        return self._by_word.get(folded(word)) if word else None

    def level_of(self, key: str) -> str:
        return self._levels[key]


def said_of(row: dict[str, Any], *keys: str) -> Iterator[str]:
    """The cells of a row that are not empty, by key, those of several words one by one."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, tuple):
            yield from value
        elif value:
            yield value


def on_day(given: date | datetime) -> date:
    """The local day of a day or a moment."""
    return timezone.localdate(given) if isinstance(given, datetime) else given


__all__ = ["LINE", "Areas", "Cases", "Families", "People", "Staff", "on_day", "said_of", "unknown"]
