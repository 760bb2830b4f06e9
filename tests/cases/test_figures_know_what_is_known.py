"""Figures of schooling say what is known: no list is not "no", too few weeks are no rate, and what stands twice counts once."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fingerpost.cli import main
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import AttendanceWeek, Exclusion
from fingerpost.work.casework.models import CaseChild
from tests.fixtures.attendance import load_exclusions
from tests.fixtures.casebook import KEYS, MONDAYS, Casebook, Child, at, weeks_ended_before
from tests.fixtures.families import SYSTEM
from tests.fixtures.world import SERVICE, World

OPENED, CLOSED = date(2010, 6, 15), date(2010, 7, 15)
EXCLUDED = date(2010, 6, 8)
ENDED, FOLLOWED_UP = "2010-09-30", "2010-12-31"  # figures of exclusions count a case once it has been followed up
Figure = Callable[[str], dict[str, Any]]


@pytest.fixture
def figure(world: World, capsys: pytest.CaptureFixture[str]) -> Figure:
    def ask(indicator: str) -> dict[str, Any]:
        capsys.readouterr()
        days = ["--at", FOLLOWED_UP if "exclusion" in indicator else ENDED, "--known", "2011-03-31"]
        assert main(["figures", SERVICE, *days, "--indicator", indicator, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["figures"]
        return dict(found)

    return ask


def told(found: dict[str, Any]) -> tuple[Any, Any, Any]:
    return found["numerator"], found["denominator"], found["not_known"]


@pytest.fixture
def excluded_once(world: World) -> Person:
    """One child, excluded once before the case, as a worker wrote it down; nobody ever sent a list."""
    book = Casebook(lists=False)
    book.case(OPENED, CLOSED, [Child(after=None, exclusions=[EXCLUDED])], ref="C-000001")
    book.save()
    return CaseChild.objects.get().person


@pytest.mark.case("F2")
def test_without_a_list_a_target_is_neither_met_nor_missed(excluded_once: Person, figure: Figure) -> None:
    assert told(figure("no_repeat_exclusion")) == (0, 0, 1)
    assert figure("fixed_term_exclusions")["not_known"] == 1
    load_exclusions(SYSTEM, complete_to=CLOSED, at=at(CLOSED))
    assert told(figure("no_repeat_exclusion")) == (0, 0, 1), "the follow-up is not covered"
    load_exclusions(SYSTEM, complete_to=date(2011, 1, 31), complete_from=CLOSED, at=at(date(2011, 2, 1)))
    assert told(figure("no_repeat_exclusion")) == (1, 1, 0)


@pytest.mark.case("F2")
def test_a_further_exclusion_that_a_worker_wrote_down_is_a_no_without_any_list(
    excluded_once: Person, figure: Figure
) -> None:
    Exclusion.objects.create(
        person=excluded_once,
        kind="fixed_term",
        started_on=date(2010, 9, 14),
        sessions=2,
        recorded_at=at(date(2010, 9, 15)),
    )
    assert told(figure("no_repeat_exclusion")) == (0, 1, 0)


@pytest.mark.case("G3")
@pytest.mark.parametrize(("excluded", "counted"), [([], 0), ([EXCLUDED], 1), ([date(2010, 2, 1)], 0)])
def test_who_came_by_exclusion_without_one_in_the_weeks_before_is_outside(
    world: World, figure: Figure, excluded: list[date], counted: int
) -> None:
    book = Casebook()
    book.case(OPENED, CLOSED, [Child(after=None, exclusions=excluded, entry_route="exclusion")])
    book.save()
    assert told(figure("no_repeat_exclusion")) == (counted, counted, 0)


@pytest.mark.case("F4")
def test_a_merge_alone_changes_no_figure(excluded_once: Person, figure: Figure) -> None:
    load_exclusions(SYSTEM, complete_to=date(2011, 1, 31), at=at(OPENED))
    names = ("attendance_improved", "persistent_absence", "fixed_term_exclusions", "no_repeat_exclusion")
    before = {name: figure(name)["numerator"] for name in names}, figure("fixed_term_exclusions")["against"]
    twin = Person.objects.create(
        first_name="A", last_name="B", search_name="a b", recorded_at=at(OPENED), scope_keys=KEYS
    )
    book = Casebook(lists=False)
    book.attend(twin, weeks_ended_before(OPENED)[:6], 51, 60)
    book.exclude(twin, EXCLUDED)
    book.save()
    families.merge(SYSTEM, twin, into=excluded_once, reason="Same child", at=at(CLOSED))
    assert ({name: figure(name)["numerator"] for name in names}, figure("fixed_term_exclusions")["against"]) == before


@pytest.mark.case("F19")
@pytest.mark.parametrize(("weeks", "is_known"), [(12, True), (8, True), (7, False), (1, False)])
def test_a_rate_over_too_few_of_its_weeks_is_not_known(
    world: World, figure: Figure, weeks: int, is_known: bool
) -> None:
    book = Casebook()
    book.case(date(2010, 2, 24), CLOSED, [Child(before=(102, 120), after=(110, 120))])
    book.save()
    followed = [MONDAYS[number - 1] for number in weeks_ended_before(CLOSED)]
    AttendanceWeek.objects.filter(monday__in=followed[weeks:]).delete()
    found = figure("attendance_improved")
    assert (found["denominator"], found["not_known"]) == ((1, 0) if is_known else (0, 1))


@pytest.mark.case("F19")
def test_the_sentence_of_a_decision_says_over_how_many_weeks(world: World, agree: Callable[[str, str], None]) -> None:
    from tests.fixtures.attendance import load_attendance
    from tests.fixtures.families import household
    from tests.fixtures.referrals import decided, received

    on = at(OPENED)
    home = household()
    load_attendance(SYSTEM, home.child, [8], before=OPENED, at=on)
    request = decided(received(home, SYSTEM, at=on, scope=home.family.scope), SYSTEM, at=on)
    assert request.outcome == ""
    said = {reason["criterion"]: reason["text"] for reason in request.decision.reasons}
    assert said["attendance"].startswith(
        "Attendance over the last 12 school weeks is not known: 1 of them are on record"
    )
    agree("weeks_known", "B")
    request = decided(request, SYSTEM, at=on)
    said = {reason["criterion"]: reason["text"] for reason in request.decision.reasons}
    assert said["attendance"] == "Attendance was 80.0 % over 1 of the last 12 school weeks."
    assert request.decision.facts["attendance_weeks_known"] == 1
