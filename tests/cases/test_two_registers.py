"""What two schools say of one pupil, what moves with a pupil, and what is written down twice: each session counts once."""

import io
import itertools
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import commands as lists
from fingerpost.exchange.imports.commands import Report
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places.models import area_key
from fingerpost.ground.places.terms import TermGiven, load_terms
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Person
from fingerpost.people.schooling import commands, queries
from fingerpost.people.schooling.commands import WeekTotal
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, School
from fingerpost.people.schooling.rolls import combined_totals
from tests.fixtures.families import SYSTEM
from tests.fixtures.world import SERVICE, World, moment

AT, MONDAY = moment(2010, 11, 15), date(2010, 9, 6)
KIM = upn_with_check_letter("881500100001")
MAIN, UNIT = "8815001", "8815002"
HEAD = "UPN,Date,AM,PM,School\n"
Load = Callable[..., Report]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def kim(world: World) -> Person:
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    return families.register(SYSTEM, scope, first_name="Kim", last_name="Lee", upn=KIM, at=moment(2010, 5, 1))


@pytest.fixture
def load(world: World) -> Load:
    def apply(content: str, kind: str = "session_marks", at: Any = AT) -> Report:
        sam = world.actor("sam")
        received = lists.receive(
            sam, Scope.of(service=SERVICE), service=SERVICE, kind=kind, file_name="list.csv",
            content=io.BytesIO(content.encode()), at=at,
        )  # fmt: skip
        return lists.apply(sam, received, at=at)

    return apply


def days(school: str, *marks: str) -> str:
    """A row a day from Monday on, the same mark twice; `.` for a day that the register does not speak of."""
    return "".join(
        f"{KIM},{MONDAY + timedelta(days=n):%d/%m/%Y},{mark},{mark},{school}\n"
        for n, mark in enumerate(marks)
        if mark != "."
    )


def told(person: Person, until: date = date(2010, 9, 11)) -> tuple[int, int]:
    found = queries.attendance_over(person, weeks=1, until=until)
    return found.possible, found.attended


TWO_ROLLS = [
    # main school, unit, half-days possible and attended
    (("/", "/", "D", "D", "/"), ("D", "D", "/", "N", "D"), (10, 8)),
    (("/", "/", ".", ".", "."), ("Z", "Z", "/", "/", "."), (8, 8)),
    (("B", ".", ".", ".", "."), ("N", ".", ".", ".", "."), (2, 0)),
    (("B", ".", ".", ".", "."), ("I", ".", ".", ".", "."), (2, 0)),
    (("B", ".", ".", ".", "."), ("/", ".", ".", ".", "."), (2, 2)),
    (("B", ".", ".", ".", "."), ("D", ".", ".", ".", "."), (2, 2)),
    (("#", "/", ".", ".", "."), ("/", "#", ".", ".", "."), (4, 4)),
    (("V", "P", ".", ".", "."), ("N", "N", ".", ".", "."), (4, 4)),
]


@pytest.mark.case("F10")
@pytest.mark.parametrize(("main", "unit", "right"), TWO_ROLLS)
@pytest.mark.parametrize("order", ["main then unit", "unit then main", "one file", "one file turned round"])
def test_a_pupil_on_two_rolls(
    kim: Person, load: Load, main: tuple[str, ...], unit: tuple[str, ...], right: tuple[int, int], order: str
) -> None:
    first, second = days(MAIN, *main), days(UNIT, *unit)
    if order.endswith("turned round") or order.startswith("unit"):
        first, second = second, first
    if order.startswith("one file"):
        load(f"{HEAD}{first}{second}")
    else:
        load(f"{HEAD}{first}")
        load(f"{HEAD}{second}")
    assert told(kim) == right
    assert AttendanceWeek.objects.filter(superseded_at=None, counts=True).count() == 1
    assert AttendanceWeek.objects.filter(superseded_at=None, is_combined=False).count() == 2, "both are kept"


