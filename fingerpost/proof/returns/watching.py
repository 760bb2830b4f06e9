"""Returns that are due or late, as signals on the contract's page; and where returns stand."""

from collections.abc import Iterator
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import day_in_words, returns_owed, rules
from fingerpost.agreements.contracts.signals import Severity, Signal, watches
from fingerpost.agreements.contracts.standing import Standing, stands_for
from fingerpost.language.periods import ReturnDue
from fingerpost.proof.returns.case_studies import missing_for, missing_in_words, owed_soon
from fingerpost.proof.returns.models import CaseStudy, Return


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


@watches("case_studies")
def case_studies_short(agreement: Agreement, on: date) -> Iterator[Signal]:
    """Returns under way that lack case studies, by area. Three queries, and one a return under way."""
    contract = rules(agreement.key, max(on, agreement.starts_on)).contract
    for due in owed_soon(agreement, on):
        words = contract.returns[due.series].case_studies
        short = missing_in_words(missing_for(agreement, contract, due.series, due.period.end), contract)
        if words and short:
            clause = words.clause if isinstance(words.clause, str) else words.clause[0]
            left = (due.due - on).days
            said = f"Case studies for the return due {day_in_words(due.due)}: {short}."
            severity = _severity(left, contract.returns[due.series].reminders)
            yield Signal(clause, severity, said, "practice:case_studies")


@stands_for("case_study")
def case_studies_approved(agreement: Agreement, on: date) -> Standing:
    """How many were approved by the day. One query."""
    number = CaseStudy.objects.filter(agreement=agreement, approved_at__date__lte=on, taken_out_at=None).count()
    return Standing(f"{number} approved", "oversight:returns", (agreement.key,))


@stands_for("return")
def returns_sent(agreement: Agreement, on: date) -> Standing:
    """How many returns were sent by the day. One query."""
    sent = Return.objects.filter(agreement=agreement, submitted_at__date__lte=on).count()
    return Standing(f"{sent} sent", "oversight:returns", (agreement.key,))
