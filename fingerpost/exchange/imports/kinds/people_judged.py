"""Who the rows of a list of people are, judged family by family, and what has to be looked at."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator

from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import Context
from fingerpost.exchange.imports.kinds.lookups import FAMILY
from fingerpost.exchange.imports.kinds.people_known import Entry, Known
from fingerpost.exchange.imports.kinds.people_repeated import adds_to
from fingerpost.exchange.imports.models import Reference
from fingerpost.people.families.checks import fingerprint_of
from fingerpost.people.families.models import Family, Membership, Person, PersonCheck
from fingerpost.people.families.recognition import Candidate, Verdict

MOST_NAMED = 3


class Judged:
    """The rows of a list with who each is, and the families that they name.

    `named` are families by the list's own word. `families` are those in which people known beyond doubt live now.
    """

    def __init__(self, context: Context, known: Known, entries: list[Entry]) -> None:
        self._context, self._known = context, known
        self.entries = entries
        self.households: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.households[entry.household].append(entry)
        self.named: dict[str, Family] = {}
        self.families: dict[uuid.UUID, Family] = {}
        self.hidden_words: set[str] = set()

    @property
    def first_rows(self) -> list[Entry]:
        """One row for each person."""
        return [entry for entry in self.entries if entry.repeats is None]

    def candidates(self, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Candidate]:
        """People whom rows mean, as held."""
        return self._known.candidates(people)

    def judge(self) -> Iterator[Fault]:
        """Judge every row, and give what somebody should look at. A fixed number of queries."""
        self.named = self._named_families()
        members = self._known.members(family.pk for family in self.named.values())
        for entry in self.first_rows:
            family = self.named.get(entry.household)
            people = members.get(family.pk, {}) if family else {}
            entry.answer = self._known.judge(entry, members=people, family=people, ties=())
        self._judge_with_ties()
        self._ask_once()
        yield from self._settle()

    def _judge_with_ties(self) -> None:
        """Once somebody of a group of rows is known, the others are compared with those they live with."""
        sure = {entry.answer.same for entry in self.first_rows if entry.answer.same}
        self.families = self._families_of(sure)
        members = self._known.members({family.pk for family in self.families.values()})
        for entries in self.households.values():
            tied = {self.families[pk].pk for e in entries if (pk := e.answer.same) in self.families}
            family = self.named.get(entries[0].household)
            people = {person: part for pk in tied for person, part in members[pk].items()}
            own = members.get(family.pk, {}) if family else {}
            for entry in entries:
                if entry.repeats is None and entry.answer.same is None and people:
                    entry.answer = self._known.judge(entry, members=people | own, family=own, ties=people)
        more = {entry.answer.same for entry in self.first_rows if entry.answer.same} - sure
        self.families |= self._families_of(more)

    def _ask_once(self) -> None:
        """A row that was asked about before is the one written down then, or whom it was said to be."""
        doubtful = [entry for entry in self.first_rows if entry.answer.verdict is Verdict.PERHAPS]
        prints = {fingerprint(self._context, entry): entry for entry in doubtful}
        rows = PersonCheck.objects.filter(fingerprint__in=prints, service=self._context.service, entry__isnull=False)
        for check in rows.select_related("entry").order_by("raised_at"):
            entry, written = prints[check.fingerprint], check.entry
            entry.known = written.merged_into_id or written.pk  # type: ignore[union-attr]
        self.families |= self._families_of({entry.known for entry in doubtful if entry.known})

    def _settle(self) -> Iterator[Fault]:
        """Who is known beyond doubt; a match for everybody who may be somebody that whoever loads the list may meet."""
        for entry in self.first_rows:
            entry.known = entry.known or entry.answer.same
        people = {e.known for e in self.first_rows if e.known}
        people |= {f.candidate.id for e in self.first_rows for f in e.answer.findings}
        met = self._met(people)
        self._hide(met)
        named: dict[uuid.UUID, Entry] = {}
        for entry in self.first_rows:
            if entry.known is not None:
                first = named.setdefault(entry.known, entry)
                if first is not entry:
                    yield from self._repeats(entry, first)
            elif not entry.is_hidden:
                yield from self._matches(entry, met)

    def _repeats(self, entry: Entry, first: Entry) -> Iterator[Fault]:
        """Two rows of one person whom we know: the second adds to the first, or is one too many."""
        entry.repeats, entry.is_hidden = first, first.is_hidden
        if not (first.is_hidden or adds_to(entry, first)):
            entry.is_left_out = True
            yield Fault(entry.line, "", f"This row and line {first.line} are the same person. Keep one.")

    def _met(self, people: set[uuid.UUID]) -> set[uuid.UUID]:
        """Those among them whom whoever loads the list may meet, restricted as they may be."""
        hidden = Person.objects.filter(pk__in=people, restricted=True)
        seen = set(hidden.visible_to(self._context.actor).values_list("pk", flat=True)) if people else set()
        return people - set(hidden.values_list("pk", flat=True)) | seen

    def _hide(self, met: set[uuid.UUID]) -> None:
        """Rows of restricted people and families write nothing, where whoever loads the list may not meet them."""
        for entry in self.first_rows:
            entry.is_hidden = entry.known is not None and entry.known not in met
        families = Family.objects.visible_to(self._context.actor).filter(pk__in={f.pk for f in self.named.values()})
        seen = set(families.filter(restricted=True).values_list("pk", flat=True))
        self.hidden_words = {word for word, f in self.named.items() if f.restricted and f.pk not in seen}

    def _matches(self, entry: Entry, met: set[uuid.UUID]) -> Iterator[Fault]:
        for finding in [f for f in entry.answer.findings if f.candidate.id in met][:MOST_NAMED]:
            against = f"; but {', '.join(finding.contradicts)}" if finding.contradicts else ""
            why = f"This may be somebody we know: {', '.join(finding.agrees)}{against}. Look under People to check."
            yield Fault(entry.line, "Last name", why, "match", finding.candidate.id)

    def _named_families(self) -> dict[str, Family]:
        """Families that lists before this one brought, by the word that their rows share. Two queries."""
        references = self._context.references
        words = {entry.household: entry.row["family"] for entry in self.entries if entry.row.get("family")}
        references.look_up(FAMILY, words.values())
        ids = {key: found for key, word in words.items() if (found := references.get(FAMILY, word))}
        rows = Family.objects.select_related("merged_into").in_bulk(set(ids.values()))
        return {key: rows[pk].merged_into or rows[pk] for key, pk in ids.items() if pk in rows}

    def has_word(self, families: set[uuid.UUID]) -> set[uuid.UUID]:
        """The families among these that the provider calls by a word already: another word means another family."""
        rows = Reference.objects.filter(service=self._context.service, kind=FAMILY, record__in=families)
        return set(rows.values_list("record", flat=True))

    @staticmethod
    def _families_of(people: set[uuid.UUID] | set[uuid.UUID | None]) -> dict[uuid.UUID, Family]:
        """The family in which each lives now, the one joined last."""
        if not people:
            return {}
        rows = Membership.objects.filter(person_id__in={p for p in people if p}, until=None, family__merged_into=None)
        return {m.person_id: m.family for m in rows.select_related("family").order_by("recorded_at")}


def fingerprint(context: Context, entry: Entry) -> str:
    """The same for a row in another list of the service that describes somebody by the same words."""
    who = ("first_name", "last_name", "known_as", "born_on", "upn", "nhs", "local", "part")
    said = {key: word for key, word in came(entry).items() if key in who}
    return fingerprint_of({**said, "family": entry.household if entry.row.get("family") else "", "of": context.service})


def came(entry: Entry) -> dict[str, str]:
    """What a row says of a person, by the names of what is held. Nothing that it does not say."""
    row = entry.row
    words = ("first_name", "last_name", "known_as", "sex", "phone", "upn", "nhs", "local", "postcode", "school", "part")
    said = {key: str(row.get(key) or "") for key in words}
    said["lines"] = row.get("address") or ""
    said |= {key: str(row[key].isoformat()) for key in ("born_on", "since", "until") if row.get(key)}
    said["restricted"] = "Yes" if row.get("restricted") else ""
    return {key: value for key, value in said.items() if value}
