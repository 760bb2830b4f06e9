"""A complaint that only the contract asks for: told to an advisor at the door, answered by whoever manages the service."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fingerpost.agreements.registers.models import Entry
from tests.browser.conftest import Calendar, Enter
from tests.browser.person import WAYS, Person
from tests.fixtures.cases import allocated
from tests.fixtures.declared import adopt_kinds
from tests.fixtures.world import World, moment

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
