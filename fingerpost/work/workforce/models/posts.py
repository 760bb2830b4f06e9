"""Posts and who holds them. Hours are weekly; whole posts are counted in full-time equivalents."""

import uuid
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.work.workforce.models.days import Days


@tracked()
class Post(models.Model):
    """A funded post of a role, in an area. `hours` of `full_time_hours` a week. Other hours begin another post."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    role = models.SlugField(max_length=60)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    full_time_hours = models.DecimalField(max_digits=4, decimal_places=1)
    since = models.DateField()
    until = models.DateField(null=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", help_text="Before it was changed.")
    recorded_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["service", "role"], name="post_service_role")]
        constraints = [
            models.CheckConstraint(condition=Q(hours__lte=F("full_time_hours")), name="post_hours_within_full_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="post_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.area}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service, team=self.team_id)

    @property
    def equivalents(self) -> Decimal:
        """Full-time equivalents: 0.5 for 18.5 of 37 hours."""
        return round(self.hours / self.full_time_hours, 2)


@tracked()
class Holding(models.Model):
    """Who holds a post, from a day until a day, both included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], name="holding_user")]
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(until=None), name="post_held_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="holding_dates_in_order"),
            ExclusionConstraint(
                name="post_held_by_one_at_a_time",
                expressions=[(Days("since", "until"), RangeOperators.OVERLAPS), ("post", RangeOperators.EQUAL)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} holds {self.post}"

    @property
    def scope(self) -> Scope:
        return self.post.scope
