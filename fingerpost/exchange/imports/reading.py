"""Text tables as they come: in any of the usual encodings and with any of the usual separators, read line by line.

Nothing here knows what a list is about. A file of 100 MB passes through in pieces.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fingerpost.exchange.imports.columns import cell_text
from fingerpost.exchange.imports.faults import Faulty

PIECE = 1 << 20
LONGEST_CELL = 20_000
SEPARATORS = ",\t;"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

Line = tuple[int, list[str]]


def encoding_of(path: Path) -> str:
    """How the file writes letters: UTF-8 (with or without a mark), UTF-16 or Windows-1252. Raises Faulty for none of them."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(_WORKBOOKS):
            raise Faulty("This is a workbook. Open it in the spreadsheet and save the sheet as CSV.")
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        return _eight_bit_encoding(iter(lambda: file.read(PIECE), b""))


def _eight_bit_encoding(pieces: Iterator[bytes]) -> str:
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_windows, undefined = True, True, bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
    for piece in pieces:
        if b"\0" in piece:
            raise Faulty("This is not a text file. Save the list as CSV.")
        if is_utf8:
            try:
                utf8.decode(piece)
            except UnicodeDecodeError:
                is_utf8 = False
        is_windows = is_windows and not any(byte in piece for byte in undefined)
    if is_utf8 and not utf8.getstate()[0]:
        return "utf-8-sig"
    if is_windows:
        return "cp1252"
    raise Faulty("Some letters of this file cannot be read. Save the list as CSV UTF-8.")


def about_how_many(path: Path) -> int:
    """How many lines the file has, judged by its beginning; 0 when that holds none."""
    with path.open("rb") as file:
        start = file.read(PIECE)
    return round(path.stat().st_size * start.count(b"\n") / len(start)) if start else 0


@contextmanager
def open_table(path: Path) -> Iterator[tuple[Sequence[str], Iterator[Line]]]:
    """The headings, and the lines after them as `(line number, cells)`. Empty lines are left out. Raises Faulty."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        separator = _separator(file.readline())
        file.seek(0)
        reader = csv.reader(file, delimiter=separator)
        lines = _lines(reader)
        _, headings = next(lines, (0, []))
        if not headings:
            raise Faulty("The file is empty. Name the columns in its first line, or take the file away.")
        yield headings, lines


def _separator(first_line: str) -> str:
    outside_quotes = "".join(first_line.split('"')[::2])
    return max(SEPARATORS, key=outside_quotes.count)


def _lines(reader: "csv._reader") -> Iterator[Line]:  # type: ignore[name-defined]
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Faulty(_unreadable(str(fault)), line=number) from None
        if any(cells):
            if max(map(len, cells)) > LONGEST_CELL:
                raise Faulty(_unreadable("field larger"), line=number)
            yield number, cells


def _unreadable(fault: str) -> str:
    if "field larger" in fault:
        return "A cell has no end: a quotation mark is opened and not closed. Put it right and send the list again."
    return "This line cannot be read. Save the list as CSV again."


def plain_cells(cells: Sequence[str]) -> list[str]:
    """The cells as text without spaces around."""
    return [cell_text(cell) for cell in cells]
