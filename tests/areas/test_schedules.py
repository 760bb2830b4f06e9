"""Schedules of a contract: drawn for each case and record, moved with what they follow from, stopping, counted."""

from datetime import date, timedelta
from typing import Any

import pytest

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.registers import commands as registers
from fingerpost.agreements.registers import subjects
from fingerpost.agreements.registers.deadlines import due
from fingerpost.agreements.registers.models import Entry
from fingerpost.exchange.imports import folders
from fingerpost.exchange.imports.models import Folder
from fingerpost.ground.access import commands as access
from fingerpost.ground.access.actor import NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.language.compile import check
from fingerpost.language.faults import Severity
from fingerpost.language.periods import Period
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.declared import adopt_kinds
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.pasts import bring_in
from tests.fixtures.scheduled import CHECKED, CHECKS, CHECKS_COUNTED, POINTS_COUNTED, SCHEDULED, SCHEDULES
from tests.fixtures.world import CONTRACT, SERVICE, World, moment


@pytest.fixture
def declared(world: World) -> World:
    adopt_kinds(SCHEDULED, schedules=SCHEDULES, indicators=POINTS_COUNTED)
    return world


@pytest.fixture
def case(declared: World) -> Case:
    return allocated(declared, at=moment(2010, 9, 10))


def about(case: Case) -> subjects.Subject:
    return subjects.of_record(SERVICE, "case", case)


def opened(case: Case) -> date:
    return case.opened_at.date()


def write(kind: str, subject: subjects.Subject, answers: dict[str, Any], **times: date) -> Entry:
    last = max(times.values())
    at = moment(last.year, last.month, last.day)
    return registers.begin(SYSTEM, subject, kind=kind, answers=answers, times=times, at=at)


def profile(case: Case, day: date, *, whole: bool = True) -> Entry:
    return write("profile", about(case), {"likes": "Cats", "whole": whole}, agreed_on=day)


def points(kind: str) -> list[tuple[str, str]]:
    """Each point's due day and stage, the earliest first."""
    rows = Entry.objects.filter(kind=kind, taken_back_at=None).order_by("times__due_on", "stage")
    return [(one.times["due_on"], one.stage) for one in rows]


