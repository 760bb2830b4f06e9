"""Requests for support: received, decided with reasons, answered."""

import uuid
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
    locality = models.CharField(max_length=40, blank=True, help_text="Home area of the parent when it was received.")
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
                fields=["service", "locality", "received_at"],
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


@tracked()
class RequestChild(Scoped):
    """A child whom a request is about, with the latest decision about her."""

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
