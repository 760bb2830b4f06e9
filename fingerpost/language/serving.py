"""Clause by clause, what serves it: the rules, figures, clocks and records of the contract, and records of the product."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from fingerpost.language.citations import SERVES_NOTHING, Cited, book_of, citations
from fingerpost.language.draft import Draft
from fingerpost.language.schema import ClauseWords
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.vocabulary.served import RECORDS

_PARTS: Final = {
    "allocation": "rule of allocation",
    "case_studies": "case studies of return",
    "closure_reasons": "reason for closing",
    "contacts": "kind of contact",
    "duties": "duty",
    "establishment": "funded post",
    "feedback": "form of feedback",
    "gates": "gate",
    "headings": "heading of a return",
    "instruments": "use of an instrument",
    "meetings": "meeting",
    "need": "table of need",
    "participation": "way of taking part",
    "priority": "rule of priority",
    "recipient": "recipient of return",
    "returns": "return",
    "safeguarding": "safeguarding procedure",
    "sample": "sample of meeting",
    "school_events": "event of school",
    "service_lines": "service line",
    "stages": "stage",
    "supervision": "supervision",
    "tasks": "task",
}
"""What the parts of a file that is one thing are called, each with entries of its own."""
_CALLED: Final = {"indicator": "figure", "record": "kind of record", "returns": "return"}


@dataclass(frozen=True, slots=True)
class Server:
    """One thing that serves a clause: what it is, its key, what it is called, and where it stands; no place in the product."""

    kind: str
    name: str
    title: str = ""
    place: str = ""

    def __str__(self) -> str:
        what = f"{self.kind} {self.name}".strip()
        titled = f"{what}: {self.title}" if self.title else what
        return f"{titled} ({self.place})" if self.place else titled


@dataclass(frozen=True, slots=True)
class ServedClause:
    """One clause and whatever serves it. `later` where the contract says that nothing does yet."""

    key: str
    printed: str
    status: str
    gist: str
    later: bool
    by: tuple[Server, ...]

    @property
    def needs_nothing(self) -> bool:
        """Whether nothing has to serve it, because a person writes about it or it is said for context."""
        return self.status in ("narrative", "context")


def served(draft: Draft) -> tuple[ServedClause, ...]:
    """Every clause that could be read, in the order of the file."""
    book = book_of(draft)
    found: dict[str, dict[Server, None]] = {key: {} for key in book.keys}
    for cited in citations(draft):
        key = book.find(cited.clause)
        if key is not None and cited.by.kind not in SERVES_NOTHING:
            found[key].setdefault(_server(draft, cited))
    return tuple(
        ServedClause(
            key, words.printed, words.status, words.gist, words.later, (*found[key], *_named(draft, words, found[key]))
        )
        for key, words in book.keys.items()
    )


def _server(draft: Draft, cited: Cited) -> Server:
    line, _ = draft.documents[cited.file].mark(cited.path)
    place, by = f"{cited.file}:{line}", cited.by
    steps = [str(step) for step in cited.path[:-1]]
    if by.kind == "decision" and steps[1:2] == ["criteria"]:
        return Server("criterion", f"{steps[0]}.{steps[2]}", place=place)
    if by.kind not in ("pathway", "returns", "workforce", "agreement"):
        return Server(_CALLED.get(by.kind, by.kind), by.name, by.title, place)
    # Files of these kinds are one thing: words of theirs and names of entries take turns on the way to a clause.
    part = max((n for n, step in enumerate(steps) if n % 2 == 0 and step in _PARTS), default=None)
    if part is None:
        return Server(by.kind, ".".join(steps), by.title, place)
    return Server(_PARTS[steps[part]], ".".join(steps[part + 1 :]) or ".".join(steps[1:part]), by.title, place)


def _named(draft: Draft, words: ClauseWords, found: Iterable[Server]) -> Iterator[Server]:
    """Records that the clause names itself: those of the product, and declared ones that do not cite it in their turn."""
    declared = draft.named.get("registers.yaml", {})
    citing = {one.name for one in found if one.kind == _CALLED["record"]}
    for name in clauses_of(words.served_by):
        if name in declared and name not in citing:
            yield Server(_CALLED["record"], name, place="registers.yaml")
        elif name in RECORDS:
            yield Server("record of the product", name)
