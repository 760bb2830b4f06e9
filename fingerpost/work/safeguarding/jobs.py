"""A message that says only that there is a concern leaves by email, so that the lead hears of it away from her desk."""

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from fingerpost.ground.access import clock
from fingerpost.ground.history.tracking import recording
from fingerpost.ground.jobs.queue import job
from fingerpost.people.correspondence.models import Message

NOTIFY = "safeguarding.notify"


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
