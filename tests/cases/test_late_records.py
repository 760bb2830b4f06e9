"""Seen as of a day before something was recorded, nothing that hangs on it counts yet, although it was noted earlier itself."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fingerpost.cli import main
from fingerpost.ground.places.models import Area, area_key
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups.models import Attendance, Booking, Programme, Run, Session
from fingerpost.work.outcomes.models import Administration, Invitation, Response, SchoolEvent
from fingerpost.work.referrals.models import Request
from tests.fixtures.casebook import KEYS, at
from tests.fixtures.world import SERVICE, World

DAY = date(2010, 11, 10)
EARLY = at(DAY)
AS_OF = date(2010, 12, 10)
LAST_MOMENT = at(AS_OF + timedelta(days=1), 0) - timedelta(microseconds=1)
A_MOMENT_LATER = LAST_MOMENT + timedelta(microseconds=1)
AT_THE_MOMENT = pytest.mark.parametrize(("recorded", "counts"), [(LAST_MOMENT, True), (A_MOMENT_LATER, False)])
Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.case("G11")


@pytest.fixture
def figure(world: World, capsys: pytest.CaptureFixture[str]) -> Ask:
    def ask(indicator: str, *readings: str) -> dict[str, Any]:
        capsys.readouterr()
        chosen = [word for one in readings for word in ("--reading", one)]
        days = ["--at", "2010-12-31", "--known", AS_OF.isoformat()]
        assert main(["figures", SERVICE, *days, "--indicator", indicator, *chosen, "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)["figures"]
        return dict(found)

    return ask


def quadrants(found: dict[str, Any]) -> list[str]:
    """The quadrants in which something is counted, or waits."""
    told = ("numerator", "denominator", "not_known", "pending", "outside")
    members = (one for one in found["breakdowns"] if one["dimension"] == "quadrant")
    return [one["label"] for one in members if any(one[name] for name in told)]


@pytest.fixture
def parent(world: World) -> Person:
    family = Family.objects.create(ref="F-000001", name="Alder", scope_keys=KEYS, recorded_at=EARLY)
    person = Person.objects.create(
        first_name="Rose", last_name="Alder", search_name="rose alder", recorded_at=EARLY, scope_keys=KEYS
    )
    Membership.objects.create(family=family, person=person, part="parent", recorded_at=EARLY, scope_keys=KEYS)
    return person


def case_of(person: Person, recorded: datetime) -> Case:
    return Case.objects.create(
        ref="C-000001",
        service=SERVICE,
        family=Membership.objects.get(person=person).family,
        home_area_id=area_key(SERVICE, "tendring"),
        opened_at=at(date(2010, 10, 4)),
        recorded_at=recorded,
        scope_keys=KEYS,
    )


def run_of(world: World, recorded: datetime) -> Run:
    programme = Programme.objects.create(service=SERVICE, title="Calm mornings", is_evidence_based=True)
    return Run.objects.create(
        ref="G-000001",
        service=SERVICE,
        programme=programme,
        area=Area.objects.get(scheme=SERVICE, code="tendring"),
        leader=world.users["alice"],
        starts_on=date(2010, 10, 5),
        ends_on=DAY,
        places=8,
        proposed_at=recorded,
        needs_agreement=False,
    )


def scored(person: Person, episode: Case | Run, topic: str, source: str) -> None:
    for point, day, score in (("start", date(2010, 10, 6), 3), ("end", DAY, 6)):
        Administration.objects.create(
            service=SERVICE,
            person=person,
            family=None,
            episode_kind="case" if isinstance(episode, Case) else "run",
            episode_id=episode.pk,
            source=source,
            instrument="part_in_school",
            topic=topic,
            point=point,
            taken_on=day,
            score=score,
            completed_by="Rose",
            recorded_at=EARLY,
            scope_keys=KEYS,
        )


@AT_THE_MOMENT
@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_contacts_of_a_late_case(
    world: World, parent: Person, figure: Ask, recorded: datetime, counts: bool, letter: str
) -> None:
    """Hours, sessions and parents met, and the quadrant of the case."""
    case = case_of(parent, recorded)
    Contact.objects.create(
        service=SERVICE,
        case=case,
        family=case.family,
        kind="casework_session",
        happened_at=EARLY,
        minutes=60,
        counts_as_session=True,
        worker=world.users["alice"],
        recorded_at=EARLY,
        scope_keys=KEYS,
    )
    found = figure("casework_and_groups", letter)
    assert found["numerator"] == int(counts)
    assert quadrants(found) == (["North East"] if counts else [])


@AT_THE_MOMENT
def test_scores_of_a_late_case(parent: Person, figure: Ask, recorded: datetime, counts: bool) -> None:
    case = case_of(parent, recorded)
    scored(parent, case, "engagement_in_education", "case")
    found = figure("parents_engaged", "B")
    assert (found["denominator"], found["not_known"] + found["pending"] + found["outside"]) == (int(counts), 0)
    assert quadrants(found) == (["North East"] if counts else [])


@AT_THE_MOMENT
def test_scores_of_a_late_run(world: World, parent: Person, figure: Ask, recorded: datetime, counts: bool) -> None:
    """Of a parent who came to every session, and so finished."""
    run = run_of(world, recorded)
    held = Session.objects.create(run=run, starts_at=EARLY, minutes=60, held_at=EARLY, held_recorded_at=EARLY)
    Booking.objects.create(run=run, person=parent, booked_at=EARLY, recorded_at=EARLY, scope_keys=KEYS)
    Attendance.objects.create(session=held, person=parent, is_present=True, recorded_at=EARLY, scope_keys=KEYS)
    scored(parent, run, "learning_engagement", "programme")
    found = figure("learning_engagement_improved")
    assert (found["denominator"], found["not_known"] + found["pending"] + found["outside"]) == (int(counts), 0)


@AT_THE_MOMENT
def test_replies_of_a_late_case(parent: Person, figure: Ask, recorded: datetime, counts: bool) -> None:
    case = case_of(parent, recorded)
    told = {"family": case.family, "person": parent, "episode_kind": "case", "recorded_at": EARLY, "scope_keys": KEYS}
    asked = Invitation.objects.create(
        ref="Q-000001",
        service=SERVICE,
        respondent="parent",
        instrument="parents_feedback",
        episode_id=case.pk,
        episode_ref=case.ref,
        activity_type="casework",
        area_id=area_key(SERVICE, "tendring"),
        asked_on=DAY,
        expires_on=DAY,
        **told,
    )
    Response.objects.create(invitation=asked, rating=5, given_on=DAY, **told)
    found = figure("parents_feedback")
    assert found["denominator"] == int(counts)
    rate = next(one for one in found["beside"] if one["label"] == "Response rate")
    assert rate["denominator"] == int(counts)


@AT_THE_MOMENT
def test_school_events_told_on_a_late_case(
    world: World, parent: Person, figure: Ask, recorded: datetime, counts: bool
) -> None:
    """The parent is known by a course; only the event hangs on the case."""
    Booking.objects.create(run=run_of(world, EARLY), person=parent, booked_at=EARLY, recorded_at=EARLY, scope_keys=KEYS)
    case = case_of(parent, recorded)
    SchoolEvent.objects.create(
        service=SERVICE,
        person=parent,
        episode_kind="case",
        episode_id=case.pk,
        kind="parents_evening",
        happened_on=DAY,
        recorded_at=EARLY,
        scope_keys=KEYS,
    )
    (found,) = figure("parents_engaged")["beside"]
    assert (found["numerator"], found["denominator"]) == (int(counts), 1)


@AT_THE_MOMENT
def test_hours_and_places_of_a_late_run(
    world: World, parent: Person, figure: Ask, recorded: datetime, counts: bool
) -> None:
    run = run_of(world, recorded)
    Session.objects.create(run=run, starts_at=EARLY, minutes=60, held_at=EARLY, held_recorded_at=EARLY)
    Booking.objects.create(run=run, person=parent, booked_at=EARLY, recorded_at=EARLY, scope_keys=KEYS)
    assert figure("casework_and_groups")["denominator"] == int(counts)
    assert figure("people_taking_part")["denominator"] == int(counts)


def test_a_run_of_which_no_day_but_its_first_is_told_is_known_with_its_places(
    world: World, parent: Person, figure: Ask
) -> None:
    run = run_of(world, EARLY)
    run.starts_on, run.ends_on, run.proposed_at = date(2010, 12, 14), date(2010, 12, 21), at(date(2010, 12, 14))
    run.save()
    Booking.objects.create(run=run, person=parent, booked_at=EARLY, recorded_at=EARLY, scope_keys=KEYS)
    assert figure("people_taking_part")["denominator"] == 1


@AT_THE_MOMENT
def test_what_a_late_request_named_of_a_case(parent: Person, figure: Ask, recorded: datetime, counts: bool) -> None:
    case = case_of(parent, EARLY)
    case.request = Request.objects.create(
        ref="R-000001",
        service=SERVICE,
        family=case.family,
        received_at=EARLY,
        recorded_at=recorded,
        vulnerable_groups=["young_carer"],
        scope_keys=KEYS,
    )
    case.save()
    groups = [one for one in figure("families_reached")["breakdowns"] if one["dimension"] == "vulnerable_group"]
    assert [(one["member"], one["numerator"]) for one in groups if one["numerator"]] == [
        ("young_carer" if counts else None, 1)
    ]
