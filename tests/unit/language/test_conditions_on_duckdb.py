"""One condition, two evaluators: memory and DuckDB say the same of every generated row."""

from collections.abc import Sequence
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.conditions import COLUMNS, PENDING_COLUMNS, TABLE, as_stored, compare, conditions, rows

TYPES = {"float64": "DOUBLE", "int64": "BIGINT", "string": "VARCHAR", "array<string>": "VARCHAR[]"}


def connected() -> duckdb.DuckDBPyConnection:
    """An empty database in memory with the table of rows."""
    connection = duckdb.connect()
    named = {"place": "int64", **COLUMNS, **PENDING_COLUMNS}
    columns = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in named.items())
    connection.execute(f"CREATE TABLE {TABLE} ({columns})")
    return connection


CONNECTION = connected()


def run(statement: str) -> Sequence[Sequence[Any]]:
    return CONNECTION.execute(statement).fetchall()


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(asked=st.lists(conditions, min_size=1, max_size=4), found=rows)
def test_memory_and_duckdb_agree(asked: list[Any], found: list[dict[str, Any]]) -> None:
    CONNECTION.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - a name of our own
    marks = ", ".join("?" * (1 + 2 * len(COLUMNS)))
    CONNECTION.executemany(
        f"INSERT INTO {TABLE} VALUES ({marks})",  # noqa: S608
        [as_stored(place, row) for place, row in enumerate(found)],
    )
    compare(asked, found, run, "duckdb")
