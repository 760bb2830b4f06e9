"""The list: what its address and its forms do, shown over rows that no room keeps."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from django.test import RequestFactory

from fingerpost.pages.kit.jinja import environment
from fingerpost.pages.kit.lists import Choice, Column, Day, List, Listed

HERE = "/kept"


@dataclass(frozen=True)
class Row:
    name: str
    opened: dt.date | None
    cases: int
    colour: str = "red"


ROWS = [Row("Quill", dt.date(2010, 5, 4), 3), Row("reed", None, 12, "blue"), Row("Adams", dt.date(2011, 1, 2), 0)]
SPEC = List(
    columns=[
        Column("Name", lambda row: row.name, sort=True),
        Column("Opened", lambda row: row.opened, sort=True),
        Column("Open cases", lambda row: row.cases, sort=True, numeric=True),
        Column("Colour", lambda row: row.colour, only="file"),
    ],
    one="family",
    many="families",
    filters=[
        Choice(
            "colour",
            "Colour",
            [("red", "Red"), ("blue", "Blue")],
            lambda rows, chosen: [row for row in rows if row.colour == chosen],
        ),
        Day("since", "Opened from", lambda rows, day: [row for row in rows if row.opened and row.opened >= day]),
    ],
    search=True,
    empty="No family is known.",
)


def listed(query: str = "", rows: Any = ROWS, session: dict[str, Any] | None = None) -> Listed:
    request = RequestFactory().get(HERE + query)
    request.session = {} if session is None else session  # type: ignore[assignment]
    return SPEC.of(request, rows)


def shown(of: Listed) -> str:
    page: str = environment().from_string("{{ kit.listing(listed, none) }}").render(listed=of)
    return page


def names(of: Listed) -> list[str]:
    return [row.name for row in of.rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Quill", "reed", "Adams"]),
        ("?sort=name", ["Adams", "Quill", "reed"]),
        ("?sort=-name", ["reed", "Quill", "Adams"]),
        ("?sort=opened", ["Quill", "Adams", "reed"]),
        ("?sort=-opened", ["Adams", "Quill", "reed"]),
        ("?sort=open-cases", ["Adams", "Quill", "reed"]),
        ("?sort=nothing", ["Quill", "reed", "Adams"]),
        ("?colour=blue", ["reed"]),
        ("?colour=mauve", ["Quill", "reed", "Adams"]),
        ("?since=1/1/2011", ["Adams"]),
        ("?since=yesterday", ["Quill", "reed", "Adams"]),
        ("?page=7", ["Quill", "reed", "Adams"]),
        ("?rows=9999999", ["Quill", "reed", "Adams"]),
    ],
)
def test_rows_are_those_asked_for_in_order(query: str, expected: list[str]) -> None:
    assert names(listed(query)) == expected


def test_what_is_not_known_stands_last_both_ways() -> None:
    assert names(listed("?sort=opened"))[-1] == names(listed("?sort=-opened"))[-1] == "reed"


def test_the_sorted_column_says_so_and_turns_round() -> None:
    page = shown(listed("?sort=name&colour=red"))
    assert 'aria-sort="ascending"><a' in page
    assert 'href="/kept?colour=red&amp;sort=-name"' in page


@pytest.mark.case("P23")
@pytest.mark.parametrize(("query", "number"), [("", 12), ("?rows=50", 50), ("?page=6", 2), ("?rows=16", 12)])
def test_a_page_is_short_unless_more_is_asked_for(query: str, number: int) -> None:
    assert len(listed(query, [Row(f"Family {n}", None, n) for n in range(62)]).rows) == number


def test_it_says_which_rows_these_are_of_how_many() -> None:
    rows = [Row(f"Family {n}", None, n) for n in range(40)]
    assert "13 to 24 of 40 families" in shown(listed("?page=2", rows))
    assert "3 families" in shown(listed())
    assert "1 family" in shown(listed("?colour=blue"))


def test_pages_keep_filters_and_order() -> None:
    rows = [Row(f"Family {n}", None, n) for n in range(40)]
    page = shown(listed("?colour=red&sort=name", rows))
    assert "?colour=red&amp;sort=name&amp;page=2" in page


def test_a_filter_in_force_can_be_taken_off() -> None:
    of = listed("?colour=red&since=1/1/2011&page=2")
    assert [words for words, _ in of.chosen()] == ["Colour: Red", "Opened from: 1 January 2011"]
    assert dict(of.chosen())["Colour: Red"] == "/kept?since=1%2F1%2F2011"
    assert of.clear() == HERE


def test_nothing_there_and_nothing_that_matches_are_told_apart() -> None:
    assert "No family is known." in shown(listed("", []))
    page = shown(listed("?since=1/1/2020"))
    assert "Nothing matches." in page
    assert "No family is known." not in page


def test_filters_stand_on_the_page_without_a_script() -> None:
    page = shown(listed())
    assert '<details class="app-filters">' in page
    assert "Apply filters" in page


def test_the_search_is_kept_in_the_session_and_not_in_the_address() -> None:
    of = listed("?within=abcd", session={"searched_within": {"abcd": "QUILL"}})
    assert names(of) == ["Quill"]
    assert of.is_narrowed
    assert "QUILL" not in of.page_links()
    assert names(listed("?within=another")) == ["Quill", "reed", "Adams"]


def csv_of(query: str, rows: Any = ROWS) -> list[list[str]]:
    file = listed(query, rows).file
    assert file is not None
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))


def test_the_file_holds_exactly_what_is_filtered_on_every_page() -> None:
    assert csv_of("?download=csv&colour=red&sort=name") == [
        ["Name", "Opened", "Open cases", "Colour"],
        ["Adams", "2011-01-02", "0", "red"],
        ["Quill", "2010-05-04", "3", "red"],
    ]
    assert len(csv_of("?download=csv&page=2", [Row(f"Family {n}", None, n) for n in range(40)])) == 41


@pytest.mark.parametrize("name", ["=1+1", "+44", "-1", "@SUM(A1)"])
def test_no_cell_of_a_file_is_a_formula(name: str) -> None:
    rows = [Row(name, None, 1)]
    assert csv_of("?download=csv", rows)[1][0] == f"'{name}"
    file = listed("?download=xlsx", rows).file
    assert file is not None
    cell = openpyxl.load_workbook(io.BytesIO(file.content)).active["A2"]  # type: ignore[index]
    assert (cell.value, cell.data_type) == (name, "s")


def test_dates_and_numbers_are_such_in_excel() -> None:
    file = listed("?download=xlsx").file
    assert file is not None
    rows = list(openpyxl.load_workbook(io.BytesIO(file.content)).active.values)  # type: ignore[union-attr]
    assert rows[1] == ("Quill", dt.datetime(2010, 5, 4), 3, "red")


def test_rows_shown_and_rows_put_in_a_file_are_told_to_the_log() -> None:
    seen: list[list[str]] = []
    spec = List(
        columns=SPEC.columns, one="family", many="families", seen=lambda rows: seen.append([row.name for row in rows])
    )
    rows = [Row(f"Family {n}", None, n) for n in range(40)]
    spec.of(RequestFactory().get(HERE), rows)
    spec.of(RequestFactory().get(f"{HERE}?download=csv"), rows)
    assert [len(names) for names in seen] == [12, 40]


def test_two_lists_of_one_page_do_not_mix() -> None:
    spec = List(columns=SPEC.columns, one="family", name="past", search=True)
    request = RequestFactory().get(f"{HERE}?sort=name&past-sort=-name")
    assert spec.of(request, ROWS).rows[0].name == "reed"
    assert "past-sort" in spec.of(request, ROWS).headings()[1]["href"]


def test_how_many_rows_was_chosen_once_holds_for_every_list() -> None:
    rows, session = [Row(f"Family {n}", None, n) for n in range(62)], {}
    assert len(listed("?rows=50", rows, session).rows) == 50
    assert len(listed("", rows, session).rows) == 50
