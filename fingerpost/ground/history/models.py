"""The access log: who saw whom, when, on which page. Row changes are kept beside each table (see `tracking`)."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class View(models.Model):
    """One page shown to one user, with the people or families on it. Never changed and never deleted.

    The table counts its lines besides, in a column `number` that is the database's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    page = models.CharField(max_length=100)
    address = models.GenericIPAddressField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_ids = ArrayField(models.UUIDField())
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "at"], name="view_actor_at"),
            GinIndex(fields=["subject_ids"], name="view_subjects"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.actor_name} saw {self.subject_kind} on {self.page}"


class Seal(models.Model):
    """Lines of one table of history, sealed together: see `sealing`. Added to, and never changed."""

    number = models.BigIntegerField(primary_key=True)
    table = models.CharField(max_length=80)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.IntegerField()
    columns = ArrayField(models.TextField())
    ids = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()
    before = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["table", "last"], name="seal_table_last")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Seal {self.number} of {self.table}"
