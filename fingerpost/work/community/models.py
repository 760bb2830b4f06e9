"""Families who shape the service: what they were asked, who took part, and what changed because of it."""

import uuid

from django.db import models
from django.db.models import Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Family, Person


@tracked()
class Say(Scoped):
    """One time when families had a say: what they said, and what was done. `kind` is the contract's word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    kind = models.SlugField(max_length=40)
    title = models.CharField(max_length=160)
    happened_on = models.DateField()
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    said = models.TextField(blank=True)
    changed = models.TextField(blank=True)
    changed_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["service", "-happened_on"], name="say_service_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(changed_on=None) | Q(changed_on__gte=models.F("happened_on")), name="say_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class Participation(Scoped):
    """One person's part in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    say = models.ForeignKey(Say, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["say", "person"], name="participation_once")]
        indexes = [models.Index(fields=["person"], name="participation_person")]

    def __str__(self) -> str:
        return f"{self.person} in {self.say}"
