"""Consent: what a family agreed that may be shared, with whom, and when they changed their mind."""

import uuid

from django.db import models
from django.db.models import Q

from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Family, Person


@tracked()
class Consent(Scoped):
    """An answer to one question of sharing. The latest answer given holds until withdrawn."""

    class Kind(models.TextChoices):
        SHARE_WITH_SCHOOL = "share_with_school", "Tell the school how the work went"
        SHARE_WITH_AGENCIES = "share_with_agencies", "Share with other agencies"
        CASE_STUDY = "case_study", "Tell the story in a report, without names"

    class Answer(models.TextChoices):
        GIVEN = "given", "Given"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "kind"], condition=Q(ended_at=None), name="consent_current_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_answer_display()}"
