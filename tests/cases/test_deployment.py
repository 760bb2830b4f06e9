"""The files that a real installation is set up with: they are whole, and nginx serves the application with them."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.management import get_commands

from config import database, mail
from config.launch import serving
from config.launch.running import PROJECT
from fingerpost.cli import COMMANDS
from tests.fixtures.nginx import HOST, free_port, nginx_before

pytestmark = pytest.mark.case("A16")


class Echo(BaseHTTPRequestHandler):
    """Says what reached it."""

    counted: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.counted.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = "\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()
        if self.path == "/silent":
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_GET  # noqa: N815 - the standard library's name

    def log_message(self, *_: object) -> None:
        """Nothing: tests read what nginx wrote."""


@pytest.fixture(scope="module")
def upstream() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_nginx_says_who_asks_and_believes_no_visitor_who_says_it(upstream: int, tmp_path: Path) -> None:
    with nginx_before(upstream, tmp_path) as proxy:
        claimed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
        told = proxy.get("/cases/C-7K3Q", headers=claimed).body.decode()
        plain = proxy.get_plainly("/cases/C-7K3Q?q=Smith")
    assert "X-Forwarded-For: 127.0.0.1" in told
    assert "203.0.113.9" not in told
    assert "X-Forwarded-Proto: https" in told
    assert f"Host: {HOST}" in told
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{HOST}/cases/C-7K3Q?q=Smith")


def test_nginx_takes_a_long_list_and_refuses_a_far_longer_one(upstream: int, tmp_path: Path) -> None:
    with nginx_before(upstream, tmp_path) as proxy:
        taken = proxy.ask("POST", "/lists/new", body=b"x" * 20_000_000)
        refused = proxy.ask("POST", "/lists/new", headers={"Content-Length": str(151 * 1024 * 1024)})
    assert (taken.status, refused.status) == (200, 413)


def test_nginx_logs_no_query_strings(upstream: int, tmp_path: Path) -> None:
    with nginx_before(upstream, tmp_path) as proxy:
        proxy.get("/find?q=Harman")
    logged = (tmp_path / "fingerpost.log").read_text() + (tmp_path / "error.log").read_text()
    assert "/find" in logged
    assert "Harman" not in logged


def test_a_form_is_sent_once_though_the_application_dies_over_it(upstream: int, tmp_path: Path) -> None:
    Echo.counted.clear()
    with nginx_before(upstream, tmp_path) as proxy:
        answer = proxy.ask("POST", "/silent", body=b"note=1")
    assert Echo.counted == ["/silent"]
    assert answer.status == 503
    assert b"is not saved twice" in answer.body


def test_while_the_application_is_away_people_read_what_to_do(tmp_path: Path) -> None:
    with nginx_before(free_port(), tmp_path) as proxy:
        answer = proxy.get("/work")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert "go back and press the button again" in answer.body.decode()


DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
INSTALLED = "/opt/fingerpost"


@pytest.mark.parametrize("unit", [unit.name for unit in UNITS])
def test_systemd_finds_no_fault_in_a_unit(unit: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd here")
    for one in UNITS:
        here = one.read_text().replace(f"{INSTALLED}/.venv", str(PROJECT / ".venv"))
        (tmp_path / one.name.replace("@", "@1")).write_text(here)
    checked = tmp_path / unit.replace("@", "@1")
    answer = subprocess.run(
        [program, "verify", "--man=no", "--recursive-errors=no", str(checked)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said
    assert unit.split(".")[0] not in said, said


def test_units_start_what_there_is() -> None:
    started = "\n".join(line for unit in UNITS for line in unit.read_text().splitlines() if line.startswith("Exec"))
    web = next(line for line in started.splitlines() if "config.web" in line)
    own = " ".join(serving._web(8000)).split("-m ", 1)[1]
    assert own in web, "the unit serves as start.py does"
    assert "fingerpost manage worker" in started
    assert "worker" in get_commands()
    assert set(re.findall(r"fingerpost (\w+)", started)) - {"manage"} <= set(COMMANDS)
    assert "config.cluster start" in started
    assert all(
        "Restart=always" in unit.read_text()
        for unit in UNITS
        if unit.suffix == ".service" and "backup" not in unit.name
    )


def test_the_guide_names_every_file_and_every_setting() -> None:
    guide = (PROJECT / "docs" / "how-to" / "deploy.md").read_text()
    for unit in UNITS:
        assert unit.stem.rstrip("@") in guide, unit.name
    example = re.findall(r"^#? ?([A-Z_]+)=", (DEPLOY / "environment.example").read_text(), flags=re.MULTILINE)
    used = set(
        re.findall(r"FINGERPOST_[A-Z_]+[A-Z]", "".join(path.read_text() for path in (PROJECT / "config").glob("*.py")))
    )
    assert not [
        name for name in {*example, *used} - {"FINGERPOST_TEST_DB", "FINGERPOST_EMAIL"} if f"`{name}`" not in guide
    ]


def test_what_the_example_sets_is_enough_to_start() -> None:
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    mail.require(given)
    assert mail.settings(given)["EMAIL_USE_TLS"]
    assert database.from_url(given["DATABASE_URL"])["HOST"] == "/opt/fingerpost/var/postgres/socket"


@pytest.mark.django_db(transaction=True)
def test_nginx_shows_the_application(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = [HOST], True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    with nginx_before(live_server.thread.port, tmp_path) as proxy:
        page = proxy.get("/account/login/")
        elsewhere = proxy.get("/work")
    assert page.status == 200
    assert "Sign in" in page.body.decode()
    assert elsewhere.headers["Location"].startswith("/account/login/?next=")
