"""Dated facts: what was true of a person, from when until when, and who said so."""

import uuid

from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Person


@tracked()
class Circumstance(Scoped):
    """One dated fact of a person, e.g. kind `vulnerable_group`, value `young_carer`. A known absence has `is_true` False."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.SlugField(max_length=60)
    value = models.CharField(max_length=120)
    is_true = models.BooleanField(default=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "kind"], name="circumstance_person_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="circumstance_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
