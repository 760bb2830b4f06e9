"""Hiding small numbers so that no total gives them back. Rule X-8.

A table is a set of counts and the sums that tie them together. Hiding the small counts is not enough: one hidden part of a
shown total is the total less the other parts. So further counts are hidden until every hidden one could be another number
with all shown counts and all sums unchanged.

Each sum is a knot and each count a pipe between two knots (a count in one sum only leads outside). Then "could be another
number" means that one more person can flow in a ring through the pipe, using hidden pipes only, and without any pipe running
below zero or above what it can hold. What must be hidden besides is the cheapest ring.
"""

from collections import deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count as numbered
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
Number = int | Decimal

OUTSIDE = -1
TOTAL_COST = 1_000_000  # a total is what people came for: hide it only when nothing else will do


@dataclass(frozen=True, slots=True)
class Sum(Generic[K]):
    """A count that is the sum of others."""

    total: K
    parts: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[K]):
    """Counts by cell, and the sums among them. A cell may stand in two sums at most, as in a table with margins.

    `ceilings` says how high a count could be at most, where readers know that: no more can be in than there were.
    """

    counts: Mapping[K, Number]
    sums: Sequence[Sum[K]] = ()
    ceilings: Mapping[K, Number] = field(default_factory=dict)


def is_small(number: Number, threshold: int) -> bool:
    """Whether a count must be hidden for itself: some people, but fewer than the threshold. None at all is no secret."""
    return 0 < number < threshold


def suppress(table: Table[K], threshold: int = 5, also: Collection[K] = ()) -> frozenset[K]:
    """The cells to hide: small ones, those in `also`, and whatever else would give one of them back.

    Raises ValueError where a cell stands in more than two sums, or where the sums contradict one another's direction.
    """
    pipes = _Pipes(table)
    wanted = {cell for cell, number in table.counts.items() if is_small(number, threshold)} | set(also)
    hidden = set(wanted)
    for cell in sorted(wanted, key=str):
        hidden |= pipes.ring(cell, hidden)
    # A cell hidden for another's sake has a ring of its own: the one it was hidden in, run the other way or the same.
    return frozenset(hidden)


class _Pipes(Generic[K]):
    """The table as pipes between knots, each pipe with a direction in which its number counts."""

    def __init__(self, table: Table[K]) -> None:
        self.counts = table.counts
        self.ceilings = table.ceilings
        self.totals = {one.total for one in table.sums}
        self.ends = _directed(table)
        self.at: dict[int, list[K]] = {}
        for cell, (start, end) in self.ends.items():
            self.at.setdefault(start, []).append(cell)
            self.at.setdefault(end, []).append(cell)

    def ring(self, cell: K, hidden: set[K]) -> set[K]:
        """Cells of the cheapest ring through the cell, in whichever direction is the cheaper. Empty where there is none."""
        start, end = self.ends[cell]
        found = []
        if self._can_rise(cell):
            found.append(self._path(end, start, cell, hidden))
        if self.counts[cell] > 0:
            found.append(self._path(start, end, cell, hidden))
        possible = [path for path in found if path is not None]
        return set(min(possible, key=lambda path: path[0])[1]) if possible else set()

    def _path(self, start: int, goal: int, without: K, hidden: set[K]) -> tuple[Number, list[K]] | None:
        """The cheapest way from knot to knot for one person more: with a pipe freely, against it only where someone is."""
        if start == goal:
            return 0, []
        tie = numbered()
        heap: list[tuple[Number, int, int, list[K]]] = [(0, next(tie), start, [])]
        done: set[int] = set()
        while heap:
            cost, _, knot, path = heappop(heap)
            if knot == goal:
                return cost, path
            if knot in done:
                continue
            done.add(knot)
            for cell in self.at[knot]:
                onward = self._through(cell, knot)
                if cell != without and onward is not None and onward not in done:
                    price = 0 if cell in hidden else self._price(cell)
                    heappush(heap, (cost + price, next(tie), onward, [*path, cell]))
        return None

    def _through(self, cell: K, knot: int) -> int | None:
        start, end = self.ends[cell]
        if knot == start:
            return end if self._can_rise(cell) else None
        return start if self.counts[cell] > 0 else None

    def _can_rise(self, cell: K) -> bool:
        return cell not in self.ceilings or self.counts[cell] < self.ceilings[cell]

    def _price(self, cell: K) -> Number:
        number = self.counts[cell]
        return 1 + max(number, -number) + (TOTAL_COST if cell in self.totals else 0)


def _directed(table: Table[K]) -> dict[K, tuple[int, int]]:
    """Where each pipe begins and ends. Sums are turned so that a cell flows out of one and into the other."""
    places: dict[K, list[tuple[int, int]]] = {cell: [] for cell in table.counts}
    for knot, one in enumerate(table.sums):
        places[one.total].append((knot, -1))
        for part in one.parts:
            places[part].append((knot, 1))
    if any(len(found) > 2 for found in places.values()):
        raise ValueError("A cell may stand in two sums at most")
    turned = _turned(places, len(table.sums))
    ends: dict[K, tuple[int, int]] = {}
    for cell, found in places.items():
        flows = {sign * turned[knot]: knot for knot, sign in found}
        if len(flows) < len(found):
            raise ValueError("These sums do not make a table")
        ends[cell] = (flows.get(-1, OUTSIDE), flows.get(1, OUTSIDE))
    return ends


def _turned(places: Mapping[K, list[tuple[int, int]]], knots: int) -> dict[int, int]:
    """+1 or -1 for each sum, so that a cell in two sums counts once each way."""
    neighbours: dict[int, list[tuple[int, int]]] = {knot: [] for knot in range(knots)}
    for found in places.values():
        if len(found) == 2:
            (one, sign), (other, other_sign) = found
            neighbours[one].append((other, -sign * other_sign))
            neighbours[other].append((one, -sign * other_sign))
    turned: dict[int, int] = {}
    for first in range(knots):
        queue = deque([first]) if first not in turned else deque[int]()
        turned.setdefault(first, 1)
        while queue:
            knot = queue.popleft()
            for other, factor in neighbours[knot]:
                if other not in turned:
                    turned[other] = turned[knot] * factor
                    queue.append(other)
    return turned
