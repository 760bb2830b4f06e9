"""The raw files, kept as they came, each under the hash of what is in it."""

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


def keep(content: BinaryIO) -> Stored:
    """Copy the content to the folder of files, piece by piece. The same content is kept once. Raises Refused when too large."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    whole, size = hashlib.sha256(), 0
    handle, unfinished = tempfile.mkstemp(dir=folder)
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
        name = whole.hexdigest()
        target = folder / name[:2] / f"{name}.csv"
        target.parent.mkdir(exist_ok=True)
        Path(unfinished).replace(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return Stored(name, size, target.relative_to(settings.MEDIA_ROOT).as_posix())


def path_of(stored_at: str) -> Path:
    """Where a kept file lies. Raises Refused when it is gone."""
    path = Path(settings.MEDIA_ROOT) / stored_at
    if not path.is_file():
        raise Refused("The file of this list is no longer kept here. Send it again.")
    return path
