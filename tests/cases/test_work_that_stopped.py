"""A worker that is killed leaves nothing waiting for ever: its work is tried again, or somebody sees that it failed."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from fingerpost.exchange.imports import commands as imports
from fingerpost.exchange.imports import jobs as importing
from fingerpost.exchange.imports.models import List, Run
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.jobs import queue
from fingerpost.ground.jobs.models import FailedJob
from fingerpost.ground.jobs.queue import SPECS, enqueue, job
from fingerpost.ground.jobs.rescue import rescue
from fingerpost.proof.returns.models import Return, Sending
from tests.fixtures.browsing import Browser, Today, opened, posted, told
from tests.fixtures.worker import in_a_loop_of_its_own, work_off
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.households import a_return

pytestmark = [pytest.mark.case("A4"), pytest.mark.django_db(transaction=True)]

AT = moment(2010, 9, 15)
SCHOOLS = b"Number,Name,Calendar\n8815077,Hill School,essex\n"


def killed_over(number: int) -> None:
    """What stands in the database when the process that ran a job was killed a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, number])


def saved() -> int:
    return in_a_loop_of_its_own(lambda: rescue(app))


def let_time_pass() -> None:
    ProcrastinateJob.objects.filter(status="todo").update(scheduled_at=timezone.now() - timedelta(seconds=1))


def job_of(name: str) -> ProcrastinateJob:
    return ProcrastinateJob.objects.filter(task_name=name).latest("id")


@pytest.fixture
def received(world: World, sam: Actor) -> List:
    told_of = {"service": SERVICE, "kind": "schools", "file_name": "schools.csv", "content": BytesIO(SCHOOLS)}
    return imports.receive(sam, Scope.of(service=SERVICE), **told_of, at=AT)


@pytest.fixture
def ida(world: World) -> Client:
    user = User.objects.create_user("ida@example.org", name="Ida Stone", organisation=world.users["sam"].organisation)
    Grant.objects.create(user=user, role="administrator", reach="platform")
    client = Client()
    client.force_login(user)
    return client


