"""A session ends after half an hour unused and after twelve hours whatever happens, and a click rarely costs a write."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from fingerpost.ground.access.models import User

pytestmark = pytest.mark.django_db
START = timezone.now().replace(year=2026, month=3, day=2, hour=8, minute=0)


@pytest.fixture
def worker() -> User:
    return User.objects.create(email="jo@example.test", name="Jo Ash")


@pytest.fixture
def browser(worker: User) -> Client:
    browser = Client()
    with time_machine.travel(START, tick=False):
        browser.force_login(worker)
        browser.get("/account/login/")
    return browser


def click(browser: Client, after: timedelta) -> dict[str, object]:
    """What the session holds after a click at this time; nothing when it has ended."""
    with time_machine.travel(START + after, tick=False):
        browser.get("/account/login/")
        return dict(browser.session)


def test_half_an_hour_without_a_click_ends_it(browser: Client) -> None:
    assert click(browser, timedelta(minutes=29))
    assert not click(browser, timedelta(minutes=29 + 31))


def test_clicking_keeps_it(browser: Client) -> None:
    assert all(click(browser, timedelta(minutes=20 * n)) for n in range(1, 6))


def test_twelve_hours_end_it_however_busy(browser: Client) -> None:
    kept = [bool(click(browser, timedelta(minutes=25 * n))) for n in range(1, 30)]
    assert kept == [timedelta(minutes=25 * n) <= timedelta(hours=12) for n in range(1, 30)]


def test_a_second_click_within_a_minute_writes_nothing(browser: Client) -> None:
    first = click(browser, timedelta(minutes=5))["seen"]
    assert click(browser, timedelta(minutes=5, seconds=30))["seen"] == first
    assert click(browser, timedelta(minutes=6, seconds=1))["seen"] != first
