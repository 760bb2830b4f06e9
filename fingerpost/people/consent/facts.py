"""Facts about what a family agreed to."""

from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact
from fingerpost.people.consent import queries
from fingerpost.people.consent.models import Consent


@fact("consent_to_share_with_school", kind="boolean", label="Consent to tell the school the outcome")
def consent_to_share_with_school(subject: Any, on: date) -> FactValue:
    """Whether the family agreed; not known while nobody has asked."""
    given = queries.current(subject.family, Consent.Kind.SHARE_WITH_SCHOOL)
    return NOT_KNOWN if given is None else given.answer == Consent.Answer.GIVEN
