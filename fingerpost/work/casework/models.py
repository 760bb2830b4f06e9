"""Cases: opened, allocated, worked, discussed in supervision, closed."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Family, Person
from fingerpost.work.casework.querysets import CaseQuerySet, ContactQuerySet
from fingerpost.work.directory.models import Entry
from fingerpost.work.referrals.models import Request
from fingerpost.work.workforce.models import Cover, Supervision


@tracked()
class Case(Scoped):
    """One family's episode under an agreement (`service`), from opening to closing. `revision` guards against lost updates."""

    class Outcome(models.TextChoices):
        FULLY = "fully", "All needs met"
        PARTLY = "partly", "Some needs met"
        NOT = "not", "Needs not met"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    line = models.SlugField(max_length=60, blank=True)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+")
    home_area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    focus = models.TextField(blank=True, help_text="What the work is for, agreed with the family.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closure_reason = models.SlugField(max_length=60, blank=True)
    outcomes_met = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    destination = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    destination_accepted = models.BooleanField(null=True)
    closing_note = models.TextField(blank=True)
    unlike_supervision = models.TextField(
        blank=True, default="", db_default="", help_text="Why it ended otherwise than supervision agreed."
    )
    last_contact_at = models.DateTimeField(null=True)
    next_due_on = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    closure_recorded_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["worker", "next_due_on"], condition=Q(closed_at=None), name="case_open_worker"),
            models.Index(fields=["team", "next_due_on"], condition=Q(closed_at=None), name="case_open_team"),
            models.Index(fields=["family"], name="case_family"),
            models.Index(fields=["service", "closed_at"], name="case_closed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "service", "line"], condition=Q(closed_at=None), name="case_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="case_times_in_order"
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(closure_reason=""), name="case_closed_with_reason"),
        ]

    def __str__(self) -> str:
        return self.ref


@tracked()
class CaseChild(Scoped):
    """A referred child on a case, with the criterion that admitted them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entry_route = models.SlugField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="case_child_once")]
        indexes = [models.Index(fields=["person"], name="case_child_person")]

    def __str__(self) -> str:
        return f"{self.person} on {self.case}"


@tracked()
class Allocation(Scoped):
    """Who held the case, from when until when, and why an exception to the home area was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    exception_reason = models.TextField(blank=True)
    cover = models.ForeignKey(Cover, models.PROTECT, null=True, related_name="+", help_text="The plan it was part of.")
    allocated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(until=None), name="allocation_current_once")
        ]
        indexes = [models.Index(fields=["case", "since"], name="allocation_case")]

    def __str__(self) -> str:
        return f"{self.case} to {self.worker}"


@tracked()
class Contact(Scoped):
    """One contact on a case. `kind` is the contract's word; which kinds count as casework sessions is the contract's to say."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Contacts are the most of all rows, so they carry only the indexes that somebody reads by (below).
    service = models.SlugField(max_length=80, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.SlugField(max_length=40, db_index=False)
    mode = models.SlugField(max_length=40, blank=True, db_index=False)
    happened_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    attended = models.BooleanField(default=True)
    counts_as_session = models.BooleanField(default=False)
    topics = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    note = models.TextField(blank=True)
    worker = models.ForeignKey(User, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-happened_at"], name="contact_case"),
            # Holds all that counting the sessions of a case reads.
            models.Index(
                fields=["case"],
                include=["attended", "recorded_at"],
                condition=Q(counts_as_session=True),
                name="contact_sessions",
            ),
            models.Index(fields=["family", "-happened_at"], name="contact_family"),
            models.Index(
                fields=["service", "happened_at"],
                include=[
                    *("id", "case", "family", "worker", "minutes", "attended", "counts_as_session", "recorded_at"),
                ],
                name="contact_service_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.happened_at:%d %B %Y}"


@tracked()
class CaseDiscussion(Scoped):
    """What was decided about a case in supervision."""

    class Decided(models.TextChoices):
        CLOSE = "close", "Close"
        EXTEND = "extend", "Go on for longer"
        REFER_ON = "refer_on", "Refer to another service"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="+")
    discussed_on = models.DateField()
    decided = models.CharField(max_length=10, choices=Decided.choices)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-discussed_on"], name="discussion_case")]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_decided_display().lower()}"
