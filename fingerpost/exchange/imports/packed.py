"""Folders of lists that come packed as one .zip file."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from fingerpost.exchange.imports import folders
from fingerpost.exchange.imports.faults import Faulty
from fingerpost.exchange.imports.folders import FileGiven
from fingerpost.exchange.imports.models import Folder
from fingerpost.exchange.imports.recognising import HIDDEN, lists_in, passed_over
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope

ENCRYPTED = 0x1
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, FileExistsError, NotADirectoryError)
"""No .zip, one that breaks midway, one packed in a way we do not know, and a name that is both a file and a folder."""


@contextmanager
def unpacked(content: BinaryIO | Path) -> Iterator[Path]:
    """The folder that a .zip holds, laid out for as long as it is looked at. Raises Refused for one that cannot be opened.

    A .zip that holds nothing but one folder is that folder.
    """
    with tempfile.TemporaryDirectory() as place:
        try:
            with zipfile.ZipFile(content) as packed:
                _require_fit(packed)
                packed.extractall(place)
        except UNREADABLE:
            raise Refused(
                "This .zip file cannot be read. Pack the folder again, or send one list.", field="file"
            ) from None
        seen = [entry for entry in Path(place).iterdir() if not entry.name.startswith(HIDDEN)]
        yield seen[0] if len(seen) == 1 and seen[0].is_dir() else Path(place)


def _require_fit(packed: zipfile.ZipFile) -> None:
    if any(one.flag_bits & ENCRYPTED for one in packed.infolist()):
        raise Refused("This .zip file is locked with a password. Pack the folder again without one.", field="file")
    if sum(one.file_size for one in packed.infolist()) > settings.LARGEST_UPLOAD:
        raise Refused(
            f"What is packed is larger than {settings.LARGEST_UPLOAD >> 20} MB. Send the folder in parts.", field="file"
        )


def receive_packed(actor: Actor, subject: Scope, *, service: str, name: str, content: BinaryIO, at: datetime) -> Folder:
    """Keep the lists of a packed folder. Returns the folder, as `receive_folder` does. Raises Refused."""
    with unpacked(content) as folder, ExitStack() as opened:
        try:
            files = [
                FileGiven(kind, file.name, opened.enter_context(file.open("rb"))) for file, kind in lists_in(folder)
            ]
        except Faulty as unreadable:
            raise Refused(unreadable.fault.message, field="file") from unreadable
        others = passed_over(folder)
        return folders.receive_folder(
            actor, subject, service=service, name=Path(name).stem, files=files, passed_over=others, at=at
        )
