"""For which schools and days a list is complete is shown before it is loaded, and only what somebody confirmed becomes known."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fingerpost.cli import main
from fingerpost.exchange.imports.models import List
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import area_key
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.schooling.models import Coverage, Exclusion
from tests.fixtures.browsing import Browser, plain
from tests.fixtures.world import SERVICE, World, moment

SYSTEM = Actor.system()
pytestmark = pytest.mark.case("F1")
QUAY, CASTLE = "8815001", "8815002"
KIM = upn_with_check_letter("881500100001")
HEAD = "UPN,Category,StartDate,Sessions,School"
ROWS = f"{KIM},SUSP,08/10/2010,2,{QUAY}"
SAYS = f"{HEAD},Covers from,Covers to\n{ROWS},01/09/2010,22/10/2010\n"
SILENT = f"{HEAD}\n{ROWS}\n"
KNOWN = list[tuple[str, date, date]]


@pytest.fixture
def sam(world: World, browser: Browser, settings: Any, tmp_path: Path, today: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path / "files"
    today.is_(2010, 11, 15)
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    families.register(SYSTEM, scope, first_name="Kim", last_name="Lee", upn=KIM, at=moment(2010, 5, 1))
    return browser("sam")


def sent(sam: Client, content: str) -> tuple[str, str]:
    """Where the list is loaded, and what its page says before."""
    file = SimpleUploadedFile("exclusions.csv", content.encode())
    page = sam.post(reverse("oversight:list_new"), {"kind": "exclusions", "file": file}, follow=True)
    return reverse("oversight:list_apply", args=[List.objects.get().pk]), page.content.decode()


def known() -> KNOWN:
    return list(Coverage.objects.filter(undone_at=None).values_list("school_id", "since", "until"))


def test_the_page_shows_what_the_list_says_and_loads_nothing_before_somebody_answers(sam: Client) -> None:
    load, page = sent(sam, SAYS)
    assert f"({QUAY}), 1 September 2010 to 22 October 2010" in plain(page)
    page = sam.post(load).content.decode()
    assert "Choose whether the list of exclusions is complete" in page
    assert (known(), Exclusion.objects.count()) == ([], 0)
    page = sam.post(load, {"covers": "as-said"}, follow=True).content.decode()
    assert known() == [(QUAY, date(2010, 9, 1), date(2010, 10, 22))]
    assert "Taken as complete for" in page


def test_whoever_does_not_know_loads_the_rows_and_nothing_else_is_known(sam: Client) -> None:
    load, _ = sent(sam, SAYS)
    sam.post(load, {"covers": "nothing"}, follow=True)
    assert (known(), Exclusion.objects.count()) == ([], 1)


def test_what_the_rows_make_likely_is_filled_in_and_is_known_as_it_was_changed(sam: Client) -> None:
    load, page = sent(sam, SILENT)
    assert f'value="{QUAY}"' in page
    assert page.count('value="8/10/2010"') == 2, "the day of its only row, from and to"
    assert "for the schools and days that it names" not in page, "it names none"
    answers = {
        "covers": "given",
        "covers_schools": f"{QUAY}; {CASTLE}",
        "covers_from": "1/9/2010",
        "covers_to": "5/11/2010",
    }
    sam.post(load, answers, follow=True)
    days = (date(2010, 9, 1), date(2010, 11, 5))
    assert sorted(known()) == [(QUAY, *days), (CASTLE, *days)]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"covers_schools": "9999999"}, "not a school we know"),
        ({"covers_schools": ""}, "Enter the schools that the list covers"),
        ({"covers_to": "1/9/2011"}, "what has not happened yet"),
        ({"covers_to": "31/8/2010"}, "end before they begin"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_loaded(
    sam: Client, changed: dict[str, str], says: str
) -> None:
    load, _ = sent(sam, SILENT)
    answers = {"covers": "given", "covers_schools": QUAY, "covers_from": "1/9/2010", "covers_to": "5/11/2010"}
    page = sam.post(load, answers | changed, follow=True).content.decode()
    assert says in page
    assert (known(), Exclusion.objects.count()) == ([], 0)


def test_the_command_line_asks_for_the_word_too(
    sam: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "exclusions.csv"
    path.write_text(SAYS)
    base = ["import", str(path), "--service", SERVICE, "--at", "2010-11-15", "--apply"]
    assert main(base) == 1
    assert "--covers as-said" in capsys.readouterr().err
    assert (known(), Exclusion.objects.count()) == ([], 0)
    assert main([*base, "--covers", "as-said"]) == 0
    assert known() == [(QUAY, date(2010, 9, 1), date(2010, 10, 22))]


def test_the_command_line_takes_schools_and_days_in_place_of_the_lists_own(sam: Client, tmp_path: Path) -> None:
    path = tmp_path / "exclusions.csv"
    path.write_text(SAYS)
    given = [f"covers_schools={CASTLE}", "covers_from=01/09/2010", "covers_to=05/11/2010"]
    words = [word for one in given for word in ("--set", one)]
    assert main(["import", str(path), "--service", SERVICE, "--at", "2010-11-15", "--apply", *words]) == 0
    assert known() == [(CASTLE, date(2010, 9, 1), date(2010, 11, 5))]


def test_the_page_takes_others_in_place_of_those_the_list_names(sam: Client) -> None:
    load, _ = sent(sam, SAYS)
    answers = {"covers": "given", "covers_schools": CASTLE, "covers_from": "1/9/2010", "covers_to": "5/11/2010"}
    sam.post(load, answers, follow=True)
    assert known() == [(CASTLE, date(2010, 9, 1), date(2010, 11, 5))]


def test_no_other_list_is_asked(sam: Client, tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("School,Name\n8815009,Elm School\n")
    base = ["import", str(path), "--service", SERVICE, "--at", "2010-11-15", "--apply"]
    assert main([*base, "--covers", "as-said"]) == 1
    assert main(base) == 0
