"""roles.yaml: what each role is called, what it may do and how far it reaches."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from fingerpost.language.schema.base import BY_SHAPE, Clauses, Code, Sentence, Several, Word, Words

Reach = Literal["own", "area", "team", "service", "organisation", "platform"]


class RoleWords(Words):
    """One role: one that the product brings, changed, or one of the contract's own. What is left out is as in `like`."""

    clause: Clauses | None = Field(None, description="The clause that asks for it.")
    label: Sentence | None = Field(None, description="What it is called on every page and in every letter.")
    like: Code | None = Field(None, description="The role that it begins from; of one that the product brings, itself.")
    can: tuple[Code, ...] | None = Field(
        None, description="What it may do: the whole list, as the table of permissions names it."
    )
    reach: Annotated[Annotated[Reach, Word] | Annotated[tuple[Reach, ...], Several], BY_SHAPE] | None = Field(
        None, description="How far a grant of it may reach; several are the ways in which it may be given."
    )
    restricted: bool | None = Field(None, description="Whether it reaches families who are restricted.")
    since: date | None = Field(None, description="The first day on which it may be held.")
    until: date | None = Field(None, description="The last day on which it may be held.")

    @property
    def reaches(self) -> tuple[str, ...] | None:
        """The ways in which it may be given; None where the file does not say."""
        return (self.reach,) if isinstance(self.reach, str) else self.reach
