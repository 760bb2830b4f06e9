"""What no list speaks of is not known: a list tells of its own schools and its own days, and of nothing else."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerpost.agreements.contracts.queries import rules
from fingerpost.exchange.imports import commands as lists
from fingerpost.exchange.imports.commands import Report
from fingerpost.exchange.imports.models import Covers
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import area_key
from fingerpost.language.answers import NOT_KNOWN
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Person
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.models import Coverage, Exclusion, Listed
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.facts import facts_about
from fingerpost.work.referrals.models import Request
from tests.fixtures.attendance import load_attendance
from tests.fixtures.families import SYSTEM
from tests.fixtures.world import SERVICE, World, moment

ON, AT = date(2010, 11, 10), moment(2010, 11, 10)
WINDOW_BEGINS = date(2010, 7, 5)
KIM, BEN = (upn_with_check_letter(f"88150010{n:04d}") for n in range(2))
QUAY, CASTLE = "8815001", "8815002"
HEAD = "UPN,Category,StartDate,Sessions,School,Covers from,Covers to\n"
Loaded = Callable[..., Report]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def load(world: World) -> Loaded:
    """Apply a list of exclusions."""

    def apply(content: str, at: Any = AT, **given: str) -> Report:
        sam, where = world.actor("sam"), Scope.of(service=SERVICE)
        received = lists.receive(
            sam, where, service=SERVICE, kind="exclusions", file_name="exclusions.csv",
            content=io.BytesIO(content.encode()), given=given, at=at,
        )  # fmt: skip
        if not given:
            lists.confirm_coverage(sam, received, covers=Covers.AS_SAID, at=at)
        return lists.apply(sam, received, at=at)

    return apply


def child(name: str, upn: str, school: str | None, world: World) -> Person:
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    person = families.register(SYSTEM, scope, first_name=name, last_name="Lee", upn=upn, at=moment(2010, 5, 1))
    if school:
        schooling.enrol(SYSTEM, person, school=world.schools[school], since=date(2009, 9, 1), at=moment(2010, 5, 1))
    return person


@pytest.fixture
def ben(world: World) -> Person:
    """At Castle Park Academy, in school for twelve weeks without a break."""
    ben = child("Ben", BEN, CASTLE, world)
    load_attendance(SYSTEM, ben, [10] * 12, before=ON, at=AT)
    return ben


@pytest.fixture
def request_(world: World, ben: Person) -> Request:
    """Ben's request with a common assessment, decided and waiting."""
    scope, alice = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring")), world.actor("alice")
    family = families.form_family(SYSTEM, scope, name="Lee family", at=AT)
    families.join(alice, family, person=ben, part="child", at=AT)
    made = referrals.receive(
        alice, scope, service=SERVICE, family=family, children=[ben], source="school",
        home_area=world.area("tendring"), received_at=AT, at=AT,
    )  # fmt: skip
    assessments.record(alice, family, assessed_on=date(2010, 11, 1), author="J Day", needs=["parenting_support"], at=AT)
    return referrals.decide(SYSTEM, made, at=AT)


def exclusions(request: Request, person: Person) -> Any:
    return facts_about(request, [person], rules(SERVICE, ON))[person.pk]["fixed_term_exclusions"]


def outcome(request: Request) -> str:
    decided = referrals.decide(SYSTEM, request, at=AT)
    return decided.outcome or "waits"


@pytest.mark.case("F1")
def test_a_list_of_one_school_says_nothing_of_another(
    world: World, load: Loaded, ben: Person, request_: Request
) -> None:
    assert outcome(request_) == "waits"
    child("Kim", KIM, QUAY, world)
    load(f"{HEAD}{KIM},SUSP,08/10/2010,2,{QUAY},01/09/2009,05/11/2010\n")
    assert exclusions(request_, ben) is NOT_KNOWN
    assert outcome(request_) == "waits"
    load(f"{HEAD},,,,{CASTLE},{WINDOW_BEGINS:%d/%m/%Y},05/11/2010\n")
    request_.refresh_from_db()
    assert request_.outcome == "refused", "the list of the child's own school decides it again"


@pytest.mark.case("F1")
@pytest.mark.parametrize(
    ("first", "last", "known"),
    [
        (WINDOW_BEGINS, date(2010, 11, 5), True),
        (WINDOW_BEGINS, date(2010, 11, 4), False),
        (date(2009, 9, 1), date(2010, 6, 30), False),
        (WINDOW_BEGINS + timedelta(days=1), date(2010, 11, 5), False),
        (WINDOW_BEGINS - timedelta(days=2), date(2010, 11, 9), True),
    ],
)
def test_a_list_says_nothing_of_days_it_does_not_cover(
    load: Loaded, ben: Person, request_: Request, first: date, last: date, known: bool
) -> None:
    load(f"{HEAD},,,,{CASTLE},{first:%d/%m/%Y},{last:%d/%m/%Y}\n")
    assert exclusions(request_, ben) == (0 if known else NOT_KNOWN)


