"""Adding up an answered record set: for all of it, and for every member of each breakdown, in one statement.

The rows are worked out once; each breakdown is one pass over them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from fingerpost.language.conditions import facts_named
from fingerpost.language.definition import Figure, Mean, Median, Sum
from fingerpost.proof.measures.answers import (
    AMOUNT,
    AMOUNT_BESIDE,
    PLACE,
    RANK,
    RANK_BESIDE,
    UNIT,
    Answer,
    Place,
    Wanted,
    answered,
    fact_of,
    ranks,
    rows_for,
)
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.tables import Column, Table

EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many units gave each answer, what their amounts come to, and how many rows are not in the population.

    `amount` is None of nothing.
    """

    counted_in: int = 0
    counted_out: int = 0
    not_known: int = 0
    pending: int = 0
    outside: int = 0
    population_not_known: int = 0
    without_unit: int = 0
    amount: Decimal | None = None
    beside_in: int = 0
    beside_out: int = 0
    beside_amount: Decimal | None = None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Totals":
        """The totals in a row of the statement; databases widen a sum of counts to a decimal."""
        found: dict[str, Any] = {name: row[name] if name in _AMOUNTS else int(row[name]) for name in COLUMNS}
        return cls(**found)

    @property
    def settled(self) -> int:
        """Units that are in or out."""
        return self.counted_in + self.counted_out

    @property
    def unsettled(self) -> int:
        """Units of which nothing can be said yet."""
        return self.not_known + self.pending


COLUMNS = tuple(Totals.__slots__)
_AMOUNTS = ("amount", "beside_amount")
_AS_ROWS = {
    "rows_outside": Place.OUTSIDE,
    "rows_unknown": Place.NOT_KNOWN,
    "rows_pending": Place.PENDING,
    "left_unknown": Place.LEFT_NOT_KNOWN,
    "left_pending": Place.LEFT_PENDING,
}
_LEFT = ("left_unknown", "left_pending")


def _tallies(records: RecordSet, wanted: Wanted) -> dict[str, Place]:
    """The places outside the population in which a row of this figure can stand at all: only they are added up."""
    figure, paired = wanted.figure, wanted.paired
    waits = figure.where is not None and any(name in records.pending for name in facts_named(figure.where))
    can = {
        "rows_outside": figure.where is not None or figure.roll_up == "latest",
        "rows_unknown": figure.where is not None,
        "rows_pending": waits,
        **dict.fromkeys(_LEFT, paired is not None),
    }
    return {name: place for name, place in _AS_ROWS.items() if can[name]}


def totals(records: RecordSet, asked: Asked, wanted: Sequence[Wanted]) -> Table:
    """The totals of several figures over the same rows: which figure, dimension, member and the columns of Totals.

    One row for everything and one for each member of each breakdown. The figures have one set and one `when`.
    """
    rows = rows_for(records, asked, wanted)
    parts = [part for number, one in enumerate(wanted) for part in _of_figure(rows, records, asked, one, number)]
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _of_figure(rows: Table, records: RecordSet, asked: Asked, wanted: Wanted, number: int) -> list[Table]:
    held = answered(rows, records, asked, wanted)
    # A row that is not inside answers for no unit: without it, there are fewer units to tell apart.
    unit = (held[PLACE] == int(Place.INSIDE)).ifelse(held[UNIT], ibis.null(held[UNIT].type()))
    held = held.select(PLACE, *_amounts(wanted), *wanted.by, **{UNIT: unit}).alias(f"answered_{number}")
    return [
        _of_dimension(held, records, wanted, dimension).mutate(figure=ibis.literal(number, "int64"))
        for dimension in (EVERYTHING, *wanted.by)
    ]


def _of_dimension(rows: Table, records: RecordSet, wanted: Wanted, dimension: str) -> Table:
    """A row of several members counts in each of them."""
    figure, paired = wanted.figure, wanted.paired
    member = rows[dimension] if dimension else ibis.literal(EVERYTHING)
    if dimension in records.several:
        member = _each(rows[dimension])
    spread, places = rows.select(UNIT, PLACE, *_amounts(wanted), member=member), _tallies(records, wanted)
    units = _one_a_row(spread, places) if figure.count is None else _one_a_unit(spread, places, wanted)
    if isinstance(figure.form, Median):
        units = _in_order(units, figure)
    added = units.group_by("member").agg(**_added(units, figure, paired))
    named = added.member.cast("string")
    return added.select(dimension=ibis.literal(dimension), member=named, **{name: added[name] for name in COLUMNS})


