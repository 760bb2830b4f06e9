"""Lists that a return prints under its headings: barriers, posts, groups, case studies. A room serves the kinds it keeps.

The contract names the kinds (`lists: [post, group_run]`). Whatever a room serves leaves the house: no family, no child, and
no worker but by the name of their job. A column of people counted says so, and small numbers in it are hidden from the reader.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.periods import Period


@dataclass(frozen=True)
class Column:
    """One column. `people`: its cells count people, and small ones are hidden. `numeric`: they stand to the right."""

    title: str
    people: bool = False
    numeric: bool = False


@dataclass(frozen=True)
class Passage:
    """A piece of writing with a title of its own: a case study. `ref` names the record it comes from."""

    title: str
    paragraphs: tuple[str, ...]
    about: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Listed:
    """What one kind gives for a period: a table, passages, or both. `empty` is said where there is nothing."""

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | int, ...], ...] = ()
    passages: tuple[Passage, ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = "Nothing was recorded in this period."

    def as_dict(self) -> dict[str, Any]:
        """As a return keeps it."""
        kept = asdict(self)
        return {**kept, "rows": [list(row) for row in self.rows]}


Serve = Callable[[Agreement, Period, datetime], Listed]
_served: dict[str, Serve] = {}


def serves(kind: str) -> Callable[[Serve], Serve]:
    """Declare that a function gives the rows of a kind: `(agreement, period, as known at) -> Listed`."""

    def declare(function: Serve) -> Serve:
        _served[kind] = function
        return function

    return declare


def listed(kind: str, agreement: Agreement, period: Period, at: datetime) -> Listed | None:
    """The list of a kind over a period as known at a moment; None where no room serves the kind."""
    serve = _served.get(kind)
    with seeing_everything(why="a list of a return is of everything in its period; who may read it was asked before"):
        return serve(agreement, period, at) if serve else None


def kinds() -> tuple[str, ...]:
    """Every kind that a room serves."""
    return tuple(sorted(_served))
