"""What a figure cannot settle is counted in what it counts, each once: not in rows, and not once for each side of a ratio."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fingerpost.cli import main
from fingerpost.work.casework.models import CaseChild
from tests.fixtures.casebook import KEYS, Casebook, Child, at
from tests.fixtures.world import SERVICE, World

FIRST, SECOND = (date(2010, 6, 15), date(2010, 10, 15)), (date(2010, 6, 21), date(2010, 10, 14))
EXCLUDED = date(2010, 6, 8)
FOLLOWED_UP = date(2011, 1, 28)  # the Friday of the twelfth school week after both closings
Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.case("G8")


@pytest.fixture
def figure(world: World, capsys: pytest.CaptureFixture[str]) -> Ask:
    def ask(indicator: str, *readings: str, known: date = date(2010, 12, 31)) -> dict[str, Any]:
        capsys.readouterr()
        chosen = [word for one in readings for word in ("--reading", one)]
        days = ["--at", "2010-12-31", "--known", known.isoformat()]
        assert main(["figures", SERVICE, *days, "--indicator", indicator, *chosen, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["figures"]
        return dict(found)

    return ask


def told(found: dict[str, Any]) -> tuple[Any, ...]:
    return found["numerator"], found["denominator"], found["not_known"], found["pending"]


def by_quadrant(found: dict[str, Any], name: str) -> dict[str, int]:
    return {one["label"]: one[name] for one in found["breakdowns"] if one["dimension"] == "quadrant" and one[name]}


def twice(*children: Child, lists: bool = True, second: str = "tendring") -> None:
    """Each child on two cases that close in the period; attendance and exclusions as given with the first."""
    book = Casebook(lists=lists)
    for child in children:
        book.case(*FIRST, [child])
        person = book.rows[CaseChild][-1].person
        case = book.case(*SECOND, locality=second)
        book.add(CaseChild(case=case, person=person, recorded_at=at(SECOND[0]), scope_keys=KEYS))
    book.save()


@pytest.mark.parametrize("children", [1, 2])
def test_a_child_pending_on_both_sides_of_a_ratio_counts_once(world: World, figure: Ask, children: int) -> None:
    book = Casebook()
    book.case(*FIRST, [Child(exclusions=[EXCLUDED]) for _ in range(children)])
    book.save()
    ratio = ("no_repeat_exclusion", "measure=C", "in_which_return=A")
    assert told(figure(*ratio)) == (None, None, 0, children)
    assert by_quadrant(figure(*ratio), "pending") == {"North East": children}
    assert figure(*ratio, known=FOLLOWED_UP)["pending"] == children
    assert told(figure(*ratio, known=FOLLOWED_UP + timedelta(days=1))) == (children, children, 0, 0)


def test_a_child_not_known_on_both_sides_of_a_ratio_counts_once(world: World, figure: Ask) -> None:
    book = Casebook(lists=False)
    book.case(*FIRST, [Child(exclusions=[EXCLUDED])])
    book.save()
    found = figure("no_repeat_exclusion", "measure=C", "in_which_return=A", known=FOLLOWED_UP + timedelta(days=1))
    assert (found["not_known"], found["pending"]) == (1, 0)


def test_a_child_on_two_cases_that_is_not_known_counts_once(world: World, figure: Ask) -> None:
    twice(Child(before=None, after=None), Child(before=None, after=None))
    found = figure("persistent_absence")
    assert told(found) == (0, 0, 2, 0)
    assert by_quadrant(found, "not_known") == {"North East": 2}


def test_a_child_on_cases_in_two_quadrants_counts_in_both_and_once_in_the_total(world: World, figure: Ask) -> None:
    twice(Child(before=None, after=None), second="epping_green")
    found = figure("persistent_absence")
    assert told(found) == (0, 0, 1, 0)
    assert sorted(by_quadrant(found, "not_known").values()) == [1, 1]


def test_a_child_of_whom_one_case_is_settled_is_not_counted_as_not_known_too(world: World, figure: Ask) -> None:
    """The second case opened half a year earlier, in weeks of which nothing is known."""
    book = Casebook()
    book.case(*FIRST, [Child(before=(60, 120), after=(60, 120))])
    person = book.rows[CaseChild][-1].person
    case = book.case(date(2010, 1, 12), SECOND[1])
    book.add(CaseChild(case=case, person=person, recorded_at=at(SECOND[0]), scope_keys=KEYS))
    book.save()
    found = figure("persistent_absence")
    assert told(found) == (1, 1, 0, 0)
    assert (found["against"]["numerator"], found["against"]["denominator"]) == (1, 1)


def test_a_child_on_two_cases_still_followed_up_counts_once(world: World, figure: Ask) -> None:
    twice(Child(exclusions=[EXCLUDED]))
    asked = ("fixed_term_exclusions", "measure=C", "in_which_return=A")
    assert told(figure(*asked)) == (0, 0, 0, 1)
    assert told(figure(*asked, known=FOLLOWED_UP)) == (0, 0, 0, 1)
    assert told(figure(*asked, known=FOLLOWED_UP + timedelta(days=1))) == (0, 1, 0, 0)


def test_a_child_on_two_cases_without_lists_counts_once_as_not_known(world: World, figure: Ask) -> None:
    twice(Child(), lists=False)
    asked = ("fixed_term_exclusions", "measure=C", "in_which_return=A")
    assert told(figure(*asked, known=FOLLOWED_UP + timedelta(days=1))) == (0, 0, 1, 0)