@pytest.mark.case("F10")
def test_a_correction_of_one_register_leaves_the_other_and_undo_goes_back(
    world: World, kim: Person, load: Load
) -> None:
    load(f"{HEAD}{days(MAIN, '/', '/', 'D', 'D', '/')}")
    unit = load(f"{HEAD}{days(UNIT, 'D', 'D', '/', 'N', 'D')}")
    better = load(f"{HEAD}{days(UNIT, '.', '.', '.', '/', '.')}", at=AT + timedelta(hours=1))
    assert told(kim) == (10, 10)
    sam = world.actor("sam")
    lists.undo(sam, better.list_received, at=AT + timedelta(hours=2))
    assert told(kim) == (10, 8)
    lists.undo(sam, unit.list_received, at=AT + timedelta(hours=3))
    assert told(kim) == (6, 6)
    assert AttendanceWeek.objects.filter(superseded_at=None).count() == 1


@pytest.mark.case("F10")
def test_weekly_totals_of_two_schools_add_up(kim: Person, load: Load) -> None:
    head = "UPN,Week,Possible,Attended,School\n"
    for school, possible, attended in ((UNIT, 4, 2), (MAIN, 6, 6)):
        load(f"{head}{KIM},06/09/2010,{possible},{attended},{school}\n", "attendance_weeks")
    assert told(kim) == (10, 8)


@pytest.mark.case("F10")
def test_totals_of_the_same_sessions_count_once_whatever_the_order() -> None:
    for one in itertools.permutations([(10, 8, 0), (10, 0, 4)]):
        assert combined_totals(one) == (10, 8, 0)


@pytest.mark.case("F10")
def test_a_subsidiary_registration_does_not_end_the_main_one(world: World, kim: Person) -> None:
    commands.enrol(SYSTEM, kim, school=world.schools[MAIN], since=date(2009, 9, 1), at=AT)
    for _ in range(2):
        commands.enrol(SYSTEM, kim, school=world.schools[UNIT], since=date(2010, 9, 2), is_main=False, at=AT)
    assert list(Enrolment.objects.order_by("since").values_list("school_id", "until", "is_main")) == [
        (MAIN, None, True),
        (UNIT, None, False),
    ]


@pytest.fixture
def suffolk(world: World) -> School:
    """A school in another county, whose terms begin earlier, so that its weeks have other numbers."""
    terms = [
        TermGiven("Spring 2010", date(2010, 1, 4), date(2010, 3, 26)),
        TermGiven("Autumn 2010", date(2010, 9, 6), date(2010, 10, 22)),
        TermGiven("Autumn 2010, later", date(2010, 11, 1), date(2010, 12, 17)),
    ]
    load_terms(SYSTEM, PLATFORM, calendar="suffolk", terms=terms, at=AT)
    return commands.define_school(SYSTEM, PLATFORM, code="935/2001", name="Stour School", calendar="suffolk", at=AT)


def fifteen_of_twenty(kim: Person) -> None:
    mondays = [date(2010, 9, 27), date(2010, 10, 4), date(2010, 10, 11), date(2010, 10, 18)]
    weeks = [WeekTotal(kim.pk, kim.scope, monday, 5, came) for monday, came in zip(mondays, (5, 5, 5, 0), strict=True)]
    commands.load_weeks(SYSTEM, kim.scope, weeks=weeks, at=AT)


@pytest.mark.case("F11")
def test_a_child_who_moves_to_other_terms_keeps_what_is_known(world: World, kim: Person, suffolk: School) -> None:
    commands.enrol(SYSTEM, kim, school=world.schools[MAIN], since=date(2009, 9, 1), at=AT)
    fifteen_of_twenty(kim)
    before = queries.attendance_over(kim, weeks=4, until=date(2010, 10, 30))
    commands.enrol(SYSTEM, kim, school=suffolk, since=date(2010, 11, 1), at=AT)
    after = queries.attendance_over(kim, weeks=4, until=date(2010, 11, 1))
    assert (before.possible, before.attended) == (after.possible, after.attended) == (20, 15)
    assert queries.attendance_over(kim, weeks=4, until=date(2010, 11, 15)).weeks_known == 2, "and two weeks of November"
    assert queries.attendance_over(kim, weeks=4, until=date(2010, 3, 6)).weeks_known == 0, (
        "nothing is told for February"
    )


