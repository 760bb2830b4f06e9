"""schedules.yaml: what should be there for each request, case, worker or declared record, and by when."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from fingerpost.language.conditions.tree import Condition
from fingerpost.language.schema.base import (
    BY_SHAPE,
    Clauses,
    Code,
    ConditionTree,
    Mapped,
    NumberOrName,
    Sentence,
    Word,
    Words,
)
from fingerpost.language.schema.items import Answers, ItemSpec, Times, WhoSpec
from fingerpost.language.schema.registers import KindSpec, Label, TimeSpec

STARTS_ON, DUE_ON, DONE_ON, ENDED_ON, POINT = "starts_on", "due_on", "done_on", "ended_on", "point"
SPAN_WORDS = ("working_days", "days", "weeks", "months")


class StretchWords(Words):
    """A stretch of time: one of these. A number may be the name of a dated value."""

    working_days: NumberOrName | None = Field(None, description="So many working days.")
    days: NumberOrName | None = Field(None, description="So many days of the calendar; 0 is the same day.")
    weeks: NumberOrName | None = Field(None, description="So many weeks of the calendar.")
    months: NumberOrName | None = Field(None, description="So many months of the calendar.")

    @property
    def lengths(self) -> dict[str, int | str]:
        """The words that were written: unit to number or name."""
        named = {word: getattr(self, word) for word in SPAN_WORDS}
        return {word: number for word, number in named.items() if number is not None}


class PointWords(StretchWords):
    """One thing that should be there, so long after the start."""

    label: Sentence | None = Field(None, description="What people call it; its key in words where left out.")
    opens: StretchWords | None = Field(
        None,
        description="So long after the start its window begins; where left out, the day after the one before is due.",
    )


Settling = Annotated[
    Annotated[Code, Word] | Annotated[dict[Code, ConditionTree], Mapped],
    BY_SHAPE,
]


class ScheduleWords(Words):
    """One schedule: `every` span anew, or several `points`, or once after `first`."""

    label: Label | None = Field(None, description="What people call one and many; its key in words where left out.")
    hint: Sentence | None = Field(None, description="What it is for, above its list.")
    clause: Clauses | None = Field(None, description="The clause or law that is the reason for it.")
    holder: Code = Field(
        alias="for", description="For each of these there is one: request, case, worker, service, or a declared kind."
    )
    where: ConditionTree | None = Field(
        None, description="For which of them: a condition on its answers; of workers, on their role."
    )
    starts: Times | None = Field(
        None,
        description="The time that starts it, as `kind.time`; of several, each starts it anew. Where left out, it starts with "
        "what it is for.",
    )
    first: StretchWords | None = Field(
        None, description="How long after the start the first is due, where that is not `every`. Alone: it is due once."
    )
    every: StretchWords | None = Field(
        None, description="How long after each the next is due. What was done before the start counts while it lasts."
    )
    points: dict[Code, PointWords] = Field(default_factory=dict, description="Named points, the earliest first.")
    settled: Settling | None = Field(
        None,
        description="The kind of record that fulfils it, with what must be so of the record; where left out, it is ticked off.",
    )
    items: dict[Code, ItemSpec] = Field(default_factory=dict, description="What is asked when it is ticked off.")
    stops: Times | None = Field(
        None, description="Times after which nothing more is due. That of a case stops when the case is closed."
    )
    before: Times | None = Field(
        None, description="Times that may not be set while something of this is missing, as `kind.time`: a requirement."
    )
    say: Sentence | None = Field(None, description="What to say to whoever is stopped by it.")
    who: WhoSpec | None = Field(None, description="Who may tick it off, and who may see it.")
    restricted: bool = Field(False, description="True where only roles that reach restricted records may see it.")
    planned: bool = Field(False, description="True while nothing uses it yet.")

    @property
    def settled_by(self) -> Mapping[str, Condition | None]:
        """Kind to what must be so of its record; empty where it is ticked off."""
        return {self.settled: None} if isinstance(self.settled, str) else self.settled or {}

    def times(self, word: str) -> tuple[str, ...]:
        """The times under starts, stops or before."""
        named: str | tuple[str, ...] | None = getattr(self, word)
        return (named,) if isinstance(named, str) else named or ()


class ScheduleKind(KindSpec):
    """What a schedule keeps, as a kind of record: an entry for each point, drawn by the house and ticked off by people.

    So lists, walls, history, what is due, and figures are those of every declared record.
    """

    schedule: ScheduleWords

    @property
    def by_hand(self) -> tuple[ItemSpec | TimeSpec, ...]:
        """What people may write of it: nothing where another record fulfils it."""
        if self.schedule.settled_by:
            return ()
        return (self.times[DONE_ON], *(self.items[key] for key in self.schedule.items))


def kind_of(key: str, words: ScheduleWords) -> ScheduleKind:
    """The kind of record that a schedule keeps."""
    names: Answers = {name: point.label or name.replace("_", " ").capitalize() for name, point in words.points.items()}
    items = {name: item.model_copy(update={"ask": DONE_ON}) for name, item in words.items.items()}
    if names:
        items = {POINT: ItemSpec(label="Which one", type="choice", answers=names), **items}
    return ScheduleKind(
        label=words.label,
        hint=words.hint,
        clause=words.clause,
        about=None if words.holder == "service" else words.holder,
        items=items,
        times={
            STARTS_ON: TimeSpec(label="From", stage="Open", required=True),
            DUE_ON: TimeSpec(label="Due", required=True),
            DONE_ON: TimeSpec(label="Done", stage="Done", at_least=STARTS_ON),
            ENDED_ON: TimeSpec(label="Ended without it", stage="Not done"),
        },
        who=words.who,
        restricted=words.restricted,
        planned=words.planned,
        schedule=words,
    )
