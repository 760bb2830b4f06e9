"""Services in the community that a family may be pointed or referred to."""

import uuid

from django.db import models

from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area


@tracked()
class Entry(models.Model):
    """One service in the directory."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80, help_text="The agreement whose workers use this entry.")
    name = models.CharField(max_length=160)
    kind = models.SlugField(max_length=60, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=40, blank=True)
    verified_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "name"], name="directory_name_once")]

    def __str__(self) -> str:
        return self.name
