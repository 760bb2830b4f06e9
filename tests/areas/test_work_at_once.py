"""Two people act at the same moment: one is done, the other is told, nothing is lost or given twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from fingerpost.agreements.registers import commands as registers
from fingerpost.agreements.registers import subjects
from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.people.families.models import Person
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Allocation, Case
from fingerpost.work.casework.occasions import occasion_of
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Booking
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Response
from fingerpost.work.referrals.models import Request
from tests.fixtures.cases import OPENED, accepted, allocated, supervised
from tests.fixtures.declared import adopt_kinds
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run
from tests.fixtures.referrals import received
from tests.fixtures.scheduled import LIMITED, POINTS_COUNTED, SCHEDULED, SCHEDULES
from tests.fixtures.world import World, moment

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do the acts at the same moment, each on a connection of its own. Returns what each gave, or the refusal it met."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=10)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_supervisors_allocate_one_request(world: World, bob: Actor) -> None:
    request = accepted(household())

    def give(name: str) -> Callable[[], object]:
        mine = Request.objects.get(pk=request.pk)
        worker = world.users[name]
        return lambda: commands.allocate(bob, mine, worker=worker, exception_reason="Closer", at=OPENED)

    given = at_once(give("alice"), give("carol"))
    assert sum(isinstance(one, Case) for one in given) == 1
    (told,) = [one for one in given if isinstance(one, ChangedMeanwhile)]
    case = Case.objects.get()
    assert (told.theirs.pk, told.theirs.worker_id) == (case.pk, case.worker_id)
    assert Allocation.objects.count() == 1


def test_two_people_close_one_case(world: World, alice: Actor, bob: Actor) -> None:
    case, at = allocated(world), moment(2010, 7, 1)
    supervised(world, case, at=at)

    def close(actor: Actor, note: str) -> Callable[[], object]:
        mine = Case.objects.get(pk=case.pk)
        return lambda: commands.close(actor, mine, reason="needs_met", note=note, revision=mine.revision, at=at)

    given = at_once(close(alice, "Alice's"), close(bob, "Bob's"))
    (closed,) = [one for one in given if isinstance(one, Case)]
    (told,) = [one for one in given if isinstance(one, ChangedMeanwhile)]
    assert told.theirs.closing_note == closed.closing_note == Case.objects.get().closing_note


def test_two_people_edit_one_case(world: World, alice: Actor, bob: Actor) -> None:
    case = allocated(world)

    def edit(actor: Actor, focus: str) -> Callable[[], object]:
        mine = Case.objects.get(pk=case.pk)
        return lambda: commands.edit(actor, mine, revision=mine.revision, focus=focus, at=OPENED)

    given = at_once(edit(alice, "Mornings"), edit(bob, "Sleep"))
    (told,) = [one for one in given if isinstance(one, ChangedMeanwhile)]
    assert told.theirs.focus == Case.objects.get().focus


def test_the_last_place_is_given_once(world: World) -> None:
    run = agreed_run(world, places=1)
    people = [household(name).parent for name in ("First", "Second", "Third")]
    given = at_once(*[lambda p=person: groups.book(SYSTEM, run, person=p, at=OPENED) for person in people])
    assert sum(isinstance(one, Booking) for one in given) == 1
    assert Booking.objects.count() == 1


def test_one_family_is_referred_twice_at_once(world: World) -> None:
    home = household()
    given = at_once(*[lambda: received(home, SYSTEM, at=OPENED, scope=home.family.scope)] * 2)
    assert sum(isinstance(one, Request) for one in given) == 1
    assert Request.objects.count() == 1


def test_two_replies_to_one_invitation(world: World, alice: Actor) -> None:
    case = allocated(world)
    parent = Person.objects.get(first_name="Pat")
    invited = outcomes.ask(alice, occasion_of(case), respondent="parent", person=parent, at=moment(2010, 7, 1))

    def reply(rating: int) -> Callable[[], object]:
        return lambda: outcomes.respond(SYSTEM, invited, answers={"rating": rating}, at=moment(2010, 7, 2))

    given = at_once(reply(1), reply(5))
    assert sorted(type(one).__name__ for one in given) == ["Refused", "Response"]
    assert Response.objects.count() == 1


def an_act(case: Case, kind: str, answers: dict[str, object], **times: date) -> Callable[[], object]:
    about = subjects.of_record(case.service, "case", case)
    at = moment(2010, 9, 30)
    return lambda: registers.begin(SYSTEM, about, kind=kind, answers=answers, times=times, at=at)


def test_two_people_fulfil_what_is_due_and_it_is_due_once_more(world: World) -> None:
    adopt_kinds(SCHEDULED, schedules=SCHEDULES, indicators=POINTS_COUNTED)
    case = allocated(world, at=moment(2010, 9, 10))
    answers: dict[str, object] = {"likes": "Cats", "whole": True}
    at_once(*(an_act(case, "profile", answers, agreed_on=date(2010, 9, day)) for day in (20, 21)))
    points = Entry.objects.filter(kind="profile_in_date").order_by("times__due_on")
    assert [(one.times["due_on"], one.stage) for one in points] == [
        ("2010-09-24", "done_on"),
        ("2011-03-20", "done_on"),
        ("2011-03-21", "starts_on"),
    ]


def test_two_people_book_the_last_hours_and_one_has_them(world: World) -> None:
    adopt_kinds(LIMITED)
    case = allocated(world, at=moment(2010, 9, 10))
    added = Entry.objects.get(kind="case")
    registers.carry_on(SYSTEM, added, answers={"hours_given": 10}, revision=1, at=moment(2010, 9, 11))
    answers: dict[str, object] = {"hours": 6, "came_of_it": "used"}
    given = at_once(*(an_act(case, "outing", answers, planned_for=date(2010, 9, 20)) for _ in range(2)))
    assert sorted(type(one).__name__ for one in given) == ["Entry", "Refused"]
