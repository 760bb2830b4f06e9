"""Django's tables as Ibis sees them: unbound, so that one expression runs on any engine."""

from functools import cache
from typing import Any, TypeAlias

import ibis
import ibis.expr.datatypes as dt
from django.contrib.postgres.fields import ArrayField
from django.db import models

Table: TypeAlias = Any  # ibis.expr.types.Table; its columns are attributes, of which type checkers know nothing
Column: TypeAlias = Any  # ibis.expr.types.Value

_KINDS: dict[str, str] = {
    "UUIDField": "uuid",
    "CharField": "string",
    "TextField": "string",
    "SlugField": "string",
    "BooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "timestamp('UTC')",
    "DecimalField": "decimal",
    "JSONField": "json",
}


@cache
def table_of(model: type[models.Model]) -> Table:
    """The model's table, unbound: its name and columns as the database has them."""
    return ibis.table({field.column: _kind(field) for field in model._meta.concrete_fields}, name=model._meta.db_table)


def _kind(field: Any) -> str:
    if isinstance(field, models.ForeignKey):
        return _kind(field.target_field)
    if isinstance(field, ArrayField):
        return f"array<{_kind(field.base_field)}>"
    # Every whole number is told as the widest, so that no sum or product is thought to overflow.
    return _KINDS.get(field.get_internal_type(), "int64")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def timezone(zone: str, at: dt.Timestamp("UTC")) -> dt.timestamp:  # type: ignore[valid-type]
    """A moment on the clock of a place; PostgreSQL and DuckDB share the name."""


@ibis.udf.scalar.builtin(name="timezone")  # type: ignore[untyped-decorator]
def moment_of(zone: str, at: dt.timestamp) -> dt.Timestamp("UTC"):  # type: ignore[valid-type]
    """The moment at which the clocks of a place show a time: the same function, turned round."""


def start_of_day(day: Column, zone: str) -> Column:
    """The moment at which a day begins in the time zone."""
    return moment_of(zone, day.cast("timestamp"))


def local_day(moment: Column, zone: str) -> Column:
    """The day a moment falls on in the time zone."""
    return timezone(zone, moment).date()


def days_after(day: Column, days: int) -> Column:
    """The day so many days later, or earlier for a negative number. Through a timestamp, since adding makes one."""
    return (day.cast("timestamp") + ibis.interval(days=days)).cast("date")


def percent(part: Column, whole: Column) -> Column:
    """`part` in percent of `whole`, NULL of nothing.

    One division of whole numbers, as a decimal: so a value that lies exactly on a threshold compares as equal to it.
    """
    return (part * 100).cast("decimal") / whole.nullif(0).cast("decimal")
