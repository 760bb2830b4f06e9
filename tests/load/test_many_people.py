"""A few of the people of `many_people.py`, so that it stays in working order: everybody gets their pages, and no save is lost."""

import pytest

from tests.load.many_people import crowd

WITHIN = 45.0  # seconds: other tests run beside this one


@pytest.mark.slow
def test_several_people_at_once_get_their_pages_and_lose_nothing() -> None:
    said: list[str] = []
    faults = crowd(8, 12, say=said.append, may_wait=WITHIN)
    assert not faults, "\n".join([*said, *faults])
