"""Every figure of an Essex return, in all its readings and by all its breakdowns: ours and by hand, which must agree.

By hand means: the same numbers as known at the same moment, in the shortest SQL that we can write, one statement a figure.
"""

import re
import statistics
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.demo.world.county import ESSEX, SYSTEM
from fingerpost.language.periods import Period, previous, year_before
from fingerpost.proof.measures.evaluate import every_reading, worked_out
from fingerpost.proof.measures.figure import Figure, Numbers
from fingerpost.proof.measures.setting import set_up_several
from fingerpost.proof.measures.sql import planned_afresh

T = TypeVar("T")
PERIOD = Period(date(2010, 10, 1), date(2010, 12, 31))
KNOWN_AT = datetime(2011, 8, 1, 12, tzinfo=ZoneInfo("Europe/London"))
WHICH_RETURN, CLOSED_IN_IT = "in_which_return", "A"
FOUR = ("fixed_term_exclusions", "sessions_per_case", "attendance_improved", "no_repeat_exclusion")
"""The figures of W6."""

Key = tuple[str, str, str]
"""Which number, of which breakdown, for which member: `("a", "quadrant", "north")`; the whole has no breakdown."""

Told = tuple[object, object, object]
"""Numerator, denominator and how many are not known yet; what a statement does not tell is None."""


@dataclass(frozen=True)
class Compared:
    """Milliseconds of some figures, ours and by hand, and what did not agree."""

    ours: float
    by_hand: float
    differences: tuple[str, ...]


def compare(indicators: Collection[str] = (), times: int = 7) -> Compared:
    """Some indicators of the return, all unless named, both ways: the middle of some runs, after one to warm up.

    Ours and by hand take turns: whatever else the machine does slows both alike.
    """
    held = rules(ESSEX, PERIOD.end)
    statements = {key: text for key, text in _by_hand().items() if key in indicators or not indicators}
    parameters = _parameters(held)

    def both() -> tuple[tuple[float, dict[str, list[Figure]]], tuple[float, dict[str, Any]]]:
        ours = _timed(lambda: _ours(held, statements))
        return ours, _timed(lambda: {key: _asked(text, parameters) for key, text in statements.items()})

    (_, figures), (_, rows) = both()
    taken = [[milliseconds for milliseconds, _ in both()] for _ in range(times)]
    ours, by_hand = map(statistics.median, zip(*taken, strict=True)) if taken else (0.0, 0.0)
    differences = (_differences(key, _told(figures[key]), _read(rows[key])) for key in statements)
    return Compared(ours, by_hand, tuple(one for some in differences for one in some))


