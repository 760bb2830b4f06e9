"""Facts that eligibility may ask of a family's assessment."""

from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact, once
from fingerpost.people.schooling.facts import window_begins
from fingerpost.work.assessments import queries
from fingerpost.work.assessments.models import Assessment

WINDOW = "assessment_window"


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
    """The latest in the time that the contract looks at: a number of school weeks, or all time."""
    found = once(subject, ("latest assessment", on), lambda: queries.latest(subject.family, on=on))
    if found is None:
        return None
    begins = once(subject, ("assessments since", on), lambda: window_begins(subject, WINDOW, on))
    return found if begins is None or found.assessed_on >= begins else None
