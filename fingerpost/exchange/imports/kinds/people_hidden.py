"""Rows of restricted people whom whoever loads the list may not meet: how they count, and which of them say something new.

Nothing of such a row is written. It counts as it would count if nobody knew the person: as new the first time, later by what the
rows before it said, so that no number tells that somebody is known, or that their record was restricted since.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from fingerpost.exchange.imports.kinds.base import Context
from fingerpost.exchange.imports.kinds.lookups import Areas
from fingerpost.exchange.imports.kinds.people_amended import Amended
from fingerpost.exchange.imports.kinds.people_judged import Judged, came
from fingerpost.exchange.imports.kinds.people_known import Entry
from fingerpost.exchange.imports.kinds.pupils import Schools
from fingerpost.exchange.imports.models import List
from fingerpost.people.families import names
from fingerpost.people.families.checks import Raised, fingerprint_of
from fingerpost.people.families.models import Person, PersonCheck
from fingerpost.people.families.recognition import Candidate, Described

WHO = ("first_name", "last_name", "known_as", "born_on", "upn", "nhs", "local")


class Hidden:
    """The hidden rows of a list, against what lists of the service said of the same people before."""

    def __init__(self, context: Context, judged: Judged, schools: Schools, areas: Areas) -> None:
        self._context, self._judged = context, judged
        rows = [entry for entry in judged.first_rows if entry.is_hidden and not entry.is_left_out]
        self._rows = [entry for entry in rows if entry.known is not None]
        self._said = self._said_before()
        self._brought, self._differ = self._brought_before(schools, areas)
        self.new = sum(self._is_new(entry) for entry in rows)
        self.changed = sum(not self._is_new(entry) and self._says_more(entry) for entry in rows)

    def news(self, source: Callable[[Entry], str]) -> list[Raised]:
        """What the rows say that was not said before, for the safeguarding lead."""
        rows = {fingerprint_of(came(entry)): entry for entry in self._rows if self._is_news(entry)}
        return [
            Raised(entry.answer.findings[0], came(entry), source(entry), fingerprint=print_)
            for print_, entry in rows.items()
        ]

    def _is_news(self, entry: Entry) -> bool:
        return bool(entry.answer.findings) and (self._is_new(entry) or self._says_more(entry))

    def _is_new(self, entry: Entry) -> bool:
        return entry.line not in self._brought and not self._said[entry.line]

    def _says_more(self, entry: Entry) -> bool:
        """Whether the row says a word that neither the record nor a row before it has."""
        if entry.line in self._brought and entry.line not in self._differ:
            return False
        said = self._said[entry.line]
        words = came(entry)
        if entry.line in self._brought and not said:
            return True
        return any(all(word != before.get(key) for before in said) for key, word in words.items())

    def _said_before(self) -> dict[int, list[Mapping[str, str]]]:
        """By line, what rows of earlier lists said of somebody by the very same names and numbers. One query."""
        found: dict[int, list[Mapping[str, str]]] = defaultdict(list)
        if not self._rows:
            return found
        about: dict[uuid.UUID, list[Mapping[str, str]]] = defaultdict(list)
        rows = PersonCheck.objects.filter(person__in={e.known for e in self._rows}, service=self._context.service)
        for person, words in rows.filter(batch__isnull=False).values_list("person_id", "came"):
            about[person].append(words)
        for entry in self._rows:
            who = _who(came(entry))
            found[entry.line] = [words for words in about[entry.known] if _who(words) == who]  # type: ignore[index]
        return found

    def _brought_before(self, schools: Schools, areas: Areas) -> tuple[set[int], set[int]]:
        """Lines of people whom a list of this service wrote down by the very same words; and those that now say otherwise."""
        if not self._rows:
            return set(), set()
        people = Person.objects.in_bulk({entry.known for entry in self._rows})
        batches = {person.batch for person in people.values() if person.batch}
        lists = set(List.objects.filter(pk__in=batches, service=self._context.service).values_list("pk", flat=True))
        held = self._judged.candidates(people)
        brought = [
            replace(entry, is_hidden=False)
            for entry in self._rows
            if people[entry.known].batch in lists  # type: ignore[index]
            and _is_described_whole(entry.described, held[entry.known])  # type: ignore[index]
        ]
        amended = Amended(self._context, brought, schools, areas)
        differ = {fault.line for fault in amended.look()}
        differ |= {entry.line for entry in brought if entry.known in amended.changed}
        return {entry.line for entry in brought}, differ


def _who(words: Mapping[str, str]) -> dict[str, str]:
    return {key: words[key] for key in WHO if words.get(key)}


def _is_described_whole(said: Described, held: Candidate) -> bool:
    """Whether every name, day and number that is held is said, and no other: somebody who guesses does not say them all."""
    numbers = {kind: {value} for kind, value in said.numbers.items() if value}
    return (
        said.name == names.plain(f"{held.first_name} {held.last_name}")
        and names.plain(said.known_as) == names.plain(held.known_as)
        and said.born_on == held.born_on
        and numbers == {kind: set(values) for kind, values in held.numbers.items()}
    )