class TestAList:
    def test_under_way_when_its_worker_was_killed_is_loaded_once_by_the_next(
        self, received: List, sam: Actor, browser: Browser, today: Today
    ) -> None:
        run = imports.ask(sam, received, act=Run.Act.APPLY, at=AT)
        killed_over(job_of("imports.run").pk)
        other = imports.receive(
            sam,
            Scope.of(service=SERVICE),
            service=SERVICE,
            kind="schools",
            file_name="more.csv",
            content=BytesIO(SCHOOLS.replace(b"77", b"88")),
            at=AT,
        )
        imports.ask(sam, other, act=Run.Act.APPLY, at=AT)
        work_off()
        assert not Run.objects.filter(ended_at__isnull=False).exists(), "the dead worker's lock holds both"
        assert saved() == 1
        assert "is being tried again: try 2 of 3" in opened(browser("sam"), "oversight:list", received.pk)
        work_off()
        received.refresh_from_db()
        other.refresh_from_db()
        run.refresh_from_db()
        assert (received.added, other.added, run.refusal) == (1, 1, "")

    def test_that_kills_its_worker_each_time_is_given_up_and_said_so(
        self, received: List, sam: Actor, browser: Browser, ida: Client, today: Today
    ) -> None:
        run = imports.ask(sam, received, act=Run.Act.APPLY, at=AT)
        number = job_of("imports.run").pk
        for _ in range(3):
            killed_over(number)
            assert saved() == 1
        assert saved() == 0
        assert ProcrastinateJob.objects.get(pk=number).status == "failed"
        run.refresh_from_db()
        assert "stopped before its end each time it was tried" in run.refusal
        assert "stopped before its end each time" in opened(browser("sam"), "oversight:list", received.pk)
        assert f"Loading a list, number {number}" in opened(ida, "oversight:background")
        imports.ask(sam, received, act=Run.Act.APPLY, at=AT)
        work_off()
        received.refresh_from_db()
        assert received.applied_at

    def test_that_was_loaded_before_its_worker_was_killed_is_not_loaded_twice(self, received: List, sam: Actor) -> None:
        run = imports.ask(sam, received, act=Run.Act.APPLY, at=AT)
        imports.apply(sam, received, at=AT)
        killed_over(job_of("imports.run").pk)
        saved()
        work_off()
        run.refresh_from_db()
        received.refresh_from_db()
        assert (run.refusal, received.added) == ("", 1)

    def test_whose_database_went_away_has_not_ended(
        self, received: List, sam: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = imports.ask(sam, received, act=Run.Act.APPLY, at=AT)
        monkeypatch.setattr(importing, "_act", lambda *_: (_ for _ in ()).throw(OperationalError("gone")))
        work_off()
        monkeypatch.undo()
        run.refresh_from_db()
        assert run.ended_at is None
        let_time_pass()
        work_off()
        run.refresh_from_db()
        assert run.ended_at
        assert not run.refusal


def test_a_return_under_way_when_its_worker_was_killed_is_given_up_in_the_end(
    world: World, sam: Actor, browser: Browser, today: Today
) -> None:
    made: Return = a_return(world)
    sending = Sending.objects.create(return_made=made, asked_at=AT, of=3)
    number = enqueue("returns.send", sending_id=sending.pk)
    killed_over(number)
    saved()
    today.is_(2010, 12, 31)
    assert "is being tried again: try 2 of 3" in opened(browser("sam"), "oversight:return", made.ref)
    for _ in range(2):
        killed_over(number)
        saved()
    sending.refresh_from_db()
    assert "Nothing was sent" in sending.refusal
    assert made.submitted_at is None


@pytest.fixture
def wrong() -> Iterator[list[int]]:
    """A job that fails as long as the list says so."""
    calls: list[int] = []

    @job("tests.wrong", waits=(60, 300))
    def wrong(times: int) -> None:
        calls.append(times)
        if len(calls) <= times:
            raise ValueError("Ada Field of 2 Sea Road")

    yield calls
    del app.tasks["tests.wrong"], SPECS["tests.wrong"]


class TestAJobThatFails:
    def test_is_tried_again_later_and_then_done(self, world: World, wrong: list[int]) -> None:
        number = enqueue("tests.wrong", times=1)
        work_off()
        waiting = ProcrastinateJob.objects.get(pk=number)
        assert waiting.status == "todo"
        assert timedelta(seconds=50) < waiting.scheduled_at - timezone.now() < timedelta(seconds=61)
        let_time_pass()
        work_off()
        assert len(wrong) == 2
        assert not FailedJob.objects.exists()

    def test_too_often_is_on_a_list_without_its_words_and_can_be_tried_again_or_set_aside(
        self, world: World, wrong: list[int], ida: Client
    ) -> None:
        enqueue("tests.wrong", times=3)
        for _ in range(5):
            work_off()
            let_time_pass()
        assert len(wrong) == 3
        line = FailedJob.objects.get()
        assert (line.tries, line.why, line.arguments) == (3, "ValueError", {"times": 3})
        page = opened(ida, "oversight:background")
        assert "Some of this needs you" in page
        assert "Ada" not in page
        posted(ida, "oversight:failed_job", line.pk, what="again")
        work_off()
        assert len(wrong) == 4
        assert "Nothing has failed" in opened(ida, "oversight:background")
        assert (
            "Somebody has seen to this already"
            in ida.post(f"/background/work/{line.pk}", {"what": "again"}).content.decode()
        )

    def test_is_set_aside_with_a_reason(self, world: World, ida: Client) -> None:
        line = FailedJob.objects.create(job=7, name="returns.remind.scheduled", tries=4, why="ValueError")
        refused = ida.post(f"/background/work/{line.pk}", {"what": "aside", "reason": ""})
        assert refused.status_code == 200
        said = told(ida, "oversight:failed_job", line.pk, what="aside", reason="It ran this morning")
        assert "It has been set aside" in said
        line.refresh_from_db()
        assert line.reason == "It ran this morning"


def test_what_goes_by_the_calendar_is_tried_again_unless_it_is_queued_anew(world: World) -> None:
    name = "tasks.check_clocks.scheduled"
    first = app.configure_task(name).defer(timestamp=1)
    killed_over(first)
    saved()
    assert ProcrastinateJob.objects.get(pk=first).status == "todo"
    killed_over(first)
    app.configure_task(name, queueing_lock=name).defer(timestamp=2)
    saved()
    assert ProcrastinateJob.objects.get(pk=first).status == "failed"
    assert ProcrastinateJob.objects.filter(task_name=name, status="todo").count() == 1


def test_a_living_workers_job_is_left_alone(world: World) -> None:
    number = enqueue("kit.forget_posted")
    killed_over(number)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 seconds'")
    assert saved() == 0


def test_the_worker_looks_for_the_dead_as_it_starts_and_beside_its_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fingerpost.ground.jobs.management.commands import worker

    looked: list[Any] = []

    async def note(own: Any) -> int:
        looked.append(own)
        return 0

    async def for_a_moment() -> None:
        watch = asyncio.create_task(worker._watch(None))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        watch.cancel()

    monkeypatch.setattr(worker, "rescue", note)
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.01)
    in_a_loop_of_its_own(for_a_moment)
    assert len(looked) > 1


def test_every_job_says_how_often_it_is_tried() -> None:
    assert all(spec.waits for spec in queue.SPECS.values())
    assert {"imports.run", "returns.send", "correspondence.deliver"} <= set(queue.SPECS)
