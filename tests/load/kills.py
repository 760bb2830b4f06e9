"""Kills parts of a running Fingerpost at random, while people save and lists are loaded, and looks what is lost.

    python -m tests.load.kills --kills 200

It makes a database of its own, starts `start.py` on a free port, and ends with figures: saves acknowledged, saves missing or
doubled, lists not loaded once, and how long it took to come back after each kill. Exit code 1 where anything was lost.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.load.county_to_kill import County
from tests.load.savers import Saver, answers

PROJECT = Path(__file__).resolve().parents[2]
BACK_WITHIN = 10.0
PARTS = ("web server", "web process", "worker", "database", "backend")


class Running:
    """The installation under attack."""

    def __init__(self, county: County) -> None:
        self.county, self.back = county, list[tuple[str, float]]()
        self.log = (county.home / "console.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "start.py", "--port", str(county.port)],
            cwd=PROJECT,
            env=county.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def wait_until_up(self) -> None:
        self._until(lambda: answers(self.county), 300)
        self._until(lambda: bool(self.pids("worker")), 60)

    def pids(self, part: str) -> list[int]:
        """Processes of a part that live now."""
        if part in ("database", "backend"):
            server = self._postmaster()
            return [server] if part == "database" and server else _children(server) if server else []
        own = {pid: _command(pid) for pid in _children(self.process.pid)}
        web = [pid for pid, command in own.items() if "config.web" in command]
        if part == "worker":
            return [pid for pid, command in own.items() if command.rstrip().endswith("worker")]
        return web if part == "web server" else [child for pid in web for child in _children(pid)]

    def kill(self, part: str) -> float:
        """Kill one process of the part. Returns the seconds until it is back: a page that reads and saves, and the part itself."""
        pids = self.pids(part)
        if not pids:
            return 0.0
        victim = random.choice(pids)
        began = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        self._until(lambda: self._is_back(part, victim), 120)
        self.back.append((part, time.monotonic() - began))
        return self.back[-1][1]

    def too_long(self, within: float) -> list[str]:
        return [f"the {part} was away for {seconds:.1f} s" for part, seconds in self.back if seconds > within]

    def _is_back(self, part: str, victim: int) -> bool:
        others = [pid for pid in self.pids(part) if pid != victim]
        return (part == "backend" or bool(others)) and answers(self.county)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()

    def _postmaster(self) -> int | None:
        try:
            return int((self.county.home / "data" / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _until(self, is_so: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"It did not come back:\n{(self.county.home / 'console.log').read_text()[-3000:]}")
            time.sleep(0.05)


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(one) for one in listed.stdout.split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@contextmanager
def installed(people: int = 3) -> Iterator[tuple[Running, County]]:
    """An installation of its own, up and running, with so many people in it. It is gone afterwards."""
    # Not in the temporary folder of this user alone: the database may run as another.
    home = Path(tempfile.mkdtemp(prefix="fingerpost-load-", dir="/var/tmp"))
    home.chmod(0o755)
    try:
        county = County.made_in(home, people)
        running = Running(county)
        try:
            running.wait_until_up()
            yield running, county
        finally:
            running.stop()
    finally:
        subprocess.run(
            [sys.executable, "-m", "config.cluster", "stop"],
            cwd=PROJECT,
            env={**os.environ, "FINGERPOST_CLUSTER_HOME": str(home)},
            check=False,
            capture_output=True,
        )
        shutil.rmtree(home, ignore_errors=True)


def attack(
    kills: int,
    *,
    seed: int | None = None,
    lists: int = 4,
    within: float = BACK_WITHIN,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Do it. Returns what went wrong, in words; nothing where all held."""
    random.seed(seed)
    with installed() as (running, county):
        return [*_attack(running, county, kills, lists, say), *running.too_long(within)]


def _attack(running: Running, county: County, kills: int, lists: int, say: Callable[[str], None]) -> list[str]:
    stop = threading.Event()
    savers = [Saver(county, number, stop) for number in range(len(county.cases))]
    for saver in savers:
        saver.start()
    back: list[tuple[str, float]] = []
    for number in range(kills):
        if number % max(1, kills // lists) == 0:
            county.ask_for_a_list()
        time.sleep(random.uniform(0.2, 1.5))
        part = PARTS[number % len(PARTS)]
        back.append((part, running.kill(part)))
        if (number + 1) % 20 == 0:
            say(f"{number + 1} kills, {sum(len(saver.acknowledged) for saver in savers)} saves acknowledged")
    stop.set()
    for saver in savers:
        saver.join(60)
    return _judged(county, savers, back, say)


def _judged(
    county: County, savers: list[Saver], back: list[tuple[str, float]], say: Callable[[str], None]
) -> list[str]:
    saved = [note for saver in savers for note in saver.acknowledged]
    faults = county.lost(saved) + county.lists_not_loaded_once() + [f for saver in savers for f in saver.faults]
    for part in PARTS:
        times = sorted(seconds for name, seconds in back if name == part)
        if times:
            say(f"{part}: {len(times)} kills, back after {times[len(times) // 2]:.1f} s (longest {times[-1]:.1f} s)")
    again = sum(saver.tried_again for saver in savers)
    say(f"{len(back)} kills; {len(saved)} saves acknowledged, {again} sent again; {len(faults)} faults")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill parts of a running Fingerpost and look what is lost.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    faults = attack(asked.kills, seed=asked.seed, say=lambda line: print(line, flush=True))
    print("\n".join(faults) or "Nothing was lost.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
