"""Figures: every indicator of a period; one of them with its parts; the records behind it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.counting import how_counted
from fingerpost.language.periods import Period, year_to_date
from fingerpost.pages.kit.downloads import csv_of, wants_csv
from fingerpost.pages.kit.pictures import Bar, lying_bars
from fingerpost.pages.kit.shortcuts import render
from fingerpost.pages.oversight import figures as showing
from fingerpost.pages.oversight import outside as showing_outside
from fingerpost.pages.oversight.figures import Shown
from fingerpost.pages.oversight.reach import agreement_or_404, to_my_service, today_of
from fingerpost.proof.measures.answers import Answer
from fingerpost.proof.returns.wording import BreakdownRow

PAGE = 50
SCORED_IN = "points"
YEAR = "year"
"""What `?span=` says for the year to date."""


@page(allow=Permission.VIEW_FIGURES)
def my_figures(request: PageRequest) -> HttpResponse:
    return to_my_service(request, "oversight:figures")


def asked_day(request: PageRequest, agreement: Agreement) -> date:
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
    day = max(asked_day(request, agreement), agreement.starts_on)
    held = rules(service, day)
    opens = showing.sees_records(request.actor, agreement)
    page = _for_inside(request, held, day) if opens else _for_outside(request, agreement, held, day)
    cards = [{**one.card, "href": _address(service, one.key, page["day"])} for one in page.pop("shown")]
    return render(request, "oversight/figures.html", {"agreement": agreement, "cards": cards, "is_live": opens, **page})


def _for_inside(request: PageRequest, held: Rules, day: date) -> dict[str, Any]:
    """Figures of the period around the day, or of the year to its end, that open to their records."""
    period = _period_around(held, day)
    year = year_to_date(held.contract, period) if period and request.GET.get("span") == YEAR else None
    shown = _live(request, held, day, year)
    return {"shown": shown, "periods": _periods(held), "period": period, "day": day, "year": year, "sent": None}


def _for_outside(request: PageRequest, agreement: Agreement, held: Rules, day: date) -> dict[str, Any]:
    """What those outside may read: a period's return, or the period as it stands."""
    told = showing_outside.Outside(request.actor, agreement, held, request.at, today_of(request, agreement))
    period = told.period_around(day)
    found, year = (told.figures(period) if period else []), None
    if period and request.GET.get("span") == YEAR:
        to_date = told.year_to_date(period, list(held.contract.indicators))
        year, found = to_date or (None, found)
    sent = told.fixed.get(period.end) if period else None
    return {
        "shown": found, "periods": told.periods(), "period": period, "year": year, "sent": sent,
        "day": period.end if period else day,
    }  # fmt: skip


def _address(service: str, key: str, day: date) -> str:
    return f"{reverse('oversight:figure', args=[service, key])}?until={day.isoformat()}"


def _period_around(held: Rules, day: date) -> Period | None:
    return next((period for period in _periods(held) if day in period), None)


def _live(request: PageRequest, held: Rules, day: date, stretch: Period | None = None) -> list[Shown]:
    """Every figure over its own period around the day, or over one stretch of days."""
    periods: dict[Period, list[str]] = {}
    for key in held.contract.indicators:
        with suppress(Refused):
            periods.setdefault(stretch or showing.period_of(held, key, day), []).append(key)
    found = [
        one
        for period, keys in periods.items()
        for one in showing.live_all(request.actor, held, keys, period, request.at)
    ]
    order = list(held.contract.indicators)
    return sorted(found, key=lambda one: order.index(one.key))


@page(allow=Permission.VIEW_FIGURES)
def figure(request: PageRequest, service: str, indicator: str) -> HttpResponse:
    agreement = agreement_or_404(request, service)
    day = max(asked_day(request, agreement), agreement.starts_on)
    held = rules(service, day)
    if indicator not in held.contract.indicators:
        raise Http404
    opens = showing.sees_records(request.actor, agreement)
    told = (
        None
        if opens
        else showing_outside.Outside(request.actor, agreement, held, request.at, today_of(request, agreement))
    )
    period = told.period_around(day) if told else None
    shown = _one_live(request, held, indicator, day) if opens else None
    if told and period:
        shown = next(iter(told.figures(period, [indicator])), None)
        day = period.end
    context: dict[str, Any] = {
        "agreement": agreement,
        "one": shown,
        "is_live": opens,
        "sent": told.fixed.get(day) if told else None,
        "period": period or _period_around(held, day),
        "day": day,
        "indicator": indicator,
    }
    context["title"] = held.contract.indicators[indicator].title
    context["counted"] = how_counted(held.contract, [held.definition(indicator)], on=held.on, choices=held.choices)
    if shown:
        parts, target = shown.words["breakdowns"], _target(held, indicator)
        pictures = [_by_member(part["rows"], target if part["is_own"] else None) for part in parts]
        context |= {"breakdowns": parts, "answers": _answers(shown), "pictures": pictures}
        rows = _outside_periods(told, indicator) if told else _every_period(request, held, indicator)
        context |= _trend(held, indicator, shown, rows)
        context["year"] = _year(told, period, indicator) if told else _year_inside(request, held, indicator, day)
    if (wanted := wants_csv(request)) and shown:
        return _numbers_of(indicator, wanted, context)
    return render(request, "oversight/figure.html", context)


