"""A real browser on a real server. A machine without Chromium fails these tests; it does not skip them."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from fingerpost.ground.access import clock
from tests.browser import checks
from tests.browser.person import WAYS, Person
from tests.fixtures.world import World, moment

# Playwright keeps an event loop in this thread; Django would otherwise take every query for an asynchronous one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PATIENCE = 120_000  # milliseconds: the first page of figures compiles its statements, maybe on a busy machine
expect.set_options(timeout=PATIENCE)
Enter = Callable[[str], Person]
PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"


def _chromium() -> str:
    for name in (os.environ.get("FINGERPOST_CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    pytest.fail(
        "No Chromium on this machine. Install one (Debian: `apt-get install chromium`), or name it in FINGERPOST_CHROMIUM."
    )


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """It goes before the database does: what it still holds open at the site, the site holds open at the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=SWITCHES)
        yield browser
        browser.close()
        connections.close_all()  # those of this thread while the event loop runs: nobody finds them afterwards


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[LiveServer]:
    """The product on a free port, over plain HTTP: its middleware is made now and would else send everybody to HTTPS.

    It has connections of its own, so every test of a page is marked `django_db(transaction=True)`.
    """
    with override_settings(SECURE_SSL_REDIRECT=False):
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def open_window(browser: Browser, site: LiveServer, settings: Any) -> Iterator[Callable[..., BrowserContext]]:
    """A window of its own: `open_window(width=320, java_script_enabled=False)`; a person keeps her cookies in it."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    opened: list[BrowserContext] = []

    def open_one(width: int = 1280, height: int = 900, **options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def visit(open_window: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open a page in a window of its own. An error of its scripts, or a breach of its policy, fails the test."""
    faults: list[str] = []

    def go(path: str, **options: Any) -> Page:
        return watch(open_window(**options).new_page(), path, faults)

    yield go
    assert not faults, "\n".join(faults)


def watch(page: Page, path: str, faults: list[str]) -> Page:
    """The page, opened; what its scripts complain of is added to `faults`."""
    page.on("pageerror", lambda error: faults.append(f"{path}: {error}"))
    page.on("console", lambda said: faults.append(f"{path}: {said.text}") if said.type == "error" else None)
    page.goto(path)
    return page


@pytest.fixture
def sign_in(open_window: Callable[..., BrowserContext], site: LiveServer) -> Callable[..., BrowserContext]:
    """A window in which this user is signed in already, without the form."""

    def as_user(user: Any, **options: Any) -> BrowserContext:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        context = open_window(**options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
        return context

    return as_user


@pytest.fixture
def axe() -> Callable[[Page], None]:
    def check(page: Page, **options: Any) -> None:
        faults = checks.axe_faults(page, **options)
        assert not faults, f"axe on {page.url}:\n" + "\n".join(faults)

    return check


@pytest.fixture
def valid_html() -> Callable[[dict[str, str]], None]:
    def check(pages: dict[str, str]) -> None:
        faults = checks.html_faults(pages)
        assert not faults, "html-validate:\n" + "\n".join(faults)

    return check


@pytest.fixture
def screenshot() -> Callable[..., Path]:
    """Keep a picture of the page under var/screenshots; where it lies is given back."""

    def take(page: Page, name: str, *, whole: bool = True) -> Path:
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path, full_page=whole)
        return path

    return take


class Calendar:
    """The day it is, for everybody."""

    def __init__(self) -> None:
        self.now = moment(2010, 9, 1)

    def turns_to(self, when: datetime) -> None:
        self.now = when


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    kept = Calendar()
    monkeypatch.setattr(clock, "now", lambda service="": kept.now)
    return kept


@pytest.fixture
def enter(world: World, calendar: Calendar, sign_in: Callable[..., BrowserContext], request: Any) -> Enter:
    """Somebody of the small world, signed in, at her first page. How she looks at it is the test's `options`."""
    options = getattr(request, "param", WAYS["wide"])

    def go(name: str) -> Person:
        has_scripts = options.get("java_script_enabled", True)
        person = Person(sign_in(world.users[name], **options).new_page(), has_scripts=has_scripts)
        person.opens("/")
        return person

    return go
