"""Put a backup back. Its checksums are compared first; then it is restored beside the present database, its tables are
counted, and only when all agrees does it take the present one's place. Until then nothing is changed.

Stop the web server and the worker first: their connections are cut.
"""

import argparse
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from config.backup import archive
from config.backup.place import Cannot, Place, count_rows, finish
from config.prepare import write_notes

DONE, NO, CANNOT = 0, 1, 3
# Rows that migrating puts there by itself; a database with no others is empty.
MADE_BY_MIGRATING = ("django_", "auth_permission", "procrastinate_version", "shared_cache")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that `fingerpost backup` wrote")
    parser.add_argument("--replace", action="store_true", help="replace a database that holds something already")


def run(arguments: argparse.Namespace) -> int:
    place = Place.of_this_installation()
    try:
        whole, manifest = archive.read(arguments.file)
        with whole:
            if reason := refusal(place, manifest, replace=arguments.replace):
                print(f"{reason} Nothing was changed.", file=sys.stderr)
                return NO
            restore(place, settings.MEDIA_ROOT, whole, manifest)
    except archive.Damaged as fault:
        print(f"{fault} Nothing was changed.", file=sys.stderr)
        return NO
    except (Cannot, OSError, psycopg.Error) as fault:
        print(f"The backup was not restored; the database is as it was. {fault}", file=sys.stderr)
        return CANNOT
    print(f"Restored {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables, as of {manifest.made_at}.")
    print("Now run `fingerpost manage migrate`, in case this version is newer than the backup.")
    return DONE


def refusal(place: Place, manifest: archive.Manifest, *, replace: bool) -> str:
    """Why this backup must not go there; empty when it may."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        return f"The backup comes from a newer Fingerpost than this ({newer[0]}). Update this one first."
    if not replace and _holds_something(place):
        return f"The database {place.name} is not empty. Say --replace to put the backup in its place."
    return ""


def _holds_something(place: Place) -> bool:
    with place.connect() as connection:
        counted = count_rows(connection)
    return any(
        rows and not name.removeprefix("public.").startswith(MADE_BY_MIGRATING) for name, rows in counted.items()
    )


def restore(place: Place, files: Path, whole: zipfile.ZipFile, manifest: archive.Manifest) -> None:
    """Restore beside, compare, and swap. Raises Cannot, psycopg.Error, OSError, all before anything is replaced."""
    connections.close_all()
    beside = place.beside(f"{place.name}_restoring")
    maintenance = place.beside("postgres")
    unpacked = files.with_name(files.name + ".restoring")
    try:
        _make_empty(maintenance, beside.name)
        _fill(beside, whole)
        _compare(beside, manifest)
        _unpack(whole, manifest, unpacked)
        _swap(maintenance, beside.name, place.name)
        write_notes(place.where, manifest.notes)
        _swap_files(unpacked, files)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
        _drop(maintenance, beside.name)


def _fill(beside: Place, whole: zipfile.ZipFile) -> None:
    argv, environment = beside.command("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error")
    with (
        subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        whole.open(archive.DUMP) as dump,
    ):
        if process.stdin is None:
            raise Cannot("pg_restore took no input.")
        try:
            archive.copy(dump, process.stdin)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it stopped reading because it failed; `finish` says why
        finish(process, "pg_restore")


def _compare(beside: Place, manifest: archive.Manifest) -> None:
    with beside.connect() as connection:
        counted = count_rows(connection)
    for name in sorted(set(counted) | set(manifest.rows)):
        if counted.get(name) != manifest.rows.get(name):
            raise Cannot(f"{name} has {counted.get(name)} rows; the backup was made of {manifest.rows.get(name)}.")


def _unpack(whole: zipfile.ZipFile, manifest: archive.Manifest, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in manifest.checksums:
        if name.startswith(archive.FILES):
            target = folder / name.removeprefix(archive.FILES)
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole.open(name) as source, target.open("wb") as handle:
                archive.copy(source, handle)


def _swap_files(unpacked: Path, files: Path) -> None:
    before = files.with_name(files.name + ".before")
    shutil.rmtree(before, ignore_errors=True)
    if files.exists():
        files.rename(before)
    unpacked.rename(files)
    shutil.rmtree(before, ignore_errors=True)


def _make_empty(maintenance: Place, name: str) -> None:
    _drop(maintenance, name)
    with maintenance.connect(autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as fault:
            raise Cannot(
                "This database user may not make databases, which a restore needs (ALTER ROLE … CREATEDB)."
            ) from fault


def _drop(maintenance: Place, name: str) -> None:
    with maintenance.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _swap(maintenance: Place, beside: str, name: str) -> None:
    """Give the restored database the name, in one transaction, and only then drop the one that had it."""
    present, restored = sql.Identifier(name), sql.Identifier(beside)
    before = sql.Identifier(f"{name}_before_restore")
    _drop(maintenance, f"{name}_before_restore")
    with maintenance.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(present))
        try:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            with connection.transaction():
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(present, before))
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(restored, present))
        except psycopg.Error:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(present))
            raise
    _drop(maintenance, f"{name}_before_restore")
