"""Adding up an answered record set: for all of it, and for every member of each breakdown, in one statement.

The rows are worked out once. Rows of one unit are folded into one wherever all of them lie in the same member of every
breakdown, as is usual. Then units that are alike in all that is asked, answers and breakdowns, become one cell with how many
they are: cells are few. Each breakdown is one pass over the cells and the rows of the other units, in which all figures that
count the same unit are added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_, or_
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
    def read(cls, told: Sequence[Decimal | None]) -> "Totals":
        """The totals as a statement tells them, in the order of COLUMNS: all as decimals."""
        held = zip(COLUMNS, told, strict=True)
        found: dict[str, Any] = {name: value if name in _AMOUNTS else int(value or 0) for name, value in held}
        return cls(**found)

    @property
    def is_empty(self) -> bool:
        """Whether nothing here belongs to the population, nor may."""
        told = (
            self.settled,
            self.unsettled,
            self.population_not_known,
            self.without_unit,
            self.beside_in,
            self.beside_out,
        )
        return not any(told)

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
    "rows_inside": Place.INSIDE,
}
_LEFT = ("left_unknown", "left_pending")
HAS_UNIT, HOW_MANY, IS_EVEN = "has_unit", "how_many", "is_even"


@dataclass(frozen=True)
class Pass:
    """One pass over the rows: the figures, by their places among those asked for, that it adds up by one dimension."""

    dimension: str
    figures: tuple[int, ...]


def passes(wanted: Sequence[Wanted]) -> list[Pass]:
    """Every pass that the figures need: one for each dimension and unit of count."""
    by_unit: dict[str | None, list[int]] = {}
    for number, one in enumerate(wanted):
        by_unit.setdefault(one.figure.count, []).append(number)
    return [
        Pass(dimension, tuple(number for number in numbers if dimension in (EVERYTHING, *wanted[number].by)))
        for numbers in by_unit.values()
        for dimension in dict.fromkeys((EVERYTHING, *(name for number in numbers for name in wanted[number].by)))
    ]


def totals(records: RecordSet, asked: Asked, wanted: Sequence[Wanted]) -> Table:
    """The totals of several figures over the same rows: which pass, its member, and for each figure of the pass its Totals.

    One row for everything and one for each member of each breakdown. The figures have one set and one `when`.
    """
    rows, parts = rows_for(records, asked, wanted), []
    figures = _figures(records, wanted)
    held: dict[str | None, _Held] = {}
    for place, one in enumerate(passes(wanted)):
        unit = wanted[one.figures[0]].figure.count
        if unit not in held:
            held[unit] = _held(rows, asked, [figure for figure in figures if figure.wanted.figure.count == unit])
        added = _added_up(held[unit], one.dimension, [figures[number] for number in one.figures])
        parts.append(added.mutate(place=ibis.literal(place, "int64")))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _figures(records: RecordSet, wanted: Sequence[Wanted]) -> list["_Figure"]:
    """Figures of one unit that ask for the same population share the column that tells where a row stands to it."""
    given = {fact for told in records.together for fact in told.gives}

    def shares(one: Wanted, other: Wanted) -> bool:
        alike = (one.figure.count, one.figure.where) == (other.figure.count, other.figure.where)
        return alike and not any(
            each.paired or each.figure.roll_up == "latest" or given & {*each.figure.facts} for each in (one, other)
        )

    first = [
        next((n for n, other in enumerate(wanted) if shares(one, other)), number) for number, one in enumerate(wanted)
    ]
    return [_Figure(number, first[number], one, records) for number, one in enumerate(wanted)]


@dataclass(frozen=True)
class _Figure:
    """One of the figures; its columns carry its number, or that of the first figure whose population is the same."""

    number: int
    population: int
    wanted: Wanted
    records: RecordSet

    def named(self, name: str) -> str:
        return f"{name}_{self.population if name == PLACE or name in _AS_ROWS else self.number}"

    @property
    def answers(self) -> tuple[str, ...]:
        """The columns that hold where a row stands and what it answers."""
        return tuple(self.named(name) for name in (PLACE, RANK, *((RANK_BESIDE,) if self.wanted.paired else ())))

    @property
    def ranks(self) -> tuple[str, ...]:
        """The columns that hold what a row answers."""
        return tuple(name for name in self.answers if name != self.named(PLACE))

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns that hold numbers to be added up."""
        paired = self.wanted.paired
        first = (AMOUNT,) if fact_of(self.wanted.figure) else ()
        return tuple(map(self.named, (*first, *((AMOUNT_BESIDE,) if paired and fact_of(paired) else ()))))

    @property
    def tallies(self) -> dict[str, Place]:
        """The columns that tell how many rows stand in a place: only places in which a row can stand at all."""
        figure, paired = self.wanted.figure, self.wanted.paired
        waits = figure.where is not None and any(name in self.records.pending for name in facts_named(figure.where))
        can = {
            "rows_outside": figure.where is not None or figure.roll_up == "latest",
            "rows_unknown": figure.where is not None,
            "rows_pending": waits,
            **dict.fromkeys(_LEFT, paired is not None),
        }
        return {self.named(name): place for name, place in _AS_ROWS.items() if can.get(name, True)}

    def answered(self, rows: Table, asked: Asked) -> Table:
        """The rows with this figure's columns beside what they hold already."""
        told = answered(rows, self.records, asked, self.wanted)
        wanted = (PLACE, RANK, RANK_BESIDE, AMOUNT, AMOUNT_BESIDE)
        own = {self.named(name): name for name in wanted if self.named(name) in (*self.answers, *self.amounts)}
        return told.select(*rows.columns, **{as_: told[name] for as_, name in own.items() if as_ not in rows.columns})

    def one_a_unit(self, rows: Table) -> dict[str, Column]:
        """A unit's highest rank is its answer. A number form takes the mean of a unit's values."""
        told = {name: rows.count(where=rows[self.named(PLACE)] == int(place)) for name, place in self.tallies.items()}
        told |= {name: rows[name].max() for name in self.ranks}
        for name in self.amounts:
            rank = self.named(RANK if name == self.named(AMOUNT) else RANK_BESIDE)
            told[name] = rows[name].mean(where=rows[rank].notnull())
        return told

    def one_a_cell(self, cells: Table) -> dict[str, Column]:
        place = cells[self.named(PLACE)]
        return {
            name: (place == int(one)).ifelse(cells[HOW_MANY], ibis.literal(0, "int64"))
            for name, one in self.tallies.items()
        }

    def in_order(self, units: Table) -> Table:
        """For a median: numbers the units of a member by amount, so that the middle can be told."""
        if not isinstance(self.wanted.figure.form, Median):
            return units
        units = units.mutate(**{self.named("counted"): self._is(units, RANK, self.wanted.figure, Answer.IN)})
        held, amount = units[self.named("counted")], units[self.named(AMOUNT)]
        place = ibis.row_number().over(group_by=[units.member, held], order_by=amount) + 1
        among = held.sum().over(group_by=units.member)
        return units.mutate(**{self.named("place_in_order"): place, self.named("among"): among})

    def added(self, units: Table) -> Column:
        """The Totals of a member, as decimals in the order of COLUMNS."""
        figure, paired = self.wanted.figure, self.wanted.paired
        counts = {answer: self._count(units, RANK, figure, answer) for answer in ranks(figure)}
        unknown, out = counts[Answer.NOT_KNOWN], counts[Answer.OUT]
        if figure.not_known_as_no:
            unknown, out = ibis.literal(0, "int64"), out + unknown
        told = {
            "counted_in": counts[Answer.IN],
            "counted_out": out,
            "not_known": unknown + self._tally(units, "left_unknown"),
            "pending": counts[Answer.PENDING] + self._tally(units, "rows_pending") + self._tally(units, "left_pending"),
            "outside": self._tally(units, "rows_outside"),
            "population_not_known": self._tally(units, "rows_unknown"),
            "without_unit": units[self.named("rows_inside")].sum(where=~units[HAS_UNIT]).fill_null(0),
            "amount": self._amount(units, figure, RANK, AMOUNT),
            **self._added_beside(units, paired),
        }
        return ibis.array([told[name].cast("decimal") for name in COLUMNS])

    def _is(self, units: Table, rank: str, figure: Figure, answer: Answer) -> Column:
        return (units[HAS_UNIT] & (units[self.named(rank)] == ranks(figure)[answer])).fill_null(False)

    def _count(self, units: Table, rank: str, figure: Figure, answer: Answer) -> Column:
        return units[HOW_MANY].sum(where=self._is(units, rank, figure, answer)).fill_null(0)

    def _tally(self, units: Table, name: str) -> Column:
        return units[self.named(name)].sum() if self.named(name) in self.tallies else ibis.literal(0, "int64")

    def _added_beside(self, units: Table, paired: Figure | None) -> dict[str, Column]:
        if paired is None:
            nothing = ibis.literal(0, "int64")
            return {"beside_in": nothing, "beside_out": nothing, "beside_amount": ibis.null("decimal")}
        return {
            "beside_in": self._count(units, RANK_BESIDE, paired, Answer.IN),
            "beside_out": self._count(units, RANK_BESIDE, paired, Answer.OUT),
            "beside_amount": self._amount(units, paired, RANK_BESIDE, AMOUNT_BESIDE),
        }

    def _amount(self, units: Table, figure: Figure, rank: str, amount: str) -> Column:
        if isinstance(figure.form, Median):
            place, among = units[self.named("place_in_order")] * 2, units[self.named("among")]
            middle = units[self.named("counted")] & (place >= among) & (place <= among + 2)
            return units[self.named(amount)].mean(where=middle)
        if isinstance(figure.form, Sum | Mean):
            return units[self.named(amount)].sum(where=self._is(units, rank, figure, Answer.IN))
        return ibis.null("decimal")


