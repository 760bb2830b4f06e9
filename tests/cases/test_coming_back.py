"""Each part of a running Fingerpost comes back when it ends, says so, and nothing that was typed is lost meanwhile."""

import os
import signal
import sys
import time
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from config.away import is_away
from config.launch import keeping_up
from config.launch.keeping_up import Database, Part, wait_before
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Case, Contact
from tests.fixtures.browsing import Browser, Today, plain
from tests.fixtures.world import World
from tests.pages.households import a_case
from tests.pages.typing_in import forms_of

pytestmark = pytest.mark.case("A6")

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]


class TestAPart:
    def until(self, part: Part, is_so: Any, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, "it did not come back"
            part.look()
            time.sleep(0.02)

    def test_that_is_killed_is_started_again_at_once_and_said_so(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping_up, "YOUNG", 0.0)
        part = Part("worker", SLEEPS)
        part.begin()
        assert part.process
        first = part.process.pid
        os.kill(first, signal.SIGKILL)
        self.until(part, lambda: part.process is not None and part.process.pid != first)
        assert "The worker ended (stopped by signal 9). It is started again now." in capsys.readouterr().out
        keeping_up.end([part])
        assert part.process.poll() is not None

    def test_that_ends_as_it_starts_is_slowed_and_never_given_up(self, capsys: pytest.CaptureFixture[str]) -> None:
        part = Part("web server", [sys.executable, "-c", "raise SystemExit(3)"])
        part.begin()
        self.until(part, lambda: part.young_deaths == 3)
        said = capsys.readouterr().out.splitlines()
        assert said[0] == "The web server ended (exit code 3). It is started again in 0.5 s."
        assert "3 times just after its start). It is started again in 2 s." in said[2]
        keeping_up.end([part])

    def test_waits_no_longer_than_half_a_minute(self) -> None:
        assert [wait_before(number) for number in (0, 1, 2, 3, 4, 5)] == [0, 0.5, 1, 2, 4, 8]
        assert wait_before(50) == 30


class TestTheDatabase:
    def test_is_started_again_when_it_does_not_answer(self, capsys: pytest.CaptureFixture[str]) -> None:
        running = [True, False]
        database = Database(lambda: running[-1], lambda: running.append(True), look_every=0)
        database.look()
        database.look()
        said = capsys.readouterr().out
        assert "The database does not answer. It is started again now." in said
        assert said.count("answers again") == 1

    def test_that_cannot_be_started_is_tried_again_and_says_why(self, capsys: pytest.CaptureFixture[str]) -> None:
        tried: list[int] = []

        def cannot() -> None:
            tried.append(1)
            raise RuntimeError("The disk is full.")

        database = Database(lambda: False, cannot, look_every=0)
        for _ in range(3):
            database.look()
        assert len(tried) == 1, "it waits"
        database.next_look = 0
        database.look()
        assert "The disk is full." in capsys.readouterr().out
        assert len(tried) == 2


def gone(*_: Any, **__: Any) -> None:
    raise OperationalError("server closed the connection unexpectedly") from psycopg.OperationalError("closed")


class TestAPageWithoutTheDatabase:
    @pytest.fixture
    def case(self, world: World, today: Today) -> Case:
        made, *_ = a_case(world)
        Contact.objects.all().delete()
        Case.objects.filter(pk=made.row.pk).update(closed_at=None, closure_reason="")
        today.is_(2010, 9, 15)
        return Case.objects.get(pk=made.row.pk)

    def test_says_so_and_sends_what_was_typed_again(
        self, browser: Browser, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice, address = browser("alice"), reverse("practice:record_contact", args=[case.ref])
        alice.raise_request_exception = False
        told = {"kind": "casework_session", "day": "14/9/2010", "clock": "9:30", "minutes": "60", "attended": "yes"}
        monkeypatch.setattr(commands, "record_contact", gone)
        away = alice.post(address, told | {"note": "She said <b>no</b> & cried."})
        monkeypatch.undo()
        assert (away.status_code, away["Retry-After"], away["Cache-Control"]) == (503, "10", "no-store")
        assert "Nothing you typed is lost" in plain(away.content.decode())
        (form,) = (one for one in forms_of(away.content.decode()) if one.action == address)
        monkeypatch.setattr("fingerpost.ground.access.clock.now", lambda service="": case.opened_at.replace(day=15))
        again = alice.post(address, {field.name: field.value for field in form.fields})
        assert again.status_code == 302
        assert Contact.objects.get().note == "She said <b>no</b> & cried."

    def test_that_only_reads_says_so_too(self, browser: Browser, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        alice = browser("alice")
        alice.raise_request_exception = False
        monkeypatch.setattr("fingerpost.ground.access.actor.Actor.of", gone)
        answer = alice.get(reverse("practice:my_work"))
        assert answer.status_code == 503
        assert "We cannot reach our records at the moment" in plain(answer.content.decode())

    def test_never_repeats_a_password(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        client = Client(raise_request_exception=False)
        monkeypatch.setattr("fingerpost.pages.public.forms.SignIn.is_valid", gone)
        answer = client.post(reverse("account_login"), {"login": "alice@example.org", "password": "a secret word"})
        assert answer.status_code == 503
        assert "a secret word" not in answer.content.decode()

    def test_another_fault_is_another_page(self, browser: Browser, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        alice = browser("alice")
        alice.raise_request_exception = False
        monkeypatch.setattr("fingerpost.ground.access.actor.Actor.of", lambda _: 1 / 0)
        assert alice.get(reverse("practice:my_work")).status_code == 500

    @pytest.mark.parametrize(
        ("state", "away"),
        [(None, True), ("08006", True), ("57P01", True), ("57P03", True), ("55P03", False), ("53100", False)],
    )
    def test_only_a_database_that_is_gone_is_away(self, state: str | None, away: bool) -> None:
        cause = psycopg.OperationalError("x")
        cause.sqlstate = state
        fault = OperationalError("x")
        fault.__cause__ = cause
        assert is_away(fault) is away
        assert is_away(InterfaceError("the connection is closed"))
        assert not is_away(ValueError("x"))
