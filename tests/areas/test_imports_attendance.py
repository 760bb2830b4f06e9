"""Lists of attendance and exclusions: tried, applied, applied twice, undone; and every way in which they are wrong."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerpost.cli import main
from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.commands import Report
from fingerpost.exchange.imports.models import List, Row
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import area_key
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import AttendanceTerm, AttendanceWeek, Coverage, Exclusion
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.models import Request
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 11, 15)
UPNS = [upn_with_check_letter(f"88150010{n:04d}") for n in range(3)]
ONE, TWO, STRANGER = UPNS
HEAD = "UPN,Date,Session,Mark\n"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def children(world: World) -> None:
    for name, upn in (("Kim", ONE), ("Lou", TWO)):
        scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
        families.register(Actor.system(), scope, first_name=name, last_name="Lee", upn=upn, at=AT)


def receive(world: World, content: str | bytes, kind: str = "session_marks", **given: str) -> List:
    raw = content.encode() if isinstance(content, str) else content
    return commands.receive(
        world.actor("sam"), Scope.of(service=SERVICE), service=SERVICE, kind=kind, file_name="list.csv",
        content=io.BytesIO(raw), given=given, at=AT,
    )  # fmt: skip


def try_(world: World, content: str | bytes, kind: str = "session_marks", **given: str) -> Report:
    return commands.check(world.actor("sam"), receive(world, content, kind, **given), at=AT)


def load(
    world: World, content: str | bytes, kind: str = "session_marks", *, good_rows_only: bool = False, **given: str
) -> Report:
    received = receive(world, content, kind, **given)
    return commands.apply(world.actor("sam"), received, good_rows_only=good_rows_only, at=AT)


def said(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.message) for fault in report.faults]


def assert_named(report: Report, bad: list[tuple[str, str, str]]) -> None:
    """Every bad row, from line 3 on, is named once with its column and why."""
    by_line = {line: (column, message) for line, column, message in said(report)}
    for line, (_, column, message) in enumerate(bad, start=3):
        assert by_line[line][0] == column
        assert message in by_line[line][1]
    assert report.faulty == len(bad) == len(report.errors)


@pytest.mark.usefixtures("children")
def test_marks_are_tried_without_a_trace_then_applied(world: World) -> None:
    rows = f"{HEAD}{ONE},06/09/2010,AM,/\n{ONE},2010-09-06,PM,\\\n{ONE},07/09/2010,am,I\n{TWO},08/09/2010,PM,n\n"
    tried = try_(world, rows)
    assert (tried.rows, tried.faulty, tried.written.added, tried.is_applied) == (4, 0, 2, False)
    assert AttendanceWeek.objects.count() == 0
    assert load(world, rows).written.added == 2
    week = AttendanceWeek.objects.get(person__first_name="Kim")
    assert week.marks == ["/", "\\", "I", "", "", "", "", "", "", ""]
    assert (week.monday, week.possible, week.attended) == (date(2010, 9, 6), 3, 2)
    assert week.scope_keys == [f"area:{SERVICE}/tendring", f"service:{SERVICE}"]
    assert AttendanceWeek.objects.get(person__first_name="Lou").unauthorised == 1


@pytest.mark.usefixtures("children")
def test_one_row_a_day_says_the_same(world: World) -> None:
    load(world, f"upn; DATE ;am;pm;Name\n{ONE};06/09/2010;/;\\;Kim\n{ONE};07/09/2010;I;-;Kim\n")
    assert AttendanceWeek.objects.get().marks[:4] == ["/", "\\", "I", ""]


ENCODERS: list[Callable[[str], bytes]] = [
    lambda text: text.encode(),
    lambda text: b"\xef\xbb\xbf" + text.encode(),
    lambda text: text.encode("cp1252"),
    lambda text: text.encode("utf-16"),
    lambda text: text.replace("\n", "\r\n").encode(),
    lambda text: text.replace(",", "\t").encode(),
    lambda text: text.replace(",", ";").encode(),
    lambda text: text.replace("UPN,Date", '"Unique pupil number","Session Date"').encode(),
    lambda text: f"{text}\n\n,,,,\n".encode(),
    lambda text: text.replace(ONE, f'"=""{ONE}"""').encode(),
]


