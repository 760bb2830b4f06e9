"""Programmes for groups, their runs, sessions and registers."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area, Venue
from fingerpost.people.families.models import Family, Person


@tracked()
class Programme(models.Model):
    """A course, workshop or drop-in that may be run many times."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    kind = models.SlugField(max_length=40, default="programme")
    title = models.CharField(max_length=160)
    is_evidence_based = models.BooleanField(default=False)
    outcomes = ArrayField(models.SlugField(max_length=60), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "title"], name="programme_title_once")]

    def __str__(self) -> str:
        return self.title


@tracked()
class Run(models.Model):
    """One run of a programme: proposed, agreed with the locality's coordinator, advertised, held."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    leader = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    places = models.PositiveSmallIntegerField()
    proposed_at = models.DateTimeField()
    agreed_on = models.DateField(null=True)
    agreed_by = models.CharField(max_length=160, blank=True)
    advertised_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["service", "starts_on"], name="run_service_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="run_dates_in_order"),
            models.CheckConstraint(
                condition=Q(advertised_at=None) | Q(agreed_on__isnull=False), name="run_agreed_before_advertised"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} from {self.starts_on}"

    @property
    def scope(self) -> Scope:
        return Scope.of(
            service=self.service, team=self.team_id, area=self.area_id, users=[self.leader_id] if self.leader_id else []
        )


@tracked()
class Session(models.Model):
    """One session of a run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "starts_at"], name="session_run")]
        constraints = [
            models.CheckConstraint(condition=Q(held_at=None) | Q(cancelled_at=None), name="held_or_cancelled")
        ]

    def __str__(self) -> str:
        return f"{self.run}, {self.starts_at:%d %B}"

    @property
    def scope(self) -> Scope:
        return self.run.scope


@tracked()
class Booking(Scoped):
    """A person's place on a run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], condition=Q(cancelled_at=None), name="booking_once")
        ]
        indexes = [models.Index(fields=["person"], name="booking_person")]

    def __str__(self) -> str:
        return f"{self.person} on {self.run}"


@tracked()
class Attendance(Scoped):
    """Whether a booked person came to a session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_present = models.BooleanField()
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="attendance_once")]
        indexes = [models.Index(fields=["person"], name="attendance_person")]

    def __str__(self) -> str:
        return f"{self.person}: {'present' if self.is_present else 'absent'}"
