"""A case whose exclusions are followed up is counted once, in the first return by which that is over."""

from datetime import date
from typing import Any

import pytest

from fingerpost.agreements.contracts.queries import rules
from fingerpost.language.compile import check
from fingerpost.language.periods import Period
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY
from fingerpost.proof.measures.evaluate import evaluate
from tests.fixtures.casebook import Casebook, Child, at
from tests.fixtures.pasts import SYSTEM
from tests.fixtures.world import CONTRACT, SERVICE, World

OPENED, EXCLUDED = date(2010, 4, 21), date(2010, 4, 19)
CLOSINGS = [date(2010, month, day) for month in (5, 6, 7, 9, 10, 11, 12) for day in (3, 15, 27)]
CLOSINGS += [date(2011, month, day) for month in (1, 2, 3) for day in (3, 15, 27)]


def on_its_day(indicator: str, **letters: str) -> list[Any]:
    """The figure of each return as known on the day it is due."""
    dues = [(due.period, due.due) for due in rules(SERVICE, OPENED).returns_due]
    return [
        evaluate(SERVICE, indicator, actor=SYSTEM, period=period, as_known_at=at(due, 23), reading=letters)
        for period, due in dues
    ]


@pytest.fixture
def closed(world: World) -> int:
    book = Casebook()
    for day in CLOSINGS:
        book.case(OPENED, day, [Child(None, None, exclusions=[EXCLUDED, *([day] if day.day == 3 else [])])])
    book.save()
    return len(CLOSINGS)


@pytest.mark.case("R1")
def test_every_case_is_counted_once_and_none_is_pending(closed: int) -> None:
    found = on_its_day("no_repeat_exclusion")
    assert sum(one.denominator for one in found) == closed
    assert [one.pending for one in found] == [0, 0, 0, 0]
    assert found[-1].denominator > 0, "August collects what was pending in March"
    assert sum(one.numerator for one in found) == closed - sum(day.day == 3 for day in CLOSINGS)
    before = on_its_day("fixed_term_exclusions")
    assert sum(one.against.numerator for one in before) == closed
    assert sum(one.numerator for one in before) == 0, "an exclusion on the day of closing is in the case, not after it"


@pytest.mark.case("R1")
def test_by_the_day_of_closing_what_runs_on_is_pending_and_comes_into_no_later_return(closed: int) -> None:
    found = on_its_day("no_repeat_exclusion", in_which_return="A")
    assert sum(one.denominator + one.pending for one in found) == closed
    assert sum(one.pending for one in found) > closed / 2
    followed = on_its_day("no_repeat_exclusion")
    for one, other in zip(found, followed, strict=True):
        still = next(beside for beside in other.beside if "still followed up" in beside.label)
        assert still.numerator == one.pending


@pytest.mark.case("R1")
@pytest.mark.parametrize(("known", "counted"), [(date(2011, 2, 18), 0), (date(2011, 2, 19), 1)])
def test_a_case_is_final_on_the_day_after_the_last_week_of_its_follow_up(
    world: World, known: date, counted: int
) -> None:
    book = Casebook()
    book.case(OPENED, date(2010, 11, 12), [Child(exclusions=[EXCLUDED])])
    book.save()
    asked = {"actor": SYSTEM, "period": Period(date(2011, 1, 1), known), "as_known_at": at(known, 23)}
    assert evaluate(SERVICE, "no_repeat_exclusion", **asked).denominator == counted


@pytest.mark.case("R1")
def test_the_check_says_that_a_follow_up_cannot_be_over_by_the_day_a_return_is_due() -> None:
    said = [str(fault) for fault in check(read_folder(CONTRACT), VOCABULARY)]
    late = [one for one in said if "comes into no later one" in one]
    assert len(late) == 2
    assert all("in_which_return A" in one and "Count it by exclusions_final_on" in one for one in late)


@pytest.mark.case("R1")
def test_both_readings_are_offered_and_the_second_is_proposed(world: World) -> None:
    held = rules(SERVICE, OPENED)
    for key in ("no_repeat_exclusion", "fixed_term_exclusions"):
        question = held.contract.questions[f"{key}.in_which_return"]
        assert (list(question.answers), question.proposed) == (["A", "B"], "B")
