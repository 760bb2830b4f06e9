"""A county large enough to measure with: made in the database itself, with the history's triggers off, then analysed.

The contract, its areas, schools and terms come through the commands; people, cases, contacts and attendance do not, because
what is measured is reading them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from fingerpost.demo.world import county, names
from fingerpost.demo.world.days import SCHOOLS, SET_UP
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places.models import area_key
from fingerpost.ground.places.terms import TermGiven, load_terms

TODAY = date(2010, 12, 31)
EARLIER_TERMS = (
    (2008, 9, 1, 7),
    (2008, 11, 3, 7),
    (2009, 1, 5, 6),
    (2009, 2, 23, 6),
    (2009, 4, 20, 5),
    (2009, 6, 1, 7),
)
STATEMENTS = tuple(Path(__file__).with_name(name) for name in ("bench_county.sql", "bench_county_groups.sql"))


@dataclass(frozen=True)
class Size:
    """How many of each. Every case has a family; people beyond the first of each are children."""

    people: int
    cases: int
    contacts: int
    workers: int


LARGE = Size(people=250_000, cases=96_000, contacts=1_000_000, workers=400)
SMALL = Size(people=26_000, cases=10_500, contacts=42_000, workers=40)


def load(size: Size) -> Iterator[str]:
    """Build the county in an empty, migrated database; says what it is doing before each step."""
    yield "the contract and its places"
    county_ = _places()
    parameters = _parameters(county_, size)
    with _without_history(), connection.cursor() as cursor:
        for statement in _statements():
            if "INSERT INTO" in statement:
                yield statement.partition("INSERT INTO ")[2].split()[0].replace("_", " ")
            if statement.strip():
                cursor.execute(statement, parameters)
    yield "statistics"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE family_of, person_of, case_of, run_of, place_of, asked_of")
        cursor.execute("VACUUM (ANALYZE)")  # as the database does by itself soon after a large load


def _statements() -> Iterator[str]:
    for file in STATEMENTS:
        yield from file.read_text().split(";\n")


def _places() -> county.County:
    earlier = [
        TermGiven(f"Before {number}", date(y, m, d), date(y, m, d) + timedelta(weeks=weeks) - timedelta(days=3))
        for number, (y, m, d, weeks) in enumerate(EARLIER_TERMS)
    ]
    load_terms(county.SYSTEM, PLATFORM, calendar=SCHOOLS, terms=earlier, at=SET_UP)
    return county.build(Random(1))


def _parameters(built: county.County, size: Size) -> dict[str, Any]:
    localities = [code for codes in built.localities.values() for code in codes]
    quadrant_of = {code: quadrant for quadrant, codes in built.localities.items() for code in codes}
    return {
        "people": size.people,
        "cases": size.cases,
        "contacts": size.contacts,
        "workers": size.workers,
        "service": county.ESSEX,
        "firsts": [*names.WOMEN, *names.GIRLS, *names.BOYS, *names.MEN],
        "lasts": list(names.LAST),
        "localities": [area_key(county.ESSEX, code) for code in localities],
        "teams": [str(built.teams[quadrant_of[code]].pk) for code in localities],
        "schools": [school.code for code in localities for school in built.schools[code]],
        "today": TODAY,
    }


@contextmanager
def _without_history() -> Iterator[None]:
    """No triggers of ours while this lasts: a million rows shall not be written twice. Foreign keys are checked all the same."""
    tables = sorted(set(re.findall(r"INSERT INTO (\w+)", " ".join(_statements()))))
    _switch(tables, "DISABLE")
    try:
        yield
    finally:
        _switch(tables, "ENABLE")


def _switch(tables: list[str], word: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} {word} TRIGGER USER")
