"""A family from a school's worry to the letter that says how it went: with scripts and without, on a wide window and a phone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from fingerpost.people.schooling.models import Exclusion
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.referrals.models import Request, RequestChild
from tests.browser.checks import sideways
from tests.browser.conftest import Calendar, Enter
from tests.browser.person import WAYS, Person
from tests.fixtures.world import World, moment
from tests.pages.households import a_referral

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUESTIONNAIRE = ("rest", "mornings", "enjoyed", "someone")


@pytest.mark.parametrize("enter", WAYS.values(), ids=WAYS, indirect=True)
def test_a_family_is_referred_helped_and_the_school_is_told(enter: Enter, calendar: Calendar) -> None:
    # Given a school that is worried about a child
    erin, bob, alice = enter("erin"), enter("bob"), enter("alice")
    # When it refers the family
    ref = refers(erin)
    # Then the supervisor of the family's home decides, and gives the case to an advisor
    calendar.turns_to(moment(2010, 9, 2))
    it_was_excluded_in_june(ref)
    case = decides_and_allocates(bob, ref)
    # When the advisor works with the family, and supervision agrees that it may end
    calendar.turns_to(moment(2010, 9, 10, 16))
    scores(alice, case, "start", "Now and then")
    records_a_session(alice, case)
    calendar.turns_to(moment(2010, 12, 1, 16))
    scores(alice, case, "end", "Most days")
    discusses(bob, case)
    closes(alice, case)
    # Then the school is told, and can see that it was heard
    tells_the_school(alice, case)
    erin.opens("/my-referrals")
    erin.sees(ref, "Quill")
    for person in (erin, bob, alice):
        assert sideways(person.page) == []


def refers(erin: Person) -> str:
    """Returns the reference that the school is given."""
    erin.follows("Refer a family")
    erin.says("Child’s first name", "Maya")
    erin.says("Child’s last name", "Quill")
    erin.says("Child’s date of birth", "4/5/2001")
    erin.picks("Quay Primary School", of="Which school do the children go to?")
    erin.says("Parent’s first name", "Sarah")
    erin.says("Parent’s last name", "Quill")
    erin.says("Address", "2 Sea Road, Clacton")
    erin.says("Postcode", "CO15 4JX")
    erin.picks("Tendring", of="Which part of the county is that in?")
    erin.says("Why do you ask for help?", "Maya has missed many mornings. Sarah wants help with bedtimes.")
    erin.chooses("Yes", to="Has a common assessment (CAF) been made?")
    erin.says("When was it made?", "4/5/2010")
    erin.says("Who wrote it?", "Erin Bolt")
    erin.ticks("Support for parents, to help them find their own way")
    erin.chooses("A school", to="Who is asking?")
    erin.ticks("The parent knows about this and agrees")
    erin.chooses("Yes", to="May we tell the school how it went?")
    erin.presses("Check your answers")
    erin.sees("Check your answers", "4 May 2001", "Tendring")
    erin.presses("Send")
    erin.sees("We have your request")
    return erin.page.locator(".govuk-panel strong").inner_text().strip()


def it_was_excluded_in_june(ref: str) -> None:
    """The council's list of exclusions came in."""
    child = RequestChild.objects.select_related("person").get(request__ref=ref)
    days = {"started_on": date(2010, 6, 7), "ended_on": date(2010, 6, 8)}
    row = Exclusion(person=child.person, kind="fixed_term", sessions=4, recorded_at=moment(2010, 6, 9), **days)
    row.scope = child.scope
    row.save()


def decides_and_allocates(bob: Person, ref: str) -> str:
    """Returns the reference of the case."""
    bob.follows("Waiting list")
    bob.follows(ref)
    bob.sees("Can this family be helped?", "As things stand today")
    bob.presses("Decide now")
    bob.is_told("The request is accepted.")
    bob.presses("Choose a worker")
    expect(bob.page.get_by_label("Alice Marsh, Tendring")).to_be_checked()
    bob.presses("Allocate")
    bob.is_told("is now with Alice Marsh")
    return Case.objects.get(request__ref=ref).ref


def scores(alice: Person, case: str, point: str, answer: str) -> None:
    alice.opens(f"/cases/{case}")
    alice.follows(f"How things are for the parent, at the {point}")
    alice.says("Who filled it in?", "Sarah Quill")
    alice.page.wait_for_load_state()
    for group in alice.page.get_by_role("group").all():
        group.get_by_label(answer, exact=True).check()
    alice.presses("Save")
    alice.is_told("Kept. The score is")


