"""Generated worlds: PostgreSQL and DuckDB give every row the same answer, memory the same figures, a plain recount too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.places.models import Area, SchoolTerm, SchoolWeek
from fingerpost.language.answers import PENDING
from fingerpost.language.definition import Definition, SameRows
from fingerpost.language.figures import FigureResult, evaluate_figure
from fingerpost.language.measure import measure as measured_in_memory
from fingerpost.language.periods import Period
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families.models import Family, Person
from fingerpost.people.schooling.models import AttendanceWeek, Enrolment, Exclusion, Listed, School
from fingerpost.proof.measures.answers import with_facts_of_all
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.measuring import measure, whole_of
from fingerpost.proof.measures.records import listed
from fingerpost.proof.measures.sets import RECORD_SETS
from fingerpost.proof.measures.setting import shared_calendar
from fingerpost.proof.measures.sql import prepared, run
from fingerpost.proof.measures.tables import Table
from fingerpost.work.casework.models import Case, CaseChild, CaseDiscussion, Contact
from fingerpost.work.outcomes.models import Administration
from fingerpost.work.referrals.models import Request
from tests.engines.duck import asking, copied_to_duckdb, kept_or_compiled
from tests.engines.recount import recount
from tests.fixtures.casebook import MONDAYS, Casebook, at
from tests.fixtures.world import SERVICE, World

AUTUMN = Period(date(2010, 10, 1), date(2010, 12, 31))
FIRST = date(2010, 2, 1)
INDICATORS = [
    ("attendance_improved", {}),
    ("attendance_improved", {"change": "B", "several_children": "B"}),
    ("attendance_improved", {"change": "D"}),
    ("no_repeat_exclusion", {}),
    ("no_repeat_exclusion", {"in_which_return": "A"}),
    ("no_repeat_exclusion", {"measure": "B", "in_which_return": "A"}),
    ("fixed_term_exclusions", {}),
    ("fixed_term_exclusions", {"in_which_return": "A"}),
    ("fixed_term_exclusions", {"measure": "C", "in_which_return": "A"}),
    ("persistent_absence", {}),
    ("sessions_per_case", {}),
    ("sessions_per_case", {"": "B"}),
]
IN_DUCKDB = ["attendance_improved", "no_repeat_exclusion", "fixed_term_exclusions", "sessions_per_case"]
TABLES: list[type[models.Model]] = [
    Area, SchoolTerm, SchoolWeek, Listed, Person, Family, Circumstance, School, Enrolment, AttendanceWeek, Exclusion, Request,
    Case, CaseChild, Contact, CaseDiscussion, Administration,
]  # fmt: skip

days = st.integers(0, 420).map(lambda n: FIRST + timedelta(days=n))


@dataclass(frozen=True)
class PupilDrawn:
    seed: int
    usual: tuple[int, int]
    unknown_weeks: bool
    exclusions: list[date]
    route: str
    enrolled: bool
    group: str


@dataclass(frozen=True)
class CaseDrawn:
    closed: date
    weeks: int
    still_open: bool
    pupils: list[PupilDrawn]
    sessions: int
    missed: int
    extended: bool
    late: int
    locality: str


pupils = st.builds(
    PupilDrawn,
    seed=st.integers(0, 10_000),
    usual=st.sampled_from([(7, 9), (8, 10), (8, 8), (10, 6), (7, 8), (7, 8), (6, 7), (6, 9)]),
    unknown_weeks=st.booleans(),
    exclusions=st.lists(days, max_size=4, unique=True),
    route=st.sampled_from(["attendance", "forecast", "exclusion", ""]),
    enrolled=st.booleans(),
    group=st.sampled_from(["", "young_carer"]),
)
drawn = st.lists(
    st.builds(
        CaseDrawn,
        closed=st.integers(0, 100).map(lambda n: date(2010, 9, 27) + timedelta(days=n)),
        weeks=st.integers(1, 30),
        still_open=st.sampled_from([False, False, False, True]),
        pupils=st.lists(pupils, min_size=1, max_size=2),
        sessions=st.integers(0, 9),
        missed=st.integers(0, 2),
        extended=st.booleans(),
        late=st.sampled_from([0, 0, 0, 5, 60]),
        locality=st.sampled_from(["tendring", "epping_green"]),
    ),
    min_size=10,
    max_size=18,
)


def build(cases: list[CaseDrawn], world: World) -> None:
    book = Casebook()
    for one in cases:
        opened = one.closed - timedelta(weeks=one.weeks)
        recorded = at(opened + timedelta(days=one.late))
        case = book.case(
            opened,
            None if one.still_open else one.closed,
            locality=one.locality,
            sessions=one.sessions,
            missed=one.missed,
            extended=one.extended,
            worker=world.users["alice"],
            bob=world.users["bob"],
            closing_recorded=at(one.closed + timedelta(days=one.late)),
        )
        case.recorded_at = recorded
        for pupil in one.pupils:
            child(book, case, pupil, recorded)
    book.save()


def child(book: Casebook, case: Case, pupil: PupilDrawn, recorded: datetime) -> None:
    person = book.add(Person(first_name="A", last_name="B", search_name="a b", recorded_at=recorded))
    book.add(CaseChild(case=case, person=person, entry_route=pupil.route, recorded_at=recorded))
    if pupil.enrolled:
        book.add(Enrolment(person=person, school_id="8815002", since=date(2009, 9, 1), recorded_at=recorded))
    if pupil.group:
        book.add(Circumstance(person=person, kind="vulnerable_group", value=pupil.group, recorded_at=recorded))
    for number, attended, possible in weeks_of(pupil, case):
        monday = MONDAYS[number - 1]
        given = {"possible": possible, "attended": attended, "recorded_at": at(monday + timedelta(days=4))}
        book.add(AttendanceWeek(person=person, monday=monday, **given))
    for day in pupil.exclusions:
        book.exclude(person, day, sessions=3)


def weeks_of(pupil: PupilDrawn, case: Case) -> Iterator[tuple[int, int, int]]:
    """Number, sessions attended and possible of each week: about the pupil's usual before opening and after it."""
    chance = Random(pupil.seed)
    before, after = pupil.usual
    for number, monday in enumerate(MONDAYS, start=1):
        possible = chance.choice([10, 10, 10, 9, 4])
        usual = before if monday < case.opened_at.date() else after
        attended = min(possible, max(0, usual + chance.choice([-1, 0, 0, 1])))
        if not (pupil.unknown_weeks and chance.random() < 0.8):
            yield number, attended, possible


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def held(world: World) -> World:
    return world


