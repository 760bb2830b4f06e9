"""The database and what is in it: brought up, migrated, and filled with the demonstration."""

import os

from config.launch import environment
from config.launch.running import Fault, interactive, run, step

PYTHON = str(environment.PYTHON)


def start() -> None:
    """Bring the database up; nothing to do where DATABASE_URL names another."""
    if not os.environ.get("DATABASE_URL") and not is_running():
        with step("Database"):
            run([PYTHON, "-m", "config.cluster", "start"], failing="The database did not start.")


def start_database() -> None:
    """Bring the embedded database up again, without a word. Raises Fault."""
    run([PYTHON, "-m", "config.cluster", "start"], failing="The database did not start.")


def is_running() -> bool:
    """Whether a server already serves this project: one that somebody else will stop."""
    if os.environ.get("DATABASE_URL"):
        return True
    return run([PYTHON, "-m", "config.cluster", "status"], failing="The database cannot be asked.").strip() == "running"


def prepare() -> None:
    """Database up, tables as the code wants them. A second time it only looks."""
    start()
    said = run([PYTHON, "-m", "config.prepare", "look"], failing="The database cannot be used.").strip()
    if said != "ready":
        with step("Tables"):
            run([PYTHON, "-m", "config.prepare", "migrate"], failing="The tables could not be made.")


def ensure_demonstration() -> None:
    """Build the invented county once, where it is wanted, showing its progress."""
    if (
        run([PYTHON, "-m", "config.prepare", "demonstration"], failing="The database cannot be used.").strip()
        == "ready"
    ):
        return
    print("Building the demonstration, an invented county (two to five minutes, once):", flush=True)
    if environment.python("-m", "config.prepare", "build") != 0:
        raise Fault(
            "The demonstration was not finished. What it said stands above.\n"
            "Run `python3 start.py reset` to clear it away, then `python3 start.py`; "
            "or `python3 start.py --empty` to go on without it."
        )


def stop(*, quietly: bool = False) -> int:
    if os.environ.get("DATABASE_URL"):
        if not quietly:
            print("DATABASE_URL names a server that is not ours to stop.")
        return 0
    if not environment.PYTHON.exists():
        print("Nothing is set up here, so nothing runs.")
        return 0
    said = run([PYTHON, "-m", "config.cluster", "stop"], failing="The database did not stop.")
    if not quietly:
        print(said.strip())
    return 0


def reset(*, sure: bool) -> int:
    """Empty the demonstration's database. Refuses one that holds anything else."""
    start()
    if not sure:
        if not interactive():
            raise Fault("This throws the demonstration's database away. Say so with: python3 start.py reset --yes")
        if input("Throw the demonstration's database away? Type yes: ").strip().lower() != "yes":
            print("Nothing was changed.")
            return 1
    run([PYTHON, "-m", "config.prepare", "reset"], failing="The demonstration was not thrown away.")
    print("Gone. The next `python3 start.py` builds it anew.")
    return 0