def records_a_session(alice: Person, case: str) -> None:
    """Everything but the note is filled in already: open, type, save."""
    alice.opens("/")
    alice.sees("My work", case)
    alice.counts_from_here()
    alice.unfolds("My open cases")
    alice.follows("Record a contact")
    alice.says("Note", "Met Sarah at home. She wants calmer mornings.")
    alice.presses("Save")
    alice.is_told("The contact has been recorded.")
    assert alice.taps <= 3
    kept = Contact.objects.get(case__ref=case)
    assert (kept.kind, kept.minutes, kept.attended, kept.counts_as_session) == ("casework_session", 60, True, True)


def discusses(bob: Person, case: str) -> None:
    bob.opens(f"/cases/{case}")
    bob.follows("Discussed in supervision")
    bob.chooses("Close", to="What was decided?")
    bob.presses("Save")
    bob.is_told("The decision of supervision has been recorded.")


def closes(alice: Person, case: str) -> None:
    alice.opens(f"/cases/{case}")
    alice.follows("Close the case")
    alice.chooses("Needs met", to="Why does the case end?")
    alice.chooses("All needs met", to="Were the family’s needs met?")
    alice.presses("Close the case")
    alice.is_told(f"Case {case} is closed.")


def tells_the_school(alice: Person, case: str) -> None:
    alice.follows("Tell Quay Primary School how it went")
    alice.sees("Maya")
    alice.chooses("By post", to="How?")
    alice.presses("Save")
    alice.is_told("The school has been told.")


def test_a_case_cannot_end_before_supervision(enter: Enter, calendar: Calendar) -> None:
    # Given a case that nobody has talked about in supervision
    erin, bob, alice = enter("erin"), enter("bob"), enter("alice")
    ref = refers(erin)
    calendar.turns_to(moment(2010, 9, 2))
    it_was_excluded_in_june(ref)
    case = decides_and_allocates(bob, ref)
    # When the advisor tries to close it
    alice.opens(f"/cases/{case}/close")
    alice.chooses("Needs met", to="Why does the case end?")
    alice.chooses("All needs met", to="Were the family’s needs met?")
    alice.presses("Close the case")
    # Then she is told why not, and what she chose is still there
    summary = alice.page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("No supervision has discussed this case")
    expect(alice.page.get_by_label("All needs met")).to_be_checked()


def test_an_advisor_works_by_keyboard_alone(enter: Enter, calendar: Calendar, world: World) -> None:
    # Given a request that Bob has decided
    asked: Request = a_referral(world)
    bob = enter("bob")
    calendar.turns_to(moment(2010, 9, 2))
    case = decides_and_allocates(bob, asked.ref)
    # When Alice uses no mouse
    calendar.turns_to(moment(2010, 9, 10, 16))
    alice = enter("alice")
    keys = alice.page.keyboard
    keys.press("Tab")
    expect(alice.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press("Enter")
    tab_to(alice, "Record a contact for Quill family")
    keys.press("Enter")
    alice.page.wait_for_url(f"**/cases/{case}/contacts/new")
    tab_to(alice, "Note")
    keys.type("Met Sarah at school.")
    tab_to(alice, "Save")
    assert outlined(alice), "what has the focus must be seen to have it"
    keys.press("Enter")
    # Then it is kept
    alice.is_told("The contact has been recorded.")
    assert Contact.objects.get().note == "Met Sarah at school."


FOCUSED = """() => {
  const e = document.activeElement
  const label = e.labels && e.labels.length ? e.labels[0] : e
  return label.textContent.trim().replace(/\\s+/g, ' ')
}"""


def tab_to(person: Person, words: str, most: int = 60) -> None:
    """Press Tab until what has the focus is called so."""
    met = []
    for _ in range(most):
        person.page.keyboard.press("Tab")
        met.append(person.page.evaluate(FOCUSED))
        if met[-1] == words:
            return
    pytest.fail(f"Tab does not come to {words!r}; it came to {met}")


LOOKS_FOCUSED = """() => {
  const e = document.activeElement
  const look = () => ['outlineStyle', 'boxShadow', 'backgroundColor'].map((name) => getComputedStyle(e)[name]).join()
  const focused = look()
  e.blur()
  const plain = look()
  e.focus()
  return focused !== plain
}"""


def outlined(person: Person) -> bool:
    """Whether the focused thing looks otherwise than without focus."""
    return bool(person.page.evaluate(LOOKS_FOCUSED))
