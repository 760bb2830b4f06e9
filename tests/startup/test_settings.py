"""What an installation is like when nobody has said that it is a demonstration."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import cluster
from config.logs import WithoutPeople

ASK = """
import json, config.settings as settings
print(json.dumps({name: getattr(settings, name, None) for name in %r}, default=str))
"""


def settings(*names: str, **environment: str) -> dict[str, object]:
    """The settings as a process of its own sees them, with only this environment."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FINGERPOST_")}
    said = subprocess.run(
        [sys.executable, "-c", ASK % (names,)],
        cwd=cluster.PROJECT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(said.stdout))


def test_a_real_installation_speaks_only_https() -> None:
    names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS"]
    assert settings(*names) == {name: 31536000 if name.endswith("SECONDS") else True for name in names}


def test_people_to_sign_in_as_exist_only_where_the_environment_says_so() -> None:
    assert settings("DEMONSTRATION", "DEBUG") == {"DEMONSTRATION": False, "DEBUG": False}
    assert settings("DEMONSTRATION", FINGERPOST_DEMONSTRATION="1") == {"DEMONSTRATION": True}
    assert settings("DEMONSTRATION", FINGERPOST_DEMONSTRATION="yes please") == {"DEMONSTRATION": False}


def test_django_finds_it_fit_to_deploy() -> None:
    # The browser tests, which may run in the same process, set what a real installation never does.
    own = ("FINGERPOST_", "DJANGO_ALLOW_ASYNC_UNSAFE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    answer = subprocess.run(
        [sys.executable, "-m", "fingerpost", "manage", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=cluster.PROJECT,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr


def test_the_secret_key_is_its_owners_alone() -> None:
    settings("DEBUG")
    key = Path(cluster.PROJECT / "var" / "secret_key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) >= 50


@pytest.mark.parametrize(
    ("message", "logged"),
    [
        ("Not Found: /families/?name=Oake", "Not Found: /families/?…"),
        ("duplicate key\nDETAIL:  Key (name)=(Oake) already exists.", "duplicate key\nDETAIL: left out"),
    ],
)
def test_logs_keep_no_names(message: str, logged: str) -> None:
    import logging

    record = logging.LogRecord("django", logging.ERROR, "", 0, message, None, None)
    assert WithoutPeople("{message}", style="{").format(record) == logged
