"""Shared by every test. pytest-django reads the settings before this file, and they bring the database up.

Migrating takes longer than all quick tests together, so it is done once for each set of migrations, into a template that
every test database is copied from. Templates stay in the cluster; the last few are kept.
"""

import fcntl
import os
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from config import prepare
from config.backup.place import Place

TEMPLATES_KEPT = 3


def pytest_configure() -> None:
    """Tests speak plain HTTP. What a real installation asks of browsers is tested in tests/startup/test_settings.py."""
    from django.conf import settings

    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django asks this before it makes a test database: say which one to copy."""
    from django.db import connections

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = _template()


def _template() -> str:
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


def _make(name: str, server: Place, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
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
        pytest.exit(f"The tables could not be made:\n{made.stdout}{made.stderr}", returncode=3)
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
    )


def _forget_old_ones(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    found = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_[0-9a-f]{16}$' ORDER BY oid")
    for (name,) in found.fetchall()[:-TEMPLATES_KEPT]:
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(str(name))))
        except psycopg.errors.ObjectInUse:
            continue  # another run is copying it