class TestOfACase:
    def test_is_due_from_the_day_it_was_opened(self, case: Case) -> None:
        (one,) = Entry.objects.filter(kind="profile_in_date")
        assert (one.about_id, one.scope.keys, one.happened_on) == (case.pk, case.scope.keys, opened(case))
        assert one.times["due_on"] == "2010-09-24", "ten working days"

    def test_is_fulfilled_by_a_whole_profile_and_due_again(self, case: Case) -> None:
        profile(case, opened(case) + timedelta(days=3), whole=False)
        assert points("profile_in_date") == [("2010-09-24", "starts_on")]
        profile(case, date(2010, 9, 20))
        assert points("profile_in_date") == [("2010-09-24", "done_on"), ("2011-03-20", "starts_on")]
        first = Entry.objects.get(kind="profile_in_date", stage="done_on")
        assert (first.revision, set(first.written_later)) == (2, {"done_on"}), "drawn once more, and known since then"

    def test_follows_what_is_put_right_or_taken_back(self, case: Case) -> None:
        entry = profile(case, date(2010, 9, 20))
        registers.correct(
            SYSTEM, entry, answers={}, times={"agreed_on": date(2010, 9, 22)}, reason="Two days later", revision=1,
            at=moment(2010, 9, 30),
        )  # fmt: skip
        assert points("profile_in_date")[1] == ("2011-03-22", "starts_on")
        entry.refresh_from_db()
        registers.withdraw_entry(SYSTEM, entry, reason="Another child", revision=2, at=moment(2010, 9, 30))
        assert points("profile_in_date") == [("2010-09-24", "starts_on")]

    def test_stops_when_the_case_is_closed_and_goes_on_when_it_is_opened_again(
        self, declared: World, case: Case
    ) -> None:
        """What was late then stays not done; what was not due yet falls away."""
        closed = moment(2010, 9, 28)
        supervised(declared, case, at=moment(2010, 9, 27))
        case.refresh_from_db()
        casework.close(SYSTEM, case, reason="needs_met", outcomes_met="fully", at=closed)
        assert points("profile_in_date") == [("2010-09-24", "ended_on")]
        assert points("visits") == [("2010-09-17", "ended_on")]
        ended = Entry.objects.get(kind="visits")
        with pytest.raises(Refused, match="it has ended"):
            registers.carry_on(
                SYSTEM, ended, answers={"seen": "Ada"}, times={"done_on": date(2010, 9, 29)},
                revision=ended.revision, at=moment(2010, 9, 29),
            )  # fmt: skip
        case.refresh_from_db()
        casework.reopen(SYSTEM, case, reason="The wrong case", at=moment(2010, 9, 29))
        assert points("profile_in_date") == [("2010-09-24", "starts_on")]
        assert points("visits") == [("2010-09-17", "starts_on"), ("2010-10-22", "starts_on")]

    def test_nobody_writes_what_the_house_draws(self, case: Case) -> None:
        one = Entry.objects.get(kind="profile_in_date")
        with pytest.raises(NotAllowed):
            registers.carry_on(
                SYSTEM, one, answers={}, times={"done_on": date(2010, 9, 20)}, revision=1, at=moment(2010, 9, 20)
            )
        with pytest.raises(NotAllowed):
            registers.withdraw_entry(SYSTEM, one, reason="Not wanted", revision=1, at=moment(2010, 9, 20))

    def test_is_among_the_work_of_whoever_may_write_it(self, declared: World, case: Case) -> None:
        worker = declared.actor("alice")
        held = rules(SERVICE, date(2010, 9, 21))
        titles = [(one.title, one.due_on) for one in due(worker, held, moment(2010, 9, 21))]
        assert ("Profile in date", date(2010, 9, 24)) in titles
        assert ("Visit of the first weeks: welcome", opened(case) + timedelta(days=7)) in titles
        assert not [title for title, _ in titles if title.endswith("settled in")], "its window has not begun"

    def test_a_case_of_a_version_without_it_has_none(self, declared: World, case: Case) -> None:
        later = (
            SCHEDULES + "more: {clause: families_shape_the_service, for: case, every: {months: 1}, settled: profile}\n"
        )
        adopt_kinds(SCHEDULED, version=3, since=date(2010, 9, 15), schedules=later, indicators=POINTS_COUNTED)
        profile(case, date(2010, 9, 20))
        assert points("more") == []


class TestOfAList:
    PEOPLE = """Own number,Family,Part,First name,Last name,Birth date,Locality
P1,F1,Mother,Pat,Marsh,,Tendring
C1,F1,Child,Ada,Marsh,14/05/2002,Tendring
P2,F2,Mother,Rita,Reed,,Tendring
C2,F2,Child,Ben,Reed,14/05/2003,Tendring
"""
    CASES = """Case,Family,Children,Opened,Closed,Reason for closing
K1,F1,C1,10/09/2010,,
K2,F2,C2,10/09/2010,28/09/2010,Needs met
"""

    def test_is_due_of_cases_as_if_opened_by_hand_and_stops_with_those_that_closed(self, declared: World) -> None:
        bring_in({"people": self.PEOPLE, "cases": self.CASES})
        assert points("profile_in_date") == [("2010-09-24", "ended_on"), ("2010-09-24", "starts_on")]

    def test_goes_when_the_list_is_undone(self, declared: World) -> None:
        bring_in({"people": self.PEOPLE, "cases": self.CASES})
        folders.undo_folder(SYSTEM, Folder.objects.get(), reason="Sent twice", at=moment(2011, 2, 2))
        assert not Entry.objects.exclude(kind="forums").exists()

    def test_keeps_the_list_once_something_was_written_about_a_case(self, declared: World) -> None:
        bring_in({"people": self.PEOPLE, "cases": self.CASES})
        written = profile(Case.objects.get(closed_at=None), date(2010, 9, 20))
        with pytest.raises(Refused, match=f"Something was written down in {written.ref}"):
            folders.undo_folder(SYSTEM, Folder.objects.get(), reason="Sent twice", at=moment(2011, 2, 2))
        assert Case.objects.count() == 2


