"""Hiding small numbers so that no subtraction gives them back. Rule X-8.

Counts hang together in sums: areas in a wider area, members of a breakdown in the whole. Hiding the small ones is not enough:
what is hidden in a sum is its total less what is shown. So in every sum whose total is shown either nothing is hidden, or at least
two counts are that come to the threshold together, and each of them could be another number. Where that cannot be, the total is
hidden too. A hidden total hides all that it is made of: then no sum of sums says more than each sum by itself.

Of a share those left out are people as well: with 17 of 20 shown, the 3 are known. `wholes` gives how many there were of all,
and a count is hidden for the smallness of its rest as for its own.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Sum(Generic[K]):
    """A count that is the sum of others."""

    total: K
    parts: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[K]):
    """Counts by cell, and the sums among them. `wholes` says of how many a count is, where it is a share of them."""

    counts: Mapping[K, Number]
    sums: Sequence[Sum[K]] = ()
    wholes: Mapping[K, Number] = field(default_factory=dict)

    def rest(self, cell: K) -> Number:
        """How many of the whole are not in the count; none where it is no share."""
        return self.wholes[cell] - self.counts[cell] if cell in self.wholes else 0


def is_small(number: Number, threshold: int) -> bool:
    """Whether a count must be hidden for itself: some people, but fewer than the threshold. None at all is no secret."""
    return 0 < number < threshold


def suppress(table: Table[K], threshold: int = 5, also: Collection[K] = ()) -> frozenset[K]:
    """The cells to hide: those that are small or whose rest is, those in `also`, and whatever else would give one of them back."""
    counts = table.counts
    hidden = {
        cell for cell in counts if is_small(counts[cell], threshold) or is_small(table.rest(cell), threshold)
    } | set(also)
    while True:
        before = len(hidden)
        for one in table.sums:
            if one.total in hidden:
                hidden.update(one.parts)
            else:
                hidden |= _hidden_in(table, one, hidden, threshold)
        if len(hidden) == before:
            return frozenset(hidden)


def _hidden_in(table: Table[K], one: Sum[K], hidden: set[K], threshold: int) -> set[K]:
    """What must be hidden in a sum whose total is shown, so that what is hidden cannot be worked out of it."""
    inside = [part for part in one.parts if part in hidden]
    if not inside:
        return set()
    # The smallest that are left go first, so that as much as can be is shown; of two alike the first by name.
    left = sorted((part for part in one.parts if part not in hidden), key=lambda part: (table.counts[part], str(part)))
    left = [part for part in left if table.counts[part]] + [part for part in left if not table.counts[part]]
    while not _is_safe(table, inside, threshold):
        if not left:
            return {*inside, one.total, *one.parts}
        inside.append(left.pop(0))
    return set(inside)


def _is_safe(table: Table[K], inside: Sequence[K], threshold: int) -> bool:
    """Whether the hidden counts of a sum stay hidden from somebody who knows what they come to, and what their rests come to."""
    together = sum(table.counts[part] for part in inside)
    rests = sum(table.rest(part) for part in inside)
    if is_small(together, threshold) or is_small(rests, threshold):
        return False
    return all(_could_differ(table, part, inside, together) for part in inside)


def _could_differ(table: Table[K], part: K, inside: Sequence[K], together: Number) -> bool:
    """Whether more than one number is possible. That nobody of a group is counted, or everybody, gives no small number away."""
    is_share = all(one in table.wholes for one in inside)
    if not together or (is_share and not any(table.rest(one) for one in inside)):
        return True
    others = [one for one in inside if one != part]
    if not others:
        return False
    least = max(0, together - sum(table.wholes[one] for one in others)) if is_share else 0
    most = min(together, table.wholes.get(part, together))
    return most > least
