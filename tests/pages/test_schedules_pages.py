"""What is due by a schedule of the contract, on its pages: on the case, among the day's work, in its list, done by a record."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access import clock
from fingerpost.ground.access.models import Grant
from fingerpost.work.casework.models import Case
from tests.fixtures.browsing import plain
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.declared import adopt_kinds
from tests.fixtures.families import household
from tests.fixtures.scheduled import CHECKED, CHECKS, CHECKS_COUNTED, POINTS_COUNTED, SCHEDULED, SCHEDULES
from tests.fixtures.world import World, moment

OPENED = moment(2010, 9, 10)


@pytest.fixture
def case(world: World, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 9, 27))
    adopt_kinds(SCHEDULED, schedules=SCHEDULES, indicators=POINTS_COUNTED)
    return allocated(world, at=OPENED)


@pytest.fixture
def alice(world: World) -> Client:
    client = Client()
    client.force_login(world.users["alice"])
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return plain(answer.content.decode())


def test_the_case_says_what_is_late_what_is_due_and_what_is_to_come(alice: Client, case: Case) -> None:
    page = read(alice, f"/cases/{case.ref}")
    due = page[page.index("What is due") :]
    assert "Visit of the first weeks: welcome Late: 17 Sep 2010" in due
    assert "Profile in date Late: 24 Sep 2010" in due
    assert "Visit of the first weeks: settled in From 8 Oct 2010" in due


def test_a_record_fulfils_it_from_its_own_page(alice: Client, case: Case) -> None:
    point = Entry.objects.get(kind="profile_in_date")
    page = alice.get(f"/entries/{point.ref}").content.decode()
    assert f"/registers/profile/new/case/{case.ref}" in page
    assert not [word for word in ("/times/", "/correct") if word in page], "nobody writes it by hand"
    given = {"agreed_on": "27/09/2010", "likes": "Cats", "whole": "yes"}
    alice.post(f"/registers/profile/new/case/{case.ref}", given)
    assert "Done 27 Sep 2010" in read(alice, f"/entries/{point.ref}")
    assert "Profile in date By 27 Mar 2011" in read(alice, f"/cases/{case.ref}")


def test_whatever_asks_to_write_it_by_hand_is_not_found(alice: Client, case: Case) -> None:
    point = Entry.objects.get(kind="profile_in_date")
    for address in ("times/done_on", "times/due_on", "correct", "take-back"):
        assert alice.get(f"/entries/{point.ref}/{address}").status_code == 404
    assert alice.get(f"/registers/profile_in_date/new/case/{case.ref}").status_code == 404


def test_a_visit_is_ticked_off_with_what_is_asked(alice: Client, case: Case) -> None:
    welcome = Entry.objects.get(kind="visits", answers={"point": "welcome"})
    address = f"/entries/{welcome.ref}/times/done_on"
    answer = alice.post(address, {"done_on": "20/09/2010", "entry-revision": "1"})
    assert "Answer this, or say why not" in plain(answer.content.decode())
    alice.post(address, {"done_on": "20/09/2010", "seen": "Ada", "entry-revision": "1"})
    assert "Whom did you see? Ada" in read(alice, f"/entries/{welcome.ref}")
    assert "welcome" not in read(alice, f"/cases/{case.ref}").partition("What is due")[2].partition("Contacts")[0]


def test_the_day_s_work_names_what_is_due_and_leads_there(alice: Client, case: Case) -> None:
    page = read(alice, "/work")
    assert "Profile in date" in page
    assert "Visit of the first weeks: welcome" in page
    assert "settled in" not in page


def test_the_list_finds_what_is_late(alice: Client, case: Case) -> None:
    assert "One is done once this is recorded: one-page profile" in read(alice, "/registers/profile_in_date")
    late = read(alice, "/registers/visits?due=late")
    assert ("Welcome" in late, "Settled in" in late.partition("Which one")[2].partition("No answer")[2]) == (
        True,
        False,
    )


def test_a_form_that_comes_too_early_says_what_is_missing(alice: Client, case: Case) -> None:
    address = f"/registers/outing/new/case/{case.ref}"
    answer = alice.post(address, {"planned_for": "27/09/2010", "where": "The zoo"})
    text = plain(answer.content.decode())
    assert "The one-page profile is not in date. Agree it anew first." in text
    assert "The zoo" in answer.content.decode()
    assert not Entry.objects.filter(kind="outing").exists()


def test_others_neither_see_nor_tick_it(world: World, case: Case) -> None:
    other = Client()
    other.force_login(world.users["carol"])
    point = Entry.objects.filter(kind="visits")[0]
    assert other.get(f"/entries/{point.ref}").status_code == 404
    assert other.get(f"/entries/{point.ref}/times/done_on").status_code == 404


def test_the_day_s_work_asks_no_more_with_more_due(world: World, alice: Client, case: Case) -> None:
    alice.get("/work")
    with CaptureQueriesContext(connection) as few:
        alice.get("/work")
    for name in ("Reed", "Hill", "Moss"):
        allocated(world, home=household(name), at=OPENED)
    with CaptureQueriesContext(connection) as more:
        alice.get("/work")
    assert len(more) == len(few)


def test_a_check_of_a_worker_is_written_by_whoever_may_and_lets_them_have_a_case(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor chooses whom it is about; advisors neither write nor see it, and hear what is missing."""
    Grant.objects.update(since=moment(2010, 4, 20))
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 9, 27))
    adopt_kinds(SCHEDULED + CHECKED, schedules=SCHEDULES + CHECKS, indicators=POINTS_COUNTED + CHECKS_COUNTED)
    request = accepted(household("Hill"), moment(2010, 9, 20))
    bob, alice = Client(), Client()
    bob.force_login(world.users["bob"])
    alice.force_login(world.users["alice"])
    allocate = {"worker": str(world.users["alice"].pk), "exception_reason": "Nobody else was free"}
    refused = plain(bob.post(f"/requests/{request.ref}/allocate", allocate).content.decode())
    assert "This has to be in date first: enhanced check." in refused
    assert alice.get("/registers/check/new").status_code == 404
    assert alice.get("/registers/checks_in_date").status_code == 404
    form = read(bob, "/registers/check/new")
    assert "Who is it about?" in form
    about = {"entry-worker": str(world.users["alice"].pk), "checked_on": "27/09/2010", "level": "enhanced"}
    bob.post("/registers/check/new", about)
    assert "Alice Marsh 27 Sep 2010 Open" in read(bob, "/registers/checks_in_date")
    bob.post(f"/requests/{request.ref}/allocate", allocate)
    assert Case.objects.get().worker == world.users["alice"]
