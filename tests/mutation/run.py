"""Which rows' tests sleep: puts small faults into what stands behind each row and runs that row's tests alone.

    .venv/bin/python -m tests.mutation.run                    three faults a row, chosen by chance with seed 1
    .venv/bin/python -m tests.mutation.run --each 5 --seed 7 --row ESX-PSA-2.4.1
    .venv/bin/python -m tests.mutation.run --fault KEY --row ESX-PSA-2.4.1     one fault again

Behind a row stand the lines that its tests run and few other rows' tests do, and the numbers of the contract under its
clauses. mutmut was tried and leaves decorated functions alone, which every command and page is.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from ruamel.yaml import YAML

from tests.mutation.faults import Fault, possible, possible_in_contract
from tests.mutation.plugin import PROJECT

OF_FEW = 8
"""A line that the tests of more rows run belongs to the house, not to a row."""

NOT_BEHIND_A_ROW = (
    "fingerpost/demo/",
    "fingerpost/ground/history/",
    "fingerpost/language/checks/",
    "fingerpost/language/draft",
    "fingerpost/language/reference",
    "fingerpost/pages/kit/",
    "fingerpost/cli.py",
)
PATIENCE = 600
SLOWLY = 3600
"""How long a run alone may take that ended in a copy: it does not hang, so that what is only slow is not taken for noticed."""
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
UNCHANGED_LIST = Path(__file__).with_name("changes_nothing.txt")
Reached = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Try:
    """A fault behind a row, and what the row's tests said."""

    row: str
    fault: Fault
    noticed: bool
    seconds: float


def reached(arguments: Iterable[str] = ("tests/rows",)) -> Reached:
    """By row, its tests and the lines of the product that they run. Runs them all once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reached.json"
        answer = _pytest([*arguments], {"FINGERPOST_REACHED": str(file)}, patience=SLOWLY)
        if answer != 0:
            raise SystemExit("The tests of rows do not pass as they are. Mend that first.")
        found: Reached = json.loads(file.read_text(encoding="utf-8"))
        return found


def chosen(rows: Reached, each: int, seed: int, only: set[str]) -> Iterator[tuple[str, Fault]]:
    """So many faults behind each row, each in another function where there are enough."""
    shared = _shared(rows)
    passed_over = _changes_nothing()
    for row in sorted(rows):
        if only and row not in only:
            continue
        chance = random.Random(f"{seed} {row}")
        candidates = [fault for fault in _behind(row, rows, shared) if _name(fault) not in passed_over]
        chance.shuffle(candidates)
        candidates.sort(key=lambda fault: shared.get((fault.file, fault.line), 0))
        yield from ((row, fault) for fault in _spread(candidates, each))


def _spread(candidates: list[Fault], each: int) -> list[Fault]:
    taken: list[Fault] = []
    functions: set[tuple[str, str]] = set()
    for fault in candidates:
        if (fault.file, fault.within) not in functions and len(taken) < each:
            taken.append(fault)
            functions.add((fault.file, fault.within))
    return taken + [fault for fault in candidates if fault not in taken][: each - len(taken)]


def _shared(rows: Reached) -> dict[tuple[str, int], int]:
    """By line, how many rows' tests run it."""
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for told in rows.values():
        for file, lines in told["lines"].items():
            for line in lines:
                counts[file, line] += 1
    return counts


def _behind(row: str, rows: Reached, shared: dict[tuple[str, int], int]) -> Iterator[Fault]:
    for file, lines in rows[row]["lines"].items():
        if file.startswith(NOT_BEHIND_A_ROW) or "/migrations/" in file:
            continue
        run = {line for line in lines if shared[file, line] <= OF_FEW}
        if run:
            yield from (fault for fault in _possible(file) if fault.line in run)
    yield from _in_contract(row)


@cache
def _possible(file: str) -> tuple[Fault, ...]:
    return tuple(possible(file, "\n".join(_lines(file))))


@cache
def _lines(file: str) -> list[str]:
    return (PROJECT / file).read_text(encoding="utf-8").split("\n")


def _in_contract(row: str) -> Iterator[Fault]:
    """Numbers on lines of the contract that name a clause of this row."""
    for folder in sorted((PROJECT / "contracts").iterdir()):
        clauses = YAML(typ="safe").load((folder / "clauses.yaml").read_text(encoding="utf-8"))
        keys = [key for key, clause in clauses.items() if clause.get("row") == row]
        for file in sorted(folder.glob("*.yaml")):
            text = file.read_text(encoding="utf-8")
            lines = text.splitlines()
            for fault in possible_in_contract(str(file.relative_to(PROJECT)), text):
                if any(f"clause: {key}" in lines[fault.line - 1] for key in keys):
                    yield fault


