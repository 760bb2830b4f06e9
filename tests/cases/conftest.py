"""What tests of mended faults share: a day that moves, and people at pages."""

import pytest

from tests.fixtures.browsing import Browser, Today, signing_in
from tests.fixtures.world import World


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    return Today(monkeypatch)


@pytest.fixture
def browser(world: World) -> Browser:
    return signing_in(world)
