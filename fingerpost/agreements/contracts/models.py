"""Adopted contracts: the pinned files, the readings agreed, and every decision made under them."""

import uuid

from django.db import models
from django.db.models import Q

from fingerpost.ground.access.models import Organisation, User
from fingerpost.ground.access.scope import Scope, Scoped
from fingerpost.ground.history.tracking import tracked


@tracked()
class Agreement(models.Model):
    """One service specification in force between a commissioner and a provider. `key` names the service everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    commissioner = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="agreement_term_in_order")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.key)


@tracked()
class Version(models.Model):
    """The contract's files as adopted, pinned by hash. Never changed: a variation is a new version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    sources = models.JSONField(help_text="File name to text.")
    in_force_from = models.DateField()
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["agreement", "hash"], name="version_hash_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} version {self.number}"


@tracked()
class AgreedReading(models.Model):
    """The reading a commissioner agreed for an unclear clause, from a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    question = models.CharField(
        max_length=160, help_text="The question's key in the contract: attendance_improved.change"
    )
    letter = models.CharField(max_length=2)
    in_force_from = models.DateField()
    agreed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "question", "in_force_from"], name="reading_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.letter}"


@tracked()
class EnteredValue(models.Model):
    """A dated value that the contract leaves to be entered on screen, e.g. last year's baseline."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    name = models.SlugField(max_length=80)
    since = models.DateField()
    value = models.CharField(max_length=60)
    source = models.CharField(max_length=200)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "name", "since"], name="entered_value_once")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value} from {self.since}"


@tracked()
class Decision(Scoped):
    """A stored answer under a contract: yes, no or not known, with clause reasons, the facts used and the version that decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    name = models.SlugField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    answer = models.CharField(max_length=10)
    outcome = models.CharField(max_length=40, blank=True)
    route = models.CharField(max_length=40, blank=True)
    reasons = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    readings = models.JSONField(default=dict)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id", "decided_at"], name="decision_subject")]

    def __str__(self) -> str:
        return f"{self.name}: {self.answer}"
