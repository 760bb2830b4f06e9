"""What tests of mended faults share: a day that moves, and people at pages."""

from collections.abc import Callable
from datetime import date

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.queries import agreement_of
from tests.fixtures.browsing import Browser, Today, signing_in
from tests.fixtures.world import SERVICE, World, moment


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    return Today(monkeypatch)


@pytest.fixture
def browser(world: World) -> Browser:
    return signing_in(world)


@pytest.fixture
def agree(world: World) -> Callable[[str, str], None]:
    """The commissioner agrees a reading of a question from the agreement's first day."""

    def agree_reading(question: str, letter: str) -> None:
        told = {"in_force_from": date(2010, 4, 1), "at": moment(2010, 4, 1)}
        contracts.agree_reading(world.actor("dave"), agreement_of(SERVICE), question=question, letter=letter, **told)

    return agree_reading
