"""Is the database as the code wants it? Asked at every start, so answered in a tenth of a second, without Django.

A finished step is noted in the database itself, in its comment, because a note beside it would outlive it. A migration
that changed, a database that was dropped, one restored from a backup: each reads as "not done", and is done again.

    python -m config.prepare look | migrate | demonstration | build | reset
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

from config import cluster, database, migrating, roles

PROJECT = Path(__file__).resolve().parent.parent
READY, NOT_READY = "ready", "not ready"
DEMONSTRATION, OWN = "demonstration", "own"


OF_AN_EARLIER_VERSION = (
    "This database was made by a version of before the first release, whose tables cannot be changed into today's.\n"
    "Nothing was changed in it. A demonstration is made anew: python3 start.py reset --yes\n"
    "Records of your own: write them out with the version that made them (fingerpost export), and import them here."
)


class Refused(Exception):
    """The database is not what was expected. The message says what to do."""


def main(arguments: list[str]) -> int:
    try:
        steps: dict[str, Callable[[], str]] = {
            "look": look,
            "migrate": migrate,
            "demonstration": look_for_demonstration,
            "build": build_demonstration,
            "reset": reset,
        }
        print(steps[arguments[0]]())
    except (Refused, ImproperlyConfigured, psycopg.OperationalError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def look() -> str:
    notes = _notes()
    wanted = DEMONSTRATION if _is_demonstration() else OWN
    if notes.get("holds", wanted) != wanted:
        raise Refused(
            "This database holds the demonstration, which must not mix with real families.\n"
            "Run `python3 start.py reset` to throw it away, then `python3 start.py --empty`."
            if wanted == OWN
            else "This database is for your own service, and the demonstration must not mix with it.\n"
            "Start with `python3 start.py --empty`, or name another database in DATABASE_URL."
        )
    return READY if notes.get("migrations") == migrations() else NOT_READY


def migrate() -> str:
    """Every migration run and every policy laid, as the owner; the application's roles are made first."""
    os.environ[database.AS_OWNER] = "1"
    known = database.of(os.environ, cluster)
    with _in_turn():
        roles.ensure(known.owner, known.roles, is_embedded=known.is_embedded or _is_of_the_cluster(known.owner))
        if _notes().get("migrations") == migrations():
            return READY  # another start did it while this one waited
        with _connect(_where()) as connection:
            if migrating.written_by_an_earlier_version(connection, PROJECT / "fingerpost"):
                raise Refused(OF_AN_EARLIER_VERSION)
            quickly = migrating.each_model_alone() if migrating.is_empty(connection) else nullcontext()
        with quickly:
            _django("migrate", "--noinput", "--verbosity", "0")
        _django("createcachetable")
        _note(migrations=migrations())
    return READY


def look_for_demonstration() -> str:
    """Whether the demonstration stands, where it is wanted; elsewhere the database is noted as somebody's own."""
    if not _is_demonstration():
        _note(holds=OWN)
        return READY
    if not (PROJECT / "fingerpost" / "demo" / "management" / "commands" / "build_demo.py").exists():
        return READY
    return READY if _notes().get("demonstration") else NOT_READY


def _is_of_the_cluster(where: dict[str, Any]) -> bool:
    """Whether DATABASE_URL names a database of the embedded cluster, as a template of the tests is made."""
    home = os.environ.get("DATABASE_URL") and cluster.socket_folder()
    return bool(home) and where["HOST"] == home


def build_demonstration() -> str:
    os.environ[database.AS_OWNER] = "1"
    with _in_turn():
        if not _notes().get("demonstration"):
            _note(holds=DEMONSTRATION)
            _django("build_demo")
            _note(demonstration="built")
    return "Built."


def reset() -> str:
    """Drop and make again, so that nothing of the old world is left, not even its sequences."""
    where = _where()
    with _connect(where) as connection:
        if notes_of(connection).get("holds") != DEMONSTRATION and _has_people(connection):
            raise Refused("This database is for your own service; `reset` throws only a demonstration away.")
    with _connect({**where, "NAME": "postgres"}) as connection:
        connection.autocommit = True
        name = sql.Identifier(str(where["NAME"]))
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    return READY


@contextmanager
def _in_turn() -> Iterator[None]:
    """While this lasts no other start, on whatever machine, prepares this database."""
    with _connect(_where()) as connection:
        connection.autocommit = True
        connection.execute("SELECT pg_advisory_lock(hashtextextended('fingerpost prepares', 0))")
        yield


def _has_people(connection: psycopg.Connection[Any]) -> bool:
    for table in ("access_user", "families_person"):
        known = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
        if (
            known
            and known[0]
            and connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table))).fetchone()
        ):
            return True
    return False


def migrations() -> str:
    """One hash of every migration of the project, of what is laid after them, of the packages that bring tables, and of the
    lock that pins theirs."""
    whole = hashlib.sha256((PROJECT / "requirements.lock").read_bytes())
    whole.update(
        (PROJECT / "config" / "settings.py").read_text().partition("INSTALLED_APPS = [")[2].partition("]")[0].encode()
    )
    laid_after = [PROJECT / "fingerpost/ground/access/policies.py", PROJECT / "config/roles.py"]
    for path in [*sorted((PROJECT / "fingerpost").glob("**/migrations/*.py")), *laid_after]:
        whole.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _is_demonstration() -> bool:
    return os.environ.get("FINGERPOST_DEMONSTRATION") == "1"


def _where() -> dict[str, Any]:
    return database.of(os.environ, cluster).owner


def _connect(where: dict[str, Any]) -> psycopg.Connection[Any]:
    return psycopg.connect(database.conninfo(where), connect_timeout=10)


def _notes() -> dict[str, str]:
    with _connect(_where()) as connection:
        return notes_of(connection)


def notes_of(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """What was noted in this database's comment: which migrations it has, and what it holds."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    try:
        return dict(json.loads(str(row[0] if row else "")))
    except (ValueError, TypeError):
        return {}


def write_notes(where: dict[str, Any], notes: dict[str, str]) -> None:
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(str(where["NAME"])), sql.Literal(json.dumps(notes))
    )
    with _connect(where) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            # A managed server may keep its comments to itself; then every start looks again, which is only slower.
            connection.rollback()


def _note(**more: str) -> None:
    write_notes(_where(), {**_notes(), **more})


def _django(*arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command(*arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
