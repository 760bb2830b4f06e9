"""Persons, the families they live in, how they are related and where they live."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.people.families.querysets import CheckQuerySet, FamilyQuerySet, PersonQuerySet
from fingerpost.people.families.relations import LONGEST, RELATIONS


@tracked()
class Person(Scoped):
    """Somebody: child, parent, worker's partner. `search_name` is what the search reads: the name plain, and in Latin letters."""

    class Sex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"
        UNKNOWN = "", "Not stated"

    belongs_through = ("families.Membership", "person", "family")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    known_as = models.CharField(max_length=100, blank=True)
    search_name = models.CharField(max_length=1000, editable=False)
    born_on = models.DateField(null=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True, default="", db_default="")
    language = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="The language they like to speak."
    )
    needs_interpreter = models.BooleanField(null=True, help_text="None where nobody has asked.")
    safe_contact = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="How and when it is safe to reach them."
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    objects: ClassVar[Any] = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search_name"], opclasses=["gin_trgm_ops"], name="person_search_name"),
            models.Index(fields=["last_name", "first_name", "born_on"], name="person_name_birth"),
            models.Index(fields=["born_on"], name="person_birth"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="person_batch"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """The first name; of somebody with one name only, that one."""
        return self.first_name or self.known_as or self.last_name


@tracked()
class Identifier(Scoped):
    """A number somebody else gave the person: unique pupil number, NHS number, a provider's own.

    One that is doubted is somebody else's as well, whom whoever gave it may not meet; People to check says whose it is.
    """

    class Kind(models.TextChoices):
        UPN = "upn", "Unique pupil number"
        NHS = "nhs", "NHS number"
        LOCAL = "local", "Provider's own number"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=60)
    is_doubted = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], condition=Q(is_doubted=False), name="identifier_once")
        ]
        indexes = [
            models.Index(fields=["person"], name="identifier_person"),
            models.Index(fields=["kind", "value"], name="identifier_value"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"


@tracked()
class FormerName(Scoped):
    """A name that a person had until a day. A hidden one, such as from before an adoption, is seen with a permission alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    known_as = models.CharField(max_length=100, blank=True)
    until = models.DateField(null=True)
    is_hidden = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person"], name="former_name_person")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@tracked()
class Family(Scoped):
    """People supported together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=160)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    objects: ClassVar[Any] = FamilyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


@tracked()
class Membership(Scoped):
    """A person's place in a family, from a day until a day (unknown days are left open)."""

    class Part(models.TextChoices):
        CHILD = "child", "Child"
        PARENT = "parent", "Parent or carer"
        OTHER = "other", "Other adult"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)
    called = models.CharField(max_length=LONGEST, choices=[(c, one.label) for c, one in RELATIONS.items()], blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["family"], name="membership_family"),
            models.Index(fields=["person"], name="membership_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "person"], condition=Q(until=None), name="membership_current_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="membership_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.family}"

    @property
    def label(self) -> str:
        """The word that was used of them, such as Mother; else what the part is called."""
        return self.get_called_display() if self.called else self.get_part_display()


@tracked()
class Relationship(Scoped):
    """`person` is `kind` of `other`, from a day until a day."""

    class Kind(models.TextChoices):
        PARENT = "parent", "Parent of"
        CARER = "carer", "Carer of"
        PARTNER = "partner", "Partner of"
        SIBLING = "sibling", "Brother or sister of"
        OTHER = "other", "Related in another way to"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="relationship_person"),
            models.Index(fields=["other"], name="relationship_other"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("other")), name="relationship_not_with_self"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="relationship_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display().lower()} {self.other}"


@tracked()
class Address(Scoped):
    """Where a person lives, from a day until a day. `area` is the smallest area of the scheme that holds it, if known.

    A protected one is seen by whoever's grant reaches restricted rows, not by those who are only named on the family.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    lines = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    is_protected = models.BooleanField(default=False, db_default=False)
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="address_person"),
            models.Index(fields=["postcode"], name="address_postcode"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="address_current_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="address_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.lines, self.postcode]))


@tracked()
class Restriction(Scoped):
    """Why only a few may see a family, from when until when, and who they are (`named`, ids of users besides the lead).

    While it holds, `alias` stands in the place of the family's name. Where it `says_exists`, somebody who looks for the family is
    told that a record exists and whom to `ask`; as a rule they are told nothing.
    """

    keeps_own_scope: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+")
    reason = models.TextField()
    since = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    named = ArrayField(models.UUIDField(), default=list, blank=True)
    alias = models.CharField(max_length=160, blank=True)
    name_before = models.CharField(max_length=160)
    protects_address = models.BooleanField(default=False)
    says_exists = models.BooleanField(default=False)
    ask = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    until = models.DateTimeField(null=True)
    lifted_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family"], condition=Q(until=None), name="restriction_current_once"),
            models.CheckConstraint(
                condition=Q(until=None) | ~Q(lifted_reason=""), name="restriction_lifted_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["family"], name="restriction_family")]

    def __str__(self) -> str:
        return f"{self.family} restricted"


@tracked()
class PersonCheck(Scoped):
    """Somebody came in who may be `person`: what was said of them, whole, and what agrees and contradicts. A person decides.

    `entry` is who was written down anew meanwhile, by a list; `referral_id` and `place` name who on a referral it is, which waits.
    It lies where the person lies; for a restricted one only the safeguarding lead learns of it.
    """

    class Decision(models.TextChoices):
        SAME = "same", "The same person"
        OTHER = "other", "Somebody else"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entry = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    referral_id = models.UUIDField(null=True)
    place = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=300, help_text="Where it came from, in words.")
    came = models.JSONField(default=dict, help_text="What was said of the person.")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Of what was said, so that it is asked once.")
    verdict = models.CharField(max_length=10)
    agrees = ArrayField(models.CharField(max_length=120), default=list)
    contradicts = ArrayField(models.CharField(max_length=120), default=list)
    raised_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    taken = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    batch = models.UUIDField(null=True)

    objects: ClassVar[Any] = CheckQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=Q(decided_at=None), name="check_open_person"),
            models.Index(fields=["raised_at"], condition=Q(decided_at=None), name="check_open"),
            models.Index(fields=["referral_id"], condition=Q(referral_id__isnull=False), name="check_referral"),
            models.Index(fields=["fingerprint"], name="check_fingerprint"),
            models.Index(fields=["entry"], name="check_entry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="check_decision_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: perhaps {self.person}"


@tracked()
class Change(Scoped):
    """What a list changed of somebody known: a field of a row (`model`, `row`) before and after, so that it can be taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    model = models.CharField(max_length=60)
    row = models.UUIDField()
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True, null=True)  # noqa: DJ001 - nothing and an empty text are two things
    after = models.TextField(blank=True, null=True)  # noqa: DJ001
    recorded_at = models.DateTimeField()
    batch = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["batch"], name="change_batch"),
            models.Index(fields=["person"], name="change_person"),
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.field}: {self.before} became {self.after}"
