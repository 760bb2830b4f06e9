"""Adding up an answered record set: for all of it, and for every member of each breakdown, in one statement.

The rows are worked out once and gathered as units (`units`). Each breakdown is one pass over them, in which all figures that
count the same unit are added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from fingerpost.proof.measures.answers import UNIT, Wanted, rows_for
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.columns import HAS_UNIT, HOW_MANY, FigureColumns, columns_of, figures_of
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.tables import Column, Table
from fingerpost.proof.measures.units import Units, units_of

EVERYTHING = ""


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
    figures = figures_of(records, wanted)
    held: dict[str | None, Units] = {}
    for place, one in enumerate(passes(wanted)):
        unit = wanted[one.figures[0]].figure.count
        if unit not in held:
            held[unit] = units_of(rows, asked, [figure for figure in figures if figure.wanted.figure.count == unit])
        added = _added_up(held[unit], one.dimension, [figures[number] for number in one.figures])
        parts.append(added.mutate(place=ibis.literal(place, "int64")))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _added_up(held: Units, dimension: str, figures: Sequence[FigureColumns]) -> Table:
    """One row for each member. A row of several members counts in each of them."""
    units = _of_member(held.cells, dimension, figures)
    if held.uneven is not None:
        units = ibis.union(units, _units_of_rows(held.uneven, dimension, figures))
    for one in figures:
        units = one.in_order(units)
    added = units.group_by("member").agg(**{one.named("told"): one.added(units) for one in figures})
    told = ibis.array([added[one.named("told")] for one in figures])
    return added.select(member=added.member.cast("string"), told=told)


def _of_member(units: Table, dimension: str, figures: Sequence[FigureColumns]) -> Table:
    return units.mutate(member=_member(units, dimension, figures)).select("member", *columns_of(figures))


def _units_of_rows(rows: Table, dimension: str, figures: Sequence[FigureColumns]) -> Table:
    spread = rows.mutate(member=_member(rows, dimension, figures))
    told = {name: column for one in figures for name, column in one.one_a_unit(spread).items()}
    units = spread.group_by(["member", UNIT]).agg(**told)
    units = units.mutate(**{HAS_UNIT: units[UNIT].notnull(), HOW_MANY: ibis.literal(1, "int64")})
    return units.select("member", *columns_of(figures))


def _member(rows: Table, dimension: str, figures: Sequence[FigureColumns]) -> Column:
    if not dimension:
        return ibis.literal(EVERYTHING)
    return _each(rows[dimension]) if dimension in figures[0].records.several else rows[dimension]


def _each(codes: Column) -> Column:
    """One code after another, each once; a row without any is kept, as not known."""
    nothing = ibis.array([ibis.null("string")])
    return ibis.ifelse(codes.isnull() | (codes.length() == 0), nothing, codes.unique()).unnest()
