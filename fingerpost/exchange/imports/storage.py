"""The raw files, kept as they came, each under the hash of what is in it."""

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from fingerpost.ground.access.command import Refused

PIECE = 1 << 20
FOLDER = "lists"


@dataclass(frozen=True)
class Stored:
    """A file as kept: its hash, its size in bytes, and where it lies below the folder of files."""

    sha256: str
    size: int
    path: str


NO_ROOM = (
    "There is no room left on the disk, so nothing was kept. Tell whoever runs this service, and send it again later."
)


def is_full(fault: BaseException) -> bool:
    """Whether the fault says that the disk is full, or that this program's share of it is."""
    return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def no_room() -> Refused:
    """What whoever sends something is told then."""
    return Refused(NO_ROOM, field="file")


def keep(content: BinaryIO) -> Stored:
    """Copy the content to the folder of files, piece by piece. The same content is kept once. Raises Refused when too large."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    whole, size = hashlib.sha256(), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=folder)
    except OSError as fault:
        if is_full(fault):
            raise no_room() from fault
        raise
    try:
        with os.fdopen(handle, "wb") as copy:
            while piece := content.read(PIECE):
                size += len(piece)
                if size > settings.LARGEST_UPLOAD:
                    raise Refused(
                        f"The file is larger than {settings.LARGEST_UPLOAD >> 20} MB. Split it.", field="file"
                    )
                whole.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())  # a full disk may say so only now
        name = whole.hexdigest()
        target = folder / name[:2] / f"{name}.csv"
        target.parent.mkdir(exist_ok=True)
        Path(unfinished).replace(target)
    except BaseException as fault:
        Path(unfinished).unlink(missing_ok=True)
        if is_full(fault):
            raise no_room() from fault
        raise
    return Stored(name, size, target.relative_to(settings.MEDIA_ROOT).as_posix())


def path_of(stored_at: str) -> Path:
    """Where a kept file lies. Raises Refused when it is gone."""
    path = Path(settings.MEDIA_ROOT) / stored_at
    if not path.is_file():
        raise Refused("The file of this list is no longer kept here. Send it again.")
    return path
