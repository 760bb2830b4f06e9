"""Running a program quietly, and saying in plain words what went wrong with it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
VAR = PROJECT / "var"
STAMPS = VAR / "stamps"
LAST_LINES = 12

# What a program says, and what its reader can do about it. The first that fits is told.
ADVICE = [
    (
        ("No space left on device", "ENOSPC", "disk quota exceeded"),
        """The disk is full. Fingerpost needs about 2 GB for its environment and 1 GB for the demonstration.
Make room and run the same command again: it goes on from there.""",
    ),
    (
        ("DO NOT MATCH THE HASHES", "Hash mismatch", "hash mismatch", "EINTEGRITY"),
        """A package is not the one that was locked. Do not go round this: it may have been tampered with.
Clear the package cache (python3 -m pip cache purge, npm cache clean --force) and try once more.""",
    ),
    (
        (
            "Could not find a version",
            "No matching distribution",
            "Max retries exceeded",
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "error sending request",
            "Network is unreachable",
            "ENOTFOUND",
            "ECONNREFUSED",
            "ETIMEDOUT",
            "EAI_AGAIN",
        ),
        """The package index did not answer, or lacks a package. Check the network and any proxy, and run this again.
To use an index of your own, set PIP_INDEX_URL (Python) or `npm config set registry` (front end).""",
    ),
    (
        ("InconsistentMigrationHistory",),
        """The tables were made by another version of Fingerpost, whose history this one does not continue.
For a demonstration: python3 start.py reset. Otherwise go back to that version, and say what happened in an issue.""",
    ),
    (
        ("Permission denied", "EACCES", "Read-only file system"),
        "This user may not write there. Check who owns the project's folder, or run as the user who set it up.",
    ),
]


class Fault(Exception):
    """Something failed. The message is for a person: what, and what to do."""


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Say what is being done, and then how long it took."""
    print(f"{doing} …", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def run(argv: list[str], *, failing: str, cwd: Path = PROJECT, environment: Mapping[str, str] | None = None) -> str:
    """What the program printed. Raises Fault with its last lines and advice."""
    try:
        answer = subprocess.run(
            argv,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as fault:
        raise Fault(f"{failing}\n{argv[0]} cannot be run: {fault.strerror}.") from fault
    if answer.returncode != 0:
        raise Fault(explain(failing, answer.stdout))
    return answer.stdout


def explain(failing: str, said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()][-LAST_LINES:]
    shown = "\n".join(f"    {line}" for line in lines)
    return "\n".join(part for part in (failing, shown, advice_on(said)) if part)


def advice_on(said: str) -> str:
    for signs, advice in ADVICE:
        if any(sign in said for sign in signs):
            return advice
    return ""


def stamp_is(name: str, content: str) -> bool:
    """True when this step was finished for exactly this content. Stamps are written last."""
    try:
        return (STAMPS / name).read_text() == content
    except OSError:
        return False


def write_stamp(name: str, content: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(content)


def remove_stamp(name: str) -> None:
    (STAMPS / name).unlink(missing_ok=True)


def interactive() -> bool:
    return sys.stdin.isatty()
