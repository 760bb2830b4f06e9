"""Four answers to one question, and how they combine.

Two kinds of unknown are kept apart: *not known* (nobody has told us) and *pending* (the day of the answer has not
come).
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final


class Answer(Enum):
    """What a condition says of one row or one person."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"
    PENDING = "pending"

    @property
    def is_settled(self) -> bool:
        """Whether the answer is yes or no."""
        return self in (Answer.YES, Answer.NO)

    @classmethod
    def of(cls, holds: bool) -> "Answer":
        """Yes for true, no for false."""
        return cls.YES if holds else cls.NO


class Unknown(Enum):
    """What stands where a fact has no value."""

    NOT_KNOWN = "not_known"
    PENDING = "pending"

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        raise TypeError(f"{self.name} is neither true nor false: ask for it by name")


NOT_KNOWN: Final = Unknown.NOT_KNOWN
PENDING: Final = Unknown.PENDING

_OPPOSITE = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}


def all_of(answers: Iterable[Answer]) -> Answer:
    """No if one is no; otherwise pending, then not known, if one is; otherwise yes (also for none at all)."""
    return _first_found(set(answers), Answer.NO, otherwise=Answer.YES)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one is yes; otherwise pending, then not known, if one is; otherwise no (also for none at all)."""
    return _first_found(set(answers), Answer.YES, otherwise=Answer.NO)


def opposite(answer: Answer) -> Answer:
    """Yes for no and no for yes; an unknown stays as it is."""
    return _OPPOSITE.get(answer, answer)


def _first_found(found: set[Answer], decisive: Answer, *, otherwise: Answer) -> Answer:
    for answer in (decisive, Answer.PENDING, Answer.NOT_KNOWN):
        if answer in found:
            return answer
    return otherwise
