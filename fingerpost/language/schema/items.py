"""What is asked: the questions of a record that a contract declares."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from fingerpost.language.schema.base import (
    BY_SHAPE,
    Clauses,
    Code,
    Comparing,
    ConditionTree,
    Mapped,
    Sentence,
    Several,
    Word,
    Words,
)

ItemType = Literal["line", "note", "yes_no", "choice", "several", "number", "day", "moment", "link"]
Names = Annotated[Annotated[Code, Word] | Annotated[tuple[Code, ...], Several], BY_SHAPE]
"""One name or several."""

Times = Annotated[Annotated[str, Word] | Annotated[tuple[str, ...], Several], BY_SHAPE]
"""One time or several: the record's own by its name, another record's as `kind.time`."""


class WhoSpec(Words):
    """Who may write something down, and who may see it, by role."""

    writes: tuple[Code, ...] = Field(
        (), description="Roles that may write it; left out, whoever works with the family."
    )
    sees: tuple[Code, ...] = Field((), description="Roles that may see it; left out, whoever may see what it is about.")


class AnswerSpec(Words):
    """One answer that may be chosen."""

    label: Sentence = Field(description="What people call it.")
    since: date | None = Field(None, description="First day on which it may be chosen.")
    until: date | None = Field(None, description="Last day; what was chosen before is kept and counts.")


Answers = dict[Code, Annotated[Annotated[Sentence, Word] | Annotated[AnswerSpec, Mapped], BY_SHAPE]]


class ItemSpec(Comparing):
    """One question. Whatever is asked may be answered, or left with a reason: not known, declined."""

    label: Sentence | None = Field(None, description="The question as people read it; its key in words where left out.")
    type: ItemType = Field(
        "line",
        description="line and note: words; yes_no; choice: one answer; several: any of them; number; day; moment: a day with "
        "a time; link: another record.",
    )
    hint: Sentence | None = Field(None, description="Help that stands below the question.")
    clause: Clauses | None = Field(None, description="The clause or law that is the reason for asking.")
    ask: Times | None = Field(
        None, description="The times at which the form that sets them asks it; at the start where left out."
    )
    where: ConditionTree | None = Field(
        None, description="When it is asked at all; otherwise its answer is not applicable."
    )
    answers: Answers = Field(
        default_factory=dict, description="What may be chosen. An answer is ended by `until`, never removed."
    )
    required: bool = Field(False, description="True where an answer or a reason for none is needed.")
    unit: str | None = Field(None, description="The unit of a number: hours, miles, pounds.")
    of: Code | None = Field(
        None, description="What a link leads to: person (of the family), worker, organisation, venue, area, or a kind."
    )
    who: WhoSpec | None = Field(None, description="Who may write and see it, where that is fewer than for the record.")
    restricted: bool = Field(False, description="True where only roles that reach restricted records may see it.")
    since: date | None = Field(None, description="First day on which it is asked.")
    until: date | None = Field(None, description="Last day; answers given before are kept, shown and counted.")

    def label_of(self, key: str) -> str:
        """The question, from its key where it has no words of its own."""
        return self.label or key.replace("_", " ").capitalize()

    def is_asked_on(self, day: date) -> bool:
        """Whether forms of that day show it."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def answer_label(self, code: str) -> str:
        """The words of an answer, also of one that is no longer offered; the code of one that no version names."""
        answer = self.answers.get(code)
        return answer if isinstance(answer, str) else answer.label if answer else code.replace("_", " ")

    def offered_on(self, day: date) -> dict[str, str]:
        """The answers that may be chosen on a day: code to words."""
        return {
            code: self.answer_label(code)
            for code, answer in self.answers.items()
            if isinstance(answer, str)
            or ((answer.since is None or answer.since <= day) and (answer.until is None or day <= answer.until))
        }

    @property
    def is_walled(self) -> bool:
        """Whether fewer people may see its answer than the record."""
        return self.restricted or bool(self.who and self.who.sees)

    @property
    def asked_at(self) -> tuple[str, ...]:
        """The times whose forms ask it; none for the form that begins the record."""
        return (self.ask,) if isinstance(self.ask, str) else self.ask or ()
