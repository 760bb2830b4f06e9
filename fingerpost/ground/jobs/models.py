"""Jobs that are tried no more, until somebody has them tried again or sets them aside."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fingerpost.ground.access.models import User


class FailedJob(models.Model):
    """One job that failed as often as it may, or whose process died over it as often. Nothing of what it was about is in it."""

    id = models.BigAutoField(primary_key=True)
    job = models.BigIntegerField(help_text="Its number in the queue.")
    name = models.CharField(max_length=128)
    arguments = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=120, help_text="The kind of fault; its words may name people and stay out.")
    failed_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was set aside; empty where it is tried again."
    )

    class Meta:
        indexes = [models.Index(fields=["-failed_at"], condition=Q(settled_at=None), name="failed_job_open")]

    def __str__(self) -> str:
        return f"{self.name} ({self.job})"
