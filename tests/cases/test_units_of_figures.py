"""A figure and the list behind it say the same numbers, where what is counted has several records too."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fingerpost.work.casework.models import CaseChild
from tests.fixtures.browsing import Browser, Today, first_numbers, plain, rows_of, words_of
from tests.fixtures.casebook import KEYS, Casebook, Child, at
from tests.fixtures.world import SERVICE, World

OPENED, CLOSED = date(2010, 6, 28), date(2010, 11, 12)
BETTER, WORSE, NEVER_TOLD = Child((102, 120), (120, 120)), Child((102, 120), (90, 120)), Child((102, 120), None)
NO_BASELINE = Child(None, (120, 120))
UNTIL = "?until=2010-12-31"


def families(world: World, *cases: list[Child], sessions: tuple[int, ...] = ()) -> None:
    book = Casebook()
    for number, children in enumerate(cases):
        held = sessions[number] if sessions else 0
        book.case(OPENED, CLOSED, children, sessions=held, worker=world.users["alice"])
    book.save()


@pytest.fixture
def asked(browser: Browser, today: Today):
    def ask(indicator: str, more: str = "", page: str = "records"):
        today.is_(2010, 12, 31)
        return browser("sam").get(reverse(f"oversight:{page}", args=[SERVICE, indicator]) + UNTIL + more)

    return ask


def numbers(answer) -> dict[str, list[int]]:
    """The numbers of each line of the list's parts."""
    rows = rows_of(answer, "Parts of the figure")
    return {re.sub(r"[\d ]+$", "", row): [int(word) for word in re.findall(r"\d+", row)] for row in rows}


@pytest.mark.case("P6")
def test_children_are_listed_by_family_with_their_own_verdicts(world: World, asked) -> None:
    families(world, [BETTER, BETTER], [BETTER, WORSE], [BETTER], [BETTER, NEVER_TOLD], [NO_BASELINE, BETTER])
    parts = first_numbers(asked("attendance_improved", page="figure"), "Parts of the figure")
    page = asked("attendance_improved")
    told = numbers(page)
    assert told == {
        "Counted in": [3, 4],
        "Not counted in": [1, 2],
        "Not known": [1, 2],
        "Too early to say": [0, 0],
        "Not what the figure is about": [1, 1],
    }
    assert {name: [int(number)] for name, number in parts.items()} == {
        (f"{name} records"): some[:1] for name, some in told.items()
    }
    rows = rows_of(page, "8 children of 5 families, and 1 child outside it")
    assert len(rows) == 6
    (mixed,) = rows_of(asked("attendance_improved", "&answer=out"), "2 children of 1 family")
    assert "Not counted in 2 children" in mixed
    verdicts = re.search(
        r"<li>.*</li>",
        asked("attendance_improved", "&answer=out").content.decode().split("<tbody")[-1].split("</tbody")[0],
        re.DOTALL,
    )
    assert verdicts
    assert ("counted in" in plain(verdicts[0]), "not counted in" in plain(verdicts[0])) == (True, True)
    assert len(rows_of(asked("attendance_improved", "&answer=outside"), "1 child outside it")) == 1


@pytest.mark.case("P6")
def test_a_mean_says_the_sum_that_it_divides(world: World, asked) -> None:
    families(world, [BETTER], [BETTER], [], sessions=(9, 7, 3))
    page = asked("sessions_per_case")
    assert "19 sessions in 3 cases" in words_of(page)
    assert numbers(page)["Counted in"] == [3]
    assert len(rows_of(page, "3 cases")) == 3
    assert "<details" not in page.content.decode().split("<tbody")[-1], "each case is one record"


@pytest.mark.case("P6")
def test_pages_are_cut_between_families_and_ask_as_many_questions(world: World, asked) -> None:
    families(world, *[[BETTER, WORSE]] * 52)
    asked("attendance_improved")
    asked_of = []
    for more, families_shown in (("&rows=50&page=2", 2), ("&rows=50", 50)):
        with CaptureQueriesContext(connection) as queries:
            page = asked("attendance_improved", more)
        assert len(rows_of(page, "104 children of 52 families")) == families_shown
        asked_of.append(len(queries))
    assert asked_of[0] == asked_of[1]


@pytest.mark.case("P23")
def test_the_list_is_sorted_searched_narrowed_and_taken_as_a_file_of_the_same_rows(world: World, asked) -> None:
    families(world, *[[BETTER, WORSE]] * 12, [BETTER])
    every = asked("attendance_improved", "&rows=50")
    rows = rows_of(every, "25 children of 13 families")
    assert len(rows) == 13
    first, last = (row.split()[0] for row in (rows[0], rows[-1]))
    down = rows_of(asked("attendance_improved", "&rows=50&sort=-record"), "25 children of 13 families")
    assert [row.split()[0] for row in (down[0], down[-1])] == [last, first]
    assert len(rows_of(asked("attendance_improved", "&rows=12&page=2"), "25 children of 13 families")) == 1
    beyond = rows_of(asked("attendance_improved", "&rows=12&page=9"), "25 children of 13 families")
    assert len(beyond) == 1, "a page beyond the last is the last"
    (only,) = rows_of(asked("attendance_improved", "&answer=in"), "1 child of 1 family")
    file = asked("attendance_improved", "&answer=in&download=csv").content.decode("utf-8-sig").splitlines()
    assert file[0] == "Record,Family,Answer,Why"
    assert len(file) == 2
    assert file[1].split(",")[0] == only.split()[0]
    whole = asked("attendance_improved", "&download=csv").content.decode("utf-8-sig").splitlines()
    assert len(whole) == 14


@pytest.mark.case("P6")
def test_whoever_pays_reads_no_list(world: World, browser: Browser, today: Today) -> None:
    families(world, [BETTER, WORSE])
    today.is_(2010, 12, 31)
    assert browser("dave").get(reverse("oversight:records", args=[SERVICE, "attendance_improved"])).status_code == 403


@pytest.mark.case("P6")
def test_a_child_on_two_cases_that_is_not_known_is_listed_once_with_both(world: World, asked) -> None:
    book = Casebook()
    for _ in range(2):
        book.case(OPENED, CLOSED, [Child(before=None, after=None)])
        person, again = book.rows[CaseChild][-1].person, book.case(OPENED, CLOSED)
        book.add(CaseChild(case=again, person=person, recorded_at=at(OPENED), scope_keys=KEYS))
    book.save()
    parts = first_numbers(asked("persistent_absence", page="figure"), "Parts of the figure")
    page = asked("persistent_absence", "&answer=not_known")
    assert (parts["Not known records"], numbers(page)["Not known"]) == ("2", [2, 4])
    rows = rows_of(page, "4 records of 2 children")
    assert len(rows) == 2
    assert all("2 records" in row for row in rows)
