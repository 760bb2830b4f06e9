"""Putting the same condition to rows of a database, as an Ibis expression.

NULL stands for not known and for pending.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any, TypeAlias

import ibis

from fingerpost.language.conditions.tree import (
    All,
    AnyOf,
    Bound,
    Condition,
    Is,
    Known,
    Not,
    OneOf,
    Test,
    Wanted,
    Within,
)
from fingerpost.language.dated import NoValue, Values

BooleanColumn: TypeAlias = Any  # ibis.expr.types.BooleanValue; Ibis tells type checkers nothing
Row: TypeAlias = Mapping[str, Any] | Any  # a table, or columns by fact
Pending: TypeAlias = Callable[[str], Any]  # from the name of a fact to a boolean column, or None
NO_VALUES: Values = {}


def to_ibis(
    condition: Condition, row: Row, *, values: Values = NO_VALUES, on: date, pending: Pending | None = None
) -> BooleanColumn:
    """The condition over the columns of a row: true, false, or NULL where it cannot be settled.

    `row` is a table, or a mapping from fact to column. Facts of several codes are array columns. `pending(fact)` says of a
    fact whether its day has still to come; None for a fact that never waits. Without it a pending fact counts as not known.
    """
    match condition:
        case All(parts):
            found = [to_ibis(part, row, values=values, on=on, pending=pending) for part in parts]
            return _joined(and_, found, empty=True)
        case AnyOf(parts):
            found = [to_ibis(part, row, values=values, on=on, pending=pending) for part in parts]
            return _joined(or_, found, empty=False)
        case Not(part):
            return ~to_ibis(part, row, values=values, on=on, pending=pending)
        case Test(fact, Known()):
            waits = pending(fact) if pending else None
            known = ~is_null(row[fact])
            return known if waits is None else ibis.ifelse(waits, ibis.null("boolean"), known)
        case Test():
            return _put(condition, row, values, on)


def pending_to_ibis(
    condition: Condition, row: Row, pending: Pending, *, values: Values = NO_VALUES, on: date
) -> BooleanColumn:
    """Whether the condition is pending, rather than not known, where it cannot be settled. `pending` as above."""
    match condition:
        case All(parts) | AnyOf(parts):
            waiting = [pending_to_ibis(part, row, pending, values=values, on=on) for part in parts]
            said = to_ibis(condition, row, values=values, on=on, pending=pending)
            return _joined(or_, waiting, empty=False) & is_null(said)
        case Not(part):
            return pending_to_ibis(part, row, pending, values=values, on=on)
        case Test(fact):
            waits = pending(fact)
            return ibis.literal(False) if waits is None else waits


def is_null(column: Any) -> BooleanColumn:
    """Whether there is no value.

    Of a yes-or-no column without IS NULL: `NOT (a) IS NULL`, as the SQL writer puts it, is read as `NOT (a IS NULL)`.
    """
    if column.type().is_boolean():
        return ibis.coalesce(column, ibis.literal(True)) & ~ibis.coalesce(column, ibis.literal(False))
    return column.isnull()


def _joined(join: Callable[[Any, Any], Any], parts: list[BooleanColumn], *, empty: bool) -> BooleanColumn:
    return reduce(join, parts) if parts else ibis.literal(empty)


def _put(test: Test, row: Row, values: Values, on: date) -> BooleanColumn:
    column: Any = row[test.fact]
    match test.question:
        case Is(wanted):
            return _matches(column, (wanted,))
        case OneOf(several):
            return _matches(column, several)
        case Within(bounds):
            return _joined(and_, [_within(column, bound, values, on) for bound in bounds], empty=True)


def _matches(column: Any, wanted: tuple[Wanted, ...]) -> BooleanColumn:
    if column.type().is_array():
        found = reduce(or_, (column.contains(ibis.literal(value)) for value in wanted))
        return ibis.ifelse(is_null(column), ibis.null("boolean"), found)
    fitting = [_literal(column, value) for value in wanted if _fits(column, value)]
    if not fitting:
        return ibis.ifelse(is_null(column), ibis.null("boolean"), ibis.literal(False))
    column = column.date() if column.type().is_timestamp() else column
    return reduce(or_, (column == value for value in fitting))


def _fits(column: Any, value: Wanted) -> bool:
    """Whether a column can hold such a value at all; a database would refuse to compare them."""
    kind = column.type()
    if isinstance(value, bool):
        return bool(kind.is_boolean())
    if isinstance(value, str):
        return bool(kind.is_string())
    if isinstance(value, date):
        return bool(kind.is_date() or kind.is_timestamp())
    return bool(kind.is_numeric())


def _within(column: Any, bound: Bound, values: Values, on: date) -> BooleanColumn:
    limit: Any = bound.limit
    if isinstance(limit, str):
        try:
            limit = values[limit].on(on)
        except (KeyError, NoValue):
            return ibis.null("boolean")
    column = column.date() if column.type().is_timestamp() else column
    other = _literal(column, limit)
    match bound.comparison:
        case "at_least":
            return column >= other
        case "at_most":
            return column <= other
        case "more_than":
            return column > other
        case "less_than":
            return column < other


def _literal(column: Any, value: Any) -> Any:
    """A number in the column's own kind, so that 80 and 80.0 meet as equals."""
    if isinstance(value, Decimal) and column.type().is_floating():
        return ibis.literal(float(value))
    return ibis.literal(value)
