"""A provider's past as a folder of lists: how long it takes to bring in its people and contacts, matched, with history."""

import csv
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from fingerpost.demo.world import names
from fingerpost.demo.world.county import ESSEX, SYSTEM
from fingerpost.exchange.imports import folders
from fingerpost.exchange.imports.folders import FileGiven
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area

AT = datetime(2010, 12, 31, 12, tzinfo=ZoneInfo("Europe/London"))
FAMILY_SIZE, CONTACTS_EACH, STAFF = 3, 30, 40
OPENED = date(2010, 4, 12)


def seconds(people: int) -> float:
    """Seconds to read, match and write a folder with so many people and ten contacts for each. Raises RuntimeError if faulty."""
    with TemporaryDirectory() as folder, ExitStack() as opened:
        written = list(_lists(people // FAMILY_SIZE))
        for name, rows in written:
            _write(Path(folder) / f"{name}.csv", rows)
        files = [
            FileGiven(name, f"{name}.csv", opened.enter_context((Path(folder) / f"{name}.csv").open("rb")))
            for name, _ in written
        ]
        began = time.perf_counter()
        scope = Scope.of(service=ESSEX)
        received = folders.receive_folder(SYSTEM, scope, service=ESSEX, name="bench", files=files, at=AT)
        report = folders.apply_folder(SYSTEM, received, at=AT)
        taken = time.perf_counter() - began
    if not report.is_applied:
        raise RuntimeError(f"The folder has faults: {[fault for one in report.lists for fault in one.faults][:3]}")
    return taken


Table = list[Sequence[object]]


def _lists(families: int) -> Iterator[tuple[str, Table]]:
    random = Random(9)
    homes = list(Area.objects.filter(scheme=ESSEX, level="locality").order_by("code").values_list("code", flat=True))
    staff = [f"W{number}" for number in range(STAFF)]
    yield "staff", [("Staff number", "Name", "Role", "Locality"), *_staff(staff, homes)]
    yield (
        "people",
        [
            ("Own number", "Family", "Part", "First name", "Last name", "Birth date", "Locality"),
            *_people(random, families, homes),
        ],
    )
    yield (
        "cases",
        [("Case", "Family", "Opened", "Worker", "Closed", "Closing reason"), *_cases(random, families, staff)],
    )
    yield (
        "contacts",
        [("Case", "Date", "Time", "Kind", "Minutes", "Worker", "Note"), *_contacts(random, families, staff)],
    )


def _staff(staff: list[str], homes: list[str]) -> Iterable[Sequence[object]]:
    for number, ref in enumerate(staff):
        yield ref, f"Worker {number} of the folder", "Parent Support Advisor", homes[number % len(homes)]


def _people(random: Random, families: int, homes: list[str]) -> Iterable[Sequence[object]]:
    for number in range(families):
        last, home = random.choice(names.LAST) + random.choice(names.LAST).lower(), homes[number % len(homes)]
        for place in range(FAMILY_SIZE):
            first = random.choice(names.WOMEN if place == 0 else names.GIRLS + names.BOYS)
            born = date(1970 if place == 0 else 1998, 1, 1) + timedelta(days=random.randrange(3000))
            part = "Parent" if place == 0 else "Child"
            yield f"P{number}-{place}", f"F{number}", part, first, last, f"{born:%d/%m/%Y}", home


def _cases(random: Random, families: int, staff: list[str]) -> Iterable[Sequence[object]]:
    for number in range(families):
        is_closed = number % 2 == 0
        closed, reason = (f"{date(2010, 12, 10):%d/%m/%Y}", "needs_met") if is_closed else ("", "")
        yield f"C{number}", f"F{number}", f"{OPENED:%d/%m/%Y}", staff[number % STAFF], closed, reason


def _contacts(random: Random, families: int, staff: list[str]) -> Iterable[Sequence[object]]:
    for number in range(families):
        for place in range(CONTACTS_EACH):
            day = OPENED + timedelta(days=place * 7 + random.randrange(7))
            kind = "casework_session" if place % 3 == 0 else "phone_call"
            note = f"Spoke about mornings and the bus, time {place}."
            yield f"C{number}", f"{day:%d/%m/%Y}", f"{9 + place % 8}:{place:02}", kind, 45, staff[number % STAFF], note


def _write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
