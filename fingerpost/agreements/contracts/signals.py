"""What will be missed before it is missed. A room looks at what it keeps and says so, clause by clause.

A signal is words about a duty, never about a family. It stands on the contract's page and on its clause. One that is `inward` is
for those who run the service alone; the others the commissioner sees too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.history.sight import seeing_everything


class Severity(StrEnum):
    """How far it has come. In the order in which people must look at them."""

    MISSED = "missed"
    AT_RISK = "at_risk"
    COMING = "coming"


_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Signal:
    """One warning. `page` and `given` are the name of the page where it is put right and what fills in its address."""

    clause: str
    severity: Severity
    words: str
    page: str = ""
    given: tuple[str, ...] = ()
    inward: bool = True


Look = Callable[[Agreement, date], Iterable[Signal]]
_looks: dict[str, Look] = {}


def watches(name: str) -> Callable[[Look], Look]:
    """Declare a function that looks for what will be missed: `(agreement, day) -> signals`, under a name of its own."""

    def declare(function: Look) -> Look:
        _looks[name] = function
        return function

    return declare


def signals(agreement: Agreement, on: date, *, inward: bool) -> list[Signal]:
    """Every signal of the day, the worst first. Without `inward`, those that the commissioner may read alone."""
    with seeing_everything(why="what is late is late whoever looks; a signal names no family"):
        found = [signal for look in _looks.values() for signal in look(agreement, on) if inward or not signal.inward]
    return sorted(found, key=lambda signal: _ORDER[signal.severity])
