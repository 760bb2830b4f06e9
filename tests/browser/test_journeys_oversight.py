"""What a service manager and a commissioner do: lists, figures, returns, readings. And how a visitor meets the demonstration."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from fingerpost.ground.access.models import DemonstrationDay
from fingerpost.people.schooling.models import AttendanceWeek
from fingerpost.proof.returns.models import Return
from tests.browser import street
from tests.browser.conftest import Calendar, Enter
from tests.browser.person import AT_A_DESK, Person
from tests.fixtures.casebook import Casebook, Child
from tests.fixtures.returns import with_case_studies
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import CaseMade, a_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "Outcomes": "More children come to school.",
    "Delivery": "Both localities had an advisor.",
    "Performance Targets": "The target for attendance was met.",
    "Barriers": "Snow closed schools for three days.",
}


@pytest.fixture
def calendar(calendar: Calendar) -> Calendar:
    """It is a week after the return of December was due."""
    calendar.turns_to(moment(2011, 1, 6, 15))
    return calendar


@pytest.fixture
def case(world: World, settings: Any, tmp_path: Any) -> CaseMade:
    """A closed case of Maya Quill, who has a pupil number, and twenty more of which only figures speak."""
    settings.MEDIA_ROOT = tmp_path
    made, _, _ = a_case(world)
    street.number_of(made.children[0])
    street.some_closed_cases(world, itertools.count(1))
    return made


@pytest.mark.parametrize("enter", AT_A_DESK.values(), ids=AT_A_DESK, indirect=True)
def test_a_manager_loads_a_list_and_takes_it_back(enter: Enter, case: CaseMade) -> None:
    # Given a file with a day that there is not
    sam = enter("sam")
    sam.follows("Lists")
    # When she sends it
    sends(sam, f"{street.HEAD}{street.UPN},31/02/2011,AM,/\n")
    # Then the row is named, and nothing is loaded
    sam.sees("Rows that are wrong", "Nothing is loaded while a row is wrong")
    marks = AttendanceWeek.objects.filter(person=case.children[0], superseded_at=None)
    assert not marks.exists()
    # When she mends it
    sam.follows("Lists")
    sends(sam, f"{street.HEAD}{street.UPN},04/01/2011,AM,/\n{street.UPN},04/01/2011,PM,\\\n")
    sam.sees("Tried, not loaded")
    sam.presses("Load the list")
    sam.is_told("The list has been loaded.")
    # Then the marks are there, until she takes the list back
    assert marks.get().attended == 2
    sam.presses("Take the list back")
    sam.is_told("The list has been taken back.")
    assert not marks.exists()


def sends(sam: Person, rows: str) -> None:
    sam.presses("Send a list")
    sam.chooses("School attendance: register marks", to="What is in the list?")
    file = {"name": "marks.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    sam.page.get_by_label("The file").set_input_files(file)
    sam.presses("Try the list")
    sam.sees("marks.csv")


@pytest.mark.parametrize("enter", AT_A_DESK.values(), ids=AT_A_DESK, indirect=True)
def test_a_figure_opens_to_its_records(enter: Enter, case: CaseMade) -> None:
    # Given twenty cases that have ended
    sam = enter("sam")
    # When she opens a figure
    sam.follows("Figures")
    sam.sees("Figures", "Reading proposed, not agreed")
    sam.opens(f"/figures/{SERVICE}/attendance_improved?until=2010-12-31")
    sam.follows("Every record")
    sam.follows("50 rows on a page")
    # Then every record stands there with its answer and why
    sam.sees("Records behind the figure", case.row.ref)
    sam.follows(case.row.ref)
    sam.sees("Next steps")


@pytest.mark.parametrize("enter", AT_A_DESK.values(), ids=AT_A_DESK, indirect=True)
def test_a_return_is_written_sent_frozen_restated_and_accepted(
    enter: Enter, case: CaseMade, world: World, calendar: Calendar
) -> None:
    # Given December's return, which nobody has begun
    calendar.turns_to(moment(2010, 12, 31, 15))
    sam = enter("sam")
    begins(sam)
    # Then it cannot be sent, and the page says what must come first
    sam.sees("Before this return can be sent", "Words for Outcomes", "16 missing")
    expect(sam.page.get_by_role("button", name="Check and send")).to_have_count(0)
    # When she writes under the four, and the case studies are approved
    made = Return.objects.get(due_on=date(2010, 12, 31))
    for heading, words in WORDS.items():
        sam.opens(f"/returns/{made.ref}")
        sam.follows(f"Write under {heading}")
        sam.says("What do you want to say?", words)
        sam.presses("Save")
        sam.is_told(f"{heading} has been saved.")
    sam.opens(f"/returns/{made.ref}/submit")
    sam.sees("16 missing")
    expect(sam.page.get_by_role("button", name="Send the return")).to_have_count(0)
    with_case_studies(made)
    sam.opens(f"/returns/{made.ref}")
    sam.presses("Check and send")
    sam.presses("Send the return")
    sam.is_told("The return has been sent. Its figures are frozen.")
    # Then it can be taken away as files
    downloads(sam, "PDF", "return-2010-12-31.pdf", b"%PDF")
    downloads(sam, "Excel", "return-2010-12-31.xlsx", b"PK")
    # When closures come in late
    calendar.turns_to(moment(2011, 2, 1, 15))
    written_down_late(world)
    sam.opens(f"/returns/{made.ref}")
    # Then what was sent stands, and the change stands beside it
    sam.sees("Late entries would change")
    sam.follows("What has changed since")
    sam.sees("As sent", "Now")
    # And the commissioner accepts what was sent
    dave = enter("dave")
    dave.opens(f"/returns/{made.ref}")
    dave.presses("Accept this return")
    dave.is_told("The return is accepted.")


def begins(sam: Person) -> None:
    sam.follows("Returns")
    sam.presses("Begin the return due 31 December 2010")
    sam.sees("Return due 31 December 2010", "Nothing has been written here yet.")


def downloads(sam: Person, button: str, name: str, begins_with: bytes) -> None:
    with sam.page.expect_download() as waiting:
        sam.presses(button)
    assert waiting.value.suggested_filename == name
    assert waiting.value.path().read_bytes().startswith(begins_with)


def written_down_late(world: World) -> None:
    """Ten cases that ended in November, of which nobody wrote until January."""
    book = Casebook(numbers=itertools.count(500))
    for number in range(10):
        worse = Child((108, 120), (80, 120))
        opened, closed = date(2010, 5, 4), date(2010, 11, 8 + number)
        book.case(opened, closed, [worse], sessions=6, worker=world.users["alice"], recorded=moment(2011, 1, 20))
    book.save()


@pytest.mark.parametrize("enter", AT_A_DESK.values(), ids=AT_A_DESK, indirect=True)
def test_a_commissioner_agrees_a_reading_and_never_meets_a_family(
    enter: Enter, case: CaseMade, world: World, calendar: Calendar
) -> None:
    # Given a return that was sent
    street.a_sent_return(world, number=700)
    dave = enter("dave")
    # When she agrees how unclear words are read
    dave.follows("Readings of unclear words")
    dave.follows("Agree a reading")
    dave.says("From which day?", "1/4/2010")
    dave.presses("Agree this reading")
    # Then it says who agreed it
    dave.is_told("The reading is agreed.")
    dave.sees("Agreed by Dave Amis")
    # And figures say that they may change, or with which return they were sent; small numbers are hidden
    dave.follows("Figures")
    dave.sees("Not yet agreed", "Small numbers are hidden")
    dave.follows("To 30 September 2010")
    dave.sees("As sent with the", "Small numbers are hidden")
    # And no address of a family opens
    for path in (f"/cases/{case.row.ref}", f"/families/{case.row.family.ref}", "/work", "/find", "/requests"):
        answer = dave.page.goto(path)
        assert answer
        assert answer.status in (403, 404), path
        expect(dave.page.locator("body")).not_to_contain_text("Quill")
    records = dave.page.goto(f"/figures/{SERVICE}/attendance_improved/records")
    assert records
    assert records.status == 403


@pytest.mark.urls("tests.browser.demonstration_urls")
def test_a_visitor_chooses_who_to_be_and_moves_the_day(
    world: World, settings: Any, open_window: Callable[..., BrowserContext]
) -> None:
    # Given a demonstration, on a day of its own
    settings.DEMONSTRATION = True
    DemonstrationDay.objects.create(service=SERVICE, day=date(2010, 12, 30))
    sam = world.users["sam"]
    sam.introduction, sam.job_title = "Prepare December’s return.", "Service manager"
    sam.save()
    visitor = Person(open_window(width=320, height=640).new_page())
    # When somebody comes and chooses who to be
    visitor.opens("/")
    visitor.presses("Sign in")
    visitor.sees("Choose who to be", "Prepare December’s return.")
    visitor.presses("Sign in as Sam Otley")
    # Then the banner says which day it is
    banner = visitor.page.get_by_role("complementary", name="Demonstration")
    expect(banner).to_contain_text("30 December 2010")
    # When the day is moved on
    visitor.opens("/demonstration/clock")
    visitor.presses("Go to 31 December 2010")
    # Then it is that day for everybody
    visitor.is_told("The day has been changed for everybody in this service.")
    expect(banner).to_contain_text("31 December 2010")
    # And another can be chosen
    banner.get_by_role("link", name="Sign in as someone else").click()
    visitor.sees("Choose who to be")
