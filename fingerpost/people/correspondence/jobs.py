"""E-mail leaves here: each try is kept with its answer, and a letter that nobody takes is put on a list."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fingerpost.ground.access import clock
from fingerpost.ground.history.tracking import recording
from fingerpost.ground.jobs.queue import enqueue, every, job
from fingerpost.people.correspondence import carriers
from fingerpost.people.correspondence.models import Email, EmailTry, Message
from fingerpost.people.correspondence.outbox import DELIVER, WAITS

A_MOMENT = timedelta(seconds=5)
LEFT_ALONE = timedelta(minutes=10)


@job(DELIVER)
def deliver(email: str) -> bool:
    """Try to send one e-mail. Returns whether it left. One that is being sent, left before, or is not due, is left alone."""
    with transaction.atomic():
        due = Email.objects.select_for_update(skip_locked=True, of=("self",)).select_related("message")
        waiting = due.filter(pk=email, state=Email.State.WAITING, next_try_at__lte=timezone.now() + A_MOMENT).first()
        if waiting is None:
            return False
        answer = carriers.hand_over(waiting)
        waiting.tries += 1
        EmailTry.objects.create(email=waiting, number=waiting.tries, answer=answer.words, delivered=answer.delivered)
        if answer.delivered:
            _has_left(waiting)
        elif answer.for_good or waiting.tries > len(WAITS):
            waiting.state = Email.State.FAILED
        else:
            waiting.next_try_at = timezone.now() + WAITS[waiting.tries - 1]
            enqueue(DELIVER, run_at=waiting.next_try_at, email=email)
        waiting.save()
    return answer.delivered


def _has_left(email: Email) -> None:
    email.state, email.sent_at = Email.State.SENT, clock.now(email.service)
    if email.is_secret and settings.EMAIL_CARRIER != carriers.KEEP:
        email.body = ""
    message = email.message
    if message and message.state == Message.State.DRAFT:
        recording(actor_id=None, actor_name="Fingerpost", command=DELIVER)
        message.state, message.method = Message.State.SENT, "email"
        message.sent_on = timezone.localdate(email.sent_at)
        message.save(update_fields=["state", "method", "sent_on"])


@every("*/5 * * * *")
@job("correspondence.look_after")
def look_after() -> int:
    """Ask anew for e-mail that is due and that no job has looked at, such as after a restore. Returns how many."""
    late = Email.objects.filter(state=Email.State.WAITING, next_try_at__lt=timezone.now() - LEFT_ALONE)
    found = [str(pk) for pk in late.values_list("pk", flat=True)[:500]]
    for email in found:
        enqueue(DELIVER, email=email)
    return len(found)
