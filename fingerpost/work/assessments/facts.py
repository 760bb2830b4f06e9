"""Facts that eligibility may ask of a family's assessment."""

from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact
from fingerpost.work.assessments import queries


@fact("assessed_need", kind="codes", label="Needs that the common assessment found")
def assessed_need(subject: Any, on: date) -> FactValue:
    """Codes of the needs named by the latest assessment; not known without one."""
    found = queries.latest(subject.family, on=on)
    return NOT_KNOWN if found is None else frozenset(found.needs)


@fact("assessment_date", kind="date", label="Day of the common assessment")
def assessment_date(subject: Any, on: date) -> FactValue:
    """Day of the latest assessment; not known without one."""
    found = queries.latest(subject.family, on=on)
    return NOT_KNOWN if found is None else found.assessed_on