@pytest.mark.usefixtures("children")
def test_any_usual_encoding_and_separator_is_read(world: World) -> None:
    text = f"UPN,Date,Session,Mark,Pupil’s name\n{ONE},06/09/2010,AM,/,Zoë Núñez\n"
    for encode in ENCODERS:
        report = try_(world, encode(text))
        assert (report.written.added, report.faulty) == (1, 0), report.faults


BAD_MARKS = [
    (f"{ONE},16/11/2010,AM,/", "Date", "16/11/2010 is in the future"),
    (f"{ONE},31/02/2010,AM,/", "Date", "is not a day of the calendar"),
    (f"{ONE},9/6/10,AM,/", "Date", "has a year of two figures"),
    (f"{ONE},11/09/2010,AM,/", "Date", "11/09/2010 is a Saturday"),
    (f"{ONE},27/10/2010,AM,/", "Date", "lies in no term"),
    (f"{ONE},06/09/2010,noon,/", "Session", "is not a session"),
    (f"{ONE},06/09/2010,AM,?", "Mark", "is not a register mark"),
    (f"{ONE},06/09/2010,AM,", "Mark", "Mark is empty"),
    (f"{ONE},06/09/2010,AM,=1+1", "Mark", "is not a register mark"),
    (f"{ONE},06/09/2010,AM,/,x", "", "more cells than the first"),
    (",06/09/2010,AM,/", "UPN", "UPN is empty"),
    ("8.815E+11,06/09/2010,AM,/", "UPN", "format the column as text"),
    (f"{chr(ord(ONE[0]) ^ 1)}{ONE[1:]},06/09/2010,AM,/", "UPN", "check letter"),
    (f"{STRANGER},06/09/2010,AM,/", "UPN", "is not the number of a child whose record you may open"),
]


@pytest.mark.usefixtures("children")
def test_a_bad_row_is_named_and_keeps_the_rest_out(world: World) -> None:
    rows = "\n".join(row for row, _, _ in BAD_MARKS)
    content = f"{HEAD}{TWO},06/09/2010,AM,/\n{rows}\n"
    report = try_(world, content)
    assert_named(report, BAD_MARKS)
    assert Row.objects.filter(number=3).count() == 1, "the faults are kept with the list"
    with pytest.raises(Refused, match=f"{len(BAD_MARKS)} rows have faults, so nothing was written"):
        load(world, content)
    assert AttendanceWeek.objects.count() == 0
    assert load(world, content, good_rows_only=True).written.added == 1


@pytest.mark.usefixtures("children")
def test_a_session_twice_and_an_unknown_school_are_named(world: World) -> None:
    report = try_(world, f"{HEAD}{ONE},06/09/2010,AM,/\n{ONE},06/09/2010,AM,/\n{ONE},06/09/2010,AM,I\n")
    assert [line for line, _, _ in said(report)] == [3, 4]
    assert "first as /" in said(report)[1][2]
    report = try_(world, f"UPN,Date,AM,PM,School\n{ONE},06/09/2010,/,/,9999999\n{ONE},07/09/2010,/,/,8815001\n")
    assert said(report)[0][:2] == (2, "School")
    assert "not a school we know" in said(report)[0][2]


UNREADABLE = [
    (b"", "The file is empty"),
    (b"Pupil,When,What\n1,2,3\n", "There is no column UPN"),
    (b"UPN,upn,Date,Session,Mark\n", "there twice"),
    (b"PK\x03\x04rest of a workbook", "This is a workbook"),
    (b"\x00\x01\x02\x03", "not a text file"),
    (b"UPN,Date\n\x81\x8d\xff\n", "cannot be read"),
    (f'{HEAD}"{ONE},06/09/2010,AM,/\n'.encode() + b"x" * 200_000, "quotation mark is opened and not closed"),
]


