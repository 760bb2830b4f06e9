"""People of a list written household by household: who is new, where they live, their school and their circumstances.

Inside a family that is known, the name alone says who somebody is.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from fingerpost.exchange.imports.kinds.base import MATCHING, Context
from fingerpost.exchange.imports.kinds.lookups import FAMILY, PERSON, Areas
from fingerpost.exchange.imports.kinds.people_known import Entry
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.circumstances.commands import FactGiven
from fingerpost.people.families import commands
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.people.families.writing import HouseholdGiven, PersonGiven, Place
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import EnrolmentGiven
from fingerpost.people.schooling.superseding import Written


class Households:
    """The households that the rows of a list form."""

    def __init__(self, context: Context, entries: list[Entry], schools: Schools, areas: Areas) -> None:
        self._context, self._entries = context, entries
        self._schools, self._areas = schools, areas

    def write(self) -> Written:
        """Write who is new and settle the households. Returns how many people are new and how many were known."""
        context, households = self._context, self._households()
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
        references = self._context.references
        named = {e.row["family"] for e in self._entries if e.row.get("family")}
        families = {word: family.pk for word in named if (family := given[word].family)}
        references.add(FAMILY, families)
        who = {e.row["local"]: pk for e in self._entries if e.row.get("local") and (pk := e.known or e.written)}
        references.add(PERSON, who)

    def _write_facts(self, new: list[Entry], given: dict[str, HouseholdGiven]) -> None:
        """Schools and vulnerable groups of those who are new, and of those known who had none."""
        context, enrolments, facts = self._context, [], []
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
        return self._context.recorded(None, given) if given or self._context.is_history else self._context.at

    def _named_families(self, households: dict[str, list[Entry]]) -> dict[str, Family]:
        """Families that lists before this one brought, by the word that they share."""
        references = self._context.references
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
        scope = family.scope if family else Scope.of(service=self._context.service, area=home)
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
        own = self._context.own_number(row["local"]) if row.get("local") else ""
        return PersonGiven(
            row["first_name"],
            row["last_name"],
            born_on=row.get("born_on"),
            local=own,
            scope=Scope(scope.keys, restricted=bool(row.get("restricted")) or scope.restricted),
            recorded_at=self._recorded(entry),
            **words,
        )
