"""The lead hears of a concern away from her desk, and a new supervisor of those that stand open.

A message that leaves by email says only that there is a concern.
"""

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.history.tracking import recording
from fingerpost.ground.jobs.queue import every, job
from fingerpost.people.correspondence.models import Message
from fingerpost.work.safeguarding import commands
from fingerpost.work.safeguarding.models import Concern
from fingerpost.work.safeguarding.queries import named_on
from fingerpost.work.safeguarding.told import NOTIFY, supervisors_of

NOW_SUPERVISES = "Through Fingerpost, as she now supervises whoever raised it"


@job(NOTIFY)
def notify(message: str) -> bool:
    """Send one drafted message. Returns whether it was still to be sent."""
    with transaction.atomic():
        draft = Message.objects.select_for_update().filter(pk=message, state=Message.State.DRAFT).first()
        if draft is None:
            return False
        recording(actor_id=None, actor_name="Fingerpost", command=NOTIFY)
        send_mail(draft.subject, draft.body, None, [draft.recipient])
        draft.state, draft.method = Message.State.SENT, "email"
        draft.sent_on = timezone.localdate(clock.now(draft.service))
        draft.save(update_fields=["state", "method", "sent_on"])
    return True


@every("*/15 * * * *")
@job("safeguarding.tell_new_supervisors")
def tell_new_supervisors() -> int:
    """Tell whoever supervises the raiser of an open concern today, where she was not told before. Returns how many were told."""
    waiting = Concern.objects.filter(closed_at=None).select_related("raised_by").order_by("raised_at")
    return sum(_tell_supervisors_of(concern, concern.raised_by) for concern in waiting if concern.raised_by)


@transaction.atomic
def _tell_supervisors_of(concern: Concern, raised_by: User) -> int:
    at, known = clock.now(concern.service), set(named_on(concern))
    supervisors = supervisors_of(Actor.of(raised_by), concern.service, at)
    new = [user for user in supervisors if user.pk not in known]
    for user in new:
        commands.tell(Actor.system("Safeguarding"), concern, user=user, how=NOW_SUPERVISES, told_at=at, at=at)
    return len(new)
