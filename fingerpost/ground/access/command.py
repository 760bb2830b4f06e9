"""`@command`: the one shape of every write."""

import uuid
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, models, transaction

from fingerpost.ground.access.actor import Actor, HasScope
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.sight import EVERYTHING, Sight, seeing, told_by
from fingerpost.ground.history.tracking import recording

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
S = TypeVar("S", bound="HasScope | Scope")

_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_in_this_act", default=None)


class Refused(Exception):
    """The act is not possible as things stand. The message is for the person: plain words, and what to do."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


class ChangedMeanwhile(Refused):
    """Somebody else saved first. Carries their version, so that the page can show both."""

    def __init__(self, message: str, *, theirs: models.Model) -> None:
        super().__init__(message)
        self.theirs = theirs


@dataclass(frozen=True)
class CommandSpec:
    """What the wall knows of a command."""

    name: str
    allow: Permission
    sees_everything: str = ""
    includes: frozenset[str] = frozenset()


_running: ContextVar[CommandSpec | None] = ContextVar("running_command", default=None)


def command(
    *, allow: Permission, includes: Collection[str] = (), one_moment: bool = False, sees_everything: str = ""
) -> Callable[[Callable[Concatenate[Actor, S, P], R]], Callable[Concatenate[Actor, S, P], R]]:
    """Make `function(actor, subject, …)` a write: checks the permission on the subject's scope, opens the transaction, and
    tells the row history who, which command, why (`reason=`) and when (`at=`).

    With `one_moment` all that it reads is the database as it stood at its first statement (repeatable read), unless a
    transaction was already open. Its reads meet what the actor may meet; one whose rules must look further says why in
    `sees_everything`.

    A command that another one calls asks its own permission on its own subject too, unless the one that calls it names it in
    `includes`: then it is a part of that act, as a task is of an absence (docs/decisions/0007). The history names the outer act.
    Raises NotAllowed.
    """

    def decorate(function: Callable[Concatenate[Actor, S, P], R]) -> Callable[Concatenate[Actor, S, P], R]:
        name = f"{function.__module__.removeprefix('fingerpost.').removesuffix('.commands').split('.')[-1]}.{function.__name__}"
        spec = CommandSpec(name, allow, sees_everything, frozenset(includes))

        @wraps(function)
        def run(actor: Actor, subject: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            outer = _running.get()
            if outer is None or name not in outer.includes:
                actor.require(allow, subject)
            token, reading = _running.set(spec), _read.set({}) if outer is None else None
            try:
                with _part(spec) if outer else _acting(actor, spec, kwargs, one_moment=one_moment):
                    return function(actor, subject, *args, **kwargs)
            finally:
                _running.reset(token)
                if reading is not None:
                    _read.reset(reading)

        run.command_spec = spec  # type: ignore[attr-defined]
        return run

    return decorate


def _part(spec: CommandSpec) -> AbstractContextManager[None]:
    """A command inside another: it sees everything where its rules must, else what the outer one sees."""
    return seeing(EVERYTHING) if spec.sees_everything else nullcontext()


@contextmanager
def _acting(actor: Actor, spec: CommandSpec, kwargs: dict[str, Any], *, one_moment: bool) -> Iterator[None]:
    """The transaction of an act. The database is told in one statement who acts and what they may meet."""
    sight, is_hers = EVERYTHING if spec.sees_everything else actor.sight, not connection.in_atomic_block
    with told_by(sight) as is_new, transaction.atomic():
        if one_moment and is_hers:
            _hold_still()
        _tell(actor, spec.name, kwargs, sight if is_new else None)
        yield


def _hold_still() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _tell(actor: Actor, name: str, kwargs: dict[str, Any], sight: Sight | None) -> None:
    at = kwargs.get("at")
    recording(
        actor_id=actor.id,
        actor_name=actor.name,
        command=name,
        reason=str(kwargs.get("why") or kwargs.get("reason") or ""),
        at=at.isoformat() if isinstance(at, datetime) else "",
        sight=sight,
    )


def read_once(question: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, read once in the act that runs; outside of an act, each time anew.

    For what an act reads again and again and does not change: the rules of a day, the team of an area. One that changes it
    calls `forget_what_was_read`.
    """
    known = _read.get()
    if known is None:
        return read()
    if question not in known:
        known[question] = read()
    return known[question]


def forget_what_was_read() -> None:
    """Read anew from here on in this act."""
    known = _read.get()
    if known is not None:
        known.clear()


def locked(row: M, *along: str) -> M:
    """The row read again and locked until the transaction ends, so that two people cannot act on one state.

    `along` names rows it points to, read in the same query and not locked. Raises DoesNotExist for a row that is gone.
    """
    model = type(row)
    if along:
        return model._default_manager.select_for_update(of=("self",)).select_related(*along).get(pk=row.pk)
    read = _reading(model)
    with connection.cursor() as cursor:
        cursor.execute(read.statement, [row.pk])
        found = cursor.fetchone()
    if found is None:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    if read.converters:
        found = next(read.compiler.apply_converters([found], read.converters))
    return model.from_db(connection.alias, read.names, found)


@dataclass(frozen=True)
class _Reading:
    """How Django reads and locks one row of a model by its key."""

    compiler: Any
    statement: str
    names: list[str]
    converters: dict[int, Any]


@cache
def _reading(model: type[models.Model]) -> _Reading:
    """Worked out once: almost every command begins with it, and Django takes four times as long over it as PostgreSQL."""
    query = model._default_manager.select_for_update(of=("self",)).filter(pk=uuid.UUID(int=0)).query
    compiler = query.get_compiler(connection.alias)
    statement, _ = compiler.as_sql()
    columns: list[Any] = [expression for expression, _, _ in compiler.select]
    names = [column.target.attname for column in columns]
    return _Reading(compiler, statement, names, compiler.get_converters(columns))