@dataclass(frozen=True)
class _Held:
    """Answered rows by one unit: units as cells, and rows of units that lie in several members. None where there are no such."""

    cells: Table
    uneven: Table | None


def _held(rows: Table, asked: Asked, figures: Sequence[_Figure]) -> _Held:
    """The unit is told only of rows inside for one of the figures: a row that is not answers for no unit."""
    held, first, records = rows, figures[0].wanted.figure, figures[0].records
    for one in figures:
        held = one.answered(held, asked)
    by = tuple(dict.fromkeys(name for one in figures for name in one.wanted.by))
    kept = dict.fromkeys(name for one in figures for name in (*one.answers, *one.amounts))
    unit = held[records.units[first.count] if first.count else "record"]
    inside = reduce(or_, (held[one.named(PLACE)] == int(Place.INSIDE) for one in figures))
    held = held.select(*kept, *by, **{UNIT: inside.ifelse(unit, ibis.null(unit.type()))})
    named = first.count or "row"
    held = held.alias(f"counted_by_{named}")
    if first.count is None or first.count in records.single:
        return _Held(_cells(held, figures, by).alias(f"cells_by_{named}"), None)
    if first.count in records.crowded or not by:
        alone, sharing = held.filter(held[UNIT].isnull()), held.filter(held[UNIT].notnull())
    else:
        units = held.filter(held[UNIT].notnull()).group_by(UNIT).agg(rows=lambda t: t.count())
        several = units.filter(units.rows > 1).select(UNIT).alias(f"several_of_{named}")
        alone, sharing = held.anti_join(several, UNIT), held.semi_join(several, UNIT).alias(f"sharing_a_{named}")
    folded = _folded(sharing, figures, by).alias(f"folded_by_{named}")
    even = _alike(folded.filter(folded[IS_EVEN]), figures, by)
    cells = ibis.union(_cells(alone, figures, by), even).alias(f"cells_by_{named}")
    uneven = folded.filter(~folded[IS_EVEN]).select(UNIT)
    return _Held(cells, sharing.semi_join(uneven, UNIT).alias(f"uneven_by_{named}") if by else None)


