"""Whether a case may be closed today, in the contract's words."""

from dataclasses import dataclass
from datetime import date

from fingerpost.agreements.contracts.queries import rules
from fingerpost.language.facts import registry
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals.facts import Subject

CLOSING = "closing"


@dataclass(frozen=True)
class Gate:
    """A gate of the pathway as it stands: `answer` is yes, no or not_known; `text` says why and what to do."""

    label: str
    answer: str
    text: str


def closing_gate(case: Case, on: date) -> Gate | None:
    """The gate before closing; None where the contract has none. The caller has seen that they may meet the case."""
    held = rules(case.service, on)
    if CLOSING not in held.contract.pathway.gates:
        return None
    subject = Subject(held.service, case.family, case=case, request=case.request, values=held.contract.values)
    answered = held.check_gate(CLOSING, registry.about(subject, on))
    text = " ".join(reason.text for reason in answered.reasons)
    return Gate(held.contract.pathway.gates[CLOSING].label, answered.answer.name.lower(), text)
