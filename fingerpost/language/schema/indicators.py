"""indicators.yaml: the 45 words that say every indicator in every reading."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from fingerpost.language.schema.agreement import ReportingYear
from fingerpost.language.schema.base import (
    BY_LETTERS,
    BY_SHAPE,
    Chosen,
    Clauses,
    Code,
    Comparing,
    ConditionTree,
    Letter,
    Letters,
    Mapped,
    Questions,
    Sentence,
    Several,
    Word,
    Words,
)

EachWord = Literal["month", "quarter", "half_year", "year", "return", "contract"]
FORM_WORDS = ("share", "sum", "mean", "median", "ratio", "balance", "narrative")


class FixedDates(Words):
    """A period with fixed ends."""

    since: date = Field(description="First day.")
    until: date = Field(description="Last day.")


class OtherYear(Words):
    """A year that is not the agreement's reporting year."""

    year: ReportingYear = Field(description="Which year.")


class AlertWords(Comparing):
    """The level that warns without being the target."""


def _kind_of_period(raw: object) -> str:
    if not isinstance(raw, dict):
        return "<word>"
    return "<year>" if "year" in raw else "<dates>"


Period = Annotated[
    Annotated[EachWord, Word] | Annotated[FixedDates, Tag("<dates>")] | Annotated[OtherYear, Tag("<year>")],
    Discriminator(_kind_of_period),
]


class TargetWords(Comparing):
    """What the figure is held to. Absent: monitoring only."""

    unit: str | None = Field(None, description="percent, people, families, per_100.")
    better: Literal["up", "down"] | None = Field(None, description="The good direction. Absent: neither.")
    since: date | None = Field(None, description="A milestone: to be reached by this day and kept from then on.")
    alert: AlertWords | None = Field(None, description="The level that warns.")
    in_each: Code | None = Field(None, description="The target must hold in every member of this dimension.")


class FigureWords(Words):
    """The words any figure may carry, whether an indicator, one of its readings, or a figure inside another."""

    of: Code | None = Field(None, description="The record set.")
    where: ConditionTree | None = Field(None, description="Condition that puts a row in the population.")
    when: Code | None = Field(None, description="A date fact, or during, or last_day: what puts a row in the period.")
    each: Period | None = Field(None, description="The period of the figure.")
    count: Code | None = Field(None, description="The unit counted, distinct once a period; alone it is the figure.")
    roll_up: Literal["any", "all", "latest"] | None = Field(None, description="When one unit has several rows.")
    not_known: Literal["as_no"] | None = Field(None, description="What an unknown answer does; without it, left out.")
    clock: Code | None = Field(None, description="The clock that answers in time.")
    share: ConditionTree | None = Field(None, description="Units that meet a condition, of the population.")
    sum: Code | None = Field(None, description="Total of a number fact.")
    mean: Code | None = Field(None, description="Arithmetic mean of a number fact.")
    median: Code | None = Field(None, description="Middle value of a number fact.")
    ratio: "tuple[InnerFigure, InnerFigure] | None" = Field(None, description="First figure over second.")
    balance: "tuple[InnerFigure, InnerFigure] | None" = Field(None, description="Two figures as parts of their total.")
    narrative: Sentence | None = Field(None, description="The prompt; a person writes, and there is no figure.")
    unit: str | None = Field(None, description="How a ratio is shown: percent, per_100, per_100000.")
    target: TargetWords | None = Field(None, description="What the figure is held to.")
    against: "Against | None" = Field(
        None, description="previous, year_before, a dated value, or a figure on the same rows; the first that exists."
    )
    by: tuple[Code, ...] | None = Field(None, description="Breakdowns with a total.")
    lines: tuple[Code, ...] | None = Field(None, description="Breakdown never added up.")
    beside: "BesideWords | None" = Field(
        None, description="Figures, or letters of other readings (of the first question), shown without verdict."
    )


class InnerFigure(FigureWords):
    """A figure inside ratio, balance, against or beside: it names only what it changes."""

    label: Sentence | None = Field(None, description="What to call it.")


OneAgainst = Annotated[Annotated[str, Word] | Annotated[InnerFigure, Mapped], BY_SHAPE]
Against = Annotated[
    Annotated[str, Word] | Annotated[InnerFigure, Mapped] | Annotated[tuple[OneAgainst, ...], Several], BY_SHAPE
]
OneBeside = Annotated[Annotated[Letter, Word] | Annotated[dict[str, InnerFigure], Mapped], BY_SHAPE]
BesideWords = Annotated[Annotated[dict[str, InnerFigure], Mapped] | Annotated[tuple[OneBeside, ...], Several], BY_SHAPE]


class AnswerWords(FigureWords):
    """One reading: its where adds to the indicator's, its other words replace them."""

    label: Sentence = Field(description="The reading in plain words.")


Readings = Annotated[
    Annotated[dict[Letter, AnswerWords], Letters] | Annotated[dict[Code, dict[Letter, AnswerWords]], Questions],
    BY_LETTERS,
]


class AsPrinted(Words):
    """The few disputed words or figures of the paper."""

    target: str | None = Field(None, description="The target as printed.")
    change: str | None = Field(None, description="The change as printed.")
    words: str | None = Field(None, description="Disputed words.")
    word: str | None = Field(None, description="A disputed word.")
    baseline: str | None = Field(None, description="The baseline as printed.")
    date: str | None = Field(None, description="The date as printed.")
    across: str | None = Field(None, description="Over what, as printed.")


class IndicatorWords(FigureWords):
    """One indicator, with its readings side by side and the one proposed."""

    clause: Clauses = Field(description="The clause it answers.")
    title: Sentence = Field(description="What the figure shows.")
    as_printed: AsPrinted | None = Field(None, description="What the paper prints.")
    readings: Readings | None = Field(
        None, description="Letters are the answers to one question; or questions, each with its letters."
    )
    reading: Chosen | None = Field(None, description="The reading in force until agreed otherwise.")


FigureWords.model_rebuild()

__all__ = ["FORM_WORDS", "AnswerWords", "FigureWords", "IndicatorWords", "InnerFigure", "TargetWords"]
