"""A folder of lists comes packed, is tried, loaded and taken back as one, on the page of lists and on the command line."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fingerpost.cli import main
from fingerpost.exchange.imports.models import Folder
from fingerpost.ground.access import clock
from fingerpost.people.families.models import Person
from fingerpost.work.casework.models import Case
from tests.fixtures.world import SERVICE, World, moment

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "essex_folder"


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": moment(2011, 2, 1))
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def sam(world: World) -> Client:
    browser = Client()
    browser.force_login(world.users["sam"])
    return browser


def packed(*, wrong: bool = False, also: tuple[str, ...] = ()) -> bytes:
    """The example folder as a computer packs it, with what it hides in there, and what else is named."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("__MACOSX/._cases.csv", b"\0")
        for file in EXAMPLE.iterdir():
            content = file.read_bytes()
            archive.writestr(f"our past/{file.name}", content.replace(b"C1,F1", b"C1,F77") if wrong else content)
        for name in also:
            archive.writestr(f"our past/{name}", b"x")
    return whole.getvalue()


def send(browser: Client, content: bytes) -> tuple[str, str]:
    """The address where it leads, and what that page says."""
    file = SimpleUploadedFile("Our past.zip", content)
    shown = browser.post(reverse("oversight:list_new"), {"kind": "folder", "file": file}, follow=True)
    assert shown.status_code == 200
    return shown.request["PATH_INFO"], shown.content.decode()


def test_a_manager_tries_loads_and_takes_back_a_packed_folder(sam: Client) -> None:
    address, words = send(sam, packed())
    assert "Load the folder" in words
    assert not Person.objects.exists(), "tried only"
    assert "Choose whether the list of exclusions is complete" in sam.post(f"{address}/apply").content.decode()
    assert not Person.objects.exists(), "not before somebody says what its list of exclusions covers"
    loaded = sam.post(f"{address}/apply", {"covers": "as-said"}, follow=True).content.decode()
    assert "The folder has been loaded" in loaded
    assert Case.objects.count() == 7
    taken = sam.post(f"{address}/undo", follow=True).content.decode()
    assert "The folder has been taken back" in taken
    assert not Person.objects.exists()
    assert "Our past" in sam.get(reverse("oversight:lists")).content.decode()


def test_a_fault_names_its_file_and_nothing_is_loaded(sam: Client) -> None:
    address, words = send(sam, packed(wrong=True))
    assert re.search(r"cases\.csv<br><span[^>]*>Line 2<", words)
    assert "Load the folder" not in words
    sam.post(f"{address}/apply", follow=True)
    assert not Person.objects.exists()


def test_the_page_names_what_lay_in_the_folder_and_was_not_read(sam: Client) -> None:
    _, words = send(sam, packed(also=("photos.xlsx", "letter.pdf")))
    assert "Passed over" in words
    assert "photos.xlsx (" in words
    assert "letter.pdf (" in words
    assert "Passed over" not in send(sam, packed())[1], "the same lists, and nothing else beside them"


def test_the_same_fault_of_many_rows_stands_once_with_its_lines(sam: Client) -> None:
    lists = zipfile.ZipFile(io.BytesIO(packed()))
    header, *rows = lists.read("our past/cases.csv").decode().splitlines()
    wrong = "\n".join([header, *(",".join([row.split(",")[0], "F77", *row.split(",")[2:]]) for row in rows)])
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("cases.csv", wrong)
    words = send(sam, whole.getvalue())[1]
    assert words.count("&#39;F77&#39; is in none of the lists") == 1
    assert f"Lines {', '.join(str(line) for line in range(2, len(rows) + 1))} and {len(rows) + 1}" in words


def broken_midway() -> bytes:
    """A packed list whose squeezed bytes were damaged on the way; its directory is whole."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cases.csv", "Case,Family\n" * 2000)
    start = 30 + len("cases.csv")
    return whole.getvalue()[:start] + b"\xff" * 20 + whole.getvalue()[start + 20 :]


def both_file_and_folder() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("past", "x")
        archive.writestr("past/cases.csv", "x")
    return whole.getvalue()


@pytest.mark.parametrize("content", [b"Case,Family\n", broken_midway(), both_file_and_folder()])
def test_what_is_no_packed_folder_is_refused_in_words(sam: Client, content: bytes) -> None:
    assert "This .zip file cannot be read" in send(sam, content)[1]
    assert not Folder.objects.exists()


def test_the_command_line_takes_a_packed_folder_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "past.zip").write_bytes(packed())
    told = ["--service", SERVICE, "--at", "2011-02-01", "--apply", "--covers", "as-said"]
    assert main(["import", str(tmp_path / "past.zip"), *told]) == 0
    assert (Folder.objects.get().name, Case.objects.count()) == ("past", 7)
