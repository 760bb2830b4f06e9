"""What a senior advisor does for her team: giving out work, supervision, more time for a case, cover, agreeing that it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from fingerpost.ground.tasks import jobs
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from tests.browser.checks import sideways
from tests.browser.conftest import Calendar, Enter
from tests.browser.person import AT_A_DESK, Person
from tests.fixtures.world import World, moment
from tests.pages.households import a_referral

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("enter", AT_A_DESK.values(), ids=AT_A_DESK, indirect=True)
def test_a_senior_advisor_leads_a_case_of_her_team_from_the_list_to_its_end(
    enter: Enter, calendar: Calendar, world: World, screenshot: Callable[..., Path]
) -> None:
    # Given a family that waits, and a team in which nobody is away
    calendar.turns_to(moment(2010, 9, 2))
    asked = a_referral(world)
    bob, alice = enter("bob"), enter("alice")

    # When she decides and gives the case out
    case = gives_out(bob, asked.ref)
    # Then it stands in the caseload of her team
    bob.follows("Team")
    bob.sees("Open cases by worker", "Alice Marsh")
    bob.follows("Alice Marsh")
    bob.sees("Cases of Alice Marsh", case, "Quill family")
    looks(bob)

    # When six sessions are over, and more is to be done
    six_sessions(world, case, since=moment(2010, 9, 6, 14))
    calendar.turns_to(moment(2010, 10, 15))
    meets_alice(bob)
    lets_go_on(bob, case)
    agrees_an_action(bob)
    # Then the advisor may not close it yet, and knows what she is to do
    alice.opens(f"/cases/{case}/close")
    alice.chooses("Needs met", to="Why does the case end?")
    alice.chooses("All needs met", to="Were the family’s needs met?")
    alice.presses("Close the case")
    expect(alice.page.locator(".govuk-error-summary")).to_contain_text("Supervision decided to go on for longer")
    alice.opens("/work")
    alice.sees("Ask the school for its list")

    # When the advisor falls ill, and nobody covers on the eleventh working day
    calendar.turns_to(moment(2010, 10, 18, 9))
    is_told_of_an_absence(bob)
    calendar.turns_to(moment(2010, 11, 1, 9))
    jobs.check_clocks()
    # Then it stands on their list until they plan cover, and the family goes over
    bob.opens("/work")
    bob.sees("Overdue: Plan cover")
    plans_cover(bob)
    hands_over(bob)
    bob.opens("/work")
    expect(bob.page.locator("main")).not_to_contain_text("Plan cover")
    assert Case.objects.get(ref=case).worker == world.users["carol"]

    # When all is done, she agrees that the case may end
    calendar.turns_to(moment(2010, 11, 8, 15))
    agrees_to_the_end(bob, case)
    # Then whoever works with the family now closes it
    carol = enter("carol")
    carol.opens(f"/cases/{case}")
    carol.follows("Close the case")
    carol.chooses("Needs met", to="Why does the case end?")
    carol.chooses("All needs met", to="Were the family’s needs met?")
    carol.presses("Close the case")
    carol.is_told(f"Case {case} is closed.")

    # And how each of her team does is there to be talked about
    reviews(bob)


def looks(person: Person) -> None:
    """Nothing runs over the edge of her window."""
    assert sideways(person.page) == [], person.page.url


def gives_out(bob: Person, ref: str) -> str:
    """Returns the reference of the case."""
    bob.follows("Waiting list")
    bob.follows(ref)
    bob.presses("Decide now")
    bob.is_told("The request is accepted.")
    bob.presses("Choose a worker")
    bob.sees("Works where the family lives.")
    looks(bob)
    bob.presses("Allocate")
    bob.is_told("is now with Alice Marsh")
    return Case.objects.get(request__ref=ref).ref


def six_sessions(world: World, case: str, *, since: datetime) -> None:
    found, alice = Case.objects.get(ref=case), world.actor("alice")
    for week in range(6):
        when = since + timedelta(weeks=week)
        casework.record_contact(alice, found, kind="casework_session", happened_at=when, minutes=60, at=when)


def meets_alice(bob: Person) -> None:
    bob.opens("/staff")
    bob.follows("Supervision")
    bob.sees("Supervision overdue", "Alice Marsh")
    looks(bob)
    bob.presses("Record a supervision")
    bob.picks("Alice Marsh", of="Who did you meet?")
    bob.says("Note", "Six families, all seen.")
    bob.says("How are they?", "Well, if tired.")
    looks(bob)
    bob.presses("Save")
    bob.is_told("Supervision of Alice Marsh has been recorded.")


def lets_go_on(bob: Person, case: str) -> None:
    """From the meeting to the case and back."""
    meeting = bob.page.url
    bob.page.get_by_text("Decide on another of their cases").click()
    bob.follows(f"Quill family ({case})")
    bob.chooses("Go on for longer", to="What was decided?")
    bob.says("Note", "Mornings are not calm yet: four more sessions.")
    bob.presses("Save")
    bob.is_told("The decision of supervision has been recorded.")
    bob.sees("Go on for longer, 15 October 2010")
    bob.opens(meeting)
    bob.sees("Cases discussed", case, "Go on for longer", "four more sessions")
    looks(bob)


def agrees_an_action(bob: Person) -> None:
    bob.presses("Agree an action")
    bob.says("What is to be done?", "Ask the school for its list")
    bob.chooses("Alice Marsh", to="Who does it?")
    bob.says("By when?", "22/10/2010")
    bob.presses("Save")
    bob.is_told("The action has been agreed.")
    looks(bob)


def is_told_of_an_absence(bob: Person) -> None:
    bob.opens("/staff")
    bob.follows("Absence")
    bob.presses("Record an absence")
    bob.picks("Alice Marsh", of="Who is away?")
    bob.chooses("Sickness", to="Why?")
    looks(bob)
    bob.presses("Save")
    bob.is_told("The absence has been recorded.")
    bob.sees("1 November 2010")
    looks(bob)


def plans_cover(bob: Person) -> None:
    bob.opens("/staff")
    bob.sees("Alice Marsh has been away for 11 working days")
    looks(bob)
    bob.follows("Alice Marsh has been away")
    bob.sees("nobody covers. Plan cover now.")
    bob.presses("Plan cover")
    bob.picks("Carol Reed", of="Who covers?")
    for day in ("Monday", "Thursday"):
        bob.ticks(day)
    looks(bob)
    bob.presses("Save")
    bob.is_told("The cover has been planned.")


def hands_over(bob: Person) -> None:
    bob.presses("Hand families over")
    bob.ticks("Carol Reed")
    bob.ticks("Quill family")
    looks(bob)
    bob.presses("Hand over")
    bob.is_told("1 case is now with Carol Reed.")
    bob.sees("Handed over")
    looks(bob)


def agrees_to_the_end(bob: Person, case: str) -> None:
    bob.opens(f"/cases/{case}")
    looks(bob)
    bob.follows("Discussed in supervision")
    bob.chooses("Close", to="What was decided?")
    bob.presses("Save")
    bob.is_told("The decision of supervision has been recorded.")


def reviews(bob: Person) -> None:
    bob.opens("/staff/supervision")
    bob.presses("Record a review")
    bob.picks("Alice Marsh", of="Whose work did you look at?")
    bob.chooses("As expected", to="How does the work go?")
    bob.says("What do they aim for until the next review?", "Lead a course of her own.")
    looks(bob)
    bob.presses("Save")
    bob.is_told("The review of Alice Marsh has been recorded.")
    bob.sees("Lead a course of her own.")
    bob.opens("/staff/figures")
    bob.sees("Alice Marsh")
    looks(bob)
