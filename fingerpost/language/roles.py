"""Roles as a contract has them: those that the product brings, called and changed as the contract says, and its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from fingerpost.language.faults import Fault
from fingerpost.language.permissions import MEETS_ROWS, Permission
from fingerpost.language.read import read
from fingerpost.language.schema.roles import RoleWords

STARTER = Path(__file__).parent / "starters" / "roles.yaml"
ADMINISTRATOR = "administrator"
"""The one role that belongs to the installation and not to a service."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is called, what it may do, and the ways in which it may be given."""

    key: str
    label: str
    can: frozenset[Permission] = frozenset()
    reach: tuple[str, ...] = ()
    restricted: bool = False
    since: date | None = None
    until: date | None = None

    @property
    def meets_people(self) -> bool:
        """Whether whoever holds it meets records about people."""
        return bool(self.can & MEETS_ROWS)

    def is_held_on(self, day: date) -> bool:
        """Whether it may be held on the day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@cache
def shipped() -> Mapping[str, Role]:
    """The roles that the product brings, by key."""
    document = read(STARTER.name, STARTER.read_text(encoding="utf-8"))
    if isinstance(document, Fault):
        raise RuntimeError(f"The product's own roles cannot be read: {document}")
    words = {key: RoleWords.model_validate(raw) for key, raw in document.content.items()}
    return {key: _changed(Role(key, ""), one) for key, one in words.items()}


def roles_of(words: Mapping[str, RoleWords]) -> dict[str, Role]:
    """Every role that may be held under a contract whose roles.yaml says this, by key."""
    return dict(shipped()) | {key: _resolved(key, words, ()) for key in words}


def base_of(key: str, words: Mapping[str, RoleWords]) -> Role | None:
    """The role that this one begins from; None for one that begins from nothing, or in a circle."""
    return _base(key, words, ())


def _base(key: str, words: Mapping[str, RoleWords], seen: tuple[str, ...]) -> Role | None:
    like = words[key].like
    if like is None or like == key:
        return shipped().get(key)
    if like in words and like not in seen:
        return _resolved(like, words, (*seen, key))
    return shipped().get(like)


def _resolved(key: str, words: Mapping[str, RoleWords], seen: tuple[str, ...]) -> Role:
    base = _base(key, words, seen)
    begun = Role(key, key.replace("_", " ").capitalize()) if base is None else replace(base, key=key)
    return _changed(begun, words[key])


def _changed(role: Role, words: RoleWords) -> Role:
    known = {str(permission): permission for permission in Permission}
    return Role(
        role.key,
        words.label or role.label,
        role.can if words.can is None else frozenset(known[one] for one in words.can if one in known),
        role.reach if words.reaches is None else words.reaches,
        role.restricted if words.restricted is None else words.restricted,
        words.since or role.since,
        words.until or role.until,
    )
