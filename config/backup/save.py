"""Write the whole database and the files people attached into one file, as they stand at one instant.

Work may go on meanwhile. The file is readable by its owner alone: it holds everything about everybody.
"""

import argparse
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.conf import settings

from config.backup import archive
from config.backup.place import Cannot, Place, count_rows, finish
from config.prepare import notes_of

DONE, NO, CANNOT = 0, 1, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="where to write (usually var/backups, named for the time)")
    parser.add_argument("--replace", action="store_true", help="write over a file of that name")


def run(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    path = arguments.file or settings.VAR / "backups" / f"fingerpost-{now:%Y-%m-%d-%H%M%S}.backup"
    if path.exists() and not arguments.replace:
        print(f"{path} exists. Choose another name, or say --replace.", file=sys.stderr)
        return NO
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        manifest = save(Place.of_this_installation(), settings.MEDIA_ROOT, path, made_at=now)
    except (Cannot, OSError) as fault:
        print(f"No backup was made. {fault}", file=sys.stderr)
        return CANNOT
    size = path.stat().st_size / 1024**2
    if manifest.seal:
        print(f"History is sealed up to {manifest.seal} (fingerpost verify --anchor).")
    print(f"{path}: {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables, {size:,.1f} MB.")
    return DONE


def save(place: Place, files: Path, path: Path, *, made_at: datetime) -> archive.Manifest:
    """Write the backup beside its place and move it there when it is whole. Raises Cannot, OSError."""
    unfinished = path.with_name(path.name + ".unfinished")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED) as into:
            manifest = _write(place, files, into, made_at)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _write(place: Place, files: Path, into: zipfile.ZipFile, made_at: datetime) -> archive.Manifest:
    with place.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        manifest = archive.Manifest(
            made_at=made_at.isoformat(timespec="seconds"),
            rows=count_rows(connection),
            migrations=_applied(connection),
            notes=notes_of(connection),
            seal=_last_seal(connection),
        )
        manifest.checksums[archive.DUMP] = _dump(place, str(row[0]) if row else "", into)
    for file in sorted(path for path in files.rglob("*") if path.is_file()):
        name = archive.FILES + file.relative_to(files).as_posix()
        with file.open("rb") as source, into.open(name, "w", force_zip64=True) as target:
            manifest.checksums[name] = archive.copy(source, target)
    into.writestr(archive.MANIFEST, manifest.to_json())
    return manifest


def _dump(place: Place, snapshot: str, into: zipfile.ZipFile) -> str:
    argv, environment = place.command(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"
    )
    with (
        subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        into.open(archive.DUMP, "w", force_zip64=True) as target,
    ):
        if process.stdout is None:
            raise Cannot("pg_dump gave no output.")
        checksum = archive.copy(process.stdout, target)
        finish(process, "pg_dump")
    return checksum


def _last_seal(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    row = connection.execute("SELECT to_regclass('history_seal')").fetchone()
    if not row or row[0] is None:
        return ""
    row = connection.execute("SELECT hash FROM history_seal ORDER BY number DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def _applied(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    row = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    if not row or row[0] is None:
        return []
    return [
        f"{app}.{name}" for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    ]
