"""Reminders of returns, a missed return's owner, and long returns sent by the worker with progress."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import returns_of
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.tasks.jobs import note_missed
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.ground.tasks.queries import worklist
from fingerpost.proof.returns import commands, jobs
from fingerpost.proof.returns.models import Return, Sending
from tests.fixtures.returns import with_case_studies
from tests.fixtures.worker import work_off
from tests.fixtures.world import SERVICE, World, build, moment

HEADINGS = ("outcomes", "delivery", "performance_targets", "barriers")
DECEMBER = date(2010, 12, 31)


def the_return(agreement: Agreement, sam: Actor, due_on: date = DECEMBER) -> Return:
    at = moment(2010, 12, 20)
    due = next(one for one in returns_of(agreement) if one.due == due_on)
    made = commands.assemble(sam, agreement, due=due, at=at)
    for heading in HEADINGS:
        commands.write_narrative(sam, made, heading=heading, text=f"About {heading}.", revision=1, at=at)
    return with_case_studies(made)


@pytest.mark.django_db
def test_the_manager_is_reminded_28_7_and_1_days_before_each_once(world: World, sam: Actor) -> None:
    agreement = Agreement.objects.get(key=SERVICE)
    the_return(agreement, sam, date(2010, 9, 30))
    raised = []
    for month, day in ((12, 2), (12, 3), (12, 4), (12, 24), (12, 25), (12, 30), (12, 31)):
        jobs.remind_of(agreement, moment(2010, month, day, 6))
        jobs.remind_of(agreement, moment(2010, month, day, 6))
        mine = [one for one in worklist(sam, moment(2010, month, day)) if "31 December 2010" in one.title]
        raised.append([one.kind for one in mine if one.what == "task"])
    assert raised == [
        [],
        ["return_due_28"],
        ["return_due_28"],
        ["return_due_7"],
        ["return_due_7"],
        ["return_due_1"],
        ["return_due_1"],
    ]
    assert {task.owner_id for task in Task.objects.filter(kind__startswith="return_due")} == {sam.id}
    commands.submit(sam, the_return(agreement, sam), at=moment(2010, 12, 31))
    assert not Task.objects.open().filter(kind__startswith="return_due").exists()
    assert Task.objects.get(kind="return_due_1").outcome == "Sent"


@pytest.mark.django_db
def test_a_reminder_whose_day_passed_without_the_worker_is_raised_on_the_next(world: World, sam: Actor) -> None:
    agreement = Agreement.objects.get(key=SERVICE)
    assert jobs.remind_of(agreement, moment(2010, 12, 28)) == 1
    assert [task.kind for task in Task.objects.open()] == ["return_due_7"]


@pytest.mark.django_db
def test_a_missed_return_stands_on_the_managers_list(world: World, sam: Actor) -> None:
    agreement = Agreement.objects.get(key=SERVICE)
    note_missed(SERVICE, moment(2010, 10, 2))
    jobs.remind_of(agreement, moment(2010, 10, 2, 6))
    missed = [one for one in worklist(sam, moment(2010, 10, 2)) if one.is_overdue]
    assert [one.title for one in missed] == ["Overdue: Monitoring return"]
    assert Clock.objects.running().filter(key__startswith="return_", owner_id=sam.id).count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_long_return_is_sent_by_the_worker_and_the_page_says_how_far(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    world = build()
    sam, agreement = world.actor("sam"), Agreement.objects.get(key=SERVICE)
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 12, 31))
    settings.LONG_RETURN = 0
    made = the_return(agreement, sam)
    client = Client()
    client.force_login(world.users["sam"])
    for _ in range(2):
        assert client.post(reverse("oversight:return_submit", args=[made.ref])).status_code == 302
    sending = Sending.objects.get()
    page = client.get(reverse("oversight:return", args=[made.ref]))
    assert page["Refresh"] == "4"
    assert f"0 of {sending.of} figures are worked out" in page.content.decode()
    work_off()
    sending.refresh_from_db()
    assert (sending.done, sending.refusal, sending.ended_at is not None) == (sending.of - 1, "", True)
    made.refresh_from_db()
    assert made.submitted_at == moment(2010, 12, 31)
    assert "Refresh" not in client.get(reverse("oversight:return", args=[made.ref]))
