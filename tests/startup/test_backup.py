"""A backup, restored, is what was saved: and nothing else ever takes the place of what is there."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from django.conf import settings

from config import cluster
from fingerpost.cli import main


class Said(NamedTuple):
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


Cli = Callable[..., Said]


@pytest.fixture
def database(home: Path) -> Iterator[str]:
    """A database of this test's own; yields how psycopg reaches it."""
    where = cluster.ensure_running(home)
    name = "county"
    server = f"host='{where.host}' port={where.port} user={where.user}"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server} dbname={name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def cli(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """`fingerpost …` on that database, with a folder of attached files of its own."""
    parts = psycopg.conninfo.conninfo_to_dict(database)
    where = {"HOST": parts["host"], "PORT": parts["port"], "USER": parts["user"], "NAME": parts["dbname"]}
    monkeypatch.setitem(settings.DATABASES, "default", where)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "attached")

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return run


def fill(database: str, families: int) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("DROP TABLE IF EXISTS note; DROP TABLE IF EXISTS family")
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.execute("CREATE TABLE family (id int PRIMARY KEY, name text NOT NULL)")
        connection.execute("CREATE TABLE note (family int REFERENCES family, said text)")
        connection.execute("CREATE INDEX ON family USING gin (name gin_trgm_ops)")
        connection.execute("INSERT INTO family SELECT n, 'Family ' || n FROM generate_series(1, %s) n", [families])
        connection.execute("INSERT INTO note SELECT id, 'Visited: ' || name || ' – naïve “test”' FROM family")


def counted(database: str) -> tuple[object, ...]:
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT (SELECT count(*) FROM family), (SELECT min(said) FROM note)").fetchone()
    assert row is not None
    return row


def test_there_and_back(database: str, cli: Cli, tmp_path: Path) -> None:
    fill(database, 500)
    before, file = counted(database), tmp_path / "a backup"

    saved = cli("backup", file)
    assert saved.returncode == 0, saved.stderr
    assert "1,000 rows of 2 tables" in saved.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    fill(database, 3)

    restored = cli("restore", file, "--replace")
    assert restored.returncode == 0, restored.stderr
    assert "1,000 rows of 2 tables" in restored.stdout
    assert counted(database) == before

    again = cli("restore", file, "--replace")
    assert again.returncode == 0, again.stderr
    assert counted(database) == before


def test_a_database_that_holds_something_is_not_replaced_unasked(database: str, cli: Cli, tmp_path: Path) -> None:
    fill(database, 5)
    assert cli("backup", tmp_path / "file").returncode == 0
    fill(database, 7)

    refused = cli("restore", tmp_path / "file")

    assert refused.returncode == 1
    assert "is not empty. Say --replace" in refused.stderr
    assert counted(database)[0] == 7


def test_an_empty_database_takes_a_backup_at_once(database: str, cli: Cli, tmp_path: Path) -> None:
    fill(database, 5)
    assert cli("backup", tmp_path / "file").returncode == 0
    with psycopg.connect(database) as connection:
        connection.execute("DROP TABLE note; DROP TABLE family")

    restored = cli("restore", tmp_path / "file")

    assert restored.returncode == 0, restored.stderr
    assert counted(database)[0] == 5


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(lambda whole: whole[: len(whole) // 2], "is not a backup, or only part of one", id="cut short"),
        pytest.param(lambda whole: b"family,name\n1,Oake\n", "is not a backup", id="another file"),
        pytest.param(lambda whole: whole.replace(b"PGDMP", b"PGDMQ", 1), "is damaged", id="one letter changed"),
    ],
)
def test_a_damaged_backup_changes_nothing(
    database: str, cli: Cli, tmp_path: Path, spoil: Callable[[bytes], bytes], says: str
) -> None:
    fill(database, 5)
    file = tmp_path / "file"
    assert cli("backup", file).returncode == 0
    file.write_bytes(spoil(file.read_bytes()))

    refused = cli("restore", file, "--replace")

    assert refused.returncode == 1
    assert says in refused.stderr
    assert "Nothing was changed" in refused.stderr
    assert counted(database)[0] == 5


def test_a_backup_from_a_newer_version_is_refused(database: str, cli: Cli, tmp_path: Path) -> None:
    fill(database, 5)
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE django_migrations (app text, name text)")
        connection.execute("INSERT INTO django_migrations VALUES ('families', '9999_from_next_year')")
    assert cli("backup", tmp_path / "file").returncode == 0

    refused = cli("restore", tmp_path / "file", "--replace")

    assert refused.returncode == 1
    assert "comes from a newer Fingerpost" in refused.stderr


def test_a_file_that_exists_is_not_written_over_unasked(database: str, cli: Cli, tmp_path: Path) -> None:
    fill(database, 5)
    (tmp_path / "file").write_text("precious")
    assert cli("backup", tmp_path / "file").returncode == 1
    assert (tmp_path / "file").read_text() == "precious"
    assert cli("backup", tmp_path / "file", "--replace").returncode == 0
    assert zipfile.is_zipfile(tmp_path / "file")


def test_a_full_disk_leaves_no_half_backup(database: str, cli: Cli) -> None:
    fill(database, 5)
    answer = cli("backup", "/dev/full/file")
    assert answer.returncode == 3
    assert "No backup was made" in answer.stderr


def test_attached_files_go_and_come_back_with_it(database: str, cli: Cli, tmp_path: Path) -> None:
    fill(database, 5)
    attached = tmp_path / "attached" / "letters"
    attached.mkdir(parents=True)
    (attached / "first.pdf").write_bytes(b"first")
    assert cli("backup", tmp_path / "file").returncode == 0
    (attached / "first.pdf").write_bytes(b"changed")
    (attached / "later.pdf").write_bytes(b"later")

    assert cli("restore", tmp_path / "file", "--replace").returncode == 0

    assert {path.name: path.read_bytes() for path in attached.iterdir()} == {"first.pdf": b"first"}
