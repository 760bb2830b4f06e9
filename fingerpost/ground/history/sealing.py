"""History and the access log, sealed: lines that are settled are taken together each minute, and each seal holds the hash of
the one before. A line that is changed, removed or put in afterwards no longer fits, whoever did it.

A seal keeps a digest for each of its lines, so that the very line can be named. Nothing is written while a page is asked for.
"""
# ruff: noqa: S608 - names of tables and columns come from the models and from PostgreSQL

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from fingerpost.ground.history.models import Seal, View
from fingerpost.ground.history.sight import seeing_everything

AT_ONCE = 1000  # lines under one seal
DIGEST = 16  # bytes kept of each line's SHA-256
PATIENCE = 10.0  # seconds, for acts that are under way
BEFORE_ALL = -(2**62)
ALL_LINES = "every line is sealed and looked at, whoever it is about"


@dataclass(frozen=True)
class Sealed:
    """What there is: seals, the lines under them, the last hash, and lines that wait for the next seal."""

    seals: int
    lines: int
    last: str
    waiting: int


def tables() -> dict[str, str]:
    """Each table of history with the column that counts its lines."""
    found = {model._meta.db_table: "pgh_id" for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    return found | {View._meta.db_table: "number"}


@seeing_everything(why=ALL_LINES)
def seal(at: datetime, *, patience: float = PATIENCE) -> int:
    """Seal every line that is settled. Returns how many lines. None while an act stays under way for longer than `patience`."""
    newest = _newest()
    if not _are_over(_under_way(), patience):
        return 0
    sealed = 0
    with transaction.atomic():
        _hold()
        after, before = _sealed_to(), Seal.objects.order_by("-number").first()
        for table, last in sorted(newest.items()):
            for lines in _batches(table, after.get(table, BEFORE_ALL), last):
                before = _under_one_seal(table, lines, before, at)
                sealed += before.count
    return sealed


@seeing_everything(why=ALL_LINES)
def faults() -> Iterator[str]:
    """What no longer fits, in plain words: a seal, or a line by its table and number. Nothing where all is as it was."""
    before, to, known = "", dict.fromkeys(tables(), BEFORE_ALL), tables()
    for number, one in enumerate(Seal.objects.order_by("number").iterator(chunk_size=100), 1):
        if one.number != number:
            yield f"Seal {number} was removed."
            return
        if one.before != before or one.hash != _hash(one):
            yield f"Seal {number} was changed, or one before it."
            return
        before = one.hash
        if one.table not in known:
            yield f"The table {one.table} is gone, with {one.count} lines that were sealed."
            continue
        yield from _faults_under(one, after=to[one.table])
        to[one.table] = one.last


@seeing_everything(why=ALL_LINES)
def sealed() -> Sealed:
    """How much is sealed, and under what hash. Two queries."""
    last = Seal.objects.order_by("-number").first()
    to = _sealed_to()
    waiting = sum(
        _count(f'SELECT count(*) FROM "{table}" WHERE {key} > %s', to.get(table, BEFORE_ALL))
        for table, key in tables().items()
    )
    lines = _count("SELECT coalesce(sum(count), 0) FROM history_seal")
    return Sealed(last.number if last else 0, lines, last.hash if last else "", waiting)


def has(anchor: str) -> bool:
    """Whether a hash that was written down elsewhere is still that of a seal."""
    return Seal.objects.filter(hash=anchor.strip().lower()).exists()


def _faults_under(one: Seal, *, after: int) -> Iterator[str]:
    held = dict(_lines(one.table, after, one.last, one.columns))
    kept = dict(zip(one.ids, _cut(bytes(one.digests)), strict=False))
    for line in sorted(held.keys() | kept.keys()):
        if line not in held:
            yield f"{one.table}, line {line}: was removed."
        elif line not in kept:
            yield f"{one.table}, line {line}: was put in between lines that were sealed."
        elif held[line] != kept[line]:
            yield f"{one.table}, line {line}: was changed after it was sealed."


def _under_one_seal(table: str, lines: list[tuple[int, bytes]], before: Seal | None, at: datetime) -> Seal:
    made = Seal(
        number=before.number + 1 if before else 1,
        table=table,
        first=lines[0][0],
        last=lines[-1][0],
        count=len(lines),
        columns=_columns(table),
        ids=[line for line, _ in lines],
        digests=b"".join(digest for _, digest in lines),
        before=before.hash if before else "",
        sealed_at=at,
    )
    made.hash = _hash(made)
    made.save(force_insert=True)
    return made


def _hash(one: Seal) -> str:
    told = (
        str(one.number),
        one.table,
        ",".join(one.columns),
        ",".join(map(str, one.ids)),
        bytes(one.digests).hex(),
        f"{one.first}-{one.last}:{one.count}",
        one.before,
        one.sealed_at.astimezone(UTC).isoformat(),
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _batches(table: str, after: int, last: int) -> Iterator[list[tuple[int, bytes]]]:
    while lines := _lines(table, after, last, limit=AT_ONCE):
        yield lines
        after = lines[-1][0]


def _lines(
    table: str, after: int, last: int, columns: Iterable[str] | None = None, limit: int | None = None
) -> list[tuple[int, bytes]]:
    """Lines with their digests, by number. Only the columns that a seal knew; those that were empty count as not there, so that
    a column that came later changes nothing."""
    key = tables()[table]
    later = sorted(set(_columns(table)) - set(columns)) if columns is not None else []
    statement = (
        f"SELECT {key}, substr(sha256(convert_to(jsonb_strip_nulls(to_jsonb(t) - %s::text[])::text, 'UTF8')), 1, {DIGEST}) "
        f'FROM "{table}" t WHERE {key} > %s AND {key} <= %s ORDER BY {key} LIMIT %s'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [later, after, last, limit])
        return [(int(line), bytes(digest)) for line, digest in cursor.fetchall()]


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return sorted(name for (name,) in cursor.fetchall())


def _newest() -> dict[str, int]:
    """The number of the newest line of each table that has one. One query."""
    parts = [f"(SELECT '{table}', max({key}) FROM \"{table}\")" for table, key in tables().items()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: int(last) for table, last in cursor.fetchall() if last is not None}


def _under_way() -> set[str]:
    """Acts of others that have begun and not ended. Each may hold a number lower than the newest and not be seen yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'virtualxid' "
            "AND a.datname = current_database() AND a.usesysid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        return {one for (one,) in cursor.fetchall()}


def _are_over(acts: set[str], patience: float) -> bool:
    end = time.monotonic() + patience
    while acts:
        acts &= _under_way()
        if acts and time.monotonic() > end:
            return False
        if acts:
            time.sleep(0.05)
    return True


def _hold() -> None:
    """One at a time: each seal stands on the one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('history_seal'))")


def _sealed_to() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT "table", max(last) FROM history_seal GROUP BY 1')
        return dict(cursor.fetchall())


def _count(statement: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _cut(digests: bytes) -> list[bytes]:
    return [digests[start : start + DIGEST] for start in range(0, len(digests), DIGEST)]