@pytest.mark.usefixtures("children")
def test_a_file_that_cannot_be_read_says_why(world: World) -> None:
    for content, message in UNREADABLE:
        assert message in try_(world, content).faults[0].message
        with pytest.raises(Refused, match=message):
            load(world, content, good_rows_only=True)


@pytest.mark.usefixtures("children")
def test_the_same_file_twice_changes_nothing(world: World) -> None:
    content = f"{HEAD}{ONE},06/09/2010,AM,/\n"
    first, again = load(world, content), load(world, content)
    assert first.list_received == again.list_received
    assert again.was_applied_before
    assert (again.written.added, again.written.unchanged) == (0, 1)
    other = load(world, f"{content}\n")
    assert (other.written.added, other.written.unchanged) == (0, 1), "another file with the same rows"
    assert AttendanceWeek.objects.count() == 1


@pytest.mark.usefixtures("children")
def test_undo_brings_back_what_stood_and_the_file_can_come_again(world: World) -> None:
    load(world, f"{HEAD}{ONE},06/09/2010,AM,/\n")
    second = load(world, f"{HEAD}{ONE},06/09/2010,AM,O\n{TWO},06/09/2010,AM,/\n")
    assert (second.written.added, second.written.changed) == (1, 1)
    sam, later = world.actor("sam"), AT + timedelta(hours=1)
    assert commands.undo(sam, second.list_received, at=later) == 2
    assert commands.undo(sam, second.list_received, at=later) == 0
    assert AttendanceWeek.objects.get(superseded_at=None).marks[0] == "/"
    third = load(world, f"{HEAD}{ONE},06/09/2010,AM,O\n{TWO},06/09/2010,AM,/\n")
    assert third.list_received != second.list_received
    assert third.written.changed == 1
    with pytest.raises(Refused, match="not applied"):
        commands.undo(sam, receive(world, f"{HEAD}{ONE},07/09/2010,AM,O\n"), at=later)


def test_only_who_may_import_can(world: World) -> None:
    with pytest.raises(NotAllowed):
        commands.receive(
            world.actor("alice"), Scope.of(service=SERVICE), service=SERVICE, kind="session_marks", file_name="x",
            content=io.BytesIO(b""), at=AT,
        )  # fmt: skip


@pytest.mark.usefixtures("children")
def test_a_family_of_another_service_is_not_found(world: World) -> None:
    families.register(Actor.system(), Scope.of(service="other"), first_name="Ann", last_name="Oak", upn=STRANGER, at=AT)
    assert try_(world, f"{HEAD}{STRANGER},06/09/2010,AM,/\n").faulty == 1


HEADINGS = [
    "UPN,Year,Term,AvailableSessions,AuthorisedSessions,UnauthorisedSessions",
    "upn,academic year,school term,TermlySessionsPossible,TermlySessionsAuthorised,TermlySessionsUnauthorised",
    "UPN,Year,Term,SessionsPossible,SessionsAuthorised,SessionsUnauthorised",
    "UPN,Year,Term,TermlySessionsPoss,TermlySessionsAuth,TermlySessionsUnau",
]


@pytest.mark.usefixtures("children")
def test_termly_totals_come_under_any_of_their_headings(world: World) -> None:
    for head, year in zip(HEADINGS, ["2009/10", "2009-2010", "200910", "2009-10"], strict=True):
        received = load(world, f"{head}\n{ONE},{year},Autumn Term,140,10,4\n", "attendance_terms").list_received
        row = AttendanceTerm.objects.get(superseded_at=None)
        assert (row.year, row.term, row.possible, row.authorised, row.unauthorised) == ("2009/10", "autumn", 140, 10, 4)
        commands.undo(world.actor("sam"), received, at=AT)


