"""What a later list says of a record that is known: the same, or something else, which is named and never just dropped."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports.faults import Fault

Said = tuple[str, Any, Any]
"""A column's name, what the row says in it, and what is on record."""


def otherwise(line: int, what: str, said: Iterable[Said]) -> list[Fault]:
    """A warning that names the columns in which the row says something else than is on record. An empty cell says nothing."""
    columns = [name for name, given, held in said if given not in (None, "", (), []) and not _same(given, held)]
    if not columns:
        return []
    message = (
        f"{what} is on record with another {_listed(columns)}. What is on record stands. Put one of the two right."
    )
    return [Fault(line, columns[0], message, "warning")]


def _same(given: Any, held: Any) -> bool:
    """A day is the same as any moment of it; words are the same but for spaces around them."""
    if isinstance(held, datetime) and isinstance(given, date):
        held = timezone.localtime(held)
        return held.date() == given if not isinstance(given, datetime) else held.replace(second=0) == given
    if isinstance(held, str) and isinstance(given, str):
        return held.split() == given.split()
    return bool(given == held)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
