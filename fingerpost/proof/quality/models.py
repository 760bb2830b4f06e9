"""What gets in the way, and samples of the work drawn by chance and looked at."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area


@tracked()
class Barrier(models.Model):
    """Something that got in the way of the work: logged when it happened, resolved when it was. It names nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    logged_on = models.DateField()
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, related_name="+", help_text="None for all of the service."
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    description = models.TextField()
    effect = models.TextField()
    action = models.TextField(blank=True)
    resolved_on = models.DateField(null=True)
    outcome = models.TextField(blank=True)
    logged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["agreement", "logged_on"], name="barrier_agreement_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_on=None) | Q(resolved_on__gte=F("logged_on")), name="barrier_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def scope(self) -> Scope:
        by = [self.logged_by_id] if self.logged_by_id else []
        return Scope.of(service=self.agreement.key, area=self.area_id or "", team=self.team_id, users=by)


# A draw must stand: rows may be set aside with a reason, never taken away.
NEVER_DELETED = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


@tracked()
class Sample(models.Model):
    """A draw by chance: from what, how it was done, and what came out. Set aside with a reason, never taken away."""

    class Population(models.TextChoices):
        SESSION = "session", "Casework sessions"
        CASE = "case", "Cases"
        GROUP_RUN = "group_run", "Groups"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    population = models.CharField(max_length=20, choices=Population.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", help_text="None for every area.")
    size = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    population_size = models.PositiveIntegerField()
    population_hash = models.CharField(max_length=64, help_text="SHA-256 of every reference drawn from, in order.")
    method = models.PositiveSmallIntegerField(default=1)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    open_until = models.DateField(help_text="Last day on which an assurer may open what was drawn.")
    instead_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_aside_reason = models.TextField(blank=True)

    class Meta:
        triggers = [NEVER_DELETED]
        indexes = [models.Index(fields=["agreement", "drawn_at"], name="sample_agreement")]
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="sample_period_in_order"),
            models.CheckConstraint(condition=Q(size__gte=1), name="sample_of_something"),
            models.CheckConstraint(
                condition=Q(set_aside_at=None) | ~Q(set_aside_reason=""), name="sample_set_aside_with_reason"
            ),
            models.UniqueConstraint(
                fields=["agreement", "population", "period_from", "period_to", "area"],
                condition=Q(set_aside_at=None),
                nulls_distinct=False,
                name="sample_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def scope(self) -> Scope:
        return self.agreement.scope


@tracked()
class Item(models.Model):
    """One record that was drawn. `key` is the reference it was drawn by, which a later correction does not change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    record_id = models.UUIDField()

    class Meta:
        triggers = [NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="item_place_once"),
            models.UniqueConstraint(fields=["sample", "record_id"], name="item_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sample} {self.place}"

    @property
    def scope(self) -> Scope:
        return self.sample.scope


@tracked()
class Finding(models.Model):
    """What the quality assurer found in one record. `note` stays inside; `lesson` is what the commissioner reads."""

    class Grade(models.TextChoices):
        GOOD = "good", "Good practice"
        SOUND = "sound", "Sound"
        TO_IMPROVE = "to_improve", "To improve"
        NOT_SEEN = "not_seen", "Could not be judged"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    grade = models.CharField(max_length=12, choices=Grade.choices)
    note = models.TextField()
    lesson = models.TextField(blank=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.item}: {self.get_grade_display()}"

    @property
    def scope(self) -> Scope:
        return self.item.scope
