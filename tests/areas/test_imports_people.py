"""Lists of people and families: matched against those known, written with their places, undone."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.commands import Report
from fingerpost.exchange.imports.models import Row
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.history.tracking import changes
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.models import area_key
from fingerpost.people.families import commands as families
from fingerpost.people.families import queries
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Address, Family, Membership, Person, PersonCheck
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 11, 15)
SYSTEM = Actor.system()
UPN, OTHER = (upn_with_check_letter(f"8815001000{n:02d}") for n in (1, 2))
HEAD = "Family ref,Part,Forename,Surname,DOB,UPN,Postcode,Address\n"
SMITHS = (
    f"{HEAD}7,Mother,Ann,Smith,,,CO15 4JX,1 Pier Road\n"
    f"7,Child,Kim,Smith,04/05/2002,{UPN},co154jx,\n"
    "8,Child,Lou,Lee,2003-01-02,,,\n"
)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def run(world: World, content: str, *, try_only: bool = False, good_rows_only: bool = False) -> Report:
    sam = world.actor("sam")
    received = commands.receive(
        sam, Scope.of(service=SERVICE), service=SERVICE, kind="people", file_name="people.csv",
        content=io.BytesIO(content.encode()), at=AT,
    )  # fmt: skip
    if try_only:
        return commands.check(sam, received, at=AT)
    return commands.apply(sam, received, good_rows_only=good_rows_only, at=AT)


def test_families_come_in_with_places_and_history(world: World) -> None:
    places.place_postcodes(SYSTEM, PLATFORM, service=SERVICE, areas={"CO15 4JX": "tendring"}, at=AT)
    tried = run(world, SMITHS, try_only=True)
    assert (tried.written.added, Person.objects.count(), Family.objects.count()) == (3, 0, 0)
    assert run(world, SMITHS).written.added == 3
    (kim,) = queries.find(world.actor("alice"), UPN)
    assert (kim.family_name, kim.part, kim.postcode, kim.born_on) == (
        "Smith family",
        "child",
        "CO15 4JX",
        date(2002, 5, 4),
    )
    assert [m.part for m in queries.members_of(SYSTEM, [kim.family_id])[kim.family_id]] == ["parent", "child"]  # type: ignore[list-item, index]
    assert Address.objects.filter(area_id=area_key(SERVICE, "tendring")).count() == 2
    assert changes(Person.objects.get(first_name="Ann"))[0]["command"] == "imports.apply"
    assert queries.find(world.actor("carol"), "Smith") == []


def test_the_same_people_in_another_file_are_known(world: World) -> None:
    run(world, SMITHS)
    longer = f"{SMITHS}7,Child,Max,Smith,01/02/2006,,CO15 4JX,\n"
    report = run(world, longer)
    assert (report.written.added, report.written.unchanged, report.faulty) == (1, 3, 0)
    assert Family.objects.count() == 2
    assert Membership.objects.filter(family__name="Smith family").count() == 3


def test_somebody_alike_is_written_anew_and_listed(world: World) -> None:
    known = families.register(
        SYSTEM, Scope.of(service=SERVICE), first_name="Marie", last_name="Jones", born_on=date(2002, 5, 4), at=AT
    )
    report = run(world, f"{HEAD}1,Child,Mary,Jones,04/05/2002,,,\n")
    assert (report.written.added, report.faulty) == (1, 0)
    assert [fault.severity for fault in report.to_look_at] == ["match"]
    assert Row.objects.get().person_id == known.id


def test_the_same_name_and_birth_date_with_another_number_is_another_child(world: World) -> None:
    scope = Scope.of(service=SERVICE)
    families.register(SYSTEM, scope, first_name="Kim", last_name="Smith", born_on=date(2002, 5, 4), upn=OTHER, at=AT)
    report = run(world, f"{HEAD}1,Child,Kim,Smith,04/05/2002,{UPN},,\n")
    assert report.written.added == 1
    assert [fault.severity for fault in report.to_look_at] == ["match"]


BAD = [
    ("1,Child,,,04/05/2002,,,", "First name", "Enter a first name or a last name"),
    ("1,Neighbour,Kim,Smith,04/05/2002,,,", "Part", "is not a part"),
    ("1,Child,Kim,Smith,04/05/2012,,,", "Birth date", "in the future"),
    ("1,Child,Kim,Smith,04/05/1850,,,", "Birth date", "too long ago"),
    ("1,Child,Kim,Smith,,X123,,", "UPN", "is not a unique pupil number"),
    ("1,Child,Kim,Smith,,,Clacton,", "Postcode", "is not a postcode"),
    ("9,Child,LOU,Lee,02/01/2003,,,", "", "in the file already, on line 2"),
]


def test_bad_rows_are_named(world: World) -> None:
    rows = "\n".join(row for row, _, _ in BAD)
    report = run(world, f"{HEAD}8,Child,Lou,Lee,2003-01-02,,,\n{rows}\n", try_only=True)
    by_line = {fault.line: fault for fault in report.faults}
    for line, (_, column, message) in enumerate(BAD, start=3):
        assert by_line[line].column == column
        assert message in by_line[line].message
    assert report.faulty == len(BAD) == len(report.faults)


def test_a_formula_is_data(world: World) -> None:
    run(world, f"{HEAD}1,Child,=cmd|' /C calc'!A0,+Smith,04/05/2002,,,\n")
    assert Person.objects.get().first_name == "=cmd|' /C calc'!A0"


def test_undo_takes_the_people_back_unless_work_stands_on_them(world: World) -> None:
    report, sam = run(world, SMITHS), world.actor("sam")
    assert commands.undo(sam, report.list_received, at=AT) == 3
    assert (Person.objects.count(), Family.objects.count(), Address.objects.count()) == (0, 0, 0)
    report = run(world, SMITHS)
    families.move(SYSTEM, Person.objects.get(first_name="Lou"), postcode="CO1 1AA", at=AT)
    with pytest.raises(Refused, match="recorded about these families since"):
        commands.undo(sam, report.list_received, at=AT)
    assert Person.objects.count() == 3


def test_a_restricted_child_is_known_and_not_given_away(world: World) -> None:
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"), restricted=True)
    families.register(SYSTEM, scope, first_name="Kim", last_name="Smith", born_on=date(2002, 5, 4), upn=UPN, at=AT)
    families.register(SYSTEM, scope, first_name="Louise", last_name="Lee", born_on=date(2003, 1, 2), at=AT)
    report = run(world, f"{HEAD}1,Child,Kim,Smith,04/05/2002,{UPN},,\n2,Child,Louisa,Lee,02/01/2003,,,\n")
    assert (report.written.added, report.written.unchanged, report.faults) == (2, 0, ()), (
        "counted like rows that are new"
    )
    assert Person.objects.count() == 3
    assert {check.restricted for check in PersonCheck.objects.all()} == {True}


def test_two_rows_of_one_known_person_are_one_too_many(world: World) -> None:
    kim = families.register(
        SYSTEM, Scope.of(service=SERVICE), first_name="Kim", last_name="Smith", born_on=date(2002, 5, 4), upn=UPN, at=AT
    )
    families.move(SYSTEM, kim, postcode="CO15 4JX", at=AT)
    content = f"{HEAD}1,Child,Kim,Smith,04/05/2002,,CO15 4JX,\n1,Child,Kimmy,Smyth,,{UPN},,\n"
    report = run(world, content, good_rows_only=True)
    assert (report.faulty, report.written.added, report.written.changed) == (1, 0, 1), "they join the family of the row"
    assert "the same person" in report.errors[0].message


def test_somebody_known_without_a_family_joins_the_one_formed(world: World) -> None:
    scope = Scope.of(service=SERVICE)
    families.register(SYSTEM, scope, first_name="Kim", last_name="Smith", born_on=date(2002, 5, 4), upn=UPN, at=AT)
    run(world, f"{HEAD}1,Child,Kim,Smith,04/05/2002,{UPN},,\n1,Mother,Ann,Smith,,,,\n")
    assert Membership.objects.filter(family=Family.objects.get()).count() == 2


def test_own_numbers_of_two_services_do_not_clash(world: World) -> None:
    families.register(SYSTEM, Scope.of(service="other"), first_name="Zoe", last_name="Oak", local="other/12", at=AT)
    head = "Part,First name,Last name,Own number\n"
    assert run(world, f"{head}Child,Kim,Smith,12\n").written.added == 1
    assert run(world, f"{head}Child,Kimmy,Smith,12\n").written.unchanged == 1
