"""From an expression to rows: compiled once for each shape, then run on Django's own connection with the days bound."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import ibis
from django.db import connection

from fingerpost.proof.measures import kept_statements
from fingerpost.proof.measures.asked import PLACEHOLDERS, Asked, mark
from fingerpost.proof.measures.tables import Table

KEPT = 1000
WORKED_OUT = "worked_out"
"""The alias of rows whose facts are read in many places: PostgreSQL works each out once, not once a place."""

_compiled: OrderedDict[Hashable, str] = OrderedDict()
_lock = Lock()


def statement(expression: Table) -> str:
    """The expression as PostgreSQL, its placeholders ready to be bound by name."""
    text = str(ibis.to_sql(expression, dialect="postgres")).replace("%", "%%")
    text = text.replace(f'"{WORKED_OUT}" AS (', f'"{WORKED_OUT}" AS MATERIALIZED (')
    for name in PLACEHOLDERS:
        text = text.replace(f"'{mark(name)}'", f"%({name})s")
    return text


def prepared(key: Hashable, expression: Callable[[], Table]) -> str:
    """The statement of this key. The expression is built and compiled only where no process here has done so yet."""
    with _lock:
        if key in _compiled:
            _compiled.move_to_end(key)
            return _compiled[key]
    text = kept_statements.read(key)
    if text is None:
        text = statement(expression())
        kept_statements.write(key, text)
    with _lock:
        _compiled[key] = text
        while len(_compiled) > KEPT:
            _compiled.popitem(last=False)
    return text


def run(text: str, asked: Asked, **more: Any) -> list[dict[str, Any]]:
    """The rows that the statement gives for what is asked, each by column name."""
    with connection.cursor() as cursor, planned_afresh():
        cursor.execute(text, {**asked.parameters, **more})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def planned_afresh() -> Iterator[None]:
    """Each statement is planned for its own days meanwhile: a plan for any days knows no period, and takes twice as long."""
    connection.ensure_connection()
    held = connection.connection
    before, held.prepare_threshold = held.prepare_threshold, None
    try:
        yield
    finally:
        held.prepare_threshold = before
