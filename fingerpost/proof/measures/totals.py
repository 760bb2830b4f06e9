"""What a figure comes to for one member of a breakdown, as a statement tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Totals:
    """How many units gave each answer, what their amounts come to, and how many rows are not in the population.

    `amount` is None of nothing. `either_…` are units that the figure or the other part of a ratio cannot settle, each once.
    """

    counted_in: int = 0
    counted_out: int = 0
    not_known: int = 0
    pending: int = 0
    outside: int = 0
    population_not_known: int = 0
    without_unit: int = 0
    amount: Decimal | None = None
    beside_in: int = 0
    beside_out: int = 0
    beside_amount: Decimal | None = None
    either_not_known: int = 0
    either_pending: int = 0
    either_population_not_known: int = 0
    either_without_unit: int = 0

    @classmethod
    def read(cls, told: Sequence[Decimal | None]) -> "Totals":
        """The totals as a statement tells them, in the order of COLUMNS: all as decimals."""
        held = zip(COLUMNS, told, strict=True)
        found: dict[str, Any] = {name: value if name in _AMOUNTS else int(value or 0) for name, value in held}
        return cls(**found)

    @property
    def is_empty(self) -> bool:
        """Whether nothing here belongs to the population, nor may."""
        told = (
            self.settled,
            self.unsettled,
            self.population_not_known,
            self.without_unit,
            self.beside_in,
            self.beside_out,
            self.either_not_known,
            self.either_pending,
            self.either_population_not_known,
            self.either_without_unit,
        )
        return not any(told)

    @property
    def settled(self) -> int:
        """Units that are in or out."""
        return self.counted_in + self.counted_out

    @property
    def unsettled(self) -> int:
        """Units of which nothing can be said yet."""
        return self.not_known + self.pending


COLUMNS = tuple(Totals.__slots__)
_AMOUNTS = ("amount", "beside_amount")
