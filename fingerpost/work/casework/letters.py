"""The letter that tells a school how the work went: plain, short, and only about that school's own children."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from fingerpost.agreements.contracts.queries import day_in_words
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.people.families.querysets import short_name
from fingerpost.people.schooling.models import Enrolment, School
from fingerpost.work.casework.models import Case, CaseChild


@dataclass(frozen=True)
class Recipient:
    """One school and the children of the case whom it teaches."""

    name: str
    children: tuple[str, ...]


def schools_of(case: Case) -> list[Recipient]:
    """Every school with a child of the case on roll when it closed, by name; the school that referred where none is known."""
    children = CaseChild.objects.filter(case=case).order_by("person__born_on", "person__first_name")
    names = dict(children.annotate(name=short_name("person")).values_list("person_id", "name"))
    by_school: dict[str, list[str]] = {}
    enrolments = Enrolment.objects.filter(person__in=names, until=None).order_by("school__name", "person__born_on")
    for person, school in enrolments.values_list("person_id", "school__name"):
        by_school.setdefault(school, []).append(names[person])
    if not by_school:
        referring = School.objects.filter(pk=case.request.school_id).first() if case.request else None
        by_school[referring.name if referring else ""] = list(names.values())
    return [Recipient(school, tuple(taught)) for school, taught in by_school.items()]


def outcome_letter(case: Case, recipient: Recipient, held: Rules, sessions: int) -> tuple[str, str]:
    """Subject and body of the letter: who, from when until when, how often they met and how it ended."""
    children = listed(recipient.children)
    reason = held.contract.pathway.closure_reasons[case.closure_reason].label
    since, until = (day_in_words(timezone.localdate(moment)) for moment in (case.opened_at, case.closed_at))
    worked = f"Our {held.label('worker')} worked with the family of {children} from {since} to {until}."
    body = f"""Dear colleague,

{worked} They met {_times(sessions)}.

The work has ended: {_lower_first(reason)}.{_met(case)}

The family knows that we are writing to you. Please ring us if you have a question.

Reference {case.ref}"""
    return f"How our work with the family of {children} went", body


def listed(names: Sequence[str]) -> str:
    """Anna, Ben and Cara."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "the child"


def _times(number: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _met(case: Case) -> str:
    said = {
        "fully": " All the needs were met.",
        "partly": " Some of the needs were met.",
        "not": " The needs were not met.",
    }
    return said.get(case.outcomes_met, "")


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
