"""A long list is tried, loaded and taken back by the worker, while its page says how far that is."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from fingerpost.exchange.imports import checking
from fingerpost.exchange.imports import commands as imports
from fingerpost.exchange.imports.kinds.session_marks import Marks
from fingerpost.exchange.imports.models import List, Run
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import SchoolWeek, area_key
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.schooling.models import AttendanceWeek
from tests.fixtures.worker import work_off
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db(transaction=True)
UPN, STRANGER = upn_with_check_letter("881500100001"), upn_with_check_letter("881500100002")
NOW = moment(2011, 7, 1)
NOTE = "x" * 6000


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": NOW)
    monkeypatch.setattr(checking, "ROWS_AT_ONCE", 100)
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def sam(world: World) -> Client:
    families.register(
        Actor.system(),
        Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring")),
        first_name="Kim",
        last_name="Lee",
        upn=UPN,
        at=NOW,
    )
    browser = Client()
    browser.force_login(world.users["sam"])
    return browser


def marks(upn: str = UPN) -> bytes:
    """Two megabytes and more: two sessions on three days of each week that the schools were open, with a long note on each."""
    mondays = SchoolWeek.objects.filter(monday__gte="2009-09-07", monday__lt="2011-06-20").values_list(
        "monday", flat=True
    )
    days = [monday + timedelta(days=n) for monday in mondays.order_by("monday") for n in range(3)]
    rows = [f"{upn},{day},{half},/,{NOTE}" for day in days for half in ("AM", "PM")]
    return ("UPN,Date,Session,Mark,Note\n" + "\n".join(rows) + "\n").encode()


def send(sam: Client, content: bytes) -> List:
    file = io.BytesIO(content)
    file.name = "year.csv"
    answer = sam.post(reverse("oversight:list_new"), {"kind": "session_marks", "file": file})
    assert answer.status_code == 302, words(answer)
    return List.objects.get()


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def shown(sam: Client, received: List) -> str:
    return words(sam.get(reverse("oversight:list", args=[received.pk])))


@pytest.fixture
def seen_meanwhile(sam: Client, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody else reads on the page after each block of rows, while the worker is at it."""
    seen: list[str] = []
    take = Marks.take

    def look() -> None:
        seen.append(shown(sam, List.objects.get()))
        connections.close_all()

    def take_and_look(self: Marks, rows: list[dict[str, Any]]) -> Iterator[Any]:
        looker = Thread(target=look)
        looker.start()
        looker.join(timeout=30)
        return take(self, rows)  # type: ignore[return-value]

    monkeypatch.setattr(Marks, "take", take_and_look)
    return seen


def test_is_tried_loaded_and_taken_back_while_the_page_tells(sam: Client, seen_meanwhile: list[str]) -> None:
    content = marks()
    assert len(content) > 2_000_000
    received = send(sam, content)
    waiting = sam.get(reverse("oversight:list", args=[received.pk]))
    assert "The list is being looked at." in words(waiting)
    assert waiting["Refresh"] == "4"
    assert not seen_meanwhile, "the request itself reads nothing"

    work_off()
    assert re.search(r"being looked at: 200 of about 4\d\d rows", seen_meanwhile[2])
    assert "Refresh" not in sam.get(reverse("oversight:list", args=[received.pk]))
    assert "Load the list" in shown(sam, received)
    assert not AttendanceWeek.objects.exists()

    where = reverse("oversight:list_apply", args=[received.pk])
    seen_meanwhile.clear()
    assert sam.post(where).status_code == 302
    assert sam.post(where).status_code == 302, "asking twice is asking once"
    work_off()
    assert "being loaded: 100 of about" in seen_meanwhile[1]
    assert "Take the list back" in shown(sam, received)
    assert AttendanceWeek.objects.count() > 50

    sam.post(reverse("oversight:list_undo", args=[received.pk]))
    assert "The list is being taken back." in shown(sam, received)
    work_off()
    assert not AttendanceWeek.objects.filter(superseded_at=None).exists()
    assert list(Run.objects.order_by("id").values_list("act", "refusal")) == [
        ("check", ""),
        ("apply", ""),
        ("undo", ""),
    ]


def test_its_faults_are_shown_and_nothing_is_loaded(sam: Client) -> None:
    received = send(sam, marks(STRANGER))
    work_off()
    assert "is not the number of a child whose record you may open" in shown(sam, received)
    sam.post(reverse("oversight:list_apply", args=[received.pk]))
    work_off()
    assert "so nothing was written" in shown(sam, received)
    assert not AttendanceWeek.objects.exists()


def test_a_fault_of_ours_is_said_plainly_and_it_can_be_tried_again(
    sam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(sam, marks())
    with monkeypatch.context() as broken:
        broken.setattr(checking, "check", lambda *_: 1 / 0)
        work_off()
    page = shown(sam, received)
    assert "Something went wrong on our side, and nothing was written." in page
    assert "Load the list" not in page
    sam.post(reverse("oversight:list_apply", args=[received.pk]), {"try": "yes"})
    work_off()
    assert "Load the list" in shown(sam, received)


def test_whoever_lost_her_role_meanwhile_is_refused(sam: Client, world: World) -> None:
    send(sam, marks())
    Grant.objects.filter(user=world.users["sam"]).update(until=moment(2010, 1, 1))
    work_off()
    assert "You may not load lists" in Run.objects.get().refusal


def test_one_that_does_not_move_can_be_asked_for_anew(sam: Client) -> None:
    received = send(sam, marks())
    assert "has not moved for an hour" not in shown(sam, received)
    Run.objects.update(moved_at=Now() - timedelta(minutes=61))
    assert "has not moved for an hour" in shown(sam, received)
    sam.post(reverse("oversight:list_apply", args=[received.pk]), {"try": "yes"})
    work_off()
    assert [run.refusal for run in Run.objects.order_by("id")] == [imports.GIVEN_UP, ""]


def test_a_short_list_is_done_at_once(sam: Client) -> None:
    received = send(sam, marks().replace(NOTE.encode(), b""))
    assert "Load the list" in shown(sam, received)
    assert not Run.objects.exists()
