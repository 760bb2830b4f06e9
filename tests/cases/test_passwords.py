"""A password that is easy to guess is refused with what to do instead; one of several words is welcome."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.fixtures.browsing import plain
from tests.fixtures.world import World

PASSWORD = "three wet umbrellas"


def refused(password: str, world: World) -> str:
    """Why it is refused; empty for one that may be used."""
    try:
        validate_password(password, world.users["alice"])
    except ValidationError as fault:
        return " ".join(fault.messages)
    return ""


@pytest.mark.case("A13")
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("aaaaaaaaaaaa", "repeats itself"),
        ("abababababab", "repeats itself"),
        ("blueblueblue", "repeats itself"),
        ("tea tea tea tea", "repeats itself"),
        ("............", "repeats itself"),
        ("123456789012", "follows"),
        ("987654321098", "follows"),
        ("abcdefghijkl", "follows"),
        ("qwertyuiopas", "follows"),
        ("1qaz2wsx3edc", "follows"),
        ("Qwerty123456!", "follows"),
        ("fingerpost2026", "name"),
        ("F1ngerp0st!2026", "name"),
        ("FingerpostFingerpost9", "name"),
        ("essexcountycouncil", "name"),
        ("EssexCountyCouncil2010", "name"),
        ("Essex Council 1!", "name"),
        ("parentsupportadvisors", "name"),
        ("EducationWelfareService", "name"),
        ("QuayPrimary2010", "name"),
        ("Tendring Team 1", "name"),
        ("AliceMarsh2026", "name"),
        ("alice.marsh.10", "name"),
        ("BobLennox!2026", "name"),
        ("alice@example.org", "name"),
        ("Password2026!!", "name"),
        ("welcome123456", "follows"),
        ("iloveyou1234!", "Many people use"),
        ("short words", "at least 12 characters"),
    ],
)
def test_what_is_easily_guessed_is_refused(world: World, password: str, why: str) -> None:
    told = refused(password, world)
    assert why in told
    assert "Use three words" in told or "at least 12" in told, "it says what to do"


@pytest.mark.case("A13")
@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery staple",
        "Essex rain on a bicycle bell",
        "alice found eleven teapots",
        "the council of purple herons",
        "vK7#pLq92xTz",
        "три мокрых зонтика",
        "a kettle, a canoe and 2026 bees",
        "x" + "kettle canoe lantern" * 9,
    ],
)
def test_several_words_are_welcome(world: World, password: str) -> None:
    assert refused(password, world) == ""


@pytest.mark.case("A13")
def test_the_page_says_so(world: World, settings: Any) -> None:
    settings.PASSWORD_HASHERS, settings.REQUIRE_SECOND_FACTOR = ["django.contrib.auth.hashers.MD5PasswordHasher"], False
    alice = world.users["alice"]
    alice.set_password(PASSWORD)
    alice.save()
    browser = Client()
    browser.post("/account/login/", {"login": alice.email, "password": PASSWORD})
    for new in ("aaaaaaaaaaaa", "fingerpost2026", "Essex County Council 1"):
        told = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert "Use three words" in plain(browser.post(reverse("account_change_password"), told).content.decode())
    new = "four dry lanterns"
    told = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert browser.post(reverse("account_change_password"), told).status_code == 302
