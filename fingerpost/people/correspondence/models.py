"""What was said in writing: letters and messages, drafted, sent, or held back because consent was refused."""

import uuid

from django.db import models
from django.db.models.functions import Now

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Family


@tracked()
class Message(Scoped):
    """One letter or message."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SENT = "sent", "Sent"
        BLOCKED = "blocked", "Not sent: consent refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    kind = models.SlugField(max_length=60)
    recipient = models.CharField(max_length=200)
    method = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    origin_kind = models.CharField(max_length=40)
    origin_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    sent_on = models.DateField(null=True)
    blocked_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["origin_kind", "origin_id"], name="message_origin")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_on__isnull=False), name="message_sent_has_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"


class Email(models.Model):
    """One e-mail in the outbox, whoever asked for it, and what became of it.

    It is no record about a family: what it says names nobody but its reader. So it lies in no scope, and its words, which may
    hold a link that signs somebody in, are kept out of the row history.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Not yet delivered"
        SENT = "sent", "Delivered"
        FAILED = "failed", "Not delivered"
        TO_PRINT = "to_print", "To be printed"
        SETTLED = "settled", "Told another way"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80, blank=True)
    kind = models.SlugField(max_length=60)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False, help_text="Its words are struck out once it has left.")
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.UUIDField(null=True)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    mail_id = models.CharField(max_length=120, help_text="Its Message-ID, the same at each try.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    queued_at = models.DateTimeField(db_default=Now())
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, help_text="By the clock of the service, which a demonstration may move.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_how = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about_id"], name="email_about"),
            models.Index(fields=["state", "next_try_at"], name="email_state"),
            models.Index(fields=["-queued_at"], name="email_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class EmailTry(models.Model):
    """One try to send it: when, and what the mail server answered."""

    id = models.BigAutoField(primary_key=True)
    email = models.ForeignKey(Email, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(db_default=Now())
    delivered = models.BooleanField()
    answer = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["email", "number"], name="email_try")]

    def __str__(self) -> str:
        return f"{self.number}: {self.answer}"