@pytest.mark.case("F1")
def test_lists_that_follow_one_another_cover_the_holidays_between(load: Loaded, ben: Person, request_: Request) -> None:
    load(f"{HEAD},,,,{CASTLE},19/04/2010,21/07/2010\n,,,,{CASTLE},02/09/2010,22/10/2010\n")
    assert exclusions(request_, ben) is NOT_KNOWN, "the week of 1 November is wanting"
    load(f"{HEAD},,,,{CASTLE},01/11/2010,05/11/2010\n")
    assert exclusions(request_, ben) == 0


@pytest.mark.case("F1")
def test_a_row_about_a_child_by_their_own_number_marks_nobody_else(
    world: World, load: Loaded, ben: Person, request_: Request
) -> None:
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    pru = families.register(SYSTEM, scope, first_name="Pat", last_name="Oak", local=f"{SERVICE}/PRU-7", at=AT)
    load("Own number,Category,StartDate,Sessions\nPRU-7,SUSP,08/10/2010,2\n")
    assert exclusions(request_, pru) == 1, "what is on record is a yes, with or without lists"
    assert exclusions(request_, ben) is NOT_KNOWN
    assert not Coverage.objects.exists()


@pytest.mark.case("F1")
def test_a_list_without_a_row_says_that_nobody_was_excluded(load: Loaded, ben: Person, request_: Request) -> None:
    whole = {"Covers schools": f"{QUAY}; Castle Park Academy", "Covers from": "01/09/2009", "Covers to": "05/11/2010"}
    load("UPN,Category,StartDate,Sessions\n", **whole)
    assert exclusions(request_, ben) == 0
    assert set(Coverage.objects.values_list("school_id", flat=True)) == {QUAY, CASTLE}


@pytest.mark.case("F1")
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"Covers from": "01/09/2010", "Covers to": "05/11/2010"}, "Say all three"),
        ({"Covers schools": "9999999", "Covers from": "01/09/2010", "Covers to": "05/11/2010"}, "not a school we know"),
        ({"Covers schools": QUAY, "Covers from": "05/11/2010", "Covers to": "01/09/2010"}, "end before they begin"),
        ({"Covers schools": QUAY, "Covers from": "05/11/2010", "Covers to": "01/12/2010"}, "in the future"),
    ],
)
def test_what_a_list_says_it_covers_must_be_possible(world: World, given: dict[str, str], says: str) -> None:
    sam, where, content = (
        world.actor("sam"),
        Scope.of(service=SERVICE),
        io.BytesIO(b"UPN,Category,StartDate,Sessions\n"),
    )
    received = lists.receive(
        sam, where, service=SERVICE, kind="exclusions", file_name="x.csv", content=content, given=given, at=AT
    )
    assert says in lists.check(sam, received, at=AT).errors[0].message
    with pytest.raises(Refused):
        lists.apply(sam, received, at=AT)
    assert not Coverage.objects.exists()


@pytest.mark.case("F1")
@pytest.mark.parametrize(
    ("row", "column"),
    [
        (f",,,,{QUAY},01/09/2010,\n", "Covers to"),
        (",,,,,01/09/2010,05/11/2010\n", "School"),
        (",,,,9999999,01/09/2010,05/11/2010\n", "School"),
        (f",,,,{QUAY},05/11/2010,01/09/2010\n", "Covers to"),
        (f"{KIM},,08/10/2010,2,{QUAY},,\n", "Category"),
        (f"{KIM},SUSP,,2,{QUAY},,\n", "StartDate"),
    ],
)
def test_a_row_that_says_half_is_named(world: World, row: str, column: str) -> None:
    child("Kim", KIM, QUAY, world)
    sam, where = world.actor("sam"), Scope.of(service=SERVICE)
    received = lists.receive(
        sam, where, service=SERVICE, kind="exclusions", file_name="x.csv", content=io.BytesIO(f"{HEAD}{row}".encode()),
        at=AT,
    )  # fmt: skip
    report = lists.check(sam, received, at=AT)
    assert [(fault.line, fault.column) for fault in report.errors] == [(2, column)]


