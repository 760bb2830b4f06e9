"""A database with every migration run, for tests to be copied from: migrating takes longer than all quick tests together.

It is made once for each set of migrations and stays in the cluster; the last few are kept.
"""

import fcntl
import os
import subprocess
import sys
from typing import Any

import psycopg
from psycopg import sql

from config import prepare
from config.backup.place import Place

KEPT = 3


class NotMade(Exception):
    """The migrations cannot be run. The message is what they said."""


def ensure() -> str:
    """The name of a database that has this tree's migrations, made now if there is none."""
    name = f"template_{prepare.migrations()[:16]}"
    server = Place.of_this_installation().beside("postgres")
    lock = prepare.PROJECT / "var" / "template.lock"
    with lock.open("w") as handle, server.connect(autocommit=True) as connection:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _make(name, server, connection)
            _forget_old_ones(connection)
    return name


def _make(name: str, server: Place, connection: psycopg.Connection[Any]) -> None:
    unfinished = f"{name}_unfinished"
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unfinished)))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    made = subprocess.run(
        [sys.executable, "-m", "config.prepare", "migrate"],
        cwd=prepare.PROJECT,
        env={**os.environ, "DATABASE_URL": server.beside(unfinished).url},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise NotMade(f"The tables could not be made:\n{made.stdout}{made.stderr}")
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
    )


def _forget_old_ones(connection: psycopg.Connection[Any]) -> None:
    found = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{16}$' ORDER BY oid")
    for (name,) in found.fetchall()[:-KEPT]:
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(str(name))))
        except psycopg.errors.ObjectInUse:
            continue  # another run is copying it
