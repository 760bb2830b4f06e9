"""Who goes first: the groups that the county's plan names, noted of a child or a parent, and how far each was reached.

Clause 2.7, second printing (Essex advisors).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.circumstances.commands import VULNERABLE_GROUP
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.work.referrals.models import Request


@dataclass(frozen=True)
class Reached:
    """How far one group was reached in a period. A family in two groups stands under both, so the lines do not add up."""

    code: str
    label: str
    asked: int
    accepted: int
    working: int
    waiting: int


@command(allow=Permission.ASSESS_FAMILY)
def note_groups(
    actor: Actor,
    subject: Family,
    *,
    service: str,
    person: Person,
    groups: Iterable[str],
    source: str = "",
    reason: str = "",
    at: datetime,
) -> list[str]:
    """Note which of the plan's groups a child or parent belongs to; those no longer named end the day before. Returns them.
    `source` is who told of the new ones; `reason`, for the history, why one ends.

    The family's requests that wait take their new place in the queue at once. Raises Refused for a group that is not listed.
    """
    today = timezone.localdate(at)
    listed = _listed(service, today)
    wanted = set(groups)
    if unlisted := sorted(wanted - listed):
        raise Refused(f"The plan names no group called {unlisted[0].replace('_', ' ')}.", field="groups")
    if not Membership.objects.filter(family=subject, person=person, until=None).exists():
        raise Refused(f"{person.full_name} does not belong to this family now.")
    standing = Circumstance.objects.filter(person=person, kind=VULNERABLE_GROUP, is_true=True, until=None)
    held = {fact.value: fact for fact in standing if fact.value in listed}
    if wanted == set(held) and source.strip():
        raise Refused("You changed no group. Change one, or leave this empty.", field="source")
    for group in sorted(wanted - set(held)):
        circumstances.record(
            actor, person, kind=VULNERABLE_GROUP, value=group, since=today, source=source.strip(), at=at
        )
    ended = set(held) - wanted
    for group in sorted(ended):
        circumstances.end(actor, held[group], on=max(today, held[group].since or today), at=at)
    _bring_requests_up(subject, service, ended, ended_by=person)
    return sorted(wanted)


def groups_of(actor: Actor, people: Iterable[Person], on: date) -> dict[object, list[str]]:
    """The groups noted of each person on the day, as far as the actor may see them: `{person id: [code]}`. One query."""
    found: dict[object, list[str]] = {}
    for person, value in _groups(actor, [one.pk for one in people], on):
        found.setdefault(person, []).append(value)
    return found


@built_once
def _groups(actor: Actor, people: list[UUID], on: date) -> QuerySet[Circumstance, Any]:
    facts = Circumstance.objects.visible_to(actor).filter(Q(until=None) | Q(until__gt=on), person__in=people)
    groups = facts.filter(kind=VULNERABLE_GROUP, is_true=True)
    return groups.order_by("value").values_list("person_id", "value")


def reached(actor: Actor, service: str, *, since: date, until: date) -> list[Reached]:
    """Each listed group in the order of the contract: requests received in the period, and what became of them. One query."""
    words = rules(service, until).contract.pathway.priority
    if words is None:
        return []
    seen = Request.objects.visible_to(actor, Permission.VIEW_RECORDS_COUNTED).of_service(service)
    rows = seen.filter(received_at__date__range=(since, until), vulnerable_groups__overlap=list(words.groups))
    columns = list(rows.values_list("vulnerable_groups", "outcome", "opened_at", "withdrawn_at"))
    return [
        _reached(code, group.label, [row for row in columns if code in row[0]]) for code, group in words.groups.items()
    ]


def _reached(code: str, label: str, rows: list[tuple[list[str], str, datetime | None, datetime | None]]) -> Reached:
    return Reached(
        code,
        label,
        asked=len(rows),
        accepted=sum(outcome == Request.Outcome.ACCEPTED for _, outcome, _, _ in rows),
        working=sum(opened is not None for _, _, opened, _ in rows),
        waiting=sum(o is None and w is None and outcome != Request.Outcome.REFUSED for _, outcome, o, w in rows),
    )


def _listed(service: str, on: date) -> set[str]:
    words = rules(service, on).contract.pathway.priority
    return set(words.groups) if words else set()


def _bring_requests_up(family: Family, service: str, ended: set[str], *, ended_by: Person) -> None:
    """Waiting requests carry what is known of the family now, and what the referrer said that nobody has ended since."""
    members = Membership.objects.filter(family=family, until=None).values("person_id")
    facts = Circumstance.objects.filter(person_id__in=members, kind=VULNERABLE_GROUP, is_true=True, until=None)
    known = set(facts.values_list("value", flat=True))
    for request in Request.objects.waiting().filter(family=family, service=service).select_for_update():
        groups = sorted((set(request.vulnerable_groups) - ended) | known)
        if groups != request.vulnerable_groups:
            request.vulnerable_groups = groups
            request.save(update_fields=["vulnerable_groups"])
