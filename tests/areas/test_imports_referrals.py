"""Lists of referrals: each goes the way of the form, is tried first, and can be taken back."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.commands import Report
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.models import area_key
from fingerpost.people.consent.models import Consent
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Family, Person, PersonCheck
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.referrals.models import Request, RequestChild
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 5, 10)
SYSTEM = Actor.system()
UPN = upn_with_check_letter("881500100012")
HEAD = (
    "Referral,Received,Child forename,Child surname,Child DOB,UPN,Parent forename,Parent surname,Postcode,School,Source,"
    "Reason,Vulnerable groups,CAF date,CAF author,CAF need,May tell school\n"
)
LEES = (
    f"{HEAD}17,04/05/2010,Kim,Lee,01/02/2001,{UPN},Ann,Lee,CO15 4JX,8815001,School,Often away,Young carer,"
    "04/05/2010,E. Bolt,parenting_support; health,yes\n"
    "17,04/05/2010,Max,Lee,01/02/2003,,Ann,Lee,CO15 4JX,8815001,School,Often away,,,,,\n"
)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def _postcode(world: World) -> None:
    places.place_postcodes(SYSTEM, PLATFORM, service=SERVICE, areas={"CO15 4JX": "tendring"}, at=AT)


def run(world: World, content: str, *, try_only: bool = False, good_rows_only: bool = False) -> Report:
    sam = world.actor("sam")
    received = commands.receive(
        sam, Scope.of(service=SERVICE), service=SERVICE, kind="referrals", file_name="referrals.csv",
        content=io.BytesIO(content.encode()), at=AT,
    )  # fmt: skip
    if try_only:
        return commands.check(sam, received, at=AT)
    return commands.apply(sam, received, good_rows_only=good_rows_only, at=AT)


def test_rows_of_one_reference_make_one_request(world: World) -> None:
    tried = run(world, LEES, try_only=True)
    assert (tried.rows, tried.faulty, tried.written.added) == (2, 0, 1)
    assert Person.objects.count() == 0, "tried without a trace"
    report = run(world, LEES)
    request = Request.objects.get()
    assert (request.source, request.home_area, request.school_id) == (
        "school",
        area_key(SERVICE, "tendring"),
        "8815001",
    )
    assert (request.batch, request.batch_ref, request.vulnerable_groups) == (
        report.list_received.id,
        "17",
        ["young_carer"],
    )
    assert request.received_at.date() == date(2010, 5, 4)
    assert RequestChild.objects.filter(request=request).count() == 2
    assert Assessment.objects.get().needs == ["health", "parenting_support"]
    assert Consent.objects.get().answer == "given"
    assert Request.objects.visible_to(world.actor("alice")).count() == 1
    assert Request.objects.visible_to(world.actor("carol")).count() == 0


def test_the_same_referral_in_another_file_changes_nothing(world: World) -> None:
    run(world, LEES)
    again = run(world, f"{LEES}18,05/05/2010,Zoe,Oak,01/02/2002,,Eve,Oak,CO15 4JX,,Family,Asks for help,,,,,\n")
    assert (again.written.added, again.written.unchanged) == (1, 1)
    assert (Request.objects.count(), Family.objects.count()) == (2, 2)


def test_a_known_family_is_recognised_and_somebody_alike_is_listed(world: World) -> None:
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    kim = families.register(SYSTEM, scope, first_name="Kim", last_name="Lee", born_on=date(2001, 2, 1), upn=UPN, at=AT)
    families.register(SYSTEM, scope, first_name="Maxx", last_name="Lee", born_on=date(2003, 2, 1), at=AT)
    report = run(world, LEES)
    assert report.written.added == 1
    assert not Request.objects.exists(), "it waits until somebody has said that this is Kim"
    assert PersonCheck.objects.get(place="child 0").person == kim
    assert [(fault.line, fault.severity) for fault in report.to_look_at] == [(2, "match"), (3, "match")]


BAD = [
    ("2,11/05/2010,Kima,Lee,,,Ann,Lee,,,,,,,,,", "Received", "in the future"),
    ("4,04/05/2010,Kimc,Lee,,B123,Ann,Lee,,,,,,,,,", "UPN", "is not a unique pupil number"),
    ("5,04/05/2010,Kimd,Lee,,,Ann,Lee,,Nowhere,,,,,,,", "School", "is not a school we know"),
    ("6,04/05/2010,Kime,Lee,,,Ann,Lee,,,Pub,,,,,,", "Source", "is not a source"),
    ("7,04/05/2010,Kimf,Lee,,,Ann,Lee,,,,,pirates,,,,", "Vulnerable groups", "is no group of the contract"),
    ("8,04/05/2010,Kimg,Lee,,,Ann,Lee,,,,,,04/05/2010,,,", "CAF date", "needs its date and its author"),
    ("9,04/05/2010,Kimh,Lee,,,Ann,Lee,,,,,,04/05/2010,E. Bolt,magic,", "CAF need", "is not known"),
    ("1,04/05/2010,ZOE,Oak,,,Eve,Oak,,,,,,,,,", "", "same referral on line 2"),
    ("11,04/05/2010,Kimj,Lee,,,Ann,Lee,,,,,,,,,maybe", "May tell school", "is not an answer"),
]


def test_bad_rows_are_named_and_keep_the_rest_out(world: World) -> None:
    rows = "\n".join(row for row, _, _ in BAD)
    content = f"{HEAD}1,05/05/2010,Zoe,Oak,,,Eve,Oak,CO15 4JX,,Family,,,,,,\n{rows}\n"
    report = run(world, content, try_only=True)
    by_line = {fault.line: fault for fault in report.errors}
    for line, (_, column, message) in enumerate(BAD, start=3):
        assert by_line[line].column == column
        assert message in by_line[line].message
    assert report.faulty == len(BAD) == len(report.errors)
    with pytest.raises(Refused, match=f"{len(BAD)} rows have faults"):
        run(world, content)
    assert Request.objects.count() == 0
    assert run(world, content, good_rows_only=True).written.added == 1


def test_a_family_that_waits_already_waits_for_a_check(world: World) -> None:
    run(world, LEES)
    report = run(world, LEES.replace("\n17,", "\n99,"))
    assert (report.faulty, report.written.added, Request.objects.count()) == (0, 1, 1)
    assert {check.place for check in PersonCheck.objects.all()} == {"child 0", "child 1", "parent"}


def test_without_a_contract_the_list_says_so(world: World) -> None:
    report = run(world, LEES.replace("04/05/2010", "04/05/2009"), try_only=True)
    assert "Adopt one first" in report.faults[0].message


def test_undo_withdraws_the_requests(world: World) -> None:
    report = run(world, LEES)
    assert commands.undo(world.actor("sam"), report.list_received, at=AT) == 1
    assert Request.objects.get().withdrawn_at == AT
    assert run(world, LEES).written.added == 1
