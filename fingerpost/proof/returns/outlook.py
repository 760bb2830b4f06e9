"""Figures that will be missed unless something changes: judged each night as if the period ended today, and kept for the signals.

Working a figure out takes too long for a page that is opened all day, so the night's answer stands until the next.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import NothingInForce, day_in_words, rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.contracts.signals import Severity, Signal, watches
from fingerpost.ground.access.command import Refused
from fingerpost.language.periods import Period, ReturnDue
from fingerpost.language.verdicts import verdict
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.measures.figure import Figure
from fingerpost.proof.returns.freezing import READER
from fingerpost.proof.returns.models import Outlook
from fingerpost.proof.returns.wording import result

MISSED = ("not_met", "worse", "alert")


def look_ahead(agreement: Agreement, now: datetime) -> int:
    """Judge every figure of the return under way as it stands. Returns how many are heading for a miss."""
    on = timezone.localdate(now)
    try:
        held = rules(agreement.key, on)
    except NothingInForce:
        return 0
    due = under_way(held, on)
    headings = held.contract.returns[due.series].headings.values() if due else ()
    keys = dict.fromkeys(key for words in headings for key in words.indicators)
    for key in keys:
        _judge(agreement, held, key, due.period, now)  # type: ignore[union-attr]
    Outlook.objects.filter(agreement=agreement).exclude(indicator__in=list(keys)).delete()
    return Outlook.objects.filter(agreement=agreement, status__in=MISSED).count()


def under_way(held: Rules, on: date) -> ReturnDue | None:
    """The return whose period holds the day."""
    return next((due for due in held.returns_due if on in due.period), None)


def _judge(agreement: Agreement, held: Rules, key: str, period: Period, now: datetime) -> None:
    try:
        figure = evaluate(agreement.key, key, actor=READER, period=period, as_known_at=now, rules=held)
    except Refused:
        return
    told = {
        "on": timezone.localdate(now),
        "period_to": period.end,
        "status": _as_if_over(held, key, figure, period),
        "title": figure.title,
        "result": result(figure.as_dict()),
        "target": figure.target or "",
    }
    Outlook.objects.update_or_create(agreement=agreement, indicator=key, defaults=told)


def _as_if_over(held: Rules, key: str, figure: Figure, period: Period) -> str:
    """The verdict that the figure would have if nothing more were to happen in the period. Compared unrounded."""
    if not figure.recorded:
        return "no_data"
    definition = held.definition(key)
    target = definition.target
    members = None
    if target and target.in_each:
        members = {one.member or "": one.exact for one in figure.breakdowns if one.dimension == target.in_each}
    against = figure.against.exact if figure.against else None
    found = verdict(held.contract, definition, figure.exact, period=period, against=against, members=members)
    return found.value


@watches("figures")
def figures_heading_for_a_miss(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Figures of the return under way that are missed as they stand. Two queries."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    found = Outlook.objects.filter(agreement=agreement, status__in=MISSED, period_to__gte=on, on__lte=on)
    for one in found.order_by("indicator"):
        indicator = contract.indicators.get(one.indicator)
        if indicator is None:
            continue
        clause = indicator.clause if isinstance(indicator.clause, str) else indicator.clause[0]
        words = f"{one.title}: {one.result} by {day_in_words(one.on)}. {one.target}.".replace("..", ".")
        page = ("oversight:figure", (agreement.key, one.indicator))
        yield Signal(clause, Severity.AT_RISK, words, *page)
