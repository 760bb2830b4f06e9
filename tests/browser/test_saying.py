"""Feedback as families and workers meet it: narrow and wide, with and without JavaScript, by keyboard."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from playwright.sync_api import Page as Window

from fingerpost.ground.access import clock
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.tokens import in_groups, token_of
from tests.browser import checks
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import World, moment
from tests.pages.households import a_case, a_say, an_invitation

TODAY = moment(2010, 12, 10, 15)
SIZES = (1280, 320)
FOLDER = os.environ.get("FINGERPOST_PICTURES", "")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def in_its_own_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": TODAY)
    cache.clear()


def look(window: Window, name: str, faults: list[str]) -> None:
    """At both widths: nothing sticks out, and axe finds nothing."""
    for width in SIZES:
        window.set_viewport_size({"width": width, "height": 800})
        faults += [f"{name} at {width} sticks out: {one}" for one in checks.sideways(window)[:4]]
        faults += [f"{name} at {width}: {one}" for one in checks.axe_faults(window)]
        if FOLDER:
            window.screenshot(path=f"{FOLDER}/{name}-{width}.png", full_page=True)


def card(respondent: str, world: World, *, how_many: int = 1) -> list[Invitation]:
    run = agreed_run(world, offer="drop_in")
    given: dict[str, Any] = {"respondent": respondent, "how_many": how_many, "at": TODAY}
    return outcomes.hand_out_cards(SYSTEM, of_run(run), **given)


def link(invitation: Invitation) -> str:
    return f"{reverse('say')}?k={token_of(invitation.pk, invitation.issue)}"


def test_given_a_link_a_parent_answers_and_is_thanked(
    world: World, open_window: Callable[..., BrowserContext], valid_html: Callable[[dict[str, str]], None]
) -> None:
    (asked,) = card("parent", world)
    window, faults, html = open_window().new_page(), list[str](), dict[str, str]()
    window.goto(link(asked))
    look(window, "say-parent", faults)
    html["form"] = window.request.get(link(asked)).text()
    window.get_by_role("button", name="Send").click()
    expect(window).to_have_title(re.compile("^Error: "))
    look(window, "say-parent-refused", faults)
    window.get_by_label("Very good").check()
    window.get_by_role("button", name="Send").click()
    window.wait_for_url("**/say/thanks")
    look(window, "say-thanks", faults)
    assert Response.objects.get().rating == 5
    window.goto(link(asked))
    look(window, "say-closed", faults)
    html["closed"] = window.request.get(link(asked)).text()
    window.get_by_role("link", name="Type the code once more").click()
    look(window, "say-code", faults)
    html["code"] = window.request.get(reverse("say")).text()
    valid_html(html)
    assert not faults, "\n".join(faults)


def test_given_no_javascript_and_a_keyboard_a_child_answers(
    world: World, open_window: Callable[..., BrowserContext], valid_html: Callable[[dict[str, str]], None]
) -> None:
    (asked,) = card("child", world)
    window = open_window(java_script_enabled=False).new_page()
    window.goto(reverse("say"))
    window.get_by_label("Code on your card").fill(in_groups(token_of(asked.pk, asked.issue)).lower())
    with window.expect_navigation():
        window.keyboard.press("Enter")
    assert "How was it for you?" in window.title()
    valid_html({"child": window.request.get(link(asked)).text()})
    if FOLDER:
        for width in SIZES:
            window.set_viewport_size({"width": width, "height": 800})
            window.screenshot(path=f"{FOLDER}/say-child-{width}.png", full_page=True)
    window.locator("input[name=rating]").first.focus()
    window.keyboard.press("ArrowRight")
    window.keyboard.press("ArrowRight")
    window.keyboard.press("ArrowRight")
    window.get_by_label("8 to 11").check()
    window.get_by_label("Who helped you?").fill("Alice")
    window.get_by_role("button", name="Send").click()
    window.wait_for_url("**/say/thanks")
    reply = Response.objects.get()
    assert (reply.rating, reply.age_band, reply.who_helped) == (4, "8_to_11", "Alice")


def test_the_pages_of_those_who_ask_are_sound(
    world: World, sign_in: Callable[..., BrowserContext], valid_html: Callable[[dict[str, str]], None]
) -> None:
    made, _, _ = a_case(world)
    answered, said = an_invitation(world, made), a_say(world, made)
    case = allocated(world, home=household("Featherstonehaugh-Cholmondeley", children=("Ada", "Ben")))
    run = agreed_run(world, offer="drop_in")
    groups.book(SYSTEM, run, person=household("Reed").parent, at=TODAY)
    window, faults, html = sign_in(world.users["alice"]).new_page(), list[str](), dict[str, str]()
    window.goto(reverse("practice:feedback_about", args=[case.ref]))
    look(window, "ask-nobody-yet", faults)
    for name in ("Ada", "Pat"):
        window.get_by_label(f"{name} Featherstonehaugh", exact=False).check()
    window.get_by_label("They are asked").check()
    window.get_by_role("button", name="Save").click()
    window.get_by_text("2 asked").wait_for()
    look(window, "ask-asked", faults)
    asked = Invitation.objects.filter(episode_ref=case.ref).first()
    assert asked is not None
    for name, address in {
        "cards": reverse("practice:feedback_cards", args=[case.ref]),
        "reply-open": reverse("practice:reply", args=[asked.ref]),
        "reply-answered": reverse("practice:reply", args=[answered.ref]),
        "reply-paper": reverse("practice:reply_paper", args=[asked.ref]),
        "reply-result": reverse("practice:reply_result", args=[asked.ref]),
        "reply-comment": reverse("practice:reply_comment", args=[answered.ref]),
        "reply-worry": reverse("practice:reply_worry", args=[answered.ref]),
        "feedback": reverse("practice:feedback"),
        "says": reverse("practice:says"),
        "say-new": reverse("practice:say_new"),
        "say": reverse("practice:say", args=[said.ref]),
        "say-changed": reverse("practice:say_changed", args=[said.ref]),
        "school-event": reverse("practice:school_event_new", args=[case.ref]),
        "case": reverse("practice:case", args=[case.ref]),
    }.items():
        window.goto(address)
        look(window, name, faults)
        html[name] = window.request.get(address).text()
    valid_html(html)
    bob = sign_in(world.users["bob"]).new_page()
    bob.goto(reverse("practice:feedback_about", args=[run.ref]))
    look(bob, "ask-about-drop-in", faults)
    assert not faults, "\n".join(faults)
