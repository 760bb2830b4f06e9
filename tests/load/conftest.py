"""A county of some size in the test database, made once for these tests and taken away after them."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import roles
from fingerpost.demo import bench_county


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[bench_county.Size]:
    """The small county of `fingerpost bench --small`: 26,000 people, 10,500 cases, 42,000 contacts."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("flush", interactive=False, verbosity=0)
        connection.close()
        with roles.as_owner(connection.settings_dict, settings.DATABASE_OWNER):
            for _ in bench_county.load(bench_county.SMALL):
                pass
            connection.close()
    yield bench_county.SMALL
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("flush", interactive=False, verbosity=0)
