"""Areas and who lives in them; the calendars that clocks run over."""

import uuid
from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.tracking import tracked


def area_key(service: str, code: str) -> str:
    """What names an area among those of every service: two services may have a `west` each. Empty for no code."""
    return f"{service}/{code}" if code else ""


def code_in(key: str | None) -> str:
    """The code of an area within its service, from its key. Empty for none."""
    return (key or "").rpartition("/")[2]


def postcode_key(service: str, postcode: str) -> str:
    """What names a postcode in the scheme of a service, written with or without its space."""
    return f"{service}/{postcode.replace(' ', '').upper()}"


class AreaQuerySet(models.QuerySet["Area"]):
    def of_service(self, service: str, on: date) -> "AreaQuerySet":
        """Those that may be chosen on the day, the widest first, by name."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on), scheme=service).order_by("depth", "name")

    def of_level(self, service: str, level: str, on: date) -> "AreaQuerySet":
        """Those of one level that may be chosen on the day, by name."""
        return self.of_service(service, on).filter(level=level).order_by("name")


class Area(models.Model):
    """One place of a service's area scheme, written down by adopting its contract.

    `scheme` is the service; `code` is the contract's own, unique within it, and `key` names the area among those of every
    service. `depth` is the place of its level in the contract, 1 for the widest. One that a later version leaves out is closed:
    it keeps its records and is offered no more.
    """

    key = models.CharField(max_length=125, primary_key=True)
    scheme = models.SlugField(max_length=80)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    level = models.SlugField(max_length=40)
    depth = models.PositiveSmallIntegerField(default=1)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(null=True, help_text="From this day on it is offered no more.")

    objects = AreaQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["scheme", "level"], name="area_scheme_level")]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="area_code_once")]

    def __str__(self) -> str:
        return self.name


class Postcode(models.Model):
    """Where a postcode lies in the scheme of a service. `key` names both, without a space: essex_advisors/CO154JX."""

    key = models.CharField(max_length=90, primary_key=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.key


@tracked()
class Patch(models.Model):
    """The area a team works, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="patch_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.team} works {self.area}"


class WorkDay(models.Model):
    """A day of a working calendar with its number: working days between two dates are a subtraction.

    `number` counts working days up to and including this one; a day off carries the number of the working day before it.
    """

    id = models.BigAutoField(primary_key=True)
    calendar = models.SlugField(max_length=40)
    day = models.DateField()
    number = models.IntegerField()
    is_working = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="work_day_once")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.day}"


class SchoolTerm(models.Model):
    """First and last day on which schools of a calendar are open without a holiday between (half a term, usually)."""

    id = models.BigAutoField(primary_key=True)
    calendar = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "first_day"], name="school_term_once")]

    def __str__(self) -> str:
        return self.name


class SchoolWeek(models.Model):
    """A week in which schools of a calendar are open, numbered so that "12 school weeks before" is a subtraction."""

    id = models.BigAutoField(primary_key=True)
    calendar = models.SlugField(max_length=40)
    monday = models.DateField()
    number = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "monday"], name="school_week_once"),
            models.UniqueConstraint(fields=["calendar", "number"], name="school_week_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} week {self.number} ({self.monday})"


@tracked()
class ResidentCount(models.Model):
    """How many people of a group live in an area, from a day on, as published or entered. Says who counted them.

    A count entered again for the same day takes the place of the earlier one, which keeps the moment it was superseded.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    group = models.SlugField(max_length=40)
    age_band = models.SlugField(max_length=20, blank=True)
    residents = models.PositiveIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=300)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "group", "age_band", "since"],
                condition=Q(superseded_at=None),
                name="resident_count_once",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="resident_count_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.residents} {self.group} in {self.area}"


class Venue(models.Model):
    """A place where sessions are held."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=160)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    is_step_free = models.BooleanField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="venue_name_trgm")]

    def __str__(self) -> str:
        return self.name


@tracked()
class NeedTable(models.Model):
    """A table of need as it stood from a day on: its areas by how much school their children miss. The newest holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    since = models.DateField(help_text="From when posts are placed by it.")
    period_from = models.DateField()
    period_to = models.DateField()
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="need_table_version_once"),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="need_table_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"Table of need, version {self.version}"

    @property
    def scope(self) -> Scope:
        return Scope.of(service=self.service)


@tracked()
class NeedRow(models.Model):
    """One area of a table of need. `rank` 1 has the highest absence; areas with the same rate share a rank."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.ForeignKey(NeedTable, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    absence_rate = models.DecimalField(max_digits=5, decimal_places=2, help_text="Per cent of sessions.")
    rank = models.PositiveSmallIntegerField()
    factors = models.JSONField(default=dict, help_text="Other things that show need, by name.")
    allocated = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="Full-time equivalents given to the area; not said: null."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "area"], name="need_row_once")]

    def __str__(self) -> str:
        return f"{self.area}, rank {self.rank}"
