"""Four figures of the Essex agreement with their breakdowns, ours and by hand, which must agree.

By hand means: the same numbers as known at the same moment, in the shortest SQL that we can write.
"""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection

from fingerpost.demo.world.county import ESSEX, SYSTEM
from fingerpost.language.periods import Period
from fingerpost.proof.measures.evaluate import set_up
from fingerpost.proof.measures.measuring import measure

T = TypeVar("T")
PERIOD = Period(date(2010, 10, 1), date(2010, 12, 31))
KNOWN_AT = datetime(2011, 8, 1, 12, tzinfo=ZoneInfo("Europe/London"))
BY = ("quadrant", "locality")
INDICATORS = ("fixed_term_exclusions", "sessions_per_case", "attendance_improved", "no_repeat_exclusion")


def _statements() -> dict[str, str]:
    """The sections of `bench_figures.sql`, with the parts that they share put in."""
    whole = Path(__file__).with_suffix(".sql").read_text()
    sections = dict(re.findall(r"^-- (\w+)\n(.*?)(?=^-- |\Z)", whole, re.MULTILINE | re.DOTALL))
    shared = {name: sections.pop(name).strip() for name in ("closed", "child")}
    for name, text in shared.items():
        sections = {key: statement.replace(f"{{{name}}}", text) for key, statement in sections.items()}
    return sections


BY_HAND = _statements()


@dataclass(frozen=True)
class Compared:
    """Milliseconds of all four, ours and by hand, and what did not agree."""

    ours: float
    by_hand: float
    differences: tuple[str, ...]


def compare(times: int = 3) -> Compared:
    """Every indicator worked out both ways, the middle of some runs each, after one to warm up."""
    ours, by_hand, differences = 0.0, 0.0, []
    parameters: dict[str, Any] = {"service": ESSEX, "known": KNOWN_AT, "since": PERIOD.start, "until": PERIOD.end}
    for indicator in INDICATORS:
        taken, figure = _timed(lambda i=indicator: _ours(i), times)  # type: ignore[misc]
        ours += taken
        taken, rows = _timed(lambda i=indicator: _asked(BY_HAND[i], parameters), times)  # type: ignore[misc]
        by_hand += taken
        differences += _differences(indicator, figure, rows)
    return Compared(ours, by_hand, tuple(differences))


def _ours(indicator: str) -> dict[tuple[str, str], tuple[object, object]]:
    """Numerators and denominators by dimension and member; the whole under ("", "").

    Without what our pages show beside a figure (other readings, the period before): the statement by hand has it neither.
    """
    setting = set_up(ESSEX, indicator, actor=SYSTEM, period=PERIOD, as_known_at=KNOWN_AT)
    found = measure(setting.definition.figure, setting.asked, by=BY)
    return {
        (dimension, str(member or "")): (made.numbers.numerator, made.numbers.denominator)
        for (dimension, member), made in found.items()
    }


def _asked(sql: str, parameters: dict[str, Any]) -> dict[tuple[str, str], tuple[object, object]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return {
        ("quadrant", quadrant) if quadrant else ("locality", locality) if locality else ("", ""): (
            numerator,
            denominator,
        )
        for quadrant, locality, numerator, denominator in rows
    }


def _timed(work: Callable[[], T], times: int) -> tuple[float, T]:
    found, taken = work(), []
    for _ in range(times):
        began = time.perf_counter()
        found = work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), found


def _differences(
    indicator: str,
    ours: dict[tuple[str, str], tuple[object, object]],
    theirs: dict[tuple[str, str], tuple[object, object]],
) -> list[str]:
    found = []
    for key, (numerator, denominator) in theirs.items():
        mine = ours.get(key, (0, 0))
        if mine[0] != numerator or (denominator is not None and mine[1] != denominator):
            found.append(
                f"{indicator} {' '.join(key)}: ours {mine[0]} of {mine[1]}, by hand {numerator} of {denominator}"
            )
    return found
