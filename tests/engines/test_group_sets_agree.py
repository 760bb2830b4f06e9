"""Generated worlds of groups, contacts and pupils: PostgreSQL and DuckDB give the same rows, a plain recount the same numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.places.models import Area, SchoolWeek, area_key
from fingerpost.language.periods import Period
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, School
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.measuring import measure, whole_of
from fingerpost.proof.measures.sets import RECORD_SETS
from fingerpost.proof.measures.sql import prepared, run
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups.models import Attendance, Booking, CoLeader, Programme, Run, Session
from tests.engines.duck import asking, copied_to_duckdb, kept_or_compiled
from tests.fixtures.casebook import KEYS, MONDAYS, at
from tests.fixtures.world import SERVICE, World

AUTUMN = Period(date(2010, 10, 1), date(2010, 12, 31))
LONDON = ZoneInfo("Europe/London")
TABLES: list[type[models.Model]] = [
    Area, SchoolWeek, Person, Family, Membership, Circumstance, School, Enrolment, AttendanceWeek, Case, Contact,
    Programme, Run, CoLeader, Session, Booking, Attendance,
]  # fmt: skip
PLACES = ("quadrant", "locality", "family_reference", "reference")
READ = {
    "effort": ("worked_on", ("hours", "mode", "group_kind", "worker", "record_kind", *PLACES)),
    "encounters": ("happened_on", ("mode", "group_kind", "person_kind", "delivered", "invited", "record_kind", *PLACES)),
    "enrolments": (
        "run_ended_on",
        ("evidence_based", "attended", "completed", "person_kind", "programme", "parent_role", "register_to_come", *PLACES),
    ),
    "pupils": (
        "during",
        ("sessions_possible", "sessions_attended", "absence_rate", "in_service_area", "school_phase", "vulnerable_group", *PLACES),
    ),
}  # fmt: skip


class Drawn:
    """A world drawn by chance and written straight into the tables."""

    def __init__(self, seed: int, world: World) -> None:
        self.chance, self.world = Random(seed), world
        self.people: list[Person] = []
        for number in range(6):
            self.people.append(self._person(number))
        self._cases()
        self._groups()
        self._school()

    def day(self, first: date = date(2010, 9, 20), days: int = 115) -> date:
        return first + timedelta(days=self.chance.randrange(days))

    def hour(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, self.chance.choice([0, 9, 14, 23]), 30, tzinfo=LONDON)

    def noted(self, when: datetime) -> datetime:
        return when + timedelta(days=self.chance.choice([0, 0, 1, 20]))

    def _person(self, number: int) -> Person:
        into = self.people[0] if number == 5 and self.chance.random() < 0.5 else None
        return Person.objects.create(
            first_name=f"P{number}", last_name="Drawn", search_name=f"p{number} drawn", sex=self.chance.choice(["F", "M", ""]),
            recorded_at=at(date(2010, 4, 1)), merged_into=into, scope_keys=KEYS,
        )  # fmt: skip

    def _cases(self) -> None:
        for number in range(2):
            opened = at(self.day(date(2010, 5, 1), 60))
            family = Family.objects.create(ref=f"F-D{number}", name="Drawn", recorded_at=opened, scope_keys=KEYS)
            for person in self.chance.sample(self.people[:4], 2):
                until = self.chance.choice([None, None, self.day()])
                part = self.chance.choice(["parent", "parent", "child"])
                Membership.objects.create(
                    family=family,
                    person=person,
                    part=part,
                    since=None,
                    until=until,
                    recorded_at=opened,
                    scope_keys=KEYS,
                )
            case = Case.objects.create(
                ref=f"C-D{number}", service=SERVICE, family=family,
                home_area_id=area_key(SERVICE, self.chance.choice(["tendring", "chelmer"])),
                worker=self.world.users["alice"], opened_at=opened, recorded_at=opened, scope_keys=KEYS,
            )  # fmt: skip
            for place in range(self.chance.randrange(5)):
                happened, on_case = self.hour(self.day()), self.chance.random() < 0.8
                Contact.objects.create(
                    service=SERVICE, case=case if on_case else None, family=family if on_case else None, kind="casework_session",
                    happened_at=happened + timedelta(minutes=place), minutes=self.chance.choice([10, 45, 60]),
                    attended=self.chance.random() < 0.8, counts_as_session=self.chance.random() < 0.6,
                    worker=self.world.users["alice"], recorded_at=self.noted(happened), scope_keys=KEYS,
                )  # fmt: skip

    def _groups(self) -> None:
        for number in range(3):
            kind = self.chance.choice(["programme", "workshop", "drop_in"])
            programme = Programme.objects.create(
                service=SERVICE, kind=kind, title=f"Drawn {number}", is_evidence_based=kind == "programme"
            )
            starts = self.day(date(2010, 9, 20), 40)
            run_ = Run.objects.create(
                ref=f"G-D{number}", service=SERVICE, programme=programme,
                area_id=area_key(SERVICE, self.chance.choice(["tendring", "epping_green"])),
                leader=self.chance.choice([None, self.world.users["alice"], self.world.users["bob"]]),
                starts_on=starts, ends_on=starts + timedelta(days=self.chance.choice([28, 60, 75])), places=20,
                proposed_at=at(date(2010, 9, 1)), needs_agreement=False,
            )  # fmt: skip
            for name in self.chance.sample(["alice", "bob", "carol"], self.chance.randrange(3)):
                CoLeader.objects.create(run=run_, user=self.world.users[name])
            self._sessions(run_)

    def _sessions(self, run_: Run) -> None:
        booked = self.chance.sample(self.people, 4)
        family = Family.objects.order_by("ref").first()
        for person in booked:
            gone = self.chance.choice([None, None, self.hour(self.day())])
            Booking.objects.create(
                run=run_, person=person, family=self.chance.choice([None, family]), booked_at=at(date(2010, 9, 2)),
                cancelled_at=gone, recorded_at=at(date(2010, 9, 2)), scope_keys=KEYS,
            )  # fmt: skip
        for place in range(self.chance.randrange(1, 5)):
            when = self.hour(run_.starts_on + timedelta(days=7 * place))
            held = self.chance.random() < 0.8
            session = Session.objects.create(
                run=run_, starts_at=when, minutes=self.chance.choice([60, 90, 120]), held_at=when if held else None,
                held_recorded_at=self.chance.choice([None, self.noted(when)]) if held else None,
            )  # fmt: skip
            for person in booked if held else ():
                if self.chance.random() < 0.85:
                    Attendance.objects.create(
                        session=session, person=person, is_present=self.chance.random() < 0.75,
                        recorded_at=self.noted(when), scope_keys=KEYS,
                    )  # fmt: skip

    def _school(self) -> None:
        School.objects.get_or_create(
            code="9990001", defaults={"name": "Away", "phase": "primary", "calendar": "england"}
        )
        for person in self.people[:4]:
            moved = self.chance.choice([None, self.day()])
            schools = self.chance.sample(["8815001", "8815002", "9990001"], 2)
            given: dict[str, Any] = {"person": person, "recorded_at": at(date(2010, 9, 1)), "scope_keys": KEYS}
            Enrolment.objects.create(
                school_id=schools[0], since=self.chance.choice([None, date(2010, 9, 1)]), until=moved, **given
            )
            if moved:
                Enrolment.objects.create(school_id=schools[1], since=moved + timedelta(days=1), until=None, **given)
            if self.chance.random() < 0.4:
                Circumstance.objects.create(kind="vulnerable_group", value="young_carer", **given)
            for monday in MONDAYS:
                if date(2010, 9, 20) <= monday <= date(2011, 1, 20) and self.chance.random() < 0.7:
                    noted = at(monday + timedelta(days=self.chance.choice([4, 4, 40])))
                    AttendanceWeek.objects.create(
                        **{**given, "recorded_at": noted}, monday=monday, possible=10,
                        attended=self.chance.randrange(5, 11),
                    )  # fmt: skip


EXAMPLES = settings(
    max_examples=8,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_statements: dict[str, tuple[str, str]] = {}


@pytest.mark.slow
@EXAMPLES
@given(seed=st.integers(0, 100_000), known=st.sampled_from([date(2010, 11, 30), date(2010, 12, 31), date(2011, 3, 1)]))
def test_every_engine_and_a_recount_give_the_same(world: World, seed: int, known: date) -> None:
    with transaction.atomic():
        Drawn(seed, world)
        held = rules(SERVICE, AUTUMN.end)
        asked = Asked(SERVICE, AUTUMN, at(known, 23), held.contract.values)
        duck = copied_to_duckdb(TABLES)
        for name in READ:
            postgres, theirs = _texts(name, asked)
            ours = run(postgres, asked)
            found = duck.execute(asking(theirs, asked))
            names = [column[0] for column in found.description]
            there = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            assert _told(ours) == _told(there), name
        _hours_recounted(asked)
        _parents_recounted(asked)
        _completed_recounted(asked)
        _pupils_recounted(asked)
        transaction.set_rollback(True)


def _texts(name: str, asked: Asked) -> tuple[str, str]:
    if name not in _statements:
        when, names = READ[name]
        key = ("a set of rows", name, when, names, asked.shape)
        rows = partial(RECORD_SETS[name].select, asked, when=when, names=names)
        _statements[name] = prepared(key, rows), kept_or_compiled(key, rows)
    return _statements[name]


def _told(rows: list[dict[str, Any]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted((name, _plain(value)) for name, value in row.items())) for row in rows)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return str(sorted(value))
    if isinstance(value, Decimal | float):
        return str(round(Decimal(value), 6).normalize())
    return str(value)


def _figure(key: str, letter: str) -> Any:
    return rules(SERVICE, AUTUMN.end).definition(key, {key: letter}).figure


def _in_autumn(when: datetime) -> bool:
    return when.astimezone(LONDON).date() in AUTUMN


def _held(asked: Asked) -> list[Session]:
    sessions = Session.objects.exclude(held_at=None).select_related("run__programme")
    return [one for one in sessions if (one.held_recorded_at or one.held_at) <= asked.known_at]


def _hours_recounted(asked: Asked) -> None:
    contacts = Contact.objects.filter(case__isnull=False, attended=True, recorded_at__lte=asked.known_at)
    casework = sum(Fraction(one.minutes, 60) for one in contacts if _in_autumn(one.happened_at))
    groups = Fraction(0)
    for one in _held(asked):
        leaders = {*CoLeader.objects.filter(run=one.run).values_list("user_id", flat=True), one.run.leader_id} - {None}
        if _in_autumn(one.starts_at):
            groups += Fraction(one.minutes, 60) * max(1, len(leaders))
    figure = _figure("casework_and_groups", "A")
    value = whole_of(measure(figure, asked), figure).numbers.value
    expected = None if not casework + groups else float(casework / (casework + groups) * 100)
    assert (None if value is None else round(float(value), 6)) == (None if expected is None else round(expected, 6))


def _entry(person: Person) -> Any:
    return person.merged_into_id or person.pk


def _is_parent(entry: Any) -> bool:
    parts = [one.part for one in Membership.objects.select_related("person") if _entry(one.person) == entry]
    return max(parts, default="") == "parent"


def _parents_recounted(asked: Asked) -> None:
    on_cases, in_groups = set(), set()
    for one in Contact.objects.filter(case__isnull=False, attended=True, recorded_at__lte=asked.known_at):
        day = one.happened_at.astimezone(LONDON).date()
        members = Membership.objects.filter(family=one.family, part="parent").select_related("person")
        on_cases |= {_entry(m.person) for m in members if day in AUTUMN and (m.until is None or m.until >= day)}
    held = {one.pk for one in _held(asked) if _in_autumn(one.starts_at)}
    marks = Attendance.objects.filter(session__in=held, is_present=True, recorded_at__lte=asked.known_at)
    in_groups = {_entry(one.person) for one in marks.select_related("person") if _is_parent(_entry(one.person))}
    figure = _figure("casework_and_groups", "C")
    found = whole_of(measure(figure, asked), figure).numbers
    assert (found.numerator or 0, found.denominator or 0) == (len(on_cases), len(on_cases) + len(in_groups))


def _completed_recounted(asked: Asked) -> None:
    held = _held(asked)
    of_run: dict[Any, list[Session]] = defaultdict(list)
    for one in held:
        of_run[one.run_id].append(one)
    came, finished, waits = set(), set(), set()
    for run_ in Run.objects.filter(programme__is_evidence_based=True):
        marks = Attendance.objects.filter(session__in=of_run[run_.pk], is_present=True, recorded_at__lte=asked.known_at)
        sessions: dict[Any, set[Any]] = defaultdict(set)
        for mark in marks.select_related("person"):
            sessions[_entry(mark.person)].add(mark.session_id)
        for entry, there in sessions.items():
            if run_.ends_on not in AUTUMN or not _is_parent(entry):
                continue
            if run_.ends_on + timedelta(days=14) >= asked.today:
                waits.add(entry)
                continue
            came.add(entry)
            if Fraction(len(there), len(of_run[run_.pk])) >= Fraction(80, 100):
                finished.add(entry)
    figure = _figure("courses_completed", "C")
    found = whole_of(measure(figure, asked), figure).numbers
    still = waits - finished
    assert (found.numerator, found.denominator) == (len(finished), len((came - waits) | finished)), (came, waits)
    assert found.pending == len(still)


def _rate(weeks: Iterable[tuple[int, int]]) -> Fraction:
    missed, possible = (sum(numbers) for numbers in zip(*weeks, strict=True))
    return Fraction(missed, possible)


def _pupils_recounted(asked: Asked) -> None:
    """Nobody knows a rate where fewer than 66 % of the period's school weeks that are over were told."""
    over = [monday for monday in MONDAYS if monday in AUTUMN and monday + timedelta(days=4) < asked.today]
    rates: dict[Any, list[int]] = {}
    for one in Enrolment.objects.select_related("person", "school"):
        if (
            one.school.area_id
            and (one.since or AUTUMN.start) <= AUTUMN.end
            and (one.until or AUTUMN.end) >= AUTUMN.start
        ):
            rates.setdefault(_entry(one.person), [0, 0, 0])
    for week in AttendanceWeek.objects.filter(recorded_at__lte=asked.known_at).select_related("person"):
        if week.monday in AUTUMN and _entry(week.person) in rates:
            rates[_entry(week.person)][0] += week.possible - week.attended
            rates[_entry(week.person)][1] += week.possible
            rates[_entry(week.person)][2] += week.possible > 0
    known = [
        Fraction(missed, possible)
        for missed, possible, weeks in rates.values()
        if possible and weeks * 100 >= len(over) * 66
    ]
    figure = _figure("persistent_absence", "B")
    found = whole_of(measure(replace(figure), asked), figure).numbers
    expected = (sum(rate >= Fraction(20, 100) for rate in known), len(known), len(rates) - len(known))
    assert (found.numerator, found.denominator, found.not_known) == expected
