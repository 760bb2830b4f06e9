"""What tests of several floors share: the small world of `tests/fixtures/world.py`, and its people by name."""

import pytest

from fingerpost.ground.access.actor import Actor
from tests.fixtures.world import SERVICE, World, build


@pytest.fixture
def world(db: None) -> World:
    """The small world. Tests that commit (`transaction=True`) get it built anew."""
    return build()


@pytest.fixture
def service() -> str:
    return SERVICE


@pytest.fixture
def alice(world: World) -> Actor:
    """An advisor in Tendring."""
    return world.actor("alice")


@pytest.fixture
def bob(world: World) -> Actor:
    """Supervises the Tendring team."""
    return world.actor("bob")


@pytest.fixture
def carol(world: World) -> Actor:
    """An advisor of the Colchester team."""
    return world.actor("carol")


@pytest.fixture
def dave(world: World) -> Actor:
    """Commissions the service; sees no family."""
    return world.actor("dave")


@pytest.fixture
def erin(world: World) -> Actor:
    """Refers families from her school."""
    return world.actor("erin")


@pytest.fixture
def fay(world: World) -> Actor:
    """The safeguarding lead of the service."""
    return world.actor("fay")


@pytest.fixture
def sam(world: World) -> Actor:
    """Manages the service."""
    return world.actor("sam")
