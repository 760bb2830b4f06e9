"""Entries of the kinds of record that a contract declares: their answers, their times, and what they are about."""

import uuid

from django.db import models
from django.db.models import Q

from fingerpost.agreements.contracts.models import Version
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Walled
from fingerpost.ground.history.tracking import tracked
from fingerpost.language.vocabulary.kinds import ADDED_TO
from fingerpost.people.families.models import Family, Person


@tracked()
class Entry(Walled):
    """One entry of a declared kind. It keeps the version of the contract under which it was begun, whose words it shows.

    `about_kind` and `about_id` name what it is a record of, wherever that stands; `person` and `family` are those it concerns, so
    that it follows them when they move, are merged or restricted. `answers`, `no_answers` and `times` are checked against the
    declaration by whatever writes them; answers behind a wall of their own stand in `WalledAnswers`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=12, unique=True)
    service = models.SlugField(max_length=80)
    kind = models.SlugField(max_length=80)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    about_kind = models.SlugField(max_length=80, blank=True)
    about_id = models.UUIDField(null=True)
    area = models.CharField(max_length=120, blank=True, help_text="The area it is about, where it is about one.")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    no_answers = models.JSONField(default=dict, help_text="Why a question has no answer, by question.")
    times = models.JSONField(default=dict)
    written_later = models.JSONField(
        default=dict,
        help_text="When an answer or a time was first written down, where that was after the entry itself.",
    )
    deadlines = models.JSONField(
        default=dict, help_text="When each clock of the contract that runs on its times runs out."
    )
    due_at = models.DateTimeField(null=True, help_text="The first of those that nothing has stopped yet.")
    stage = models.SlugField(max_length=80, blank=True, help_text="The time that gave it its stage.")
    happened_on = models.DateField(help_text="The day of the kind's first time, or the day it was written down.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_because = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["service", "kind", "-happened_on", "-id"], name="entry_of_kind"),
            models.Index(fields=["about_kind", "about_id"], name="entry_about"),
            models.Index(fields=["service", "due_at"], condition=Q(due_at__isnull=False), name="entry_due"),
            models.Index(fields=["family"], condition=Q(family__isnull=False), name="entry_family"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="entry_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(about_kind="", about_id=None, area="")
                | (~Q(about_kind="") & (Q(about_id__isnull=False, area="") | (Q(about_id=None) & ~Q(area="")))),
                name="entry_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["kind", "about_id"],
                condition=Q(kind__in=sorted(ADDED_TO), taken_back_at=None),
                name="entry_added_once_a_record",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_because="")
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_because="")),
                name="entry_taken_back_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


@tracked()
class WalledAnswers(Walled):
    """Answers of an entry that fewer people may see than the entry itself: those of one wall."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    no_answers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "seen_by", "is_sealed"], name="walled_answers_once_a_wall")
        ]

    def __str__(self) -> str:
        return f"Answers of {self.entry_id} for some"
