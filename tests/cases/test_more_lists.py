"""Returns, readings and who has a place on a group are lists like the others: sorted, narrowed, searched, taken as a file."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.work.groups import commands as groups
from tests.fixtures.browsing import Browser, Today, rows_of, told, words_of
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("P23")


def file_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_returns_are_narrowed_sorted_and_taken_as_a_file(world: World, today: Today, browser: Browser) -> None:
    today.is_(2010, 10, 20)
    dave, address = browser("dave"), reverse("oversight:returns", args=[SERVICE])
    every = rows_of(dave.get(address), "Calendar of returns")
    assert [row.split(" 2")[0] for row in every][:2] == ["30 September", "31 December"]
    down = rows_of(dave.get(address + "?sort=-due"), "Calendar of returns")
    assert down[0] == every[-1]
    (late,) = rows_of(dave.get(address + "?status=overdue"), "Calendar of returns")
    assert late.startswith("30 September 2010")
    file = file_of(dave.get(address + "?status=overdue&download=csv"))
    assert file[0] == ["Due", "Reports on", "To", "Status"]
    assert len(file) == 2


def test_readings_are_narrowed_and_taken_as_a_file(world: World, today: Today, browser: Browser) -> None:
    dave, address = browser("dave"), reverse("oversight:readings", args=[SERVICE])
    change = {"letter": "B", "in_force_from": "1/4/2010", "note": "Meeting of October"}
    told(dave, "oversight:reading_agree", SERVICE, "attendance_improved.change", **change)
    (agreed,) = rows_of(dave.get(address + "?status=agreed"), "1 question")
    assert "Agreed by Dave Amis on 1 October 2010, from 1 April 2010. Meeting of October" in agreed
    assert "Agree a reading" in agreed
    assert "Agree a reading" not in words_of(browser("sam").get(address))
    file = file_of(browser("sam").get(address + "?status=agreed&download=csv"))
    assert file[0] == ["What is unclear", "Clause", "Readings", "Status"]
    assert file[1][3] == "B, agreed"
    every = file_of(browser("sam").get(address + "?download=csv"))
    assert len(every) > len(file)


def test_who_has_a_place_is_sorted_turned_over_and_taken_as_a_file(
    world: World, today: Today, browser: Browser
) -> None:
    run = agreed_run(world, places=20)
    for number in range(14):
        home = household(f"Home{number:02}")
        groups.book(SYSTEM, run, person=home.parent, family=home.family, at=moment(2010, 9, 2))
    alice, address = browser("alice"), reverse("practice:run", args=[run.ref])
    page = alice.get(address)
    assert "Places: 14 of 20 taken" in words_of(page)
    assert len(rows_of(page, "1 to 12 of 14 people")) == 12
    assert len(rows_of(alice.get(address + "?people-page=2"), "13 to 14 of 14 people")) == 2
    down = rows_of(alice.get(address + "?people-sort=-name"), "1 to 12 of 14 people")
    assert down[0].startswith("Pat Home13")
    file = file_of(alice.get(address + "?people-download=csv"))
    assert (file[0][:2], len(file)) == (["Name", "Came"], 15)
    assert browser("carol").get(address + "?people-download=csv").status_code == 404
