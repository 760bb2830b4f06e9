"""Measure speed on a county of its own, against limits taken in the same run.

Makes a database beside the one in use, fills it, measures, and drops it. Each line shows ours, the limit, how many times the
limit ours is, and how many times is allowed. Exit code 1 when one of them is missed.
"""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from config import database, migrating, roles
from fingerpost.demo import bench_county, bench_figures, bench_folder, bench_register
from fingerpost.demo.bench_county import Size
from fingerpost.demo.bench_register import Register
from fingerpost.demo.bench_serving import BARE, OURS, Act, Browser, in_turns, served
from fingerpost.demo.world import names
from fingerpost.demo.world.county import ESSEX, SYSTEM
from fingerpost.exchange.imports import commands as imports
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Address, Person
from fingerpost.work.casework.models import Case

DONE, MISSED = 0, 1
LOGIN = {OURS: "allauth.account.auth_backends.AuthenticationBackend", BARE: "django.contrib.auth.backends.ModelBackend"}
ALLOWED = {"W1": 4.0, "W2": 8.0, "W3": 5.0, "W4": 4.0, "W5": 4.0, "W6": 1.2, "W8": 1.2}
TITLES = {
    "W1": "My open cases, 50 rows",
    "W2": "A family and what was done lately",
    "W3": "Find a person",
    "W4": "Save a contact",
    "W5": "Mark a register of thirty",
    "W6": "Four figures in all readings, by all breakdowns",
    "W7": "Import 10,000 people, matched, with history",
    "W8": "A whole return in all readings",
    "W9": "A folder: 10,000 people, 100,000 contacts",
}
IMPORT_SECONDS, FOLDER_SECONDS = 20.0, 60.0
IMPORTED_AT = datetime(2010, 12, 31, 12, tzinfo=ZoneInfo("Europe/London"))


@dataclass(frozen=True)
class Line:
    """One measure. `unit` is ms or s; `limit` was taken in the same run, but for the import, whose limit is a time."""

    name: str
    title: str
    ours: float
    limit: float
    allowed: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.ours / self.limit

    @property
    def holds(self) -> bool:
        return self.ratio <= self.allowed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--small", action="store_true", help="a tenth of the county and fewer clicks, to try the measuring"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(arguments: argparse.Namespace) -> int:
    size = bench_county.SMALL if arguments.small else bench_county.LARGE
    with _database_of_its_own(size) as url:
        clicks = 15 if arguments.small else 60
        lines = [Line(name, TITLES[name], *taken, ALLOWED[name]) for name, taken in _clicks(url, clicks).items()]
        _say(", ".join(f"{line.name} {line.ours:.0f} of {line.limit:.0f} ms" for line in lines))
        faults = _what_is_found(url)
        for name, indicators in (("W6", bench_figures.FOUR), ("W8", ())):
            _say(f"{TITLES[name].lower()}, ours and by hand")
            figures = bench_figures.compare(indicators)
            lines.append(Line(name, TITLES[name], figures.ours, figures.by_hand, ALLOWED[name]))
            faults += figures.differences
        small = arguments.small
        lines.append(
            Line("W9", TITLES["W9"], bench_folder.seconds(1000 if small else 10_000), FOLDER_SECONDS, 1.0, "s")
        )
        lines.append(Line("W7", TITLES["W7"], _import(1000 if arguments.small else 10_000), IMPORT_SECONDS, 1.0, "s"))
    _print(lines, faults, as_json=arguments.json)
    return DONE if all(line.holds for line in lines) and not faults else MISSED


@contextmanager
def _database_of_its_own(size: Size) -> Iterator[str]:
    """The owner's address of a new database with the county in it, which this process uses meanwhile as the application."""
    before, name = dict(connection.settings_dict), f"bench_{os.getpid()}"
    owner, named = {**before, **settings.DATABASE_OWNER}, sql.Identifier(name)
    _on_the_server(owner, sql.SQL("CREATE DATABASE {}").format(named))
    try:
        connection.close()
        connection.settings_dict["NAME"] = name
        with roles.as_owner(connection.settings_dict, settings.DATABASE_OWNER):
            _say("tables")
            with migrating.each_model_alone():
                call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable")
            _load(size)
            connection.close()
        yield database.to_url({**owner, "NAME": name})
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before["NAME"]
        _on_the_server(owner, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(named))