class TestRequired:
    def test_until_it_is_in_date(self, case: Case) -> None:
        outing = {"where": "The zoo"}
        write("outing", about(case), outing, planned_for=date(2010, 9, 24))
        with pytest.raises(Refused, match="not in date"):
            write("outing", about(case), outing, planned_for=date(2010, 9, 25))
        profile(case, date(2010, 9, 25))
        write("outing", about(case), outing, planned_for=date(2010, 9, 25))
        write("outing", about(case), outing, planned_for=date(2011, 3, 25))
        with pytest.raises(Refused, match="not in date") as told:
            write("outing", about(case), outing, planned_for=date(2011, 3, 26))
        assert told.value.field == "planned_for"

    def test_is_asked_of_what_is_new_and_not_of_what_was_written_before(self, case: Case) -> None:
        made = profile(case, date(2010, 9, 25))
        outing = write("outing", about(case), {"where": "The zoo"}, planned_for=date(2010, 9, 25))
        registers.withdraw_entry(SYSTEM, made, reason="Another child", revision=1, at=moment(2010, 9, 26))
        put_right = {"reason": "Misheard", "revision": 1, "at": moment(2010, 9, 26)}
        outing = registers.correct(SYSTEM, outing, answers={"where": "The museum"}, times={}, **put_right)
        assert outing.answers["where"] == "The museum"

    def test_each_time_it_starts_anew(self, declared: World) -> None:
        pump = write("pump", subjects.whole_service(SERVICE), {"number": "7"}, bought_on=date(2010, 9, 1))
        of = subjects.of_record(SERVICE, "pump", pump)
        with pytest.raises(Refused, match="has to be in date first: hygiene check"):
            write("loan", of, {}, lent_on=date(2010, 9, 1))
        write("hygiene_check", of, {"passed": False}, checked_on=date(2010, 9, 1))
        with pytest.raises(Refused, match="has to be in date first"):
            write("loan", of, {}, lent_on=date(2010, 9, 1))
        write("hygiene_check", of, {"passed": True}, checked_on=date(2010, 9, 2))
        loan = write("loan", of, {}, lent_on=date(2010, 9, 2))
        registers.carry_on(
            SYSTEM, loan, answers={}, times={"returned_on": date(2010, 9, 20)}, revision=1, at=moment(2010, 9, 20)
        )
        assert points("clean_pump") == [("2010-09-01", "done_on"), ("2010-09-20", "starts_on")]
        with pytest.raises(Refused, match="has to be in date first"):
            write("loan", of, {}, lent_on=date(2010, 9, 21))
        write("hygiene_check", of, {"passed": True}, checked_on=date(2010, 9, 21))
        write("loan", of, {}, lent_on=date(2010, 9, 21))

    def test_goes_with_the_record_that_is_taken_back(self, declared: World) -> None:
        pump = write("pump", subjects.whole_service(SERVICE), {"number": "7"}, bought_on=date(2010, 9, 1))
        registers.withdraw_entry(SYSTEM, pump, reason="Bought twice", revision=1, at=moment(2010, 9, 2))
        assert points("clean_pump") == []


class TestOfTheService:
    def test_is_due_from_the_adoption_on(self, declared: World) -> None:
        assert points("forums") == [("2010-07-01", "starts_on")]
        write("forum", subjects.whole_service(SERVICE), {"said": "More"}, held_on=date(2010, 7, 5))
        assert points("forums") == [("2010-07-01", "done_on"), ("2010-10-05", "starts_on")]


