"""Facts that eligibility may ask of a request: what the referrer said and where the family lives."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.agreements.registers.added import facts_added
from fingerpost.ground.places.models import code_in
from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.dated import Values
from fingerpost.language.facts import Facts, FactValue, fact, joined, registry
from fingerpost.people.circumstances.commands import VULNERABLE_GROUP
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.people.schooling.models import Enrolment
from fingerpost.people.schooling.queries import of_person
from fingerpost.work.referrals.models import Request


@dataclass(frozen=True)
class Subject:
    """Whom a decision is about: one child of one family, on a request or a case. Facts of every room read from it."""

    service: str
    family: Family
    person: Person | None = None
    request: Request | None = None
    case: Any = None
    values: Values = field(default_factory=dict)


def facts_about(request: Request, people: Iterable[Person], rules: Rules) -> dict[UUID, Facts]:
    """Every fact of each of these children of a request, by the child, each read only when the contract asks for it.

    What the contract adds to the request is told of every child alike.
    """
    added, values = facts_added(rules, {"request": request.pk}), rules.contract.values
    about = {one.pk: Subject(rules.service, request.family, one, request, values=values) for one in people}
    return {pk: joined(added, registry.about(subject, rules.on)) for pk, subject in about.items()}


@fact("forecast_reason", kind="text", label="The worker's reason why attendance is likely to fall into the range")
def forecast_reason(subject: Any, on: date) -> FactValue:
    """What was typed; not known while nothing is."""
    return (subject.request.forecast_reason.strip() if subject.request else "") or NOT_KNOWN


@fact("home_area", kind="code", label="Area of the parent's home")
def home_area(subject: Any, on: date) -> FactValue:
    """Code of the area in which the parent lived when the request came."""
    return code_in(subject.request.home_area if subject.request else "") or NOT_KNOWN


@fact("school_area", kind="code", label="Area of the school")
def school_area(subject: Any, on: date) -> FactValue:
    """Code of the area of the child's school."""
    if subject.person is None:
        return NOT_KNOWN
    found = of_person(Enrolment.objects.filter(until=None, school__area__scheme=subject.service), subject.person)
    return found.order_by("-is_main", "school").values_list("school__area__code", flat=True).first() or NOT_KNOWN


@fact("vulnerable_groups", kind="codes", label="Vulnerable groups the child or parent belongs to")
def vulnerable_groups(subject: Any, on: date) -> FactValue:
    """Codes of the groups noted on the request; without one, those noted of the family's people, where any are."""
    if subject.request is not None:
        return frozenset(subject.request.vulnerable_groups)
    people = Membership.objects.filter(family=subject.family, until=None).values("person")
    noted = Circumstance.objects.filter(Q(until=None) | Q(until__gt=on), person__in=people, is_true=True)
    return frozenset(noted.filter(kind=VULNERABLE_GROUP).values_list("value", flat=True)) or NOT_KNOWN


@fact("accepted_for_casework", kind="boolean", label="Accepted under the criteria")
def accepted_for_casework(subject: Any, on: date) -> FactValue:
    """Whether the request was accepted; not known until decided."""
    outcome = subject.request.outcome if subject.request else ""
    return outcome == Request.Outcome.ACCEPTED if outcome else NOT_KNOWN
