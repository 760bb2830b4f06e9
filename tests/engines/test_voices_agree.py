"""Generated worlds of what people say: PostgreSQL and DuckDB answer every row alike, and a plain recount gives the same figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.ground.places.models import ResidentCount, area_key
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.proof.measures.measuring import measure, whole_of
from fingerpost.work.casework.models import Case, CaseChild
from fingerpost.work.community.models import Participation, Say
from fingerpost.work.groups.models import Booking, Programme, Run, Session
from fingerpost.work.outcomes.models import Administration, Invitation, Response, SchoolEvent
from tests.engines.duck import copied_to_duckdb
from tests.engines.test_record_sets_agree import AUTUMN, EXAMPLES, asked_of, same_rows, undone
from tests.engines.test_record_sets_agree import TABLES as EARLIER
from tests.fixtures.casebook import KEYS, at
from tests.fixtures.world import SERVICE, World

TABLES: list[type[models.Model]] = [
    *EARLIER,
    Membership, Booking, Programme, Run, Session, Say, Participation, SchoolEvent, Invitation, Response, ResidentCount,
]  # fmt: skip
WAIT = 14

days = st.integers(0, 150).map(lambda n: date(2010, 8, 15) + timedelta(days=n))
late = st.sampled_from([0, 0, 0, 40])


@dataclass(frozen=True)
class AskedDrawn:
    on: date
    respondent: str
    result: str
    named: bool
    replied: bool
    rating: int | None
    positive: bool | None
    late: int


@dataclass(frozen=True)
class ScoresDrawn:
    before: int
    taken: date
    later: list[tuple[date, int, str]]
    closed: date
    is_closed: bool
    merged: bool


@dataclass(frozen=True)
class PartsDrawn:
    part: str
    opened: date
    closed: date
    is_closed: bool
    says: list[tuple[date, str]]
    merged: bool


asked_drawn = st.builds(
    AskedDrawn,
    on=days,
    respondent=st.sampled_from(["parent", "parent", "child"]),
    result=st.sampled_from(["asked", "asked", "declined", "not_reached"]),
    named=st.booleans(),
    replied=st.booleans(),
    rating=st.sampled_from([None, 1, 3, 4, 5]),
    positive=st.sampled_from([None, True, False]),
    late=late,
)
scores_drawn = st.builds(
    ScoresDrawn,
    before=st.integers(3, 9),
    taken=st.just(date(2010, 8, 10)),
    later=st.lists(st.tuples(days, st.integers(3, 9), st.sampled_from(["end", "review"])), max_size=2),
    closed=days,
    is_closed=st.booleans(),
    merged=st.booleans(),
)
parts_drawn = st.builds(
    PartsDrawn,
    part=st.sampled_from(["parent", "child"]),
    opened=st.just(date(2010, 8, 1)),
    closed=days,
    is_closed=st.booleans(),
    says=st.lists(st.tuples(days, st.sampled_from(["consultation", "planning"])), max_size=3),
    merged=st.booleans(),
)


def person(recorded: datetime) -> Person:
    return Person.objects.create(
        first_name="A", last_name="B", search_name="a b", recorded_at=recorded, scope_keys=KEYS
    )


def merged_from(one: Person) -> Person:
    """Another entry of the same person, which was merged into the first."""
    other = person(one.recorded_at)
    other.merged_into = one
    other.save()
    return other


def family_and_case(number: int, opened: date, closed: date | None) -> Case:
    family = Family.objects.create(ref=f"F-V{number:05}", name="V", recorded_at=at(opened), scope_keys=KEYS)
    return Case.objects.create(
        ref=f"C-V{number:05}",
        service=SERVICE,
        family=family,
        home_area_id=area_key(SERVICE, "tendring"),
        opened_at=at(opened),
        closed_at=at(closed) if closed else None,
        closure_reason="needs_met" if closed else "",
        closure_recorded_at=at(closed) if closed else None,
        recorded_at=at(opened),
        scope_keys=KEYS,
    )


def invite(number: int, one: AskedDrawn) -> None:
    about: dict[str, Any] = {"scope_keys": KEYS, "episode_kind": "run"}
    invited = Invitation.objects.create(
        ref=f"V-{number:06}",
        service=SERVICE,
        person=person(at(one.on)) if one.named else None,
        respondent=one.respondent,
        instrument="how_did_we_do",
        episode_id=uuid4(),
        activity_type="drop_in",
        area_id=area_key(SERVICE, "tendring"),
        asked_on=one.on,
        expires_on=one.on + timedelta(days=28),
        result=one.result,
        recorded_at=at(one.on + timedelta(days=one.late)),
        **about,
    )
    if one.replied:
        Response.objects.create(
            invitation=invited,
            rating=one.rating,
            positive_comment=one.positive,
            given_on=one.on,
            recorded_at=at(one.on + timedelta(days=one.late + 3)),
            **about,
        )


def score(number: int, one: ScoresDrawn) -> None:
    case = family_and_case(number, one.taken, one.closed if one.is_closed else None)
    who = person(at(one.taken))
    Membership.objects.create(family=case.family, person=who, part="parent", recorded_at=at(one.taken), scope_keys=KEYS)
    written_down = merged_from(who) if one.merged else who
    taken = [(one.taken, one.before, "start", who), *((*later, written_down) for later in one.later)]
    for on, points, point, whose in taken:
        Administration.objects.create(
            service=SERVICE,
            family=case.family,
            person=whose,
            episode_id=case.pk,
            instrument="part_in_school",
            topic="engagement_in_education",
            point=point,
            taken_on=on,
            score=Decimal(points),
            recorded_at=at(on),
            scope_keys=KEYS,
        )


def take_part(number: int, one: PartsDrawn, says: dict[tuple[date, str], Say]) -> None:
    case = family_and_case(number, one.opened, one.closed if one.is_closed else None)
    who = person(at(one.opened))
    Membership.objects.create(
        family=case.family, person=who, part=one.part, recorded_at=at(one.opened), scope_keys=KEYS
    )
    if one.part == "child":
        CaseChild.objects.create(case=case, person=who, recorded_at=at(one.opened), scope_keys=KEYS)
    written_down = merged_from(who) if one.merged else who
    for key in dict.fromkeys(one.says):
        if key not in says:
            says[key] = Say.objects.create(
                ref=f"Y-{len(says):06}",
                service=SERVICE,
                kind=key[1],
                title="T",
                happened_on=key[0],
                recorded_at=at(key[0]),
                scope_keys=KEYS,
            )
        Participation.objects.create(say=says[key], person=written_down, recorded_at=at(key[0]), scope_keys=KEYS)


def in_autumn(on: date) -> bool:
    return on in AUTUMN


def of_feedback(drawn: list[AskedDrawn], known: date, respondent: str) -> tuple[int, int, int]:
    """Positive, rated, and rating not known, of the replies known by the day."""
    there = [
        one
        for one in drawn
        if one.respondent == respondent
        and in_autumn(one.on)
        and one.replied
        and one.on + timedelta(one.late + 3) <= known
    ]
    rated = [one.rating for one in there if one.rating is not None]
    return sum(rating >= 4 for rating in rated), len(rated), len(there) - len(rated)


def of_engagement(drawn: list[ScoresDrawn], known: date) -> tuple[int, int, int, int]:
    """Improved, measured twice, not known, pending."""
    counted = {"better": 0, "both": 0, "missing": 0, "pending": 0}
    for one in drawn:
        later = [(on, points) for on, points, _ in one.later if on <= known and on >= one.taken]
        due = one.closed if one.is_closed and one.closed <= known else None
        last = max((on for on, _ in later), default=None)
        day = last or due
        if day is None or not in_autumn(day):
            continue
        if last is None:
            counted["pending" if day + timedelta(days=WAIT) >= known else "missing"] += 1
            continue
        counted["both"] += 1
        # Of two on one day the one written down later counts, and those of this world are written down at the same time.
        counted["better"] += [points for on, points in later if on == last][-1] > one.before
    return counted["better"], counted["both"], counted["missing"], counted["pending"]


def of_say(drawn: list[PartsDrawn], known: date) -> dict[str, tuple[int, int]]:
    """Of parents and of children: how many had a say in the period, of how many whose case touches it."""
    told = {"parent": (0, 0), "child": (0, 0)}
    for one in drawn:
        ended = one.closed if one.is_closed and one.closed <= known else None
        if ended is not None and ended < AUTUMN.start:
            continue
        had = any(in_autumn(on) and on <= known for on, _ in one.says)
        some, every = told[one.part]
        told[one.part] = (some + had, every + 1)
    return told


@pytest.mark.slow
@EXAMPLES
@given(
    asked=st.lists(asked_drawn, min_size=12, max_size=25),
    scores=st.lists(scores_drawn, min_size=8, max_size=15),
    parts=st.lists(parts_drawn, min_size=8, max_size=15),
    known=st.sampled_from([date(2010, 11, 30), date(2010, 12, 31), date(2011, 2, 1)]),
)
def test_every_engine_counts_what_people_say_alike(
    world: World, asked: list[AskedDrawn], scores: list[ScoresDrawn], parts: list[PartsDrawn], known: date
) -> None:
    scores = [one for one in scores if len({on for on, _, _ in one.later}) == len(one.later)]
    with undone():
        for number, one in enumerate(asked):
            invite(number, one)
        for number, pair in enumerate(scores):
            score(number, pair)
        says: dict[tuple[date, str], Say] = {}
        for number, part in enumerate(parts, start=100):
            take_part(number, part, says)
        duck = copied_to_duckdb(TABLES)
        for key in ("parents_feedback", "children_feedback", "parents_engaged", "people_taking_part"):
            definition, question = asked_of(key, {}, known)
            same_rows(definition, question, duck)
        for respondent, key in (("parent", "parents_feedback"), ("child", "children_feedback")):
            found = numbers(key, known)
            assert (found.numerator, found.denominator, found.not_known) == of_feedback(asked, known, respondent)
        found = numbers("parents_engaged", known)
        settled = (found.numerator, found.denominator, found.not_known, found.pending)
        assert settled == of_engagement(scores, known)
        assert lines(known) == with_parents_of_scores(of_say(parts, known), scores, known)


def with_parents_of_scores(
    told: dict[str, tuple[int, int]], scores: list[ScoresDrawn], known: date
) -> dict[str, tuple[int, int]]:
    """The parents whose scores were drawn are on cases too, and had no say."""
    there = sum(not (one.is_closed and one.closed <= known and one.closed < AUTUMN.start) for one in scores)
    some, every = told["parent"]
    return {key: value for key, value in (told | {"parent": (some, every + there)}).items() if value[1]}


def numbers(key: str, known: date) -> Any:
    definition, question = asked_of(key, {}, known)
    return whole_of(measure(definition.figure, question), definition.figure).numbers


def lines(known: date) -> dict[str, tuple[int, int]]:
    definition, question = asked_of("people_taking_part", {}, known)
    found = measure(definition.figure, question, by=("person_kind",))
    return {
        str(member): (one.numbers.numerator, one.numbers.denominator)
        for (dimension, member), one in found.items()
        if dimension == "person_kind"
    }
