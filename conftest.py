"""Shared by every test. pytest-django reads the settings before this file, and they bring the database up."""

from django.conf import settings


def pytest_configure() -> None:
    # The test client speaks plain HTTP; that real installations refuse it has a test of its own.
    settings.SECURE_SSL_REDIRECT = False