@pytest.mark.case("G9")
def test_a_child_without_school_is_named_and_the_others_are_read(
    world: World, kim: Person, suffolk: School, load: Load
) -> None:
    other = upn_with_check_letter("881500100002")
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    lou = families.register(SYSTEM, scope, first_name="Lou", last_name="Lee", upn=other, at=AT)
    commands.enrol(SYSTEM, lou, school=world.schools[MAIN], since=date(2009, 9, 1), at=AT)
    content = f"UPN,Date,AM,PM\n{KIM},06/09/2010,/,/\n{other},06/09/2010,/,/\n"
    sam = world.actor("sam")
    received = lists.receive(
        sam, Scope.of(service=SERVICE), service=SERVICE, kind="session_marks", file_name="x.csv",
        content=io.BytesIO(content.encode()), at=AT,
    )  # fmt: skip
    report = lists.apply(sam, received, good_rows_only=True, at=AT)
    assert [(fault.line, fault.column) for fault in report.errors] == [(2, "School")]
    assert told(lou) == (2, 2)
    assert load(f"{HEAD}{KIM},06/09/2010,/,/,{MAIN}\n").faulty == 0, "with a school it is known"


@pytest.fixture
def twin(kim: Person) -> Person:
    """Kim again, written down under a number of the provider's own."""
    return families.register(SYSTEM, kim.scope, first_name="Kim", last_name="Leigh", local=f"{SERVICE}/K2", at=AT)


@pytest.mark.case("F4")
def test_a_week_under_two_entries_counts_once_and_an_unmerge_goes_back(kim: Person, twin: Person) -> None:
    first, second = date(2010, 9, 6), date(2010, 9, 13)
    commands.load_weeks(
        SYSTEM, kim.scope, weeks=[WeekTotal(kim.pk, kim.scope, m, 10, a) for m, a in ((first, 10), (second, 0))], at=AT
    )
    commands.load_weeks(SYSTEM, kim.scope, weeks=[WeekTotal(twin.pk, twin.scope, second, 10, 0)], at=AT)
    families.merge(SYSTEM, twin, into=kim, reason="Same child", at=AT)
    found = queries.attendance_over(kim, weeks=2, until=date(2010, 9, 18))
    assert (found.possible, found.attended, found.weeks_known) == (20, 10, 2)
    later = [WeekTotal(kim.pk, kim.scope, second, 10, 6)]
    commands.load_weeks(SYSTEM, kim.scope, weeks=later, at=AT + timedelta(days=1))
    found = queries.attendance_over(kim, weeks=2, until=date(2010, 9, 18))
    assert (found.possible, found.attended) == (20, 16), "the newer word"


@pytest.mark.case("F4")
def test_an_exclusion_under_two_entries_is_one(kim: Person, twin: Person, load: Load) -> None:
    load(f"UPN,Category,StartDate,Sessions\n{KIM},SUSP,14/09/2010,2\n", "exclusions")
    load("Own number,Category,StartDate,Sessions\nK2,SUSP,14/09/2010,4\n", "exclusions", AT + timedelta(hours=1))
    families.merge(SYSTEM, twin, into=kim, reason="Same child", at=AT)
    (one,) = queries.exclusions_of(kim, until=date(2010, 11, 15))
    assert one.sessions == 4, "as it was written down last"


