"""The plan by which a service is to last after its money ends: actions, and posts that become other posts.

It stands here, beside the posts that it changes; returns above list it.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked
from fingerpost.work.workforce.models.posts import Post


@tracked()
class PlanAction(models.Model):
    """One action of the plan. Times, not states: begun, done, dropped. The owner is a role or a name, as agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    what = models.CharField(max_length=200)
    owner = models.CharField(max_length=200)
    due_on = models.DateField()
    started_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["service", "due_on"], name="plan_action_service")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(started_on=None) | Q(done_on__gte=F("started_on")),
                name="plan_action_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(done_on=None) | Q(dropped_on=None), name="plan_action_ends_one_way"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)

    def status_on(self, day: date) -> str:
        """How far it is on the day: done, dropped, overdue, in_progress or not_started."""
        if self.done_on and self.done_on <= day:
            return "done"
        if self.dropped_on and self.dropped_on <= day:
            return "dropped"
        if self.due_on < day:
            return "overdue"
        return "in_progress" if self.started_on and self.started_on <= day else "not_started"


@tracked()
class PostChange(models.Model):
    """A post that becomes another from a day on: which role it was, which it will be. Codes of the contract, or words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    action = models.ForeignKey(PlanAction, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    role_from = models.CharField(max_length=120)
    role_to = models.CharField(max_length=120)
    effective_on = models.DateField()
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["service", "effective_on"], name="post_change_service")]

    def __str__(self) -> str:
        return f"{self.role_from} to {self.role_to}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)
