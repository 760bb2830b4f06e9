"""Folders of lists that come packed as one .zip file."""

import stat
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings

from fingerpost.exchange.imports import folders, storage
from fingerpost.exchange.imports.faults import Faulty
from fingerpost.exchange.imports.folders import FileGiven
from fingerpost.exchange.imports.models import Folder
from fingerpost.exchange.imports.recognising import HIDDEN, lists_in, passed_over
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope

ENCRYPTED = 0x1
MOST_FILES = 500
LONGEST_NAME = 200
PIECE = 1 << 20
_END, _END_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_ENTRY = (
    46 + 2 * LONGEST_NAME + 200
)  # bytes of the directory that one file takes: its fields, its name, some remarks

UNREADABLE = "This .zip file cannot be read. Pack the folder again, or send one list."


@contextmanager
def unpacked(content: BinaryIO | Path) -> Iterator[Path]:
    """The folder that a .zip holds, laid out for as long as it is looked at. Raises Refused for one that cannot be opened.

    A .zip that holds nothing but one folder is that folder. What lies deeper than that is only named.
    """
    with tempfile.TemporaryDirectory() as place:
        try:
            _require_few(content)
            with zipfile.ZipFile(content) as packed:
                _lay_out(packed, Path(place))
        except Refused:
            raise
        except Exception as fault:
            if storage.is_full(fault):
                raise storage.no_room() from None
            raise Refused(UNREADABLE, field="file") from None
        seen = [entry for entry in Path(place).iterdir() if not entry.name.startswith(HIDDEN)]
        yield seen[0] if len(seen) == 1 and seen[0].is_dir() else Path(place)


def _require_few(content: BinaryIO | Path) -> None:
    """Look at the end of the file, where its directory is described, before anything reads that. Raises Refused."""
    with ExitStack() as opened:
        file = opened.enter_context(content.open("rb")) if isinstance(content, Path) else content
        file.seek(0, 2)
        file.seek(max(0, file.tell() - (1 << 16) - 42))
        tail = file.read()
        file.seek(0)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise Refused(UNREADABLE, field="file")
    count, size = struct.unpack("<HL", tail[place + 10 : place + 16])
    has_more = tail[max(0, place - 20) : place].startswith(_END_LOCATOR)  # how files of more than 65,535 members end
    if count > MOST_FILES or size > MOST_FILES * _LONGEST_ENTRY or has_more:
        raise _too_many()


def _too_many() -> Refused:
    return Refused(f"What is packed has more than {MOST_FILES} files. Pack only the lists.", field="file")


def _lay_out(packed: zipfile.ZipFile, place: Path) -> None:
    members = packed.infolist()
    if len(members) > MOST_FILES:
        raise _too_many()
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Refused("This .zip file is locked with a password. Pack the folder again without one.", field="file")
    if sum(member.file_size for member in members) > settings.LARGEST_UPLOAD:
        raise Refused(
            f"What is packed is larger than {settings.LARGEST_UPLOAD >> 20} MB. Send the folder in parts.", field="file"
        )
    for member in members:
        _lay_out_one(packed, member, place)


def _lay_out_one(packed: zipfile.ZipFile, member: zipfile.ZipInfo, place: Path) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    parts = path.parts[:2]
    if path.is_absolute() or ".." in path.parts:
        raise Refused(f"{member.filename[:60]!r} reaches out of the folder. Pack the folder again.", field="file")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused(f"{member.filename[:60]!r} is a link to another file. Pack the file itself.", field="file")
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise Refused(f"A name is longer than {LONGEST_NAME} letters: {path.name[:40]!r}… Shorten it.", field="file")
    target = place.joinpath(*parts)
    if member.is_dir() or len(path.parts) > len(parts):  # a folder inside the folder is named and not looked into
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(exist_ok=True)
    if target.is_file():
        raise Refused(f"Two files are called {path.name[:60]!r}. Take one away, and pack again.", field="file")
    with packed.open(member) as source, target.open("xb") as copy:
        while piece := source.read(PIECE):
            copy.write(piece)


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
