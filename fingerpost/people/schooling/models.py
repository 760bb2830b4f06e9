"""Schools, pupils on roll, attendance by week and by term, exclusions.

Rows that a list brought are never overwritten: a corrected row stands beside the one it replaces, which keeps the moment it
was superseded. So a figure can be computed as the facts were known on any day, and a batch can be undone.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Person


class School(models.Model):
    """A school. `code` is the department's number, or the list's own where there is none."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=160)
    phase = models.CharField(max_length=20, default="primary")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    calendar = models.SlugField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Superseding(Scoped):
    """A row that lists bring and later lists may correct."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.UUIDField(null=True, help_text="The batch that replaced this row.")
    batch = models.UUIDField(null=True)

    class Meta:
        abstract = True


@tracked()
class Enrolment(Scoped):
    """A pupil on roll at a school, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="enrolment_person")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="enrolment_current_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.school}"


@tracked()
class AttendanceWeek(Superseding):
    """A pupil's school week: ten marks (Monday morning to Friday afternoon; empty = not loaded) and what they add up to.

    Where a list gave only totals, `marks` is empty and the totals stand alone. Units: sessions (half-days).
    """

    week = models.IntegerField(help_text="Number of the school week in the school's calendar.")
    monday = models.DateField()
    marks = ArrayField(models.CharField(max_length=3, blank=True), default=list)
    possible = models.SmallIntegerField()
    attended = models.SmallIntegerField()
    unauthorised = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            # Holds all that figures read, as known at any moment, so that they need not look up a row for each week.
            models.Index(
                fields=["person", "week"],
                include=["possible", "attended", "recorded_at", "superseded_at"],
                name="attendance_known",
            ),
            models.Index(fields=["batch"], name="attendance_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "monday"], condition=Q(superseded_at=None), name="attendance_week_once"
            ),
            models.CheckConstraint(
                condition=Q(attended__lte=F("possible"), attended__gte=0), name="attended_within_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attended} of {self.possible} in the week of {self.monday}"


@tracked()
class AttendanceTerm(Superseding):
    """A pupil's totals for a term as the school census gives them. Units: sessions (half-days)."""

    year = models.CharField(max_length=9, help_text="School year, e.g. 2010/11.")
    term = models.CharField(max_length=20)
    possible = models.SmallIntegerField()
    authorised = models.SmallIntegerField()
    unauthorised = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["batch"], name="attendance_term_batch")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year", "term"], condition=Q(superseded_at=None), name="attendance_term_once"
            ),
            models.CheckConstraint(
                condition=Q(possible__gte=F("authorised") + F("unauthorised")), name="absence_within_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.year}: {self.possible - self.authorised - self.unauthorised} of {self.possible}"


@tracked()
class Exclusion(Superseding):
    """One exclusion (now called suspension). `sessions` are half-days: two make a day; none for a permanent one."""

    class Kind(models.TextChoices):
        FIXED_TERM = "fixed_term", "Fixed term exclusion"
        PERMANENT = "permanent", "Permanent exclusion"
        LUNCHTIME = "lunchtime", "Lunchtime exclusion"

    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    sessions = models.SmallIntegerField(null=True)
    reasons = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["person", "started_on"], condition=Q(superseded_at=None), name="exclusion_now"),
            models.Index(fields=["batch"], name="exclusion_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "started_on"], condition=Q(superseded_at=None), name="exclusion_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="exclusion_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.started_on}"


@tracked()
class Loaded(models.Model):
    """The day to which a list of a kind is complete for an area or school: a period that ends later is pending, not zero."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(max_length=40)
    complete_to = models.DateField()
    batch = models.UUIDField()
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "complete_to"], name="loaded_kind_day")]

    def __str__(self) -> str:
        return f"{self.kind} complete to {self.complete_to}"
