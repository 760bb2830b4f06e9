"""Returns that are due or late, as signals on the contract's page; and where returns stand."""

from collections.abc import Iterator
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, returns_owed, rules
from fingerpost.agreements.contracts.signals import Severity, Signal, watches
from fingerpost.agreements.contracts.standing import Standing, stands_for
from fingerpost.language.periods import ReturnDue
from fingerpost.proof.returns.models import Return


@watches("returns_due")
def returns_due_soon(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Returns that are late, or due within the first of the contract's reminders. Two queries."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    for due in returns_owed(agreement, on):
        words = contract.returns[due.series]
        left = (due.due - on).days
        if left <= max(words.reminders, default=0):
            clause = words.clause if isinstance(words.clause, str) else words.clause[0]
            yield Signal(
                clause,
                _severity(left, words.reminders),
                _said(due, left),
                "oversight:returns",
                (agreement.key,),
                inward=False,
            )


def _severity(left: int, reminders: tuple[int, ...]) -> Severity:
    """Missed once late; at risk from the second reminder on."""
    if left < 0:
        return Severity.MISSED
    nearer = sorted(reminders, reverse=True)[1:2]
    return Severity.AT_RISK if nearer and left <= nearer[0] else Severity.COMING


def _said(due: ReturnDue, left: int) -> str:
    named = f"The return due {day_in_words(due.due)}"
    if left < 0:
        return f"{named} is {_days(-left)} late."
    if left == 0:
        return f"{named} is due today and has not been sent."
    return f"{named} has not been sent. {_days(left).capitalize()} left."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


@stands_for("return")
def returns_sent(agreement: Agreement, on: date) -> Standing:
    """How many returns were sent by the day. One query."""
    sent = Return.objects.filter(agreement=agreement, submitted_at__date__lte=on).count()
    return Standing(f"{sent} sent", "oversight:returns", (agreement.key,))
