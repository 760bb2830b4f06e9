"""The order of the house holds, and no room stands outside it."""

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from config.rooms import IN_ORDER

PROJECT = Path(__file__).resolve().parents[2]
HOUSE = PROJECT / "fingerpost"
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FLOORS = ["ground", "people", "agreements", "work", "proof", "exchange", "pages"]


def test_a_room_imports_only_from_below(capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(PROJECT / "pyproject.toml"), no_cache=True)
    assert broken == 0, capsys.readouterr().out


def test_every_application_is_a_room_of_the_house() -> None:
    found = {path.parent.relative_to(HOUSE).as_posix().replace("/", ".") for path in HOUSE.glob("**/apps.py")}
    found = {room for room in found if "node_modules" not in room}
    assert found <= set(IN_ORDER), f"not in config/rooms.py: {sorted(found - set(IN_ORDER))}"


@pytest.mark.parametrize("floor", FLOORS)
def test_the_lines_of_a_floor_stand_in_the_order_of_the_settings(floor: str) -> None:
    layers = next(contract["layers"] for contract in CONTRACTS if contract["id"] == floor)
    lines = [{room.strip(" ()") for room in layer.split("|")} for layer in reversed(layers)]
    settings = [room.split(".")[1] for room in IN_ORDER if room.startswith(f"{floor}.")]
    to_come = {room.strip("() ") for layer in layers for room in layer.split("|") if room.strip().startswith("(")}
    rooms = {room for line in lines for room in line}
    assert rooms - to_come <= set(settings) <= rooms
    ranks = [next(rank for rank, line in enumerate(lines) if room in line) for room in settings]
    assert ranks == sorted(ranks)
