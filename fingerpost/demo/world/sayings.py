"""What people wrote: short plain sentences of `sayings.yaml`, put together so that no two families read the same."""

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

SAYINGS: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_suffix(".yaml"))


def note(random: Random, names: dict[str, str]) -> str:
    """What a worker wrote after a visit: two or three sentences."""
    parts = [random.choice(SAYINGS[part]) for part in ("done", "seen", "agreed")]
    if random.random() < 0.25:
        parts.insert(2, random.choice(SAYINGS["seen"]))
    return _told(dict.fromkeys(parts), names)


def said(random: Random, pool: str, names: dict[str, str] | None = None, about: str = "") -> str:
    """One of the sentences of a pool, about these people; `about` names the part of a pool that has parts."""
    sentences = SAYINGS[pool][about] if about else SAYINGS[pool]
    return _told([random.choice(sentences)], names or {})


def why(random: Random, route: str, names: dict[str, str]) -> str:
    """Why a school refers: what it sees, and what the family asks."""
    seen = SAYINGS["reasons"].get(route, SAYINGS["reasons"]["attendance"])
    return _told([random.choice(seen), *random.sample(SAYINGS["asked"], random.choice((1, 1, 2)))], names)


def _told(parts: Iterable[str], names: dict[str, str]) -> str:
    return " ".join(parts).format(**names)
