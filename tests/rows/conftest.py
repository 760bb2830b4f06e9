"""What tests of rows share: a day that moves, people at pages, and a neighbouring service that keeps the same records."""

import pytest

from tests.fixtures import neighbour
from tests.fixtures.browsing import Browser, Today, signing_in
from tests.fixtures.world import World, build


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
