"""What in a contract cites a clause, and whether every clause that must be served is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from fingerpost.language.contract import Citation
from fingerpost.language.draft import Draft
from fingerpost.language.faults import Severity
from fingerpost.language.read import Path_
from fingerpost.language.schema import ClauseWords, KindSpec, ScheduleWords
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.registers import OneAndMany
from fingerpost.language.wording import nearest

KINDS = {
    "agreement.yaml": "agreement",
    "clocks.yaml": "clock",
    "eligibility.yaml": "decision",
    "indicators.yaml": "indicator",
    "offers.yaml": "offer",
    "pathway.yaml": "pathway",
    "readings.yaml": "reading",
    "registers.yaml": "record",
    "returns.yaml": "returns",
    "roles.yaml": "role",
    "schedules.yaml": "schedule",
    "workforce.yaml": "workforce",
}
SERVES_NOTHING = frozenset({"reading", "example", "value"})


@dataclass(frozen=True, slots=True)
class Cited:
    """One `clause:` in a file, with its place and what stands there."""

    clause: str
    file: str
    path: Path_
    by: Citation


@dataclass(frozen=True, slots=True)
class ClauseBook:
    """The clauses of a contract, found by own key, or by printed number where it is printed once."""

    keys: Mapping[str, ClauseWords]

    def find(self, name: str) -> str | None:
        """The own key, or None where no clause or several are meant."""
        if name in self.keys:
            return name
        printed = self.printed(name)
        return printed[0] if len(printed) == 1 else None

    def printed(self, number: str) -> tuple[str, ...]:
        """Own keys of the clauses that print this number."""
        return tuple(key for key, clause in self.keys.items() if clause.printed == number)


def book_of(draft: Draft) -> ClauseBook:
    """The clauses that could be read."""
    return ClauseBook(draft.entries("clauses.yaml", ClauseWords))


def citations(draft: Draft) -> tuple[Cited, ...]:
    """Every citation in the files that can serve a clause, and those in values and examples."""
    return (*_in_whole(draft), *_in_named(draft), *_in_values(draft), *_in_examples(draft), *_in_instruments(draft))


def check_citations(draft: Draft) -> None:
    """Faults for clauses that do not exist, and for clauses that must be served and are not."""
    book = book_of(draft)
    served: set[str] = set()
    for cited in citations(draft):
        key = book.find(cited.clause)
        if key is None:
            _missing(draft, book, cited)
        elif cited.by.kind not in SERVES_NOTHING:
            served.add(key)
    for key, clause in book.keys.items():
        if clause.status in ("enforced", "measured") and key not in served:
            _uncited(draft, key, clause)


def cited_by(draft: Draft) -> dict[str, tuple[Citation, ...]]:
    """What serves each clause, by own key."""
    book, found = book_of(draft), dict[str, list[Citation]]()
    for cited in citations(draft):
        key = book.find(cited.clause)
        if key is not None and cited.by.kind not in SERVES_NOTHING and cited.by not in found.setdefault(key, []):
            found[key].append(cited.by)
    return {key: tuple(several) for key, several in found.items()}


def _missing(draft: Draft, book: ClauseBook, cited: Cited) -> None:
    printed = book.printed(cited.clause)
    if printed:
        message = f"{len(printed)} clauses are printed as {cited.clause}"
        advice = f"Cite one by its own key: {', '.join(printed)}."
    else:
        message = f"There is no clause {cited.clause}"
        numbers = {clause.printed for clause in book.keys.values()}
        advice = nearest(cited.clause, {*book.keys, *numbers})
    draft.fault(cited.file, cited.path, message, advice)


def _uncited(draft: Draft, key: str, clause: ClauseWords) -> None:
    path: Path_ = (key, "status")
    message = f"Clause {clause.printed} ({key}) is {clause.status} and nothing in the contract cites it"
    if clause.later:
        draft.fault("clauses.yaml", path, f"{message} yet", severity=Severity.NOTE)
    elif clause.served_by:
        records = ", ".join(clauses_of(clause.served_by))
        message = f"Clause {clause.printed} ({key}) is {clause.status} by the product alone: {records}"
        draft.fault("clauses.yaml", path, message, "No entry of the contract cites it.", severity=Severity.NOTE)
    else:
        advice = "Cite it from the rule or indicator that serves it, or change its status."
        draft.fault("clauses.yaml", path, message, advice)


def _in_whole(draft: Draft) -> Iterator[Cited]:
    for file, words in draft.whole.items():
        yield from _walk(file, (), words, Citation(KINDS[file], "", ""))


def _in_named(draft: Draft) -> Iterator[Cited]:
    for file, entries in draft.named.items():
        if file in KINDS:
            for name, words in entries.items():
                title = str(getattr(words, "title", None) or _many(words))
                yield from _walk(file, (name,), words, Citation(KINDS[file], name, title))


def _in_instruments(draft: Draft) -> Iterator[Cited]:
    for name, words in draft.instruments.items():
        yield from _walk(draft.instrument_files[name], (), words, Citation("instrument", name, words.title))


def _in_values(draft: Draft) -> Iterator[Cited]:
    for name, (file, spells) in draft.values.items():
        for number, spell in enumerate(spells):
            if spell.clause:
                yield Cited(spell.clause, file, ("values", name, number, "clause"), Citation("value", name))


def _in_examples(draft: Draft) -> Iterator[Cited]:
    for number, example in draft.examples:
        for clause in clauses_of(example.clause):
            yield Cited(clause, "examples.yaml", (number, "clause"), Citation("example", example.name))


def _many(words: Any) -> str:
    """What several of a declared record, or the points of a schedule, are called; empty for anything else."""
    label = words.label if isinstance(words, KindSpec | ScheduleWords) else None
    return label.many if isinstance(label, OneAndMany) else label or ""


def _walk(file: str, path: Path_, words: Any, by: Citation) -> Iterator[Cited]:
    """Every `clause` word at or below a model. A nameless citation takes the name of the entry it stands in."""
    if isinstance(words, BaseModel):
        title = str(getattr(words, "title", None) or getattr(words, "label", None) or "")
        here = by if by.name else Citation(by.kind, ".".join(str(step) for step in path), title)
        for clause in clauses_of(getattr(words, "clause", None)):
            yield Cited(clause, file, (*path, "clause"), here)
        for name in type(words).model_fields:
            yield from _walk(file, (*path, name), getattr(words, name), by)
    elif isinstance(words, Mapping):
        for name, value in words.items():
            yield from _walk(file, (*path, name), value, by)
    elif isinstance(words, tuple):
        for number, value in enumerate(words):
            yield from _walk(file, (*path, number), value, by)
