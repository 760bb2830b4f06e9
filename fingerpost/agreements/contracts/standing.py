"""Live evidence: what there is by now of the records that serve a clause. A room says it of the kinds it keeps.

`served_by` of a clause names the kinds. Counts of records and days only: what a commissioner may read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.history.sight import seeing_everything


@dataclass(frozen=True)
class Standing:
    """Where one kind of record stands on a day: "3 held, the last on 14 October 2010". `page` and `given` lead to them."""

    words: str
    page: str = ""
    given: tuple[str, ...] = ()


Tell = Callable[[Agreement, date], Standing | None]
_told: dict[str, Tell] = {}


def stands_for(kind: str) -> Callable[[Tell], Tell]:
    """Declare a function that says where a kind stands: `(agreement, day) -> Standing`, or None where there is nothing to say."""

    def declare(function: Tell) -> Tell:
        _told[kind] = function
        return function

    return declare


def standing(kind: str, agreement: Agreement, on: date) -> Standing | None:
    """Where a kind of record stands on a day; None where no room says so."""
    tell = _told.get(kind)
    with seeing_everything(why="how many there are does not depend on who asks, and names nobody"):
        return tell(agreement, on) if tell else None
