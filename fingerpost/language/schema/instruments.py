"""instruments/*.yaml or *.json: questionnaires in the words of a FHIR Questionnaire, with a scoring block."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from fingerpost.language.schema.base import Clauses, Code, ConditionTree, Sentence, Words

ItemType = Literal["choice", "integer", "decimal", "boolean", "date", "string", "text", "display", "group"]


class AnswerOption(Words):
    """One answer to choose."""

    valueInteger: int | None = Field(None, description="The score of this answer.")  # noqa: N815 - FHIR's own spelling
    valueString: str | None = Field(None, description="An answer without a score.")  # noqa: N815
    text: str | None = Field(None, description="The words of the answer.")


class ItemWords(Words):
    """One question."""

    linkId: str = Field(description="The question's own key.")  # noqa: N815
    text: Sentence = Field(description="The question.")
    type: ItemType = Field(description="Kind of answer.")
    required: bool = Field(False, description="Whether it must be answered.")
    reverse: bool = Field(False, description="Whether a high answer is the poor one.")
    topic: Code | None = Field(None, description="The topic it belongs to, where topics are scored apart.")
    answerOption: tuple[AnswerOption, ...] = Field((), description="Answers to choose from.")  # noqa: N815


class BandWords(Words):
    """A range of totals with a name."""

    label: Sentence = Field(description="What it is called.")
    at_least: int | Decimal = Field(description="Lowest total.")
    at_most: int | Decimal = Field(description="Highest total.")


class ScoringWords(Words):
    """How answers become one number."""

    total: Literal["sum", "mean"] = Field(description="How the items are joined.")
    range: tuple[int | Decimal, int | Decimal] = Field(description="Lowest and highest total there can be.")
    better: Literal["up", "down"] = Field(description="The good direction.")
    missing_allowed: int = Field(0, description="Unanswered items above which there is no score.")
    stated_error: int | Decimal | None = Field(None, description="A change no larger than this is no change.")
    bands: tuple[BandWords, ...] = Field((), description="Named ranges of the total.")


class InstrumentWords(Words):
    """One questionnaire."""

    key: Code = Field(description="Its own key, the same as its file.")
    title: Sentence = Field(description="What it is called.")
    clause: Clauses | None = Field(None, description="The clause it serves.")
    version: str = Field(description="Its edition, in quotes.")
    licence: Sentence = Field(description="On what terms it may be used.")
    source: Sentence | None = Field(None, description="Where it comes from.")
    description: Sentence | None = Field(None, description="What it is for, and who completes it.")
    item: tuple[ItemWords, ...] = Field(description="The questions, in order.")
    scoring: ScoringWords | None = Field(None, description="How it is scored.")
    when: ConditionTree | None = Field(None, description="For whom it is meant.")
