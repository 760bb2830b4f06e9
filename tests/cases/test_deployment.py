"""The files that a real installation is set up with: they are whole, and nginx serves the application with them."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

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
