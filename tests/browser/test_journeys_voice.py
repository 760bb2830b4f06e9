"""A course from the coordinator's word to the register on a phone, and what a parent and a child say of the help they had."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from fingerpost.ground.access import clock
from fingerpost.work.groups.models import Attendance, Run
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.tokens import in_groups, token_of
from tests.browser.checks import axe_faults, sideways
from tests.browser.person import WAYS, Person
from tests.fixtures.groups import a_group, proposed_run
from tests.fixtures.world import World, moment
from tests.pages.households import a_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[str], Person]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 12, 31, 15))


@pytest.fixture
def enter(
    world: World, sign_in: Callable[..., BrowserContext], open_window: Callable[..., BrowserContext], request: Any
) -> Enter:
    """Somebody of the small world, signed in; "a visitor" has no account."""
    options = getattr(request, "param", WAYS["on a phone"])

    def go(name: str) -> Person:
        window = open_window(**options) if name == "a visitor" else sign_in(world.users[name], **options)
        person = Person(window.new_page(), has_scripts=options.get("java_script_enabled", True))
        person.opens("/")
        return person

    return go


@pytest.mark.parametrize("enter", WAYS.values(), ids=WAYS, indirect=True)
def test_a_coordinator_agrees_a_course_and_sees_no_family(enter: Enter, world: World) -> None:
    # Given a course to come that an advisor proposed
    run = proposed_run(world, starts_on=date(2011, 1, 18), ends_on=date(2011, 3, 29))

    # When the coordinator of its locality signs in
    gita = enter("gita")
    gita.follows("To agree")
    gita.sees("Strong parents", "Tendring")
    gita.follows("Strong parents")
    gita.presses("I agree")

    # Then it may be made public, and she was shown nobody
    gita.is_told("You have agreed Strong parents in Tendring.")
    run.refresh_from_db()
    assert run.agreed_on is not None
    assert not sideways(gita.page)
    gita.opens("/find")
    expect(gita.page.locator("h1")).to_contain_text("You cannot open this page")


@pytest.mark.parametrize("enter", WAYS.values(), ids=WAYS, indirect=True)
def test_a_register_is_marked_in_one_screen(enter: Enter, world: World) -> None:
    made = a_group(world)
    alice = enter("alice")
    alice.opens(f"/groups/{made.run.ref}/sessions/{made.session.pk}")
    line = alice.page.get_by_role("group", name=made.booking.person.full_name)
    line.locator("label", has_text="Came").click(position={"x": 4, "y": 4})  # the corner, where a thumb may land
    alice.presses("Save the register")
    alice.is_told("register")
    mark = Attendance.objects.get(session=made.session, person=made.booking.person)
    assert mark.is_present
    assert not sideways(alice.page)


@pytest.mark.parametrize("enter", WAYS.values(), ids=WAYS, indirect=True)
def test_a_parent_and_a_child_say_what_they_think_without_an_account(enter: Enter, world: World) -> None:
    # Given a closed case, and an advisor who asks the mother and the child
    case, _, _ = a_case(world)
    alice = enter("alice")
    alice.opens(f"/feedback/about/{case.row.ref}")
    for name in ("Sarah Quill", "Maya Quill"):
        alice.page.get_by_label(name).check()
    alice.chooses("They are asked: make a link and a card", to="What was the outcome?")
    alice.presses("Save")
    alice.sees("2 asked")
    asked = {one.respondent: one for one in Invitation.objects.all()}
    assert set(asked) == {"parent", "child"}

    # When the mother types the code of her card
    mother = enter("a visitor")
    mother.opens("/say")
    mother.says("Code on your card", in_groups(token_of(asked["parent"].pk, 1)).lower())
    mother.presses("Continue")
    mother.sees("How did we do?")
    assert "Quill" not in mother.page.content()
    mother.presses("Send")  # with nothing said
    mother.sees("Answer at least one question")
    mother.ticks("Very good")
    mother.says("What was good, and what can we do better?", "She listened.")
    mother.presses("Send")
    mother.sees("Thank you")

    # And the child follows the link
    child = enter("a visitor")
    child.opens(f"/say?k={token_of(asked['child'].pk, 1)}")
    child.sees("How was it for you?")
    child.ticks("Good")
    assert not sideways(child.page)
    if child.has_scripts:
        assert not axe_faults(child.page)
    child.presses("Send")
    child.sees("Thank you")

    # Then each was heard once, and a second try says nothing of whose it was
    assert {one.invitation.respondent: one.rating for one in Response.objects.all()} == {"parent": 5, "child": 4}
    child.opens(f"/say?k={token_of(asked['child'].pk, 1)}")
    child.sees("This link does not work")
    assert Run.objects.count() == 0
