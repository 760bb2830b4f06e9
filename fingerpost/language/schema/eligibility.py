"""eligibility.yaml: named decisions, their criteria, and what to say."""

from typing import Annotated, Any

from pydantic import Field

from fingerpost.language.schema.base import (
    BY_LETTERS,
    BY_SHAPE,
    Chosen,
    Clauses,
    Code,
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


class SayingWords(Words):
    """What to say, and what comes of it. Facts and dated values in {braces} are filled in."""

    condition: ConditionTree | None = Field(None, description="Say this only where the condition holds.")
    say: Sentence = Field(description="The sentence.")
    outcome: Code | None = Field(None, description="What comes of it: refer_to_education_welfare_officer.")


NotMet = Annotated[Annotated[Sentence, Word] | Annotated[tuple[SayingWords, ...], Several], BY_SHAPE]
NotKnown = Annotated[Annotated[Sentence, Word] | Annotated[SayingWords, Mapped], BY_SHAPE]


class CriterionWords(Words):
    """One named criterion of a decision."""

    clause: Clauses = Field(description="The clause it comes from.")
    label: Sentence = Field(description="The criterion in a few words.")
    condition: ConditionTree = Field(description="What must hold.")
    route: Code | None = Field(None, description="The way in, where this criterion is the one that admits.")
    met: Sentence | None = Field(None, description="What to say when it is met.")
    not_met: NotMet | None = Field(
        None, description="What to say when it is not; of several sayings the first whose condition holds."
    )
    not_known: NotKnown | None = Field(None, description="What to say while something is missing.")
    plain: Sentence | None = Field(
        None, description="The criterion in plain words for anybody to read; dated values in {braces} are filled in."
    )
    in_brief: Sentence | None = Field(
        None, description="A few words in which a refusal quotes it when it is not met, e.g. in a letter."
    )


class CriterionChange(Words):
    """What a reading changes in a criterion: every word named takes the place of the criterion's own."""

    clause: Clauses | None = Field(None, description="Another clause.")
    label: Sentence | None = Field(None, description="Another label.")
    condition: ConditionTree | None = Field(None, description="Another condition.")
    met: Sentence | None = Field(None, description="Another sentence when met.")
    not_met: NotMet | None = Field(None, description="Other sayings when not met.")
    not_known: NotKnown | None = Field(None, description="Another sentence while something is missing.")
    plain: Sentence | None = Field(None, description="Other plain words.")


class DecisionAnswer(Words):
    """One reading of a decision: another rule of acceptance, or other criteria."""

    label: Sentence = Field(description="The reading in plain words.")
    accept: Any = Field(None, description="Takes the place of the rule of acceptance.")
    criteria: dict[Code, CriterionChange] = Field(default_factory=dict, description="Changes to criteria, by name.")
    settings: dict[Code, Any] = Field(
        default_factory=dict, description="Dated values that stand otherwise in this reading, by name."
    )


Readings = Annotated[
    Annotated[dict[Letter, DecisionAnswer], Letters] | Annotated[dict[Code, dict[Letter, DecisionAnswer]], Questions],
    BY_LETTERS,
]


class DecisionWords(Words):
    """One decision, such as accepting a family for casework."""

    clause: Clauses = Field(description="The clauses it carries out.")
    title: Sentence = Field(description="What is decided.")
    subject: Code | None = Field(None, description="What it is decided of: referral, case.")
    criteria: dict[Code, CriterionWords] = Field(description="The criteria, by name.")
    accept: Any = Field(
        None, description="Criteria by name, joined by all, any, not: {all: [{any: [attendance, exclusion]}, need]}."
    )
    accepted: Code = Field("accepted", description="Outcome when the answer is yes.")
    refused: Code = Field("refused", description="Outcome when it is no and no saying names another.")
    waiting: Code = Field("awaiting_facts", description="Outcome when it is not known and no saying names another.")
    readings: Readings | None = Field(
        None, description="Letters are the answers to one question; or questions, each with its letters."
    )
    reading: Chosen | None = Field(None, description="The reading in force until agreed otherwise.")
