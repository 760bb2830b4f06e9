"""Programmes for groups, their runs, sessions and registers."""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import CountingQuerySet, Scope, Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area, Venue
from fingerpost.people.families.models import Family, Person
from fingerpost.work.directory.models import Need

# Kinds of group, as contracts name them.
PROGRAMME, WORKSHOP, DROP_IN = "programme", "workshop", "drop_in"


@tracked()
class Programme(models.Model):
    """A course, workshop or drop-in that may be run many times. `offer`, `topic` and `age_band` are the contract's codes.

    `outcomes` are those it works towards: each participant is measured on each of them before and after.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    offer = models.SlugField(max_length=80, blank=True)
    kind = models.SlugField(max_length=40, default=PROGRAMME)
    title = models.CharField(max_length=160)
    topic = models.SlugField(max_length=60, blank=True)
    age_band = models.SlugField(max_length=60, blank=True)
    is_evidence_based = models.BooleanField(default=False)
    evidence_base = models.CharField(max_length=300, blank=True, help_text="What shows that it works.")
    outcomes = ArrayField(models.SlugField(max_length=60), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "title"], name="programme_title_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_drop_in(self) -> bool:
        """Whether people may come without a place."""
        return self.kind == DROP_IN


@tracked()
class Run(models.Model):
    """One run of a programme: proposed, agreed with the area's coordinator, advertised, held.

    `gap` is what is missing that it fills; `need` what a workshop answers; `duplication_reason` why it is run where somebody
    else offers the same.
    """

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
    gap = models.CharField(max_length=300, blank=True)
    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="+")
    duplication_reason = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    needs_agreement = models.BooleanField(default=True)
    agreed_on = models.DateField(null=True)
    agreed_by = models.CharField(max_length=160, blank=True)
    advertised_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)
    batch = models.UUIDField(null=True)

    objects = CountingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["service", "starts_on"], name="run_service_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="run_dates_in_order"),
            models.CheckConstraint(
                condition=Q(advertised_at=None) | Q(agreed_on__isnull=False) | Q(needs_agreement=False),
                name="run_agreed_before_advertised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} from {self.starts_on}"

    @property
    def scope(self) -> Scope:
        return Scope.of(
            service=self.service, team=self.team_id, area=self.area_id, users=[self.leader_id] if self.leader_id else []
        )

    @property
    def waits_for_agreement(self) -> bool:
        return self.needs_agreement and self.agreed_on is None and self.cancelled_at is None

    def has_ended(self, day: date) -> bool:
        """Whether its last day is over."""
        return day > self.ends_on

    def status_on(self, day: date) -> str:
        """`cancelled`, `proposed`, `agreed`, `advertised`, `running` or `ended`. Without agreement it stays proposed."""
        if self.cancelled_at:
            return "cancelled"
        if self.waits_for_agreement:
            return "proposed"
        if self.has_ended(day):
            return "ended"
        if day >= self.starts_on:
            return "running"
        return "advertised" if self.advertised_at else "agreed" if self.agreed_on else "planned"


@tracked()
class CoLeader(models.Model):
    """Somebody who leads a run besides its leader."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="co_leader_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.run}"


@tracked()
class Session(models.Model):
    """One session of a run. `headcount` is how many came, named or not; a drop-in notes whether parents helped one another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField(null=True)
    held_recorded_at = models.DateTimeField(null=True, help_text="When it was first written down that it took place.")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)
    headcount = models.PositiveSmallIntegerField(null=True)
    peer_support = models.BooleanField(null=True)
    peer_support_note = models.TextField(blank=True)
    batch = models.UUIDField(null=True)

    objects = CountingQuerySet.as_manager()

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
class Waiting(Scoped):
    """A person who waits for a place on a full run, from a moment until they are booked or step back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], condition=Q(ended_at=None), name="waiting_once"),
            models.CheckConstraint(
                condition=Q(booking=None) | Q(ended_at__isnull=False), name="waiting_ends_with_a_place"
            ),
        ]
        indexes = [models.Index(fields=["person"], name="waiting_person")]

    def __str__(self) -> str:
        return f"{self.person} waits for {self.run}"


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