class TestTickedOff:
    def test_by_whoever_works_with_the_family(self, case: Case) -> None:
        first, second = Entry.objects.filter(kind="visits").order_by("happened_on")
        registers.carry_on(
            SYSTEM, first, answers={"seen": "Ada"}, times={"done_on": date(2010, 9, 15)}, revision=1,
            at=moment(2010, 9, 15),
        )  # fmt: skip
        first.refresh_from_db()
        assert (first.stage, first.answers, first.due_at) == ("done_on", {"point": "welcome", "seen": "Ada"}, None)
        assert (second.answers, second.times["starts_on"]) == (
            {"point": "settled_in"}, (opened(case) + timedelta(weeks=4)).isoformat(),
        )  # fmt: skip

    @pytest.mark.parametrize(("day", "stands"), [(15, True), (16, False)])
    def test_not_on_a_day_that_is_still_to_come(self, case: Case, day: int, stands: bool) -> None:
        first = Entry.objects.filter(kind="visits").order_by("happened_on")[0]
        told = {"answers": {"seen": "Ada"}, "times": {"done_on": date(2010, 9, day)}, "revision": 1}
        if stands:
            registers.carry_on(SYSTEM, first, **told, at=moment(2010, 9, 15))
            return
        with pytest.raises(Refused, match="a day that has come"):
            registers.carry_on(SYSTEM, first, **told, at=moment(2010, 9, 15))

    def test_not_without_what_is_asked(self, case: Case) -> None:
        first = Entry.objects.filter(kind="visits").order_by("happened_on")[0]
        with pytest.raises(Refused, match="Whom did you see"):
            registers.carry_on(
                SYSTEM, first, answers={}, times={"done_on": date(2010, 9, 15)}, revision=1, at=moment(2010, 9, 15)
            )


class TestCounted:
    AUTUMN = Period(date(2010, 9, 1), date(2010, 11, 30))

    def figure(self, name: str, until: date = date(2010, 11, 30), **at: int) -> Any:
        known = moment(until.year, until.month, until.day) + timedelta(days=1)
        return evaluate(SERVICE, name, actor=SYSTEM, period=Period(date(2010, 9, 1), until), as_known_at=known)

    def test_in_date_on_the_last_day(self, case: Case) -> None:
        before = self.figure("profiles_in_date", date(2010, 9, 24))
        late = self.figure("profiles_in_date", date(2010, 9, 25))
        assert [(one.numerator, one.denominator) for one in (before, late)] == [(1, 1), (0, 1)]
        profile(case, date(2010, 9, 30))
        done = self.figure("profiles_in_date", date(2010, 9, 30))
        lapsed = self.figure("profiles_in_date", date(2011, 3, 31))
        assert [(one.numerator, one.denominator) for one in (done, lapsed)] == [(1, 1), (0, 1)]

    def test_in_time_when_it_was_done_by_its_day(self, case: Case) -> None:
        profile(case, date(2010, 9, 25))
        found = self.figure("profiles_in_time")
        assert (found.numerator, found.denominator) == (0, 1)

    def test_by_point(self, case: Case) -> None:
        first = Entry.objects.filter(kind="visits").order_by("happened_on")[0]
        registers.carry_on(
            SYSTEM, first, answers={"seen": "Ada"}, times={"done_on": date(2010, 9, 15)}, revision=1,
            at=moment(2010, 9, 15),
        )  # fmt: skip
        found = self.figure("visits_made")
        assert (found.numerator, found.denominator) == (1, 2)
        assert {one.label: (one.numerator, one.denominator) for one in found.breakdowns if one.denominator} == {
            "Welcome": (1, 1), "Settled in": (0, 1),
        }  # fmt: skip


