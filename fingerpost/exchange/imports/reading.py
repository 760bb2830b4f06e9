"""Text tables as they come: in any of the usual encodings and with any of the usual separators, read line by line.

The one door through which a list is read: whatever is wrong with a file is said in words, with its line. Nothing here knows
what a list is about. A file of 100 MB passes through in pieces; what no list has (a line without end, columns by the hundred)
is refused before it is held.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import TextIO

from fingerpost.exchange.imports.faults import Faulty

PIECE = 1 << 20
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
LONGEST_ROW = 250_000  # characters, line breaks inside cells included
LINES_ABOVE_HEADINGS = 10
MOST_EMPTY_ABOVE = 1000
MOST_EMPTY = 1_100_000  # lines after each other: a sheet has 1,048,576
END_OF_OLD_FILES = "\x1a"
SEPARATORS = ",\t;|"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAYS_ITS_SEPARATOR = re.compile(r'"?sep=(.)"?[,;|\t]*', re.IGNORECASE)  # how Excel is told, in the first line
_HALF_A_LETTER = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # half of a pair, written as if it were a letter of its own
_NOT_IN_WINDOWS = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))

Line = tuple[int, list[str]]
Fits = Callable[[Sequence[str]], bool]

NOT_TEXT = "This is not a text file. Save the list as CSV."
UNREADABLE_LETTERS = "Some letters of this file cannot be read. Save the list as CSV UTF-8."
TOO_LONG = f"This line is longer than {LONGEST_ROW:,} letters. Is it a list? Save it as CSV again."
WITHOUT_END = "A cell has no end: a quotation mark is opened and not closed. Put it right and send the list again."
NO_LINE = "This line cannot be read. Save the list as CSV again."
CUT_SHORT = (
    "Some letters of this file cannot be read. It may have been cut short on its way. Save the list as CSV UTF-8."
)


def encoding_of(path: Path) -> str:
    """How the file writes letters: UTF-8 (with or without a mark), UTF-16 or Windows-1252. Raises Faulty for none of them."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(_WORKBOOKS):
            raise Faulty("This is a workbook. Open it in the spreadsheet and save the sheet as CSV.")
        if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
            raise Faulty(UNREADABLE_LETTERS)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        says_utf8 = start.startswith(codecs.BOM_UTF8)
        return _eight_bit_encoding(iter(lambda: file.read(PIECE), b""), says_utf8=says_utf8)


def _eight_bit_encoding(pieces: Iterator[bytes], *, says_utf8: bool) -> str:
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_windows, is_foreign, lines = True, not says_utf8, says_utf8, 1
    for piece in pieces:
        if b"\0" in piece:
            raise Faulty(NOT_TEXT, line=lines + piece[: piece.index(b"\0")].count(b"\n"))
        if is_utf8:
            try:
                is_foreign = not utf8.decode(piece).isascii() or is_foreign
            except UnicodeDecodeError as fault:
                is_utf8 = False
                if says_utf8 or _is_broken_utf8(piece):
                    raise Faulty(CUT_SHORT, line=lines + piece[: fault.start].count(b"\n")) from None
        is_windows = is_windows and not any(byte in piece for byte in _NOT_IN_WINDOWS)
        lines += piece.count(b"\n")
    if is_utf8 and not utf8.getstate()[0]:
        return "utf-8-sig"
    if is_windows and not (is_utf8 and is_foreign):
        return "cp1252"
    raise Faulty(CUT_SHORT, line=lines if is_utf8 else 0)


def _is_broken_utf8(piece: bytes) -> bool:
    """Whether the bytes are UTF-8 with a fault, and not another way of writing: most of their foreign letters can be read."""
    read = piece.decode("utf-8", "replace")
    foreign, faults = sum(1 for letter in read if letter > "\x7f"), read.count("\ufffd")
    return _HALF_A_LETTER.search(piece) is not None or foreign - faults >= faults


def about_how_many(path: Path) -> int:
    """How many lines the file has, judged by its beginning; 0 when that holds none."""
    with path.open("rb") as file:
        start = file.read(PIECE)
    return round(path.stat().st_size * start.count(b"\n") / len(start)) if start else 0


def anything(headings: Sequence[str]) -> bool:
    """Every line will do as headings."""
    return True


