"""The columns of one figure among several that are added up over the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from fingerpost.language.conditions import facts_named
from fingerpost.language.definition import Figure, Mean, Median, Sum
from fingerpost.proof.measures.answers import (
    AMOUNT,
    AMOUNT_BESIDE,
    PLACE,
    RANK,
    RANK_BESIDE,
    STANDS,
    Answer,
    Place,
    Wanted,
    answered,
    fact_of,
    ranks,
    standing,
)
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.tables import Column, Table
from fingerpost.proof.measures.totals import COLUMNS

HAS_UNIT, HOW_MANY = "has_unit", "how_many"
SHARED = 232_792_560
"""What every number up to 20 divides. Of units that have several rows the amounts are kept so many times over: the mean of a unit's
rows is then a whole number again, and their sum has lost nothing."""
RANK_OTHER, PLACE_EITHER = "rank_other", "place_either"
_AS_ROWS = {"rows_outside": Place.OUTSIDE, "rows_inside": Place.INSIDE}
_INSIDE_EITHER = "rows_inside_either"
_PENDING, _LEFT_UNKNOWN, _UNKNOWN = (
    (STANDS[Place.LEFT_PENDING], STANDS[Place.PENDING]),
    (STANDS[Place.LEFT_NOT_KNOWN],),
    (STANDS[Place.NOT_KNOWN],),
)


def figures_of(records: RecordSet, wanted: Sequence[Wanted]) -> list["FigureColumns"]:
    """Figures of one unit that ask for the same population share the column that tells where a row stands to it."""
    given = {fact for told in records.together for fact in told.gives}

    def shares(one: Wanted, other: Wanted) -> bool:
        alike = (one.figure.count, one.figure.where) == (other.figure.count, other.figure.where)
        return alike and not any(
            each.paired or each.other or each.figure.roll_up == "latest" or given & {*each.figure.facts}
            for each in (one, other)
        )

    first = [
        next((n for n, other in enumerate(wanted) if shares(one, other)), number) for number, one in enumerate(wanted)
    ]
    return [FigureColumns(number, first[number], one, records) for number, one in enumerate(wanted)]


@dataclass(frozen=True)
class FigureColumns:
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
        beside = (RANK_BESIDE,) if self.wanted.paired else ()
        other = (RANK_OTHER, PLACE_EITHER) if self.wanted.other else ()
        return tuple(map(self.named, (PLACE, RANK, *beside, *other)))

    @property
    def ranks(self) -> tuple[str, ...]:
        """The columns that hold what a row answers."""
        return tuple(name for name in self.answers if name not in (self.named(PLACE), self.named(PLACE_EITHER)))

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns that hold numbers to be added up."""
        paired = self.wanted.paired
        first = (AMOUNT,) if fact_of(self.wanted.figure) else ()
        return tuple(map(self.named, (*first, *((AMOUNT_BESIDE,) if paired and fact_of(paired) else ()))))

    @property
    def tallies(self) -> dict[str, tuple[str, Place]]:
        """The columns that tell how many rows stand in a place, and by which column: only places in which a row can stand."""
        figure = self.wanted.figure
        can = {"rows_outside": figure.where is not None or figure.roll_up == "latest"}
        told = {self.named(name): (self.named(PLACE), at) for name, at in _AS_ROWS.items() if can.get(name, True)}
        either = {self.named(_INSIDE_EITHER): (self.named(PLACE_EITHER), Place.INSIDE)}
        return told | (either if self.wanted.other else {})

    def answered(self, rows: Table, asked: Asked) -> Table:
        """The rows with this figure's columns beside what they hold already."""
        told = answered(rows, self.records, asked, self.wanted)
        sides = {AMOUNT: self.wanted.figure, AMOUNT_BESIDE: self.wanted.paired}
        shared = [name for name, figure in sides.items() if figure and shared_out(self.records, figure) > 1]
        told = told.mutate(**{RANK: standing(told)}, **{name: told[name] * SHARED for name in shared})
        wanted = (PLACE, RANK, RANK_BESIDE, AMOUNT, AMOUNT_BESIDE)
        own = {self.named(name): name for name in wanted if self.named(name) in (*self.answers, *self.amounts)}
        told = told.select(*rows.columns, **{as_: told[name] for as_, name in own.items() if as_ not in rows.columns})
        return self._with_other(told, asked, self.wanted.other) if self.wanted.other else told

    def _with_other(self, rows: Table, asked: Asked, other: Figure) -> Table:
        """The rows with how they stand to the other part of a ratio, and whether they are inside for either."""
        told = answered(rows, self.records, asked, Wanted(other))
        inside = (told[PLACE] == int(Place.INSIDE)) | (told[self.named(PLACE)] == int(Place.INSIDE))
        either = inside.ifelse(int(Place.INSIDE), int(Place.OUTSIDE)).cast("int64")
        return told.select(*rows.columns, **{self.named(RANK_OTHER): standing(told), self.named(PLACE_EITHER): either})

    def one_a_unit(self, rows: Table) -> dict[str, Column]:
        """A unit's highest rank is its answer. A number form takes the mean of a unit's values."""
        told = {name: rows.count(where=rows[column] == int(place)) for name, (column, place) in self.tallies.items()}
        told |= {name: rows[name].max() for name in self.ranks}
        for name in self.amounts:
            rank = self.named(RANK if name == self.named(AMOUNT) else RANK_BESIDE)
            told[name] = rows[name].mean(where=rows[rank] >= 0)
        return told

    def one_a_cell(self, cells: Table) -> dict[str, Column]:
        return {
            name: (cells[column] == int(place)).ifelse(cells[HOW_MANY], ibis.literal(0, "int64"))
            for name, (column, place) in self.tallies.items()
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
            "not_known": unknown + self._standing(units, _LEFT_UNKNOWN if paired else ()),
            "pending": counts[Answer.PENDING] + self._standing(units, _PENDING if self._may_wait else ()),
            "outside": self._tally(units, "rows_outside"),
            "population_not_known": self._standing(units, _UNKNOWN if figure.where is not None else ()),
            "without_unit": self._without_unit(units, "rows_inside"),
            "amount": self._amount(units, figure, RANK, AMOUNT),
            **self._added_beside(units, paired),
            **self._added_either(units, self.wanted.other),
        }
        return ibis.array([told[name].cast("decimal") for name in COLUMNS])

    def _is(self, units: Table, rank: str, figure: Figure, answer: Answer) -> Column:
        return (units[HAS_UNIT] & (units[self.named(rank)] == ranks(figure)[answer])).fill_null(False)

    def _count(self, units: Table, rank: str, figure: Figure, answer: Answer) -> Column:
        return units[HOW_MANY].sum(where=self._is(units, rank, figure, answer)).fill_null(0)

    @property
    def _may_wait(self) -> bool:
        """Whether a row may stand as still to come: one whose population waits, or that a comparison leaves out."""
        where = self.wanted.figure.where
        waits = where is not None and any(name in self.records.pending for name in facts_named(where))
        return waits or self.wanted.paired is not None

    def _standing(self, units: Table, stands: tuple[int, ...]) -> Column:
        """How many units, and rows without one, stand so: none of a unit's rows is inside."""
        if not stands:
            return ibis.literal(0, "int64")
        return units[HOW_MANY].sum(where=units[self.named(RANK)].isin(stands).fill_null(False)).fill_null(0)

    def _tally(self, units: Table, name: str) -> Column:
        return units[self.named(name)].sum() if self.named(name) in self.tallies else ibis.literal(0, "int64")

    def _without_unit(self, units: Table, name: str) -> Column:
        return units[self.named(name)].sum(where=~units[HAS_UNIT]).fill_null(0)

    def _added_beside(self, units: Table, paired: Figure | None) -> dict[str, Column]:
        if paired is None:
            nothing = ibis.literal(0, "int64")
            return {"beside_in": nothing, "beside_out": nothing, "beside_amount": ibis.null("decimal")}
        return {
            "beside_in": self._count(units, RANK_BESIDE, paired, Answer.IN),
            "beside_out": self._count(units, RANK_BESIDE, paired, Answer.OUT),
            "beside_amount": self._amount(units, paired, RANK_BESIDE, AMOUNT_BESIDE),
        }

    def _added_either(self, units: Table, other: Figure | None) -> dict[str, Column]:
        """What this figure or the other cannot settle. A unit still to come for one of them is still to come."""
        if other is None:
            names = ("not_known", "pending", "population_not_known", "without_unit")
            return {f"either_{name}": ibis.literal(0, "int64") for name in names}

        def either(answer: Answer | None, *stands: int) -> Column:
            found = []
            for rank, figure in ((RANK, self.wanted.figure), (RANK_OTHER, other)):
                held = units[self.named(rank)].isin(stands)
                found.append((held | self._is(units, rank, figure, answer) if answer else held).fill_null(False))
            return found[0] | found[1]

        pending = either(Answer.PENDING, *_PENDING)
        unknown = either(None, *_LEFT_UNKNOWN)
        for rank, figure in ((RANK, self.wanted.figure), (RANK_OTHER, other)):
            if not figure.not_known_as_no:
                unknown = unknown | self._is(units, rank, figure, Answer.NOT_KNOWN)
        unsure = either(None, *_UNKNOWN)
        told = {
            "pending": pending,
            "not_known": unknown & ~pending,
            "population_not_known": unsure & ~unknown & ~pending,
        }
        counts = {f"either_{name}": units[HOW_MANY].sum(where=holds).fill_null(0) for name, holds in told.items()}
        return counts | {"either_without_unit": self._without_unit(units, _INSIDE_EITHER)}

    def _amount(self, units: Table, figure: Figure, rank: str, amount: str) -> Column:
        if isinstance(figure.form, Median):
            place, among = units[self.named("place_in_order")] * 2, units[self.named("among")]
            middle = units[self.named("counted")] & (place >= among) & (place <= among + 2)
            return units[self.named(amount)].mean(where=middle)
        if isinstance(figure.form, Sum | Mean):
            return units[self.named(amount)].sum(where=self._is(units, rank, figure, Answer.IN))
        return ibis.null("decimal")


def shared_out(records: RecordSet, figure: Figure) -> int:
    """How many times over the amounts of a figure are kept."""
    return SHARED if fact_of(figure) and figure.count and figure.count not in records.single else 1


def columns_of(figures: Sequence[FigureColumns]) -> list[str]:
    """The columns of a unit, in one order for cells and rows."""
    own = (name for one in figures for name in (*one.tallies, *one.ranks, *one.amounts))
    return [HAS_UNIT, HOW_MANY, *dict.fromkeys(own)]
