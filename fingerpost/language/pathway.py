"""What the pathway of a contract says to casework: whose family it is, what an event sets off, what counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fingerpost.language.answers import NOT_KNOWN, Unknown
from fingerpost.language.calendars import WorkingCalendar
from fingerpost.language.clocks import Clock, Length, clock_in_force
from fingerpost.language.conditions.memory import fact_in
from fingerpost.language.contract import Contract
from fingerpost.language.readings import PROPOSED, Choices
from fingerpost.language.schema.pathway import TaskWords


@dataclass(frozen=True, slots=True)
class RaisedTask:
    """A task that an event raises: what is to be done, until when, and the consent it waits for."""

    key: str
    words: TaskWords
    due: datetime | Unknown


def proposed_area(contract: Contract, facts: Mapping[str, Any]) -> str | Unknown:
    """The area whose worker is proposed, from `home_area` or `school_area`; NOT_KNOWN without a rule or fact."""
    allocation = contract.pathway.allocation
    if allocation is None:
        return NOT_KNOWN
    place = "home" if allocation.propose == "home_area" else "school"
    found = fact_in(facts, f"{place}_area")
    return found if isinstance(found, Unknown) else str(found)


def asks_reason(contract: Contract, facts: Mapping[str, Any], chosen: str) -> bool:
    """Whether choosing this area takes a reason, because another is proposed."""
    allocation = contract.pathway.allocation
    return allocation is not None and allocation.exception == "reason" and proposed_area(contract, facts) != chosen


def tasks_after(
    contract: Contract, event: str, at: datetime, calendar: WorkingCalendar, choices: Choices = PROPOSED
) -> tuple[RaisedTask, ...]:
    """Tasks that an event raises at a time, with their deadlines: after `closed`, the outcome to school."""
    named = contract.pathway.tasks.items()
    return tuple(
        RaisedTask(key, words, _due(contract, words, event, at, calendar, choices))
        for key, words in named
        if words.after == event
    )


def casework_session_kinds(contract: Contract) -> frozenset[str]:
    """Kinds of contact that count as a casework session when attended."""
    return frozenset(kind for kind, words in contract.pathway.contacts.items() if words.casework_session)


def priority_groups(contract: Contract, groups: Mapping[str, Any] | frozenset[str]) -> tuple[str, ...]:
    """Those of somebody's groups that go first, in the contract's order."""
    priority = contract.pathway.priority
    return tuple(code for code in priority.groups if code in groups) if priority else ()


def _due(
    contract: Contract, words: TaskWords, event: str, at: datetime, calendar: WorkingCalendar, choices: Choices
) -> datetime | Unknown:
    if words.clock:
        clock = clock_in_force(contract, words.clock, choices)
        return clock.deadline({clock.starts: at}, calendar, values=contract.values)
    length = _length(words)
    if length is None:
        return NOT_KNOWN
    own = Clock(key=event, clauses=(), title=words.label, starts=event, length=length)
    return own.deadline({event: at}, calendar, values=contract.values)


def _length(words: TaskWords) -> Length | None:
    due = words.due
    if due is None:
        return None
    if due.working_days is not None:
        return Length("working_days", due.working_days)
    if due.days is not None:
        return Length("days", due.days)
    return Length("school_weeks", due.school_weeks) if due.school_weeks is not None else None
