"""Barriers as a return lists them."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.lists import Column, Listed, serves
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.language.periods import Period
from fingerpost.proof.quality.models import Barrier
from fingerpost.proof.quality.queries import barriers_of


@serves("barrier")
def barriers(agreement: Agreement, period: Period, at: datetime) -> Listed:
    """Barriers logged in the period, and those still open from before, as they stood on its last day or the day of asking."""
    on = min(period.end, timezone.localdate(at))
    found = barriers_of(agreement, period, on)
    columns = ("Logged", "Where", "What got in the way", "Effect", "What was done", "Status")
    rows = tuple(
        (
            day_in_words(one.logged_on),
            one.area.name if one.area else "The whole service",
            one.description,
            one.effect,
            one.action or "Nothing yet",
            status_of(one, on),
        )
        for one in found
    )
    notes = []
    if rows:
        unresolved = sum(row[-1] == "Open" for row in rows)
        notes.append(f"{unresolved} open and {len(rows) - unresolved} resolved on {day_in_words(on)}.")
    return Listed(
        "Barrier log",
        tuple(map(Column, columns)),
        rows,
        notes=tuple(notes),
        empty="No barrier was logged in this period.",
    )


def status_of(one: Barrier, on: date) -> str:
    """Open or resolved on a day."""
    if one.resolved_on is None or one.resolved_on > on:
        return "Open"
    return "Resolved" + (f": {one.outcome}" if one.outcome else "")
