"""Figures over the kinds of record that a contract declares: counted, shared out, by clock, by area, as known then."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fingerpost.agreements.registers import commands as registers
from fingerpost.agreements.registers import subjects
from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.places.models import Area, area_key
from fingerpost.language.answering import NoAnswer
from fingerpost.language.periods import Period
from fingerpost.language.vocabulary.kinds import COLUMNS
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family
from fingerpost.proof.measures import answers, columns
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.measures.figure import Figure
from fingerpost.proof.measures.records import records
from tests.fixtures.cases import allocated
from tests.fixtures.declared import COMPLAINTS, adopt_kinds
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.world import SERVICE, World, moment

WINTER = Period(date(2010, 12, 1), date(2011, 1, 31))
LATER = moment(2011, 3, 1)
CLOCKS = """
complaint_acknowledged: {clause: how_cases_end, starts: complaint.received_on, stops: complaint.acknowledged_on, working_days: 3}
"""
INDICATORS = """
complaints:
  clause: how_cases_end
  title: Complaints received
  of: complaint
  when: received_on
  each: return
  count: complaint
  by: [quadrant, stage]
acknowledged:
  clause: how_cases_end
  title: Complaints acknowledged in three working days
  of: complaint
  when: received_on
  each: return
  count: complaint
  share: {complaint_acknowledged_in_time: true}
  target: {at_least: 95, unit: percent}
complaining: {clause: how_cases_end, title: Families who complained, of: complaint, when: received_on, each: return, count: family}
upheld:
  clause: how_cases_end
  title: Complaints upheld
  of: complaint
  when: answered_on
  each: return
  count: complaint
  share: {upheld: [upheld, partly]}
  by: [upheld]
asked_agencies:
  clause: families_shape_the_service
  title: Local issues
  of: issue
  when: raised_on
  each: return
  count: issue
  by: [asked, locality]
hours_helped: {clause: families_shape_the_service, title: Hours of help, of: helped, when: helped_on, each: return, sum: hours}
"""
HELPED = """
helped:
  label: {one: Hour of help, many: Hours of help}
  clause: families_shape_the_service
  items: {hours: {type: number, unit: hours, at_least: 0}}
  times: {helped_on: {required: true}}
