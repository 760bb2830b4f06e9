"""What the contract says of a programme: the offer it belongs to, and the questionnaires that measure its outcomes."""

from fingerpost.language.contract import Contract
from fingerpost.language.schema import InstrumentWords, OfferWords
from fingerpost.work.groups.models import Programme
from fingerpost.work.outcomes.scoring import topics


def offer_of(programme: Programme, contract: Contract) -> OfferWords | None:
    """The offer the programme was defined under; the first of its kind where that is gone; None where there is none."""
    if programme.offer in contract.offers:
        return contract.offers[programme.offer]
    return next((words for words in contract.offers.values() if words.kind == programme.kind), None)


def measures_of(programme: Programme, contract: Contract) -> dict[str, InstrumentWords]:
    """For each outcome the programme works towards, the questionnaire that measures it; one about nothing else comes first.

    An outcome without one is left out.
    """
    found = {}
    for outcome in programme.outcomes:
        about = [w for w in contract.instruments.values() if w.scoring is not None and outcome in topics(w)]
        if about:
            found[outcome] = min(about, key=lambda words: len(topics(words)))
    return found
