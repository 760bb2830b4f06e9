"""How workers are looked after: supervision meetings with what was agreed, and reviews of how the work goes."""

import uuid

from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.tracking import tracked


@tracked()
class Supervision(models.Model):
    """One supervision meeting of a worker with their supervisor. What it decided of a case is a discussion of that case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    supervisor = models.ForeignKey(User, models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    held_on = models.DateField()
    note = models.TextField(blank=True)
    wellbeing = models.TextField(blank=True, help_text="How the worker is.")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["worker", "held_on"], name="supervision_worker")]
        constraints = [models.CheckConstraint(condition=~Q(supervisor=F("worker")), name="supervision_not_of_self")]

    def __str__(self) -> str:
        return f"{self.worker} supervised on {self.held_on}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service, team=self.team_id, users=[self.supervisor_id])


@tracked()
class SupervisionAction(Scoped):
    """Something agreed in supervision: what, whose, by when. It stands on its owner's worklist until done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="+")
    service = models.SlugField(max_length=80)
    what = models.CharField(max_length=180)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["supervision"], name="supervision_action")]

    def __str__(self) -> str:
        return self.what


@tracked()
class PerformanceReview(Scoped):
    """A review of how a worker does the job, with their aims until the next one."""

    class Rating(models.TextChoices):
        ABOVE = "above", "Better than expected"
        AS_EXPECTED = "as_expected", "As expected"
        PARTLY = "partly", "Partly as expected"
        BELOW = "below", "Below what is expected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    held_on = models.DateField()
    objectives = models.TextField()
    rating = models.CharField(max_length=20, choices=Rating.choices)
    note = models.TextField(blank=True)
    next_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["worker", "held_on"], name="performance_review_worker")]
        constraints = [
            models.UniqueConstraint(fields=["service", "worker", "held_on"], name="performance_review_once_a_day"),
            models.CheckConstraint(condition=~Q(reviewer=F("worker")), name="performance_review_not_of_self"),
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("held_on")), name="performance_review_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} reviewed on {self.held_on}"
