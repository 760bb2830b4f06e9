"""Whether a case may be closed today, in the contract's words."""

from dataclasses import dataclass
from datetime import date

from fingerpost.agreements.registers.reading import rules_of_pathway
from fingerpost.work.casework.facts import facts_of
from fingerpost.work.casework.models import Case

CLOSING = "closing"


@dataclass(frozen=True)
class Gate:
    """A gate of the pathway as it stands: `answer` is yes, no or not_known; `text` says why and what to do."""

    label: str
    answer: str
    text: str


def closing_gate(case: Case, on: date) -> Gate | None:
    """The gate before closing; None where the contract has none. The caller has seen that they may meet the case."""
    held = rules_of_pathway(case.service, "case", case.opened_at, on)
    if CLOSING not in held.contract.pathway.gates:
        return None
    answered = held.check_gate(CLOSING, facts_of(case, held))
    text = " ".join(reason.text for reason in answered.reasons)
    return Gate(held.contract.pathway.gates[CLOSING].label, answered.answer.name.lower(), text)
