"""workforce.yaml and offers.yaml: who is employed, how they are looked after, and what is on offer."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from fingerpost.language.schema.base import Clauses, Code, NumberOrName, Sentence, Words


class EstablishmentWords(Words):
    """Funded posts of one role."""

    clause: Clauses = Field(description="The clause that funds them.")
    label: Sentence = Field(description="What the role is called.")
    full_time_equivalents: int | Decimal = Field(description="Posts, in full-time equivalents.")
    full_time_hours: int | Decimal | None = Field(None, description="Hours a week of a full-time post.")
    supervised_by: Code | None = Field(None, description="The role that supervises it.")
    based_in: Code | None = Field(None, description="The level of area a post belongs to.")


class SupervisionWords(Words):
    """How often somebody is supervised or reviewed."""

    clause: Clauses = Field(description="The clause that asks for it.")
    label: Sentence = Field(description="What it is called.")
    roles: tuple[Code, ...] = Field(description="Who receives it.")
    clock: Code = Field(description="The clock that says when the next one is due.")


class DutyWords(Words):
    """Another duty towards the workforce: absence cover, placing posts by need."""

    clause: Clauses = Field(description="The clause that asks for it.")
    label: Sentence = Field(description="What is to be done.")
    clock: Code | None = Field(None, description="The clock behind it.")
    served_by: str | tuple[str, ...] = Field((), description="Kinds of record that show it.")


class NeedEndWords(Words):
    """One end of a table of need, and what an area there should or should not have."""

    ranks: NumberOrName = Field(description="How many areas, counted from that end of the table.")
    at_least: NumberOrName | None = Field(None, description="Fewest full-time equivalents there should be in each.")
    at_most: NumberOrName | None = Field(None, description="Most full-time equivalents there should be in each.")


class NeedWords(Words):
    """How posts are held against a table of need."""

    clause: Clauses = Field(description="The clause that asks for it.")
    role: Code = Field(description="The role whose posts are placed by need.")
    high: NeedEndWords | None = Field(None, description="The areas with the most need.")
    low: NeedEndWords | None = Field(None, description="The areas with the least need.")


class WorkforceWords(Words):
    """workforce.yaml."""

    establishment: dict[Code, EstablishmentWords] = Field(default_factory=dict, description="Funded posts, by role.")
    supervision: dict[Code, SupervisionWords] = Field(default_factory=dict, description="Supervision and reviews.")
    duties: dict[Code, DutyWords] = Field(default_factory=dict, description="Other duties.")
    need: NeedWords | None = Field(None, description="Posts against a table of need.")


class AgeBandWords(Words):
    """A range of children's ages."""

    label: Sentence = Field(description="What it is called.")
    at_least: int | None = Field(None, description="Youngest age in whole years.")
    at_most: int | None = Field(None, description="Oldest age in whole years.")


class OfferWords(Words):
    """One thing families can come to: a programme, workshop or drop-in."""

    clause: Clauses = Field(description="The clauses that ask for it.")
    title: Sentence = Field(description="What it is called.")
    kind: Code = Field(description="programme, workshop, drop_in, event.")
    sessions: NumberOrName | None = Field(None, description="How many sessions a run has.")
    evidence_based: bool | None = Field(None, description="Whether it rests on evidence.")
    in_each: Code | None = Field(None, description="The level of area in which there must be one.")
    each: Literal["month", "quarter", "term", "year"] | None = Field(None, description="How often there must be one.")
    agreed_with: Code | None = Field(None, description="The role that agrees it before it is advertised.")
    needs: tuple[Literal["need", "gap"], ...] = Field(
        (), description="What a run must name: a need, or a gap it fills."
    )
    criteria: Code | None = Field(
        None,
        description="The decision of eligibility.yaml that must be yes before somebody gets a place; none as a rule.",
    )
    waits: Literal["priority", "in_order"] = Field(
        "priority",
        description="Who goes first of those who wait: the groups of the pathway's priority, or whoever came first.",
    )
    outcomes: tuple[Code, ...] = Field((), description="The outcomes it works towards.")
    topics: dict[Code, Sentence] = Field(default_factory=dict, description="What a run may be about.")
    age_bands: dict[Code, AgeBandWords] = Field(default_factory=dict, description="Ages of children it may be for.")
    say: Sentence | None = Field(None, description="What to say when a run may not be advertised.")
