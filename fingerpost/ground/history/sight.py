"""What the database lets be seen of people, whoever asks it: the second wall, behind `visible_to` and `@command`.

The running application connects under a role that owns nothing. Policies on the tables (`ground/access/policies.py`) show that role
a row only where one of the keys told here is among the row's own. Nothing told, nothing seen. `@page` and `@command` tell the keys
of whoever acts; the system's own work says aloud that it needs to see everything, and takes another role meanwhile.

Inside a transaction it is told for that transaction and no longer, outside for the connection until taken back.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

BETWEEN = "\x1f"  # keys are told as one text


@dataclass(frozen=True)
class Sight:
    """The keys whose rows may be seen, and those whose restricted rows may be; or everything."""

    keys: str = ""
    restricted_keys: str = ""
    everything: bool = False

    @classmethod
    def within(cls, keys: Iterable[str], restricted_keys: Iterable[str]) -> "Sight":
        return cls(BETWEEN.join(sorted(keys)), BETWEEN.join(sorted(restricted_keys)))

    @property
    def role(self) -> str:
        """The database's role that sees so much."""
        name: str = settings.DATABASE_ROLES["system" if self.everything else "application"]
        return name


NOTHING = Sight()
EVERYTHING = Sight(everything=True)

# Where nobody has told anything. Tests look at everything themselves; what they call is told as in earnest.
outside = NOTHING
_told: ContextVar[Sight | None] = ContextVar("sight_told", default=None)


def current() -> Sight:
    """What the database lets be seen now."""
    return _told.get() or outside


@contextmanager
def seeing(sight: Sight) -> Iterator[None]:
    """Let so much be seen meanwhile, and then what was seen before. A short statement at each end, none where it is the same."""
    before = current()
    if sight == before:
        yield
        return
    token = _told.set(sight)
    try:
        tell(sight)
        yield
    finally:
        _told.reset(token)
        if _takes_statements():
            tell(before)


@contextmanager
def seeing_everything(*, why: str) -> Iterator[None]:
    """Work of the system's own, or a rule that must look further than whoever acts. `why` is for whoever reads the code."""
    if not why:
        raise ValueError("say why everything must be seen")
    with seeing(EVERYTHING):
        yield


@contextmanager
def told_by(sight: Sight) -> Iterator[bool]:
    """As `seeing`, where whoever calls opens a transaction and tells it with a statement of their own. Yields whether they must.

    That transaction takes it back by itself at its end; only a larger one needs to be told.
    """
    before, is_hers = current(), not connection.in_atomic_block
    token = _told.set(sight)
    try:
        yield sight != before and is_held()
    finally:
        _told.reset(token)
        if not is_hers and sight != before and _takes_statements():
            tell(before)


def is_held() -> bool:
    """Whether the connection is held by the wall: all are but the owner's, which migrate, save and restore."""
    return not connection.settings_dict.get("IS_OWNER")


def tell(sight: Sight) -> None:
    """Tell the database, with a statement for this alone."""
    if not is_held():
        return
    sql, parameters = statement(sight, local=connection.in_atomic_block)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", parameters)


def statement(sight: Sight, *, local: bool) -> tuple[str, list[str]]:
    """What tells it, as columns of a SELECT, and its parameters."""
    lasts = "true" if local else "false"
    names = ("role", "app.keys", "app.restricted_keys")
    columns = ", ".join(f"set_config('{name}', %s, {lasts})" for name in names)
    return columns, [sight.role, sight.keys, sight.restricted_keys]


def _takes_statements() -> bool:
    """False after a fault that rolls all back, which takes back what was told as well; and for a connection that is closed."""
    held = connection.connection
    if held is None or held.closed or connection.needs_rollback:
        return False
    return held.info.transaction_status is not TransactionStatus.INERROR


def _tell_new_connection(sender: object, connection: Any, **signal: object) -> None:
    """A connection lost and made anew in the middle of a page is told what the lost one knew."""
    sight = current()
    if sight != outside and not connection.settings_dict.get("IS_OWNER"):
        sql, parameters = statement(sight, local=False)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {sql}", parameters)


connection_created.connect(_tell_new_connection, dispatch_uid="what the database lets be seen")
