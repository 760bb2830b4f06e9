"""Shared by every test. pytest-django reads the settings before this file, and they bring the database up."""

import gc
from collections.abc import Iterator

import pytest

from config import template


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
    """pytest-django asks this before it makes a test database: say which one to copy, and that no commit waits for the disk."""
    from django.db import connections

    held = connections["default"].settings_dict
    held["TEST"]["TEMPLATE"] = template.ensure()
    held["OPTIONS"]["options"] = f"{held['OPTIONS'].get('options', '')} -c synchronous_commit=off".strip()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Emptying every table sends the signal of a migration. The triggers stand already: do not lay them anew."""
    from django.conf import settings

    settings.PGTRIGGER_INSTALL_ON_MIGRATE = False
    yield
    settings.PGTRIGGER_INSTALL_ON_MIGRATE = True