@pytest.mark.case("F1")
def test_a_child_without_school_or_with_one_that_sent_nothing_is_not_known(
    world: World, load: Loaded, ben: Person, request_: Request
) -> None:
    nobody = child("Kim", KIM, None, world)
    load(f"{HEAD},,,,{CASTLE},01/09/2009,05/11/2010\n,,,,{QUAY},01/09/2009,22/10/2010\n")
    assert exclusions(request_, nobody) is NOT_KNOWN
    assert exclusions(request_, ben) == 0
    schooling.enrol(SYSTEM, ben, school=world.schools[QUAY], since=date(2010, 9, 2), is_main=False, at=AT)
    assert exclusions(request_, ben) is NOT_KNOWN, "the other school's list ends in October"
    load(f"{HEAD},,,,{QUAY},22/10/2010,05/11/2010\n")
    assert exclusions(request_, ben) == 0


@pytest.mark.case("F1")
def test_a_child_who_moved_needs_the_lists_of_both_schools_for_their_own_days(
    world: World, load: Loaded, ben: Person, request_: Request
) -> None:
    schooling.enrol(SYSTEM, ben, school=world.schools[QUAY], since=date(2010, 11, 1), at=AT)
    load(f"{HEAD},,,,{CASTLE},01/09/2009,22/10/2010\n")
    assert exclusions(request_, ben) is NOT_KNOWN
    load(f"{HEAD},,,,{QUAY},01/11/2010,05/11/2010\n")
    assert exclusions(request_, ben) == 0, "each for the days on its own roll, and the half-term between"


@pytest.mark.case("F1")
def test_undoing_a_list_takes_back_what_it_covered(world: World, load: Loaded, ben: Person, request_: Request) -> None:
    autumn = load(f"{HEAD},,,,{CASTLE},02/09/2010,05/11/2010\n")
    load(f"{HEAD},,,,{CASTLE},19/04/2010,21/07/2010\n")
    assert exclusions(request_, ben) == 0
    lists.undo(world.actor("sam"), autumn.list_received, at=AT + timedelta(hours=1))
    assert exclusions(request_, ben) is NOT_KNOWN
    assert Listed.objects.filter(superseded_at=None).values_list("since", "until").get() == (
        date(2010, 4, 2), date(2010, 9, 1),
    )  # fmt: skip


@pytest.mark.case("F1")
def test_an_exclusion_that_a_worker_wrote_down_is_a_yes_and_no_other_is_a_no(
    world: World, load: Loaded, ben: Person, request_: Request
) -> None:
    schooling.record_exclusion(
        world.actor("alice"), ben, kind="fixed_term", started_on=date(2010, 10, 5), sessions=2, at=AT
    )
    assert exclusions(request_, ben) == 1
    assert outcome(request_) == "accepted"


@pytest.mark.case("R2")
@pytest.mark.parametrize(
    ("started_on", "letter", "counts"),
    [
        (WINDOW_BEGINS, "A", True),
        (WINDOW_BEGINS - timedelta(days=3), "A", False),
        (date(2006, 3, 7), "A", False),
        (date(2006, 3, 7), "B", True),
    ],
)
def test_an_exclusion_counts_within_the_time_that_the_reading_says(
    world: World, request_: Request, agree: Callable[[str, str], None], started_on: date, letter: str, counts: bool
) -> None:
    person = Person.objects.get(first_name="Ben")
    Exclusion.objects.create(person=person, kind="fixed_term", started_on=started_on, sessions=2, recorded_at=AT)
    agree("casework.exclusion_age", letter)
    assert exclusions(request_, person) == (1 if counts else NOT_KNOWN)
    assert outcome(request_) == ("accepted" if counts else "waits")


@pytest.mark.case("R2")
@pytest.mark.parametrize(
    ("assessed_on", "letter", "counts"),
    [
        (WINDOW_BEGINS, "A", True),
        (WINDOW_BEGINS - timedelta(days=1), "A", False),
        (date(2004, 1, 12), "A", False),
        (date(2004, 1, 12), "B", True),
    ],
)
def test_an_assessment_counts_within_the_time_that_the_reading_says(
    request_: Request, agree: Callable[[str, str], None], assessed_on: date, letter: str, counts: bool
) -> None:
    Assessment.objects.update(assessed_on=assessed_on)
    agree("casework.assessment_age", letter)
    person = Person.objects.get(first_name="Ben")
    needs = facts_about(request_, [person], rules(SERVICE, ON))[person.pk]["assessed_need"]
    assert needs == (frozenset({"parenting_support"}) if counts else NOT_KNOWN)
