"""A complaint that only the contract asks for: told to an advisor at the door, answered by whoever manages the service."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fingerpost.agreements.registers.models import Entry
from tests.browser.conftest import Calendar, Enter
from tests.browser.person import WAYS, Person
from tests.fixtures.cases import allocated
from tests.fixtures.declared import ADDED_TO, COMPLAINTS, adopt_kinds
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.referrals import received
from tests.fixtures.scheduled import POINTS_COUNTED, SCHEDULED, SCHEDULES
from tests.fixtures.world import World, moment

PATHWAY = ADDED_TO.replace("  times:\n", "  times:\n    acknowledged_on: {label: Acknowledged}\n", 1)
ACKNOWLEDGED = (
    "acknowledge: {clause: how_cases_end, title: Acknowledge the request, starts: request.received_at, "
    "stops: request.acknowledged_on, working_days: 2}\n"
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("enter", WAYS.values(), ids=WAYS, indirect=True)
def test_a_complaint_is_written_answered_and_found(
    world: World, calendar: Calendar, enter: Enter, axe: Callable[[Page], None], screenshot: Callable[..., Path]
) -> None:
    def sound(person: Person) -> None:
        if person.has_scripts:  # axe is one
            axe(person.page)

    # Given a contract that asks for complaints, and a family with an advisor
    adopt_kinds()
    case = allocated(world)
    calendar.turns_to(moment(2010, 6, 21))
    # When the advisor writes down what the mother said
    alice = enter("alice")
    alice.opens(f"/families/{case.family.ref}")
    alice.follows("Record: complaint")
    sound(alice)
    screenshot(alice.page, "complaint-new")
    alice.presses("Save")
    expect(alice.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    sound(alice)
    screenshot(alice.page, "complaint-refused")
    alice.says("Received: on which day?", "18/06/2010")
    alice.says("What is it about?", "The letter came late, and nobody rang.")
    alice.presses("Save")
    expect(alice.page.locator(".moj-alert, .govuk-notification-banner").first).to_be_visible()
    entry = Entry.objects.get()
    alice.is_told(f"Complaint {entry.ref} has been recorded.")
    # Then the manager finds it, answers it, and corrects it with a reason
    sam = enter("sam")
    sam.opens("/registers")
    sound(sam)
    screenshot(sam.page, "registers")
    sam.follows("Complaints")
    sound(sam)
    screenshot(sam.page, "complaints")
    sam.follows(entry.ref)
    sound(sam)
    screenshot(sam.page, "complaint")
    sam.presses("Answered")
    expect(sam.page.get_by_role("heading", name="Answered")).to_be_visible()
    screenshot(sam.page, "complaint-answering")
    sam.says("Answered: on which day?", "21/06/2010")
    sam.chooses("Not upheld", to="Was it upheld?")
    sam.presses("Save")
    sam.sees("Closed", "Does not apply")
    sam.follows("Correct")
    sound(sam)
    screenshot(sam.page, "complaint-correcting")
    sam.says("What is it about?", "The letter never came.")
    sam.says("Why is it changed?", "Misheard")
    sam.presses("Save")
    sam.sees("The letter never came.")
    screenshot(sam.page, "complaint-answered")
    assert Entry.objects.get().stage == "answered_on"


@pytest.mark.parametrize("enter", [WAYS["wide"], WAYS["on a phone"]], ids=["wide", "on a phone"], indirect=True)
def test_a_request_takes_the_steps_that_its_contract_adds(
    world: World, calendar: Calendar, enter: Enter, axe: Callable[[Page], None], screenshot: Callable[..., Path]
) -> None:
    # Given a contract with a pathway of its own, whose requests must be acknowledged in two working days
    adopt_kinds(COMPLAINTS + PATHWAY, clocks=ACKNOWLEDGED)
    calendar.turns_to(moment(2010, 6, 18))
    home = household()
    request = received(home, SYSTEM, at=moment(2010, 6, 18), scope=home.family.scope)
    calendar.turns_to(moment(2010, 6, 23))
    # Then what is due stands among the day's work
    bob = enter("bob")
    bob.opens("/work")
    expect(bob.page.get_by_role("link", name="Acknowledge the request").first).to_be_visible()
    screenshot(bob.page, f"work-{bob.page.viewport_size['width']}")
    # When the step is taken on the request's page, and the questions are answered
    bob.follows("Acknowledge the request")
    expect(bob.page).to_have_url(re.compile(f"/requests/{request.ref}$"))
    axe(bob.page)
    screenshot(bob.page, f"pathway-{bob.page.viewport_size['width']}")
    bob.follows("Acknowledged")
    axe(bob.page)
    bob.presses("Save")
    bob.follows("Questions")
    bob.says("What is the score?", "14")
    bob.presses("Save")
    # Then it stands there, and the work is done
    expect(bob.page.get_by_text("What is the score?")).to_be_visible()
    axe(bob.page)
    screenshot(bob.page, f"pathway-later-{bob.page.viewport_size['width']}")
    bob.opens("/work")
    expect(bob.page.get_by_role("link", name="Acknowledge the request")).to_have_count(0)
    bob.opens(f"/requests/{request.ref}")
    bob.follows("History and corrections")
    axe(bob.page)
    screenshot(bob.page, f"pathway-entry-{bob.page.viewport_size['width']}")


@pytest.mark.parametrize("enter", [WAYS["on a phone"]], ids=["on a phone"], indirect=True)
def test_what_is_missing_is_found_in_the_day_s_work_and_written_down(
    world: World, calendar: Calendar, enter: Enter, axe: Callable[[Page], None], screenshot: Callable[..., Path]
) -> None:
    # Given a contract that asks for a profile every six months, and for no outing without one
    adopt_kinds(SCHEDULED, schedules=SCHEDULES, indicators=POINTS_COUNTED)
    case = allocated(world, at=moment(2010, 9, 10))
    calendar.turns_to(moment(2010, 9, 27))
    alice = enter("alice")
    alice.opens(f"/registers/outing/new/case/{case.ref}")
    alice.says("Where to?", "The zoo")
    alice.presses("Save")
    expect(alice.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    alice.sees("The one-page profile is not in date. Agree it anew first.")
    axe(alice.page)
    screenshot(alice.page, "outing-too-early")
    # When it is found among the day's work, and the profile is written down from there
    alice.opens("/work")
    screenshot(alice.page, "work-with-points")
    alice.follows("Profile in date")
    axe(alice.page)
    screenshot(alice.page, "point")
    alice.presses("Record: one-page profile")
    alice.says("What do they like?", "Cats")
    alice.chooses("Yes", to="Is every part filled in?")
    alice.presses("Save")
    # Then it is due again in six months, and the visits of the first weeks are still to be ticked off
    alice.opens(f"/cases/{case.ref}")
    alice.sees("By 27 Mar 2011")
    axe(alice.page)
    screenshot(alice.page, "case-with-points")
    alice.follows("Visit of the first weeks: welcome")
    alice.presses("Done")
    alice.says("Whom did you see?", "Ada and her mother")
    alice.presses("Save")
    alice.sees("Ada and her mother")
    alice.opens("/registers/visits")
    axe(alice.page)
    screenshot(alice.page, "points")