@pytest.mark.usefixtures("children")
def test_termly_totals_without_year_and_term_take_them_from_the_form(world: World) -> None:
    content = (
        f"UPN,TermlySessionsPossible,TermlySessionsAuthorised,TermlySessionsUnauthorised,T_Reason_C\n{ONE},140,10,4,3\n"
    )
    assert "There is no column Year and none Term" in try_(world, content, "attendance_terms").faults[0].message
    assert load(world, content, "attendance_terms", year="2009/10", term="autumn").written.added == 1
    with pytest.raises(Refused, match="has no column colour"):
        receive(world, content, "attendance_terms", colour="red")


BAD_TERMS = [
    (f"{ONE},2010/11,Autumn,100,90,20", "Possible", "More sessions were missed"),
    (f"{ONE},2011/12,Autumn,100,9,2", "Year", "has not begun"),
    (f"{ONE},2010/12,Autumn,100,9,2", "Year", "is not a school year"),
    (f"{ONE},2010/11,Winter,100,9,2", "Term", "is not a term"),
    (f"{ONE},2010/11,Autumn,500,9,2", "Possible", "more sessions than a term has"),
    (f"{ONE},2010/11,Autumn,-5,9,2", "Possible", "is not a whole number"),
    (f"{STRANGER},2010/11,Autumn,100,9,2", "UPN", "is not the number of a child"),
    (f"{TWO},2010/11,AUT,100,9,2", "UPN", "twice for this term"),
]


@pytest.mark.usefixtures("children")
def test_termly_totals_that_cannot_be_are_named(world: World) -> None:
    rows = "\n".join(row for row, _, _ in BAD_TERMS)
    head = "UPN,Year,Term,AvailableSessions,AuthorisedSessions,UnauthorisedSessions"
    report = try_(world, f"{head}\n{TWO},2010/11,1,100,9,2\n{rows}\n", "attendance_terms")
    assert_named(report, BAD_TERMS)


EXCLUSIONS = "UPN,Category,StartDate,Sessions,Reason1,Reason2,Reason3\n"


@pytest.mark.usefixtures("children")
def test_exclusions_come_in_old_and_new_words(world: World) -> None:
    report = load(
        world,
        f"{EXCLUSIONS}{ONE},FIXD,04/10/2010,4,DB,va,\n{ONE},susp,2010-11-01,1,XX,MP,\n{TWO},PERM,05/10/2010,,PP,,\n",
        "exclusions",
    )
    assert report.written.added == 3
    assert list(Exclusion.objects.order_by("started_on").values_list("kind", "sessions", "reasons")) == [
        ("fixed_term", 4, ["DB", "VA"]),
        ("permanent", None, ["PP"]),
        ("fixed_term", 1, ["XX", "MP"]),
    ]
    assert [(f.line, f.severity) for f in report.to_look_at] == [(3, "warning"), (3, "warning"), (0, "warning")]
    assert not Coverage.objects.exists(), "the list says of no school and of no days that it is complete"
    commands.undo(world.actor("sam"), report.list_received, at=AT)
    assert not Exclusion.objects.filter(superseded_at=None).exists()


BAD_EXCLUSIONS = [
    (f"{ONE},FIXD,16/11/2010,2,DB,,", "StartDate", "in the future"),
    (f"{ONE},FIXD,04/10/2010,,DB,,", "Sessions", "needs its length"),
    (f"{ONE},FIXD,04/10/2010,91,DB,,", "Sessions", "more than a school year allows"),
    (f"{ONE},GONE,04/10/2010,2,DB,,", "Category", "is not a category"),
    (f"{TWO},FIXD,04/10/2010,2,DB,,", "StartDate", "already"),
]


