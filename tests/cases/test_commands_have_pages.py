"""What a worker may do has a form where they would look for it: moving a case, checking the directory, a signed list,
an exclusion, asking everybody."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.requirements.models import Acknowledgement
from fingerpost.people.families.models import Membership
from fingerpost.people.schooling.models import Exclusion
from fingerpost.work.casework.models import Case
from fingerpost.work.directory import commands as directory
from fingerpost.work.groups import commands as groups
from fingerpost.work.outcomes.models import Invitation
from tests.fixtures.browsing import Browser, Today, opened, told, turned_down, words_of
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import OF_SERVICE, agreed_run
from tests.fixtures.staff import issued
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("F20")


@pytest.fixture
def case(world: World, today: Today) -> Case:
    return allocated(world, home=household("Reed"))


def test_a_case_moves_to_another_worker_with_a_reason(world: World, case: Case, browser: Browser) -> None:
    bob, carol = browser("bob"), str(world.users["carol"].pk)
    assert "Move to another worker" in opened(bob, "practice:case", case.ref)
    page = opened(bob, "practice:case_allocate", case.ref)
    assert "Carol Reed" in page
    assert "Alice Marsh," not in page, "who has it is not offered"
    assert "Enter why the case moves" in turned_down(bob, "practice:case_allocate", case.ref, worker=carol)
    told(bob, "practice:case_allocate", case.ref, worker=carol, reason="Alice leaves", revision=str(case.revision))
    case.refresh_from_db()
    assert case.worker == world.users["carol"]
    assert browser("alice").get(reverse("practice:case_allocate", args=[case.ref])).status_code == 403


def test_an_entry_of_the_directory_is_checked_by_who_publishes(world: World, today: Today, browser: Browser) -> None:
    at = moment(2010, 4, 1)
    made = directory.add(SYSTEM, OF_SERVICE, service=SERVICE, name="Debt advice", phone="01206 1", at=at)
    old = directory.add(SYSTEM, OF_SERVICE, service=SERVICE, name="Quit smoking", at=at)
    directory.verify(SYSTEM, OF_SERVICE, entry=old, at=moment(2010, 7, 2))
    sam = browser("sam")
    assert "Not yet" in opened(sam, "practice:directory")
    unchecked = opened(sam, "practice:directory", query="?checked=90")
    assert ("Debt advice" in unchecked, "Quit smoking" in unchecked) == (True, True)
    page = told(sam, "practice:directory_check", made.pk, phone="01206 2")
    assert "1 October 2010" in page or "1 Oct 2010" in page
    made.refresh_from_db()
    assert (made.verified_on, made.phone) == (date(2010, 10, 1), "01206 2")
    assert "Debt advice" not in opened(sam, "practice:directory", query="?checked=90")
    read = words_of(browser("alice").get(reverse("practice:directory")))
    assert "01206 2" in read
    assert "Check Debt advice" not in read
    assert browser("alice").get(reverse("practice:directory_check", args=[made.pk])).status_code == 403


def test_those_who_signed_on_paper_are_entered_together(world: World, today: Today, browser: Browser) -> None:
    issue, sam = issued(), browser("sam")
    where = [SERVICE, issue.policy_id]
    assert "Record who signed on paper" in opened(sam, "oversight:policy", *where)
    users = [str(world.users[name].pk) for name in ("alice", "carol")]
    assert "must be on or after" in turned_down(sam, "oversight:policy_signed", *where, users=users, on="31/08/2010")
    assert "Choose who has signed" in turned_down(sam, "oversight:policy_signed", *where, on="01/09/2010")
    told(sam, "oversight:policy_signed", *where, users=users, on="01/09/2010")
    kept = Acknowledgement.objects.filter(issue=issue)
    assert sorted(one.user.name for one in kept) == ["Alice Marsh", "Carol Reed"]
    assert {one.acknowledged_at.date() for one in kept} == {date(2010, 9, 1)}
    for name in ("alice", "bob", "erin"):
        assert browser(name).get(reverse("oversight:policy_signed", args=where)).status_code == 403, name


def test_an_exclusion_that_a_school_rings_about_is_recorded(world: World, case: Case, browser: Browser) -> None:
    child, alice = Membership.objects.get(family=case.family, part="child").person, browser("alice")
    where = [case.family.ref, child.pk]
    assert "Record an exclusion" in opened(alice, "practice:attendance", *where)
    given: dict[str, Any] = {"kind": "fixed_term", "started_on": "30/09/2010", "sessions": "2", "reasons": ["DB"]}
    assert "must be on or before" in turned_down(
        alice, "practice:exclusion_new", *where, **(given | {"started_on": "02/10/2010"})
    )
    assert "needs its length" in turned_down(alice, "practice:exclusion_new", *where, **(given | {"sessions": ""}))
    page = told(alice, "practice:exclusion_new", *where, **given)
    assert "30 September 2010" in page
    kept = Exclusion.objects.get(person=child, started_on=date(2010, 9, 30))
    assert (kept.sessions, kept.reasons) == (2, ["DB"])
    for name, status in (("carol", 404), ("fay", 403), ("erin", 403)):
        assert browser(name).get(reverse("practice:exclusion_new", args=where)).status_code == status, name


def test_everybody_on_a_course_is_asked_at_once(world: World, today: Today, browser: Browser) -> None:
    run = agreed_run(world)
    homes = [household(f"Home {number}") for number in range(3)]
    for home in homes:
        groups.book(SYSTEM, run, person=home.parent, family=home.family, at=moment(2010, 9, 2))
    alice = browser("alice")
    first = {"people": [str(homes[0].parent.pk)], "result": "declined"}
    told(alice, "practice:feedback_about", run.ref, **first)
    page = told(alice, "practice:feedback_about", run.ref, everybody="on", result="asked")
    assert "2 asked" in page
    assert sorted(Invitation.objects.values_list("result", flat=True)) == ["asked", "asked", "declined"]
    assert "Ask everybody" not in opened(alice, "practice:feedback_about", run.ref)
