"""The same rows in DuckDB: tables copied as they stand, and expressions with what is asked written into them."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import duckdb
import ibis
from django.db import connection, models

from fingerpost.proof.measures import kept_statements
from fingerpost.proof.measures.asked import Asked, mark
from fingerpost.proof.measures.tables import Table, table_of


def copied_to_duckdb(tables: Iterable[type[models.Model]]) -> duckdb.DuckDBPyConnection:
    """The tables that record sets read."""
    duck = duckdb.connect()
    for model in tables:
        table = table_of(model)
        names = ", ".join(f'"{name}"' for name in table.columns)
        kinds = ", ".join(f'"{name}" {_kind(table[name].type())}' for name in table.columns)
        duck.execute(f'CREATE TABLE "{model._meta.db_table}" ({kinds})')
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}"')  # noqa: S608
            rows = cursor.fetchall()
        if rows:
            marks = ", ".join("?" for _ in table.columns)
            duck.executemany(f'INSERT INTO "{model._meta.db_table}" VALUES ({marks})', rows)  # noqa: S608
    return duck


def _kind(kind: Any) -> str:
    if kind.is_array():
        return f"{_kind(kind.value_type)}[]"
    for test, name in (
        ("is_uuid", "UUID"),
        ("is_date", "DATE"),
        ("is_timestamp", "TIMESTAMPTZ"),
        ("is_boolean", "BOOLEAN"),
        ("is_integer", "BIGINT"),
        ("is_decimal", "DECIMAL(18, 3)"),
    ):
        if getattr(kind, test)():
            return name
    return "VARCHAR"


def kept_or_compiled(key: Hashable, expression: Callable[[], Table]) -> str:
    """The expression as DuckDB reads it, its placeholders still open; kept on disk under its key, as PostgreSQL's are."""
    key = ("duckdb", key)
    text = kept_statements.read(key)
    if text is None:
        text = str(ibis.to_sql(expression(), dialect="duckdb"))
        kept_statements.write(key, text)
    return text


def asking(text: str, asked: Asked) -> str:
    """The text with what is asked in the place of its placeholders."""
    for name, value in asked.parameters.items():
        text = text.replace(mark(name), value if isinstance(value, str) else value.isoformat())
    return text
