"""The roles that the database knows, and what each may do.

    owner         migrates, saves and restores. Owns every table.
    application   serves pages, jobs and commands. Owns nothing; of people it sees what whoever acts may see.
    system        what the application takes for work of its own, such as matching or figures. Owns nothing; sees everybody.

Neither of the latter can change a table, empty it, or rewrite history.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

from config import cluster, database


def ensure(owner: Mapping[str, Any], roles: Mapping[str, str], *, is_embedded: bool) -> None:
    """Make the two roles of the application where they are missing. Raises ImproperlyConfigured, saying what to do."""
    with psycopg.connect(database.conninfo(owner), connect_timeout=10, autocommit=True) as connection:
        if _are_there(connection, owner, roles):
            return
        try:
            _make(connection, owner, roles)
            return
        except psycopg.errors.InsufficientPrivilege as fault:
            if not is_embedded:
                raise ImproperlyConfigured(_advice(owner, roles)) from fault
    superuser = {**owner, "USER": cluster.SUPERUSER, "PASSWORD": ""}
    with psycopg.connect(database.conninfo(superuser), connect_timeout=10, autocommit=True) as connection:
        _make(connection, owner, roles)


def _are_there(connection: psycopg.Connection[Any], owner: Mapping[str, Any], roles: Mapping[str, str]) -> bool:
    wanted = list(roles.values())
    known = connection.execute("SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [wanted]).fetchone()
    if known is None or known[0] != len(set(wanted)):
        return False
    # 'MEMBER' asks whether SET ROLE may lead there.
    asked = "SELECT pg_has_role(%s, %s, 'MEMBER') AND pg_has_role(%s, %s, 'MEMBER')"
    row = connection.execute(asked, [roles["application"], roles["system"], owner["USER"], roles["system"]]).fetchone()
    return bool(row and row[0])


def _make(connection: psycopg.Connection[Any], owner: Mapping[str, Any], roles: Mapping[str, str]) -> None:
    for statement in _statements(owner, roles):
        try:
            connection.execute(statement)
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            continue  # made at the same moment by another start


def _statements(owner: Mapping[str, Any], roles: Mapping[str, str]) -> list[sql.Composed]:
    application, system = sql.Identifier(roles["application"]), sql.Identifier(roles["system"])
    # NOINHERIT: the application must take the system's role to have its sight; it does not have it by itself.
    return [
        sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(application),
        sql.SQL("ALTER ROLE {} NOINHERIT").format(application),
        sql.SQL("CREATE ROLE {} NOLOGIN").format(system),
        sql.SQL("GRANT {} TO {}").format(system, application),
        sql.SQL("GRANT {}, {} TO {}").format(application, system, sql.Identifier(str(owner["USER"]))),
    ]


def _advice(owner: Mapping[str, Any], roles: Mapping[str, str]) -> str:
    statements = "\n".join(f"    {statement.as_string()};" for statement in _statements(owner, roles))
    return (
        f"The database user {owner['USER']} may not make the roles that the application runs under. Have somebody run this once, "
        f"who may (leave out what exists already), and start again:\n{statements}"
    )


@contextmanager
def as_owner(held: dict[str, Any], owner: Mapping[str, Any]) -> Iterator[None]:
    """Let a connection's settings be the owner's meanwhile. Whoever calls closes the connection before and after."""
    before = dict(held)
    held.update(owner, IS_OWNER=True)
    try:
        yield
    finally:
        held.clear()
        held.update(before)
