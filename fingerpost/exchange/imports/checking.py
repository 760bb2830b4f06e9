"""One run over a list: every cell read, every row checked, everything wrong named. Writes nothing by itself."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from fingerpost.exchange.imports.columns import Column, Header, Wrong, cell_text, match_header
from fingerpost.exchange.imports.faults import Fault, Faults, Faulty
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.reading import Fits, Line, open_table
from fingerpost.ground.access.command import Refused
from fingerpost.people.schooling.superseding import Written

ROWS_AT_ONCE = 2000
Tell = Callable[[int], None]  # how many rows were looked at so far
MOST_REMEMBERED = 50_000
BEGINS_A_REMARK = frozenset("TtGgSsCcEeRrPpNn-*")
_REMARK = re.compile(
    r"(?:(?:grand |sub-?)?totals?|sum|count|records?|number of (?:rows|records|pupils|children)|end of (?:report|list|file)"
    r"|(?:report |list )?(?:run|generated|printed|produced|created|exported) (?:on|at|by)|page \d+)\b"
    r"|-{3,}$|\*{3,}",
    re.IGNORECASE,
)


@dataclass
class Checked:
    """What a run found. `load` holds what the good rows say, ready to be written.

    `aside` holds rows that read as if they named nobody, because whoever loads the list may not meet whom they name.
    """

    rows: int = 0
    faulty: int = 0
    faults: Faults = field(default_factory=Faults)
    ignored: tuple[str, ...] = ()
    load: Load | None = None
    aside: Load | None = None

    def write(self) -> Written:
        """Write the good rows. Returns what they did; what is written aside is counted nowhere."""
        written = self.load.write() if self.load else Written()
        if self.aside is not None:
            with suppress(Refused, Faulty), transaction.atomic():
                self.aside.write()
        return written


def tell_nobody(_rows: int) -> None:
    """Whoever waits for the answer needs no word of how far it is."""


def check(
    kind: type[Kind], path: Path, context: Context, given: Mapping[str, str], tell: Tell = tell_nobody
) -> Checked:
    """Read the whole list. `given` holds values for columns that the file lacks, e.g. `{"year": "2010/11"}`."""
    checked = Checked()
    try:
        with open_table(path, headings_of(kind, given)) as (headings, lines):
            _check_lines(kind, headings, lines, context, given, checked, tell)
    except Faulty as unreadable:
        checked.faults.add(unreadable.fault)
        checked.faulty += 1
        checked.load = None
    return checked


def good_rows(kind: type[Kind], path: Path, context: Context) -> Iterator[dict[str, Any]]:
    """The rows whose cells are right by themselves, in no list's name: for another list of the folder that must know them.

    Nothing is said of what is wrong: that is said when the list itself is read.
    """
    try:
        with open_table(path, headings_of(kind, {})) as (headings, lines):
            cells, nowhere = _Cells(kind, _header(kind, headings, {}), {}, context.today), Faults()
            for line in lines:
                if (row := cells.read(line, nowhere)) is not None:
                    yield row
    except Faulty:
        return


def headings_of(kind: type[Kind], given: Mapping[str, str]) -> Fits:
    """Which line of a file holds the headings: the first that names what the kind needs."""

    def fits(cells: Sequence[str]) -> bool:
        header, _ = match_header([cell_text(cell) for cell in cells], kind.columns)
        return not kind.missing([*header.places, *given])

    return fits


def _check_lines(
    kind: type[Kind],
    headings: Any,
    lines: Iterator[Line],
    context: Context,
    given: Mapping[str, str],
    checked: Checked,
    tell: Tell,
) -> None:
    header = _header(kind, headings, given)
    checked.ignored = header.ignored
    load = kind.load(context)
    cells = _Cells(kind, header, given, context.today)
    whole = list(load.begin(cells.whole))
    checked.faults.extend(whole)
    checked.faulty += len(whole)
    naming_hidden: list[dict[str, Any]] = []
    for block in _blocks(_without_sums(lines, cells, checked.faults)):
        checked.rows += len(block)
        good = [row for row in (cells.read(line, checked.faults) for line in block) if row is not None]
        found = list(load.take(good))
        checked.faults.extend(found)
        faulty = {fault.line for fault in found if fault.severity == "error"}
        checked.faulty += len(block) - len(good) + len(faulty)
        if context.hidden:
            naming_hidden += [row for row in good if row[LINE] in faulty and context.names_hidden(row)]
        tell(checked.rows)
    last = list(load.finish())
    checked.faults.extend(last)
    checked.faulty += len({fault.line for fault in last if fault.severity == "error"})
    checked.load = load
    checked.aside = _aside(kind, context, cells.given, naming_hidden) if naming_hidden else None


def _aside(kind: type[Kind], context: Context, given: Mapping[str, Any], rows: list[dict[str, Any]]) -> Load | None:
    """The rows as they read for whoever may meet whom they name. What else is wrong with one is told to nobody."""
    load = kind.load(context.aside())
    try:
        for looked in (load.begin(given), load.take(rows), load.finish()):
            list(looked)
    except Faulty:
        return None
    return load


def _header(kind: type[Kind], headings: Any, given: Mapping[str, str]) -> Header:
    header, wrong = match_header([cell_text(heading) for heading in headings], kind.columns)
    wrong += [missing] if (missing := kind.missing([*header.places, *given])) else []
    if wrong:
        raise Faulty(" ".join(wrong), line=1)
    return header


def _without_sums(lines: Iterator[Line], cells: "_Cells", faults: Faults) -> Iterator[Line]:
    """The lines but for sums and remarks below a table, which are no rows: each is named, so that nobody's row is lost unseen."""
    for line in lines:
        number, words = line
        first = next(word for word in words if word.strip()).strip()
        if first[:1] in BEGINS_A_REMARK and _REMARK.match(first) and cells.read(line, Faults()) is None:
            faults.add(Fault(number, "", f"{first[:40]!r} was passed over: it is no row of the list.", "warning"))
        else:
            yield line