def _cells(rows: Table, figures: Sequence[_Figure], by: tuple[str, ...]) -> Table:
    """Rows alike as one, where each row is a unit, or of none. A median needs each number by itself."""
    rows = rows.mutate(**{HAS_UNIT: rows[UNIT].notnull()})
    if _each_by_itself(figures):
        cells = rows.mutate(**{HOW_MANY: ibis.literal(1, "int64")})
    else:
        alike = [*by, HAS_UNIT, *dict.fromkeys(name for one in figures for name in one.answers)]
        amounts = {name: rows[name].sum() for one in figures for name in one.amounts}
        cells = rows.group_by(alike).agg(**{HOW_MANY: rows.count()}, **amounts)
    told = {name: column for one in figures for name, column in one.one_a_cell(cells).items()}
    return cells.mutate(**told).select(*by, *_columns(figures))


def _folded(rows: Table, figures: Sequence[_Figure], by: tuple[str, ...]) -> Table:
    """One row for each unit, and whether its rows lie in the same member of every breakdown."""
    told = {name: column for one in figures for name, column in one.one_a_unit(rows).items()}
    lies = {name: _end(rows[name]) for name in by}
    even = reduce(and_, (_is_even(rows, name) for name in by), ibis.literal(True))
    return rows.group_by(UNIT).agg(**told, **lies, **{IS_EVEN: even})


