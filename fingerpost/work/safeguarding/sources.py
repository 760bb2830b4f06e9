"""From which records a concern may be raised. Rooms above name theirs here when they start up; no rule imports a room."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.families.models import Family


@dataclass(frozen=True)
class Source:
    """A record that somebody may meet, the family it is about if it is about one, and how to name it on a page."""

    record: Any
    family: Family | None
    name: str
    ref: str = ""


Finder = Callable[[Actor, str, Permission], Source | None]

_finders: dict[str, Finder] = {}


def source(word: str, finder: Finder) -> None:
    """Let concerns be raised from a kind of record. `word` stands in the address: "case" for `…/case/C-7K3Q2M`.

    `finder(actor, key, permission)` gives the record of that reference or id, or None where they may not meet it.
    """
    _finders[word] = finder


def find_source(actor: Actor, word: str, key: str) -> Source | None:
    """The record behind an address, if they may raise a concern about it; None also for a kind nobody knows."""
    finder = _finders.get(word)
    return finder(actor, key, Permission.RAISE_CONCERN) if finder else None
