"""What changed and what people say: questionnaires scored, events at school, people asked what they think and their replies."""

import uuid

from django.db import models
from django.db.models import Q

from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scoped
from fingerpost.ground.history.tracking import tracked
from fingerpost.ground.places.models import Area
from fingerpost.people.families.models import Family, Person


class EpisodeKind(models.TextChoices):
    """What a score, a school event or a question belongs to: `episode_id` is a row of this kind."""

    CASE = "case", "Case"
    RUN = "run", "Run of a group"
    SESSION = "session", "Session of a group"


@tracked()
class Administration(Scoped):
    """One use of an instrument at a point (start, end, …) of an episode. `score` is in the instrument's points.

    `topic` is what the instrument's items measure; `source` where it was taken: case, or the kind of group.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80, blank=True)
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    episode_kind = models.CharField(max_length=10, choices=EpisodeKind.choices, default=EpisodeKind.CASE)
    episode_id = models.UUIDField(null=True, help_text="The case or run it was taken on.")
    source = models.SlugField(max_length=40, default="case")
    instrument = models.SlugField(max_length=60)
    topic = models.SlugField(max_length=60, blank=True)
    point = models.SlugField(max_length=20)
    taken_on = models.DateField()
    answers = models.JSONField(default=dict, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2)
    completed_by = models.CharField(max_length=160)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["episode_id"], name="administration_episode"),
            models.Index(fields=["family", "taken_on"], name="administration_family"),
            models.Index(fields=["person"], name="administration_person"),
            models.Index(fields=["service", "topic"], name="administration_topic"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(family__isnull=False) | Q(person__isnull=False), name="administration_of_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} at {self.point}: {self.score}"


@tracked()
class SchoolEvent(Scoped):
    """A time a parent took part in their child's schooling. `kind` is the contract's word, such as a parents' evening."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=80)
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    episode_kind = models.CharField(max_length=10, choices=EpisodeKind.choices, default=EpisodeKind.CASE)
    episode_id = models.UUIDField(null=True, help_text="The case or run on which it was told.")
    kind = models.SlugField(max_length=40)
    happened_on = models.DateField()
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "happened_on"], name="school_event_person"),
            models.Index(fields=["episode_id"], name="school_event_episode"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "happened_on"], name="school_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.happened_on}"


@tracked(exclude=("token_hash",))
class Invitation(Scoped):
    """One person due to be asked what they think, on one occasion. Person and family are empty for a card handed out.

    The link's token is kept as its hash alone. Who declined or was not reached was due to be asked and stays counted.
    """

    class Respondent(models.TextChoices):
        PARENT = "parent", "Parent or carer"
        CHILD = "child", "Child or young person"

    class Result(models.TextChoices):
        ASKED = "asked", "Asked"
        DECLINED = "declined", "Did not want to answer"
        NOT_REACHED = "not_reached", "Not reached"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    respondent = models.CharField(max_length=10, choices=Respondent.choices)
    instrument = models.SlugField(max_length=60)
    episode_kind = models.CharField(max_length=10, choices=EpisodeKind.choices)
    episode_id = models.UUIDField()
    episode_ref = models.CharField(max_length=12)
    activity_type = models.SlugField(max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    age_band = models.SlugField(max_length=20, blank=True)
    asked_on = models.DateField()
    result = models.CharField(max_length=12, choices=Result.choices, default=Result.ASKED)
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - NULL where there is no link
    issue = models.PositiveSmallIntegerField(
        default=1, help_text="Which link this is: a new one makes the old one dead."
    )
    expires_on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["episode_id"], name="invitation_episode"),
            models.Index(fields=["episode_ref"], name="invitation_episode_ref"),
            models.Index(fields=["service", "asked_on"], name="invitation_service_day"),
            models.Index(fields=["family"], name="invitation_family"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "episode_id"], condition=Q(person__isnull=False), name="invitation_once"
            ),
            models.CheckConstraint(condition=Q(expires_on__gte=models.F("asked_on")), name="invitation_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.ref


@tracked()
class Response(Scoped):
    """The one reply to an invitation. `positive_comment` and `is_worried` are empty where nobody said or coded it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    episode_kind = models.CharField(max_length=10, choices=EpisodeKind.choices)
    answers = models.JSONField(default=dict, blank=True)
    rating = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    positive_comment = models.BooleanField(null=True)
    age_band = models.SlugField(max_length=20, blank=True)
    who_helped = models.CharField(max_length=200, blank=True)
    is_worried = models.BooleanField(null=True)
    given_on = models.DateField()
    on_paper = models.BooleanField(default=False)
    typed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    coded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    batch_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["family"], name="response_family")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="response_rating_in_range"
            )
        ]

    def __str__(self) -> str:
        return f"Reply to {self.invitation}"
