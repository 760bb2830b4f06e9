"""What news of a family means for its requests that waited for it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.work.assessments.followers import follow
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.referrals import commands
from fingerpost.work.referrals.models import Request, RequestChild


@follow
def decide_again(actor: Actor, assessment: Assessment, at: datetime) -> None:
    """Decide every request of the family that was decided before and still waits. The assessment is what it waited for."""
    waiting = Request.objects.waiting().filter(family_id=assessment.family_id, decided_at__isnull=False, outcome="")
    for request in waiting.order_by("received_at"):
        commands.decide(actor, request, at=at)


def decide_again_about(actor: Actor, children: Collection[UUID], at: datetime) -> int:
    """Decide every request about these children that was decided before and still waits, e.g. for their attendance.

    Returns how many were. One that cannot be decided on the day, because no contract is in force, is left as it was.
    """
    about = RequestChild.objects.filter(person_id__in=children).values("request_id")
    waiting = Request.objects.waiting().filter(id__in=about, decided_at__isnull=False, outcome="")
    decided = 0
    for request in waiting.order_by("received_at"):
        try:
            commands.decide(actor, request, at=at)
        except Refused:
            continue
        decided += 1
    return decided
