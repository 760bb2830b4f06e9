"""From the texts of a contract to a `Contract`, or to the list of what is wrong with them."""

import hashlib
from collections.abc import Iterator, Mapping

from fingerpost.language.checks import run_checks
from fingerpost.language.citations import ClauseBook, book_of, cited_by
from fingerpost.language.contract import Area, Clause, Contract
from fingerpost.language.dated import Dated, Spell
from fingerpost.language.draft import Draft, check_files, draft_of
from fingerpost.language.facts import Vocabulary
from fingerpost.language.faults import ContractFaulty, Fault, Severity
from fingerpost.language.readings import OwnerKind, Question, by_question, proposed_by
from fingerpost.language.schema import (
    AgreementWords,
    AreaWords,
    ClauseWords,
    ClockWords,
    DecisionWords,
    IndicatorWords,
    KindSpec,
    OfferWords,
    PathwayWords,
    ReadingWords,
    ReturnsWords,
    RoleWords,
    ScheduleWords,
    WorkforceWords,
)
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.schedules import kind_of
from fingerpost.language.vocabulary.kinds import OWN_TIME

_ASKERS: dict[OwnerKind, tuple[str, type[IndicatorWords] | type[ClockWords] | type[DecisionWords] | type[ReadingWords]]]
_ASKERS = {
    "indicator": ("indicators.yaml", IndicatorWords),
    "clock": ("clocks.yaml", ClockWords),
    "decision": ("eligibility.yaml", DecisionWords),
    "clause": ("readings.yaml", ReadingWords),
}


def check(sources: Mapping[str, str], vocabulary: Vocabulary) -> list[Fault]:
    """Everything worth telling about these files, errors first, then by place."""
    return checked(sources, vocabulary).faults


def checked(sources: Mapping[str, str], vocabulary: Vocabulary) -> Draft:
    """The files as far as they could be read, with everything worth telling in `faults`, errors first, then by place."""
    draft, _ = _checked(sources, vocabulary)
    draft.faults = _sorted(draft.faults)
    return draft


def load(sources: Mapping[str, str], vocabulary: Vocabulary) -> Contract:
    """The contract, ready for use. Raises ContractFaulty with every error where there is one."""
    draft, contract = _checked(sources, vocabulary)
    if contract is None or draft.has_errors:
        raise ContractFaulty([fault for fault in _sorted(draft.faults) if fault.severity is Severity.ERROR])
    return contract


def read_adopted(sources: Mapping[str, str]) -> Contract:
    """A version that was adopted, read again. What later checks would refuse stands as it was agreed.

    Raises ContractFaulty only where its words cannot be read.
    """
    draft = draft_of(sources)
    agreement = draft.one("agreement.yaml", AgreementWords)
    if agreement is None or draft.has_errors:
        raise ContractFaulty([fault for fault in _sorted(draft.faults) if fault.severity is Severity.ERROR])
    return _compiled(draft, agreement, sources)


def _checked(sources: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Draft, Contract | None]:
    draft = draft_of(sources)
    check_files(draft, sources)
    agreement = draft.one("agreement.yaml", AgreementWords)
    if agreement is None:
        return draft, None
    contract = _compiled(draft, agreement, sources)
    run_checks(draft, contract, vocabulary)
    return draft, contract


def contract_hash(sources: Mapping[str, str]) -> str:
    """SHA-256 over names and texts of all files; the same on every machine, whatever its line ends."""
    digest = hashlib.sha256()
    for name in sorted(sources):
        text = sources[name].replace("\r\n", "\n").replace("\r", "\n")
        for part in (name, text):
            encoded = part.encode()
            digest.update(f"{len(encoded)}:".encode() + encoded)
    return digest.hexdigest()


def _sorted(faults: list[Fault]) -> list[Fault]:
    return sorted(dict.fromkeys(faults), key=lambda fault: fault.sort_key)


def _compiled(draft: Draft, agreement: AgreementWords, sources: Mapping[str, str]) -> Contract:
    """The contract as far as it could be read; complete where the draft has no faults."""
    kinds = draft.entries("registers.yaml", KindSpec)
    schedules = draft.entries("schedules.yaml", ScheduleWords)
    returns = draft.one("returns.yaml", ReturnsWords) or ReturnsWords()
    book = book_of(draft)
    return Contract(
        agreement=agreement,
        clauses=_clauses(draft),
        values={name: _dated(name, draft) for name in draft.values},
        areas=_areas(draft, agreement),
        indicators=draft.entries("indicators.yaml", IndicatorWords),
        clocks=draft.entries("clocks.yaml", ClockWords),
        decisions=draft.entries("eligibility.yaml", DecisionWords),
        readings=draft.entries("readings.yaml", ReadingWords),
        questions={question.key: question for question in _questions(draft, book)},
        pathway=draft.one("pathway.yaml", PathwayWords) or PathwayWords(),
        workforce=draft.one("workforce.yaml", WorkforceWords) or WorkforceWords(),
        offers=draft.entries("offers.yaml", OfferWords),
        roles=draft.entries("roles.yaml", RoleWords),
        returns=returns.returns,
        meetings=returns.meetings,
        instruments=draft.instruments,
        kinds={
            **{key: kind_of(key, words) for key, words in schedules.items()},
            **{key: kind.beginning(key) if key in OWN_TIME else kind for key, kind in kinds.items()},
        },
        examples=tuple(example for _, example in draft.examples),
        hash=contract_hash(sources),
    )


def _clauses(draft: Draft) -> dict[str, Clause]:
    written = draft.entries("clauses.yaml", ClauseWords)
    serving = cited_by(draft)
    in_order = sorted(enumerate(written.items(), 1), key=lambda one: (one[1][1].order or one[0], one[0]))
    return {
        key: Clause(
            key=key,
            printed=words.printed,
            order=place,
            gist=words.gist,
            status=words.status,
            title=words.title or "",
            served_by=clauses_of(words.served_by),
            cited_by=serving.get(key, ()),
            row=words.row,
            later=words.later,
        )
        for place, (_, (key, words)) in enumerate(in_order, 1)
    }


def _dated(name: str, draft: Draft) -> Dated:
    _, spells = draft.values[name]
    made = (Spell(s.since, s.value, s.until, s.unit, s.clause, s.entered) for s in spells)
    return Dated(name, tuple(sorted(made, key=lambda spell: spell.since)))


def _areas(draft: Draft, agreement: AgreementWords) -> dict[str, Area]:
    levels = agreement.areas.levels if agreement.areas else ()
    return {area.code: area for area in _walk_areas(draft.entries("areas.yaml", AreaWords), levels, None)}


def _walk_areas(areas: Mapping[str, AreaWords], levels: tuple[str, ...], parent: str | None) -> Iterator[Area]:
    for code, words in areas.items():
        if levels:
            yield Area(code, words.name, levels[0], parent)
            yield from _walk_areas(words.areas, levels[1:], code)


def _questions(draft: Draft, book: ClauseBook) -> Iterator[Question]:
    for kind, (file, model) in _ASKERS.items():
        for owner, words in draft.entries(file, model).items():
            proposed = proposed_by(words.reading)
            clauses = tuple(book.find(cited) or cited for cited in clauses_of(words.clause))
            for name, answers in by_question(words.readings).items():
                labels = {letter: answer.label for letter, answer in answers.items()}
                yield Question(kind, owner, name, clauses, labels, proposed.get(name, ""))
