"""The backup file itself: what is in it, and whether it is whole."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files/"
FORMAT = 1
CHUNK = 1024 * 1024


class Damaged(Exception):
    """The file is not a whole backup. The message says how that was seen."""


@dataclass
class Manifest:
    """What the backup holds. `rows` counts every table; `migrations` are those applied, as "app.name"."""

    made_at: str
    rows: dict[str, int]
    migrations: list[str]
    notes: dict[str, str] = field(default_factory=dict)
    seal: str = ""  # the hash of the last seal of history: `fingerpost verify --anchor`
    checksums: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def copy(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy all of it; returns the SHA-256 of what went over."""
    seen = hashlib.sha256()
    for chunk in chunks(source):
        seen.update(chunk)
        target.write(chunk)
    return seen.hexdigest()


def chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def read(path: Path) -> tuple[zipfile.ZipFile, Manifest]:
    """The open archive and its manifest, every checksum compared. Raises Damaged."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise Damaged(f"{path} does not exist.") from None
    except (OSError, zipfile.BadZipFile) as fault:
        raise Damaged(f"{path} is not a backup, or only part of one ({fault}).") from fault
    manifest = _manifest(archive, path)
    for name, expected in manifest.checksums.items():
        _compare(archive, name, expected, path)
    return archive, manifest


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as fault:
        raise Damaged(f"{path} has no readable manifest, so it is not a whole backup.") from fault
    if manifest.format != FORMAT:
        raise Damaged(f"{path} was written by another version of Fingerpost (format {manifest.format}).")
    if set(archive.namelist()) - {MANIFEST} != set(manifest.checksums) or DUMP not in manifest.checksums:
        raise Damaged(f"{path} does not hold what its manifest lists.")
    for name in manifest.checksums:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise Damaged(f"{path} names a file outside its own folder: {name}")
    return manifest


def _compare(archive: zipfile.ZipFile, name: str, expected: str, path: Path) -> None:
    seen = hashlib.sha256()
    try:
        with archive.open(name) as entry:
            for chunk in chunks(entry):
                seen.update(chunk)
    except (OSError, zipfile.BadZipFile) as fault:
        raise Damaged(f"{path} is damaged: {name} cannot be read.") from fault
    if seen.hexdigest() != expected:
        raise Damaged(f"{path} is damaged: {name} is not what was written.")
