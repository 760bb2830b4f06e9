"""A new supervisor hears of the concerns that stand open."""

from django.db import transaction

from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.jobs.queue import every, job
from fingerpost.work.safeguarding import commands
from fingerpost.work.safeguarding.models import Concern
from fingerpost.work.safeguarding.queries import named_on
from fingerpost.work.safeguarding.told import supervisors_of

NOW_SUPERVISES = "By email, as they now supervise whoever raised it"


@every("*/15 * * * *")
@job("safeguarding.tell_new_supervisors")
def tell_new_supervisors() -> int:
    """Tell whoever supervises the raiser of an open concern today, where they were not told before. Returns how many were told."""
    waiting = Concern.objects.filter(closed_at=None).select_related("raised_by").order_by("raised_at")
    return sum(_tell_supervisors_of(concern, concern.raised_by) for concern in waiting if concern.raised_by)


@transaction.atomic
def _tell_supervisors_of(concern: Concern, raised_by: User) -> int:
    at, known = clock.now(concern.service), set(named_on(concern))
    supervisors = supervisors_of(Actor.of(raised_by), concern.service, at)
    new = [user for user in supervisors if user.pk not in known]
    for user in new:
        commands.tell(
            Actor.system("Safeguarding"), concern, user=user, how=NOW_SUPERVISES, by_email=True, told_at=at, at=at
        )
    return len(new)
