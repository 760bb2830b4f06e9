"""agreement.yaml and clauses.yaml: who agreed what, for how long, and every obligation."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from fingerpost.language.schema.base import Clauses, Code, Sentence, Words

ClauseStatus = Literal["enforced", "measured", "evidenced", "narrative", "context"]
ReportingYear = Literal["financial", "calendar", "contract", "academic"]
Jurisdiction = Literal["England", "Wales", "Scotland", "Northern Ireland", "Jersey"]


class AreaScheme(Words):
    """How the service divides its ground."""

    name: Sentence = Field(description="What the scheme is called.")
    levels: tuple[Code, ...] = Field(
        description="One to four, from the widest to the smallest: [district, ward].", min_length=1, max_length=4
    )
    responsibility: Code | None = Field(None, description="The level at which a worker is responsible.")


class ServiceLine(Words):
    """One strand of the service: casework, groups, a library."""

    label: Sentence = Field(description="What people call it.")
    clause: Clauses | None = Field(None, description="The clause that asks for it.")


class ContactWords(Words):
    """How people outside reach the service: whoever refers, and families."""

    phone: Sentence | None = Field(None, description="The telephone number, as people dial it.")
    email: Sentence | None = Field(None, description="The email address.")
    hours: Sentence | None = Field(None, description="When somebody answers, in words.")


class SourceFile(Words):
    """The paper the contract was written from."""

    title: Sentence = Field(description="What the paper is.")
    sha256: str | None = Field(None, description="Fingerprint of the file it was read from.")


class AgreementWords(Words):
    """agreement.yaml: the parties, the term and the settings that hold for the whole contract.

    What the paper does not state is left out, and shows as "not stated".
    """

    key: Code = Field(description="The contract's own key, the same as its folder.")
    version: int = Field(description="Raised by one with every change that is adopted.", ge=1)
    commissioner: Sentence | None = Field(None, description="Who pays.")
    provider: Sentence | None = Field(None, description="Who delivers.")
    title: Sentence = Field(description="The service, as people call it.")
    schedule: str | None = Field(None, description="Schedule or lot of the agreement.")
    funding_programme: Sentence | None = Field(None, description="The programme the money comes from.")
    start: date = Field(description="First day of the term.")
    end: date | None = Field(None, description="Last day of the term.")
    amount: int | Decimal | None = Field(None, description="Pounds for the whole term.")
    reference: str | None = Field(None, description="The parties' own reference.")
    jurisdiction: Jurisdiction = Field(description="Whose bank holidays and laws hold.")
    reporting_year: ReportingYear = Field(description="Which year quarters and years are cut from.")
    areas: AreaScheme | None = Field(None, description="The area scheme.")
    labels: dict[Code, Sentence] = Field(default_factory=dict, description="Terms this service renames: {worker: PSA}.")
    service_lines: dict[Code, ServiceLine] = Field(default_factory=dict, description="The strands of the service.")
    contact: ContactWords | None = Field(None, description="How people outside reach the service.")
    source: SourceFile | None = Field(None, description="The paper this was written from.")
    clause: Clauses | None = Field(None, description="The clauses that state the term and the parties.")
    commissioner_sees: Literal["returns", "live"] = Field(
        "returns",
        description="What whoever pays may read of the figures. returns: those of returns that were sent. live: also those of the "
        "periods under way, small numbers hidden, marked as not yet agreed.",
    )
    reporting_after_term: bool = Field(False, description="True where a return is meant to fall due after the end.")


class ClauseWords(Words):
    """One obligation in clauses.yaml, under its own key. The order of the file is the order of the clauses."""

    printed: str = Field(description="The number as printed, in quotes; numbers may repeat.")
    gist: Sentence = Field(description="What it asks for, in our own words, figures exact.")
    status: ClauseStatus = Field(
        description="enforced: a rule stops or starts something; measured: an indicator; evidenced: records of a kind "
        "must exist; narrative: a person writes; context."
    )
    title: Sentence | None = Field(None, description="A few words to know it by.")
    order: int | None = Field(None, description="Place in the paper, where it is not the order of the file.")
    served_by: str | tuple[str, ...] = Field((), description="Kinds of record or page that serve it.")
    row: str | None = Field(None, description="The requirement this clause answers, as the requirements list names it.")
    later: bool = Field(False, description="True while nothing serves it yet, so that the check notes it and goes on.")


class AreaWords(Words):
    """One area in areas.yaml. Its level follows from how deep it lies in the area scheme."""

    name: Sentence = Field(description="What people call it.")
    areas: "dict[Code, AreaWords]" = Field(default_factory=dict, description="The areas inside it.")
