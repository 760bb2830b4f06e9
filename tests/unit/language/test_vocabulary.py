"""The words offered to contracts are the words that the areas fill."""

from fingerpost.language import VOCABULARY, registry
from fingerpost.language.vocabulary import SUBJECT_FACTS
from fingerpost.language.vocabulary.derived import FORMULAS, with_derived


def test_every_fact_that_an_area_fills_is_in_the_vocabulary() -> None:
    for name, filled in registry.specs().items():
        offered = VOCABULARY.facts[name]
        assert (filled.kind, filled.unit) == (offered.kind, offered.unit), name


def test_every_fact_offered_about_a_referral_or_case_is_filled() -> None:
    assert {fact.name for fact in SUBJECT_FACTS} <= set(registry.specs())


def test_record_sets_hang_together() -> None:
    for name, spec in VOCABULARY.sets.items():
        assert name == spec.name
        assert spec.joins, name
        for fact in spec.facts.values():
            assert fact.label, fact.name
            if fact.best_reachable:
                assert fact.best_reachable.baseline in spec.facts
                assert fact.best_reachable.at_entry in VOCABULARY.facts
            if fact.by_clock:
                assert fact.by_clock in VOCABULARY.facts


def test_formulas_make_facts_of_their_set() -> None:
    for of, formulas in FORMULAS.items():
        for name, (needed, _) in formulas.items():
            assert {name, *needed} <= set(VOCABULARY.sets[of].facts)


def test_a_fall_of_thirty_percent_is_exactly_that() -> None:
    row = with_derived("children_on_cases", {"attendance_rate_before": 85.0, "attendance_rate_after": 89.5})
    assert row["absence_change"] == -30
    assert float(row["attendance_points"]) == 4.5
    less = with_derived("children_on_cases", {"attendance_rate_before": 85.0, "attendance_rate_after": 89.4})
    assert less["absence_change"] > -30
    assert "absence_change" not in with_derived("children_on_cases", {"attendance_rate_before": 85})
