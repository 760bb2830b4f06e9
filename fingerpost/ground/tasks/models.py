"""Running clocks and the one worklist that every person has."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scoped, ScopedQuerySet
from fingerpost.ground.history.tracking import tracked


class ClockQuerySet(ScopedQuerySet):
    def running(self) -> "ClockQuerySet":
        return self.filter(stopped_at=None)


@tracked()
class Clock(Scoped):
    """A promise with a deadline: started by an event, stopped by another. `key` is the contract's name for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    key = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    subject_ref = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    family_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    missed_noted_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ClockQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(stopped_at=None), name="clock_running_due"),
            models.Index(fields=["owner", "due_at"], condition=Q(stopped_at=None), name="clock_running_owner"),
            models.Index(fields=["team", "due_at"], condition=Q(stopped_at=None), name="clock_running_team"),
            models.Index(fields=["subject_kind", "subject_id"], name="clock_subject"),
            models.Index(fields=["family_id"], condition=Q(family_id__isnull=False), name="clock_family"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "subject_kind", "subject_id"], condition=Q(stopped_at=None), name="clock_running_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, due {self.due_at:%d %B %Y}"


class TaskQuerySet(ScopedQuerySet):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)


@tracked()
class Task(Scoped):
    """Something a person or a team is to do by a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    kind = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    origin_kind = models.CharField(max_length=40)
    origin_id = models.UUIDField()
    origin_ref = models.CharField(max_length=20, blank=True)
    family_id = models.UUIDField(null=True)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+", help_text="Whose missing raised it.")
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(done_at=None), name="task_open_owner"),
            models.Index(fields=["team", "due_on"], condition=Q(done_at=None), name="task_open_team"),
            models.Index(fields=["origin_kind", "origin_id"], name="task_origin"),
            models.Index(fields=["family_id"], condition=Q(family_id__isnull=False), name="task_family"),
        ]

    def __str__(self) -> str:
        return self.title
