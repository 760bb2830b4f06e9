"""One condition, two evaluators: memory and PostgreSQL say the same of every generated row."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.conditions import COLUMNS, PENDING_COLUMNS, TABLE, as_stored, compare, conditions, rows

TYPES = {"float64": "double precision", "int64": "bigint", "string": "text", "array<string>": "text[]"}


def run(statement: str) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("%", "%%"))
        return cursor.fetchall()


@pytest.fixture
def table(db: None) -> None:
    named = {"place": "int64", **COLUMNS, **PENDING_COLUMNS}
    columns = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in named.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} ({columns}) ON COMMIT DROP")


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(asked=st.lists(conditions, min_size=1, max_size=4), found=rows)
@pytest.mark.usefixtures("table")
def test_memory_and_postgresql_agree(asked: list[Any], found: list[dict[str, Any]]) -> None:
    marks = ", ".join(["%s"] * (1 + 2 * len(COLUMNS)))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - a name of our own
        cursor.executemany(
            f"INSERT INTO {TABLE} VALUES ({marks})",  # noqa: S608
            [as_stored(place, row) for place, row in enumerate(found)],
        )
    compare(asked, found, run, "postgres")
