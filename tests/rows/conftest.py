"""What tests of rows share: a day that moves, people at pages, and a neighbouring service that keeps the same records."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import clock
from tests.fixtures import neighbour
from tests.fixtures.browsing import Browser, Today, signing_in
from tests.fixtures.figures import Ask, asking
from tests.fixtures.group_pages import AT
from tests.fixtures.world import SERVICE, World, build


@pytest.fixture
def world(db: None) -> World:
    """The small world, with a second service beside it whose records must not be taken for its own."""
    made = build()
    neighbour.build(made)
    return made


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    return Today(monkeypatch)


@pytest.fixture
def browser(world: World) -> Browser:
    return signing_in(world)


@pytest.fixture
def agreement(world: World) -> Agreement:
    return Agreement.objects.get(key=SERVICE)


@pytest.fixture
def figure(capsys: pytest.CaptureFixture[str]) -> Ask:
    return asking(capsys)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def to(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda service="": at)

    to(AT)
    return to


@pytest.fixture
def as_(world: World, set_clock: Callable[[datetime], None]) -> Callable[[str], Client]:
    def signed_in(who: str) -> Client:
        client = Client()
        client.force_login(world.users[who])
        return client

    return signed_in
