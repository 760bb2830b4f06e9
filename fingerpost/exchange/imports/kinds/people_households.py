"""People of a list written household by household: who is new, where they live, their school and their circumstances.

Of those known, what the list says differently is written by `people_amended`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fingerpost.exchange.imports.kinds.base import Context
from fingerpost.exchange.imports.kinds.lookups import FAMILY, PERSON, Areas
from fingerpost.exchange.imports.kinds.people_amended import Amended
from fingerpost.exchange.imports.kinds.people_hidden import Hidden
from fingerpost.exchange.imports.kinds.people_judged import Judged, came, fingerprint
from fingerpost.exchange.imports.kinds.people_known import Entry
from fingerpost.exchange.imports.kinds.restricted import restrict_as_listed
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.circumstances.commands import FactGiven
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families import commands
from fingerpost.people.families.checks import Raised, raise_checks
from fingerpost.people.families.models import Family, Identifier, Membership, Person
from fingerpost.people.families.writing import HouseholdGiven, PersonGiven, Place
from fingerpost.people.schooling.codes import no_school
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.referrals.raising import tell_lead

AT_NO_SCHOOL = "at_no_school"
"""The circumstance of a child who is on no roll; its value says why: home_educated, educated_otherwise."""


class Households:
    """The households that the rows of a list form."""

    def __init__(self, context: Context, judged: Judged, amended: Amended, hidden: Hidden, areas: Areas) -> None:
        self._context, self._judged, self._areas = context, judged, areas
        self._amended, self._hidden = amended, hidden
        self._entries = [entry for entry in judged.entries if not entry.is_left_out]
        self._changed: set[UUID | None] = set()  # people known of whom something was written

    def write(self) -> Written:
        """Write who is new, settle the households, and amend what is known. Returns how many people are new, changed, as before."""
        context = self._context
        areas = places.areas_of(context.service, {e.row["postcode"] for e in self._entries if e.row.get("postcode")})
        self._restrict()
        given = self._households(areas)
        new = [entry for entry in self._entries if entry.repeats is None and entry.person is None]
        people = commands.register_many(
            context.actor,
            context.scope,
            people=[
                self._person(entry, given[entry.household].scope) for entry in self._without_numbers_of_others(new)
            ],
            batch=context.batch,
            at=context.at,
        )
        for entry, person in zip(new, people, strict=True):
            entry.written = person.pk
            given[entry.household].places.append(self._place(entry, person, areas))
        self._bring_in_the_known(given)
        settled = [household for household in given.values() if household.places]
        commands.settle_many(context.actor, context.scope, households=settled, batch=context.batch, at=context.at)
        self._note_references(given)
        self._changed |= self._amended.write()
        self._write_facts()
        self._raise_checks(new)
        first = [entry for entry in self._entries if entry.repeats is None]
        as_new = sum(entry.written is not None for entry in first) + self._hidden.new
        changed = sum(entry.known in self._changed for entry in first if not entry.is_hidden) + self._hidden.changed
        return Written(added=as_new, changed=changed, unchanged=len(first) - as_new - changed)

    def _restrict(self) -> None:
        """What a list says to be restricted is restricted before anything else is written of it."""
        known = {e.known for e in self._entries if e.row.get("restricted") and e.known and not e.is_hidden}
        open_ = (
            set(Person.objects.filter(pk__in=known, restricted=False).values_list("pk", flat=True)) if known else set()
        )
        homes = Membership.objects.filter(person__in=open_, until=None, family__merged_into=None).values("family_id")
        families = list(Family.objects.filter(pk__in=homes, restricted=False)) if open_ else []
        restrict_as_listed(self._context, families)
        self._changed |= open_
        now = Family.objects.in_bulk([family.pk for family in families])
        for standing in (self._judged.named, self._judged.families):
            self._read_anew(standing, now)  # type: ignore[arg-type]

    @staticmethod
    def _read_anew(standing: dict[Any, Family], now: dict[UUID, Family]) -> None:
        standing.update({key: now[family.pk] for key, family in standing.items() if family.pk in now})

    def _households(self, areas: dict[str, str]) -> dict[str, HouseholdGiven]:
        """The families of the rows, those formed anew among them, without places yet."""
        standing = {family.pk for family in self._judged.families.values()}
        have_words = self._judged.has_word(standing)
        given = {}
        for key, entries in self._judged.households.items():
            kept = [entry for entry in entries if not entry.is_left_out]
            family = None if key in self._judged.hidden_words else self._judged.named.get(key)
            if family is None:
                family = next((f for e in kept if (f := self._family_of(e)) and f.pk not in have_words), None)
            if family is None and not entries[0].row.get("family"):
                family = next((f for e in kept if (f := self._family_of(e))), None)
            if kept:
                given[key] = self._household(kept, areas, family)
        return given

    def _family_of(self, entry: Entry) -> Family | None:
        if entry.is_hidden or entry.known is None:
            return None
        return self._judged.families.get(entry.known)

    def _household(self, entries: list[Entry], areas: dict[str, str], family: Family | None) -> HouseholdGiven:
        """The family with its scope and no places yet. A new one lies in the service, and where its first adult lives."""
        adults_first = sorted(entries, key=lambda e: e.row["part"] == "child")
        home = next((area for e in adults_first if (area := self._home(e, areas))), "")
        scope = family.scope if family else Scope.of(service=self._context.service, area=home)
        recorded = min(self._recorded(e) for e in entries)
        first = adults_first[0].row
        return HouseholdGiven(f"{first['last_name'] or first['first_name']} family", scope, [], family, recorded)

    def _bring_in_the_known(self, given: dict[str, HouseholdGiven]) -> None:
        """Somebody known whom the list names in a family where they have no place yet: in none so far, or in a second one."""
        moving: dict[tuple[UUID, str], Entry] = {}
        for entry in self._entries:
            household = given[entry.household]
            person = entry.person
            if person is None or entry.is_hidden or entry.written or not self._names_a_place(entry, household):
                continue
            if entry.repeats and not entry.known and entry.repeats.household == entry.household:
                continue
            moving.setdefault((person, entry.household), entry)
        people = Person.objects.in_bulk({person for person, _ in moving})
        rows = Membership.objects.filter(person__in=people).values_list("person_id", "family_id")
        belongs = set(rows)
        for (person, key), entry in moving.items():
            family = given[key].family
            if family is None or (person, family.pk) not in belongs:
                row = entry.row
                place = Place(
                    people[person], row["part"], row["called"], since=row.get("since"), until=row.get("until")
                )
                given[key].places.append(replace(place, recorded_at=self._recorded(entry)))
                self._changed.add(person)

    def _names_a_place(self, entry: Entry, household: HouseholdGiven) -> bool:
        """Whether a row of somebody known says to what family they belong, or they belong to none."""
        if entry.row.get("family"):
            return True
        return household.family is None

    def _note_references(self, given: dict[str, HouseholdGiven]) -> None:
        """Later lists name families and people by the provider's own words."""
        references = self._context.references
        named = {e.row["family"]: e.household for e in self._entries if e.row.get("family")}
        families = {word: family.pk for word, key in named.items() if (family := given[key].family) and family.pk}
        references.add(FAMILY, families)
        references.add(PERSON, {e.row["local"]: pk for e in self._entries if e.row.get("local") and (pk := e.person)})

    def _write_facts(self) -> None:
        """The vulnerable groups of everybody whom whoever loads the list may meet, and why somebody is at no school."""
        context = self._context
        told = [(pk, entry, fact) for entry in self._entries if (pk := entry.person) for fact in _facts_of(entry)]
        people = {pk for pk, entry, _ in told if not entry.is_hidden}
        scopes = {person.pk: person.scope for person in Person.objects.filter(pk__in=people)} if people else {}
        facts = [
            FactGiven(pk, scopes[pk], *fact, recorded_at=self._recorded(entry))
            for pk, entry, fact in told
            if pk in scopes and not entry.is_hidden
        ]
        standing = set(
            Circumstance.objects.filter(person__in=scopes, is_true=True).values_list("person_id", "kind", "value")
        )
        self._changed |= {fact.person_id for fact in facts if (fact.person_id, fact.kind, fact.value) not in standing}
        circumstances.record_many(context.actor, context.scope, facts=facts, batch=context.batch, at=context.at)

    def _raise_checks(self, new: list[Entry]) -> None:
        """Everybody written down anew who may be somebody known, and every row of somebody restricted that says something new."""
        context = self._context
        raised = [
            Raised(finding, came(entry), self._source(entry), entry.written, fingerprint=fingerprint(context, entry))
            for entry in new
            for finding in entry.answer.findings
        ]
        raised += self._hidden.news(self._source)
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        tell_lead(context.actor, raise_checks(raised, service=context.service, **told), context.at)

    def _source(self, entry: Entry) -> str:
        return f"List {self._context.file_name or 'of people'}, line {entry.line}"

    def _without_numbers_of_others(self, entries: list[Entry]) -> list[Entry]:
        """The entries, their numbers left out where somebody else has them: who that is, a person decides."""
        numbers = {value for entry in entries for value in entry.described.numbers.values()}
        owned = set(Identifier.objects.filter(value__in=numbers).values_list("kind", "value")) if numbers else set()
        kept = []
        for entry in entries:
            taken = [kind for kind, value in entry.described.numbers.items() if (kind, value) in owned]
            kept.append(replace(entry, row={**entry.row, **dict.fromkeys(taken, "")}) if taken else entry)
        return kept

    def _recorded(self, entry: Entry) -> datetime:
        """A list of today is known from now; the past of a service from the day the list says, or from its beginning."""
        given = entry.row.get("recorded")
        return self._context.recorded(None, given) if given or self._context.is_history else self._context.at

    def _home(self, entry: Entry, areas: dict[str, str]) -> str | None:
        return self._areas.get(entry.row.get("locality")) or areas.get(entry.row.get("postcode") or "")

    def _place(self, entry: Entry, person: Person, areas: dict[str, str]) -> Place:
        row = entry.row
        return Place(
            person,
            row["part"],
            row["called"],
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
            row["first_name"] or "",
            row["last_name"] or "",
            born_on=row.get("born_on"),
            local=own,
            scope=Scope(scope.keys, restricted=bool(row.get("restricted")) or scope.restricted),
            recorded_at=self._recorded(entry),
            **words,
        )


def _facts_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """The dated facts that a row tells of a person: kind and value."""
    for group in entry.row.get("vulnerable_groups") or ():
        yield "vulnerable_group", group
    if why := no_school(entry.row.get("school") or ""):
        yield AT_NO_SCHOOL, why
