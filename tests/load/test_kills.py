"""A few of the kills of `kills.py`, so that it stays in working order: nothing that was said to be saved is lost."""

import pytest

from tests.load.kills import attack

WITHIN = 45.0  # seconds: other tests run beside this one, and starting a process takes many times what it takes alone


@pytest.mark.slow
@pytest.mark.case("A6")
@pytest.mark.case("A4")
def test_six_kills_under_load_lose_nothing_and_it_comes_back_each_time() -> None:
    said: list[str] = []
    faults = attack(6, seed=7, lists=1, within=WITHIN, say=said.append)
    assert not faults, "\n".join([*said, *faults])
