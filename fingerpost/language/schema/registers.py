"""registers.yaml: kinds of record that this service keeps and the product does not."""

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
    NumberOrName,
    Sentence,
    Word,
    Words,
)
from fingerpost.language.schema.items import ItemSpec, Names, WhoSpec
from fingerpost.language.vocabulary.kinds import OWN_TIME


class OneAndMany(Words):
    """What people call one, and several."""

    one: Sentence = Field(description="One of them: Complaint.")
    many: Sentence = Field(description="Several: Complaints.")


class TimeSpec(Comparing):
    """One named time of a kind. Every time is an event, written `kind.time`."""

    type: Literal["day", "moment"] = Field("day", description="day, or moment: a day with a time.")
    label: Sentence | None = Field(None, description="What people call it; its key in words where left out.")
    hint: Sentence | None = Field(None, description="Help that stands below it.")
    clause: Clauses | None = Field(None, description="The clause or law that is the reason for it.")
    stage: Sentence | None = Field(None, description="The stage that an entry reaches when this is set.")
    required: bool = Field(False, description="True where the entry cannot begin without it.")
    who: WhoSpec | None = Field(None, description="Who may set it, where that is fewer than for the record.")
    since: date | None = Field(None, description="First day on which it may be set.")
    until: date | None = Field(None, description="Last day; what was set before is kept and counts.")

    def label_of(self, key: str) -> str:
        """What people call it, from its key where it has no words of its own: answered_on is *Answered*."""
        return self.label or key.removesuffix("_on").removesuffix("_at").replace("_", " ").capitalize()

    def is_asked_on(self, day: date) -> bool:
        """Whether it may be set on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


Label = Annotated[Annotated[Sentence, Word] | Annotated[OneAndMany, Mapped], BY_SHAPE]


class LimitSpec(Words):
    """How much there may be of a kind about one thing. Asked whenever an entry is written."""

    sum: Code | None = Field(None, description="The number that is added up; where left out, entries are counted.")
    where: ConditionTree | None = Field(
        None, description="Which entries count: a condition on their answers, times or stage."
    )
    over: Literal["year"] | None = Field(
        None, description="year: only those of the same reporting year count; where left out, all there are."
    )
    at_most: NumberOrName = Field(
        description="This much or less: a number, a dated value, or a number asked of what the entry is about."
    )
    say: Sentence | None = Field(None, description="What to say to whoever is stopped by it.")


class KindSpec(Words):
    """A kind of record, with its questions and its times."""

    label: Label | None = Field(None, description="What people call one and many; its key in words where left out.")
    hint: Sentence | None = Field(None, description="What it is for, above its list.")
    clause: Clauses | None = Field(None, description="The clause or law that is the reason for keeping it.")
    about: Names | None = Field(
        None,
        description="What an entry is a record of: person, family, request, case, area, worker, or another kind; else the service.",
    )
    items: dict[Code, ItemSpec] = Field(default_factory=dict, description="Its questions, in the order of the form.")
    times: dict[Code, TimeSpec] = Field(
        default_factory=dict,
        description="Its times, in the order in which they come. The stage of an entry is that of the last one set.",
    )
    limit: LimitSpec | None = Field(None, description="How much there may be of it about one thing.")
    who: WhoSpec | None = Field(None, description="Who may write and see its entries.")
    restricted: bool = Field(
        False, description="True where only roles that reach restricted records may see that it exists."
    )
    planned: bool = Field(False, description="True while nothing uses it yet.")

    def beginning(self, key: str) -> "KindSpec":
        """What a contract adds to a record of the product, with the time at which the product says that it begins."""
        name = OWN_TIME[key]
        own = TimeSpec(type="moment", label=name.removesuffix("_at").capitalize(), required=True)
        return self.model_copy(update={"times": {name: own, **self.times}})

    def called(self, key: str) -> tuple[str, str]:
        """One and many, as people say them."""
        if isinstance(self.label, OneAndMany):
            return self.label.one, self.label.many
        one = self.label or key.replace("_", " ").capitalize()
        return one, f"{one}s"

    @property
    def subjects(self) -> tuple[str, ...]:
        """What an entry may be a record of; none for the service as a whole."""
        return (self.about,) if isinstance(self.about, str) else self.about or ()

    def stage_of(self, set_times: "frozenset[str] | set[str]") -> str:
        """The time that gives an entry its stage: the last one set, in the order of the declaration; empty before the first."""
        reached = [name for name, time in self.times.items() if name in set_times and time.stage]
        return reached[-1] if reached else ""
