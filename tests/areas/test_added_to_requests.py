"""What a contract adds to a request runs from the day it came: clocks, figures, and what follows when that day is put right."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.registers import commands, subjects
from fingerpost.agreements.registers.models import Entry
from fingerpost.agreements.registers.reading import rules_of_pathway
from fingerpost.exchange.imports import folders
from fingerpost.exchange.imports.models import Folder
from fingerpost.ground.access.command import Refused
from fingerpost.language.periods import Period
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.measures.figure import Figure
from fingerpost.work.referrals import correcting
from fingerpost.work.referrals.facts import facts_about
from fingerpost.work.referrals.models import Request
from tests.fixtures.cases import allocated
from tests.fixtures.declared import ADDED_TO, adopt_kinds
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.pasts import bring_in
from tests.fixtures.referrals import received
from tests.fixtures.world import SERVICE, World, moment

ACKNOWLEDGED = ADDED_TO.replace("  times:\n", "  times:\n    acknowledged_on: {label: Acknowledged}\n", 1)
CLOCKS = """
acknowledged:
  clause: how_cases_end
  title: Acknowledge the request
  starts: request.received_at
  stops: request.acknowledged_on
  working_days: 2
"""
INDICATORS = """
acknowledged_in_time:
  clause: how_cases_end
  title: Requests acknowledged in two working days
  of: request
  when: received_at
  each: return
  count: request
  share: {acknowledged_in_time: true}
  by: [quadrant]
days_to_acknowledge:
  clause: how_cases_end
  title: Days until a request is acknowledged
  of: request
  when: received_at
  each: return
  median: acknowledged_days
"""
JUNE = Period(date(2010, 6, 1), date(2010, 6, 30))


@pytest.fixture
def declared(world: World) -> World:
    adopt_kinds(ACKNOWLEDGED, clocks=CLOCKS, indicators=INDICATORS)
    return world


def asked_for(name: str, day: int) -> Request:
    home = household(name)
    return received(home, SYSTEM, at=moment(2010, 6, day), scope=home.family.scope)


def addition(request: Request) -> Entry:
    return Entry.objects.get(kind="request", about_id=request.pk)


def acknowledge(request: Request, day: int) -> None:
    entry = addition(request)
    times = {"acknowledged_on": date(2010, 6, day)}
    commands.carry_on(SYSTEM, entry, answers={}, times=times, revision=entry.revision, at=moment(2010, 6, day))


def figure(name: str, at: int = 30) -> Figure:
    return evaluate(SERVICE, name, actor=SYSTEM, period=JUNE, as_known_at=moment(2010, 6, at))


def test_clocks_run_from_the_moment_it_came(declared: World) -> None:
    """Thursday the 3rd: until the end of Monday the 7th."""
    entry = addition(asked_for("Marsh", 3))
    assert (entry.happened_on, str(entry.due_at.date())) == (date(2010, 6, 3), "2010-06-07")


def test_figures_count_every_request_and_say_how_long_it_took(declared: World) -> None:
    first, second, _ = (asked_for(name, day) for name, day in (("Marsh", 3), ("Reed", 3), ("Hill", 28)))
    acknowledge(first, 7)
    acknowledge(second, 8)
    found = figure("acknowledged_in_time", at=29)
    assert (found.numerator, found.denominator, found.pending) == (1, 2, 1)
    assert {one.label: one.denominator for one in found.breakdowns if one.denominator} == {"North East": 2}
    assert figure("days_to_acknowledge").exact == 4.5


def test_a_day_put_right_moves_what_is_due(declared: World) -> None:
    request = asked_for("Marsh", 3)
    correcting.correct_request(
        SYSTEM, request, source="school", school=None, referrer_name="", referrer_contact="", why_asked="",
        received_at=moment(2010, 6, 2), reason="It came a day before", at=moment(2010, 6, 10),
    )  # fmt: skip
    entry = addition(request)
    assert (entry.happened_on, str(entry.due_at.date()), entry.revision) == (date(2010, 6, 2), "2010-06-04", 2)


def test_a_case_has_its_own_from_when_it_is_opened(declared: World) -> None:
    case = allocated(declared)
    entry = Entry.objects.get(kind="case")
    assert (entry.about_id, entry.scope.keys) == (case.pk, case.scope.keys)


def test_a_later_version_asks_nothing_more_of_what_came_before_it(declared: World) -> None:
    """Carried on under a version whose clocks go on from screening, a request of the version before has none of them."""
    request = asked_for("Marsh", 3)
    panel = (
        CLOCKS
        + """