def _name(fault: Fault) -> str:
    return f"{fault.file} {fault.within} {fault.kind} {_line_of(fault)}"


def _line_of(fault: Fault) -> str:
    return _lines(fault.file)[fault.line - 1].strip()


def _changes_nothing() -> set[str]:
    if not UNCHANGED_LIST.exists():
        return set()
    lines = UNCHANGED_LIST.read_text(encoding="utf-8").splitlines()
    return {line.split("  # ")[0].strip() for line in lines if line.strip() and not line.startswith("#")}


def tried(wanted: list[tuple[str, Fault]], rows: Reached, workers: int) -> Iterator[Try]:
    """Each fault tried against its row's tests, by several workers side by side. What sleeps in a copy is tried in a process
    of its own as well: a value may have been kept from before the fault."""
    shares: list[list[tuple[str, Fault]]] = [[] for _ in range(workers)]
    for place, pair in enumerate(wanted):
        shares[place % workers].append(pair)
    answers: SimpleQueue[Try | None] = SimpleQueue()

    def work(place: int) -> None:
        try:
            for row, fault, answer, seconds in _in_copies(shares[place], rows, place):
                if answer != "noticed":
                    began = time.monotonic()
                    extra = {"FINGERPOST_FAULT": fault.key, "FINGERPOST_TEST_DB": f"fault_alone_{place}"}
                    patience = SLOWLY if answer == "slept" else PATIENCE
                    ended = _pytest(["-x", "--create-db", *rows[row]["tests"]], extra, patience=patience)
                    answer, seconds = ("noticed" if ended else "slept"), seconds + time.monotonic() - began
                answers.put(Try(row, fault, answer == "noticed", seconds))
        finally:
            answers.put(None)

    with ThreadPoolExecutor(workers) as pool:
        at_work = [pool.submit(work, place) for place in range(workers)]
        for _ in range(workers):
            yield from iter(answers.get, None)
        for one in at_work:
            one.result()


def _in_copies(share: list[tuple[str, Fault]], rows: Reached, place: int) -> Iterator[tuple[str, Fault, str, float]]:
    """Each fault of the share with what its row's tests said in a copy of one process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wanted.json"
        file.write_text(json.dumps([(rows[row]["tests"], fault.key) for row, fault in share]), encoding="utf-8")
        reads, writes = os.pipe()
        extra = {
            "FINGERPOST_TRY": str(file),
            "FINGERPOST_TOLD": str(writes),
            "FINGERPOST_PATIENCE": str(PATIENCE),
            "FINGERPOST_TEST_DB": f"faults_{place}",
        }
        command = [*PYTEST, "-p", "tests.mutation.forks", "--create-db", "tests/rows"]
        with subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **extra}, stdout=subprocess.DEVNULL, pass_fds=[writes]
        ) as running:
            os.close(writes)
            with os.fdopen(reads) as told:
                for (row, fault), line in zip(share, told, strict=False):
                    answer, seconds = json.loads(line)
                    yield row, fault, answer, seconds
        if running.returncode:
            raise SystemExit("The tests of rows could not be run.")


def _pytest(arguments: list[str], extra: dict[str, str], patience: int) -> int:
    """How pytest ended; hanging counts as failing."""
    try:
        ended = subprocess.run(
            [*PYTEST, "-p", "tests.mutation.plugin", *arguments],
            cwd=PROJECT,
            env={**os.environ, **extra},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1
    return ended.returncode


def main() -> int:
    """Print each fault that slept past, then how many of how many were noticed. Ends with 1 under 95 of 100."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--row", action="append", default=[])
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--reached", type=Path, help="keep what the tests reach in this file, or take it from there")
    asked = parser.parse_args()
    rows = _kept(asked.reached)
    wanted = list(chosen(rows, asked.each, asked.seed, set(asked.row)))
    if asked.fault:
        wanted = [(row, Fault.from_key(key)) for key in asked.fault for row in asked.row]
    noticed = 0
    for number, one in enumerate(tried(wanted, rows, asked.workers), start=1):
        noticed += one.noticed
        word = "noticed" if one.noticed else "SLEPT"
        print(f"{number}/{len(wanted)} {word} {one.row} {one.seconds:.0f} s {one.fault.key}", flush=True)
        if not one.noticed:
            print(f"    {_name(one.fault)}", flush=True)
    print(f"{noticed} of {len(wanted)} faults noticed")
    return 0 if noticed * 100 >= len(wanted) * 95 else 1


def _kept(file: Path | None) -> Reached:
    if file is not None and file.exists():
        known: Reached = json.loads(file.read_text(encoding="utf-8"))
        return known
    found = reached()
    if file is not None:
        file.write_text(json.dumps(found), encoding="utf-8")
    return found


if __name__ == "__main__":
    sys.exit(main())
