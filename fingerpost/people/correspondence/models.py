"""What was said in writing: letters and messages, drafted, sent, or held back because consent was refused."""

import uuid

from django.db import models

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
