"""Two starts at once take turns, in one folder and at one database, and neither spoils what the other makes."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config import prepare
from config.backup.place import Place
from config.launch import alone

pytestmark = pytest.mark.case("two starts at once")
HOLDS = """
import sys, time
from pathlib import Path
from config.launch import alone
alone.VAR = Path(sys.argv[1])
with alone.in_turn():
    log = alone.VAR / "log"
    with log.open("a") as file: file.write("in ")
    time.sleep(0.4)
    with log.open("a") as file: file.write("out ")
    if sys.argv[2:] == ["dies"]: import os; os._exit(1)
"""


def start(folder: Path, *how: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder), *how], cwd=prepare.PROJECT, stdout=subprocess.PIPE, text=True
    )


def test_in_one_folder_one_waits_for_the_other_and_says_so(tmp_path: Path) -> None:
    both = [start(tmp_path), start(tmp_path)]
    told = "".join(one.communicate(timeout=60)[0] for one in both)
    assert (tmp_path / "log").read_text().split() == ["in", "out"] * 2
    assert told.count(alone.WAITING) == 1


def test_one_that_is_killed_lets_the_next_go_on(tmp_path: Path) -> None:
    both = [start(tmp_path, "dies"), start(tmp_path, "dies")]
    assert [one.wait(60) for one in both] == [1, 1]
    assert (tmp_path / "log").read_text().split() == ["in", "out"] * 2


@pytest.mark.slow
def test_at_one_database_tables_are_made_once(tmp_path: Path) -> None:
    server = Place.of_this_installation().beside("postgres")
    name = f"two_starts_{time.time_ns()}"
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            whole = {"DATABASE_URL": server.beside(name).url, "PATH": "/usr/bin:/bin", "FINGERPOST_INSECURE": "1"}
            both = [
                subprocess.Popen(
                    [sys.executable, "-m", "config.prepare", "migrate"],
                    cwd=prepare.PROJECT, env=whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                )
                for _ in range(2)
            ]  # fmt: skip
            told = [one.communicate(timeout=300) for one in both]
            assert [one.returncode for one in both] == [0, 0], told
            assert [out.split()[-1] for out, _ in told] == ["ready", "ready"]
            with psycopg.connect(server.beside(name).url) as made:
                (tables,) = made.execute(
                    "SELECT count(*) FROM pg_tables WHERE tablename = 'families_person'"
                ).fetchone() or (0,)
            assert tables == 1
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