@pytest.mark.case("F26")
@pytest.mark.parametrize(
    "written", ["881/5001", "8815001", "8815001.0", "881 5001", "QUAY PRIMARY SCHOOL", "quay  primary school"]
)
def test_one_school_in_several_spellings_is_one(kim: Person, load: Load, written: str) -> None:
    assert load(f"{HEAD}{KIM},06/09/2010,/,/,{written}\n").faulty == 0
    assert AttendanceWeek.objects.get().school_id == MAIN


@pytest.mark.case("F26")
def test_schools_as_the_register_of_schools_writes_them(kim: Person, load: Load) -> None:
    head = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,PhaseOfEducation (name)\n"
    load(f"{head}114732,881,Essex,2001,Dunes Primary School,Primary\n", "schools")
    school = School.objects.get(code="8812001")
    assert (school.urn, school.name, school.phase) == ("114732", "Dunes Primary School", "primary")
    again = load("DfE number,School name\n881/2001,Dunes Primary\n", "schools", AT + timedelta(hours=1))
    assert (again.written.added, again.written.unchanged) == (0, 1)
    assert load(f"{HEAD}{KIM},06/09/2010,/,/,114732\n").faulty == 0


@pytest.mark.case("F32")
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("999999", "home_educated"),
        ("888888", "not_known"),
        ("Elective home education", "home_educated"),
        ("EOTAS", "educated_otherwise"),
    ],
)
def test_a_child_at_no_school_is_taken(world: World, load: Load, written: str, kept: str) -> None:
    from fingerpost.people.circumstances.models import Circumstance

    report = load(f"Part,First name,Last name,Birth date,School\nChild,Ada,Hill,04/05/2002,{written}\n", "people")
    assert report.written.added == 1
    assert not Enrolment.objects.exists()
    assert Circumstance.objects.get(kind="at_no_school").value == kept


@pytest.mark.case("F29")
@pytest.mark.parametrize(
    ("row", "sessions", "column"),
    [
        ("06/09/2010,06/09/2010,20", 2, "Sessions"),
        ("06/09/2010,06/09/2010,1", 1, None),
        ("06/09/2010,07/09/2010,4", 4, None),
        ("06/09/2010,07/09/2010,5", 4, "Sessions"),
        ("06/09/2010,30/09/2010,2", 38, "Sessions"),
        ("05/09/2010,,2", 2, "StartDate"),
        ("10/08/2010,,2", 2, "StartDate"),
    ],
)
def test_cells_that_contradict_each_other_are_named(
    world: World, kim: Person, load: Load, row: str, sessions: int, column: str | None
) -> None:
    from fingerpost.people.schooling.models import Exclusion

    commands.enrol(SYSTEM, kim, school=world.schools[MAIN], since=date(2009, 9, 1), at=AT)
    report = load(f"UPN,Category,StartDate,EndDate,Sessions\n{KIM},SUSP,{row}\n", "exclusions")
    named = [(fault.line, fault.column) for fault in report.to_look_at if fault.line]
    assert named == ([(2, column)] if column else [])
    assert Exclusion.objects.get().sessions == sessions


@pytest.mark.case("F29")
@pytest.mark.parametrize(
    ("part", "born", "is_named"),
    [
        ("Child", "04/05/1965", True),
        ("Child", "04/05/2002", False),
        ("Child", "16/11/1990", False),
        ("Child", "14/11/1990", True),
        ("Mother", "04/05/2005", True),
        ("Mother", "04/05/1985", False),
        ("Mother", "01/01/1900", True),
        ("Other", "01/01/1900", True),
    ],
)
def test_a_birth_date_that_does_not_go_with_the_part_is_named(
    world: World, load: Load, part: str, born: str, is_named: bool
) -> None:
    report = load(f"Part,First name,Last name,Birth date\n{part},Ada,Hill,{born}\n", "people")
    assert report.written.added == 1
    named = [(f.line, f.column) for f in report.to_look_at if f.severity == "warning"]
    assert named == ([(2, "Birth date")] if is_named else [])
