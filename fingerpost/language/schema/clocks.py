"""clocks.yaml: what starts a clock, how long it runs, and in which reading."""

from typing import Annotated, Literal

from pydantic import Field

from fingerpost.language.schema.base import (
    BY_LETTERS,
    Chosen,
    Clauses,
    Code,
    Letter,
    Letters,
    NumberOrName,
    Questions,
    Sentence,
    TimeName,
    Words,
)

LENGTH_WORDS = ("working_days", "hours", "days", "weeks", "months", "school_weeks", "earlier_of")


class LengthWords(Words):
    """How long a clock runs, and from what. A number may be the name of a dated value."""

    starts: TimeName | None = Field(None, description="The time that starts it; one of a declared kind as `kind.time`.")
    working_days: NumberOrName | None = Field(None, description="So many working days.")
    hours: NumberOrName | None = Field(None, description="So many hours that pass, day and night.")
    days: NumberOrName | None = Field(None, description="So many days of the calendar.")
    weeks: NumberOrName | None = Field(None, description="So many weeks of the calendar.")
    months: NumberOrName | None = Field(None, description="So many months of the calendar.")
    school_weeks: NumberOrName | None = Field(None, description="So many weeks of school; holidays do not count.")
    earlier_of: tuple[Letter, ...] | None = Field(None, description="Whichever of these readings ends first.")
    counting: Literal["next_day", "start_day"] | None = Field(
        None, description="Whether day 1 is the day after the start (as a rule) or the day of the start."
    )
    ends: Literal["end_of_day", "start_of_day", "same_time"] | None = Field(
        None,
        description="When on the last day it runs out: at its end (as a rule), at its start, at the time of start.",
    )


class ClockAnswer(LengthWords):
    """One reading of a clock."""

    label: Sentence = Field(description="The reading in plain words.")


Readings = Annotated[
    Annotated[dict[Letter, ClockAnswer], Letters] | Annotated[dict[Code, dict[Letter, ClockAnswer]], Questions],
    BY_LETTERS,
]


class ClockWords(LengthWords):
    """One clock."""

    clause: Clauses | None = Field(None, description="The clause that sets it.")
    title: Sentence | None = Field(None, description="What is due.")
    stops: TimeName | tuple[TimeName, ...] | None = Field(None, description="The time or times that stop it.")
    warn: NumberOrName | None = Field(None, description="Working days before the deadline at which it warns.")
    readings: Readings | None = Field(
        None, description="Letters are the answers to one question; or questions, each with its letters."
    )
    reading: Chosen | None = Field(None, description="The reading in force until agreed otherwise.")
