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
    urn = models.CharField(
        max_length=10, blank=True, help_text="The register of schools' own number, where it is known."
    )
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
    """A pupil on roll at a school, from a day until a day.

    Somebody may be on a second roll beside the main one: at a unit, or at a school that has them for some days of the week.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    is_main = models.BooleanField(default=True, help_text="No for a subsidiary registration beside the main one.")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="enrolment_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None, is_main=True), name="enrolment_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.school}"


@tracked()
class AttendanceWeek(Superseding):
    """A pupil's school week as one school told it: ten marks (Monday morning to Friday afternoon; empty = not loaded) and
    what they add up to.

    Where a list gave only totals, `marks` is empty and the totals stand alone. Units: sessions (half-days). Where two schools
    tell of one week, each keeps its row, and a third that is combined of both stands for the week: exactly one row counts.
    """

    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    monday = models.DateField()
    marks = ArrayField(models.CharField(max_length=3, blank=True), default=list)
    possible = models.SmallIntegerField()
    attended = models.SmallIntegerField()
    unauthorised = models.SmallIntegerField(default=0)
    counts = models.BooleanField(
        default=True, help_text="No for a school's row where a combined one stands for the week."
    )
    is_combined = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Holds all that figures read, as known at any moment, so that they need not look up a row for each week.
            models.Index(
                fields=["person", "monday"],
                include=["possible", "attended", "counts", "recorded_at", "superseded_at"],
                name="attendance_known",
            ),
            models.Index(fields=["batch"], name="attendance_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "monday", "school", "is_combined"],
                condition=Q(superseded_at=None),
                nulls_distinct=False,
                name="attendance_week_told_once",
            ),
            models.UniqueConstraint(
                fields=["person", "monday"],
                condition=Q(superseded_at=None, counts=True),
                name="attendance_week_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(attended__lte=F("possible"), attended__gte=0), name="attended_within_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attended} of {self.possible} in the week of {self.monday}"


@tracked()
class AttendanceTerm(Superseding):
    """A pupil's totals for a term as one school gives them in the census. Units: sessions (half-days).

    Of a pupil on two rolls each school's totals stand beside the other's.
    """

    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    year = models.CharField(max_length=9, help_text="School year, e.g. 2010/11.")
    term = models.CharField(max_length=20)
    possible = models.SmallIntegerField()
    authorised = models.SmallIntegerField()
    unauthorised = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["batch"], name="attendance_term_batch")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year", "term", "school"],
                condition=Q(superseded_at=None),
                nulls_distinct=False,
                name="attendance_term_told_once",
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
class Coverage(models.Model):
    """The days for which a list of a kind is complete for a school, as whoever sent it said.

    Only within them does "not on the list" mean no. A list says nothing of other schools, and nothing of other days.
    Attendance needs no such word: each pupil's week is known by its own row.
    """

    class Kind(models.TextChoices):
        EXCLUSIONS = "exclusions", "Exclusions"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    batch = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["school", "kind", "since"], name="coverage_school"),
            models.Index(fields=["batch"], name="coverage_batch"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="coverage_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.school_id} from {self.since} to {self.until}"


class Listed(models.Model):
    """The days for which all lists of a kind together are complete for a school: one row a stretch without a gap.

    It follows from `Coverage`, with the weekends and holidays beside each stretch, because nothing happens at school on those.
    Kept, because figures ask it of every child: worked out each time it would cost them a quarter more. It is told for every
    moment, so that a figure can be worked out as the lists were known on any day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Coverage.Kind.choices)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["school", "kind"], name="listed_school")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="listed_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.school_id} known from {self.since} to {self.until}"
