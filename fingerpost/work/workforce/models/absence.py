"""Who is away, who covers for them, and how many people each area must never be without."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.work.workforce.models.days import Days


@tracked()
class Absence(Scoped):
    """A worker is away, from their first day away until their last, both included; no last day while nobody knows it.

    The reason and the note are for those who manage them. Others may know that they are away.
    """

    class Reason(models.TextChoices):
        SICKNESS = "sickness", "Sickness"
        FAMILY = "family", "Leave for family reasons"
        PARENTAL = "parental", "Maternity, paternity or adoption leave"
        ANNUAL = "annual", "Annual leave"
        TRAINING = "training", "Training or study"
        OTHER = "other", "Another reason"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, help_text="The last day away.")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["service", "started_on"], name="absence_service_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="absence_dates_in_order"
            ),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    (Days("started_on", "ended_on"), RangeOperators.OVERLAPS),
                    ("worker", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} away from {self.started_on}"


@tracked()
class Cover(Scoped):
    """Who does an absent worker's work, on which days of the week (Monday is 0), from when until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    absence = models.ForeignKey(Absence, models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["absence"], name="cover_absence")]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="cover_dates_in_order"),
            models.CheckConstraint(condition=~Q(weekdays=[]), name="cover_on_some_day"),
        ]

    def __str__(self) -> str:
        return f"{self.worker} covers from {self.since}"


@tracked()
class Minimum(models.Model):
    """How many full-time equivalents an area must never be without, from a day on, and who agreed it. The newest holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    since = models.DateField()
    equivalents = models.DecimalField(max_digits=4, decimal_places=2)
    agreed_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "area", "since"], name="minimum_once_a_day")]

    def __str__(self) -> str:
        return f"At least {self.equivalents} in {self.area}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)
