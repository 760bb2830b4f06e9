"""Figures are exact, have a rule for every tie, and name the records that make a difference."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.language.periods import Period
from fingerpost.proof.measures.evaluate import evaluate, evaluate_several
from fingerpost.proof.measures.figure import Figure, Numbers, rounded
from fingerpost.proof.returns import restatement
from fingerpost.proof.returns.freezing import records_now
from fingerpost.proof.returns.models import Return
from fingerpost.work.casework.models import Contact
from tests.fixtures.casebook import at
from tests.fixtures.pasts import SYSTEM, bring_in, worked_out_anew
from tests.fixtures.world import SERVICE, World

AUTUMN = Period(date(2010, 10, 1), date(2010, 12, 31))
KNOWN = at(date(2011, 2, 2))
Past = dict[str, str]


def figure(indicator: str, **more: Any) -> Figure:
    return evaluate(SERVICE, indicator, actor=SYSTEM, period=AUTUMN, as_known_at=KNOWN, **more)


def of(found: Figure, dimension: str) -> dict[str, tuple[Any, Any]]:
    return {one.label: (one.numerator, one.denominator) for one in found.breakdowns if one.dimension == dimension}


def beside(found: Figure, label: str) -> Numbers:
    return next(one for one in found.beside if one.label == label)


STAFF = "Staff number,Name,Role,Locality\nW1,Moira Tansley,Parent Support Advisor,Tendring\n"
PEOPLE = """Own number,Family,Part,First name,Last name,Birth date,Locality
P1,F1,Mother,Rose,Alder,,Tendring
D1,F1,Father,Rex,Alder,,Tendring
K1,F1,Child,Ivy,Alder,04/03/2001,Tendring
P2,F2,Mother,Sal,Birch,,Tendring
K2,F2,Child,Bram,Birch,19/07/2000,Tendring
"""
CASES = "Case,Family,Opened,Worker\nC1,F1,28/06/2010,W1\nC2,F2,29/06/2010,W1\n"


def contacts(*minutes: int) -> str:
    lines = [f"C1,{day:02}/10/2010,Casework session,{long},W1" for day, long in enumerate(minutes, start=1)]
    return "Case,Date,Kind,Minutes,Worker\n" + "\n".join(lines)


def drop_in(minutes: int) -> Past:
    return {
        "programmes": "Run,Programme,Kind,Locality,First day,Last day,Places,Leader\n"
        "G3,Friday kettle,Drop in,Tendring,01/10/2010,17/12/2010,20,W1\n",
        "sessions": f"Run,Date,Time,Minutes,Held\nG3,08/10/2010,10:00,{minutes},Yes\n",
    }


@pytest.fixture
def past(world: World) -> Callable[..., None]:
    def past(**more: str) -> None:
        lists = {"staff": STAFF, "people": PEOPLE, "cases": CASES}
        bring_in({**lists, **more})

    return past


@pytest.mark.case("G1")
@pytest.mark.parametrize(
    ("minutes", "group", "share", "status"),
    [
        ([20] * 9, 220, Fraction(45), "met"),
        ([20] * 8 + [19], 220, Fraction(17900, 399), "not_met"),
        ([20] * 9, 219, Fraction(18000, 399), "met"),
        ([7] * 11, 63, Fraction(55), "met"),
        ([7] * 11, 62, Fraction(7700, 139), "not_met"),
        ([1] * 9, 11, Fraction(45), "met"),
    ],
)
def test_minutes_are_added_up_and_divided_once(
    past: Callable[..., None], minutes: list[int], group: int, share: Fraction, status: str
) -> None:
    past(contacts=contacts(*minutes), **drop_in(group))
    found = figure("casework_and_groups")
    (quadrant,) = [one for one in found.breakdowns if one.denominator]
    assert (found.exact, quadrant.exact, quadrant.status) == (share, share, status)
    assert sum(minutes) == 60 * Fraction(found.numerator) or found.denominator == Decimal(sum(minutes) + group) / 60


@pytest.mark.case("G1")
@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (Fraction(1, 20), "0.1"), (Fraction(-1, 20), "-0.1"), (Fraction(8225, 100), "82.3"), (Fraction(1, 3), "0.3"),
        (Fraction(1499999999999999999999999999999, 10**31), "0.1"), (Fraction(15, 100), "0.2"), (Fraction(-1, 100), "0.0"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_for_the_eye_from_the_whole_number(exact: Fraction, shown: str) -> None:
    assert rounded(exact) == shown


@pytest.mark.case("G1")
def test_a_mean_of_units_that_have_several_rows_is_exact(past: Callable[..., None]) -> None:
    """Three courses changed one parent by 1, 1 and 2 points, and another by 2/3 of three: 4/3 and 2/3 make a mean of 1."""
    runs = "Run,Programme,Kind,Locality,First day,Last day,Places,Leader\n" + "\n".join(
        f"G{n},Calm {n},Programme,Tendring,0{n}/10/2010,0{n}/11/2010,20,W1" for n in (1, 2, 3)
    )
    changes = {"P1": (1, 1, 2), "P2": (1, 1, 0)}
    lines = [
        f"G{n},{who},part_in_school,{point},{n:02}/{month}/2010,{4 + (by if point == 'End' else 0)}"
        for who, some in changes.items()
        for n, by in enumerate(some, start=1)
        for point, month in (("Start", 10), ("End", 11))
    ]
    past(programmes=runs, measures="Run,Person,Questionnaire,Point,Date,Score\n" + "\n".join(lines))
    assert figure("parents_engaged", reading={"": "B"}).exact == 1


REPLIES = "Case,Run,Person,Respondent,Asked,Result,Rating\n"


@pytest.mark.case("G6")
@pytest.mark.parametrize(
    ("replies", "rate", "apart", "positive"),
    [
        ("C1,,P1,Parent,10/12/2010,No reply,\n" + "C1,,,Parent,10/12/2010,Replied,5\n" * 3, (0, 1), 3, (3, 3)),
        ("C1,,P1,Parent,10/12/2010,Replied,2\n" + "C1,,,Parent,10/12/2010,Replied,5\n" * 2, (1, 1), 2, (2, 3)),
        ("C1,,,Parent,10/12/2010,Replied,5\n", (0, 0), 1, (1, 1)),
        ("C1,,P1,Parent,10/12/2010,Replied,5\nC2,,P2,Parent,10/12/2010,Not reached,\n", (1, 1), 0, (1, 1)),
    ],
)
def test_replies_without_a_person_stand_apart(
    past: Callable[..., None], replies: str, rate: tuple[int, int], apart: int, positive: tuple[int, int]
) -> None:
    past(feedback=REPLIES + replies)
    found = figure("parents_feedback")
    asked = beside(found, "Response rate")
    assert (asked.numerator, asked.denominator, asked.without_unit) == (*rate, apart)
    assert (found.numerator, found.denominator) == positive
    nameless = beside(found, "Replies without a person, which the response rate leaves out")
    assert nameless.numerator == apart


TIED = {
    "staff": STAFF,
    "people": PEOPLE,
    "cases": CASES + "C3,F1,28/06/2010,W1\n",
    "closures": "Case,Closed,Closing reason\nC1,12/11/2010,needs_met\nC2,12/11/2010,needs_met\nC3,12/11/2010,needs_met\n",
    "programmes": "Run,Programme,Kind,Locality,First day,Last day,Places,Leader\n"
    "G1,Calm mornings,Programme,Tendring,05/10/2010,02/11/2010,8,W1\n"
    "G2,Calm evenings,Programme,Basildon Heath,05/10/2010,02/11/2010,8,W1\n",
    "sessions": "Run,Date,Time,Minutes,Held\nG1,05/10/2010,10:00,60,Yes\nG2,05/10/2010,14:00,60,Yes\n",
    "registers": "Run,Date,Person,Present\nG1,05/10/2010,D1,Yes\nG2,05/10/2010,D1,Yes\nG1,05/10/2010,P2,Yes\n",
    "participation": "Kind,Title,Date,Person,Locality\nConsultation,What next?,12/11/2010,D1,Tendring\n",
    "measures": "Case,Run,Person,Questionnaire,Point,Date,Score\n"
    "C1,,P1,one_number,Start,01/07/2010,3\nC1,,D1,one_number,Start,01/07/2010,6\n"
    "C1,,P1,one_number,End,12/11/2010,6\nC1,,D1,one_number,End,12/11/2010,4\n"
    ",G1,P2,part_in_school,Start,05/10/2010,4\n,G1,P2,part_in_school,End,02/11/2010,6\n"
    ",G1,P2,part_in_school,Review,02/11/2010,3\n",
}


def everything() -> str:
    """Every figure in words and numbers, without the keys that no two databases share."""
    held = rules(SERVICE, AUTUMN.end)
    found = evaluate_several(held.contract.indicators, actor=SYSTEM, period=AUTUMN, as_known_at=KNOWN, rules=held)
    told = [one.as_dict() for one in found]
    for one in [*told, *(inner for figure in told for inner in figure["beside"])]:
        for member in one["breakdowns"]:
            del member["member"]
    return json.dumps(told)


@pytest.mark.case("G4")
def test_the_same_folder_in_two_fresh_databases_gives_the_same_figures(world: World) -> None:
    first = worked_out_anew(TIED, everything)
    for seed in (1, 2, 3):
        assert worked_out_anew(TIED, everything, shuffled=seed) == first


@pytest.mark.case("G4")
def test_whoever_takes_part_in_two_places_counts_in_both_and_once_in_the_total(world: World) -> None:
    bring_in(TIED)
    found = figure("people_taking_part")
    parents = next(one for one in found.lines if one.member == "parent")
    assert (parents.numerator, parents.denominator) == (1, 3)
    assert of(found, "quadrant")["North East"] == (1, 5)
    assert of(found, "quadrant")["South"] == (1, 1)
    assert (found.numerator, found.denominator) == (1, 5)
    came = figure("courses_attended")
    assert came.numerator == 2
    assert {name: one for name, (one, _) in of(came, "quadrant").items() if one} == {"North East": 2, "South": 1}


@pytest.mark.case("G4")
def test_of_two_parents_who_started_on_one_day_the_one_who_gained_less_speaks(world: World) -> None:
    bring_in(TIED)
    latest, everybody = (figure("wellbeing_improved", reading={"": letter}) for letter in "AB")
    assert (latest.numerator, latest.denominator, latest.not_known) == (0, 1, 2)
    assert (everybody.numerator, everybody.denominator) == (0, 1)


@pytest.mark.case("G4")
def test_of_a_review_and_an_end_on_one_day_the_review_is_the_second_score(world: World) -> None:
    bring_in(TIED)
    assert figure("parents_engaged", reading={"": "B"}).exact == -1


@pytest.mark.case("G10")
def test_a_mean_that_would_be_another_today_names_its_records(past: Callable[..., None]) -> None:
    past(
        contacts=contacts(60, 60, 60, 60),
        closures="Case,Closed,Closing reason\nC1,12/11/2010,needs_met\nC2,12/11/2010,needs_met\n",
    )
    held = rules(SERVICE, AUTUMN.end)
    agreement = Agreement.objects.get(key=SERVICE)
    made = Return(agreement=agreement, series="monitoring", period_from=AUTUMN.start, period_to=AUTUMN.end)
    before = {key: records_now(made, held, key, KNOWN) for key in ("sessions_per_case", "casework_and_groups")}
    late = Contact.objects.first()
    late.pk, late.minutes = uuid.uuid4(), 45
    late.save(force_insert=True)
    for key, was in before.items():
        added_up = restatement._facts_added_up(held, key, {})
        changes = restatement._changes(was, records_now(made, held, key, KNOWN), added_up)
        assert [(one.before, one.now) for one in changes] == [
            ("in", "in") if key == "sessions_per_case" else ("not there", "in")
        ]
        assert restatement._changes(was, was, added_up) == ()