@contextmanager
def open_table(path: Path, fits: Fits = anything) -> Iterator[tuple[Sequence[str], Iterator[Line]]]:
    """The headings, and the lines after them as `(line number, cells)`. Empty lines are left out. Raises Faulty.

    A title and empty lines above the headings are passed over, as far as `fits` says which line the headings are. Where
    none of the first lines fits, the first is taken, so that it can be said what it lacks.
    """
    with path.open(encoding=encoding_of(path), newline="") as file:
        separator, skipped = _separator(file, fits)
        file.seek(0)
        lines = _lines(file, separator, skipped)
        _, headings = next(lines, (0, []))
        if not headings:
            raise Faulty("The file is empty. Name the columns in its first line, or take the file away.")
        yield headings, lines


def _first_unreadable(file: TextIO) -> int:
    """The line in which letters are broken. The file is decoded in pieces, so the fault comes before its line does."""
    with Path(file.name).open(encoding=file.encoding, errors="replace", newline="") as again:
        for number in count(1):
            line = again.readline(LONGEST_ROW)
            if not line or "\ufffd" in line:
                return number
    return 0


def begins(path: Path) -> bool:
    """Whether the first lines of a table can be read."""
    try:
        with open_table(path) as (_, lines):
            for _ in islice(lines, LINES_ABOVE_HEADINGS):
                pass
    except Faulty:
        return False
    return True


def _separator(file: TextIO, fits: Fits) -> tuple[str, int]:
    """What stands between cells, and how many lines stand above the headings."""
    first = next(_Rows(file), "")
    if said := _SAYS_ITS_SEPARATOR.fullmatch(first.rstrip("\r\n").lstrip("\ufeff")):
        candidates, above = said[1], 1
    else:
        outside_quotes = "".join(first.split('"')[::2])
        candidates, above = "".join(sorted(SEPARATORS, key=outside_quotes.count, reverse=True)), 0
    for separator in candidates:
        file.seek(0)
        for number, cells in _first_lines(file, separator, above):
            if fits(cells):
                return separator, number - 1
    return candidates[0], above


def _first_lines(file: TextIO, separator: str, above: int) -> Iterator[Line]:
    """The first few lines with something in them; what cannot be read there is said when the table itself is read."""
    try:
        for count, line in enumerate(_lines(file, separator, above), start=1):
            yield line
            if count == LINES_ABOVE_HEADINGS:
                return
    except Faulty:
        return


def _lines(file: TextIO, separator: str, skipped: int) -> Iterator[Line]:
    rows = _Rows(file)
    for _ in range(skipped):
        next(rows, None)
        rows.begin()
    reader = csv.reader(rows, delimiter=separator)
    empty, has_begun = 0, False
    while True:
        number = skipped + reader.line_num + 1
        rows.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Faulty(WITHOUT_END if "field larger" in str(fault) else NO_LINE, line=number) from None
        if len(cells) > MOST_COLUMNS:
            _require_few(cells, number)
        if not any(map(str.strip, cells)):
            empty += 1
            _require_few_empty(empty, number, most=MOST_EMPTY if has_begun else MOST_EMPTY_ABOVE)
            continue
        empty, has_begun = 0, True
        if max(map(len, cells)) > LONGEST_CELL:
            raise Faulty(WITHOUT_END, line=number)
        yield number, cells


def _require_few_empty(empty: int, number: int, *, most: int) -> None:
    if empty > most:
        raise Faulty(f"More than {most:,} empty lines stand here. Delete them, and save the list again.", line=number)


def _require_few(cells: list[str], number: int) -> None:
    """Spreadsheets write empty columns to the right of a table by the hundred: they are dropped. Raises Faulty for full ones."""
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Faulty(
            f"This line has more than {MOST_COLUMNS} cells. Take away the columns that are not needed.", line=number
        )


class _Rows:
    """The lines of a file for the reader of rows, which may take several for one row. No row may be longer than a row can be."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._read, self._number, self._length = file, file.readline, 0, 0

    def __iter__(self) -> "_Rows":
        return self

    def __next__(self) -> str:
        self._number += 1
        try:
            line = self._read(LONGEST_ROW + 1)
        except UnicodeError:
            raise Faulty(CUT_SHORT, line=_first_unreadable(self._file)) from None
        if not line:
            raise StopIteration
        if "\0" in line:
            raise Faulty(NOT_TEXT, line=self._number)
        self._length += len(line)
        if self._length > LONGEST_ROW:
            whole = len(line) == self._length
            raise Faulty(TOO_LONG if whole else WITHOUT_END, line=self._number)
        return line.replace(END_OF_OLD_FILES, "") if END_OF_OLD_FILES in line else line

    def begin(self) -> None:
        """A new row begins here."""
        self._length = 0
