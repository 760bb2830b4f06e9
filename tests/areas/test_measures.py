"""Figures: each is the size of a set of records, worked out exactly, as known at a moment."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fingerpost.agreements.contracts.queries import rules
from fingerpost.cli import main
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.language.periods import Period
from fingerpost.people.schooling.models import AttendanceWeek, Exclusion
from fingerpost.proof.measures.answers import Answer
from fingerpost.proof.measures.by_member import by_member
from fingerpost.proof.measures.evaluate import evaluate, evaluate_several, every_reading, set_up, under_readings
from fingerpost.proof.measures.records import records
from fingerpost.proof.measures.sql import run
from fingerpost.work.casework.models import CaseChild
from tests.fixtures.casebook import Casebook, Child, at
from tests.fixtures.world import SERVICE, World

AUTUMN = Period(date(2010, 10, 1), date(2010, 12, 31))
OPENED, CLOSED = date(2010, 4, 21), date(2010, 11, 12)
NEW_YEAR, SUMMER = date(2010, 12, 31), date(2011, 8, 1)
SYSTEM = Actor.system()
WHEN_CLOSED = {"in_which_return": "A"}


@pytest.fixture
def book(world: World) -> Casebook:
    return Casebook()


def figure(indicator: str, *, period: Period = AUTUMN, known: date = NEW_YEAR, actor: Actor = SYSTEM, **more):
    return evaluate(SERVICE, indicator, actor=actor, period=period, as_known_at=at(known, 23), **more)


def behind(indicator: str, *, period: Period = AUTUMN, known: date = NEW_YEAR, actor: Actor = SYSTEM, **more):
    return records(SERVICE, indicator, actor=actor, period=period, as_known_at=at(known, 23), **more)


def test_a_fall_of_exactly_thirty_percent_counts(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((170, 200), (179, 200))])
    book.case(OPENED, CLOSED, [Child((425, 500), (447, 500))])
    book.save()
    found = figure("attendance_improved")
    assert (found.numerator, found.denominator, found.status) == (1, 2, "not_met")
    assert found.reading_note == "reading proposed, not agreed"


def test_nothing_at_all_is_no_data(book: Casebook) -> None:
    found = figure("attendance_improved")
    assert (found.numerator, found.denominator, found.value, found.status) == (0, 0, None, "no_data")


def test_a_family_counts_once_and_only_if_every_child_improved(book: Casebook) -> None:
    better, worse = Child((102, 120), (120, 120)), Child((102, 120), (90, 120))
    book.case(OPENED, CLOSED, [better, worse])
    book.case(OPENED, CLOSED, [better, better])
    book.save()
    found = figure("attendance_improved")
    assert (found.numerator, found.denominator) == (1, 2)
    either = figure("attendance_improved", reading={"several_children": "B"})
    assert (either.numerator, either.denominator) == (2, 2)


def test_a_child_without_a_baseline_is_listed_outside_with_the_reason(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child(None, (120, 120)), Child((102, 120), (120, 120))])
    book.save()
    found = figure("attendance_improved")
    assert (found.numerator, found.denominator, found.outside) == (1, 1, 1)
    left = behind("attendance_improved", answer=Answer.OUTSIDE)
    assert [(one.reason, one.reason_label) for one in left.records] == [("absence_rate_before", "Absence before")]
    assert behind("attendance_improved", answer=Answer.IN).total == 1


def test_follow_up_that_was_never_loaded_is_not_known(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), None)])
    book.save()
    found = figure("attendance_improved")
    assert (found.denominator, found.not_known, found.status) == (0, 1, "no_data")
    assert behind("attendance_improved").records[0].reason == "absence_change"


def test_exclusions_are_pending_until_the_twelfth_school_week_after_closing_has_ended(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child(exclusions=[date(2010, 4, 20)])])
    book.save()
    for day, pending in ((NEW_YEAR, 1), (date(2011, 2, 18), 1), (date(2011, 2, 19), 0)):
        found = figure("no_repeat_exclusion", known=day, reading=WHEN_CLOSED)
        assert (day, found.pending, found.denominator) == (day, pending, 1 - pending)


def test_late_entries_do_not_change_a_figure_as_known_earlier(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    late = date(2011, 1, 10)
    book.case(OPENED, CLOSED, [Child((102, 120), (60, 120))], recorded=at(late))
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))], closing_recorded=at(late))
    book.save()
    assert figure("attendance_improved").denominator == 1
    now = figure("attendance_improved", known=late)
    assert (now.numerator, now.denominator) == (2, 3)


def test_a_superseded_week_counts_until_it_was_superseded(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (108, 120))])
    book.save()
    week = AttendanceWeek.objects.order_by("-monday").first()
    assert week is not None
    replaced = at(date(2011, 1, 10))
    AttendanceWeek.objects.filter(pk=week.pk).update(superseded_at=replaced)
    AttendanceWeek.objects.create(
        person_id=week.person_id, monday=week.monday, possible=10, attended=0, recorded_at=replaced
    )
    assert figure("attendance_improved").numerator == 1
    assert figure("attendance_improved", known=SUMMER).numerator == 0


def test_breakdowns_have_every_area_and_add_up(book: Casebook) -> None:
    better = Child((102, 120), (120, 120), groups=["young_carer", "child_in_care"])
    book.case(OPENED, CLOSED, [better])
    book.case(OPENED, CLOSED, [Child((102, 120), (60, 120))], locality="epping_green")
    book.save()
    found = figure("attendance_improved")
    quadrants = {
        one.member: (one.numerator, one.denominator) for one in found.breakdowns if one.dimension == "quadrant"
    }
    assert quadrants == {"mid": (0, 0), "north_east": (1, 1), "south": (0, 0), "west": (0, 1)}
    groups = {one.label: one.denominator for one in found.breakdowns if one.dimension == "vulnerable_group"}
    assert groups == {"Young carer": 1, "Child in care": 1, "Not known": 1}


def test_mean_of_sessions_with_its_range(book: Casebook, world: World) -> None:
    alice, bob = world.users["alice"], world.users["bob"]
    for sessions, extended in ((4, False), (6, False), (9, True), (5, False)):
        book.case(OPENED, CLOSED, [Child()], sessions=sessions, missed=1, extended=extended, worker=alice, bob=bob)
    book.save()
    found = figure("sessions_per_case")
    assert (found.numerator, found.denominator, found.value, found.status) == (24, 4, Decimal(6), "met")
    assert figure("sessions_per_case", reading={"": "B"}).status == "met"
    assert figure("sessions_per_case", reading={"": "C"}).value == 75
    workers = [one for one in found.breakdowns if one.dimension == "worker"]
    assert [(one.label, one.numerator) for one in workers] == [("Alice Marsh", 24)]


def test_a_comparison_on_the_same_rows_leaves_out_what_is_pending(book: Casebook) -> None:
    before, after = date(2010, 4, 20), date(2010, 11, 20)
    book.case(OPENED, date(2010, 10, 4), [Child(exclusions=[before, date(2010, 4, 19), date(2010, 11, 1)])])
    book.case(OPENED, CLOSED, [Child(exclusions=[before, after])])
    book.save()
    known = date(2011, 1, 22)
    found = figure("fixed_term_exclusions", known=known, reading=WHEN_CLOSED)
    assert found.against is not None
    assert (found.numerator, found.against.numerator, found.pending, found.status) == (1, 2, 1, "improved")
    settled = figure("fixed_term_exclusions", known=SUMMER, reading=WHEN_CLOSED)
    assert settled.against is not None
    assert (settled.numerator, settled.against.numerator, settled.pending) == (2, 3, 0)
    assert [one.letter for one in found.beside][:2] == ["B", "C"]


def test_the_figure_is_the_size_of_its_records(book: Casebook) -> None:
    for number in range(30):
        after = (120 - number, 120) if number % 7 else None
        book.case(OPENED, CLOSED, [Child((102, 120), after), *([Child(None)] if number % 5 == 0 else [])])
    book.save()
    found = figure("attendance_improved")
    for answer, size in (
        (Answer.IN, found.numerator),
        (Answer.NOT_KNOWN, found.not_known),
        (Answer.OUTSIDE, found.outside),
    ):
        listed = behind("attendance_improved", answer=answer, size=None)
        assert len(listed.records) == listed.total == size
    first = behind("attendance_improved", size=10)
    assert (len(first.records), first.total) == (10, 36)
    assert first.records[0].reference == "C-000001"


def test_every_indicator_of_the_contract_has_an_answer(book: Casebook) -> None:
    held = rules(SERVICE, AUTUMN.end)
    asked = {"actor": SYSTEM, "period": AUTUMN, "as_known_at": at(NEW_YEAR), "rules": held}
    found = evaluate_several(held.contract.indicators, **asked)
    assert {one.indicator: one.status for one in found if one.recorded}.keys() >= {
        "persistent_absence",
        "fixed_term_exclusions",
        "sessions_per_case",
        "attendance_improved",
        "no_repeat_exclusion",
    }
    assert all(one.status == "no_data" for one in found if not one.recorded)


def test_an_unfinished_period_has_no_verdict_yet(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    book.save()
    assert figure("attendance_improved", known=NEW_YEAR - timedelta(days=1)).status == "so_far"


def test_who_may_see_figures_and_who_may_see_the_records(book: Casebook, world: World) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    book.save()
    CaseChild.objects.update(scope_keys=[f"service:{SERVICE}", f"team:{world.teams['tendring'].pk}"])
    sam, dave, alice, bob = (world.actor(name) for name in ("sam", "dave", "alice", "bob"))
    assert figure("attendance_improved", actor=sam).numerator == 1
    assert figure("attendance_improved", actor=dave).numerator == 1
    assert behind("attendance_improved", actor=sam).records[0].reference == "C-000001"
    with pytest.raises(NotAllowed):
        behind("attendance_improved", actor=dave)
    with pytest.raises(NotAllowed):
        figure("attendance_improved", actor=alice)
    CaseChild.objects.update(restricted=True)
    hidden = behind("attendance_improved", actor=sam).records[0]
    assert (hidden.is_visible, hidden.answer, dict(hidden.facts)) == (False, Answer.IN, {})
    assert bob.name == "Bob Lennox"


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicator": "nothing"},
        {"indicator": "attendance_improved", "reading": {"change": "Z"}},
        {"indicator": "attendance_improved", "reading": {"colour": "A"}},
        {"indicator": "attendance_improved", "by": ("cluster",)},
    ],
)
def test_what_does_not_exist_is_refused_in_plain_words(book: Casebook, wrong: dict) -> None:
    with pytest.raises(Refused):
        figure(**wrong)


def test_reasons_beside_the_exclusions_come_to_the_same_totals(book: Casebook) -> None:
    before, after = date(2010, 4, 20), date(2010, 11, 20)
    book.case(OPENED, CLOSED, [Child(exclusions=[before, date(2010, 4, 19), after])])
    book.case(OPENED, CLOSED, [Child(exclusions=[before, date(2010, 6, 7)])])
    for place, one in enumerate(book.rows[Exclusion]):
        one.reasons = [["PP", "DB"], ["DB"], []][place % 3]
    book.save()
    found = figure("fixed_term_exclusions", known=SUMMER, reading=WHEN_CLOSED)
    reasons = found.beside[-1]
    assert reasons.recorded
    spans = {one.member: one.numerator for one in reasons.breakdowns if one.dimension == "case_span"}
    assert found.against is not None
    assert (spans["before"], spans["after"]) == (found.against.numerator, found.numerator) == (3, 1)
    named = {one.member: one.numerator for one in reasons.breakdowns if one.dimension == "reason"}
    assert named == {"PP": 2, "DB": 3, None: 1}


def test_figures_worked_out_together_are_those_worked_out_alone(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    book.case(OPENED, CLOSED, [Child((102, 120), (90, 120))])
    book.save()
    held = rules(SERVICE, AUTUMN.end)
    asked = {"actor": SYSTEM, "period": AUTUMN, "as_known_at": at(NEW_YEAR, 23)}
    together = evaluate_several(held.contract.indicators, rules=held, **asked)
    alone = [evaluate(SERVICE, key, rules=held, **asked) for key in held.contract.indicators]
    assert [one.as_dict() for one in together] == [one.as_dict() for one in alone]


def test_every_reading_together_gives_what_each_gives_alone(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120)), Child((90, 120), (90, 120))])
    book.case(OPENED, CLOSED, [Child((60, 120), (90, 120))])
    book.save()
    held = rules(SERVICE, AUTUMN.end)
    asked = {"actor": SYSTEM, "period": AUTUMN, "as_known_at": at(NEW_YEAR, 23), "rules": held}
    readings = every_reading(held, "attendance_improved")
    assert len(readings) == 8
    together = under_readings(SERVICE, "attendance_improved", readings, **asked)
    alone = [evaluate(SERVICE, "attendance_improved", reading=one, **asked) for one in readings]
    assert [one.as_dict() for one in together] == [one.as_dict() for one in alone]
    assert len({str(one.value) for one in together}) > 1


def test_the_command_line_gives_every_reading(book: Casebook, capsys: pytest.CaptureFixture[str]) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    book.save()
    asked = ["figures", SERVICE, "--at", "2010-12-31", "--known", "2011-08-01", "--json", "--every-reading"]
    assert main([*asked, "--indicator", "attendance_improved", "--indicator", "sessions_per_case"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert [one["indicator"] for one in figures] == ["attendance_improved"] * 8 + ["sessions_per_case"] * 3
    assert len({str(one["readings"]) for one in figures}) == 11


def test_figures_are_planned_afresh_and_setting_them_up_asks_once(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    book.save()
    held = rules(SERVICE, AUTUMN.end)
    asked = {"actor": SYSTEM, "period": AUTUMN, "as_known_at": at(NEW_YEAR, 23), "rules": held}
    with CaptureQueriesContext(connection) as some:
        evaluate_several(["sessions_per_case"], **asked)
    with CaptureQueriesContext(connection) as more:
        for _ in range(5):
            evaluate_several(["sessions_per_case", "wellbeing_improved", "cases_ended"], **asked)
    calendars = [
        sum("schooling_school" in one["sql"] and "UNION" in one["sql"] for one in seen) for seen in (some, more)
    ]
    assert calendars == [1, 5]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s", ["%worked_out%"])
        assert cursor.fetchall() == []


def test_a_family_counts_under_each_group_of_its_children_and_under_none(book: Casebook) -> None:
    better = (102, 120), (120, 120)
    book.case(OPENED, CLOSED, [Child(*better, groups=("young_carer",)), Child(*better)])
    book.case(OPENED, CLOSED, [Child(*better, groups=("young_carer",)), Child(*better, groups=("young_carer",))])
    book.save()
    found = figure("attendance_improved", by=("vulnerable_group", "quadrant"))
    assert {(one.dimension, one.member): one.numerator for one in found.breakdowns if one.numerator} == {
        ("vulnerable_group", "young_carer"): 2,
        ("vulnerable_group", None): 1,
        ("quadrant", "north_east"): 2,
    }
    assert found.numerator == 2


def how_joins_are_made() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_mergejoin")
        return str(cursor.fetchone()[0])


def test_figures_fence_what_they_work_out_and_leave_the_connection_as_it_was(book: Casebook) -> None:
    with CaptureQueriesContext(connection) as seen:
        figure("sessions_per_case")
    (worked_out,) = [one["sql"] for one in seen if '"worked_out" AS (' in one["sql"]]
    assert worked_out.count("OFFSET 0") == 1
    assert how_joins_are_made() == "on"
    asked = set_up(SERVICE, "sessions_per_case", actor=SYSTEM, period=AUTUMN, as_known_at=at(NEW_YEAR)).asked
    with pytest.raises(DataError), transaction.atomic():
        run("SELECT 1/0", asked)
    assert how_joins_are_made() == "on"


def test_the_parts_by_worker_are_those_of_the_whole_figure(book: Casebook) -> None:
    book.case(OPENED, CLOSED, [Child((102, 120), (120, 120))])
    book.save()
    parts = by_member(rules(SERVICE, AUTUMN.end), "worker", actor=SYSTEM, period=AUTUMN, as_known_at=at(NEW_YEAR, 23))
    assert {"attendance_improved", "sessions_per_case"} <= {one.indicator for one in parts}
    for one in parts:
        whole = figure(one.indicator, by=("worker",))
        members = {member.member: member for member in whole.breakdowns if member.dimension == "worker"}
        assert one.members.keys() == members.keys()
        assert all(numbers.value == members[member].value for member, numbers in one.members.items())
