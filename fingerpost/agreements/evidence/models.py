"""Any record may stand as evidence of a clause."""

import uuid

from django.db import models
from django.db.models import Q

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked


@tracked()
class Link(models.Model):
    """A record (kind and id) or a plain note, laid beside a clause. `clause` is the clause's own key, never its printed number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    clause = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    record_kind = models.CharField(max_length=40, blank=True)
    record_id = models.UUIDField(null=True)
    attached_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agreement", "clause"], name="evidence_clause")]
        constraints = [
            models.CheckConstraint(
                condition=Q(record_kind="", record_id=None) | (~Q(record_kind="") & Q(record_id__isnull=False)),
                name="evidence_record_whole",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        return self.agreement.scope
