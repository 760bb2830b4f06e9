"""Requests for support: received, decided with reasons, answered."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fingerpost.agreements.contracts.models import Decision
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Family, Person
from fingerpost.people.schooling.models import School
from fingerpost.work.referrals.querysets import RequestQuerySet


@tracked()
class Request(Scoped):
    """One request for support of a family under an agreement (`service`).

    Times, not states: received, decided, withdrawn. `outcome` is what the latest decision led to: accepted, refused, or empty
    while something is still missing.
    """

    class Outcome(models.TextChoices):
        WAITING = "", "Waiting"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Not accepted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    line = models.SlugField(max_length=60, blank=True)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    home_area = models.CharField(
        max_length=125, blank=True, help_text="Key of the parent's home area when it was received."
    )
    source = models.SlugField(max_length=60)
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    referrer_name = models.CharField(max_length=160, blank=True)
    referrer_contact = models.CharField(max_length=160, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    forecast_reason = models.TextField(
        blank=True, help_text="Why the child is likely to reach the range, in the worker's words."
    )
    vulnerable_groups = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    status = models.CharField(max_length=60, blank=True, help_text="The contract's word, e.g. awaiting_assessment.")
    route = models.CharField(max_length=40, blank=True, help_text="Which criterion admitted the child.")
    decided_at = models.DateTimeField(null=True)
    reply = models.TextField(
        blank=True, default="", db_default="", help_text="What whoever referred was told of the decision."
    )
    withdrawn_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="When a case was opened on it.")
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    objects: ClassVar[Any] = RequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["family"], name="request_family"),
            models.Index(fields=["service", "received_at"], name="request_received"),
            models.Index(
                fields=["service", "home_area", "received_at"],
                condition=Q(opened_at=None, withdrawn_at=None) & ~Q(outcome="refused"),
                name="request_queue",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(decided_at__isnull=False), name="request_outcome_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ended_at(self) -> datetime | None:
        """When it ended without a case: withdrawn, or refused."""
        return self.withdrawn_at or (self.decided_at if self.outcome == self.Outcome.REFUSED else None)


@tracked()
class RequestChild(Scoped):
    """A child whom a request is about, with the latest decision about them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="request_child_once")]
        indexes = [models.Index(fields=["person"], name="request_child_person")]

    def __str__(self) -> str:
        return f"{self.person} on {self.request}"


@tracked()
class Referral(Scoped):
    """A referral as it was sent, whole. It waits (`settled_at` empty) while somebody has to say whether its people are known.

    `said` is all that was claimed: nothing of it touches anybody we know before their own team has said so. `keys` are those under
    which its request will lie. While it waits it lies with those who decide; afterwards with its request.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+")
    said = models.JSONField()
    keys = ArrayField(models.TextField(), default=list)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["request"], name="referral_request"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="referral_batch"),
            models.Index(fields=["service", "batch_ref"], condition=~Q(batch_ref=""), name="referral_batch_ref"),
        ]

    def __str__(self) -> str:
        return self.ref


@tracked()
class Receipt(Scoped):
    """What whoever referred keeps: the reference, and the family as they named it. The same whether or not we know the family.

    Once the family is restricted, `last` holds what they could read of it until then, so that nothing changes before their eyes.
    """

    keeps_own_scope: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160, help_text="The family, as it was referred.")
    sent_at = models.DateTimeField()
    last = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["made_by", "sent_at"], name="receipt_made_by")]

    def __str__(self) -> str:
        return self.ref