def _blocks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        block.append(line)
        if len(block) == ROWS_AT_ONCE:
            yield block
            block = []
    if block:
        yield block


class _Cells:
    """Turns cells into values. What a cell says is worked out once and remembered: lists repeat themselves."""

    def __init__(self, kind: type[Kind], header: Header, given: Mapping[str, str], today: date) -> None:
        self._today, self._width = today, header.width
        self.given: dict[str, Any] = {}
        self.whole: dict[str, Any] = {}  # of the list as a whole, whatever columns it has
        for key in given:
            value, message = self._work_out(kind.column(key), given[key])
            if message:
                raise Faulty(f"{kind.column(key).name}: {message}")
            self.whole[key] = value
            if key not in header.places:
                self.given[key] = value
        in_file = [column for column in kind.columns if column.key in header.places]
        self._plan = [(column, header.places[column.key], dict[str, tuple[Any, str]]()) for column in in_file]

    def read(self, line: Line, faults: Faults) -> dict[str, Any] | None:
        """The row as values by key, None where a column is empty; or nothing, and its faults are noted."""
        number, cells = line
        row: dict[str, Any] = {LINE: number, **self.given}
        is_good = True
        if len(cells) > self._width and any(cells[self._width :]):
            faults.add(Fault(number, "", "This line has more cells than the first one. Is a separator inside a text?"))
            is_good = False
        for column, place, known in self._plan:
            cell = cells[place] if place < len(cells) else ""
            found = known.get(cell)
            if found is None:
                if len(known) > MOST_REMEMBERED:
                    known.clear()
                found = known[cell] = self._work_out(column, cell)
            value, message = found
            if message:
                faults.add(Fault(number, column.name, message))
                is_good = False
            row[column.key] = value
        return row if is_good else None

    def _work_out(self, column: Column, cell: str) -> tuple[Any, str]:
        words = cell_text(cell)
        if not words:
            return None, f"{column.name} is empty. Fill it in." if column.required else ""
        try:
            value = column.read(words)
        except Wrong as fault:
            return None, str(fault)
        on = timezone.localdate(value) if isinstance(value, datetime) else value
        if isinstance(on, date) and on > self._today and not column.may_lie_ahead:
            return None, f"{on:%d/%m/%Y} is in the future. Check the date."
        return value, ""
