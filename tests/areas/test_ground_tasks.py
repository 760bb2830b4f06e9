"""Clocks, tasks and the worklist; and the job that notes missed clocks, run by a real worker."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from fingerpost.ground.access.actor import NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.jobs.queue import enqueue
from fingerpost.ground.places.models import area_key
from fingerpost.ground.tasks import commands, jobs, queries
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.people.families.models import Family
from tests.fixtures.worker import work_off
from tests.fixtures.world import World, moment

AT = moment(2010, 10, 1)
TRIAL = "trial"  # the service of these clocks: the shared world runs some of its own


def family_of(world: World, locality: str = "tendring") -> Family:
    family = Family(ref=f"F-{locality[:6].upper()}", name="Marsh family", recorded_at=AT)
    family.scope = Scope.of(
        service=world.service, area=area_key(world.service, locality), team=world.teams[locality].id
    )
    family.save()
    return family


def start(world: World, family: Family, *, days: int = 3, owner: str | None = "alice") -> Clock:
    return commands.start(
        world.actor(owner or "bob"),
        family,
        service=TRIAL,
        key="outcome_to_school",
        title="Tell the school how the work went",
        started_at=AT,
        due_at=AT + timedelta(days=days),
        owner=world.users[owner] if owner else None,
        team=world.teams["tendring"],
        ref=family.ref,
        family_id=family.id,
        at=AT,
    )


def test_a_clock_starts_once_shows_and_stops(world: World) -> None:
    family = family_of(world)
    clock = start(world, family)
    assert start(world, family) == clock
    (item,) = queries.worklist(world.actor("alice"), AT)
    assert (item.what, item.ref, item.due_on, item.is_mine, item.is_overdue) == (
        "clock",
        family.ref,
        date(2010, 10, 4),
        True,
        False,
    )
    commands.stop(world.actor("alice"), family, key="outcome_to_school", stopped_at=AT, at=AT)
    assert queries.worklist(world.actor("alice"), AT) == []
    assert commands.stop(world.actor("alice"), family, key="outcome_to_school", stopped_at=AT, at=AT) is None


def test_the_worklist_is_one_query_soonest_first_and_ends_at_the_wall(
    world: World, django_assert_num_queries: object
) -> None:
    family = family_of(world)
    start(world, family)
    for number in range(20):
        commands.raise_task(
            world.actor("bob"),
            family,
            service=world.service,
            kind=f"visit_{number}",
            title=f"Visit {number}",
            due_on=date(2010, 9, 20) + timedelta(days=number),
            team=world.teams["tendring"],
            at=AT,
        )
    bob, carol = world.actor("bob"), world.actor("carol")
    with django_assert_num_queries(1):  # type: ignore[operator]
        items = queries.worklist(bob, AT)
    assert [i.due_on for i in items] == sorted(i.due_on for i in items)
    assert len(items) == 20, "the clock is Alice's own"
    assert sum(i.is_overdue for i in items) == 11
    assert queries.worklist(carol, AT) == []
    assert len(queries.late_by_record(bob, AT)) == 11
    assert queries.late_by_record(carol, AT) == []


def test_a_task_is_raised_once_and_done_once(world: World) -> None:
    family, alice = family_of(world), world.actor("alice")
    given = {
        "service": world.service,
        "kind": "outcome_to_school",
        "title": "Tell the school",
        "due_on": date(2010, 10, 8),
    }
    task = commands.raise_task(alice, family, owner=world.users["alice"], at=AT, **given)
    assert commands.raise_task(alice, family, owner=world.users["alice"], at=AT, **given) == task
    commands.complete(alice, task, outcome="Letter sent", at=AT)
    with pytest.raises(Refused, match="done on 1 October 2010"):
        commands.complete(alice, task, at=AT)
    with pytest.raises(NotAllowed):
        commands.complete(world.actor("carol"), Task.objects.get(), at=AT)


def test_open_work_goes_over_with_the_case(world: World) -> None:
    family = family_of(world)
    start(world, family)
    commands.hand_over(world.actor("bob"), family, owner=world.users["bob"], team=None, at=AT)
    assert Clock.objects.get(service=TRIAL).owner == world.users["bob"]


def test_a_missed_clock_is_noted_once_and_the_team_hears(world: World) -> None:
    family = family_of(world)
    start(world, family)
    late = AT + timedelta(days=4)
    assert jobs.note_missed(TRIAL, AT) == 0
    assert jobs.note_missed(TRIAL, late) == 1
    assert jobs.note_missed(TRIAL, late) == 0
    (item,) = queries.worklist(world.actor("bob"), late)
    assert (item.title, item.kind, item.is_overdue) == (
        "Overdue: Tell the school how the work went",
        jobs.OVERDUE,
        True,
    )
    commands.stop(world.actor("alice"), family, key="outcome_to_school", stopped_at=late, at=late)
    assert Task.objects.get().outcome == "Done late"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_runs_the_check(world: World) -> None:
    start(world, family_of(world))
    enqueue("tasks.check_clocks")
    work_off()
    assert Clock.objects.get(service=TRIAL).missed_noted_at is not None, "2010 is long past on the real clock"
    assert Task.objects.filter(kind=jobs.OVERDUE, service=TRIAL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_asked_for_in_a_transaction_that_fails_is_never_run() -> None:
    waiting = ProcrastinateJob.objects.filter(status="todo")
    with transaction.atomic():
        enqueue("tasks.check_clocks")
        assert waiting.count() == 1
        transaction.set_rollback(True)
    assert waiting.count() == 0
    with pytest.raises(LookupError, match="No room declares"):
        enqueue("tasks.no_such_job")
