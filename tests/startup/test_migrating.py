"""The quick way to migrate an empty database gives the same tables as Django's own, and is used for no other."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config import database, migrating, prepare
from config.backup.place import Place

Tables = list[list[list[Any]]]
KEPT = Path(__file__).with_name("tables_as_django_makes_them.json")
WHAT_THERE_IS = (
    """SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length
    FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace""",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT app, name FROM django_migrations",
)


@contextmanager
def an_empty_database(name: str) -> Iterator[Place]:
    server = Place.of_this_installation().beside("postgres")
    named = sql.Identifier(name)
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(named))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(named))
    try:
        yield server.beside(name)
    finally:
        with server.connect(autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(named))


def tables_after_migrating(place: Place, monkeypatch: pytest.MonkeyPatch) -> Tables:
    monkeypatch.setitem(
        connections.settings, "elsewhere", {**connections["default"].settings_dict, **database.from_url(place.url)}
    )
    # Those of the models are laid after either way, and not by it.
    monkeypatch.setattr("django.conf.settings.PGTRIGGER_INSTALL_ON_MIGRATE", False)
    try:
        call_command("migrate", database="elsewhere", interactive=False, verbosity=0)
    finally:
        connections["elsewhere"].close()
        del connections["elsewhere"]
    with place.connect() as connection:
        found = [connection.execute(statement).fetchall() for statement in WHAT_THERE_IS]
    return [sorted(rows, key=str) for rows in json.loads(json.dumps(found))]  # databases sort by different rules


def of(what: object) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def as_django_makes_them(name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A hash of the tables. Django's own way takes a minute and comes out the same for the same migrations on the same
    PostgreSQL, so it is asked only when one of them is new, and its answer goes into the repository."""
    with Place.of_this_installation().connect() as connection:
        asked = of([prepare.migrations(), connection.info.server_version // 10000, WHAT_THERE_IS])
    if (kept := json.loads(KEPT.read_text(encoding="utf-8"))).get("asked") != asked:
        with an_empty_database(name) as place:
            kept = {"asked": asked, "tables": of(tables_after_migrating(place, monkeypatch))}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return kept["tables"]


@pytest.mark.slow
@pytest.mark.django_db
def test_the_tables_come_out_the_same(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any, worker_id: str) -> None:
    with django_db_blocker.unblock():
        with an_empty_database(f"migrating_{worker_id}_quickly") as place, migrating.each_model_alone():
            quickly = tables_after_migrating(place, monkeypatch)
        slowly = as_django_makes_them(f"migrating_{worker_id}_slowly", monkeypatch)
    assert len(quickly[0]) > 1000
    assert of(quickly) == slowly


def test_only_a_database_without_migrations_is_empty() -> None:
    with an_empty_database("migrating_empty") as place, place.connect() as connection:
        assert migrating.is_empty(connection)
        connection.execute("CREATE TABLE django_migrations (id int)")
        assert not migrating.is_empty(connection)


def test_the_way_of_django_is_given_back() -> None:
    from django.db.migrations.state import ProjectState

    before = ProjectState._find_reload_model
    with pytest.raises(psycopg.Error), migrating.each_model_alone():
        raise psycopg.Error
    assert ProjectState._find_reload_model is before


def test_a_database_of_before_the_first_release_is_told_apart() -> None:
    rooms = prepare.PROJECT / "fingerpost"
    with an_empty_database("migrating_earlier") as place, place.connect() as connection:
        assert not migrating.written_by_an_earlier_version(connection, rooms)
        connection.execute("CREATE TABLE django_migrations (app text, name text)")
        for app, name in (("families", "0001_initial"), ("history", "0003_seals"), ("allauth", "0009_theirs")):
            connection.execute("INSERT INTO django_migrations VALUES (%s, %s)", [app, name])
        assert not migrating.written_by_an_earlier_version(connection, rooms), "what stands in the place of others"
        connection.execute("INSERT INTO django_migrations VALUES ('families', '0002_restriction')")
        assert migrating.written_by_an_earlier_version(connection, rooms)
