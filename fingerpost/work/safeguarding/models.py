"""Concerns about a child's safety, and what was done about each, step by step."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.people.families.models import Family


@tracked()
class Concern(Scoped):
    """One concern: what was seen or said, what the safeguarding lead decided, whether social care was told, how it ended.

    It may come from any record (`source_kind`, `source_id`) and need not be about a family we know. Always restricted: it names
    those who may know, whatever becomes of the family's own rows.
    """

    keeps_own_scope: ClassVar[bool] = True

    class Decision(models.TextChoices):
        REFER = "refer", "Refer to social care"
        FIND_OUT = "find_out", "Find out more first"
        SUPPORT = "support", "No referral: go on supporting the family"
        NOTHING = "nothing", "No referral: nothing more to do"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=200, blank=True, help_text="Whom it is about, where no family says so.")
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    source_ref = models.CharField(max_length=20, blank=True)
    seen = models.TextField(help_text="What was seen or said.")
    seen_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    procedure = models.CharField(max_length=200, blank=True, help_text="The edition of the procedures in force.")
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    referred_to = models.CharField(max_length=160, blank=True)
    referred_at = models.DateTimeField(null=True)
    referral_reference = models.CharField(max_length=80, blank=True, help_text="The number that social care gave.")
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["family"], name="concern_family"),
            models.Index(fields=["service", "-raised_at"], name="concern_raised"),
            models.Index(fields=["service", "raised_at"], condition=Q(closed_at=None), name="concern_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(restricted=True), name="concern_always_restricted"),
            models.CheckConstraint(condition=Q(family__isnull=False) | ~Q(about=""), name="concern_about_somebody"),
            models.CheckConstraint(condition=Q(raised_at__gte=F("seen_at")), name="concern_seen_before_raised"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="concern_decision_has_time",
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(outcome=""), name="concern_closed_with_outcome"),
        ]

    def __str__(self) -> str:
        return self.ref


@tracked()
class Step(Scoped):
    """One thing done about a concern: somebody was told, the lead read it, a point of the checklist was seen to."""

    keeps_own_scope: ClassVar[bool] = True

    class Kind(models.TextChoices):
        TOLD = "told", "Told"
        READ = "read", "Read"
        CHECKED = "checked", "Checked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    item = models.SlugField(max_length=60, blank=True, help_text="The contract's code of a point of the checklist.")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=160, blank=True)
    how = models.CharField(max_length=160, blank=True)
    note = models.TextField(blank=True, default="", db_default="")
    happened_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["concern", "happened_at"], name="concern_step")]
        constraints = [
            models.UniqueConstraint(
                fields=["concern", "item"], condition=Q(kind="checked"), name="concern_point_checked_once"
            ),
            models.UniqueConstraint(fields=["concern", "user"], condition=Q(kind="read"), name="concern_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.concern}"
