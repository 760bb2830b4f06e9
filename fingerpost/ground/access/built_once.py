"""Reads whose statement is built once in a process: for anybody, about stand-ins; then asked with the real ones.

Django takes longer to put a statement together than PostgreSQL to answer it. What differs from one asking to the next is who
asks and about whom, and both are parameters.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from psycopg.sql import Literal

from fingerpost.ground.access.actor import Actor, HasScope
from fingerpost.ground.access.permissions import Permission

if TYPE_CHECKING:
    from fingerpost.ground.access.scope import Scope

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
Row = TypeVar("Row")


class _AnybodysKey(str):
    """A key that stands for many. To choose among keys by their words would be done once, and for everybody."""

    __slots__ = ()

    def startswith(self, *given: Any) -> bool:
        raise TypeError(ONLY_VISIBLE)

    removeprefix = partition = split = startswith  # type: ignore[assignment]


_KEYS = {_AnybodysKey(f"keys for {permission}"): str(permission) for permission in Permission}
_KEYS_IN_ROLES = {
    _AnybodysKey(f"keys in roles for {permission}"): f"{permission}_in_roles" for permission in Permission
}
ONLY_VISIBLE = "the actor may be asked for what is visible to them, and for nothing else"


class _Anybody(Actor):
    """Has a key of their own for each permission. What they hold or may do is nobody's, so it cannot shape a statement."""

    def has(self, permission: Permission) -> bool:
        raise TypeError(ONLY_VISIBLE)

    def can(self, permission: Permission, subject: "HasScope | Scope") -> bool:
        raise TypeError(ONLY_VISIBLE)

    def keys_in_roles(self, permission: Permission) -> frozenset[str]:
        return frozenset(key for key, name in _KEYS_IN_ROLES.items() if name == f"{permission}_in_roles")


_ANYBODY = _Anybody(None, "Anybody", _keys={Permission(name): frozenset({key}) for key, name in _KEYS.items()})
# A place for a value, and a place for a list of one, in which anybody's keys or a list of ids stand.
_PLACE = re.compile(r"%%|\(ARRAY\[%s\]\)::text\[\]|IN \(%s\)|%s")


def built_once(
    build: Callable[Concatenate[Actor, P], QuerySet[M, Row]],
) -> Callable[Concatenate[Actor, P], list[Row]]:
    """Make a function that gives a queryset one that gives its rows: `read(actor, family.pk) -> [row, …]`. One query.

    Positional arguments are filled in at each asking: ids, references, days, moments, and lists of ids (for `…__in`). None, and
    what is given by name, shapes the statement instead; each shape is built once. The function may use the actor for
    `visible_to` alone, and a positional argument only as a value to compare with. Raises TypeError for another kind of argument.
    """
    built: dict[Any, _Built] = {}

    @wraps(build)
    def read(actor: Actor, /, *given: P.args, **shape: P.kwargs) -> list[Row]:
        if actor.is_system:
            return list(build(actor, *given, **shape))
        key = (tuple(type(one) for one in given), tuple(sorted(shape.items())))
        if key not in built:
            stand_ins = tuple(_stand_in(number, one) for number, one in enumerate(given, 1))
            built[key] = _Built.of(build(_ANYBODY, *stand_ins, **shape), stand_ins)  # type: ignore[arg-type]
        return list(built[key].rows(actor, given))

    return read


def _stand_in(number: int, real: Any) -> Any:
    """What takes the place of this argument while the statement is built: nothing that a statement holds by itself."""
    match real:
        case None:
            return None
        case UUID():
            return UUID(int=number)
        case datetime():
            return datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number)
        case date():
            return date(1, 1, 1) + timedelta(days=number)
        case str():
            return f"stand-in {number}"
        case list():
            return [UUID(int=number)]
    raise TypeError(f"{real!r} cannot be filled in: give it by name, to shape the statement")


@dataclass(frozen=True)
class _Built:
    """A statement with a named place for each argument, and for the keys of each permission; what never changes stands in it."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    asked: dict[Permission, set[str]]
    """By permission, which of its two lists of keys the statement takes: its own, and that with roles."""

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any], stand_ins: tuple[Any, ...]) -> "_Built":
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        kept = iter(parameters)
        named = {_only(one): _argument(number) for number, one in enumerate(stand_ins)} | _KEYS | _KEYS_IN_ROLES
        text = _PLACE.sub(lambda found: found[0] if found[0] == "%%" else _place(found[0], next(kept), named), sql)
        _refuse_leftovers(text, stand_ins)
        asked = {one: {name for name in (one, f"{one}_in_roles") if f"%({name})s" in text} for one in Permission}
        return cls(queryset, compiler, text, asked)

    def rows(self, actor: Actor, given: tuple[Any, ...]) -> QuerySet[Any, Any]:
        parameters: dict[str, Any] = {}
        for permission, names in self.asked.items():
            for name in names:
                held = actor.keys(permission) if name == permission else actor.keys_in_roles(permission)
                parameters[name] = sorted(held)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters | {_argument(number): one for number, one in enumerate(given)})
            return self._read(cursor.fetchall())

    def _read(self, fetched: list[Any]) -> QuerySet[Any, Any]:
        """Rows as the queryset gives them: Django reads what was fetched as though it had fetched it."""
        queryset, compiler = self.queryset.all(), copy(self.compiler)
        compiler.connection, compiler.execute_sql = connection, lambda *_, **__: [fetched]
        queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return queryset


def _refuse_leftovers(text: str, stand_ins: tuple[Any, ...]) -> None:
    """A stand-in that came into the statement otherwise than as it is would be asked about in the real one's place."""
    for number, one in enumerate(stand_ins):
        if one is not None and f"%({_argument(number)})s" not in text:
            raise TypeError(f"argument {number + 1} is compared with nothing, or was changed before it was")
    if any(key in text for key in (*_KEYS, *_KEYS_IN_ROLES)):
        raise TypeError(ONLY_VISIBLE)


def _argument(number: int) -> str:
    return f"argument_{number}"


def _only(stand_in: Any) -> Any:
    return stand_in[0] if isinstance(stand_in, list) else stand_in


def _place(found: str, parameter: Any, named: dict[Any, str]) -> str:
    """The place by its name; a value that stands for nothing else is written out."""
    name = named.get(parameter) if isinstance(parameter, str | UUID | date) else None
    if name is None:
        written = Literal(parameter).as_string(connection.connection)
        return found.replace("%s", written.replace("%", "%%"))
    if found.startswith("IN"):
        return f"= ANY(%({name})s::uuid[])"
    return f"%({name})s::text[]" if found.startswith("(ARRAY") else f"%({name})s"
