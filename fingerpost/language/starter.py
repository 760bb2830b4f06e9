"""A contract to begin from: the smallest that runs, under a key and with a term of its own."""

import re
from datetime import date
from pathlib import Path
from typing import Final

from fingerpost.language.json_schema import first_line
from fingerpost.language.read import read_folder

FOLDER: Final = Path(__file__).parent / "starters" / "contract"
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
YEARS: Final = 3


def is_key(key: str) -> bool:
    """Whether a service may be called so: up to forty small letters, figures and underscores, a letter first."""
    return KEY.fullmatch(key) is not None


def starter(key: str, *, today: date) -> dict[str, str]:
    """The files of a contract of this key, by name, each with the line that leads an editor to its schema.

    Its term began on the last 1 April, so that it can be tried at once.
    """
    year = today.year if today >= date(today.year, 4, 1) else today.year - 1
    changed = {
        '"new_service"': f'"{key}"',
        '"New service"': f'"{key.replace("_", " ").capitalize()}"',
        "2010-04-01": f"{year}-04-01",
        "2013-03-31": f"{year + YEARS}-03-31",
    }
    files = read_folder(FOLDER)
    for old, new in changed.items():
        files["agreement.yaml"] = files["agreement.yaml"].replace(old, new)
    return {name: first_line(name) + text for name, text in files.items()}
