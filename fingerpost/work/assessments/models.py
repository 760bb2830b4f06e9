"""Assessments of a family's needs, such as the Common Assessment Framework (CAF)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Family, Person


@tracked()
class Assessment(Scoped):
    """One assessment: who wrote it, when, and the needs it named (codes of the contract, e.g. `parenting_support`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.SlugField(max_length=40, default="caf")
    assessed_on = models.DateField()
    author = models.CharField(max_length=160)
    author_organisation = models.CharField(max_length=160, blank=True)
    needs = ArrayField(models.SlugField(max_length=60), default=list)
    summary = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["family", "assessed_on"], name="assessment_family")]

    def __str__(self) -> str:
        return f"{self.kind.upper()} of {self.assessed_on}"
