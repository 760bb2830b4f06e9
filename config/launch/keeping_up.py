"""Parts of a running Fingerpost, each started again when it ends: at once the first time, then with longer and longer waits."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from config.launch.running import PROJECT

STOPPING_PATIENCE = 10
YOUNG = 5.0  # seconds: what ends sooner than this after its start is failing to start
LONGEST_WAIT = 30.0


def wait_before(young_deaths: int) -> float:
    """Seconds before the next start: none at first, then half a second, doubled each time it fails to start, up to thirty."""
    return 0.0 if young_deaths < 1 else min(0.5 * 2 ** (young_deaths - 1), LONGEST_WAIT)


def say(line: str) -> None:
    print(line, flush=True)


@dataclass
class Part:
    """A process that is kept running."""

    name: str
    argv: list[str]
    stdout: int | None = None
    process: "subprocess.Popen[bytes] | None" = None
    young_deaths: int = 0
    started_at: float = 0.0
    next_start: float = 0.0

    def begin(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop the rest in order.
        self.process = subprocess.Popen(
            self.argv, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=self.stdout, start_new_session=True
        )
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it again if it ended, when its time has come."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._has_ended(self.process, now)
        if self.process is None and now >= self.next_start:
            self.begin()

    def _has_ended(self, process: "subprocess.Popen[bytes]", now: float) -> None:
        _end_group(process.pid)  # what it started itself must not hold its port
        self.process = None
        self.young_deaths = self.young_deaths + 1 if now - self.started_at < YOUNG else 0
        wait = wait_before(self.young_deaths)
        self.next_start = now + wait
        when = f"in {wait:g} s" if wait else "now"
        often = f", {self.young_deaths} times just after its start" if self.young_deaths > 1 else ""
        say(f"The {self.name} ended ({_how(process.returncode)}{often}). It is started again {when}.")


@dataclass
class Database:
    """The embedded database, started again when it does not answer."""

    is_running: Callable[[], bool]
    start: Callable[[], None]
    failures: int = 0
    next_look: float = 0.0
    look_every: float = field(default=1.0)

    def look(self) -> None:
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + self.look_every
        if self.is_running():
            self.failures = 0
            return
        say("The database does not answer. It is started again now.")
        try:
            self.start()
        except Exception as fault:
            self.failures += 1
            wait = max(1.0, wait_before(self.failures))
            self.next_look = time.monotonic() + wait
            say(f"{fault}\nThe database could not be started. It is tried again in {wait:g} s.")
        else:
            say("The database answers again.")


def end(parts: Iterable[Part]) -> None:
    """Ask all to stop, give them time, and make sure."""
    started = [part.process for part in parts if part.process is not None]
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        try:
            process.wait(STOPPING_PATIENCE)
        except subprocess.TimeoutExpired:
            _end_group(process.pid)
            process.wait()


def _end_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _how(code: int) -> str:
    return f"stopped by signal {-code}" if code < 0 else f"exit code {code}"
