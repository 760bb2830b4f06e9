"""Facts that eligibility may ask of a family's assessment."""

from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact, once
from fingerpost.work.assessments import queries
from fingerpost.work.assessments.models import Assessment


@fact("assessed_need", kind="codes", label="Needs that the common assessment found")
def assessed_need(subject: Any, on: date) -> FactValue:
    """Codes of the needs named by the latest assessment; not known without one."""
    found = _latest(subject, on)
    return NOT_KNOWN if found is None else frozenset(found.needs)


@fact("assessment_date", kind="date", label="Day of the common assessment")
def assessment_date(subject: Any, on: date) -> FactValue:
    """Day of the latest assessment; not known without one."""
    found = _latest(subject, on)
    return NOT_KNOWN if found is None else found.assessed_on


def _latest(subject: Any, on: date) -> Assessment | None:
    return once(subject, ("latest assessment", on), lambda: queries.latest(subject.family, on=on))
