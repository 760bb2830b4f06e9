"""Who may write an entry and its parts, and who may see them, as the contract declares it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fingerpost.agreements.registers.subjects import Subject
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import MEETS_ROWS, Permission
from fingerpost.language.answering import Value
from fingerpost.language.roles import roles_of
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import KindSpec, TimeSpec
from fingerpost.language.schema.roles import RoleWords
from fingerpost.language.schema.schedules import ScheduleKind


def by_default(roles: Mapping[str, RoleWords]) -> tuple[str, ...]:
    """The roles of a contract that write, and see what is about nobody, where a kind names none: those that meet people.

    Of what is about a family, whoever may meet the family sees it.
    """
    known = roles_of(roles)
    return tuple(key for key, role in known.items() if role.meets_people and Permission.KEEP_RECORD in role.can)


@dataclass(frozen=True, order=True)
class Wall:
    """Behind what a row or an answer stands: the roles that see it (none: whoever may meet it), and whether it is sealed."""

    seen_by: tuple[str, ...] = ()
    is_sealed: bool = False


def wall_of(kind: KindSpec, subject: Subject, roles: Mapping[str, RoleWords]) -> Wall:
    """The wall of a whole entry, under a contract of these roles. What is about nobody is for roles, since nobody's reach to a
    family covers it."""
    sees = kind.who.sees if kind.who else ()
    if not sees and not subject.is_about_people:
        sees = by_default(roles)
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


def may_write(actor: Actor, subject: Subject, kind: KindSpec, part: ItemSpec | TimeSpec | None = None) -> bool:
    """Whether the actor holds, within reach of the subject, a role that writes entries of the kind, or this part of them.

    Nobody writes what the house draws of a schedule.
    """
    if isinstance(kind, ScheduleKind) and part not in kind.by_hand:
        return False
    if actor.is_system:
        return True
    narrower = part.who.writes if part and part.who else ()
    writes = narrower or (kind.who.writes if kind.who else ())
    return _holds(actor, subject, writes) if writes else _works_with_people(actor, subject)


def may_answer(actor: Actor, subject: Subject, kind: KindSpec, item: ItemSpec, roles: Mapping[str, RoleWords]) -> bool:
    """Whether a form asks the actor this question: they may write the answer, and it tells them of nothing that is hidden from
    them. One that names its writers is asked of those, even where they may not read it afterwards."""
    if not may_write(actor, subject, kind, item):
        return False
    around = wall_of(kind, subject, roles)
    wall = wall_of_item(item, around)
    return wall == around or bool(item.who and item.who.writes) or may_see(actor, subject, wall)


def may_see(actor: Actor, subject: Subject, wall: Wall) -> bool:
    """Whether the actor would meet what stands behind the wall."""
    if actor.is_system:
        return True
    if wall.is_sealed and not actor.keys(Permission.VIEW_RESTRICTED) & subject.scope.keys:
        return False
    return not wall.seen_by or _holds(actor, subject, wall.seen_by)


def _works_with_people(actor: Actor, subject: Subject) -> bool:
    """Whether they hold a role there that keeps records and meets people."""
    held = {one.role for one in actor.held if Permission.KEEP_RECORD in one.can and one.can & MEETS_ROWS}
    return _holds(actor, subject, held)


def _holds(actor: Actor, subject: Subject, roles: Iterable[str]) -> bool:
    return bool(actor.role_keys & {f"{role}@{key}" for role in roles for key in subject.scope.keys})
