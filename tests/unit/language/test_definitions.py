"""Thirteen indicators of five services, written out, each in every reading."""

from datetime import date
from pathlib import Path

import pytest

from fingerpost.language import VOCABULARY, Contract, load, resolve
from fingerpost.language.conditions import All, facts_named
from fingerpost.language.definition import (
    Balance,
    Baseline,
    Count,
    Definition,
    Mean,
    SameRows,
    Share,
    YearBefore,
)
from tests.unit.language.small import AGREEMENT, AREAS, EVERYTHING, faults, files

DEFINITIONS = Path(__file__).parent / "definitions"
CLAUSES = (
    "\n".join(
        f'c{n}: {{printed: "{number}", gist: A clause., status: context}}'
        for n, number in enumerate(("1.3", "2.7", "3.1", "4.2.1", "4.2.2", "4.2.4", "4.2.5", "4.2.7", "4.2.10"), 1)
    )
    + "\n"
    + "\n".join(
        f'd{n}: {{printed: "{number}", gist: A clause., status: context}}'
        for n, number in enumerate(("12.1", "12.7", "10.8"))
    )
)
LEVELS = {"thurrock": "[cluster]", "jersey": "[site]"}
RETURNS = """
returns:
  main: {clause: "3.1", title: The return, dates: [2010-09-30, 2010-12-31, 2011-03-31, 2011-08-31]}
"""


def service(name: str, **more: str) -> Contract:
    indicators = (DEFINITIONS / f"{name}.yaml").read_text()
    if name == "essex_advisors":
        indicators = indicators.replace("values:\n", "values:\n  baseline_span: [{since: 2010-04-01, value: 12}]\n", 1)
    agreement = AGREEMENT.replace("[quadrant, locality]", LEVELS.get(name, "[quadrant, locality]"))
    more = {"agreement": agreement, "areas": AREAS.replace(", areas: {harlow: {name: Harlow}}", ""), **more}
    return load(files(clauses=CLAUSES, indicators=indicators, returns=RETURNS, **more), EVERYTHING)


@pytest.fixture(scope="module")
def essex() -> Contract:
    return service("essex_advisors")


@pytest.fixture(scope="module")
def thurrock() -> Contract:
    return service("thurrock", clocks=(DEFINITIONS / "thurrock_clocks.yaml").read_text())


def test_all_thirteen_compile(essex: Contract, thurrock: Contract) -> None:
    others = [service(name) for name in ("jersey", "essex_adoption", "cambridgeshire")]
    keys = [key for contract in (essex, thurrock, *others) for key in contract.indicators]
    keys += list(thurrock.clocks)
    assert len(keys) == 14  # thirteen figures, of which one has its clock in a file of its own
    for contract in (essex, thurrock, *others):
        for key in contract.indicators:
            assert resolve(contract, key).figure.of in VOCABULARY.sets


def test_a_before_and_after_is_a_comparison_on_the_same_rows(essex: Contract) -> None:
    definition = resolve(essex, "persistent_absence")
    (against,) = definition.against
    assert isinstance(against, SameRows)
    before, after = against.figure, definition.figure
    assert isinstance(before.form, Share)
    assert isinstance(after.form, Share)
    assert facts_named(before.form.condition) == ("absence_rate_before",)
    assert (before.of, before.when, before.count) == (after.of, after.when, after.count)
    (beside,) = definition.beside
    assert (beside.letter, beside.figure.of, beside.against) == ("B", "pupils", (YearBefore(),))


def test_another_reading_takes_the_place_of_the_one_shown_beside(essex: Contract) -> None:
    definition = resolve(essex, "persistent_absence", {"persistent_absence": "B"})
    assert definition.figure.of == "pupils"
    assert [beside.letter for beside in definition.beside] == ["A"]


def test_a_balance_is_made_of_figures_that_add_their_own_where(essex: Contract) -> None:
    form = resolve(essex, "casework_and_groups", {"casework_and_groups": "C"}).figure.form
    assert isinstance(form, Balance)
    assert form.first.form == Count()
    assert form.first.count == "parent"
    assert form.first.where is not None
    assert facts_named(form.first.where) == ("delivered", "person_kind", "mode")


def test_two_questions_of_one_indicator_are_chosen_apart(essex: Contract) -> None:
    both = resolve(essex, "attendance_improved", {"attendance_improved.several_children": "B"})
    assert both.letters == {"change": "A", "several_children": "B"}
    assert both.figure.roll_up == "any"
    assert both.label == "Absence falls by at least 30 % of itself; At least one improved"


def test_an_answer_adds_to_where_and_replaces_all_else(essex: Contract) -> None:
    definition = resolve(essex, "attendance_improved", {"attendance_improved.change": "D"})
    assert isinstance(definition.figure.form, Mean)
    assert isinstance(definition.figure.where, All)
    assert facts_named(definition.figure.where)[-1] == "family_improvement_rank"
    assert definition.target is not None
    assert definition.target.bounds[0].comparison == "at_most"


def test_a_clock_lends_its_readings(thurrock: Contract) -> None:
    definition = resolve(thurrock, "first_contact_attempted")
    assert definition.figure.clock == "first_contact"
    assert [question for question in thurrock.questions if question.startswith("first_contact")] == [
        "first_contact.length",
        "first_contact.start",
    ]
    assert definition.beside[0].label == "Contact made in time"


def test_an_unknown_that_counts_as_no(thurrock: Contract) -> None:
    choices = {"breastfeeding_6_to_8_weeks.unknown": "B"}
    assert resolve(thurrock, "breastfeeding_6_to_8_weeks", choices).figure.not_known_as_no
    assert not resolve(thurrock, "breastfeeding_6_to_8_weeks").figure.not_known_as_no


def test_milestones_and_fixed_dates(thurrock: Contract) -> None:
    kept = resolve(thurrock, "further_fifteen_volunteers")
    new = resolve(thurrock, "further_fifteen_volunteers", {"further_fifteen_volunteers": "B"})
    assert kept.target is not None
    assert kept.target.since == date(2016, 9, 30)
    assert (new.figure.each.word, new.figure.each.until) == ("fixed", date(2016, 9, 30))


def test_a_named_figure_beside_another_set_starts_afresh() -> None:
    definition = resolve(service("cambridgeshire"), "caf_outcomes")
    assert definition.against == (Baseline("caf_outcomes_met"),)
    (beside,) = definition.beside
    assert beside.figure.form == Count()
    assert beside.figure.where is not None
    assert facts_named(beside.figure.where) == ("line", "closure_reason")


def test_every_definition_prints_the_same_each_time(essex: Contract) -> None:
    first: Definition = resolve(essex, "attendance_improved")
    assert repr(first) == repr(resolve(essex, "attendance_improved"))


def test_the_checks_warn_of_readings_that_cannot_be_meant() -> None:
    thurrock = (DEFINITIONS / "thurrock.yaml").read_text()
    clocks = (DEFINITIONS / "thurrock_clocks.yaml").read_text()
    said = "\n".join(str(f) for f in faults(clauses=CLAUSES, indicators=thurrock, clocks=clocks))
    assert "Reading C of most_deprived_areas points the other way than A: it counts the least deprived" in said
    jersey = "\n".join(str(f) for f in faults(clauses=CLAUSES, indicators=(DEFINITIONS / "jersey.yaml").read_text()))
    assert "Reading C of new_parents points the other way than A: it would reward a figure that goes down" in jersey
    assert "Reading C of subsidised_child_care points the other way" in jersey
