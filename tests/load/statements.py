"""What a page asks the database: every statement as it was sent, and how PostgreSQL would answer it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

BIG = 10_000
PEOPLE = ("families_person", "casework_case", "casework_contact")
_COUNTS_ALL = re.compile(
    rf'\b(COUNT|SUM)\([^)]*\)[^()]*FROM "?({"|".join(PEOPLE)})"?\s*($|\)|GROUP|ORDER|LIMIT)', re.IGNORECASE
)

Statement = tuple[str, Any]


@contextmanager
def captured() -> Iterator[list[Statement]]:
    """Statements sent while this lasts, without the marks of transactions."""
    found: list[Statement] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT set_config")):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield found


def counts_everybody(statements: list[Statement]) -> list[str]:
    """Those that count or add up a table of people's records without any condition."""
    return [sql for sql, _ in statements if _COUNTS_ALL.search(sql)]


def scans(statements: list[Statement]) -> list[str]:
    """Big tables that a statement would read from end to end."""
    big = _big_tables()
    found = []
    for sql, params in statements:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        read = [node["Relation Name"] for node in _nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"]
        found += [f"{table}: {sql[:300]}" for table in read if table in big]
    return found


def _big_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [BIG])
        return {name for (name,) in cursor.fetchall()}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
