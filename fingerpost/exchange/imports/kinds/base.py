"""What a kind of list declares: its columns, and what its rows do. Reading and checking cells is done for it.

To add a kind: a module here with a `Kind` (name, title, columns, layouts) and a `Load` that takes rows in blocks, says what is
wrong with them, and writes them when told to; then its line in `kinds/__init__.py` and its table in docs/data-in.md.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from fingerpost.exchange.imports.columns import Column
from fingerpost.exchange.imports.faults import Fault
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.people.schooling.superseding import Written

MATCHING = Actor.system("Matching")
"""Who looks people up for a list: rows of restricted families are loaded like others, and shown to nobody who may not see."""


@dataclass(frozen=True)
class Context:
    """Who loads what, for which service, and when. `batch` goes on every row that is written."""

    actor: Actor
    service: str
    batch: uuid.UUID
    at: datetime
    today: date
    file_name: str = ""

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)

    def own_number(self, number: str) -> str:
        """A number that the provider gave, told apart from those of other services."""
        return f"{self.service}/{number}"[:60]


Row = Mapping[str, Any]
LINE = "line"


class Load(ABC):
    """One run over one list."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @abstractmethod
    def take(self, rows: list[dict[str, Any]]) -> Iterable[Fault]:
        """Look at a block of rows whose cells are right by themselves, keep the good ones, and say what is wrong with others."""

    def finish(self) -> Iterable[Fault]:
        """What can only be said when the last row has been seen."""
        return ()

    @abstractmethod
    def write(self) -> Written:
        """Write what was kept, through commands. Returns how many records are new, changed and as they were."""


class Kind(ABC):
    """One kind of list."""

    name: ClassVar[str]
    title: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    layouts: ClassVar[tuple[frozenset[str], ...]]  # a file needs all columns of one of these
    load: ClassVar[type[Load]]

    @classmethod
    @abstractmethod
    def undo(cls, context: Context) -> int:
        """Take the batch back. Returns how many records went. Raises Refused when later work stands on it."""

    @classmethod
    def column(cls, key: str) -> Column:
        return next(column for column in cls.columns if column.key == key)

    @classmethod
    def missing(cls, found: Iterable[str]) -> str:
        """Empty when the columns found make one of the layouts; else what is missing, in words."""
        present = frozenset(found)
        if any(layout <= present for layout in cls.layouts):
            return ""
        nearest = min(cls.layouts, key=lambda layout: len(layout - present))
        lacking = [column.name for column in cls.columns if column.key in nearest - present]
        return f"There is no column {' and none '.join(lacking)}. Name the columns in the first line."