class TestOfWorkers:
    @pytest.fixture
    def checked(self, world: World) -> World:
        Grant.objects.update(since=moment(2010, 4, 20))
        adopt_kinds(SCHEDULED + CHECKED, schedules=SCHEDULES + CHECKS, indicators=POINTS_COUNTED + CHECKS_COUNTED)
        return world

    def check(self, world: World, name: str, day: date, level: str = "enhanced") -> Entry:
        about = subjects.of_record(SERVICE, "worker", world.users[name])
        answers, at = {"level": level}, moment(2010, 9, 10)
        return registers.begin(SYSTEM, about, kind="check", answers=answers, times={"checked_on": day}, at=at)

    def test_for_those_of_the_role(self, checked: World) -> None:
        about = set(Entry.objects.filter(kind="checks_in_date").values_list("about_id", flat=True))
        held = {name: checked.users[name].pk for name in ("alice", "carol", "bob", "sam")}
        assert {name for name, pk in held.items() if pk in about} == {"alice", "carol"}

    def test_no_case_is_given_to_whoever_has_none_in_date(self, checked: World) -> None:
        with pytest.raises(Refused, match="has to be in date first: enhanced check") as told:
            allocated(checked, at=moment(2010, 9, 10))
        assert told.value.field == "worker"
        self.check(checked, "alice", date(2010, 9, 1), "basic")
        with pytest.raises(Refused, match="enhanced check"):
            allocated(checked, home=household("Reed"), at=moment(2010, 9, 10))
        self.check(checked, "alice", date(2010, 9, 2))
        allocated(checked, home=household("Hill"), at=moment(2010, 9, 10))

    def test_it_lasts_three_years_to_its_day(self, checked: World) -> None:
        self.check(checked, "alice", date(2007, 9, 10))
        allocated(checked, home=household("Hill"), at=moment(2010, 9, 10))
        with pytest.raises(Refused, match="enhanced check"):
            allocated(checked, home=household("Reed"), at=moment(2010, 9, 11))

    def test_stops_with_the_role_and_begins_with_it(self, checked: World) -> None:
        alice = checked.users["alice"]
        for held in Grant.objects.filter(user=alice, until=None):
            access.withdraw(SYSTEM, PLATFORM, grant=held, reason="Left", at=moment(2010, 9, 20))
        assert not Entry.objects.filter(kind="checks_in_date", about_id=alice.pk, due_at__isnull=False).exists()
        access.grant(
            SYSTEM, PLATFORM, user=alice, role="caseworker", reach=Grant.Reach.OWN, service=SERVICE,
            at=moment(2010, 10, 1),
        )  # fmt: skip
        (one,) = Entry.objects.filter(kind="checks_in_date", about_id=alice.pk, due_at__isnull=False)
        assert one.times["due_on"] == "2010-10-01"

    def test_is_asked_no_more_of_whoever_keeps_another_role(self, checked: World) -> None:
        """A check that was in date then is not late a year after, when they are written about again."""
        alice = checked.users["alice"]
        self.check(checked, "alice", date(2007, 10, 1))
        access.grant(
            SYSTEM, PLATFORM, user=alice, role="supervisor", reach=Grant.Reach.SERVICE, service=SERVICE,
            at=moment(2010, 9, 12),
        )  # fmt: skip
        for held in Grant.objects.filter(user=alice, role="caseworker"):
            access.withdraw(SYSTEM, PLATFORM, grant=held, reason="Promoted", at=moment(2010, 9, 12))
        about_alice = Entry.objects.filter(kind="checks_in_date", about_id=alice.pk)
        assert not about_alice.filter(due_at__isnull=False).exists()
        about = subjects.of_record(SERVICE, "worker", alice)
        registers.begin(
            SYSTEM, about, kind="check", answers={"level": "basic"}, times={"checked_on": date(2011, 2, 1)},
            at=moment(2011, 2, 1),
        )  # fmt: skip
        assert not about_alice.exists()

    def counted(self, until: date) -> tuple[Any, Any]:
        found = evaluate(
            SERVICE, "checks_standing", actor=SYSTEM, period=Period(date(2010, 9, 1), until),
            as_known_at=moment(2010, 10, 1),
        )  # fmt: skip
        return found.numerator, found.denominator

    def test_are_counted_once_each_also_on_the_day_of_their_check(self, checked: World) -> None:
        self.check(checked, "alice", date(2010, 9, 2))
        assert [self.counted(date(2010, 9, day)) for day in (1, 2, 30)] == [(0, 2), (1, 2), (1, 2)]

    def test_whoever_is_given_the_role_on_the_last_day_has_none_in_date(self, checked: World) -> None:
        self.check(checked, "alice", date(2010, 9, 2))
        access.grant(
            SYSTEM, PLATFORM, user=checked.users["sam"], role="caseworker", reach=Grant.Reach.OWN, service=SERVICE,
            at=moment(2010, 9, 30),
        )  # fmt: skip
        assert self.counted(date(2010, 9, 30)) == (1, 3)


