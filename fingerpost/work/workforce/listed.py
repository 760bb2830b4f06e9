"""What a return lists of staff: posts funded and filled by role, and the plan to last. Nobody is named."""

from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.contracts.lists import Column, Listed, serves
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.language.periods import Period
from fingerpost.work.workforce.queries import filled_on, plan


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


STATUS = {
    "done": "Complete",
    "dropped": "Dropped",
    "overdue": "Overdue",
    "in_progress": "In progress",
    "not_started": "Not started",
}


@serves("plan_to_last")
def plan_to_last(agreement: Agreement, period: Period, at: datetime) -> Listed:
    """Actions of the plan with their status, and posts that become others, on the period's last day or the day of asking.

    Two queries. Clause 1.5 (Essex advisors).
    """
    on = min(period.end, timezone.localdate(at))
    found = plan(agreement.key, on, known_at=at)
    columns = (Column("What"), Column("Responsible"), Column("By"), Column("Status"))
    actions = [(one.what, one.owner, day_in_words(one.due_on), STATUS[status]) for one, status in found.actions]
    changes = [
        (
            f"Post: {one.role_from} becomes {one.role_to}",
            "",
            day_in_words(one.effective_on),
            _effect(one.effective_on, on),
        )
        for one in found.changes
    ]
    notes = (f"{found.words}, on {day_in_words(on)}.",) if found.actions else ()
    return Listed(
        "Sustainability plan", columns, (*actions, *changes), notes=notes, empty="No action has been planned yet."
    )


def _effect(effective_on: date, on: date) -> str:
    return "In effect" if effective_on <= on else "To come"
