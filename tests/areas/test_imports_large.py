"""Lists of some size, and two people at once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from fingerpost.exchange.imports import commands, reading
from fingerpost.exchange.imports.models import List
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families import commands as families
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.writing import PersonGiven
from fingerpost.people.schooling.models import AttendanceWeek
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2011, 8, 15)
SYSTEM = Actor.system()
HERE = Scope.of(service=SERVICE)
PUPILS = [upn_with_check_letter(f"8815002{n:05d}") for n in range(100)]
TERM = [date(2010, 9, 6) + timedelta(days=n) for n in range(46) if (date(2010, 9, 6) + timedelta(days=n)).weekday() < 5]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def marks(pupils: list[str], days: list[date]) -> bytes:
    rows = (
        f"{upn},{day:%d/%m/%Y},{half},{mark}\n"
        for day in days
        for upn in pupils
        for half, mark in (("AM", "/"), ("PM", "\\"))
    )
    return ("UPN,Date,Session,Mark\n" + "".join(rows)).encode()


def receive(content: bytes) -> List:
    return commands.receive(
        SYSTEM, HERE, service=SERVICE, kind="session_marks", file_name="marks.csv", content=io.BytesIO(content), at=AT
    )


def register(pupils: list[str]) -> None:
    people = [PersonGiven(f"Child{n}", "Lee", upn=upn) for n, upn in enumerate(pupils)]
    families.register_many(SYSTEM, HERE, people=people, at=AT)


def statements(content: bytes) -> int:
    received = receive(content)
    with CaptureQueriesContext(connection) as asked:
        commands.apply(SYSTEM, received, at=AT)
    return len(asked)


def test_statements_follow_the_blocks_and_not_the_rows(world: World) -> None:
    register(PUPILS)
    few, many = statements(marks(PUPILS[:2], TERM)), statements(marks(PUPILS[2:], TERM))
    assert AttendanceWeek.objects.count() == 100 * 7
    assert many - few <= 4, "49 times the rows, a handful of statements more"


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_one_list_at_once_apply_it_once(world: World) -> None:
    register(PUPILS[:5])
    received = receive(marks(PUPILS[:5], TERM[:5]))

    def apply(_: int) -> bool:
        try:
            return commands.apply(SYSTEM, received, at=AT).was_applied_before
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(apply, range(2))) == [False, True]
    assert AttendanceWeek.objects.count() == 5


def test_a_long_file_passes_through_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE", 7)  # letters of several bytes fall on the seams
    file = tmp_path / "names.csv"
    file.write_text("Name\n" + "Zoë Núñez\n" * 1000, encoding="utf-8")
    with reading.open_table(file) as (headings, lines):
        assert headings == ["Name"]
        assert {cells[0] for _, cells in lines} == {"Zoë Núñez"}
