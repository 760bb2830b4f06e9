"""A return as a document: its words and figures in the contract's order, ready to be printed.

What leaves the caseholding team is disclosed: small numbers are hidden, and no figure names a worker.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.utils import timezone

from fingerpost.agreements.contracts.queries import NOT_STATED, day_in_words
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.proof.disclosure.figures import COMMISSIONER, disclosed_together, parents_of
from fingerpost.proof.disclosure.suppression import is_small
from fingerpost.proof.returns.case_studies import without_taken_back
from fingerpost.proof.returns.freezing import figures_now, lists_now
from fingerpost.proof.returns.models import Return
from fingerpost.proof.returns.printed_lists import PrintedList, printed_list
from fingerpost.proof.returns.queries import Heading, frozen, headings, kept_lists, rules_for, sent_in_words
from fingerpost.proof.returns.restatement import Restatement, restated
from fingerpost.proof.returns.wording import (
    NO_DATA,
    NOTHING,
    VERDICTS,
    PrintedFigure,
    count,
    dimensions_of,
    printed,
    with_parts,
)

CASE_STUDY = "case_study"
READINGS_NOTE = (
    "Some words of the contract can be read in more than one way. This annex says in which reading each figure was worked out, "
    "whether the commissioner has agreed it, what the figure is compared with, and what it leaves out."
)
BREAKDOWNS_NOTE = (
    "“Made of” has how many were counted, of how many. A full bar stands for 100 %. "
    "Parts that overlap do not add up to the whole."
)
VERDICT_NOTES = (
    (
        "so_far",
        "“So far” stands where the period was not over when the figure was worked out, so that it is not judged yet.",
    ),
    ("no_target", "A dash for a verdict: the contract names no number, and there is nothing to compare with."),
)
INWARD_ONLY = frozenset({"worker"})
"""Breakdowns that name staff; they stay inside."""


class PrintedHeading(TypedDict):
    """One heading with its words, figures and lists."""

    key: str
    label: str
    paragraphs: list[str]
    is_written: bool
    figures: list[PrintedFigure]
    lists: list[PrintedList]
    notes: list[str]


class PrintedRestatement(TypedDict):
    """A figure that would be another today."""

    title: str
    sent: str
    now: str


class Document(TypedDict):
    """The whole return in words."""

    ref: str
    title: str
    service: str
    commissioner: str
    author: str
    period: str
    status: str
    facts: list[tuple[str, str]]
    notes: list[str]
    headings: list[PrintedHeading]
    readings_title: str
    readings_note: str
    breakdowns_title: str
    breakdowns_note: str
    restated: list[PrintedRestatement]
    restated_note: str


def document_of(made: Return, *, at: datetime, exact: bool = False) -> Document:
    """The return as it was sent, or as it stands at `at` while it is a draft.

    `exact` leaves small numbers as they are, for the caseholding team alone. The caller has seen that the return may be opened.
    """
    held = rules_for(made)
    figures = _shown(_figures(made, held, at), held, exact=exact)
    contract, agreement = held.contract, made.agreement
    lists = _lists(made, held, at, exact=exact)
    labels = {name: held.label(name).capitalize() for figure in figures.values() for name in dimensions_of(figure)}
    words = contract.agreement
    return {
        "ref": made.ref,
        "title": contract.returns[made.series].title,
        "service": agreement.title,
        "commissioner": words.commissioner or "",
        "author": words.provider or words.commissioner or agreement.title,
        "period": f"{day_in_words(made.period_from)} to {day_in_words(made.period_to)}",
        "status": _sentence(sent_in_words(made)),
        "facts": _facts(made, held, at),
        "notes": _notes(made, figures.values(), exact=exact),
        "headings": [_heading(one, figures, labels, lists) for one in headings(made, held)],
        "readings_title": "Annex A: how each figure is read",
        "readings_note": READINGS_NOTE,
        "breakdowns_title": "Annex B: figures by their parts",
        "breakdowns_note": BREAKDOWNS_NOTE,
        "restated": restated_in_print(made, restated(made, at), exact=exact),
        "restated_note": f"What was sent stands. Later entries would change these figures, as known at {_moment(at)}.",
    }


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _figures(made: Return, held: Rules, at: datetime) -> dict[str, Mapping[str, Any]]:
    if made.figures_fixed_at:
        return {key: figure.numbers for key, figure in frozen(made).items()}
    return {key: figure.as_dict() for key, figure in figures_now(made, held, made.figures_known_at(at)).items()}


def _shown(figures: Mapping[str, Mapping[str, Any]], held: Rules, *, exact: bool) -> dict[str, Mapping[str, Any]]:
    if exact:
        return dict(figures)
    inward = {key: without_staff(figure) for key, figure in figures.items()}
    return dict(disclosed_together(inward, parents_of(held.contract.areas)))


def without_staff(figure: Mapping[str, Any]) -> dict[str, Any]:
    """The figure and those beside it without the breakdowns that name members of staff."""
    kept = [one for one in figure["breakdowns"] if one["dimension"] not in INWARD_ONLY]
    beside = [
        {**one, "breakdowns": [m for m in one["breakdowns"] if m["dimension"] not in INWARD_ONLY]}
        for one in figure["beside"]
    ]
    return {**figure, "breakdowns": kept, "beside": beside}


def _facts(made: Return, held: Rules, at: datetime) -> list[tuple[str, str]]:
    by = f", by {made.submitted_by.name}" if made.submitted_by else ""
    accepted = day_in_words(timezone.localdate(made.accepted_at)) if made.accepted_at else "not yet"
    return [
        ("Reference", made.ref),
        ("To", made.recipient or NOT_STATED),
        ("From", held.contract.agreement.provider or NOT_STATED),
        ("Period", f"{day_in_words(made.period_from)} to {day_in_words(made.period_to)}"),
        ("Due", day_in_words(made.due_on)),
        ("Sent", f"{sent_in_words(made).removeprefix('submitted ')}{by}" if made.submitted_at else "draft, not sent"),
        ("Accepted", accepted),
        ("Figures as known at", _moment(made.figures_known_at(at))),
        ("Contract", f"version {held.contract.version}, fingerprint {held.contract.hash[:12]}"),
    ]


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{day_in_words(local.date())}, {local:%H:%M}"


def _notes(made: Return, figures: Iterable[Mapping[str, Any]], *, exact: bool) -> list[str]:
    notes = []
    if not exact:
        notes.append(
            f"“Hidden” stands for a number of people below {COMMISSIONER.threshold}, or one that would give such a number "
            f"away. “Too few” stands for a percentage of fewer than {COMMISSIONER.smallest_base}. Verdicts rest on full numbers."
        )
    notes += [words for status, words in VERDICT_NOTES if any(one["status"] == status for one in figures)]
    if made.submitted_at is None:
        notes.append("This is a draft. Its figures may change until the return is sent.")
    elif made.figures_fixed_at is None:
        day = day_in_words(made.period_to)
        notes.append(f"Sent before its period ended. Its figures may change until they are fixed at the end of {day}.")
    return notes


def _heading(
    one: Heading,
    figures: Mapping[str, Mapping[str, Any]],
    labels: Mapping[str, str],
    lists: Mapping[str, PrintedList],
) -> PrintedHeading:
    return {
        "key": one.key,
        "label": one.label,
        "is_written": bool(one.text.strip()),
        "paragraphs": paragraphs_of(one.text) or ["Nothing has been written here yet."],
        "figures": [printed(figures[key], labels) for key in one.indicators if key in figures],
        "lists": [lists[kind] for kind in one.lists if kind in lists],
        "notes": [_not_kept(kind) for kind in one.lists if kind not in lists],
    }


def paragraphs_of(text: str) -> list[str]:
    """What somebody typed, cut where they left a line empty."""
    return [" ".join(lines.split()) for lines in text.replace("\r\n", "\n").split("\n\n") if lines.strip()]


def _not_kept(kind: str) -> str:
    """That a list is not part of the document, though the agreement asks for it: a reader must not think there was nothing."""
    return f"The contract asks for a list here ({kind.replace('_', ' ')}). It is not part of this document."


def _lists(made: Return, held: Rules, at: datetime, *, exact: bool) -> dict[str, PrintedList]:
    known_at = made.figures_known_at(at)
    contents: Mapping[str, Mapping[str, Any]] = (
        kept_lists(made) if made.figures_fixed_at else lists_now(made, held, known_at)
    )
    if CASE_STUDY in contents:
        contents = {**contents, CASE_STUDY: without_taken_back(contents[CASE_STUDY])}
    return {kind: printed_list(kind, content, exact=exact) for kind, content in contents.items()}


def restated_in_print(made: Return, every: Sequence[Restatement], *, exact: bool) -> list[PrintedRestatement]:
    """The figures that would be another today, as sent and as known now; small numbers hidden unless `exact`."""
    held = rules_for(made)
    sent = _shown({one.indicator: one.sent for one in every}, held, exact=exact)
    now = _shown({one.indicator: one.now for one in every}, held, exact=exact)
    told = [
        (one.title, *_before_and_now(sent[one.indicator], now[one.indicator], tells=exact or not _differs_by_few(one)))
        for one in every
        if one.is_changed
    ]
    return [{"title": title, "sent": before, "now": after} for title, before, after in told if before != after]


CHANGED_BY_FEW = f"Changed, by fewer than {COMMISSIONER.threshold}"


def _differs_by_few(one: Restatement) -> bool:
    """Whether what was sent and what is known now lie so few apart that the two would tell of those few."""
    return any(
        is_small(abs(Decimal(str(one.now[column] or 0)) - Decimal(str(one.sent[column] or 0))), COMMISSIONER.threshold)
        for column in PEOPLE
    )


PEOPLE = ("numerator", "denominator", "not_known", "pending")
NOT_COUNTED = (
    ("not_known", "not known"),
    ("pending", "still to come"),
)


def _before_and_now(sent: Mapping[str, Any], now: Mapping[str, Any], *, tells: bool) -> tuple[str, str]:
    """A figure as it was sent and as it is now, each with whatever else differs between the two, unless that tells of few."""
    if not tells:
        return with_parts(sent), CHANGED_BY_FEW
    told = [[with_parts(one)] for one in (sent, now)]
    for column, words in NOT_COUNTED:
        counts = [count(one, column) for one in (sent, now)]
        if counts[0] != counts[1]:
            told = [[*said, f"{number} {words}"] for said, number in zip(told, counts, strict=True)]
    verdicts = [_judged(one) for one in (sent, now)]
    if verdicts[1] and verdicts[0] != verdicts[1]:
        told = [[*said, word] if word else said for said, word in zip(told, verdicts, strict=True)]
    before, after = (", ".join(said) for said in told)
    return before, after


def _judged(figure: Mapping[str, Any]) -> str:
    """The verdict as a word in a line; empty where there is none."""
    verdict = VERDICTS.get(figure["status"], NOTHING)
    return "" if verdict in (NOTHING, NO_DATA) else verdict.lower()
