"""What a list says differently of people known: written, dated where it is dated, or named for somebody to look at."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import Context
from fingerpost.exchange.imports.kinds.lookups import Areas
from fingerpost.exchange.imports.kinds.people_known import Entry
from fingerpost.exchange.imports.kinds.people_schools import Plan, Wanted, planned
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.ground.places import queries as places
from fingerpost.people.families import commands, names, writing
from fingerpost.people.families.changes import ChangeGiven
from fingerpost.people.families.models import Address, Identifier, Membership, Person
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.models import Enrolment

OF_THE_PERSON = {"known_as": "Known as", "sex": "Sex", "phone": "Phone"}
NUMBERS = ("upn", "nhs", "local")


class Amended:
    """The rows of people known, against what is held of them."""

    def __init__(self, context: Context, entries: list[Entry], schools: Schools, areas: Areas) -> None:
        self._context, self._schools, self._areas = context, schools, areas
        self._entries = [entry for entry in entries if not (entry.is_hidden or entry.is_left_out)]
        self._repeats: dict[int, list[Entry]] = defaultdict(list)  # by the line of a person's first row
        for entry in self._entries:
            if entry.repeats is not None:
                self._repeats[entry.repeats.line].append(entry)
        self._changes: list[ChangeGiven] = []
        self._addresses: list[Address] = []
        self._identifiers: list[Identifier] = []
        self._plans: dict[int, Plan] = {}  # by that line too
        self._changed: set[uuid.UUID] = set()
        self._by_postcode: dict[str, str] = {}

    def look(self) -> Iterator[Fault]:
        """Work out what changes. Gives what is not changed and has to be looked at. Six queries."""
        self._by_postcode = places.areas_of(
            self._context.service, {e.row["postcode"] for e in self._entries if e.row.get("postcode")}
        )
        first = {entry.known: entry for entry in self._entries if entry.known and entry.repeats is None}
        people = Person.objects.in_bulk(list(first))
        homes = {
            home.person_id: home
            for home in Address.objects.filter(person__in=people, until=None).select_related("area")
        }
        owned = set(Identifier.objects.filter(person__in=people).values_list("person_id", "kind"))
        memberships = _by_person(Membership.objects.filter(person__in=people))
        rolls = _by_person(Enrolment.objects.filter(person__in=people))
        for pk, entry in first.items():
            person = people[pk]
            before = self._how_much()
            yield from self._person(entry, person, has_family=any(place.until is None for place in memberships[pk]))
            yield from self._home(entry, person, homes.get(pk))
            yield from self._place(entry, memberships[pk])
            self._numbers(entry, person, owned)
            plan = self._plan(entry, rolls[pk])
            yield from plan.named
            if self._how_much() != before or plan.has_news:
                self._changed.add(pk)

    @property
    def changed(self) -> set[uuid.UUID]:
        """The people of whom something changes."""
        return self._changed

    def _how_much(self) -> int:
        return len(self._changes) + len(self._addresses) + len(self._identifiers)

    def _person(self, entry: Entry, person: Person, *, has_family: bool) -> Iterator[Fault]:
        row = entry.row
        for key in OF_THE_PERSON:
            said = names.tidy(row.get(key) or "")
            if said and said != getattr(person, key):
                self._change(person, person.pk, key, said)
                if key == "known_as":
                    found = names.search_name(person.first_name, person.last_name, said)
                    self._change(person, person.pk, "search_name", found)
        if row.get("born_on") and person.born_on is None:
            self._change(person, person.pk, "born_on", row["born_on"])
        if row.get("restricted") and not (person.restricted or has_family):
            self._change(person, person.pk, "restricted", True)  # who has a family is restricted with it
        if row.get("recorded") and self._context.recorded(None, row["recorded"]) != person.recorded_at:
            why = f"We hold that this was recorded on {timezone.localdate(person.recorded_at):%d/%m/%Y}."
            yield Fault(entry.line, "Recorded", f"{why} The list did not change it.", "warning")
        said_name = names.tidy(f"{row['first_name'] or ''} {row['last_name'] or ''}")
        if said_name != person.full_name:
            yield Fault(
                entry.line, "Last name", f"We hold the name {person.full_name}. The list did not change it.", "warning"
            )

    def _home(self, entry: Entry, person: Person, held: Address | None) -> Iterator[Fault]:
        row = entry.row
        lines, postcode = names.tidy(row.get("address") or ""), row.get("postcode") or ""
        area = self._areas.get(row.get("locality")) or self._by_postcode.get(postcode)
        since = row.get("lives_there_since")
        if not (lines or postcode or area):
            return
        if held is not None and _is_home(held, lines, postcode, area):
            yield from self._better_known(entry, held, lines, postcode, area)
            return
        if held is not None and not (lines or postcode) and (held.lines or held.postcode):
            yield Fault(
                entry.line, "Locality", "We hold a home in another area. Give the address to change it.", "warning"
            )
            return
        begins = since or self._context.today
        if held is not None and held.since and begins <= held.since:
            why = f"We hold an address since {held.since:%d/%m/%Y}. The list did not change it."
            yield Fault(entry.line, "Postcode" if postcode else "Address", why, "warning")
            return
        if held is not None:
            self._change(held, person.pk, "until", begins - timedelta(days=1))
        new = writing.home_of(person, lines, postcode, None, since or (begins if held else None), self._context.at)  # type: ignore[arg-type]
        new.area_id, new.batch = area, self._context.batch
        if held is not None and held.is_protected:
            new.is_protected, new.scope_keys = True, held.scope_keys
        self._addresses.append(new)

    def _better_known(
        self, entry: Entry, held: Address, lines: str, postcode: str, area: str | None
    ) -> Iterator[Fault]:
        """The same home, of which the list may say more."""
        since = entry.row.get("lives_there_since")
        for field, said in (("lines", lines), ("postcode", postcode), ("area_id", area)):
            if said and not getattr(held, field):
                self._change(held, held.person_id, field, said)
        if entry.row.get("locality") and area and held.area and held.area_id != area:
            why = f"We hold a home in another area, {held.area.name}. The list did not change it."
            yield Fault(entry.line, "Locality", why, "warning")
        if since and held.since is None:
            self._change(held, held.person_id, "since", since)
        elif since and since != held.since:
            why = f"We hold that they have lived there since {held.since:%d/%m/%Y}. The list did not change it."
            yield Fault(entry.line, "Lives there since", why, "warning")

    def _place(self, entry: Entry, held: list[Membership]) -> Iterator[Fault]:
        """Since when, until when and as what somebody belongs to the family of the row."""
        row = entry.row
        own = [place for place in held if place.until is None] if len(held) > 1 else held
        if len(own) != 1:
            return
        place = own[0]
        if row.get("until") and place.until is None:
            if place.since and row["until"] < place.since:
                yield Fault(entry.line, "In the family until", "This day is before they joined the family.", "warning")
            else:
                self._change(place, place.person_id, "until", row["until"])
        elif row.get("until") and row["until"] != place.until:
            yield Fault(entry.line, "In the family until", f"We hold {place.until:%d/%m/%Y}.", "warning")
        if row.get("since") and place.since is None and not (place.until and row["since"] > place.until):
            self._change(place, place.person_id, "since", row["since"])
        elif row.get("since") and row["since"] != place.since:
            yield Fault(entry.line, "In the family since", f"We hold {place.since:%d/%m/%Y}.", "warning")
        if row["called"] and not place.called and row["part"] == place.part:
            self._change(place, place.person_id, "called", row["called"])
        if row["part"] != place.part:
            why = f"We hold them as {place.get_part_display().lower()}. The list did not change it."
            yield Fault(entry.line, "Part", why, "warning")

    def _numbers(self, entry: Entry, person: Person, owned: set[tuple[uuid.UUID, str]]) -> None:
        for kind, value in entry.described.numbers.items():
            if (person.pk, kind) not in owned:
                row = writing.identifier(person, kind, value, at=self._context.at, batch=self._context.batch)
                self._identifiers.append(row)

    def _plan(self, entry: Entry, held: list[Enrolment]) -> Plan:
        """The schools that all rows of a person name, against the rolls that are held."""
        wanted = [
            Wanted(
                school,
                one.row.get("on_roll_since"),
                one.row.get("on_roll_until"),
                one.row.get("registration") is not False,
                one.line,
            )
            for one in (entry, *self._repeats[entry.line])
            if one.row.get("school") and (school := self._schools[one.row["school"]])
        ]  # fmt: skip
        plan = planned(wanted, held, self._context.today)
        self._plans[entry.line] = plan
        self._changes += [
            ChangeGiven(row, row.person_id, field, value) for row, field, value in plan.changes if entry.known
        ]
        return plan

    def _change(self, row: Any, person: uuid.UUID, field: str, value: Any) -> None:
        self._changes.append(ChangeGiven(row, person, field, value))

    def write(self) -> set[uuid.UUID]:
        """Write it. Returns the people known who were changed."""
        context = self._context
        told: dict[str, Any] = {"batch": context.batch, "at": context.at}
        self._lay_anew()
        commands.amend_many(
            context.actor,
            context.scope,
            changes=self._changes,
            addresses=self._addresses,
            identifiers=self._identifiers,
            **told,
        )
        self._enrol(told)
        return self._changed

    def _lay_anew(self) -> None:
        """New rows lie where the person lies now, who may have been restricted by this very list."""
        homes = [home for home in self._addresses if not home.is_protected]
        rows: list[Address | Identifier] = [*homes, *self._identifiers]
        people = Person.objects.in_bulk({row.person_id for row in rows})
        for row in rows:
            row.scope = people[row.person_id].scope

    def _enrol(self, told: dict[str, Any]) -> None:
        first = [entry for entry in self._entries if entry.repeats is None]
        for entry in first:
            if entry.line not in self._plans:  # somebody new
                self._plan(entry, [])
        by_line = {entry.line: entry for entry in self._entries}
        people = Person.objects.in_bulk({entry.person for entry in first if self._plans[entry.line].new})
        given = [
            schooling.EnrolmentGiven(
                person.pk, person.scope, new.school, new.since, new.until, self._recorded(by_line[new.line]), new.is_main
            )
            for entry in first
            for new in self._plans[entry.line].new
            if (person := people[entry.person])
        ]  # fmt: skip
        schooling.enrol_many(self._context.actor, self._context.scope, enrolments=given, **told)

    def _recorded(self, entry: Entry) -> Any:
        given = entry.row.get("recorded")
        context = self._context
        return context.recorded(None, given) if given or context.is_history else context.at


def _is_home(held: Address, lines: str, postcode: str, area: str | None) -> bool:
    """Whether the list speaks of the home that is held: it may say less of it, or more."""
    if postcode and held.postcode and postcode != held.postcode:
        return False
    if lines and held.lines and names.plain(lines) != names.plain(held.lines):
        return False
    if postcode or lines:
        return (
            bool(postcode and postcode == held.postcode)
            or bool(lines and held.lines)
            or not (held.lines or held.postcode)
        )
    return area is None or area == held.area_id


def _by_person(rows: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
