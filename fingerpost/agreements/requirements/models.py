"""What staff must have read: policies, each issue of them, and who said that they know it."""

import uuid

from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.tracking import tracked


@tracked()
class Policy(models.Model):
    """A policy that the staff of a service must know, under whichever issue is in force. `owner` is a role or a body."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=200)
    withdrawn_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "title"], condition=Q(withdrawn_on=None), name="policy_title_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)


@tracked()
class PolicyIssue(models.Model):
    """One version of a policy, in force from its day of issue until the next. A new one asks everybody again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    issued_on = models.DateField()
    review_on = models.DateField()
    text = models.TextField(blank=True, help_text="What it says, or says in short.")
    kept_at = models.URLField(blank=True, max_length=500, help_text="Where the whole document is kept.")
    changes = models.TextField(blank=True, help_text="What is new in this version.")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["policy", "-issued_on"], name="policy_issue_newest")]
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="policy_version_once"),
            models.UniqueConstraint(fields=["policy", "issued_on"], name="policy_issued_once_a_day"),
            models.CheckConstraint(condition=Q(review_on__gt=F("issued_on")), name="policy_reviewed_after_issue"),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.version}"

    @property
    def scope(self) -> Scope:
        return self.policy.scope


@tracked()
class Acknowledgement(Scoped):
    """A member of staff has read one version of a policy and will follow it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issue = models.ForeignKey(PolicyIssue, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user"], name="acknowledgement_user")]
        constraints = [models.UniqueConstraint(fields=["issue", "user"], name="acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.user} knows {self.issue}"
