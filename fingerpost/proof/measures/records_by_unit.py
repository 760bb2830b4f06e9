"""The records behind a figure by what it counts: 24 children of 18 families. Its numbers are those of the figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.language.definition import Figure
from fingerpost.language.periods import Period
from fingerpost.proof.measures.answers import STANDS, Answer, Place, answer_of, fact_of, ranks
from fingerpost.proof.measures.measuring import is_recorded
from fingerpost.proof.measures.records import (
    PAGE,
    CountedRecord,
    figure_behind,
    listed_text,
    told,
)
from fingerpost.proof.measures.setting import set_up
from fingerpost.proof.measures.sql import run

MAY_BELONG, WITHOUT_UNIT = "population_not_known", "without_unit"
"""Rows that answer for no unit: nobody knows whether they are in the population, or whose they are."""
_STANDS = " ".join(f"WHEN {int(place)} THEN {rank}" for place, rank in STANDS.items())
_KEYED = """SELECT *, max(own_rank) OVER (PARTITION BY unit_key) AS stands FROM (
    SELECT *, CASE WHEN place <> %(outside)s AND unit IS NOT NULL THEN unit ELSE record::text END AS unit_key,
        CASE place {stands} ELSE rank END AS own_rank, place = %(inside)s AND unit IS NULL AS is_apart
    FROM ({text}) AS listed
) AS ranked"""
_PAGE = """SELECT * FROM (
    SELECT *, max(place_in_list) OVER () AS units_in_list FROM (
        SELECT *, dense_rank() OVER (ORDER BY first_reference, unit_key) AS place_in_list FROM (
            SELECT *, min(reference) OVER (PARTITION BY unit_key) AS first_reference FROM ({keyed}) AS keyed
            WHERE NOT %(sought)s OR (stands IS NULL AND %(wants_outside)s) OR stands = ANY(%(ranks)s)
        ) AS referred
    ) AS placed
) AS ordered
WHERE place_in_list > %(skip)s AND place_in_list <= %(skip)s + %(size)s ORDER BY place_in_list, reference, record"""
_TALLY = """SELECT stands, is_apart, count(*) AS records, count(DISTINCT unit_key) AS units, sum(amount) AS amount
FROM (SELECT *, {amount} AS amount FROM ({keyed}) AS keyed) AS measured GROUP BY 1, 2"""
_PLACES = {"inside": int(Place.INSIDE), "outside": int(Place.OUTSIDE)}


@dataclass(frozen=True)
class CountedUnit:
    """One of what the figure counts, with its records. Records that answer for no unit stand alone."""

    answer: Answer
    records: tuple[CountedRecord, ...]


@dataclass(frozen=True)
class Tally:
    """How many units gave an answer, and how many records they have."""

    units: int = 0
    records: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.units + other.units, self.records + other.records)


@dataclass(frozen=True)
class UnitPage:
    """Some of the units behind a figure, and how many there are of each answer, `population_not_known` and `without_unit`.

    `total` is how many units the list has that this is a page of; `amount` what the units counted in come to, where the figure
    adds a fact up. A page beyond the last has no units, and no total.
    """

    figure: Figure
    units: tuple[CountedUnit, ...]
    tallies: Mapping[str, Tally]
    amount: Decimal | None
    total: int = 0

    def tally(self, *parts: str) -> Tally:
        return sum((self.tallies.get(part, Tally()) for part in parts), Tally())


def records_by_unit(
    service: str,
    indicator: str,
    *,
    actor: Actor,
    period: Period,
    as_known_at: datetime,
    rules: Rules,
    answer: Answer | None = None,
    beside: str | None = None,
    skip: int = 0,
    size: int = PAGE,
) -> UnitPage:
    """A page of units with all their records, of one answer or of any; the tallies are of every answer. Three queries.

    `beside` as in `records`. Raises NotAllowed without `view_records_counted` on the service.
    """
    setting = set_up(
        service,
        indicator,
        actor=actor,
        period=period,
        as_known_at=as_known_at,
        rules=rules,
        permission=Permission.VIEW_RECORDS_COUNTED,
    )
    figure, paired = figure_behind(setting.definition, beside)
    if not is_recorded(figure):
        return UnitPage(figure, (), {}, None)
    keyed = _KEYED.format(stands=_STANDS, text=listed_text(figure, paired, setting.asked))
    page = _PAGE.format(keyed=keyed)
    rows = run(page, setting.asked, skip=skip, size=size, **_sought(figure, answer), **_PLACES)
    total = rows[0]["units_in_list"] if rows else 0
    counted = run(_TALLY.format(keyed=keyed, amount=_amount(figure)), setting.asked, **_PLACES)
    return UnitPage(figure, _units(actor, figure, rows), *_tallies(figure, counted), total)


def _amount(figure: Figure) -> str:
    """The share of a row in what its unit gives: a unit gives the mean of its rows."""
    fact = fact_of(figure)
    if fact is None:
        return "NULL::numeric"
    column = f'"fact_{fact}"'
    return f"{column}::numeric / nullif(count({column}) OVER (PARTITION BY unit_key), 0)"


def _answer(figure: Figure, stands: int | None) -> Answer:
    """What a unit answers whose highest row ranks or stands so; None is that of a row outside."""
    if stands is None:
        return Answer.OUTSIDE
    place = next((place for place, rank in STANDS.items() if rank == stands), Place.INSIDE)
    return answer_of(figure, place, stands)


def _sought(figure: Figure, answer: Answer | None) -> dict[str, Any]:
    every = (*ranks(figure).values(), *STANDS.values())
    wanted = [rank for rank in every if _answer(figure, rank) is answer]
    return {"sought": answer is not None, "ranks": wanted, "wants_outside": answer is Answer.OUTSIDE}


def _units(actor: Actor, figure: Figure, rows: list[dict[str, Any]]) -> tuple[CountedUnit, ...]:
    pairs = zip(rows, told(actor, figure, rows), strict=True)
    units = [list(some) for _, some in groupby(pairs, key=lambda pair: pair[0]["place_in_list"])]
    return tuple(
        CountedUnit(_answer(figure, some[0][0]["stands"]), tuple(record for _, record in some)) for some in units
    )


def _tallies(figure: Figure, counted: list[dict[str, Any]]) -> tuple[dict[str, Tally], Decimal | None]:
    tallies: dict[str, Tally] = {}
    amount: Decimal | None = None
    for row in counted:
        part = WITHOUT_UNIT if row["is_apart"] else _part(figure, row["stands"])
        tallies[part] = tallies.get(part, Tally()) + Tally(row["units"], row["records"])
        if part == Answer.IN.value and row["amount"] is not None:
            amount = (amount or Decimal(0)) + row["amount"]
    return tallies, amount


def _part(figure: Figure, stands: int | None) -> str:
    return MAY_BELONG if stands == STANDS[Place.NOT_KNOWN] else _answer(figure, stands).value