meet: {clause: how_cases_end, title: Meet, starts: request.screened_on, stops: request.panel_on, working_days: 5}
"""
    )
    adopt_kinds(ACKNOWLEDGED, version=3, since=date(2010, 6, 5), clocks=panel)
    acknowledge(request, 7)
    entry = addition(request)
    times = {"screened_on": date(2010, 6, 8)}
    commands.carry_on(SYSTEM, entry, answers={}, times=times, revision=entry.revision, at=moment(2010, 6, 8))
    entry.refresh_from_db()
    assert (entry.due_at, list(entry.deadlines)) == (None, ["acknowledged"])
    newer = asked_for("Reed", 9)
    entry = addition(newer)
    commands.carry_on(
        SYSTEM, entry, answers={}, times=times | {"screened_on": date(2010, 6, 9)}, revision=1, at=moment(2010, 6, 9)
    )
    entry.refresh_from_db()
    assert set(entry.deadlines) == {"acknowledged", "meet"}


@pytest.mark.parametrize("children", [("Ada",), ("Ada", "Ben", "Cleo", "Dan")])
def test_what_is_added_is_read_once_for_all_children(declared: World, children: tuple[str, ...]) -> None:
    home = household("Marsh", children=children)
    request = received(home, SYSTEM, at=moment(2010, 6, 3), scope=home.family.scope)
    held = rules(SERVICE, date(2010, 6, 4))
    with CaptureQueriesContext(connection) as asked:
        facts_about(request, home.children, held)
    assert sum("registers_entry" in one["sql"] for one in asked) == 1


def test_nothing_is_kept_of_what_came_before(world: World) -> None:
    adopt_kinds(ACKNOWLEDGED, since=date(2010, 6, 5), clocks=CLOCKS)
    asked_for("Marsh", 4)
    assert not Entry.objects.exists()
    asked_for("Reed", 5)
    assert Entry.objects.count() == 1


PEOPLE = """Own number,Family,Part,First name,Last name,Birth date,Locality
P1,F1,Mother,Pat,Marsh,,Tendring
C1,F1,Child,Ada,Marsh,14/05/2002,Tendring
"""
REQUESTS = """Request,Family,Children,Source,Received
R1,F1,C1,School,03/06/2010
"""


class TestOfAList:
    @pytest.fixture
    def folder(self, declared: World) -> Folder:
        """A family and its request, brought in by a folder."""
        bring_in({"people": PEOPLE, "referral_history": REQUESTS})
        return Folder.objects.get()

    def test_begin_as_if_written_by_hand(self, folder: Folder) -> None:
        entry = Entry.objects.get(kind="request")
        assert (entry.happened_on, str(entry.due_at.date())) == (date(2010, 6, 3), "2010-06-07")

    def test_go_when_it_is_undone(self, folder: Folder) -> None:
        folders.undo_folder(SYSTEM, folder, reason="Sent twice", at=moment(2011, 2, 2))
        assert not Entry.objects.exists()

    def test_keep_it_from_being_undone_once_somebody_wrote_something(self, folder: Folder) -> None:
        request = Request.objects.get()
        acknowledge(request, 7)
        with pytest.raises(Refused, match="Something was written down in E-"):
            folders.undo_folder(SYSTEM, folder, reason="Sent twice", at=moment(2011, 2, 2))
        assert Request.objects.filter(pk=request.pk).exists()
        assert addition(request).times["acknowledged_on"] == "2010-06-07"

    def test_keep_it_from_being_undone_also_where_they_were_begun_again_by_hand(self, folder: Folder) -> None:
        request = Request.objects.get()
        entry = addition(request)
        commands.withdraw_entry(SYSTEM, entry, reason="Wrong request", revision=1, at=moment(2011, 2, 1))
        about = subjects.of_record(SERVICE, "request", request)
        commands.begin(SYSTEM, about, kind="request", answers={"score": 3}, at=moment(2011, 2, 1))
        with pytest.raises(Refused, match="Something was written down in E-"):
            folders.undo_folder(SYSTEM, folder, reason="Sent twice", at=moment(2011, 2, 2))

    def test_go_also_where_the_empty_one_was_taken_back(self, folder: Folder) -> None:
        entry = addition(Request.objects.get())
        commands.withdraw_entry(SYSTEM, entry, reason="Wrong request", revision=1, at=moment(2011, 2, 1))
        folders.undo_folder(SYSTEM, folder, reason="Sent twice", at=moment(2011, 2, 2))
        assert not Entry.objects.exists()

    def test_of_earlier_years_are_left_as_they_are(self, declared: World) -> None:
        """No contract was in force when they came."""
        bring_in({"people": PEOPLE, "referral_history": REQUESTS.replace("2010", "2009")})
        assert not Entry.objects.exists()
        request = Request.objects.get()
        assert rules_of_pathway(SERVICE, "request", request.received_at, date(2011, 2, 1)).contract.version == 2
