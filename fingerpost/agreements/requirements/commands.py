"""Policies: kept, issued, issued again, withdrawn; and read by staff."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from fingerpost.agreements.requirements.models import Acknowledgement, Policy, PolicyIssue
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.sameness import require_same
from fingerpost.ground.access.scope import Scope


@command(allow=Permission.PUBLISH_INFORMATION)
def keep_policy(actor: Actor, subject: Scope, *, service: str, title: str, owner: str, at: datetime) -> Policy:
    """Enter a policy into the register. Returns it; one of that title that stands already is returned as it is."""
    if not title.strip():
        raise Refused("Enter what the policy is called.", field="title")
    if not owner.strip():
        raise Refused("Enter who owns the policy.", field="owner")
    found = Policy.objects.filter(service=service, title__iexact=title.strip(), withdrawn_on=None).first()
    if found is not None:
        otherwise = f"There is a policy called {found.title} already, and {found.owner} owns it. Open that one."
        require_same(found, {"owner": owner.strip()}, otherwise, field="title")
        return found
    return Policy.objects.create(service=service, title=title.strip(), owner=owner.strip(), recorded_at=at)


@command(allow=Permission.PUBLISH_INFORMATION)
def issue_policy(
    actor: Actor,
    subject: Policy,
    *,
    version: str,
    issued_on: date,
    review_on: date,
    text: str = "",
    kept_at: str = "",
    changes: str = "",
    at: datetime,
) -> PolicyIssue:
    """Issue a version of a policy: from that day on, staff are asked to read it anew. Returns the issue.

    The same version issued twice is one. Clause 2.12 (Essex advisors).
    """
    policy = locked(subject)
    if policy.withdrawn_on:
        raise Refused("This policy was withdrawn. Enter a new one.")
    if not version.strip():
        raise Refused("Enter the version, such as 2.", field="version")
    if review_on <= issued_on:
        raise Refused("The day of review must be after the day of issue.", field="review_on")
    if not text.strip() and not kept_at.strip():
        raise Refused("Enter what it says, or where it is kept.", field="text")
    found = PolicyIssue.objects.filter(policy=policy, version=version.strip()).first()
    told = {
        "issued_on": issued_on,
        "review_on": review_on,
        "text": text.strip(),
        "kept_at": kept_at.strip(),
        "changes": changes.strip(),
    }
    if found is not None:
        require_same(found, told, "There is a version of that name. Give this one another.", field="version")
    if found is None and PolicyIssue.objects.filter(policy=policy, issued_on=issued_on).exists():
        raise Refused("Another version was issued on that day. Choose another day.", field="issued_on")
    return found or PolicyIssue.objects.create(
        policy=policy,
        version=version.strip(),
        recorded_at=at,
        **told,
    )


@command(allow=Permission.PUBLISH_INFORMATION)
def withdraw_policy(actor: Actor, subject: Policy, *, on: date, reason: str, at: datetime) -> Policy:
    """Take a policy out of force from a day on, with the reason, which the history keeps. Returns it."""
    policy = locked(subject)
    if not reason.strip():
        raise Refused("Enter why the policy is withdrawn.", field="reason")
    first = PolicyIssue.objects.filter(policy=policy).order_by("issued_on").first()
    if first is not None and on < first.issued_on:
        raise Refused("That day is before the policy was first issued. Choose a later day.", field="on")
    if policy.withdrawn_on is not None:
        raise Refused("This policy was withdrawn already. There is nothing left to do.")
    policy.withdrawn_on = on
    policy.save(update_fields=["withdrawn_on"])
    return policy


@command(allow=Permission.RECORD_CONTACT)
def acknowledge(
    actor: Actor,
    subject: Scope,
    *,
    issue: PolicyIssue,
    batch: uuid.UUID | None = None,
    acknowledged_at: datetime | None = None,
    at: datetime,
) -> Acknowledgement:
    """Say that the actor has read this version and will follow it. `subject` is where they work. Returns it; once is enough.

    Raises Refused for a version that another has replaced or that is not in force yet.
    """
    if actor.id is None:
        raise NotAllowed("Only a person can read")
    return _kept(actor.id, issue, subject, acknowledged_at or at, batch, at)


@command(allow=Permission.PUBLISH_INFORMATION)
def enter_acknowledgements(
    actor: Actor,
    subject: Scope,
    *,
    issue: PolicyIssue,
    users: Iterable[User],
    acknowledged_at: datetime,
    at: datetime,
) -> list[Acknowledgement]:
    """Write down from a signed list that these have read this version. Returns a row for each; once is enough."""
    return [_kept(user.pk, issue, subject, acknowledged_at, None, at) for user in users]


def _kept(
    user: uuid.UUID, issue: PolicyIssue, where: Scope, acknowledged_at: datetime, batch: uuid.UUID | None, at: datetime
) -> Acknowledgement:
    found = Acknowledgement.objects.filter(issue=issue, user_id=user).first()
    if found is not None:
        return found
    if acknowledged_at > at:
        raise Refused("The day on which it was read cannot be in the future.", field="acknowledged_at")
    _require_in_force(issue, timezone.localdate(acknowledged_at))
    scope = Scope.of(service=issue.policy.service, users=[user]) | where
    kept = {"acknowledged_at": acknowledged_at, "recorded_at": at, "batch": batch, "scope_keys": sorted(scope.keys)}
    # Sent twice at the same moment, the second finds what the first wrote.
    made, _ = Acknowledgement.objects.get_or_create(issue=issue, user_id=user, defaults=kept)
    return made


def _require_in_force(issue: PolicyIssue, on: date) -> None:
    policy = issue.policy
    if policy.withdrawn_on and policy.withdrawn_on <= on:
        raise Refused("This policy was withdrawn. There is nothing left to read.")
    if issue.issued_on > on:
        raise Refused("This version is not in force yet.")
    newer = PolicyIssue.objects.filter(policy=policy, issued_on__gt=issue.issued_on, issued_on__lte=on).first()
    if newer is not None:
        raise Refused(f"Version {newer.version} has taken the place of this one. Read that.")
