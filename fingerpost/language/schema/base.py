"""What all schema models share: strict, closed, frozen; and the small types they are made of."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, StringConstraints, Tag

from fingerpost.language.conditions.parse import parse
from fingerpost.language.conditions.tree import Condition
from fingerpost.language.dated import Number

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name of our own: small letters, figures and underscores. Codes never change; labels may."""

TimeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
"""A time: one of the product's by its name, one of a declared kind as `kind.time`."""

Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""Words for people."""

Letter = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
"""A reading: A, B, C."""

NumberOrName = Number | Code
"""A number, or the name of a dated value."""

ConditionTree = Annotated[Condition, PlainValidator(parse)]
"""A condition; see the section on conditions."""


def _shape(raw: Any) -> str:
    if isinstance(raw, list | tuple):
        return "<several>"
    return "<mapping>" if isinstance(raw, dict | BaseModel) else "<word>"


def _letters_or_questions(raw: Any) -> str:
    keys = [str(key) for key in raw] if isinstance(raw, dict) else []
    return "<letters>" if all(len(key) == 1 and key.isupper() for key in keys) else "<questions>"


# Unions look at the shape of what is written before they read it, so that a fault is told once.
Word, Mapped, Several = Tag("<word>"), Tag("<mapping>"), Tag("<several>")
Letters, Questions = Tag("<letters>"), Tag("<questions>")
BY_SHAPE = Discriminator(_shape)
BY_LETTERS = Discriminator(_letters_or_questions)


Clauses = Annotated[Annotated[str, Word] | Annotated[tuple[str, ...], Several], BY_SHAPE]
"""One clause or several, each by its own key, or by its printed number where that number is printed once."""

Chosen = Annotated[Annotated[Letter, Word] | Annotated[dict[Code, Letter], Mapped], BY_SHAPE]
"""The reading in force: a letter, or a letter for each question."""


class Words(BaseModel):
    """The base of every model: unknown words are refused, values are taken as written, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Comparing(Words):
    """A comparison; two together make a range. A name stands for a dated value."""

    at_least: NumberOrName | None = Field(None, description="This much or more.")
    at_most: NumberOrName | None = Field(None, description="This much or less.")
    more_than: NumberOrName | None = Field(None, description="More than this.")
    less_than: NumberOrName | None = Field(None, description="Less than this.")

    @property
    def bounds(self) -> dict[str, Number | str]:
        """The comparisons that were written, by word."""
        named = {word: getattr(self, word) for word in ("at_least", "at_most", "more_than", "less_than")}
        return {word: limit for word, limit in named.items() if limit is not None}


class SpellWords(Words):
    """One spell of a dated value."""

    since: date = Field(description="First day on which the value holds.")
    until: date | None = Field(None, description="Last day on which it holds; left out while it is the latest.")
    value: int | Decimal | str | bool | date | None = Field(None, description="The value.")
    unit: str | None = Field(None, description="Its unit: percent, school weeks, working days, days, points.")
    clause: str | None = Field(None, description="The clause the value comes from.")
    entered: bool = Field(False, description="True where the value is typed on screen once the contract is in use.")


def clauses_of(cited: Any) -> tuple[str, ...]:
    """One cited clause or several, always as a tuple; none for None."""
    if cited is None:
        return ()
    return (cited,) if isinstance(cited, str) else tuple(cited)
