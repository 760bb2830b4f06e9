"""Pages served by Granian on the loopback, and one client that is signed in and counts the milliseconds."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings

OURS, BARE = "config.wsgi:application", "fingerpost.demo.bench_bare:application"
PATIENCE = 90
HOST = "127.0.0.1"


@contextmanager
def served(application: str, database_url: str) -> Iterator[int]:
    """The port where the application answers, one process, until this ends."""
    port = _free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "FINGERPOST_SECRET_KEY": settings.SECRET_KEY,
        "FINGERPOST_INSECURE": "1",
        "FINGERPOST_DEMONSTRATION": "0",
        "FINGERPOST_EMAIL_CARRIER": "print",
    }
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
            "--workers", "1", "--blocking-threads", "2", "--no-ws", "--log-level", "warning", application,
        ],
        cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("The web server ended by itself. What it said stands above.")
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The web server did not answer within {PATIENCE} seconds.")


@dataclass
class Browser:
    """One signed-in visitor with a connection that stays open."""

    port: int
    session: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cookies[settings.SESSION_COOKIE_NAME] = self.session
        self._connection = http.client.HTTPConnection(HOST, self.port, timeout=120)

    def ask(self, path: str, posted: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if posted is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(posted)
        self._connection.request("GET" if posted is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for given in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden answers of the form at the address, among them the tokens it must send back."""
        _, text = self.ask(path)
        found = {}
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
            name, value = (re.search(rf'{word}="([^"]*)"', tag) for word in ("name", "value"))
            if name and value:
                found[name.group(1)] = value.group(1)
        return found


Act = Callable[[], tuple[int, str]]


def in_turns(
    ours: Sequence[Act], bare: Sequence[Act], wanted: int, *, before: Callable[[int], None] | None = None
) -> tuple[float, float]:
    """Milliseconds of the middle act of each, after three to warm up. Raises RuntimeError for a page that did not come.

    Ours and the bare view take turns, each first every other time: whatever else the machine does slows both alike.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for number, pair in enumerate(zip(ours, bare, strict=True)):
        if before:
            before(number)
        for place in (0, 1) if number % 2 else (1, 0):
            spent = _timed(pair[place], wanted)
            if number >= min(3, len(ours) - 1):
                taken[place].append(spent)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _timed(act: Act, wanted: int) -> float:
    began = time.perf_counter()
    status, text = act()
    spent = (time.perf_counter() - began) * 1000
    if status != wanted:
        raise RuntimeError(f"A page answered {status} instead of {wanted}:\n{text[:600]}")
    return spent
