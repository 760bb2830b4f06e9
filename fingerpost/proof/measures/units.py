"""Answered rows gathered as what is counted.

Rows of one unit are folded into one wherever all of them lie in the same member of every breakdown, as is usual. Then units that
are alike in all that is asked, answers and breakdowns, become one cell with how many they are: cells are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import ibis

from fingerpost.language.definition import Median
from fingerpost.proof.measures.answers import UNIT
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.columns import HAS_UNIT, HOW_MANY, FigureColumns, columns_of
from fingerpost.proof.measures.tables import Column, Table

IS_EVEN = "is_even"


@dataclass(frozen=True)
class Units:
    """Answered rows by one unit: units as cells, and the rows of units that lie in several members, where that can be."""

    cells: Table
    uneven: Table | None = None


def units_of(rows: Table, asked: Asked, figures: Sequence[FigureColumns]) -> Units:
    """The rows with their answers, gathered as the unit that the figures count."""
    unit, records = figures[0].wanted.figure.count, figures[0].records
    by = tuple(dict.fromkeys(name for one in figures for name in one.wanted.by))
    named = unit or "row"
    held = _answered(rows, asked, figures, by).alias(f"counted_by_{named}")
    if unit is None or unit in records.single:
        return Units(_cells(held, figures, by).alias(f"cells_by_{named}"))
    alone, sharing = _apart(held, named, at_once=unit in records.crowded or not by)
    folded = _folded(sharing, figures, by).alias(f"folded_by_{named}")
    even = _alike(folded.filter(folded[IS_EVEN]), figures, by)
    cells = ibis.union(_cells(alone, figures, by), even).alias(f"cells_by_{named}")
    uneven = folded.filter(~folded[IS_EVEN]).select(UNIT)
    return Units(cells, sharing.semi_join(uneven, UNIT).alias(f"uneven_by_{named}") if by else None)


def _answered(rows: Table, asked: Asked, figures: Sequence[FigureColumns], by: tuple[str, ...]) -> Table:
    """The unit is told only of rows that are inside for one of the figures or may yet be: a row outside answers for no unit."""
    for one in figures:
        rows = one.answered(rows, asked)
    count, records = figures[0].wanted.figure.count, figures[0].records
    unit = rows[records.units[count] if count else "record"]
    may_count = reduce(or_, (rows[name].notnull() for one in figures for name in one.ranks))
    kept = dict.fromkeys(name for one in figures for name in (*one.answers, *one.amounts))
    return rows.select(*kept, *by, **{UNIT: may_count.ifelse(unit, ibis.null(unit.type()))})


def _apart(rows: Table, named: str, *, at_once: bool) -> tuple[Table, Table]:
    """Rows that are alone of their unit or have none, and rows that share one.

    Where most rows share one, or nothing is broken down, folding all at once is quicker than to look first which ones do.
    """
    has_unit = rows.filter(rows[UNIT].notnull())
    if at_once:
        return rows.filter(rows[UNIT].isnull()), has_unit
    units = has_unit.group_by(UNIT).agg(rows=lambda t: t.count())
    several = units.filter(units.rows > 1).select(UNIT).alias(f"several_of_{named}")
    return rows.anti_join(several, UNIT), rows.semi_join(several, UNIT).alias(f"sharing_a_{named}")


def _cells(rows: Table, figures: Sequence[FigureColumns], by: tuple[str, ...]) -> Table:
    """Rows alike as one, where each row is a unit, or of none. A median needs each number by itself."""
    rows = rows.mutate(**{HAS_UNIT: rows[UNIT].notnull()})
    if _each_by_itself(figures):
        cells = rows.mutate(**{HOW_MANY: ibis.literal(1, "int64")})
    else:
        alike = [*by, HAS_UNIT, *dict.fromkeys(name for one in figures for name in one.answers)]
        amounts = {name: rows[name].sum() for one in figures for name in one.amounts}
        cells = rows.group_by(alike).agg(**{HOW_MANY: rows.count()}, **amounts)
    told = {name: column for one in figures for name, column in one.one_a_cell(cells).items()}
    return cells.mutate(**told).select(*by, *columns_of(figures))


def _folded(rows: Table, figures: Sequence[FigureColumns], by: tuple[str, ...]) -> Table:
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


def _alike(units: Table, figures: Sequence[FigureColumns], by: tuple[str, ...]) -> Table:
    """Units alike as one."""
    units = units.mutate(**{HAS_UNIT: ibis.literal(True)})
    if _each_by_itself(figures):
        return units.mutate(**{HOW_MANY: ibis.literal(1, "int64")}).select(*by, *columns_of(figures))
    summed = {name: units[name].sum() for one in figures for name in (*one.tallies, *one.amounts)}
    ranked = [name for one in figures for name in one.ranks]
    cells = units.group_by([*by, HAS_UNIT, *ranked]).agg(**{HOW_MANY: units.count()}, **summed)
    return cells.select(*by, *columns_of(figures))


def _each_by_itself(figures: Sequence[FigureColumns]) -> bool:
    return any(isinstance(one.wanted.figure.form, Median) for one in figures)
