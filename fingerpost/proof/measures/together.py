"""Several figures at once: what they need is gathered first, then worked out in one statement for each period, set and date."""

from collections.abc import Iterable, Mapping
from datetime import date

from fingerpost.language.periods import Period
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.measuring import Key, Measured, measure_several

Needed = tuple[Asked, Wanted]
"""A figure by its breakdowns, and the period it is asked of. All that is gathered together is asked of one service, as known
at one moment.
"""


class Answers:
    """The numbers of all that was needed."""

    def __init__(self, needed: Iterable[Needed]) -> None:
        of_period: dict[tuple[Period, date], tuple[Asked, dict[Wanted, None]]] = {}
        for asked, wanted in needed:
            of_period.setdefault((asked.period, asked.on), (asked, {}))[1][wanted] = None
        self._found: dict[tuple[Period, date, Wanted], Mapping[Key, Measured]] = {}
        for (period, on), (asked, figures) in of_period.items():
            measured = zip(figures, measure_several(list(figures), asked), strict=True)
            self._found |= {(period, on, wanted): numbers for wanted, numbers in measured}

    def of(self, asked: Asked, wanted: Wanted) -> Mapping[Key, Measured]:
        """By dimension and member. Raises KeyError for what was not gathered."""
        return self._found[asked.period, asked.on, wanted]
