"""From an expression to rows: compiled once for each shape, then run on Django's own connection with the days bound."""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import ibis
from django.db import InternalError, connection

from fingerpost.ground.history.sight import seeing_everything
from fingerpost.proof.measures import kept_statements
from fingerpost.proof.measures.asked import PLACEHOLDERS, Asked, mark
from fingerpost.proof.measures.compiling import remembering
from fingerpost.proof.measures.tables import Table

KEPT = 1000
WORKED_OUT = "worked_out"
"""The alias of rows whose facts are read in many places. An OFFSET of nothing makes PostgreSQL work each out once, not once a
place, and hand the rows on without keeping them."""
_WORKED_OUT = re.compile(rf'("{WORKED_OUT}" AS \(.*?)\n\)', re.DOTALL)

_compiled: OrderedDict[Hashable, str] = OrderedDict()
_lock = Lock()


def statement(expression: Table) -> str:
    """The expression as PostgreSQL, its placeholders ready to be bound by name."""
    with remembering():
        text = str(ibis.to_sql(expression, dialect="postgres")).replace("%", "%%")
    text = _WORKED_OUT.sub(r"\1\n  OFFSET 0\n)", text)
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
    with (
        seeing_everything(
            why="a figure counts everybody; who may read it was asked before, and which records is asked after"
        ),
        connection.cursor() as cursor,
        planned_afresh(),
        _joined_by_hashing(),
    ):
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


@contextmanager
def _joined_by_hashing() -> Iterator[None]:
    """No join sorts both sides meanwhile. Of keys that stand for merged entries databases have no statistics: they expect each to
    match hundreds of rows, and to sort them all looks cheap beside that."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_mergejoin = off")
        try:
            yield
        finally:
            with suppress(InternalError):  # a transaction that failed takes the setting back with it
                cursor.execute("RESET enable_mergejoin")