def _parameters(held: Rules) -> dict[str, Any]:
    each = held.definition(FOUR[0]).figure.each
    earlier = {"previous": previous(held.contract, each, PERIOD), "year_before": year_before(PERIOD)}
    days = {
        f"{name}_{end}": day for name, one in earlier.items() for end, day in (("since", one.start), ("until", one.end))
    }
    return {"service": ESSEX, "known": KNOWN_AT, "since": PERIOD.start, "until": PERIOD.end, **days}


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds, and what the work gave."""
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1000, found


# --- Ours ---


def _ours(held: Rules, indicators: Iterable[str]) -> dict[str, list[Figure]]:
    """Each indicator in all its readings, all worked out together as for a return."""
    asked = [(key, reading) for key in indicators for reading in every_reading(held, key) if _is_by_hand(reading)]
    settings = set_up_several(held, asked, actor=SYSTEM, period=PERIOD, as_known_at=KNOWN_AT)
    found: dict[str, list[Figure]] = {}
    for (key, _), figure in zip(asked, worked_out(settings), strict=True):
        found.setdefault(key, []).append(figure)
    return found


def _is_by_hand(reading: Mapping[str, str]) -> bool:
    """By hand cases are counted by the day they closed, not by that on which they had been followed up."""
    return reading.get(WHICH_RETURN, CLOSED_IN_IT) == CLOSED_IN_IT


def _told(figures: list[Figure]) -> dict[Key, Told]:
    """The numbers of the figures under the names that the statements give them; what stands beside as in the first reading."""
    found: dict[Key, Told] = {}
    for figure in figures:
        letters = [one.letter for one in figure.readings if one.question != WHICH_RETURN]
        name = "".join(letters).lower() or "one"
        found |= _numbers_of(name, figure, (*figure.lines, *figure.breakdowns))
        if figure.against:
            found[f"{name}_against", "", ""] = figure.against.numerator, figure.against.denominator, None
    for beside in figures[0].beside:
        if not beside.letter:
            label = re.sub(r"\W+", "_", beside.label.lower())
            found |= _numbers_of(f"beside_{label}", beside, beside.breakdowns)
    return found


def _numbers_of(name: str, whole: Numbers, members: Any) -> dict[Key, Told]:
    told = {(name, "", ""): whole} | {(name, one.dimension, one.member or ""): one for one in members}
    return {key: (one.numerator, one.denominator, one.not_known + one.pending) for key, one in told.items()}


# --- By hand ---


def _by_hand() -> dict[str, str]:
    """The statement of each indicator, with the parts that statements share put in."""
    text = re.sub(r"\A(--.*\n)+", "", Path(__file__).with_suffix(".sql").read_text())
    parts = re.findall(r"^-- (\w+)(?: (\w+)=(\w+))?\n(.*?)(?=^-- |\Z)", text, re.MULTILINE | re.DOTALL)
    shared = {name: body.strip() for name, _, _, body in parts if not body.startswith(("WITH", "SELECT"))}
    whole = [(name, word, value, body) for name, word, value, body in parts if name not in shared]
    return {name: _filled(body, shared).replace(f"{{{word}}}", value) for name, word, value, body in whole}


def _filled(statement: str, shared: Mapping[str, str]) -> str:
    for name, text in shared.items():
        statement = statement.replace(f"{{{name}}}", text)
    statement = re.sub(r"\{by (.*?)\}", lambda found: _which(found[1]), statement)
    return re.sub(r"\{sets (.*?)\}", lambda found: _sets(found[1]), statement)


def _which(columns: str) -> str:
    """Which breakdown a row of GROUPING SETS is of, and its member. A column that is not grouped by has its bit set."""
    names = columns.split(", ")
    bits = {name: 2 ** len(names) - 1 - 2 ** (len(names) - 1 - place) for place, name in enumerate(names)}
    said = " ".join(f"WHEN {bit} THEN '{name.removesuffix('_id')}'" for name, bit in bits.items())
    held = " ".join(f"WHEN {bit} THEN {name}::text" for name, bit in bits.items())
    return f"CASE grouping({columns}) {said} ELSE '' END AS dimension, CASE grouping({columns}) {held} END AS member"


def _sets(columns: str) -> str:
    return f"GROUPING SETS ((), {', '.join(f'({name})' for name in columns.split(', '))})"


def _asked(sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor, planned_afresh():
        cursor.execute(sql, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _read(rows: list[dict[str, Any]]) -> dict[Key, Told]:
    """The numbers of a statement; a column that is NULL in a row has none there."""
    found: dict[Key, Told] = {}
    for row in rows:
        for name in row.keys() - {"dimension", "member"}:
            if not name.endswith(("_of", "_rest")) and row[name] is not None:
                found[name, row["dimension"], row["member"] or ""] = (
                    row[name],
                    row.get(f"{name}_of"),
                    row.get(f"{name}_rest"),
                )
    return found


# --- Both ---


def _differences(indicator: str, ours: Mapping[Key, Told], by_hand: Mapping[Key, Told]) -> Iterator[str]:
    """Where the two do not agree. Of comparisons the whole alone is looked at: ours are not broken down."""
    for key in sorted({*ours, *by_hand}):
        name, dimension, member = key
        if name.endswith("_against") and dimension:
            continue
        mine, theirs = ours.get(key, NOTHING), by_hand.get(key, NOTHING)
        compared = [*zip(mine, theirs, strict=True)][: 3 if theirs[2] is not None else 2]
        if any(not _alike(one, other) for one, other in compared):
            where = " ".join(part for part in (indicator, name, dimension, member) if part)
            yield f"{where}: ours {mine}, by hand {theirs}"


def _alike(one: Any, other: Any) -> bool:
    """The same number; sums of fractions may differ far behind the point."""
    return abs(Decimal(one or 0) - Decimal(other or 0)) < Decimal("0.000001")


NOTHING: Told = (None, None, None)