def _is_even(rows: Table, name: str) -> Column:
    """Whether all rows of a group have one value in the column, or all have none."""
    same = (_end(rows[name]) == _end(rows[name], first=True)).fill_null(True)
    return same & rows[name].count().isin([0, rows.count()])


def _end(column: Column, *, first: bool = False) -> Column:
    if column.type().is_boolean():
        return column.all() if first else column.any()
    return column.min() if first else column.max()


def _alike(units: Table, figures: Sequence[_Figure], by: tuple[str, ...]) -> Table:
    """Units alike as one."""
    units = units.mutate(**{HAS_UNIT: ibis.literal(True)})
    if _each_by_itself(figures):
        return units.mutate(**{HOW_MANY: ibis.literal(1, "int64")}).select(*by, *_columns(figures))
    summed = {name: units[name].sum() for one in figures for name in (*one.tallies, *one.amounts)}
    ranked = [name for one in figures for name in one.ranks]
    cells = units.group_by([*by, HAS_UNIT, *ranked]).agg(**{HOW_MANY: units.count()}, **summed)
    return cells.select(*by, *_columns(figures))


def _each_by_itself(figures: Sequence[_Figure]) -> bool:
    return any(isinstance(one.wanted.figure.form, Median) for one in figures)


def _added_up(held: _Held, dimension: str, figures: Sequence[_Figure]) -> Table:
    """One row for each member. A row of several members counts in each of them."""
    units = _of_member(held.cells, dimension, figures)
    if held.uneven is not None:
        units = ibis.union(units, _units_of_rows(held.uneven, dimension, figures))
    for one in figures:
        units = one.in_order(units)
    added = units.group_by("member").agg(**{one.named("told"): one.added(units) for one in figures})
    told = ibis.array([added[one.named("told")] for one in figures])
    return added.select(member=added.member.cast("string"), told=told)


def _columns(figures: Sequence[_Figure]) -> list[str]:
    """The columns of a unit, in one order for cells and rows."""
    own = (name for one in figures for name in (*one.tallies, *one.ranks, *one.amounts))
    return [HAS_UNIT, HOW_MANY, *dict.fromkeys(own)]


def _of_member(units: Table, dimension: str, figures: Sequence[_Figure]) -> Table:
    return units.mutate(member=_member(units, dimension, figures)).select("member", *_columns(figures))


def _units_of_rows(rows: Table, dimension: str, figures: Sequence[_Figure]) -> Table:
    spread = rows.mutate(member=_member(rows, dimension, figures))
    told = {name: column for one in figures for name, column in one.one_a_unit(spread).items()}
    units = spread.group_by(["member", UNIT]).agg(**told)
    units = units.mutate(**{HAS_UNIT: units[UNIT].notnull(), HOW_MANY: ibis.literal(1, "int64")})
    return units.select("member", *_columns(figures))


def _member(rows: Table, dimension: str, figures: Sequence[_Figure]) -> Column:
    if not dimension:
        return ibis.literal(EVERYTHING)
    return _each(rows[dimension]) if dimension in figures[0].records.several else rows[dimension]


def _each(codes: Column) -> Column:
    """One code after another, each once; a row without any is kept, as not known."""
    nothing = ibis.array([ibis.null("string")])
    return ibis.ifelse(codes.isnull() | (codes.length() == 0), nothing, codes.unique()).unnest()
