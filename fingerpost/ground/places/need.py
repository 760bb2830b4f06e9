"""Reads of tables of need: the version in force on a day, every version, and a list as a spreadsheet saves it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from fingerpost.ground.places.commands import NeedGiven
from fingerpost.ground.places.models import Area, NeedRow, NeedTable

AREA, ABSENCE, ADVISORS = "area", "absence rate", "advisors"
LEFT_ALONE = {"rank", "period"}  # worked out here, or said once for the whole table
MOST_ROWS = 2000


class UnreadableNeed(ValueError):
    """What is wrong with a list, a sentence for each fault, with its row."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Ranked:
    """A table of need with its rows, the highest absence first."""

    table: NeedTable
    rows: list[NeedRow]


def in_force(service: str, on: date) -> Ranked | None:
    """The table that posts are placed by on the day; None before the first. Two queries."""
    found = NeedTable.objects.filter(service=service, since__lte=on).order_by("-since", "-version")
    table = found.select_related("recorded_by").first()
    return ranked(table) if table else None


def version(service: str, number: int) -> Ranked | None:
    """One version; None where there is none. Two queries."""
    table = NeedTable.objects.filter(service=service, version=number).select_related("recorded_by").first()
    return ranked(table) if table else None


def versions(service: str) -> list[NeedTable]:
    """Every version, the newest first. One query."""
    return list(NeedTable.objects.filter(service=service).select_related("recorded_by").order_by("-version"))


def ranked(table: NeedTable) -> Ranked:
    """The table with its rows. One query."""
    rows = NeedRow.objects.filter(table=table).select_related("area__parent").order_by("rank", "area__name")
    return Ranked(table, list(rows))


def read_list(content: bytes, areas: Iterable[Area]) -> list[NeedGiven]:
    """The rows of a CSV file with the columns Area, Absence rate and, if wanted, Advisors and other factors of need.

    The first may be headed by what the contract calls the level instead. An area is known by its name or its code. Raises
    UnreadableNeed with every fault.
    """
    areas = list(areas)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    reader = csv.reader(io.StringIO(text))
    heads = [head.strip() for head in next(reader, [])]
    columns = {head.lower().replace("_", " "): place for place, head in enumerate(heads)}
    level = areas[0].level.replace("_", " ") if areas else AREA
    if level in columns:
        columns.setdefault(AREA, columns.pop(level))
    around = {area.parent.level.replace("_", " ") for area in areas if area.parent}
    if missing := [level if name == AREA else name for name in (AREA, ABSENCE) if name not in columns]:
        raise UnreadableNeed([f"The list has no column called {' or '.join(missing)}. Add it to the first line."])
    known = {key: area for area in areas for key in (area.code.lower(), area.name.lower())}
    rows, faults = [], []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(cells, heads, columns, known, level, around))
        except ValueError as fault:
            faults.append(f"Row {number}: {fault}")
        if number > MOST_ROWS:
            raise UnreadableNeed([f"The list has more than {MOST_ROWS} rows."])
    if faults:
        raise UnreadableNeed(faults)
    return rows


def _row(
    cells: list[str], heads: list[str], columns: dict[str, int], known: dict[str, Area], level: str, around: set[str]
) -> NeedGiven:
    def cell(name: str) -> str:
        place = columns.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    area = known.get(cell(AREA).lower())
    if area is None:
        raise ValueError(f"there is no {level} called {cell(AREA) or 'nothing'}.")
    rate = _number(cell(ABSENCE).rstrip("% "), "the absence rate")
    advisors = _number(cell(ADVISORS), "the number of advisors") if cell(ADVISORS) else None
    if not 0 <= rate <= 100:
        raise ValueError("the absence rate must be from 0 to 100.")
    if advisors is not None and not 0 <= advisors < 1000:
        raise ValueError("the number of advisors must be 0 or more.")
    own = {AREA, ABSENCE, ADVISORS, *LEFT_ALONE, *around}
    factors = {
        head: cell(key) for key, place in columns.items() if (head := heads[place]) and key not in own and cell(key)
    }
    return NeedGiven(area.code, rate, advisors, factors)


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{what} must be a number, such as 7.4.") from None
    if not number.is_finite():
        raise ValueError(f"{what} must be a number, such as 7.4.")
    return round(number, 2)
