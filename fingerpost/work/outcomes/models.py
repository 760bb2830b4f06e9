"""Questionnaires given and scored: the instrument is data in the contract, an administration is one person's answers."""

import uuid

from django.db import models

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Family, Person


@tracked()
class Administration(Scoped):
    """One use of an instrument at a point (start, end, …) of an episode. `score` is in the instrument's points."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    episode_id = models.UUIDField(null=True, help_text="The case it was taken on.")
    instrument = models.SlugField(max_length=60)
    point = models.SlugField(max_length=20)
    taken_on = models.DateField()
    answers = models.JSONField(default=dict, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2)
    completed_by = models.CharField(max_length=160)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["episode_id"], name="administration_episode"),
            models.Index(fields=["family", "taken_on"], name="administration_family"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} at {self.point}: {self.score}"
