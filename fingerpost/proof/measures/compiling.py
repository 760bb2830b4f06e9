"""Ibis compiles in half the time once it remembers how complex a part is, instead of counting again at each merge of two selects.

The statements are the same, letter for letter.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from ibis.backends.sql import rewrites
from ibis.expr import operations as ops

_held = local()


@contextmanager
def remembering() -> Iterator[None]:
    """What is compiled meanwhile, in this thread, is counted once."""
    _held.known = {}
    try:
        yield
    finally:
        del _held.known


def complexity(node: Any) -> int:
    """As Ibis counts: one for each value and all that it is made of, one for a column of another select."""
    known: dict[Any, int] = getattr(_held, "known", {})
    waiting = [node]
    while waiting:
        one = waiting[-1]
        if one not in known:
            parts = () if isinstance(one, ops.Field | ops.Impure) else one.__children__
            if unknown := [part for part in parts if part not in known]:
                waiting += unknown
                continue
            known[one] = sys.maxsize if isinstance(one, ops.Impure) else 1 + sum(known[part] for part in parts)
        waiting.pop()
    return known[node]


counted_anew = rewrites.complexity
"""Ibis's own way, which tests compare with."""
rewrites.complexity = complexity
