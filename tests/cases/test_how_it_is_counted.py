"""What a reader of a figure could not guess is said where the figure is shown and where a reading of it is chosen."""

from datetime import date

import pytest

from fingerpost.language.counting import how_counted, how_decided
from fingerpost.language.readings import PROPOSED
from fingerpost.language.reference import reference
from fingerpost.language.resolve import resolve
from tests.contracts.folders import contract
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.world import SERVICE, World

ESSEX = contract(SERVICE)
pytestmark = pytest.mark.case("G3")
ON = date(2010, 10, 1)
BEFORE = "Before: the last 12 school weeks that had ended before the case was opened, their Friday before that day."


def test_which_weeks_count_stands_at_the_figure_and_where_its_reading_is_chosen(
    world: World, today: Today, browser: Browser
) -> None:
    for name in ("sam", "dave"):
        client = browser(name)
        assert BEFORE in opened(client, "oversight:figure", SERVICE, "attendance_improved"), name
        assert BEFORE in opened(client, "oversight:readings", SERVICE), name
    chosen = opened(browser("dave"), "oversight:reading_agree", SERVICE, "attendance_improved.change")
    assert BEFORE in chosen
    assert "One record is one referred child on one case." in chosen


def test_which_exclusions_count_as_before_the_case_is_said_with_their_weeks(
    world: World, today: Today, browser: Browser
) -> None:
    page = opened(browser("sam"), "oversight:figure", SERVICE, "no_repeat_exclusion")
    assert "An exclusion counts as before the case if it began in the last 12 school weeks" in page


def test_which_contacts_give_casework_hours_is_said_with_the_contract_s_own_kinds(
    world: World, today: Today, browser: Browser
) -> None:
    page = opened(browser("sam"), "oversight:figure", SERVICE, "casework_and_groups")
    assert "Casework session, Phone call, Text message, Letter, Meeting at school" in page
    assert "A contact that the family missed gives no hours" in page


def test_the_sentences_follow_the_contract_s_values() -> None:
    definition = resolve(ESSEX, "attendance_improved", PROPOSED)
    said = how_counted(ESSEX, [definition], on=ON, choices=PROPOSED)
    assert any("The week in which it was closed does not count" in line for line in said)
    assert not any("{" in line for line in said)
    assert not any("follow the week in which the case was closed" in line for line in said)


def test_a_decision_says_over_which_weeks_it_looks() -> None:
    said = " ".join(how_decided(ESSEX, "casework", on=ON, choices=PROPOSED))
    assert "the last 12 school weeks that had ended before the day of the decision" in said
    assert "before the day of the decision: 12 school weeks." in said
    agreed = how_decided(ESSEX, "casework", on=ON, choices={"casework.exclusion_age": "B"})
    assert any("before the day of the decision: all time." in line for line in agreed)


def test_the_reference_says_it_too() -> None:
    assert "Where `follow_up_place` is `ends_at_closure`: After: the last {follow_up_span}" in reference()