"""


@pytest.fixture
def declared(world: World) -> World:
    adopt_kinds(COMPLAINTS + HELPED, indicators=INDICATORS, clocks=CLOCKS)
    return world


def complaint(family: Family, received: date, **acknowledged: Any) -> Entry:
    """A complaint written down on the day it came; carried on when it was acknowledged."""
    about = subjects.of_record(SERVICE, "family", family)
    entry = registers.begin(
        SYSTEM,
        about,
        kind="complaint",
        answers={"matter": "It came late"},
        times={"received_on": received},
        at=moment(received.year, received.month, received.day),
    )
    return carried_on(entry, **acknowledged) if acknowledged else entry


def carried_on(entry: Entry, *, answers: dict[str, Any] | None = None, at: datetime, **times: date) -> Entry:
    entry.refresh_from_db()
    return registers.carry_on(SYSTEM, entry, answers=answers or {}, times=times, revision=entry.revision, at=at)


def figure(name: str, at: datetime = LATER, actor: Actor = SYSTEM) -> Figure:
    return evaluate(SERVICE, name, actor=actor, period=WINTER, as_known_at=at)


def members(found: Figure, dimension: str) -> dict[str, Any]:
    return {one.label: one.numerator for one in found.breakdowns if one.dimension == dimension and one.numerator}


class TestComplaints:
    @pytest.fixture
    def four(self, declared: World) -> list[Entry]:
        """Of Monday the 20th: acknowledged on the last day in time, a day later, and not at all; and one of the 31st."""
        marsh, reed = household().family, household("Reed").family
        return [
            complaint(marsh, date(2010, 12, 20), acknowledged_on=date(2010, 12, 23), at=moment(2010, 12, 23)),
            complaint(marsh, date(2010, 12, 20), acknowledged_on=date(2010, 12, 24), at=moment(2010, 12, 24)),
            complaint(reed, date(2010, 12, 20)),
            complaint(reed, date(2010, 12, 31)),
        ]

    def test_are_counted_by_entry_and_by_family(self, four: list[Entry]) -> None:
        assert (figure("complaints").numerator, figure("complaining").numerator) == (4, 2)

    def test_lie_in_the_area_where_the_family_lives_and_at_their_stage(self, four: list[Entry]) -> None:
        found = figure("complaints")
        assert members(found, "stage") == {"Acknowledged": 2, "New": 2}
        assert members(found, "quadrant") == {"North East": 4}

    def test_are_acknowledged_in_time_by_the_working_days_of_the_clock(self, four: list[Entry]) -> None:
        found = figure("acknowledged")
        assert (found.numerator, found.denominator, found.pending) == (1, 4, 0)

    def test_wait_until_the_clock_has_run_out(self, four: list[Entry]) -> None:
        """Three working days from the 31st, over the holiday of the 3rd of January: the 6th."""
        before, after = figure("acknowledged", moment(2011, 1, 6)), figure("acknowledged", moment(2011, 1, 7))
        assert (before.numerator, before.denominator, before.pending) == (1, 3, 1)
        assert (after.numerator, after.denominator, after.pending) == (1, 4, 0)

    def test_are_counted_as_they_were_known_then(self, four: list[Entry]) -> None:
        carried_on(four[2], acknowledged_on=date(2010, 12, 21), at=moment(2011, 2, 10))
        then, now = figure("acknowledged", moment(2011, 2, 9)), figure("acknowledged", moment(2011, 2, 11))
        assert (then.numerator, now.numerator) == (1, 2)
        assert members(figure("complaints", moment(2011, 2, 9)), "stage")["New"] == 2

    def test_taken_back_count_until_they_are(self, four: list[Entry]) -> None:
        four[3].refresh_from_db()
        registers.withdraw_entry(
            SYSTEM, four[3], reason="Written twice", revision=four[3].revision, at=moment(2011, 2, 10)
        )
        assert figure("complaints", moment(2011, 2, 9)).numerator == 4
        assert figure("complaints", moment(2011, 2, 11)).numerator == 3

    def test_share_of_those_answered_leaves_out_what_nobody_can_say(self, four: list[Entry]) -> None:
        answered = date(2011, 1, 10)
        for entry, upheld in zip(four, ("upheld", "partly", "no_fault", NoAnswer.NOT_KNOWN), strict=True):
            remedy = {"remedy": "Said sorry"} if upheld in ("upheld", "partly") else {}
            answers = {"upheld": upheld, **remedy}
            carried_on(entry, answers=answers, answered_on=answered, at=moment(2011, 1, 10))
        found = figure("upheld")
        assert (found.numerator, found.denominator, found.not_known) == (2, 3, 1)
        assert members(found, "upheld") == {"Upheld": 1, "In part": 1}

    def test_open_to_whoever_may_see_each(self, declared: World, four: list[Entry]) -> None:
        page = records(SERVICE, "complaints", actor=declared.actor("sam"), period=WINTER, as_known_at=LATER)
        assert ({one.reference for one in page.records}, page.total) == ({one.ref for one in four}, 4)

    def test_count_without_their_references_for_whoever_may_not(self, world: World) -> None:
        adopt_kinds(
            COMPLAINTS.replace("sees: [supervisor, service_manager]}\nissue", "sees: [supervisor]}\nissue"),
            indicators=INDICATORS[: INDICATORS.index("acknowledged:")],
        )
        complaint(household().family, date(2010, 12, 20))
        page = records(SERVICE, "complaints", actor=world.actor("sam"), period=WINTER, as_known_at=LATER)
        assert ([one.reference for one in page.records], page.total) == ([""], 1)


def test_a_complaint_stays_where_the_family_lived_on_its_day(declared: World) -> None:
    home = household()
    complaint(home.family, date(2010, 12, 20))
    there = Area.objects.get(pk=area_key(SERVICE, "harlow_fields"))
    families.move(
        SYSTEM, home.parent, lines="9 High Street", area=there, since=date(2011, 1, 10), at=moment(2011, 1, 10)
    )
    for day in (9, 10, 20):
        complaint(home.family, date(2011, 1, day))
    assert members(figure("complaints"), "quadrant") == {"North East": 2, "West": 2}


def test_a_clock_in_hours_waits_to_its_last_moment(world: World) -> None:
    """Ended by noon of the next day, or not known until then; with the moment gone, it was not."""
    visits = """
