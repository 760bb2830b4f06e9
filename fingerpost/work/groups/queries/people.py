"""People on a run, as far as the actor may meet them: places, the waiting list, registers, and what changed for them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.built_once import built_once
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.history.sight import seeing_everything
from fingerpost.language.schema import InstrumentWords
from fingerpost.people.families.models import Person
from fingerpost.work.groups.models import Attendance, Booking, Run, Session, Waiting
from fingerpost.work.groups.waiting_list import in_order
from fingerpost.work.outcomes import scoring
from fingerpost.work.outcomes.models import Administration, EpisodeKind

IMPROVED, NOT_MEASURED = "improved", "not_measured"


BY_THEIR_PLACE = "whoever runs a group meets who has a place on it by the place, which carries the group's keys"


@dataclass(frozen=True)
class RegisterLine:
    """One person with a place, and whether they came; None while not marked."""

    person: Person
    is_present: bool | None


@dataclass(frozen=True)
class Before:
    """What one person scored on one outcome before and after. `result` is improved, same, worse or not_measured."""

    start: Decimal | None
    end: Decimal | None
    result: str


@dataclass(frozen=True)
class Participant:
    """One person with a place, or who came and gave it up: sessions they came to, whether that is enough to have finished, and
    how they were measured.
    """

    booking: Booking
    came: int
    has_finished: bool
    measured: dict[str, Before] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        return self.booking.person

    @property
    def has_place(self) -> bool:
        return self.booking.cancelled_at is None


@dataclass(frozen=True)
class Improved:
    """Of those who finished: how many got better on an outcome of those measured twice, and how many were not."""

    outcome: str
    improved: int
    measured: int
    not_measured: int


@seeing_everything(why=BY_THEIR_PLACE)
def register_of(actor: Actor, session: Session) -> list[RegisterLine]:
    """Everybody with a place whom the actor may see, by name, with the mark given. Two queries."""
    booked = booked_on(actor, session.run_id)
    marks = dict(Attendance.objects.filter(session=session).values_list("person_id", "is_present"))
    return [RegisterLine(booking.person, marks.get(booking.person_id)) for booking in booked]


@seeing_everything(why=BY_THEIR_PLACE)
@built_once
def booked_on(actor: Actor, run: uuid.UUID) -> QuerySet[Booking]:
    """Places that stand, of people the actor may see, by name. One query."""
    booked = Booking.objects.visible_to(actor, Permission.RUN_GROUP).filter(run=run, cancelled_at=None)
    return booked.select_related("person", "family").order_by("person__last_name", "person__first_name", "id")


def waiting_for(actor: Actor, run: Run, on: date) -> list[Waiting]:
    """Who waits, first in line first, of people the actor may see. One query and the contract of the day."""
    lines = Waiting.objects.visible_to(actor, Permission.RUN_GROUP).filter(run=run, ended_at=None)
    with seeing_everything(why=BY_THEIR_PLACE):
        return list(in_order(lines, run, on).select_related("person", "family"))


def participants(
    actor: Actor, run: Run, *, sessions: int, share: Decimal | None, measures: Mapping[str, InstrumentWords]
) -> list[Participant]:
    """Everybody with a place, and whoever came and gave it up, as far as the actor may see them: by name, with attendance and
    scores. Three queries.

    `sessions` is how many were held; whoever came to `share` percent of them has finished (nobody while it is None).
    """
    booked = {booking.person_id: booking for booking in _ever_on(actor, run.pk)}.values()
    came = dict(
        Attendance.objects.filter(session__run=run, is_present=True, session__held_at__isnull=False)
        .order_by()
        .values_list("person")
        .annotate(number=Count("id"))
    )
    scores = _scores(actor, run) if measures else {}
    return [
        Participant(
            booking,
            number := came.get(booking.person_id, 0),
            bool(share is not None and sessions and 100 * number >= share * sessions),
            {o: _before(scores, booking.person_id, o, words) for o, words in measures.items()},
        )
        for booking in booked
    ]


@seeing_everything(why=BY_THEIR_PLACE)
@built_once
def _ever_on(actor: Actor, run: uuid.UUID) -> QuerySet[Booking]:
    """Places that stand and those given up by people who had come, of people the actor may see, by name. Of somebody who has
    both, the one that stands comes last.
    """
    came = Attendance.objects.filter(session__run=OuterRef("run"), person=OuterRef("person"), is_present=True)
    booked = Booking.objects.visible_to(actor, Permission.RUN_GROUP).filter(run=run)
    found = booked.filter(Q(cancelled_at=None) | Exists(came)).select_related("person", "family")
    return found.order_by("person__last_name", "person__first_name", F("cancelled_at").asc(nulls_last=True), "id")


def _scores(actor: Actor, run: Run) -> dict[tuple[uuid.UUID | None, str, str], Decimal]:
    rows = Administration.objects.visible_to(actor, Permission.RUN_GROUP).filter(
        episode_kind=EpisodeKind.RUN, episode_id=run.pk
    )
    return {(row.person_id, row.topic, row.point): row.score for row in rows.order_by("taken_on", "recorded_at")}


def _before(
    scores: Mapping[tuple[uuid.UUID | None, str, str], Decimal], person: uuid.UUID, outcome: str, words: InstrumentWords
) -> Before:
    start, end = scores.get((person, outcome, "start")), scores.get((person, outcome, "end"))
    if start is None or end is None:
        return Before(start, end, NOT_MEASURED)
    return Before(start, end, scoring.change(words, start, end))


def improved(people: list[Participant], outcomes: Mapping[str, InstrumentWords]) -> list[Improved]:
    """For each outcome, how many of those who finished got better: as the contract's indicators count them. Clause 1.2 (Essex
    advisors).
    """
    finished = [one for one in people if one.has_finished]
    results = {outcome: [one.measured[outcome].result for one in finished] for outcome in outcomes}
    return [
        Improved(outcome, found.count(IMPROVED), len(found) - found.count(NOT_MEASURED), found.count(NOT_MEASURED))
        for outcome, found in results.items()
    ]


@built_once
def of_family(actor: Actor, family: uuid.UUID, people: list[uuid.UUID]) -> QuerySet[Booking]:
    """Places on groups of a family and of these people, the latest run first, as far as the actor may see them. One query."""
    places = Booking.objects.visible_to(actor, Permission.RUN_GROUP).filter(Q(family=family) | Q(person__in=people))
    return (
        places.filter(cancelled_at=None)
        .select_related("run__programme", "run__area", "person")
        .order_by("-run__starts_on", "person__search_name")[:20]
    )
