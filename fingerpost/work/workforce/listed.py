"""Posts as a return lists them: funded and filled, by role. Nobody is named."""

from datetime import datetime

from django.utils import timezone

from fingerpost.agreements.contracts.lists import Column, Listed, serves
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.language.periods import Period
from fingerpost.work.workforce.queries import filled_on


@serves("post")
def posts(agreement: Agreement, period: Period, at: datetime) -> Listed:
    """Full-time equivalents funded, filled and vacant by role, on the period's last day or the day of asking. Two queries."""
    on = min(period.end, timezone.localdate(at))
    columns = (
        Column("Post"),
        Column("Funded", numeric=True),
        Column("Filled", numeric=True),
        Column("Vacant", numeric=True),
    )
    rows = tuple(
        (one.label, f"{one.funded:.1f}", f"{one.filled:.1f}", f"{one.vacant:.1f}")
        for one in filled_on(agreement.key, on)
    )
    return Listed("Posts", columns, rows, notes=(f"In full-time equivalents, on {day_in_words(on)}.",))
