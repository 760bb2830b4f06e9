"""Figures: every indicator of a period; one of them with its parts; the records behind it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.periods import Period
from fingerpost.pages.kit import words as in_words
from fingerpost.pages.kit.pictures import Bar, bars
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.oversight import figures as showing
from fingerpost.pages.oversight.figures import Shown
from fingerpost.pages.oversight.reach import agreement_or_404, to_my_service, today_of
from fingerpost.proof.measures.answers import Answer
from fingerpost.proof.measures.records import records as records_behind

PAGE = 50


@page(allow=Permission.VIEW_FIGURES)
def my_figures(request: PageRequest) -> HttpResponse:
    return to_my_service(request, "oversight:figures")


def _asked_day(request: PageRequest, agreement: Agreement) -> date:
    """The last day asked for (`?until=2010-12-31`), within reason; today unless given."""
    today = today_of(request, agreement)
    try:
        return date.fromisoformat(request.GET.get("until", "")) if request.GET.get("until") else today
    except ValueError:
        return today


def _periods(held: Rules) -> list[Period]:
    return [due.period for due in held.returns_due]


@page(allow=Permission.VIEW_FIGURES)
def figures(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    day = max(_asked_day(request, agreement), agreement.starts_on)
    held = rules(service, day)
    is_live = showing.sees_records(request.actor, agreement)
    sent = None if is_live else showing.last_sent(agreement)
    shown = _live(request, held, day) if is_live else (showing.frozen(sent, held) if sent else [])
    context = {
        "agreement": agreement,
        "cards": [{**one.card, "href": _address(service, one.key, day if is_live else None)} for one in shown],
        "is_live": is_live,
        "sent": sent,
        "periods": _periods(held) if is_live else [],
        "period": _period_around(held, day),
        "day": day,
    }
    return render(request, "oversight/figures.html", context)


def _address(service: str, key: str, day: date | None) -> str:
    where = reverse("oversight:figure", args=[service, key])
    return f"{where}?until={day.isoformat()}" if day else where


def _period_around(held: Rules, day: date) -> Period | None:
    return next((period for period in _periods(held) if day in period), None)


def _live(request: PageRequest, held: Rules, day: date) -> list[Shown]:
    found = []
    for key in held.contract.indicators:
        try:
            found.append(showing.live(request.actor, held, key, showing.period_of(held, key, day), request.at))
        except Refused:
            continue
    return found


@page(allow=Permission.VIEW_FIGURES)
def figure(request: PageRequest, service: str, indicator: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    day = max(_asked_day(request, agreement), agreement.starts_on)
    held = rules(service, day)
    if indicator not in held.contract.indicators:
        raise Http404
    is_live = showing.sees_records(request.actor, agreement)
    shown = _one_live(request, held, indicator, day) if is_live else _one_frozen(agreement, held, indicator)
    context: dict[str, Any] = {
        "agreement": agreement,
        "one": shown,
        "is_live": is_live,
        "day": day,
        "indicator": indicator,
    }
    context["title"] = held.contract.indicators[indicator].title
    if shown:
        context |= {"breakdowns": shown.words["breakdowns"], "answers": _answers(shown)}
    if is_live and shown:
        context |= _trend(request, held, indicator, shown)
    return render(request, "oversight/figure.html", context)


def _one_live(request: PageRequest, held: Rules, indicator: str, day: date) -> Shown | None:
    try:
        return showing.live(request.actor, held, indicator, showing.period_of(held, indicator, day), request.at)
    except Refused:
        return None


def _one_frozen(agreement: Agreement, held: Rules, indicator: str) -> Shown | None:
    sent = showing.last_sent(agreement)
    return next((one for one in showing.frozen(sent, held) if one.key == indicator), None) if sent else None


ANSWERS = (
    (Answer.IN, "Counted in"),
    (Answer.OUT, "Not counted in"),
    (Answer.NOT_KNOWN, "Not known"),
    (Answer.PENDING, "Too early to say"),
    (Answer.OUTSIDE, "Not what the figure is about"),
)


def _answers(shown: Shown) -> list[tuple[str, str, Any]]:
    """The parts of a figure: (answer, words, how many); None where there is no number to show."""
    numbers = shown.numbers
    within, of = numbers["numerator"], numbers["denominator"]
    out = of - within if isinstance(of, int) and isinstance(within, int) else None
    how_many = {
        Answer.IN: within if isinstance(within, int) else None,
        Answer.OUT: out,
        Answer.NOT_KNOWN: numbers["not_known"],
        Answer.PENDING: numbers["pending"],
        Answer.OUTSIDE: numbers["outside"],
    }
    return [(answer.value, words, how_many[answer]) for answer, words in ANSWERS]


def _trend(request: PageRequest, held: Rules, indicator: str, shown: Shown) -> dict[str, Any]:
    """The figure over every period of the calendar that has begun, as a picture and its table."""
    begun = [period for period in _periods(held) if period.start <= held.on]
    rows = [(period, showing.live(request.actor, held, indicator, period, request.at)) for period in begun]
    drawn = [Bar(f"{p.end:%b %Y}", _number(one)) for p, one in rows]
    unit = " %" if shown.numbers.get("unit") == "percent" else ""
    target = held.definition(indicator).target
    line = _as_float(target.bounds[0].limit) if target and len(target.bounds) == 1 else None
    return {"trend": rows, "svg": bars(drawn, unit=unit, top=100 if unit else None, target=line)}


def _number(one: Shown) -> float | None:
    return _as_float(one.numbers["value"])


def _as_float(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


@page(allow=Permission.VIEW_RECORDS_COUNTED)
def records(request: PageRequest, service: str, indicator: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.VIEW_RECORDS_COUNTED)
    day = max(_asked_day(request, agreement), agreement.starts_on)
    held = rules(service, day)
    if indicator not in held.contract.indicators:
        raise Http404
    wanted = next((answer for answer, _ in ANSWERS if answer.value == request.GET.get("answer")), None)
    number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
    try:
        found = records_behind(
            service,
            indicator,
            actor=request.actor,
            period=showing.period_of(held, indicator, day),
            as_known_at=request.at,
            answer=wanted,
            rules=held,
            skip=(number - 1) * PAGE,
            size=PAGE,
        )
    except Refused as refusal:
        raise Http404 from refusal
    context = {
        "agreement": agreement,
        "title": held.contract.indicators[indicator].title,
        "indicator": indicator,
        "found": found,
        "fact_in_words": _fact_in_words,
        "answers": [(answer.value, words) for answer, words in ANSWERS],
        "wanted": wanted.value if wanted else "",
        "day": day,
        "number": number,
        "more": number * PAGE < found.total,
        "words": {answer.value: words for answer, words in ANSWERS},
    }
    return render(request, "oversight/records.html", context)


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