def _on_the_server(where: dict[str, object], statement: sql.Composed) -> None:
    import psycopg

    with psycopg.connect(database.conninfo({**where, "NAME": "postgres"}), autocommit=True) as server:
        server.execute(statement)


def _load(size: Size) -> None:
    for step in bench_county.load(size):
        _say(step)


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {words}", file=sys.stderr, flush=True)


# --- Pages ---


def _clicks(url: str, clicks: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of each page, ours and the bare one: the middle of so many clicks of one visitor."""
    _say("pages, ours and bare in turns")
    worker = User.objects.get(email="worker0@example.org")
    cases = list(Case.objects.open().filter(worker=worker).select_related("family").order_by("ref")[:clicks])
    people = list(
        Person.objects.filter(scope_keys__contains=[f"user:{worker.pk}"]).order_by("search_name")[
            :: max(1, clicks // 10)
        ][:clicks]
    )
    with served(OURS, url) as port, served(BARE, url) as bare_port:
        ours = Browser(port, _session(worker, LOGIN[OURS]))
        bare = Browser(bare_port, _session(worker, LOGIN[BARE]))
        return {
            "W1": in_turns([lambda: ours.ask("/work")] * clicks, [lambda: bare.ask("/work")] * clicks, 200),
            "W2": in_turns([_opening(ours, case) for case in cases], [_opening(bare, case) for case in cases], 200),
            "W3": in_turns(_finding(ours, people, ours.hidden("/find")), _finding(bare, people, {}), 200),
            "W4": _saving(ours, bare, cases),
            "W5": _marking(ours, bare, bench_register.a_register(worker), clicks),
        }


def _session(user: User, backend: str) -> str:
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = str(user.pk), backend
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _opening(browser: Browser, case: Case) -> Act:
    return lambda: browser.ask(f"/families/{case.family.ref}")


def _finding(browser: Browser, people: list[Person], tokens: dict[str, str]) -> list[Act]:
    asked: list[Act] = []
    for number, person in enumerate(people):
        words = (person.last_name, f"{person.first_name} {person.last_name}", person.last_name[1:5])[number % 3]
        asked.append(partial(browser.ask, "/find", {**tokens, "words": words}))
    return asked


def _saving(ours: Browser, bare: Browser, cases: list[Case]) -> tuple[float, float]:
    """Ours must send back the tokens of its form, which is opened first and not counted."""
    tokens: dict[str, str] = {}
    path = [f"/cases/{case.ref}/contacts/new" for case in cases]

    def open_form(number: int) -> None:
        tokens.clear()
        tokens.update(ours.hidden(path[number]))

    def save(browser: Browser, number: int, tokens: dict[str, str]) -> tuple[int, str]:
        answers = {
            "kind": "phone_call", "day": f"{timezone.localdate():%d/%m/%Y}", "clock": "00:00", "minutes": "5", "attended": "yes",
            "note": f"Rang about the bus, and about Thursday ({number}).",
        }  # fmt: skip
        return browser.ask(path[number], {**answers, **tokens})

    numbers = range(len(cases))
    acts = [partial(save, ours, n, tokens) for n in numbers], [partial(save, bare, n, {}) for n in numbers]
    return in_turns(*acts, 302, before=open_form)


def _marking(ours: Browser, bare: Browser, register: Register, clicks: int) -> tuple[float, float]:
    """A register of thirty, all in one request; the bare view writes the same thirty rows."""
    tokens: dict[str, str] = {}

    def open_form(number: int) -> None:
        tokens.clear()
        tokens.update(ours.hidden(register.path))

    def mark(browser: Browser, number: int, tokens: dict[str, str]) -> tuple[int, str]:
        return browser.ask(register.path, {**register.answers(number), **tokens})

    numbers = range(clicks)
    acts = [partial(mark, ours, n, tokens) for n in numbers], [partial(mark, bare, n, {}) for n in numbers]
    return in_turns(*acts, 302, before=open_form)


def _what_is_found(url: str) -> tuple[str, ...]:
    """Names in every order, parts of names and a slip of the fingers must find the person."""
    worker = User.objects.get(email="worker0@example.org")
    person = Person.objects.filter(
        scope_keys__contains=[f"user:{worker.pk}"], last_name__regex="^[A-Z][a-z]{6,}$"
    ).first()
    if person is None:
        return ("nobody to look for",)
    first, last = person.first_name, person.last_name
    with served(OURS, url) as port:
        browser = Browser(port, _session(worker, LOGIN[OURS]))
        tokens = browser.hidden("/find")
        tried = (
            f"{first} {last}",
            f"{last} {first}",
            f"{last}, {first}",
            last[1:6],
            f"{first} {last[:-2]}{last[-1]}{last[-2]}",
        )
        found = {words: browser.ask("/find", {**tokens, "words": words})[1].partition("<table")[2] for words in tried}
    # A part of a name may mean more people than one page shows; then every one of them must have it.
    wanted = {words: last if " " in words else words for words in tried}
    return tuple(
        f"“{words}” does not find {wanted[words]}"
        for words in tried
        if wanted[words].lower() not in found[words].lower()
    )


# --- Lists ---


def _import(rows: int) -> float:
    """Seconds to check and write a list of people, a third of whom are known."""
    _say(f"a list of {rows:,} people")
    content = _list_of_people(rows)
    scope = Scope.of(service=ESSEX)
    received = imports.receive(
        SYSTEM, scope, service=ESSEX, kind="people", file_name="people.csv", content=io.BytesIO(content), at=IMPORTED_AT
    )
    began = time.perf_counter()
    report = imports.apply(SYSTEM, received, good_rows_only=True, at=IMPORTED_AT)
    taken = time.perf_counter() - began
    if report.written.added + report.written.changed + report.written.unchanged < rows * 0.9:
        raise RuntimeError(f"The list wrote {report.written}, of {rows} rows.")
    return taken


def _list_of_people(rows: int) -> bytes:
    random = Random(7)
    lines = ["Family,Part,First name,Last name,Birth date,Address,Postcode"]
    homes = Address.objects.filter(until=None).order_by("person_id")
    known = homes.values_list("person__first_name", "person__last_name", "person__born_on", "postcode")[: rows // 3]
    for first, last, born_on, postcode in known:
        lines.append(f",Child,{first},{last},{born_on:%d/%m/%Y},,{postcode}")
    for number in range(rows - len(lines) + 1):
        born = date(1995, 1, 1) + timedelta(days=random.randrange(4000))
        first, last = (
            random.choice(names.GIRLS + names.BOYS),
            random.choice(names.LAST) + random.choice(names.LAST).lower(),
        )
        lines.append(f"H{number // 3},Child,{first},{last},{born:%d/%m/%Y},{names.a_street(random)},")
    return "\n".join(lines).encode()


# --- What was measured ---


def _print(lines: list[Line], faults: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        told = [{**asdict(line), "ratio": round(line.ratio, 2), "holds": line.holds} for line in lines]
        print(json.dumps({"measures": told, "faults": list(faults)}, indent=2))
        return
    print(f"{'':4}{'':46}{'ours':>10}{'limit':>10}{'times':>7}{'allowed':>9}")
    for line in lines:
        verdict = "" if line.holds else "  missed"
        numbers = (
            f"{line.ours:>7.1f} {line.unit:<2}{line.limit:>7.1f} {line.unit:<2}{line.ratio:>7.2f}{line.allowed:>9.1f}"
        )
        print(f"{line.name:4}{line.title:46}{numbers}{verdict}")
    for fault in faults:
        print(f"Wrong: {fault}")
