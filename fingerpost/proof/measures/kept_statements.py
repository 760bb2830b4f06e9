"""Compiled statements kept on disk, so that a process that has just started need not compile them again.

A statement is named by all that shapes it, this code included; a file that cannot be read or written is done without.
"""

import hashlib
from collections.abc import Hashable
from pathlib import Path
from tempfile import NamedTemporaryFile

import ibis
from django.apps import apps
from django.conf import settings

from fingerpost import language
from fingerpost.proof import measures


def read(key: Hashable) -> str | None:
    """The statement of this key, or None."""
    try:
        return _path(key).read_text(encoding="utf-8")
    except OSError:
        return None


def write(key: Hashable, text: str) -> None:
    """Keep a statement. Another process that keeps the same one at the same moment does no harm."""
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as draft:
            draft.write(text)
        Path(draft.name).replace(path)
    except OSError:
        return


def _path(key: Hashable) -> Path:
    name = hashlib.sha256(repr(key).encode()).hexdigest()
    return Path(settings.VAR) / "statements" / CODE / f"{name}.sql"


def _code() -> str:
    """What shapes the statements, as a hash: this room, the language, Ibis, the time zone and the columns of the house."""
    rooms = (Path(room.__path__[0]) for room in (language, measures))
    files = sorted(path for room in rooms for path in room.rglob("*.py"))
    found = hashlib.sha256(f"{ibis.__version__} {settings.TIME_ZONE}".encode())
    for path in files:
        found.update(path.read_bytes())
    for model in apps.get_models():
        found.update(f"{model._meta.db_table} {[field.column for field in model._meta.concrete_fields]}".encode())
    return found.hexdigest()


# At import, not at first use: a process that still runs older code must not keep its statements under the newer name.
CODE = _code()[:16]
