"""Groups: agreed before they are made public, no more people than places, registers marked in one act."""

from datetime import date, timedelta

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.models import Attendance, Session
from tests.fixtures.families import household
from tests.fixtures.groups import agreed_run, proposed_run
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 9, 2)


def sessions(world: World, alice: Actor, run: object) -> list[Session]:
    starts = [moment(2010, 9, 14, 18) + timedelta(weeks=n) for n in range(3)]
    return commands.plan_sessions(alice, run, starts=starts, minutes=90, at=AT)


def test_a_run_is_public_only_once_the_coordinator_agreed(world: World, alice: Actor) -> None:
    run = proposed_run(world)
    with pytest.raises(Refused, match="Record the day on which the Locality Parenting Coordinator agreed"):
        commands.advertise(alice, run, at=AT)
    with pytest.raises(NotAllowed):
        commands.agree(alice, run, agreed_on=AT.date(), agreed_by="Me", at=AT)
    assert commands.advertise(alice, agreed_run(world), at=AT).advertised_at == AT


def test_agreeing_needs_a_name_and_a_day_that_has_come(world: World) -> None:
    from tests.fixtures.families import SYSTEM

    run = proposed_run(world)
    with pytest.raises(Refused, match="name of the coordinator"):
        commands.agree(SYSTEM, run, agreed_on=AT.date(), agreed_by=" ", at=AT)
    with pytest.raises(Refused, match="future"):
        commands.agree(SYSTEM, run, agreed_on=date(2010, 9, 3), agreed_by="Gita Rao", at=AT)


def test_no_more_people_than_places(world: World, alice: Actor) -> None:
    run = agreed_run(world, places=2)
    first, second, third = (household(name).parent for name in ("One", "Two", "Three"))
    booking = commands.book(alice, run, person=first, at=AT)
    assert commands.book(alice, run, person=first, at=AT).pk == booking.pk
    commands.book(alice, run, person=second, at=AT)
    with pytest.raises(Refused, match="All 2 places are taken"):
        commands.book(alice, run, person=third, at=AT)
    commands.cancel(alice, booking, at=AT)
    assert commands.book(alice, run, person=third, at=AT).person == third


def test_a_register_is_marked_in_one_act(
    world: World, alice: Actor, carol: Actor, django_assert_max_num_queries: pytest.fixture
) -> None:
    run = agreed_run(world, places=30)
    people = [household(f"Name{number:02}").parent for number in range(10)]
    for person in people:
        commands.book(alice, run, person=person, at=AT)
    session = sessions(world, alice, run)[0]
    held = moment(2010, 9, 14, 20)
    with django_assert_max_num_queries(9):
        commands.mark(alice, session, present={person.pk: True for person in people}, at=held)
    with pytest.raises(NotAllowed):
        commands.mark(carol, session, present={people[0].pk: False}, at=held)
    commands.mark(alice, session, present={people[0].pk: False}, at=held)
    assert Attendance.objects.count() == 10
    lines = queries.register_of(alice, session)
    assert [line.is_present for line in lines] == [False] + [True] * 9
    assert queries.register_of(carol, session) == []


def test_a_register_takes_only_those_who_have_a_place_and_only_afterwards(world: World, alice: Actor) -> None:
    run = agreed_run(world)
    session = sessions(world, alice, run)[0]
    stranger = household().parent
    with pytest.raises(Refused, match="not begun"):
        commands.mark(alice, session, present={}, at=AT)
    with pytest.raises(Refused, match="no place"):
        commands.mark(alice, session, present={stranger.pk: True}, at=moment(2010, 9, 15))
    assert not Attendance.objects.exists()


def test_sessions_are_planned_once_and_within_the_run(world: World, alice: Actor) -> None:
    run = agreed_run(world)
    assert len(sessions(world, alice, run)) == 3
    assert len(sessions(world, alice, run)) == 3
    with pytest.raises(Refused, match="between the first and the last day"):
        commands.plan_sessions(alice, run, starts=[moment(2011, 1, 10)], minutes=90, at=AT)


def test_a_quadrant_without_a_run_shows_as_a_gap(
    world: World, alice: Actor, django_assert_max_num_queries: pytest.fixture
) -> None:
    for area in ("tendring", "colchester", "harlow_fields", "chelmer"):
        agreed_run(world, area=area)
    agreed_run(world, area="tendring", offer="drop_in")
    with django_assert_max_num_queries(3):
        found = queries.coverage(
            SERVICE, level="quadrant", since=date(2010, 9, 1), until=date(2010, 12, 31), kind="programme"
        )
    assert [(row.area_name, row.runs, row.is_gap) for row in found] == [
        ("Mid", 1, False),
        ("North East", 2, False),
        ("South", 0, True),
        ("West", 1, False),
    ]
