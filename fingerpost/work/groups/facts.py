"""Facts that the gate before advertising a run may ask."""

from datetime import date
from typing import Any

from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.facts import FactValue, fact


@fact("coordinator_agreed_on", kind="date", label="Day the parenting coordinator agreed")
def coordinator_agreed_on(subject: Any, on: date) -> FactValue:
    """The day of agreement; not known while there is none."""
    return getattr(subject, "agreed_on", None) or NOT_KNOWN
