"""Returns to the commissioner: assembled, submitted and frozen, restated when late entries change them. And their case studies."""

import uuid
from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.people.consent.models import Consent
from fingerpost.work.casework.models import Case


@tracked()
class Return(models.Model):
    """One return of the agreement's calendar. Times, not states: due, assembled, submitted, accepted.

    `figures_fixed_at` is the moment as of which its figures are fixed: a period closes before its figures are, so those of a return
    sent earlier are fixed as they stand at its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    series = models.SlugField(max_length=80, help_text="The series of returns in the contract.")
    period_from = models.DateField()
    period_to = models.DateField()
    due_on = models.DateField()
    recipient = models.CharField(max_length=160)
    assembled_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    figures_fixed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "series", "due_on"], name="return_due_once"),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="return_period_in_order"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(submitted_at__isnull=False), name="return_accepted_after_sent"
            ),
            models.CheckConstraint(
                condition=Q(figures_fixed_at=None) | Q(submitted_at__isnull=False), name="return_fixed_after_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"Return due {self.due_on:%d %B %Y}"

    @property
    def scope(self) -> Scope:
        return self.agreement.scope

    @property
    def closes_at(self) -> datetime:
        """The moment at which the period is over."""
        return datetime.combine(self.period_to + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())

    def may_be_accepted_at(self, at: datetime) -> bool:
        """Whether it was sent and nothing can change its figures any more."""
        is_over = self.submitted_at is not None and at >= self.closes_at
        return self.accepted_at is None and (self.figures_fixed_at is not None or is_over)

    def figures_known_at(self, at: datetime) -> datetime:
        """The moment as of which the return shows its figures at `at`: as fixed, and, once sent, not later than its period."""
        if self.figures_fixed_at:
            return self.figures_fixed_at
        return min(at, self.closes_at) if self.submitted_at else at


@tracked()
class Narrative(models.Model):
    """The words under one heading of a return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    return_made = models.ForeignKey(Return, models.PROTECT, related_name="+")
    heading = models.SlugField(max_length=60)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["return_made", "heading"], name="narrative_heading_once")]

    def __str__(self) -> str:
        return f"{self.heading} of {self.return_made}"


@tracked()
class Figure(models.Model):
    """A figure as frozen with a return: the numbers, the definition that made them, the moment, and every record counted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    return_made = models.ForeignKey(Return, models.PROTECT, related_name="+")
    indicator = models.SlugField(max_length=80)
    definition_hash = models.CharField(max_length=64)
    reading = models.CharField(max_length=80, blank=True)
    reading_agreed = models.BooleanField(default=False)
    as_known_at = models.DateTimeField()
    numbers = models.JSONField(help_text="The figure's numbers, target, status and breakdowns, as printed.")
    records = models.JSONField(
        help_text="Record references: counted in, out, not known, pending, outside, with reasons."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["return_made", "indicator"], name="figure_once_a_return")]

    def __str__(self) -> str:
        return f"{self.indicator} in {self.return_made}"


@tracked()
class KeptList(models.Model):
    """A list as frozen with a return: what the commissioner was told of barriers, groups, posts, case studies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    return_made = models.ForeignKey(Return, models.PROTECT, related_name="+")
    kind = models.SlugField(max_length=60)
    content = models.JSONField(
        help_text="Title, columns, rows, passages and notes, exact; small numbers are hidden on printing."
    )
    as_known_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["return_made", "kind"], name="list_once_a_return")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.return_made}"


class Outlook(models.Model):
    """How a figure of the return under way would be judged if its period ended on the day. Worked out anew each night."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+")
    indicator = models.SlugField(max_length=80)
    on = models.DateField()
    period_to = models.DateField()
    status = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    result = models.CharField(max_length=80)
    target = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "indicator"], name="outlook_once_a_figure")]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.status}"


class Sending(models.Model):
    """A return that the worker sends, because working out its figures takes too long to wait for; and how far it is."""

    id = models.BigAutoField(primary_key=True)
    return_made = models.ForeignKey(Return, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(help_text="The moment of which everything is frozen.")
    moved_at = models.DateTimeField(db_default=Now())
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(help_text="Figures to work out.")
    ended_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["return_made"], condition=Q(ended_at=None), name="sending_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.return_made}: {self.done} of {self.of}"


@tracked()
class CaseStudy(Scoped):
    """A family's story without names, written for one return. Its case is hidden from whoever reads it there.

    Times, not states: written, offered to somebody else, approved by them or sent back, taken out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Of the level the contract asks for, if it names one.",
    )
    series = models.SlugField(max_length=80)
    period_to = models.DateField(help_text="Last day of the period of the return it is for.")
    title = models.CharField(max_length=120)
    text = models.TextField()
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_back_reason = models.TextField(blank=True)
    taken_out_at = models.DateTimeField(null=True)
    taken_out_reason = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["agreement", "series", "period_to"], name="case_study_return")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "series", "period_to"], condition=Q(taken_out_at=None), name="case_study_once_a_return"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | (Q(offered_at__isnull=False) & Q(consent__isnull=False)),
                name="case_study_approved_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(written_by=None) | ~Q(approved_by=F("written_by")),
                name="case_study_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def stage(self) -> str:
        """taken_out, approved, offered, sent_back or draft."""
        if self.taken_out_at:
            return "taken_out"
        if self.approved_at:
            return "approved"
        if self.offered_at:
            return "offered"
        return "sent_back" if self.sent_back_reason else "draft"
