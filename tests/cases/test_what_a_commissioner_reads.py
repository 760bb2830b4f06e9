"""What a commissioner may read: live figures, marked as not agreed; and of each reading, whether its target can be met at all."""

import itertools
from datetime import date

import pytest

from fingerpost.pages.oversight.outside import Outside
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.casebook import Casebook, Child
from tests.fixtures.world import SERVICE, World

OPENED = date(2010, 4, 21)
BETTER, WORSE = Child((102, 120), (120, 120)), Child((102, 120), (90, 120))
FIGURE = "attendance_improved"


def closed(on: date, better: int, worse: int, numbers: "itertools.count[int]") -> None:
    book = Casebook(numbers=numbers)
    for child in [BETTER] * better + [WORSE] * worse:
        book.case(OPENED, on, [child])
    book.save()


@pytest.fixture
def autumn(world: World, today: Today) -> None:
    """One period behind us, of which nobody sent a return, and one under way."""
    numbers = itertools.count(1)
    closed(date(2010, 9, 17), better=20, worse=10, numbers=numbers)
    closed(date(2010, 11, 12), better=30, worse=10, numbers=numbers)
    today.is_(2010, 12, 14)


@pytest.mark.case("R9")
def test_where_a_reading_is_chosen_it_says_that_its_target_cannot_be_met(autumn: None, browser: Browser) -> None:
    shown = opened(browser("dave"), "oversight:reading_agree", SERVICE, f"{FIGURE}.change")
    letters = shown.partition("Which reading is agreed?")[2]
    assert "Would give 75.0 %, so far." in letters, "reading A: 30 of 40"
    assert "0 of 40 and cannot be met: baselines above 76.9 %" in letters, "reading B"
    assert "0 of 40 and cannot be met: baselines above 70.0 %" in letters, "reading C"


@pytest.mark.case("R10")
def test_a_commissioner_reads_the_period_under_way_and_the_year_before_any_return(
    autumn: None, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    dave = browser("dave")
    now = opened(dave, "oversight:figure", SERVICE, FIGURE)
    assert "Not yet agreed" in now
    assert "30 of 40" in now
    assert "71.4 % (50 of 70)" in now, "the year to date beside the period"
    assert "20 of 30" in opened(dave, "oversight:figure", SERVICE, FIGURE, query="?until=2010-09-30")
    monkeypatch.setattr(Outside, "sees_live", False)
    by_returns_alone = opened(dave, "oversight:figure", SERVICE, FIGURE)
    assert "No return has been sent with this figure yet" in by_returns_alone
    assert "30 of 40" not in by_returns_alone
