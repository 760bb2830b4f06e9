"""Meetings missed or not yet held, as signals on the contract's page; and where they stand."""

from collections.abc import Iterator
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.agreements.contracts.signals import Severity, Signal, watches
from fingerpost.agreements.contracts.standing import Standing, stands_for
from fingerpost.agreements.meetings.models import Meeting
from fingerpost.agreements.meetings.queries import Expected, expected, open_actions


@watches("meetings")
def meetings_missed(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Periods that passed without a meeting, and the one under way once a reminder of the contract has come. Two queries."""
    for one in expected(agreement, on):
        if one.status == "missed":
            yield _signal(agreement, one, Severity.MISSED, f"{one.title}: none was held from {_days(one)}.")
        elif one.status == "due" and (one.period.end - on).days <= max(one.remind, default=0):
            words = f"{one.title}: none has been called for the time to {day_in_words(one.period.end)}."
            yield _signal(agreement, one, Severity.AT_RISK, words)


@watches("meeting_actions")
def actions_overdue(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Actions past their day, in one line. One query."""
    late = [action for action in open_actions(agreement) if action.due_on < on]
    if late:
        said = "1 action of a meeting is" if len(late) == 1 else f"{len(late)} actions of meetings are"
        page = ("oversight:meetings", (agreement.key,))
        clause = next((one.clause for one in expected(agreement, on)), "")
        yield Signal(clause, Severity.AT_RISK, f"{said} past the day agreed.", *page, inward=False)


@stands_for("meeting")
def meetings_held(agreement: Agreement, on: date) -> Standing:
    """How many were held by the day, and when the last was. One query."""
    days = Meeting.objects.filter(agreement=agreement, day__lte=on).exclude(recorded_at=None).order_by("-day")
    held = list(days.values_list("day", flat=True))
    words = f"{len(held)} held, the last on {day_in_words(held[0])}" if held else "None held yet"
    return Standing(words, "oversight:meetings", (agreement.key,))


def _signal(agreement: Agreement, one: Expected, severity: Severity, words: str) -> Signal:
    return Signal(one.clause, severity, words, "oversight:meetings", (agreement.key,), inward=False)


def _days(one: Expected) -> str:
    return f"{day_in_words(one.period.start)} to {day_in_words(one.period.end)}"
