"""What changed for the people on a course: each is measured on each of its outcomes before and after."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from fingerpost.agreements.contracts.queries import day_in_words, rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command
from fingerpost.ground.access.permissions import Permission
from fingerpost.work.groups.models import Booking, Run
from fingerpost.work.groups.offers import measures_of
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.commands import Given
from fingerpost.work.outcomes.models import Administration


@command(allow=Permission.RUN_GROUP, includes=("scores.keep_scores",))
def measure(
    actor: Actor,
    subject: Run,
    *,
    point: str,
    taken_on: date,
    scores: Mapping[UUID, Mapping[str, Decimal]],
    at: datetime,
) -> list[Administration]:
    """Keep what people on a course scored at its `start` or `end`: for each person (by id) the points for each outcome.

    A score given again corrects the one that stands. Returns the scores kept. Clause 1.2 (Essex advisors). Raises Refused for
    somebody without a place, an outcome the course does not work towards, and points the questionnaire cannot give.
    """
    run = Run.objects.select_related("programme").select_for_update(of=("self",)).get(pk=subject.pk)
    _require_time(run, point, taken_on)
    measures = measures_of(run.programme, rules(run.service, taken_on).contract)
    places = _places(run, scores)
    given = []
    for person, points in scores.items():
        for outcome, score in points.items():
            if outcome not in measures:
                raise Refused(f"This course does not work towards {outcome.replace('_', ' ')}.", field="scores")
            booking = places[person]
            given.append(Given(person, booking.family_id, measures[outcome], outcome, score, booking.scope))
    return outcomes.keep_scores(
        actor,
        run.scope,
        service=run.service,
        run_id=run.pk,
        source=run.programme.kind,
        point=point,
        taken_on=taken_on,
        given=given,
        at=at,
    )


def _require_time(run: Run, point: str, taken_on: date) -> None:
    """A start is measured before the run is over, an end once it has begun."""
    if point == "start" and run.has_ended(taken_on):
        raise Refused(f"The group ended on {day_in_words(run.ends_on)}. Enter an earlier day.", field="taken_on")
    if point == "end" and taken_on < run.starts_on:
        raise Refused(f"The group began on {day_in_words(run.starts_on)}. Enter a later day.", field="taken_on")


def _places(run: Run, scores: Mapping[UUID, object]) -> dict[UUID, Booking]:
    """The place of everybody scored. Raises Refused for somebody without one."""
    booked = {b.person_id: b for b in Booking.objects.filter(run=run, person__in=scores, cancelled_at=None)}
    if len(booked) < len(scores):
        raise Refused("Somebody you score has no place on this run. Book a place first.", field="scores")
    return booked
