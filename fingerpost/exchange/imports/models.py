"""Lists that came in: the file as received, each row with its match or its faults, applied or undone as one batch."""

import uuid
from datetime import timedelta

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked


@tracked()
class Folder(models.Model):
    """A folder of lists that came together: tried, applied and undone as one. A file of it is a list with a batch of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    passed_over = models.JSONField(default=list, help_text="What else lay in it, each with why it was left alone.")

    class Meta:
        indexes = [models.Index(fields=["service", "received_at"], name="folder_received")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)


class Covers(models.TextChoices):
    """What whoever loads a list confirms of the schools and days for which it is complete."""

    AS_SAID = "as-said", "As the list says"
    GIVEN = "given", "For schools and days that whoever loads it gave"
    NOTHING = "nothing", "Nothing is known of who is not on it"


@tracked()
class List(models.Model):
    """One file received. Its id is the batch that every row it made carries. The same content twice is the same list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0, help_text="Its turn in the folder, the first being 1.")
    kind = models.SlugField(max_length=40)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    stored_at = models.CharField(
        max_length=300, blank=True, help_text="Where the raw file is kept, below the data folder."
    )
    given = models.JSONField(default=dict, help_text="Values for columns that the file lacks.")
    covers = models.JSONField(
        default=dict,
        help_text="For which schools and days it says that it is complete, or seems so; and what was confirmed.",
    )
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rows = models.IntegerField(default=0)
    faulty = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["service", "received_at"], name="list_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "kind", "sha256"],
                condition=Q(applied_at__isnull=False, undone_at=None),
                name="list_applied_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.kind})"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)


class Reference(models.Model):
    """What a provider's own reference stands for: kind and id of the record, so that later lists may name it."""

    id = models.BigAutoField(primary_key=True)
    service = models.SlugField(max_length=80)
    kind = models.SlugField(max_length=20)
    key = models.CharField(max_length=120, help_text="The reference in small letters, as it is looked up.")
    written = models.CharField(max_length=120, help_text="The reference as the list wrote it.")
    record = models.UUIDField()
    list_received = models.ForeignKey(List, models.CASCADE, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["list_received"], name="reference_list"),
            models.Index(fields=["record"], name="reference_record"),
        ]
        constraints = [models.UniqueConstraint(fields=["service", "kind", "key"], name="reference_once")]

    def __str__(self) -> str:
        return self.written


class Correction(models.Model):
    """What a list corrected of a record that an earlier list brought, so that it can be taken back.

    It holds no value of the record: what stood is told by the line of its history that came before (`before`), which nobody sees
    who may not see the record.
    """

    id = models.BigAutoField(primary_key=True)
    list_received = models.ForeignKey(List, models.CASCADE, related_name="+")
    model = models.CharField(max_length=60)
    row = models.UUIDField()
    fields = ArrayField(models.CharField(max_length=40))
    before = models.BigIntegerField(help_text="The number of the history's line that holds what stood.")

    class Meta:
        indexes = [models.Index(fields=["list_received"], name="correction_list")]

    def __str__(self) -> str:
        return f"{self.model}: {', '.join(self.fields)}"

    @staticmethod
    def model_named(label: str) -> type[models.Model]:
        """The model of the records, by the name that is kept here."""
        return apps.get_model(label)


class Row(models.Model):
    """A row of a list that needs a person's eye: a fault, or a match to confirm. Rows that were plain are not kept twice."""

    id = models.BigAutoField(primary_key=True)
    list_received = models.ForeignKey(List, models.CASCADE, related_name="+")
    number = models.IntegerField(help_text="Line of the file, the header being line 1.")
    column = models.CharField(max_length=80, blank=True)
    severity = models.CharField(max_length=10, default="error")
    message = models.CharField(max_length=400)
    person_id = models.UUIDField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["list_received", "number"], name="row_list_number")]

    def __str__(self) -> str:
        return f"Line {self.number}: {self.message}"


GIVEN_UP_AFTER = timedelta(hours=1)


class Run(models.Model):
    """A long list being tried, loaded or taken back by the worker: how far it is, and how it ended."""

    class Act(models.TextChoices):
        CHECK = "check", "being looked at"
        APPLY = "apply", "being loaded"
        UNDO = "undo", "being taken back"

    id = models.BigAutoField(primary_key=True)
    list_received = models.ForeignKey(List, models.CASCADE, related_name="+")
    act = models.CharField(max_length=10, choices=Act.choices)
    good_rows_only = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(help_text="By the clock of the service, which a demonstration may move.")
    about_rows = models.IntegerField(default=0)
    looked_at = models.IntegerField(default=0)
    moved_at = models.DateTimeField(db_default=Now(), help_text="When it last got on, by the real clock.")
    ended_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True, help_text="Why it came to nothing, for the person who asked.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list_received"], condition=Q(ended_at=None), name="run_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.list_received_id}: {self.act}"
