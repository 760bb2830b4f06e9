"""What is exported and loaded into an empty instance is the same, other schools and second families of a child too."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import folders
from fingerpost.exchange.imports.export_cli import write
from fingerpost.exchange.imports.folders import FileGiven, FolderReport
from fingerpost.exchange.imports.recognising import lists_in
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Membership, Person
from fingerpost.people.schooling.models import AttendanceTerm, Enrolment
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("G5")
AT, SYSTEM = moment(2011, 2, 1), Actor.system()
SCHOOLS = """School,Name,Phase,Calendar
8819001,Sandhoppers,Primary,essex
8819002,Oysterbed,Secondary,essex
8819003,The Unit,Special,unit
"""
PEOPLE = """Own number,Family,Part,First name,Last name,Birth date,Known as,Phone,In the family since,In the family until,School,\
On roll since,On roll until,Registration
P1,F1,Mother,Rose,Alder,,,07700 900123,,,,,,
P2,F2,Father,Sal,Birch,,,,,,,,,
K1,F1,Child,Ivy,Alder,04/03/2001,Vee,,04/03/2001,,8819002,06/09/2010,,
K1,F2,Child,Ivy,Alder,04/03/2001,,,01/06/2009,01/12/2010,,,,
K1,F1,Child,Ivy,Alder,04/03/2001,,,,,8819001,01/09/2008,21/07/2010,Main
K1,F1,Child,Ivy,Alder,04/03/2001,,,,,8819003,01/10/2010,,Subsidiary
""".replace("\\\n", "")
TOTALS = """NativeId,Year,Term,Possible,Authorised,Unauthorised,School
K1,2010/11,Autumn,100,4,2,8819002
K1,2010/11,Autumn,40,1,0,8819003
"""


def bring(path: Path) -> FolderReport:
    given = [FileGiven(kind, file.name, io.BytesIO(file.read_bytes())) for file, kind in lists_in(path)]
    here = Scope.of(service=SERVICE)
    folder = folders.receive_folder(SYSTEM, here, service=SERVICE, name=path.name, files=given, at=AT)
    return folders.apply_folder(SYSTEM, folder, at=AT)


@pytest.fixture
def arrived(world: World, settings: Any, tmp_path: Path) -> FolderReport:
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "first").mkdir()
    for name, content in (("schools", SCHOOLS), ("people", PEOPLE), ("attendance totals", TOTALS)):
        (tmp_path / "first" / f"{name}.csv").write_text(content)
    report = bring(tmp_path / "first")
    assert report.is_applied, [one.errors for one in report.lists]
    return report


def held() -> dict[str, Any]:
    places = Enrolment.objects.order_by("since").values_list("school_id", "since", "until", "is_main")
    families = Membership.objects.filter(person__first_name="Ivy").values_list("family__name", "since", "until")
    totals = AttendanceTerm.objects.filter(superseded_at=None).order_by("school").values_list("school_id", "possible")
    ivy = Person.objects.get(first_name="Ivy")
    return {
        "places": list(places), "families": sorted(families), "totals": list(totals), "known as": ivy.known_as,
        "parts": sorted(Membership.objects.values_list("person__first_name", "part", "called")),
    }  # fmt: skip


EXPECTED = [
    ("8819001", date(2008, 9, 1), date(2010, 7, 21), True),
    ("8819002", date(2010, 9, 6), None, True),
    ("8819003", date(2010, 10, 1), None, False),
]


def test_a_list_tells_of_schools_before_and_beside_and_of_two_families(arrived: FolderReport) -> None:
    assert held()["places"] == EXPECTED
    assert [until for _, _, until in held()["families"]] == [None, date(2010, 12, 1)]
    assert held()["totals"] == [("8819002", 100), ("8819003", 40)]


def test_an_export_loaded_into_an_empty_instance_gives_the_same(arrived: FolderReport, tmp_path: Path) -> None:
    before, first, second = held(), tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write(first, SERVICE)
    folders.undo_folder(SYSTEM, arrived.folder, at=AT)
    assert not Enrolment.objects.exists()
    assert not Person.objects.filter(first_name="Ivy").exists()
    report = bring(first)
    assert report.is_applied, [one.errors for one in report.lists]
    assert held() == before
    write(second, SERVICE)
    assert {one.name: one.read_text() for one in first.iterdir()} == {
        one.name: one.read_text() for one in second.iterdir()
    }


def test_the_same_again_is_nothing_new_and_a_subsidiary_place_that_ends_leaves_the_main_one(
    arrived: FolderReport, tmp_path: Path
) -> None:
    (tmp_path / "later").mkdir()
    ended = PEOPLE.replace("8819003,01/10/2010,,", "8819003,01/10/2010,17/12/2010,")
    (tmp_path / "later" / "people.csv").write_text(ended)
    (listed,) = bring(tmp_path / "later").lists
    assert (listed.written.added, listed.written.changed, [fault.message for fault in listed.faults]) == (0, 1, [])
    assert held()["places"] == [*EXPECTED[:2], ("8819003", date(2010, 10, 1), date(2010, 12, 17), False)]


def test_a_registration_there_of_another_kind_is_named(arrived: FolderReport, tmp_path: Path) -> None:
    (tmp_path / "later").mkdir()
    head = "Own number,Family,Part,First name,Last name,Birth date,School,On roll since,Registration\n"
    row = "K1,F1,Child,Ivy,Alder,04/03/2001,8819002,06/09/2010,Subsidiary\n"
    (tmp_path / "later" / "people.csv").write_text(head + row)
    (listed,) = bring(tmp_path / "later").lists
    assert [fault.column for fault in listed.faults] == ["Registration"]
    assert held()["places"] == EXPECTED
