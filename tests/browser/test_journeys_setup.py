"""From a machine on which nobody can sign in to a worker who is at work: at phone width, with scripts and without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.scope import PLATFORM
from tests.browser.checks import axe_faults, sideways
from tests.browser.person import Person
from tests.fixtures.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD, HERS = "three wet umbrellas", "four dry umbrellas"
WIDE, NARROW = 1280, 320


def looks(page: Page, screenshot: Callable[..., Path], name: str) -> None:
    """Nothing sticks out, wide or narrow, and axe finds nothing."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 740})
        assert sideways(page) == [], page.url
        assert axe_faults(page) == [], page.url
        screenshot(page, f"setup-{name}-{width}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_first_administrator_brings_in_a_worker(
    open_window: Callable[..., BrowserContext],
    world: World,
    settings: Any,
    screenshot: Callable[..., Path],
    scripts: bool,
) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    token = commands.make_first_address(Actor.system("Set-up"), PLATFORM, at=timezone.now())
    window = open_window(width=NARROW, height=640, java_script_enabled=scripts)
    ida = Person(window.new_page(), has_scripts=scripts)

    def look(page: Page, name: str) -> None:
        if scripts:
            looks(page, screenshot, name)

    # Given the address that the machine printed
    ida.opens(f"/set-up/first/{token}")
    look(ida.page, "first")
    ida.says("Your name", "Ida Fern")
    ida.says("Your email address", "ida@example.org")
    ida.page.get_by_label("A password", exact=True).fill(PASSWORD)
    ida.page.get_by_label("The password once more", exact=True).fill(PASSWORD)
    ida.presses("Continue")
    # Then they are signed in, and asked for a second step
    ida.sees("How you sign in")
    ida.opens("/")
    ida.sees("A service is ready for its first referral")
    look(ida.page, "start")
    ida.opens(f"/set-up/first/{token}")
    ida.sees("This address does not work")
    look(ida.page, "first-closed")

    # When they add a worker
    ida.opens("/set-up/people")
    look(ida.page, "people")
    ida.presses("Add a person")
    look(ida.page, "person-new")
    ida.says("Name", "Una Hale")
    ida.says("Email address", "una@example.org")
    ida.presses("Add and invite")
    ida.is_told("Una Hale has been added.")
    look(ida.page, "person-link")
    link = ida.page.locator(".govuk-inset-text").inner_text().strip()

    # And give them a role in a service
    ida.presses("Give a role")
    ida.chooses("Extended Services Parent Support Advisors", to="In which service?")
    look(ida.page, "grant-where")
    ida.presses("Continue")
    look(ida.page, "grant-new")
    role = ida.page.get_by_role("group", name="Which role?").get_by_role("radio").first
    role.check()
    ida.chooses("An area", to="Which families or records does it cover?")
    look(ida.page, "grant-new-area")
    ida.picks("Tendring (locality)", of="Which area?")
    ida.presses("Give the role")
    ida.is_told("Una Hale is now")
    look(ida.page, "person")
    given = Grant.objects.get(user__email="una@example.org")
    assert (given.role, given.reach, given.service) == ("caseworker", "area", world.service)

    # Then the worker chooses a password by the link, signs in, and is at work
    una = Person(open_window(width=NARROW, height=640, java_script_enabled=scripts).new_page(), has_scripts=scripts)
    una.opens(link)
    una.page.get_by_label("New password", exact=True).fill(HERS)
    una.page.get_by_label("New password, once more", exact=True).fill(HERS)
    una.presses("Save the new password")
    una.opens("/account/login/")
    una.says("Email address", "una@example.org")
    una.page.get_by_label("Password", exact=True).fill(HERS)
    una.presses("Sign in")
    una.sees("My work")

    # And when they leave, they can sign in no more
    ida.opens(f"/set-up/people/{given.user_id}/remove")
    look(ida.page, "take-away")
    ida.says("Why?", "Moved to another council")
    ida.presses("Remove access")
    ida.is_told("Una Hale can sign in no more.")
    una.opens("/work")
    una.page.wait_for_url("**/account/login/**")
    assert not User.objects.get(email="una@example.org").is_active
    for name, path in (
        ("review", "review"),
        ("teams", "teams"),
        ("organisations", "organisations"),
        ("roles", "roles"),
    ):
        ida.opens(f"/set-up/{path}")
        look(ida.page, name)
    ida.opens(f"/set-up/review/{world.users['alice'].pk}")
    look(ida.page, "review-person")
