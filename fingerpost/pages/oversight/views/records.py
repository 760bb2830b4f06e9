"""The records behind a figure, by what the figure counts: a list to sort, filter, search and take as a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from markupsafe import Markup

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.counting import set_counted
from fingerpost.pages.kit import words as in_words
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List, rows_on_a_page
from fingerpost.pages.kit.pieces import with_note
from fingerpost.pages.kit.shortcuts import page_number, render
from fingerpost.pages.oversight import figures as showing
from fingerpost.pages.oversight.reach import agreement_or_404
from fingerpost.pages.oversight.units import Units, UnitsInWords
from fingerpost.pages.oversight.views.figures import ANSWERS, asked_day
from fingerpost.proof.measures.answers import Answer
from fingerpost.proof.measures.records import CountedRecord
from fingerpost.proof.measures.records_by_unit import CountedUnit, records_by_unit

SCORED_IN = "points"
HIDDEN = "Not yours to see"
WORDS = {answer.value: words for answer, words in ANSWERS}


@page(allow=Permission.VIEW_RECORDS_COUNTED)
def records(request: PageRequest, service: str, indicator: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.VIEW_RECORDS_COUNTED)
    day = max(asked_day(request, agreement), agreement.starts_on)
    held = rules(service, day)
    if indicator not in held.contract.indicators:
        raise Http404
    wanted = next((answer for answer, _ in ANSWERS if answer.value == request.GET.get("answer")), None)
    parts = [part.label for part in held.definition(indicator).figure.inner if part.label]
    part = next((label for label in parts if label == request.GET.get("part")), parts[0] if parts else "")
    size = rows_on_a_page(request, request.GET.get("rows", ""))
    try:
        rows = Units(
            partial(_read, request, held, indicator, day, wanted, part), (page_number(request) - 1) * size, size
        )
    except Refused as refusal:
        raise Http404 from refusal
    told = UnitsInWords(rows.page, set_counted(rows.page.figure))
    listed = _list(held, indicator, told, wanted.value if wanted else "").of(request, rows)
    context = {
        "agreement": agreement,
        "title": held.contract.indicators[indicator].title,
        "indicator": indicator,
        "listed": listed,
        "told": told,
        "tallies": told.rows(ANSWERS),
        "wanted": wanted.value if wanted else "",
        "parts": parts,
        "part": part,
        "day": day,
    }
    return listed.file or render(request, "oversight/records.html", context)


def _read(
    request: PageRequest, held: Rules, indicator: str, day: date, wanted: Answer | None, part: str, skip: int, size: int
) -> Any:
    return records_by_unit(
        held.contract.agreement.key,
        indicator,
        actor=request.actor,
        period=showing.period_of(held, indicator, day),
        as_known_at=request.at,
        answer=wanted,
        beside=part or None,
        rules=held,
        skip=skip,
        size=size,
    )


def _list(held: Rules, indicator: str, told: UnitsInWords, wanted: str) -> List:
    say = _answer_in_words(held, indicator)
    return List(
        columns=[
            Column("Record", _references, _links_to_records, sort=True),
            Column("Family", lambda one: ", ".join(_families(one)), _links_to_families, sort=True, phone="bare"),
            Column("Answer", say, lambda one: with_note(say(one), _by_itself(one)), sort=True, phone="bare"),
            Column("Why", _why, lambda one: _why_shown(one, told)),
        ],
        one=told.unit_words[0],
        many=told.unit_words[1],
        # What is wanted was asked of the database already, with its numbers.
        filters=[Choice("answer", "Answer", WORDS.items(), lambda rows, _: rows)],
        search=True,
        empty="There is no such record.",
        caption=told.caption(wanted),
    )


def _name(record: CountedRecord) -> str:
    return record.reference or HIDDEN


def _references(unit: CountedUnit) -> str:
    return ", ".join(dict.fromkeys(_name(record) for record in unit.records))


def _families(unit: CountedUnit) -> list[str]:
    return list(dict.fromkeys(record.family_reference for record in unit.records if record.family_reference))


def _links_to_records(unit: CountedUnit) -> Markup:
    shown = {record.reference: link_of(record) for record in unit.records}
    return Markup("<br>").join(shown.values())


PAGES = {"C": "practice:case", "E": "practice:entry"}
"""Pages of records, by the first letter of their reference."""


def link_of(record: CountedRecord) -> Markup | str:
    """The record's reference, with a link where it has a page that the reader may open."""
    page = PAGES.get(record.reference[:1]) if record.is_visible else None
    return link_to(record.reference, page, record.reference) if page else _name(record)


def _links_to_families(unit: CountedUnit) -> Markup:
    return Markup("<br>").join(link_to(ref, "practice:family", ref) for ref in _families(unit))


def _by_itself(unit: CountedUnit) -> str:
    (first, *others) = unit.records
    if others or first.record_answer == unit.answer:
        return ""
    return f"By itself: {WORDS.get(first.record_answer.value, '').lower()}"


def _why(unit: CountedUnit) -> str:
    """Each record with its reason and its facts, for the file and the search."""
    return "; ".join(
        ", ".join([f"{_name(record)}: {record.reason_label}", *(f"{name} {value}" for name, value in facts_of(record))])
        for record in unit.records
    )


def _why_shown(unit: CountedUnit, told: UnitsInWords) -> Markup:
    context = {"unit": unit, "summary": told.records(len(unit.records)), "words": WORDS}
    return Markup(render_to_string("oversight/record_why.html", context | {"facts_of": facts_of, "link_of": link_of}))  # noqa: S704 - a template of ours


def facts_of(record: CountedRecord) -> list[tuple[str, str]]:
    """What the figure asked of a record, as a reader says it: (name, value)."""
    return [(name.replace("_", " ").capitalize(), _fact_in_words(value)) for name, value in record.facts.items()]


def _answer_in_words(held: Rules, indicator: str) -> Callable[[CountedUnit], str]:
    """What a list says of a unit: the answer, and where a score is missing, that nobody measured it."""
    words = dict(ANSWERS)
    counted = set_counted(held.definition(indicator).figure)
    scores = {name for name, one in counted.facts.items() if one.unit == SCORED_IN} if counted else set()

    def say(unit: CountedUnit) -> str:
        if unit.answer is Answer.NOT_KNOWN and unit.records[0].reason in scores:
            return "Not measured"
        return words[unit.answer]

    return say


def _fact_in_words(value: Any) -> str:
    """What a record says of one fact, as a reader says it."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Decimal):
        return in_words.number(value, 0 if value == int(value) else 1)
    if isinstance(value, date):
        return in_words.date(value)
    return str(value).replace("_", " ")
