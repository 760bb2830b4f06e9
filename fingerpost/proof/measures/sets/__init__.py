"""The record sets that have rows. A set of the vocabulary that is missing here has none recorded yet."""

from fingerpost.language.definition import Figure
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.sets.cases import cases
from fingerpost.proof.measures.sets.children_on_cases import children_on_cases
from fingerpost.proof.measures.sets.effort import effort
from fingerpost.proof.measures.sets.encounters import encounters
from fingerpost.proof.measures.sets.enrolments import enrolments
from fingerpost.proof.measures.sets.entries import set_of_entries
from fingerpost.proof.measures.sets.exclusions import exclusions
from fingerpost.proof.measures.sets.feedback import feedback
from fingerpost.proof.measures.sets.paired_scores import paired_scores
from fingerpost.proof.measures.sets.people_involved import people_involved
from fingerpost.proof.measures.sets.population import population
from fingerpost.proof.measures.sets.pupils import pupils
from fingerpost.proof.measures.sets.referrals import referrals

_HELD = (
    *(cases, children_on_cases, effort, encounters, enrolments, exclusions),
    *(feedback, paired_scores, people_involved, population, pupils, referrals),
)
RECORD_SETS: dict[str, RecordSet] = {one.spec.name: one for one in _HELD}


def record_set_of(figure: Figure) -> RecordSet | None:
    """The rows that a figure counts, of the product or of a declared kind; None where nothing is recorded of them."""
    return set_of_entries(figure.entries) if figure.entries else RECORD_SETS.get(figure.of)


def rows_behind(figure: Figure) -> RecordSet:
    """The same of a figure whose rows are recorded. Raises KeyError for another."""
    return set_of_entries(figure.entries) if figure.entries else RECORD_SETS[figure.of]
