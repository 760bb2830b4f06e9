"""The embedded PostgreSQL is killed, started twice at once, found half-built: nothing saved is lost, and it says why."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from config import cluster

Usage = namedtuple("Usage", "total used free")


def connect(where: cluster.Connection) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=where.host, port=where.port, user=where.user, dbname=where.database)


def server_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_kill_minus_nine_loses_no_commit(home: Path) -> None:
    where = cluster.ensure_running(home)
    with connect(where) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("TRUNCATE kept")
    connection = connect(where)
    for number in range(100):
        connection.execute("INSERT INTO kept VALUES (%s)", [number])
        connection.commit()
    killed = server_pid(home)
    os.kill(killed, signal.SIGKILL)
    while cluster._is_postgres(killed):
        time.sleep(0.01)
    connection.close()

    with connect(cluster.ensure_running(home)) as again:
        assert again.execute("SELECT count(*) FROM kept").fetchone() == (100,)


def test_what_is_saved_is_on_the_disk_before_it_is_said_to_be(home: Path) -> None:
    with connect(cluster.ensure_running(home)) as connection:
        settings = {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]
            for name in ("fsync", "synchronous_commit", "listen_addresses", "server_encoding")
        }
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
    }


def test_nobody_else_may_enter_the_folder_of_its_socket(home: Path) -> None:
    where = cluster.ensure_running(home)
    assert Path(where.host).stat().st_mode & 0o777 == 0o700
    assert (home / "data").stat().st_mode & 0o777 == 0o700


def test_its_log_keeps_no_statement_and_no_row(home: Path) -> None:
    with connect(cluster.ensure_running(home)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS person (name text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('Wilhelmina Oake') ON CONFLICT DO NOTHING")
        connection.commit()
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('Wilhelmina Oake')")
    assert "Oake" not in (home / "log" / "postgresql.log").read_text()


def test_a_pid_file_left_by_another_program_does_not_stop_it(home: Path) -> None:
    cluster.ensure_running(home)
    left = (home / "data" / "postmaster.pid").read_text().splitlines()
    cluster.stop(home)
    left[0] = str(os.getpid())  # an unrelated process has the number now
    (home / "data" / "postmaster.pid").write_text("\n".join(left) + "\n")

    with connect(cluster.ensure_running(home)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_stopping_twice_is_harmless(home: Path) -> None:
    cluster.ensure_running(home)
    assert cluster.stop(home) is True
    assert cluster.stop(home) is False
    assert not cluster.is_running(home)


def test_several_starts_at_once_give_one_server(fresh_home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from config import cluster; cluster.ensure_running(Path(sys.argv[1]))"
    )

    def start(_: int) -> int:
        return subprocess.run(
            [sys.executable, "-c", program, str(fresh_home)], cwd=cluster.PROJECT, check=False
        ).returncode

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(start, range(3))) == [0, 0, 0]
    assert cluster.is_running(fresh_home)


def test_a_build_that_was_killed_is_begun_again(fresh_home: Path) -> None:
    half = fresh_home / "data.unfinished"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    cluster.ensure_running(fresh_home)

    assert not half.exists()


def test_a_data_folder_that_is_not_whole_is_left_alone_and_explained(fresh_home: Path) -> None:
    (fresh_home / "data").mkdir()
    (fresh_home / "data" / "precious").write_text("kept")
    with pytest.raises(cluster.ClusterFault, match="not a whole PostgreSQL data folder") as caught:
        cluster.ensure_running(fresh_home)
    assert "fingerpost restore" in str(caught.value)
    assert (fresh_home / "data" / "precious").read_text() == "kept"


def test_data_of_another_version_is_left_alone_and_explained(fresh_home: Path) -> None:
    (fresh_home / "data").mkdir()
    (fresh_home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(cluster.ClusterFault, match="was made by PostgreSQL 14"):
        cluster.ensure_running(fresh_home)


def test_a_full_disk_says_how_much_room_it_needs(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.shutil, "disk_usage", lambda path: Usage(100, 99, 3 * 2**20))
    with pytest.raises(cluster.ClusterFault, match=r"has 3 MB free; the database needs 200 MB"):
        cluster.ensure_running(fresh_home)
    assert not (fresh_home / "data").exists()


def test_a_long_path_moves_only_the_socket(fresh_home: Path) -> None:
    deep = fresh_home / ("long name " * 12)
    where = cluster.ensure_running(deep)
    try:
        assert len(where.host) <= cluster.SOCKET_FOLDER_LIMIT
        with connect(where) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop(deep)
        shutil.rmtree(where.host, ignore_errors=True)


def test_asking_a_running_one_costs_next_to_nothing(home: Path) -> None:
    cluster.ensure_running(home)
    took = []
    for _ in range(20):
        began = time.perf_counter()
        cluster.ensure_running(home)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.02, "the least of them: the machine may be doing much else"


@pytest.mark.skipif(not cluster._system_folders(), reason="This machine has no PostgreSQL of its own.")
def test_without_the_wheel_the_systems_own_serves(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_wheel_folder", lambda: None)
    with connect(cluster.ensure_running(fresh_home)) as connection:
        assert connection.info.server_version >= 150000
        assert connection.execute("SELECT upper('zoë'), current_setting('fsync')").fetchone() == ("ZOË", "on")


def test_without_any_postgresql_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_wheel_folder", lambda: None)
    monkeypatch.setattr(cluster, "_system_folders", list)
    with pytest.raises(cluster.ClusterFault, match=r"No PostgreSQL found.*python3 start\.py setup"):
        cluster.find_programs()
