"""What kind of list a file is: by its columns, and where they fit several kinds, by its name."""

from collections.abc import Iterable
from pathlib import Path

from fingerpost.exchange.imports.columns import cell_text, match_header
from fingerpost.exchange.imports.faults import Faulty
from fingerpost.exchange.imports.kinds import KINDS, kinds_named, kinds_with
from fingerpost.exchange.imports.reading import open_table
from fingerpost.ground.access.command import Refused

ENDINGS = (".csv", ".tsv", ".txt")


def lists_in(folder: Path, kind: str | None = None) -> list[tuple[Path, str]]:
    """The lists of a folder with the kind of each. A text that is no table, such as a note, is passed over.

    Raises Refused for a table whose kind cannot be told, and where two files that are of one kind differ in nothing.
    """
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in ENDINGS and file.is_file())
    return [(file, kind or kind_of(file)) for file in files if not (file.suffix.lower() == ".txt" and _is_note(file))]


def _is_note(file: Path) -> bool:
    """Whether a text file holds words and not a table."""
    try:
        with open_table(file) as (headings, _):
            return len(headings) < 2
    except Faulty:
        return False


def kind_of(file: Path) -> str:
    """The kind of a list. Raises Refused with what to do where it cannot be told, Faulty where it cannot be read."""
    try:
        with open_table(file) as (headings, _):
            found = kinds_with(headings, file.name)
            if len(found) == 1:
                return found[0]
            named = kinds_named(file.name)
            if len(named) == 1 and not found:
                return named[0]  # so that the report says which columns it lacks
            raise Refused(f"{file.name}: {_why(found, headings, named)}")
    except Faulty as unreadable:
        named = kinds_named(file.name)
        if len(named) == 1:
            return named[0]  # so that the report says at which line it cannot be read
        raise Refused(f"{file.name}: {unreadable.fault.message}") from unreadable


def _why(found: list[str], headings: Iterable[str], named: list[str]) -> str:
    if found:
        return f"Its columns fit more than one kind of list. Say so: --kind {' | '.join(found)}, or name the file so."
    if named:
        words = [cell_text(heading) for heading in headings]
        lacking = [KINDS[name].missing(match_header(words, KINDS[name].columns)[0].places) for name in named]
        return f"As {' or '.join(named)} it lacks columns. {' '.join(filter(None, lacking))}"
    kinds = " | ".join(sorted(KINDS))
    return f"Its columns do not tell what kind of list it is. Say so: --kind {kinds}, or name the file after its kind."
