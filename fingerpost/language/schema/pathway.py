"""pathway.yaml: the stages of a case, its gates, and what its events set off."""

from datetime import date
from typing import Literal

from pydantic import Field

from fingerpost.language.schema.base import Clauses, Code, ConditionTree, NumberOrName, Sentence, Words
from fingerpost.language.schema.eligibility import NotKnown, NotMet


class StageWords(Words):
    """One stage of the pathway; the order of the file is the order of the stages."""

    label: Sentence = Field(description="What people call it.")
    clause: Clauses | None = Field(None, description="The clause behind it.")
    decision: Code | None = Field(None, description="The decision that must be yes before this stage.")
    gate: Code | None = Field(None, description="The gate that must be open before this stage.")


class GateWords(Words):
    """A condition that must hold before a step is taken."""

    clause: Clauses = Field(description="The clause behind it.")
    label: Sentence = Field(description="What must be so, in a few words.")
    condition: ConditionTree = Field(description="What must hold.")
    met: Sentence | None = Field(None, description="What to say when it is open.")
    not_met: NotMet | None = Field(None, description="What to say when it is shut.")
    not_known: NotKnown | None = Field(None, description="What to say while something is missing.")


class ClosureReasonWords(Words):
    """One way for a case to end."""

    label: Sentence = Field(description="What people call it.")
    clause: Clauses | None = Field(None, description="The clause behind it.")
    needs_destination: bool = Field(False, description="True where the service it moves to must be named.")
    gate: Code | None = Field(None, description="A gate for this reason only.")


class DueWords(Words):
    """How long a task has, from the event that raises it."""

    working_days: NumberOrName | None = Field(None, description="So many working days.")
    days: NumberOrName | None = Field(None, description="So many days of the calendar.")
    school_weeks: NumberOrName | None = Field(None, description="So many weeks of school.")


class TaskWords(Words):
    """A task that an event raises."""

    clause: Clauses = Field(description="The clause behind it.")
    label: Sentence = Field(description="What is to be done.")
    after: Code = Field(description="The event that raises it: opened, allocated, closed.")
    due: DueWords | None = Field(None, description="How long it has; or name a clock.")
    clock: Code | None = Field(None, description="The clock that says when it is due.")
    consent: Code | None = Field(None, description="The consent without which it is blocked and the refusal recorded.")
    recipient: Code | None = Field(None, description="Who receives what is sent: school, referrer.")
    letter: Code | None = Field(None, description="The template of the letter.")
    owner: Code | None = Field(None, description="Whose task it is; the case's worker as a rule.")
    asks: Literal["destination"] | None = Field(
        None, description="What it asks: destination, whether the service that the family moves to took them on."
    )


class AllocationWords(Words):
    """How a worker is proposed."""

    clause: Clauses = Field(description="The clause behind it.")
    propose: Literal["home_area", "school_area"] = Field(description="Whose area counts.")
    level: Code = Field(description="The level of the area scheme.")
    exception: Literal["reason", "none"] = Field("reason", description="What choosing somebody else takes.")
    ask: Sentence | None = Field(None, description="The question when somebody else is chosen.")


class PriorityGroup(Words):
    """One group that goes first."""

    label: Sentence = Field(description="What people call it.")
    since: str | None = Field(None, description="The plan or edition that names it.")


class PriorityWords(Words):
    """Who goes first among those who wait."""

    clause: Clauses = Field(description="The clause behind it.")
    source: Sentence | None = Field(None, description="The plan the groups come from.")
    since: date | None = Field(None, description="The day from which the plan's list holds.")
    groups: dict[Code, PriorityGroup] = Field(description="The groups.")
    say: Sentence | None = Field(None, description="The reason shown; {groups} is filled in.")


class EditionWords(Words):
    """One edition of procedures that somebody else publishes."""

    since: date = Field(description="First day on which it holds.")
    title: Sentence = Field(description="Which edition it is.")
    link: Sentence | None = Field(None, description="Where it can be read.")


class SafeguardingWords(Words):
    """What is done with a concern about a child's safety."""

    clause: Clauses = Field(description="The clause behind it.")
    procedures: Sentence = Field(description="The procedures to follow, by their title.")
    editions: tuple[EditionWords, ...] = Field(description="Their editions, the earliest first.")
    checklist: dict[Code, Sentence] = Field(description="What the procedures ask for, step by step.")
    refer_to: Sentence = Field(description="Whom a child in need of protection is referred to.")
    clock: Code | None = Field(None, description="The clock that says by when the lead decides.")

    def edition_on(self, day: date) -> EditionWords | None:
        """The edition in force on the day; None before the first."""
        begun = [edition for edition in self.editions if edition.since <= day]
        return max(begun, key=lambda edition: edition.since, default=None)


class ContactKindWords(Words):
    """One kind of contact."""

    label: Sentence = Field(description="What people call it.")
    casework_session: bool = Field(False, description="True where one that was attended counts as a casework session.")
    clause: Clauses | None = Field(None, description="The clause behind it.")


class InstrumentUse(Words):
    """When an instrument is used on a case."""

    clause: Clauses = Field(description="The clause behind it.")
    label: Sentence = Field(description="What is measured.")
    instruments: tuple[Code, ...] = Field(description="Instruments a manager may choose from; the first as a rule.")
    at: tuple[Literal["start", "end", "review"], ...] = Field(description="When.")
    by: Code | None = Field(None, description="Who completes it.")


class NamedKind(Words):
    """One kind of thing that people record."""

    label: Sentence = Field(description="What people call it.")
    clause: Clauses | None = Field(None, description="The clause behind it.")


class FeedbackWords(Words):
    """What one kind of person is asked about the help."""

    clause: Clauses = Field(description="The clause behind it.")
    label: Sentence = Field(description="What people call the form.")
    instrument: Code = Field(description="The instrument that is the form; one of its questions is the rating.")
    after: tuple[Code, ...] = Field(description="What it is asked after: case, or a kind of group.")
    open_for: NumberOrName = Field(description="For how many days it may be answered.")


class PathwayWords(Words):
    """pathway.yaml."""

    stages: dict[Code, StageWords] = Field(default_factory=dict, description="The stages, in order.")
    gates: dict[Code, GateWords] = Field(default_factory=dict, description="What must hold before a step.")
    closure_reasons: dict[Code, ClosureReasonWords] = Field(default_factory=dict, description="How a case may end.")
    tasks: dict[Code, TaskWords] = Field(default_factory=dict, description="What events set off.")
    allocation: AllocationWords | None = Field(None, description="How a worker is proposed.")
    priority: PriorityWords | None = Field(None, description="Who goes first.")
    safeguarding: SafeguardingWords | None = Field(None, description="What is done with a concern.")
    contacts: dict[Code, ContactKindWords] = Field(default_factory=dict, description="Kinds of contact.")
    instruments: dict[Code, InstrumentUse] = Field(default_factory=dict, description="Instruments and when.")
    school_events: dict[Code, NamedKind] = Field(
        default_factory=dict, description="Ways a parent takes part in a child's schooling that are recorded."
    )
    feedback: dict[Literal["parent", "child"], FeedbackWords] = Field(
        default_factory=dict, description="Forms on which people say what they think, by who fills them in."
    )
    participation: dict[Code, NamedKind] = Field(
        default_factory=dict, description="Ways in which families shape the service."
    )