@pytest.mark.usefixtures("children")
def test_exclusions_that_cannot_be_are_named(world: World) -> None:
    rows = "\n".join(row for row, _, _ in BAD_EXCLUSIONS)
    report = try_(world, f"{EXCLUSIONS}{TWO},FIXD,04/10/2010,2,DB,,\n{rows}\n", "exclusions")
    assert_named(report, BAD_EXCLUSIONS)


@pytest.mark.usefixtures("children")
def test_the_command_line_tries_applies_and_undoes(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "from school"
    folder.mkdir()
    (folder / "a.csv").write_text(f"{HEAD}{ONE},06/09/2010,AM,/\n")
    (folder / "b.csv").write_text(f"{EXCLUSIONS}{ONE},FIXD,04/10/2010,2,DB,,\n{STRANGER},FIXD,04/10/2010,2,DB,,\n")
    base = ["import", str(folder), "--service", SERVICE, "--at", "2010-11-15"]
    assert main([*base, "--json"]) == 1
    first, second = json.loads(capsys.readouterr().out)["lists"]
    assert (first["kind"], first["added"], first["applied"], first["faulty"]) == ("session_marks", 1, False, 0)
    assert (second["kind"], second["faulty"], second["faults"][0]["line"]) == ("exclusions", 1, 3)
    assert main([*base, "--apply"]) == 1, "the second file has a fault"
    assert (AttendanceWeek.objects.count(), Exclusion.objects.count()) == (0, 0), (
        "a folder is written whole or not at all"
    )
    assert main([*base, "--apply", "--good-rows-only"]) == 0
    assert (AttendanceWeek.objects.count(), Exclusion.objects.count()) == (1, 1)
    assert "b.csv, line 3, upn" in capsys.readouterr().out
    assert main([*base, "--apply"]) == 0
    assert "Applied before, nothing changed" in capsys.readouterr().out
    assert main(["import", "--undo", first["batch"], "--at", "2010-11-15"]) == 0
    assert not AttendanceWeek.objects.filter(superseded_at=None).exists()
    assert main(["import", "--undo", "nonsense"]) == 1
    assert main(["import", str(tmp_path / "nothing.csv"), "--service", SERVICE]) == 2
    (tmp_path / "odd.csv").write_text("A,B\n1,2\n")
    assert main(["import", str(tmp_path / "odd.csv"), "--service", SERVICE]) == 1
    assert "do not tell what kind" in capsys.readouterr().err


@pytest.mark.usefixtures("children")
def test_a_request_that_waited_for_attendance_is_decided_when_it_comes(world: World) -> None:
    kim, alice, bob = Person.objects.get(first_name="Kim"), world.actor("alice"), world.actor("bob")
    family = families.form_family(
        Actor.system(), Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring")), name="Lee family", at=AT
    )
    families.join(alice, family, person=kim, part="child", at=AT)
    request = referrals.receive(
        alice, Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring")), service=SERVICE, family=family, children=[kim],
        source="school", home_area=world.area("tendring"), received_at=AT, at=AT,
    )  # fmt: skip
    assessments.record(alice, family, assessed_on=date(2010, 11, 1), author="J Day", needs=["parenting_support"], at=AT)
    waiting = referrals.decide(bob, Request.objects.get(), at=AT)
    assert (waiting.outcome, waiting.status) == ("", "awaiting_attendance")
    calendar = places.calendar(schools="essex")
    days = [
        calendar.monday_of(week) + timedelta(days=n)
        for week in calendar.school_weeks_ended_before(AT.date(), 12)
        for n in range(5)
    ]
    marks = ["/"] * 51 + ["I"] * 9
    rows = "".join(f"{ONE},{day:%d/%m/%Y},{mark},{mark}\n" for day, mark in zip(days, marks, strict=True))
    load(world, f"UPN,Date,AM,PM\n{rows}")
    request.refresh_from_db()
    assert (request.outcome, request.route) == ("accepted", "attendance"), "102 of 120 sessions is 85 %"
