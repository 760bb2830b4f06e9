"""What a contract calls things that pages of practice name by their codes."""

from fingerpost.agreements.contracts.rules import Rules


def case_words(held: Rules) -> dict[str, dict[str, str]]:
    """What this contract calls kinds of contact, reasons for closing and questionnaires: code to label."""
    pathway = held.contract.pathway
    return {
        "contacts": {code: kind.label for code, kind in pathway.contacts.items()},
        "reasons": {code: reason.label for code, reason in pathway.closure_reasons.items()},
        "school_events": {code: kind.label for code, kind in pathway.school_events.items()},
        "instruments": {code: words.title for code, words in held.contract.instruments.items()},
    }
