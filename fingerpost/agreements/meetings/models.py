"""Meetings about an agreement: who came, what lay on the table, what was decided, who is to do what."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked


@tracked()
class Meeting(models.Model):
    """One meeting of a series that the contract asks for. Called first; held once its record is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    series = models.SlugField(max_length=80, help_text="The series of meetings in the contract.")
    day = models.DateField()
    place = models.CharField(max_length=160, blank=True)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    people = ArrayField(models.UUIDField(), default=list, help_text="Users who came.")
    others = ArrayField(models.CharField(max_length=160), default=list, help_text="Who else came, by name and part.")
    papers = ArrayField(models.CharField(max_length=300), default=list)
    decisions = ArrayField(models.TextField(), default=list)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "series", "day"], name="meeting_once_a_day"),
            models.CheckConstraint(
                condition=Q(recorded_at=None) | ~Q(people=[]) | ~Q(others=[]), name="meeting_held_with_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.day:%d %B %Y}"

    @property
    def scope(self) -> Scope:
        return self.agreement.scope


@tracked()
class Action(models.Model):
    """Something that somebody took on at a meeting. Their task is raised with it, and ticked off with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField()
    agreed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["meeting"], name="action_meeting")]

    def __str__(self) -> str:
        return self.text

    @property
    def scope(self) -> Scope:
        return self.meeting.scope