lone_visit_ended: {clause: attendance_and_wellbeing, starts: lone_visit.began_at, stops: lone_visit.ended_at, hours: 24}
"""
    ended = """
ended:
  clause: attendance_and_wellbeing
  title: Visits ended in a day
  of: lone_visit
  when: began_at
  each: return
  count: lone_visit
  share: {lone_visit_ended_in_time: true}
"""
    adopt_kinds(clocks=visits, indicators=ended)
    about = subjects.of_record(SERVICE, "case", allocated(world))
    began = moment(2010, 12, 6)
    registers.begin(SYSTEM, about, kind="lone_visit", answers={}, times={"began_at": began}, at=began)
    last = began + timedelta(hours=24)
    then, after = figure("ended", last), figure("ended", last + timedelta(seconds=1))
    assert (then.denominator, then.pending, after.denominator, after.numerator) == (0, 1, 1, 0)


def test_kinds_that_count_alike_keep_their_own_words(declared: World) -> None:
    """Miles in a later version, where hours were counted alike before."""
    registers.begin(
        SYSTEM, subjects.whole_service(SERVICE), kind="helped", answers={"hours": 2},
        times={"helped_on": date(2010, 12, 2)}, at=moment(2010, 12, 2),
    )  # fmt: skip
    assert figure("hours_helped").unit == "hours"
    later = HELPED.replace("unit: hours", "unit: miles")
    adopt_kinds(COMPLAINTS + later, version=3, since=date(2011, 1, 20), indicators=INDICATORS, clocks=CLOCKS)
    assert figure("hours_helped").unit == "miles"


def test_no_name_of_a_contract_is_a_column_of_the_figures() -> None:
    of_rows = ("PLACE", "RANK", "RANK_BESIDE", "AMOUNT", "AMOUNT_BESIDE", "UNIT", "BECAUSE")
    of_units = ("HAS_UNIT", "HOW_MANY", "RANK_OTHER", "PLACE_EITHER")
    held = [getattr(answers, name) for name in of_rows] + [getattr(columns, name) for name in of_units]
    assert set(held) < COLUMNS


def test_several_answers_count_once_in_each_line_and_once_in_all(declared: World) -> None:
    for area, asked in (("tendring", ("council", "health")), ("colchester", ("health",))):
        registers.begin(
            SYSTEM,
            subjects.area_of_service(SERVICE, area, area),
            kind="issue",
            answers={"problem": "No bus", "asked": asked},
            times={"raised_on": date(2010, 12, 2)},
            at=moment(2010, 12, 2),
        )
    found = figure("asked_agencies")
    assert (found.numerator, members(found, "asked")) == (2, {"Council": 1, "Health": 2})
    assert members(found, "locality") == {"Tendring": 1, "Colchester": 1}


def test_numbers_are_added_with_every_place(declared: World) -> None:
    for hours in (Decimal("1.5"), 2, Decimal("0.25")):
        registers.begin(
            SYSTEM,
            subjects.whole_service(SERVICE),
            kind="helped",
            answers={"hours": hours},
            times={"helped_on": date(2010, 12, 2)},
            at=moment(2010, 12, 2),
        )
    found = figure("hours_helped")
    assert (found.numerator, found.unit) == (Decimal("3.75"), "hours")
