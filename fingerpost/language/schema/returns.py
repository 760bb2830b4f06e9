"""returns.yaml: what is reported, to whom, when and under which headings."""

from datetime import date
from typing import Literal

from pydantic import Field

from fingerpost.language.schema.base import Clauses, Code, NumberOrName, Sentence, Words


class ReturnDate(Words):
    """One return with a date of its own."""

    ends: date = Field(description="Last day it reports on.")
    due: date | None = Field(None, description="Day it is due; the last day itself where left out.")


class RecipientWords(Words):
    """To whom."""

    role: Code = Field(description="The role.")
    label: Sentence = Field(description="What the role is called.")
    clause: Clauses | None = Field(None, description="The clause that names it.")


class HeadingWords(Words):
    """One heading; the order of the file is the order of the return."""

    label: Sentence = Field(description="The heading.")
    clause: Clauses | None = Field(None, description="The clause that asks for it.")
    required: bool = Field(True, description="Whether the return may be submitted without words under it.")
    indicators: tuple[Code, ...] = Field((), description="Figures filled in under it.")
    lists: tuple[Code, ...] = Field((), description="Kinds of record listed under it: barriers, actions.")
    prompt: Sentence | None = Field(None, description="What the writer is asked.")


class CaseStudyWords(Words):
    """Case studies that every return must hold."""

    clause: Clauses = Field(description="The clause that asks for them.")
    count: NumberOrName = Field(description="How many.")
    in_each: Code | None = Field(None, description="The level of area in which so many are needed.")


class ReturnWords(Words):
    """One series of returns, by fixed dates or every so often."""

    clause: Clauses = Field(description="The clauses that ask for it.")
    title: Sentence = Field(description="What it is called.")
    recipient: RecipientWords | None = Field(None, description="To whom.")
    dates: tuple[date | ReturnDate, ...] | None = Field(None, description="Each return's own date.")
    each: Literal["month", "quarter", "half_year", "year"] | None = Field(None, description="Or every so often.")
    due_after: NumberOrName | None = Field(
        None, description="With each: days from the end of the period to the due day."
    )
    reminders: tuple[int, ...] = Field((), description="Days before it is due at which to remind.")
    headings: dict[Code, HeadingWords] = Field(default_factory=dict, description="The headings, in order.")
    case_studies: CaseStudyWords | None = Field(None, description="Case studies it must hold.")


class SampleWords(Words):
    """A random sample that a meeting looks at."""

    clause: Clauses = Field(description="The clause that asks for it.")
    of: tuple[Code, ...] = Field(description="What may be drawn: sessions, cases, groups.")
    size: NumberOrName | None = Field(None, description="How many.")


class MeetingWords(Words):
    """One series of meetings about the contract."""

    clause: Clauses = Field(description="The clause that asks for it.")
    title: Sentence = Field(description="What it is called.")
    each: Literal["month", "quarter", "half_year", "year"] = Field(description="How often.")
    reminders: tuple[int, ...] = Field((), description="Days before the end of its period at which to remind.")
    sample: SampleWords | None = Field(None, description="The sample it looks at.")


class ReturnsWords(Words):
    """returns.yaml."""

    returns: dict[Code, ReturnWords] = Field(default_factory=dict, description="Series of returns.")
    meetings: dict[Code, MeetingWords] = Field(default_factory=dict, description="Series of meetings.")
