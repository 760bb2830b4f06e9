"""Services in the community that a family may be pointed to, what others offer, and what is needed where."""

import uuid

from django.db import models
from django.db.models import F, Q

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


@tracked()
class Provision(models.Model):
    """What another provider offers in an area (None: everywhere), from a day until a day. Codes are the contract's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80, help_text="The agreement whose workers look at it.")
    provider = models.CharField(max_length=160)
    kind = models.SlugField(max_length=40, default="programme")
    title = models.CharField(max_length=160)
    topic = models.SlugField(max_length=60, blank=True)
    age_band = models.SlugField(max_length=60, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["service", "starts_on"], name="provision_service_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "provider", "title", "area", "starts_on"],
                name="provision_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="provision_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.provider})"


@tracked()
class Need(models.Model):
    """Something that families of an area need, with who said so and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    topic = models.SlugField(max_length=60, blank=True)
    statement = models.CharField(max_length=300)
    source = models.CharField(max_length=160)
    noted_on = models.DateField()
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["service", "noted_on"], name="need_service_noted")]

    def __str__(self) -> str:
        return self.statement


@tracked()
class Signposting(models.Model):
    """How many people something (`source_kind` and `source_id`: a session, a visit) pointed to a service of the directory.

    It names nobody. `people` is 0 where only information about the service was given out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    happened_on = models.DateField()
    people = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "entry"], name="signposting_once"),
        ]
        indexes = [models.Index(fields=["service", "happened_on"], name="signposting_service")]

    def __str__(self) -> str:
        return f"{self.people} to {self.entry}"