def _each(codes: Column) -> Column:
    """One code after another; a row without any is kept, as not known."""
    nothing = ibis.array([ibis.null("string")])
    return ibis.ifelse(codes.isnull() | (codes.length() == 0), nothing, codes).unnest()


def _amounts(wanted: Wanted) -> tuple[str, ...]:
    """The columns that hold answers and, where numbers are added up, amounts."""
    first = (RANK, AMOUNT) if fact_of(wanted.figure) else (RANK,)
    if wanted.paired is None:
        return first
    return (*first, RANK_BESIDE, AMOUNT_BESIDE) if fact_of(wanted.paired) else (*first, RANK_BESIDE)


def _one_a_row(rows: Table, places: Mapping[str, Place]) -> Table:
    stands = {name: (rows[PLACE] == int(place)).cast("int32") for name, place in places.items()}
    return rows.mutate(**stands, rows_inside=(rows[PLACE] == int(Place.INSIDE)).cast("int32"))


def _one_a_unit(rows: Table, places: Mapping[str, Place], wanted: Wanted) -> Table:
    """One row for each unit: its highest rank is its answer. A number form takes the mean of a unit's values."""
    told = {name: (rows[PLACE] == int(place)).sum() for name, place in places.items()}
    held = _amounts(wanted)
    for rank, amount in ((RANK, AMOUNT), (RANK_BESIDE, AMOUNT_BESIDE)):
        if rank in held:
            told[rank] = rows[rank].max()
        if amount in held:
            told[amount] = rows[amount].mean(where=rows[rank].notnull())
    inside = (rows[PLACE] == int(Place.INSIDE)).sum()
    return rows.group_by([rows.member, rows[UNIT]]).agg(**told, rows_inside=inside)


def _in_order(units: Table, figure: Figure) -> Table:
    """Numbers the units of a member by amount, so that the middle can be told."""
    units = units.mutate(counted=_is(units, RANK, figure, Answer.IN))
    place = ibis.row_number().over(group_by=[units.member, units.counted], order_by=units[AMOUNT]) + 1
    return units.mutate(place_in_order=place, among=units.counted.sum().over(group_by=units.member))


def _is(units: Table, rank: str, figure: Figure, answer: Answer) -> Column:
    return (units[UNIT].notnull() & (units[rank] == ranks(figure)[answer])).fill_null(False)


def _added(units: Table, figure: Figure, paired: Figure | None) -> dict[str, Column]:
    counts = {answer: _is(units, RANK, figure, answer).sum() for answer in ranks(figure)}
    unknown, out = counts[Answer.NOT_KNOWN], counts[Answer.OUT]
    if figure.not_known_as_no:
        unknown, out = ibis.literal(0, "int64"), out + unknown
    return {
        "counted_in": counts[Answer.IN],
        "counted_out": out,
        "not_known": unknown + _tally(units, "left_unknown"),
        "pending": counts[Answer.PENDING] + _tally(units, "rows_pending") + _tally(units, "left_pending"),
        "outside": _tally(units, "rows_outside"),
        "population_not_known": _tally(units, "rows_unknown"),
        "without_unit": units.rows_inside.sum(where=units[UNIT].isnull()).fill_null(0),
        "amount": _amount(units, figure, RANK, AMOUNT),
        **_added_beside(units, paired),
    }


def _tally(units: Table, name: str) -> Column:
    return units[name].sum() if name in units.columns else ibis.literal(0, "int64")


def _added_beside(units: Table, paired: Figure | None) -> dict[str, Column]:
    if paired is None:
        nothing = ibis.literal(0, "int64")
        return {"beside_in": nothing, "beside_out": nothing, "beside_amount": ibis.null("decimal")}
    return {
        "beside_in": _is(units, RANK_BESIDE, paired, Answer.IN).sum(),
        "beside_out": _is(units, RANK_BESIDE, paired, Answer.OUT).sum(),
        "beside_amount": _amount(units, paired, RANK_BESIDE, AMOUNT_BESIDE),
    }


def _amount(units: Table, figure: Figure, rank: str, amount: str) -> Column:
    if isinstance(figure.form, Median):
        twice = units.place_in_order * 2
        return units[amount].mean(where=units.counted & (twice >= units.among) & (twice <= units.among + 2))
    if isinstance(figure.form, Sum | Mean):
        return units[amount].sum(where=_is(units, rank, figure, Answer.IN))
    return ibis.null("decimal")
