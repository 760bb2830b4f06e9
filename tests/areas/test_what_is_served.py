"""What the language says the product has is there: records, lists, consents, samples, needs, decisions, reasons."""

import pytest
from django.apps import apps

from fingerpost.agreements.contracts import lists, standing
from fingerpost.language.vocabulary import SETS, VOCABULARY, served
from fingerpost.language.vocabulary.unrecorded import UNRECORDED, WITHOUT_ROWS
from fingerpost.people.consent.models import Consent
from fingerpost.people.families.models import Membership
from fingerpost.people.schooling.codes import REASONS
from fingerpost.proof.measures.sets import RECORD_SETS
from fingerpost.proof.quality.models import Sample
from fingerpost.work.assessments.needs import NEEDS
from fingerpost.work.casework.commands.closing import OUTCOME_LETTER
from fingerpost.work.casework.models import CaseDiscussion
from fingerpost.work.outcomes.models import Invitation


@pytest.mark.parametrize(("kind", "model"), served.RECORDS.items())
def test_every_record_that_may_serve_a_clause_is_kept(kind: str, model: str) -> None:
    assert apps.get_model(model)


def test_whatever_an_area_says_it_serves_may_be_named() -> None:
    assert set(standing._told) <= set(served.RECORDS)
    assert set(lists.kinds()) == served.LISTS


def test_codes_are_those_that_are_kept() -> None:
    facts = {**VOCABULARY.facts, **SETS["exclusions"].facts, **SETS["encounters"].facts, **SETS["feedback"].facts}
    assert set(Consent.Kind.values) == served.CONSENTS
    assert set(Sample.Population.values) == served.SAMPLED
    assert {OUTCOME_LETTER} == served.LETTERS
    assert facts["assessed_need"].codes == set(NEEDS)
    assert facts["supervision_decision"].codes == set(CaseDiscussion.Decided.values)
    assert facts["reason"].codes == set(REASONS)
    assert facts["person_kind"].codes == set(Membership.Part.values)
    assert facts["respondent_kind"].codes == set(Invitation.Respondent.values)


def test_what_nobody_records_is_what_the_sets_with_rows_do_not_give() -> None:
    assert set(SETS) - set(RECORD_SETS) == WITHOUT_ROWS
    for name, rows in RECORD_SETS.items():
        spec = SETS[name]
        named = {*spec.facts, *spec.breakdowns, *spec.units}
        given = {one for one in named if rows.offers(one) or one in rows.units}
        assert named - given == UNRECORDED.get(name, frozenset()), name
