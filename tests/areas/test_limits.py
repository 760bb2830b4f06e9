"""How much there may be of a declared kind about one thing: asked at every write, from whichever side it comes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fingerpost.agreements.registers import commands as registers
from fingerpost.agreements.registers import subjects
from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access.command import Refused
from fingerpost.language.compile import check
from fingerpost.language.faults import Severity
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY
from fingerpost.work.casework.models import Case
from tests.fixtures.cases import allocated
from tests.fixtures.declared import adopt_kinds
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.scheduled import LIMITED
from tests.fixtures.world import CONTRACT, SERVICE, World, moment


@pytest.fixture
def case(world: World) -> Case:
    adopt_kinds(LIMITED)
    return allocated(world, at=moment(2010, 6, 15))


def give(case: Case, hours: int) -> None:
    entry = Entry.objects.get(kind="case", about_id=case.pk)
    registers.carry_on(SYSTEM, entry, answers={"hours_given": hours}, revision=entry.revision, at=moment(2010, 6, 16))


def outing(case: Case, hours: Any, came_of_it: str = "used", day: date = date(2010, 9, 1)) -> Entry:
    return registers.begin(
        SYSTEM, subjects.of_record(SERVICE, "case", case), kind="outing",
        answers={"hours": hours, "came_of_it": came_of_it}, times={"planned_for": day}, at=moment(2011, 6, 1),
    )  # fmt: skip


def test_nothing_goes_until_the_most_is_written_down(case: Case) -> None:
    with pytest.raises(Refused, match="Write down first: Hours given for the year"):
        outing(case, 1)
    outing(case, 1, "provider")
    give(case, 10)
    outing(case, 10)


def test_hours_are_added_up_to_the_last(case: Case) -> None:
    give(case, 10)
    outing(case, 6)
    outing(case, 30, "provider")
    with pytest.raises(
        Refused, match=r"That would come to 11 hours\. There may be 10 hours in the year at most"
    ) as told:
        outing(case, 5, "late")
    assert told.value.field == "hours"
    outing(case, 4, "late")


def test_each_case_and_each_year_has_its_own(case: Case, world: World) -> None:
    """Reporting years run from April to March."""
    give(case, 10)
    outing(case, 10, day=date(2011, 3, 31))
    with pytest.raises(Refused, match="come to 11 hours"):
        outing(case, 1, day=date(2010, 6, 20))
    outing(case, 10, day=date(2011, 4, 1))
    other = allocated(world, home=household("Reed"), at=moment(2010, 6, 15))
    give(other, 3)
    outing(other, 3)


def test_what_is_put_right_or_taken_back_counts_as_it_stands(case: Case) -> None:
    give(case, 10)
    first, second = outing(case, 6), outing(case, 4)
    with pytest.raises(Refused, match=r"come to 10\.5 hours"):
        registers.correct(
            SYSTEM,
            second,
            answers={"hours": Decimal("4.5")},
            times={},
            reason="Longer",
            revision=1,
            at=moment(2011, 6, 2),
        )
    registers.correct(
        SYSTEM, second, answers={"hours": 3}, times={}, reason="Shorter", revision=1, at=moment(2011, 6, 2)
    )
    outing(case, 1)
    registers.withdraw_entry(SYSTEM, first, reason="Twice", revision=1, at=moment(2011, 6, 2))
    outing(case, 6)


def test_one_pump_is_lent_once_at_a_time(case: Case) -> None:
    at = moment(2010, 9, 1)
    pump = registers.begin(
        SYSTEM, subjects.whole_service(SERVICE), kind="pump", answers={"number": "7"},
        times={"bought_on": date(2010, 9, 1)}, at=at,
    )  # fmt: skip
    about = subjects.of_record(SERVICE, "pump", pump)

    def lend(day: int) -> Entry:
        return registers.begin(
            SYSTEM, about, kind="loan", answers={}, times={"lent_on": date(2010, 9, day)}, at=moment(2010, 9, day)
        )

    loan = lend(2)
    with pytest.raises(Refused, match="This pump is lent already"):
        lend(3)
    back = {"returned_on": date(2010, 9, 5)}
    registers.carry_on(SYSTEM, loan, answers={}, times=back, revision=1, at=moment(2010, 9, 5))
    lend(6)
    loan.refresh_from_db()
    with pytest.raises(Refused, match="This pump is lent already"):
        registers.correct(
            SYSTEM, loan, answers={}, times={"returned_on": None}, reason="Not back", revision=2, at=moment(2010, 9, 7)
        )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sum: hours", "sum: hour", "hour is no number of outing that everybody may see who sees outing"),
        ("at_most: hours_given", "at_most: hours_gven", "hours_gven is neither a dated value nor a number in hours"),
        ("came_of_it: [used, late]}, over", "came_of_it: [usd]}, over", "came_of_it is never usd"),
        ("  times: {first_on", "  limit: {at_most: 1}\n  times: {first_on", "There is one of these for each case"),
        ("stage: Out}, at_most", "stage: Away}, at_most", "stage is never Away"),
    ],
)
def test_a_limit_that_cannot_be_asked_is_named(old: str, new: str, told: str) -> None:
    sources = {**read_folder(CONTRACT), "registers.yaml": LIMITED.replace(old, new)}
    errors = [fault.message for fault in check(sources, VOCABULARY) if fault.severity is Severity.ERROR]
    assert any(message.startswith(told) for message in errors), errors
