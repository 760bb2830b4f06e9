"""Names of people and streets, drawn so that the county sounds like one. Nobody here is anybody."""

from pathlib import Path
from random import Random

from ruamel.yaml import YAML

_NAMES = YAML(typ="safe").load(Path(__file__).with_suffix(".yaml"))
GIRLS, BOYS, WOMEN, MEN, LAST = (_NAMES[kind].split() for kind in ("girls", "boys", "women", "men", "last"))
STREETS: list[str] = _NAMES["streets"]
BODIES: list[str] = _NAMES["bodies"]


def a_girl(random: Random) -> str:
    return random.choice(GIRLS)


def a_boy(random: Random) -> str:
    return random.choice(BOYS)


def a_street(random: Random) -> str:
    return f"{random.randint(1, 148)} {random.choice(STREETS)}"


def a_telephone(random: Random) -> str:
    """A number from the two ranges that are kept for drama and never given to anybody."""
    if random.random() < 0.8:
        return f"07700 900{random.randint(0, 999):03}"
    return f"01632 960{random.randint(0, 999):03}"
