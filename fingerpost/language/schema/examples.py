"""examples.yaml, and readings.yaml for unclear clauses that nothing else carries."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from fingerpost.language.schema.base import (
    BY_SHAPE,
    Clauses,
    Code,
    ConditionTree,
    Letter,
    Mapped,
    Sentence,
    TimeName,
    Word,
    Words,
)


class ReadingAnswer(Words):
    """One reading of an unclear clause, with whatever settings follow from it."""

    label: Sentence = Field(description="The reading in plain words.")
    settings: dict[Code, Any] = Field(
        default_factory=dict, description="What follows from it, by name: a dated value of that name stands otherwise."
    )


class ReadingWords(Words):
    """One unclear clause in readings.yaml."""

    clause: Clauses = Field(description="The clause that is unclear.")
    title: Sentence = Field(description="The question.")
    readings: dict[Letter, ReadingAnswer] = Field(description="The answers.")
    reading: Letter | None = Field(None, description="The answer in force until agreed otherwise.")


class SpanWords(Words):
    """From one day to another."""

    since: date = Field(description="First day.")
    until: date = Field(description="Last day.")


ReadingsChosen = Annotated[Annotated[Letter, Word] | Annotated[dict[str, Letter], Mapped], BY_SHAPE]


class ExampleWords(Words):
    """One case with its expected result. It names what it puts to the test by exactly one word."""

    clause: Clauses = Field(description="The clause it shows.")
    name: Sentence = Field(description="What it shows, in a sentence.")
    decision: Code | None = Field(None, description="The decision put to the test.")
    gate: Code | None = Field(None, description="The gate put to the test.")
    clock: Code | None = Field(None, description="The clock put to the test.")
    schedule: Code | None = Field(None, description="The schedule put to the test: given starts, done and stops.")
    condition: ConditionTree | None = Field(None, description="A condition put to the test.")
    indicator: Code | None = Field(None, description="The indicator put to the test.")
    returns: Code | None = Field(None, description="The series of returns put to the test.")
    allocation: Literal[True] | None = Field(None, description="true: the proposal of a worker's area.")
    value: Code | None = Field(None, description="The dated value put to the test.")
    day: date | None = Field(None, description="The day it happens.")
    period: SpanWords | None = Field(None, description="The period of the figure; else the one around the day.")
    as_of: date | None = Field(None, description="The day from which it is seen; the end of all as a rule.")
    readings: ReadingsChosen = Field(default_factory=dict, description="Readings chosen, by question.")
    values: dict[Code, Any] = Field(default_factory=dict, description="Dated values changed or entered for this case.")
    given: dict[TimeName, Any] = Field(default_factory=dict, description="Facts and times.")
    holidays: tuple[date, ...] = Field((), description="Further days on which nobody works.")
    terms: tuple[SpanWords, ...] = Field((), description="School terms, for clocks that count school weeks.")
    rows: tuple[dict[Code, Any], ...] = Field((), description="Rows of the record set; times: 12 repeats a row.")
    expect: dict[str, Any] = Field(description="What must come out.")


__all__ = ["ExampleWords", "ReadingAnswer", "ReadingWords", "SpanWords"]
