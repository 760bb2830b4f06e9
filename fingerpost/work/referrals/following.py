"""What a new assessment means for requests that waited for one."""

from datetime import datetime

from fingerpost.ground.access.actor import Actor
from fingerpost.work.assessments.followers import follow
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.referrals import commands
from fingerpost.work.referrals.models import Request


@follow
def decide_again(actor: Actor, assessment: Assessment, at: datetime) -> None:
    """Decide every request of the family that was decided before and still waits. The assessment is what it waited for."""
    waiting = Request.objects.waiting().filter(family_id=assessment.family_id, decided_at__isnull=False, outcome="")
    for request in waiting.order_by("received_at"):
        commands.decide(actor, request, at=at)
