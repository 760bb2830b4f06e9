"""The register of policies, and who has read what. Who is staff is for the rooms above to say."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from fingerpost.agreements.requirements.models import Acknowledgement, Policy, PolicyIssue
from fingerpost.ground.access.actor import Actor


@dataclass(frozen=True)
class Registered:
    """A policy with the version in force on a day, and how many of the staff asked about have read it."""

    issue: PolicyIssue
    acknowledged: int
    asked: int
    on: date

    @property
    def is_review_overdue(self) -> bool:
        return self.issue.review_on < self.on

    @property
    def words(self) -> str:
        """29 of 36 acknowledged."""
        return f"{self.acknowledged} of {self.asked} acknowledged"


def in_force(service: str, on: date) -> QuerySet[PolicyIssue]:
    """The version of each policy that is in force on the day, by title."""
    newer = PolicyIssue.objects.filter(
        policy=OuterRef("policy"), issued_on__gt=OuterRef("issued_on"), issued_on__lte=on
    )
    found = PolicyIssue.objects.filter(~Exists(newer), policy__service=service, issued_on__lte=on)
    found = found.filter(Q(policy__withdrawn_on=None) | Q(policy__withdrawn_on__gt=on))
    return found.select_related("policy").order_by("policy__title")


def register(service: str, on: date, staff: Iterable[uuid.UUID]) -> list[Registered]:
    """Every policy in force with how many of these members of staff have read it. One query."""
    ids = list(staff)
    read = Acknowledgement.objects.filter(issue=OuterRef("pk"), user__in=ids).order_by()
    number = read.values("issue").annotate(number=Count("id")).values("number")
    counted = in_force(service, on).annotate(acknowledged=Coalesce(Subquery(number, output_field=IntegerField()), 0))
    return [Registered(issue, issue.acknowledged, len(ids), on) for issue in counted]


def policy(service: str, pk: uuid.UUID) -> Policy:
    """One policy. Raises Policy.DoesNotExist. One query."""
    return Policy.objects.get(service=service, pk=pk)


def issues_of(kept: Policy) -> list[PolicyIssue]:
    """Every version of a policy, the newest first. One query."""
    return list(PolicyIssue.objects.filter(policy=kept).select_related("policy").order_by("-issued_on"))


def who_read(issue: PolicyIssue) -> set[uuid.UUID]:
    """Everybody who has read this version. One query."""
    return set(Acknowledgement.objects.filter(issue=issue).values_list("user_id", flat=True))


# Asked each time somebody opens their work, and mostly there is nothing to read.
_UNREAD = """
SELECT i.id FROM requirements_policyissue i JOIN requirements_policy p ON p.id = i.policy_id
WHERE p.service = %(service)s AND (p.withdrawn_on IS NULL OR p.withdrawn_on > %(on)s) AND i.issued_on <= %(on)s
    AND NOT EXISTS (
        SELECT 1 FROM requirements_policyissue n
        WHERE n.policy_id = i.policy_id AND n.issued_on > i.issued_on AND n.issued_on <= %(on)s)
    AND NOT EXISTS (SELECT 1 FROM requirements_acknowledgement a WHERE a.issue_id = i.id AND a.user_id = %(me)s)
"""


def to_read(actor: Actor, service: str, on: date) -> list[PolicyIssue]:
    """Versions in force that the actor has not read yet. One query, and another where there are any."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"service": service, "on": on, "me": actor.id})
        unread = [pk for (pk,) in cursor.fetchall()]
    return list(in_force(service, on).filter(pk__in=unread)) if unread else []


@dataclass(frozen=True)
class Mine:
    """A policy as a member of staff meets it, with the day on which they read the version in force."""

    issue: PolicyIssue
    acknowledged: Acknowledgement | None


def mine(actor: Actor, service: str, on: date) -> list[Mine]:
    """Every policy in force, those still to be read first. Two queries."""
    issues = list(in_force(service, on))
    read = {one.issue_id: one for one in Acknowledgement.objects.filter(issue__in=issues, user=actor.id)}
    rows = [Mine(issue, read.get(issue.pk)) for issue in issues]
    return sorted(rows, key=lambda row: row.acknowledged is not None)
