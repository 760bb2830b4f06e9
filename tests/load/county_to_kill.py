"""A small county in a database of its own, people signed in to it, and what must stand in it afterwards."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fixtures.nginx import free_port

PROJECT = Path(__file__).resolve().parents[2]
NAMES = ("Quill", "Reed", "Marsh")
ROWS = 1500
DAY = "2010-12-31"


@dataclass
class County:
    home: Path
    port: int
    environment: dict[str, str]
    cases: list[str]
    sessions: list[str]
    lists: int = 0

    @classmethod
    def made_in(cls, home: Path, people: int = 3) -> "County":
        """Build it, with a case and a session for so many people. The database is started, and left running for `start.py`."""
        environment = {
            **os.environ,
            "FINGERPOST_CLUSTER_HOME": str(home),
            "FINGERPOST_DEMONSTRATION": "1",
            "PYTHONPATH": str(PROJECT),
        }
        environment.pop("DATABASE_URL", None)
        county = cls(home, free_port(), environment, [], [])
        subprocess.run(
            [sys.executable, "-m", "config.prepare", "migrate"],
            cwd=PROJECT,
            env=environment,
            check=True,
            capture_output=True,
        )
        told = county.inside("build", str(people))
        county.cases, county.sessions = told["cases"], told["sessions"]
        return county

    def inside(self, *arguments: str) -> Any:
        """What a step below says, done in a process of its own in this county's database."""
        end = time.monotonic() + 90
        while True:
            done = subprocess.run(
                [sys.executable, "-m", "tests.load.county_to_kill", *arguments],
                cwd=PROJECT,
                env={**self.environment, "FINGERPOST_AS_OWNER": "1"},  # what is built and counted is everybody's
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return json.loads(done.stdout)
            if time.monotonic() > end or "build" in arguments:  # any other step may have been killed under it
                raise RuntimeError(done.stderr)
            time.sleep(0.5)

    def ask_for_a_list(self) -> None:
        self.lists += 1
        self.inside("ask", str(self.lists), self.cases[0])

    def lost(self, notes: list[str]) -> list[str]:
        """What was acknowledged and is not there, or is there twice."""
        there = Counter(self.inside("notes"))
        wrong = {note: there[note] for note in notes if there[note] != 1}
        return [f"“{note}” is there {number} times" for note, number in wrong.items()]

    def lists_not_loaded_once(self) -> list[str]:
        """Each list that did not end loaded, with each of its rows once. Waits for those under way."""
        end = time.monotonic() + 180
        while self.inside("under_way") and time.monotonic() < end:
            time.sleep(1)
        there = Counter(self.inside("notes"))
        faults = []
        for number in range(1, self.lists + 1):
            counts = {there[_row(number, row)] for row in range(ROWS)}
            if counts != {1}:
                faults.append(f"list {number} was not loaded once: its rows are there {sorted(counts)} times")
        return faults


def _row(number: int, row: int) -> str:
    return f"list {number} row {row} end"


def _line(case: str, number: int, row: int) -> str:
    day, clock = f"{1 + row // 1440:02}/10/2010", f"{row % 1440 // 60:02}:{row % 60:02}"
    return f"{case},{day},{clock},Phone call,5,alice@example.org,{_row(number, row)}\n"


# --- steps inside the database ---


def build(people: str) -> Any:
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from config import prepare
    from fingerpost.ground.access import clock
    from fingerpost.ground.access.references import new_reference
    from fingerpost.ground.access.scope import Scope
    from fingerpost.ground.places.models import area_key
    from fingerpost.work.casework.models import Case
    from tests.fixtures import world as worlds
    from tests.fixtures.families import household
    from tests.fixtures.world import SERVICE, moment

    clock.DemonstrationDay.objects.create(service=SERVICE, day=DAY)
    world, cases, sessions = worlds.build(), [], []
    for number in range(int(people)):
        family = household(f"{NAMES[number % len(NAMES)]} {number}", locality="tendring").family
        team, worker = world.teams["tendring"], world.users["alice"]
        case = Case(
            ref=new_reference(Case, "C"),
            service=SERVICE,
            family=family,
            home_area_id=area_key(SERVICE, "tendring"),
            team=team,
        )
        case.worker, case.opened_at, case.recorded_at = worker, moment(2010, 9, 3), moment(2010, 9, 3)
        case.scope = Scope.of(service=SERVICE, team=team.pk, users=[worker.pk])
        case.save(force_insert=True)
        cases.append(case.ref)
        user, session = world.users["alice"], import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.set_expiry(24 * 60 * 60)
        session.save()
        sessions.append(session.session_key)
    prepare._note(holds=prepare.DEMONSTRATION, demonstration="built")
    return {"cases": cases, "sessions": sessions}


def ask(number: str, case: str) -> Any:
    from io import BytesIO

    from fingerpost.exchange.imports import commands as imports
    from fingerpost.exchange.imports.models import Run
    from fingerpost.ground.access.actor import Actor
    from fingerpost.ground.access.models import User
    from fingerpost.ground.access.scope import Scope
    from tests.fixtures.world import SERVICE, moment

    rows = "".join(_line(case, int(number), row) for row in range(ROWS))
    sam, at = Actor.of(User.objects.get(email="sam@example.org")), moment(2010, 12, 31)
    received = imports.receive(
        sam,
        Scope.of(service=SERVICE),
        service=SERVICE,
        kind="contacts",
        file_name=f"{number}.csv",
        content=BytesIO(f"Case,Date,Time,Kind,Minutes,Worker,Note\n{rows}".encode()),
        at=at,
    )
    imports.ask(sam, received, act=Run.Act.APPLY, at=at)
    return "asked"


def notes() -> Any:
    from fingerpost.work.casework.models import Contact

    return list(Contact.objects.values_list("note", flat=True))


def under_way() -> Any:
    from fingerpost.exchange.imports.models import Run

    return Run.objects.filter(ended_at=None).count()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    step, *rest = sys.argv[1:]
    print(json.dumps({"build": build, "ask": ask, "notes": notes, "under_way": under_way}[step](*rest)))