EXAMPLES = settings(
    max_examples=6,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@EXAMPLES
@given(
    cases=drawn,
    known=st.sampled_from([date(2010, 11, 30), date(2010, 12, 31), date(2011, 4, 1)]),
    one_calendar=st.booleans(),
)
def test_every_engine_gives_the_same(held: World, cases: list[CaseDrawn], known: date, *, one_calendar: bool) -> None:
    with undone():
        build(cases, held)
        duck = copied_to_duckdb(TABLES)
        for key, choices in INDICATORS:
            definition, asked = asked_of(key, choices, known)
            asked = replace(asked, calendar=shared_calendar() if one_calendar else None)
            if key in IN_DUCKDB and all(letter == "A" for letter in definition.letters.values()):
                same_rows(definition, asked, duck)
            same_as_memory(definition, asked)
            same_as_recount(definition, asked)


def asked_of(key: str, choices: dict[str, str], known: date) -> tuple[Definition, Asked]:
    held = rules(SERVICE, AUTUMN.end)
    return held.definition(key, _named(key, choices)), Asked(SERVICE, AUTUMN, at(known, 23), held.contract.values)


def _named(key: str, choices: dict[str, str]) -> dict[str, str]:
    return {f"{key}.{question}" if question else key: letter for question, letter in choices.items()}


def paired_with(definition: Definition) -> Any:
    return next((one.figure for one in definition.against if isinstance(one, SameRows)), None)


def same_rows(definition: Definition, asked: Asked, duck: duckdb.DuckDBPyConnection) -> None:
    """PostgreSQL and DuckDB place and answer each row alike, for the same reason."""
    figure, paired = definition.figure, paired_with(definition)
    columns = ("record", "place", "rank", "unit_rank", "because")
    text = prepared(("records", figure, paired, asked.shape), lambda: listed(figure, paired, asked))
    ours = {str(row["record"]): tuple(row[name] for name in columns[1:]) for row in run(text, asked)}
    found = duck.execute(in_duckdb(figure, paired, asked)).fetchall()
    names = [column[0] for column in duck.description]
    theirs = {str(row[names.index("record")]): tuple(row[names.index(name)] for name in columns[1:]) for row in found}
    assert ours == theirs, definition.key


_texts: dict[Any, str] = {}


def in_duckdb(figure: Any, paired: Any, asked: Asked) -> str:
    key = (figure, paired, asked.shape)
    if key not in _texts:
        _texts[key] = kept_or_compiled(key, lambda: listed(figure, paired, asked))
    return asking(_texts[key], asked)


def rows_in_memory(figure: Any, facts: tuple[str, ...], asked: Asked) -> list[dict[str, Any]]:
    """The rows of a set with their facts, as the language's own evaluator takes them."""
    records, when = RECORD_SETS[figure.of], figure.when
    days = ("from_on", "until_on") if when in ("during", "last_day") else (when,)
    names = (*facts, *days, *records.units.values())
    text = prepared(("rows", figure, names, asked.shape), lambda: _with_flags(figure, names, asked))
    found = []
    for row in run(text, asked):
        waits = {fact for fact in facts if fact in records.pending and row[f"waits_{fact}"]}
        found.append(
            {name: PENDING if name in waits else _exact(value) for name, value in row.items()}
            | {unit: row[column] for unit, column in records.units.items()}
        )
    return found


def facts_read(of: str) -> tuple[str, ...]:
    """Every fact of the set that one of the indicators reads: one statement brings them all."""
    contract = rules(SERVICE, AUTUMN.end)
    definitions = [contract.definition(key, _named(key, choices)) for key, choices in INDICATORS]
    figures = [figure for one in definitions for figure in (one.figure, paired_with(one)) if figure is not None]
    return tuple(sorted({fact for figure in figures if figure.of == of for fact in figure.facts}))


def _with_flags(figure: Any, names: tuple[str, ...], asked: Asked) -> Table:
    records = RECORD_SETS[figure.of]
    rows = with_facts_of_all(records.select(asked, when=figure.when, names=names), records, asked, figure)
    flags = {f"waits_{name}": records.is_pending(rows, name) for name in names if name in records.pending}
    return rows.mutate(**flags)


def _exact(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value


def same_as_memory(definition: Definition, asked: Asked) -> None:
    """The totals over the database and the language's own over the same rows come to the same."""
    figure, paired = definition.figure, paired_with(definition)
    rows = {figure.of: rows_in_memory(figure, facts_read(figure.of), asked)}
    ours = whole_of(measure(figure, asked, paired=paired), figure).numbers
    if paired is None:
        theirs = evaluate_figure(figure, rows, asked.period, values=asked.values)
    else:
        held = rules(SERVICE, AUTUMN.end)
        theirs = measured_in_memory(held.contract, definition, rows, asked.period, as_of=asked.today).figure
    assert told(ours) == told(theirs), definition.key


def told(figure: Any) -> tuple[Any, ...]:
    value = figure.value if isinstance(figure, FigureResult) else figure.exact
    tallies = (figure.not_known, figure.pending, figure.outside, figure.population_not_known)
    return (None if value is None else round(float(value), 9), *tallies)


def same_as_recount(definition: Definition, asked: Asked) -> None:
    """A recount in plain Python, written from the register and not from the record sets."""
    expected = recount(definition.key, dict(definition.letters), asked.period, asked.today, asked.known_at)
    if expected is None:
        return
    paired = paired_with(definition)
    found = whole_of(measure(definition.figure, asked, paired=paired), definition.figure)
    numbers = (found.numbers.numerator, found.numbers.denominator, found.numbers.not_known, found.numbers.pending)
    assert numbers == expected, (definition.key, definition.letters)
