"""What kind of list a file is: by its columns, and where they fit several kinds, by its name."""

from collections.abc import Iterable
from pathlib import Path

from fingerpost.exchange.imports.columns import cell_text, match_header
from fingerpost.exchange.imports.faults import Faulty
from fingerpost.exchange.imports.kinds import KINDS, kinds_named, kinds_with
from fingerpost.exchange.imports.reading import Fits, open_table
from fingerpost.ground.access.command import Refused

ENDINGS, WORKBOOKS = (".csv", ".tsv", ".txt"), (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
HIDDEN, HIDDEN_NAMES = (".", "~$", "__MACOSX"), ("Thumbs.db", "desktop.ini")


def lists_in(folder: Path, kind: str | None = None) -> list[tuple[Path, str]]:
    """The lists of a folder with the kind of each. Raises Refused for a table whose kind cannot be told."""
    return [(file, kind or kind_of(file)) for file in _seen_in(folder) if _is_list(file)]


def passed_over(folder: Path) -> list[str]:
    """What else lies in a folder, each with why it is left alone: notes, workbooks, folders. What computers hide is not named."""
    return [f"{file.name} ({_why_not(file)})" for file in _seen_in(folder) if not _is_list(file)]


def _seen_in(folder: Path) -> list[Path]:
    return sorted(
        file for file in folder.iterdir() if not file.name.startswith(HIDDEN) and file.name not in HIDDEN_NAMES
    )


def _is_list(file: Path) -> bool:
    is_table = file.suffix.lower() in ENDINGS and file.is_file()
    return is_table and not (file.suffix.lower() == ".txt" and _is_note(file))


def _is_note(file: Path) -> bool:
    """Whether a text file holds words and not a table."""
    try:
        with open_table(file, _of_any_kind(file.name)) as (headings, _):
            return not kinds_with(headings, file.name) and not kinds_named(file.name)
    except Faulty:
        return not kinds_named(file.name)


def _why_not(file: Path) -> str:
    if file.is_dir():
        return "a folder inside the folder; put its lists beside the others if they belong to them"
    if file.suffix.lower() in WORKBOOKS:
        return "a workbook; save each of its sheets as CSV"
    return "no list"


def kind_of(file: Path) -> str:
    """The kind of a list. Raises Refused with what to do where it cannot be told, Faulty where it cannot be read."""
    try:
        with open_table(file, _of_any_kind(file.name)) as (headings, _):
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


def _of_any_kind(file_name: str) -> Fits:
    """Which line of a file holds the headings: the first that some kind of list can have."""
    return lambda cells: bool(kinds_with(cells, file_name))


def _why(found: list[str], headings: Iterable[str], named: list[str]) -> str:
    if found:
        return f"Its columns fit more than one kind of list. Say so: --kind {' | '.join(found)}, or name the file so."
    if named:
        words = [cell_text(heading) for heading in headings]
        lacking = [KINDS[name].missing(match_header(words, KINDS[name].columns)[0].places) for name in named]
        return f"As {' or '.join(named)} it lacks columns. {' '.join(filter(None, lacking))}"
    kinds = " | ".join(sorted(KINDS))
    return (
        "Its columns do not tell what kind of list it is. Name the file after its kind, such as cases.csv, or take it out of "
        f"the folder. A file sent by itself may be told: --kind {kinds}."
    )