COLUMNS = ("figure", "made of", "not known")


def _numbers_of(indicator: str, wanted: str, context: dict[str, Any]) -> HttpResponse:
    """The numbers of one of the page's pictures, as they stand in its table. Raises Http404 for a picture it has not."""
    if wanted == "periods" and "trend" in context:
        rows = [(f"{p.start:%d/%m/%Y} to {p.end:%d/%m/%Y}", one.words) for p, one in context["trend"]]
        told = [(when, w["result"], w["made_of"], w["not_known"]) for when, w in rows]
        return csv_of(f"{indicator}_periods", ("period", *COLUMNS), told)
    parts = context["breakdowns"]
    if not wanted.isdecimal() or not 0 < int(wanted) <= len(parts):
        raise Http404
    part = parts[int(wanted) - 1]
    told = [(row["member"], row["result"], row["made_of"], row["not_known"]) for row in part["rows"]]
    return csv_of(f"{indicator}_by_{part['label'].lower().replace(' ', '_')}", (part["label"].lower(), *COLUMNS), told)


def _by_member(rows: Sequence[BreakdownRow], target: float | None) -> SafeString:
    """A bar for each member of a breakdown; one that is hidden or has no number stays empty."""
    unit = " %" if any(row["numbers"].get("unit") == "percent" for row in rows) else ""
    drawn = [_bar(row["member"], row["numbers"], row["made_of"]) for row in rows]
    return lying_bars(drawn, unit=unit, top=100 if unit else None, target=target)


def _bar(label: str, numbers: Mapping[str, Any], made_of: str) -> Bar:
    """A bar with what it is made of. Nothing of a hidden number is drawn or said."""
    if numbers.get("hidden"):
        return Bar(label, None, note="Hidden")
    of = numbers["denominator"] if isinstance(numbers["denominator"], int) else None
    return Bar(label, _value(numbers), note=made_of if of else "", of=of)


def _value(numbers: Mapping[str, Any]) -> float | None:
    """What the table shows of these numbers: the count where a figure is one, else its value."""
    return _as_float(numbers["numerator"] if numbers["denominator"] is None else numbers["value"])


def _one_live(request: PageRequest, held: Rules, indicator: str, day: date) -> Shown | None:
    try:
        return showing.live(request.actor, held, indicator, showing.period_of(held, indicator, day), request.at)
    except Refused:
        return None


def _outside_periods(told: showing_outside.Outside, indicator: str) -> list[tuple[Period, Shown]]:
    found = [(period, told.figures(period, [indicator])) for period in told.periods()]
    return [(period, some[0]) for period, some in found if some]


def _every_period(request: PageRequest, held: Rules, indicator: str) -> list[tuple[Period, Shown]]:
    """The figure over every period of the calendar that has begun."""
    begun = [period for period in _periods(held) if period.start <= held.on]
    return [(period, showing.live(request.actor, held, indicator, period, request.at)) for period in begun]


def _year(told: showing_outside.Outside, period: Period | None, indicator: str) -> tuple[Period, Shown] | None:
    found = told.year_to_date(period, [indicator]) if period else None
    return (found[0], found[1][0]) if found and found[1] else None


def _year_inside(request: PageRequest, held: Rules, indicator: str, day: date) -> tuple[Period, Shown] | None:
    """The year up to the end of the period around the day; None where that is all there is of it."""
    period = _period_around(held, day)
    year = year_to_date(held.contract, period) if period else None
    if year is None or year == period:
        return None
    return year, showing.live(request.actor, held, indicator, year, request.at)


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
    is_share = numbers["unit"] == "percent" and not numbers["parts"]
    out = of - within if is_share and isinstance(of, int) and isinstance(within, int) else None
    how_many = {
        Answer.IN: within if isinstance(within, int) else None,
        Answer.OUT: out,
        Answer.NOT_KNOWN: numbers["not_known"],
        Answer.PENDING: numbers["pending"],
        Answer.OUTSIDE: numbers["outside"],
    }
    return [(answer.value, words, how_many[answer]) for answer, words in ANSWERS]


def _trend(held: Rules, indicator: str, shown: Shown, rows: list[tuple[Period, Shown]]) -> dict[str, Any]:
    """The figure over the periods, as a picture and its table."""
    drawn = [_bar(f"{p.end:%b %Y}", one.numbers, one.words["made_of"]) for p, one in rows]
    unit = " %" if shown.numbers.get("unit") == "percent" else ""
    line = _target(held, indicator)
    return {"trend": rows, "svg": lying_bars(drawn, unit=unit, top=100 if unit else None, target=line)}


def _target(held: Rules, indicator: str) -> float | None:
    """Where the line of the target stands; None for no target, and for one that is a range."""
    target = held.definition(indicator).target
    return _as_float(target.bounds[0].limit) if target and len(target.bounds) == 1 else None


def _number(one: Shown) -> float | None:
    return _as_float(one.numbers["value"])


def _as_float(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None
