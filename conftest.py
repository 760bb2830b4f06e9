"""Shared by every test. pytest-django reads the settings before this file, and they bring the database up."""

import gc

import pytest

from config import template


def pytest_configure() -> None:
    """Tests speak plain HTTP. What a real installation asks of browsers is tested in tests/startup/test_settings.py."""
    from django.conf import settings

    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


def pytest_collection_finish() -> None:
    """What is imported stays to the end. Passed over by the collector, it leaves the compiling of statements a fifth quicker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django asks this before it makes a test database: say which one to copy."""
    from django.db import connections

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = template.ensure()
