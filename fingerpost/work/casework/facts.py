"""Facts that gates and tasks may ask of a case."""

from datetime import date
from typing import Any

from django.utils import timezone

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.added import facts_added
from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import Facts, FactValue, fact, joined, once, registry
from fingerpost.work.casework.models import Case, CaseDiscussion
from fingerpost.work.referrals.facts import Subject


def last_discussion(case: Case | None, on: date) -> CaseDiscussion | None:
    """The latest discussion of the case in supervision on or before the day. One query."""
    if case is None:
        return None
    found = CaseDiscussion.objects.filter(case=case, discussed_on__lte=on)
    return found.order_by("-discussed_on", "-recorded_at").first()


def _last_discussion(subject: Any, on: date) -> CaseDiscussion | None:
    return once(subject, ("last discussion", on), lambda: last_discussion(subject.case, on))


@fact("supervision_decision", kind="code", label="What supervision decided of the case")
def supervision_decision(subject: Any, on: date) -> FactValue:
    """Code of the latest decision; not known where supervision never discussed the case."""
    found = _last_discussion(subject, on)
    return NOT_KNOWN if found is None else found.decided


@fact("days_since_supervision", label="Days since supervision discussed the case", unit="days")
def days_since_supervision(subject: Any, on: date) -> FactValue:
    """Whole days since the latest discussion; not known where there was none."""
    found = _last_discussion(subject, on)
    return NOT_KNOWN if found is None else (on - found.discussed_on).days


@fact("outcome_recorded", kind="boolean", label="The outcome is recorded")
def outcome_recorded(subject: Any, on: date) -> FactValue:
    """Whether the case was closed by the day."""
    closed_at = subject.case.closed_at if subject.case else None
    return closed_at is not None and timezone.localdate(closed_at) <= on


def facts_of(case: Case, held: Rules) -> Facts:
    """Every fact of a case that a gate may ask for, with what the contract adds to it and to its request."""
    subject = Subject(held.service, case.family, case=case, request=case.request, values=held.contract.values)
    about = {"case": case.pk} | ({"request": case.request_id} if case.request_id else {})
    return joined(facts_added(held, about), registry.about(subject, held.on))
