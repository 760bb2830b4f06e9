"""Posts, who holds them, and supervision. Hours are weekly; whole posts are counted in full-time equivalents."""

import uuid

from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area


@tracked()
class Post(models.Model):
    """A funded post of a role, in an area. `hours` of `full_time_hours` a week."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    role = models.SlugField(max_length=60)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    full_time_hours = models.DecimalField(max_digits=4, decimal_places=1)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hours__lte=F("full_time_hours")), name="post_hours_within_full_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.area}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service, team=self.team_id)


@tracked()
class Holding(models.Model):
    """Who holds a post, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user"], name="holding_user")]
        constraints = [models.UniqueConstraint(fields=["post"], condition=Q(until=None), name="post_held_once")]

    def __str__(self) -> str:
        return f"{self.user} holds {self.post}"


@tracked()
class Supervision(models.Model):
    """One supervision meeting of a worker with her supervisor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    supervisor = models.ForeignKey(User, models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    held_on = models.DateField()
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["worker", "held_on"], name="supervision_worker")]
        constraints = [models.CheckConstraint(condition=~Q(supervisor=F("worker")), name="supervision_not_of_self")]

    def __str__(self) -> str:
        return f"{self.worker} supervised on {self.held_on}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service, team=self.team_id, users=[self.supervisor_id])