FAULTY = [
    (
        "for: case\n  first: {working_days: 10}",
        "for: cases\n  first: {working_days: 10}",
        "No schedule can be for cases",
    ),
    ("every: {months: 6}", "every: {months: 6, weeks: 2}", "weeks and months cannot both be the length"),
    ("every: {months: 6}", "every: {months: often}", "profile_in_date needs the dated value often"),
    ("every: {months: 6}", "every: {months: 0}", "profile_in_date would be due again at once"),
    ("  first: {working_days: 10}\n  every: {months: 6}\n", "", "Nothing says when profile_in_date is due"),
    (
        "welcome: {label: Welcome, days: 7}",
        "welcome: {label: Welcome, weeks: 7}",
        "settled_in is due no later than welcome",
    ),
    ("opens: {weeks: 4}, weeks: 6", "opens: {weeks: 8}, weeks: 6", "settled_in opens after it is due"),
    ("settled: forum", "settled: profile", "profile is no record about a service"),
    ("{profile: {whole: true}}", "{profile: {whole: maybe}}", "whole is yes or no, not maybe"),
    ("before: outing.planned_for", "before: profile.agreed_on", "profile.agreed_on could never be set"),
    ("before: outing.planned_for", "before: case.opened_at", "case.opened_at is no time of a case"),
    ("starts: [pump.bought_on, loan.returned_on]", "starts: pump.sold_on", "pump.sold_on is no time of a pump"),
    ("  before: loan.lent_on\n", "  say: Check it first.\n", "Nobody is stopped by clean_pump"),
    (
        "  settled: forum\n",
        "  settled: forum\n  items: {who: {label: Who?}}\n",
        "forums is fulfilled by another record",
    ),
    ("forums:\n", "forum:\n", "forum is the name of something else"),
]


@pytest.mark.parametrize(("old", "new", "told"), FAULTY, ids=[told for _, _, told in FAULTY])
def test_a_schedule_that_cannot_be_is_named(old: str, new: str, told: str) -> None:
    assert old in SCHEDULES
    sources = {**read_folder(CONTRACT), "registers.yaml": SCHEDULED, "schedules.yaml": SCHEDULES.replace(old, new, 1)}
    errors = [fault.message for fault in check(sources, VOCABULARY) if fault.severity is Severity.ERROR]
    assert any(message.startswith(told) for message in errors), errors


def test_a_schedule_tells_of_nothing_restricted() -> None:
    """Neither that a record exists which fewer people may see, nor an answer behind a wall."""
    kinds = SCHEDULED.replace(
        "  about: case\n  items:\n    likes", "  about: case\n  restricted: true\n  items:\n    likes"
    )
    sources = {**read_folder(CONTRACT), "registers.yaml": kinds, "schedules.yaml": SCHEDULES}
    told = [fault.message for fault in check(sources, VOCABULARY) if fault.severity is Severity.ERROR]
    assert "profile_in_date would tell that a profile exists, which is restricted" in told
    asked = "type: yes_no, required: true"
    kinds = SCHEDULED.replace(asked, f"{asked}, who: {{sees: [supervisor]}}", 1)
    faults = check({**sources, "registers.yaml": kinds}, VOCABULARY)
    told = [fault.message for fault in faults if fault.severity is Severity.ERROR]
    assert "profile_in_date would tell the answer to whole, which fewer people may see" in told
