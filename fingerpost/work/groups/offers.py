"""What the contract says of a programme: the offer it belongs to, and the questionnaires that measure its outcomes."""

from fingerpost.language.contract import Contract
from fingerpost.language.schema import InstrumentWords, OfferWords
from fingerpost.work.groups.models import Programme


def offer_of(programme: Programme, contract: Contract) -> OfferWords | None:
    """The offer the programme was defined under; the first of its kind where that is gone; None where there is none."""
    if programme.offer in contract.offers:
        return contract.offers[programme.offer]
    return next((words for words in contract.offers.values() if words.kind == programme.kind), None)


def measures_of(programme: Programme, contract: Contract) -> dict[str, InstrumentWords]:
    """For each outcome the programme works towards, the questionnaire that measures it: the first whose questions are about it.

    An outcome without one is left out.
    """
    scored = [words for words in contract.instruments.values() if words.scoring is not None]
    found = {}
    for outcome in programme.outcomes:
        about = (words for words in scored if {item.topic for item in words.item if item.answerOption} == {outcome})
        if (words := next(about, None)) is not None:
            found[outcome] = words
    return found
