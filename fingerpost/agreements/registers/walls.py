"""Who may write an entry and its parts, and who may see them, as the contract declares it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fingerpost.agreements.registers.subjects import Subject
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.answering import Value
from fingerpost.language.roles import shipped
from fingerpost.language.schema.items import ItemSpec, WhoSpec
from fingerpost.language.schema.registers import KindSpec

BY_DEFAULT = tuple(key for key, role in shipped().items() if role.meets_people and Permission.KEEP_RECORD in role.can)
"""The roles that write and see where a kind names nobody. Of what is about a family, whoever may meet the family sees it."""


@dataclass(frozen=True, order=True)
class Wall:
    """Behind what a row or an answer stands: the roles that see it (none: whoever may meet it), and whether it is sealed."""

    seen_by: tuple[str, ...] = ()
    is_sealed: bool = False


def wall_of(kind: KindSpec, subject: Subject) -> Wall:
    """The wall of a whole entry. What is about nobody is for roles, since nobody's reach to a family covers it."""
    sees = kind.who.sees if kind.who else ()
    if not sees and not subject.is_about_people:
        sees = BY_DEFAULT
    return Wall(tuple(sorted(sees)), kind.restricted)


def wall_of_item(item: ItemSpec, around: Wall) -> Wall:
    """The wall of one answer: that of the entry, or a higher one."""
    sees = tuple(sorted(item.who.sees)) if item.who and item.who.sees else around.seen_by
    return Wall(sees, item.restricted or around.is_sealed)


def split(kind: Mapping[str, ItemSpec], answers: Mapping[str, Value], around: Wall) -> dict[Wall, dict[str, Value]]:
    """The answers by the wall behind which they stand."""
    found: dict[Wall, dict[str, Value]] = {around: {}}
    for key, value in answers.items():
        wall = wall_of_item(kind[key], around) if key in kind else around
        found.setdefault(wall, {})[key] = value
    return found


def may_write(actor: Actor, subject: Subject, *whos: WhoSpec | None) -> bool:
    """Whether the actor holds, within reach of the subject, a role that each of these lets write."""
    if actor.is_system:
        return True
    return all(_holds(actor, subject, who.writes if who and who.writes else BY_DEFAULT) for who in whos)


def may_see(actor: Actor, subject: Subject, wall: Wall) -> bool:
    """Whether the actor would meet what stands behind the wall, for forms that ask for it."""
    return actor.is_system or not wall.seen_by or _holds(actor, subject, wall.seen_by)


def _holds(actor: Actor, subject: Subject, roles: Iterable[str]) -> bool:
    return bool(actor.role_keys & {f"{role}@{key}" for role in roles for key in subject.scope.keys})
