"""From the address that a new installation prints to somebody who is signed in."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access import commands
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import PLATFORM
from tests.fixtures.browsing import words_of

pytestmark = pytest.mark.django_db
PASSWORD = "three wet umbrellas"
TOLD = {"name": "Ida Fern", "email": "ida@example.org", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def address() -> str:
    token = commands.make_first_address(Actor.system("Set-up"), PLATFORM, at=timezone.now())
    return reverse("setup:first", kwargs={"token": token})


def test_whoever_says_who_they_are_is_signed_in_and_led_to_the_second_step(client: Client, address: str) -> None:
    assert "Nobody can sign in here yet" in words_of(client.get(address))
    answer = client.post(address, TOLD)
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert "Set up a second step now" in words_of(client.get(reverse("mfa_index")))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200, "the password need not be typed again"


def test_then_their_day_begins_with_what_is_to_be_set_up(client: Client, address: str, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    client.post(address, TOLD)
    home = client.get("/", follow=True)
    assert home.request["PATH_INFO"] == reverse("setup:start")
    assert "No contract is in force yet" in words_of(home)


def test_they_sign_in_with_that_password_later(client: Client, address: str) -> None:
    client.post(address, TOLD)
    later = Client()
    assert later.post(reverse("account_login"), {"login": "ida@example.org", "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" in later.session


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Enter your name"),
        ("email", "ida", "Enter an email address like name@example.com"),
        ("password", "", "Enter a password"),
        ("again", "three dry umbrellas", "This is not the same password"),
        ("again", "", "Enter the password once more"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(
    client: Client, address: str, field: str, typed: str, said: str
) -> None:
    assert said in words_of(client.post(address, TOLD | {field: typed}))
    assert not User.objects.exists()


def test_a_weak_password_is_said_at_its_field_and_the_address_still_works(client: Client, address: str) -> None:
    weak = {"password": "fingerpost2026", "again": "fingerpost2026"}
    assert "little more than a name" in words_of(client.post(address, TOLD | weak))
    assert client.post(address, TOLD).status_code == 302


def test_one_that_does_not_work_says_what_to_do(client: Client, address: str) -> None:
    assert "fingerpost user first" in words_of(client.get(reverse("setup:first", kwargs={"token": "wrong"})))
    client.post(address, TOLD)
    for again in (Client().get(address), Client().post(address, TOLD | {"email": "eve@example.org"})):
        assert "This address does not work" in words_of(again)
    assert User.objects.count() == 1


def test_nobody_but_an_administrator_opens_the_steps(client: Client, world: object) -> None:
    client.force_login(world.users["sam"])  # type: ignore[attr-defined]
    assert client.get(reverse("setup:start")).status_code == 403
