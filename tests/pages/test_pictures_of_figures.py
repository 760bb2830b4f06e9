"""A figure's pictures say what its tables say, and both can be downloaded."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from fingerpost.ground.access import clock
from fingerpost.pages.kit.downloads import csv_of
from fingerpost.pages.kit.pictures import Bar, Mark, columns, lying_bars
from tests.fixtures.casebook import Casebook
from tests.fixtures.world import SERVICE, World, moment

WHERE = f"/figures/{SERVICE}/families_reached?until=2010-12-31"


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 12, 31, 15))


@pytest.fixture
def manager(world: World) -> Client:
    book = Casebook()
    for locality, number in (("tendring", 3), ("colchester", 2)):
        for _ in range(number):
            book.case(date(2010, 10, 4), locality=locality)
    book.case(date(2010, 5, 4), date(2010, 9, 1), locality="tendring")  # closed before the period
    book.save()
    client = Client()
    client.force_login(world.users["sam"])
    return client


def table(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_reach_by_area_is_drawn_and_downloaded(manager: Client) -> None:
    page = manager.get(WHERE).content.decode()
    assert "By locality" in page
    assert page.count('class="app-bars"') >= 2
    rows = table(manager.get(f"{WHERE}&download=2"))
    assert rows[0] == ["locality", "figure", "made of", "not known"]
    assert {row[0]: row[1] for row in rows[1:] if row[1] != "0"} == {"Tendring": "3", "Colchester": "2"}
    assert table(manager.get(f"{WHERE}&download=periods"))[-1][:2] == ["01/10/2010 to 31/12/2010", "5"]


def test_a_picture_that_is_not_there_is_not_found(manager: Client) -> None:
    for strange in ("0", "99", "everything", "-1"):
        assert manager.get(f"{WHERE}&download={strange}").status_code == 404


def test_a_word_like_a_formula_stays_a_word() -> None:
    assert table(csv_of("x", ("a", "b"), [("=1+1", -2), ("@sum", 1.5)]))[1:] == [["'=1+1", "-2"], ["'@sum", "1.5"]]


def test_lying_bars_have_names_numbers_and_gaps() -> None:
    drawn = lying_bars([Bar("<Tendring>", 3), Bar("A locality with a very long name", None)], target=2)
    assert "&lt;Tendring&gt;" in drawn
    assert "A locality with a very long name" in drawn
    assert drawn.count("app-target") == 2, "the line runs through every row"
    assert lying_bars([]) == ""


def test_the_caseload_of_a_team_is_drawn_and_downloaded(world: World) -> None:
    book = Casebook()
    keys = [f"service:{SERVICE}", f"team:{world.teams['tendring'].pk}"]
    cases = [book.case(date(2010, 10, 4), worker=world.users["alice"]) for _ in range(3)]
    for case in cases:
        case.scope_keys = keys
    book.save()
    bob = Client()
    bob.force_login(world.users["bob"])
    assert 'class="app-bars"' in bob.get("/team").content.decode()
    assert table(bob.get("/team?download=caseload"))[1:] == [["Alice Marsh", "3", "0", "3"]]


@pytest.mark.case("P26")
def test_labels_are_whole_and_numbers_stand_apart_from_the_line() -> None:
    name = "Gypsy, Roma or Traveller of Irish heritage"
    drawn = lying_bars([Bar(name, 100.0, note="1 of 1", of=1)], unit=" %", top=100, target=80)
    assert name in drawn
    line, number = drawn.index("app-target"), drawn.index("app-bars__number")
    assert drawn.index("</svg>") < number, "the number is no part of the picture that the line runs through"
    assert line < number
    assert "100.0 %" in drawn
    assert "1 of 1" in drawn
    assert "<text" not in drawn, "words have the type and size of the page"


@pytest.mark.case("P26")
@pytest.mark.parametrize(("records", "is_striped"), [(1, True), (9, True), (10, False), (40, False), (None, False)])
def test_a_bar_of_few_records_is_striped_and_says_so(records: int | None, is_striped: bool) -> None:
    drawn = lying_bars([Bar("Tendring", 100.0, of=records)], unit=" %", top=100)
    assert ("app-bar--few" in drawn) == is_striped
    assert ("app-stripes" in drawn) == is_striped
    assert ("A striped bar rests on fewer than 10 records." in drawn) == is_striped


@pytest.mark.case("P22")
def test_many_weeks_have_dates_below_them() -> None:
    weeks = [Bar(f"{day} Sep 2010", 90.0) for day in range(1, 31)]
    drawn = columns(weeks, top=100, unit=" %", marks=[Mark(3, "Case opened")])
    for day in (1, 30):
        assert f"<span>{day} Sep 2010</span>" in drawn
    assert 3 <= drawn.count("Sep 2010</span>") <= 6, "a few of them, so that they do not run into one another"
    assert "Case opened, week of 4 Sep 2010" in drawn
    assert "<span>100 %</span>" in drawn


@pytest.mark.case("P22")
@pytest.mark.parametrize(
    "shown", [[], [Bar("Tendring", None)], [Bar("Tendring", None, note="Hidden"), Bar("Mid", None)]]
)
def test_nothing_to_draw_draws_nothing(shown: list[Bar]) -> None:
    assert lying_bars(shown, target=80) == ""
    assert columns(shown, top=100) == ""
