"""Shared by every test. pytest-django reads the settings before this file, and they bring the database up."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from config import cluster, database, roles, template

EMPTY_QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"


def pytest_configure() -> None:
    """Tests speak plain HTTP. What a real installation asks of browsers is tested in tests/startup/test_settings.py."""
    from django.conf import settings

    settings.EMAIL_CARRIER = "django.core.mail.backends.locmem.EmailBackend"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


def pytest_collection_finish() -> None:
    """Little of what tests make goes round in circles. Looked for seldom, it leaves the compiling of statements a fifth quicker."""
    gc.set_threshold(200_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django asks this before the owner makes a test database: say which one to copy."""
    from django.conf import settings
    from django.db import connections

    held = connections["default"].settings_dict
    held["TEST"]["TEMPLATE"] = template.ensure()
    held.update(settings.DATABASE_OWNER, IS_OWNER=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The owner has made the database and will take it away; between the two everything runs under the application's roles.

    Tests themselves look at everything. What they call (pages, commands, jobs) is shown what it would be shown in earnest.
    """
    from django.conf import settings
    from django.db import connections

    from fingerpost.ground.history import sight

    connection = connections["default"]
    owner = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(_of_the_application(), IS_OWNER=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sight, "outside", sight.EVERYTHING)
        # On the class: beside a browser's event loop Django opens a second connection in the same thread.
        patch.setattr(type(connection.ops), "execute_sql_flush", _empty_as_owner)
        # Emptying every table sends the signal of a migration. The triggers stand already: do not lay them anew.
        patch.setattr(settings, "PGTRIGGER_INSTALL_ON_MIGRATE", False)
        yield
    connection.close()
    connection.settings_dict.update(owner)


@pytest.fixture
def as_the_owner(transactional_db: None) -> Iterator[None]:
    """For what only the owner of the tables may do."""
    from django.conf import settings
    from django.db import connection

    connection.close()
    with roles.as_owner(connection.settings_dict, settings.DATABASE_OWNER):
        yield
        connection.close()


def _of_the_application() -> dict[str, Any]:
    """How tests connect: as the application, at once in the role of its system; and no commit waits for the disk."""
    from django.conf import settings

    known = database.of(os.environ, cluster).application
    options = (
        f"{known['OPTIONS'].get('options', '')} -c synchronous_commit=off -c role={settings.DATABASE_ROLES['system']}"
    )
    return {"USER": known["USER"], "PASSWORD": known["PASSWORD"], "OPTIONS": {**known["OPTIONS"], "options": options}}


def _empty_as_owner(operations: BaseDatabaseOperations, statements: list[str]) -> None:
    """Tests that commit have every table emptied after them, which only the owner may do; the queue's own too."""
    from django.conf import settings

    connection = operations.connection
    with psycopg.connect(database.conninfo({**connection.settings_dict, **settings.DATABASE_OWNER})) as owner:
        for statement in [*statements, EMPTY_QUEUE] if statements else []:
            owner.execute(statement.encode())
