"""Attendance and exclusions: loaded, corrected, undone, and read as facts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places import queries as places
from fingerpost.language.answers import NOT_KNOWN
from fingerpost.language.dated import Dated, Spell
from fingerpost.language.facts import registry
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Person
from fingerpost.people.schooling import codes, commands, queries
from fingerpost.people.schooling.commands import CoverageGiven, ExclusionGiven, TermGiven, WeekGiven, WeekTotal
from fingerpost.people.schooling.models import AttendanceTerm, AttendanceWeek, Enrolment, Exclusion
from fingerpost.people.schooling.superseding import Written
from tests.fixtures.world import World, moment

AT = moment(2010, 11, 15)
ON = date(2010, 11, 15)
SYSTEM = Actor.system()


def dated(name: str, value: int) -> Dated:
    return Dated(name, (Spell(date(2010, 4, 1), value),))


@dataclass
class Subject:
    """Whom a fact is asked of."""

    person: Person | None
    values: dict[str, Dated] = field(
        default_factory=lambda: {
            "attendance_weeks": dated("attendance_weeks", 12),
            "trend_weeks": dated("trend_weeks", 4),
            "exclusion_window": dated("exclusion_window", 12),
        }
    )


@pytest.fixture
def child(world: World) -> Person:
    scope = Scope.of(service=world.service, area=world.area("tendring").key)
    return families.register(SYSTEM, scope, first_name="Kim", last_name="Lee", at=AT)


def last_weeks(how_many: int, before: date = ON) -> list[tuple[int, date]]:
    calendar = places.calendar("england", "essex")
    return [(n, calendar.monday_of(n)) for n in calendar.school_weeks_ended_before(before, how_many)]


def totals(child: Person, attended: Sequence[int], before: date = ON) -> list[WeekTotal]:
    weeks = last_weeks(len(attended), before)
    return [WeekTotal(child.pk, child.scope, monday, 10, a) for (_, monday), a in zip(weeks, attended, strict=True)]


def spread(attended: int, weeks: int = 12) -> list[int]:
    """So many sessions over so many weeks, as even as they go."""
    return [attended // weeks + (n < attended % weeks) for n in range(weeks)]


def load(weeks: Sequence[WeekGiven | WeekTotal], batch: uuid.UUID | None = None, at: Any = AT) -> Written:
    return commands.load_weeks(SYSTEM, Scope.of(service="x"), weeks=weeks, batch=batch, at=at)


def fact(name: str, child: Person | None) -> Any:
    return registry.value(name, Subject(child), ON)


@pytest.mark.parametrize(("attended", "rate"), [(102, 85), (96, 80), (95, Fraction(475, 6)), (109, Fraction(545, 6))])
def test_attendance_over_twelve_school_weeks_is_exact_and_skips_the_holiday(
    child: Person, attended: int, rate: Fraction
) -> None:
    weeks = totals(child, spread(attended))
    assert (weeks[-1].monday - weeks[0].monday).days > 11 * 7, "half term lies inside the span"
    load(weeks)
    assert fact("attendance_rate_12_weeks", child) == rate
    found = queries.attendance_over(child, weeks=12, until=ON)
    assert (found.possible, found.attended, found.weeks_known) == (120, attended, 12)


def test_the_trend_has_its_own_length(child: Person) -> None:
    load(totals(child, [10] * 8 + [8, 8, 8, 8]))
    assert fact("attendance_rate_4_weeks", child) == 80
    assert fact("attendance_rate_12_weeks", child) == Fraction(112 * 100, 120)


def test_a_week_that_has_not_ended_does_not_count(child: Person) -> None:
    load([*totals(child, [10] * 11), WeekTotal(child.pk, child.scope, ON, 10, 0)])
    assert fact("attendance_rate_12_weeks", child) == 100


def test_what_nobody_told_us_is_not_known(world: World, child: Person) -> None:
    assert fact("attendance_rate_12_weeks", child) is NOT_KNOWN
    assert fact("attendance_rate_12_weeks", None) is NOT_KNOWN
    assert fact("fixed_term_exclusions", child) is NOT_KNOWN
    assert fact("fixed_term_exclusion_dates", child) is NOT_KNOWN
    covers = [CoverageGiven("8815001", date(2010, 1, 1), ON)]
    commands.load_exclusions(SYSTEM, child.scope, exclusions=[], covers=covers, at=AT)
    assert fact("fixed_term_exclusions", child) is NOT_KNOWN, "the child is on no roll of that school"
    commands.enrol(SYSTEM, child, school=world.schools["8815001"], at=AT)
    assert fact("fixed_term_exclusions", child) == 0, "the school's list was loaded and the child was not on it"


def test_an_exclusion_is_counted_and_says_its_days(world: World, child: Person) -> None:
    alice = world.actor("alice")
    days = {"started_on": date(2010, 10, 4), "ended_on": date(2010, 10, 5)}
    commands.record_exclusion(alice, child, kind="fixed_term", sessions=4, reasons=["DB"], at=AT, **days)
    commands.record_exclusion(alice, child, kind="lunchtime", started_on=date(2010, 10, 6), at=AT)
    assert fact("fixed_term_exclusions", child) == 1
    assert fact("fixed_term_exclusion_dates", child) == "4 October 2010 to 5 October 2010 (2 days)"
    commands.record_exclusion(alice, child, kind="fixed_term", sessions=3, started_on=date(2010, 10, 4), at=AT)
    assert fact("fixed_term_exclusion_dates", child) == "4 October 2010 (1½ days)"
    assert Exclusion.objects.filter(superseded_at=None).count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"started_on": date(2010, 11, 16), "sessions": 2}, "in the future"),
        ({"started_on": date(2010, 11, 1), "ended_on": date(2010, 10, 1), "sessions": 2}, "ends before it begins"),
        ({"started_on": date(2010, 11, 1)}, "needs its length"),
    ],
)
def test_an_exclusion_that_cannot_be_is_refused(world: World, child: Person, given: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        commands.record_exclusion(world.actor("alice"), child, kind="fixed_term", at=AT, **given)
    with pytest.raises(NotAllowed):
        commands.record_exclusion(world.actor("carol"), child, kind="fixed_term", at=AT, **given)


def marks(week: str) -> tuple[str, ...]:
    """Ten marks from words: `.` is a session that the list does not speak of."""
    return tuple("" if word == "." else word for word in week.split())


def week_of(child: Person, week: str) -> WeekGiven:
    _, monday = last_weeks(1)[0]
    return WeekGiven(child.pk, child.scope, monday, marks(week))


def test_marks_add_up_by_their_codes(child: Person) -> None:
    load([week_of(child, r"/ \ L V I O # Y1 E N")])
    row = AttendanceWeek.objects.get()
    assert (row.possible, row.attended, row.unauthorised) == (8, 4, 2)


def test_a_list_of_monday_does_not_wipe_out_tuesday(child: Person) -> None:
    assert load([week_of(child, r"/ \ . . . . . . . .")]) == Written(added=1)
    assert load([week_of(child, r". . I I . . . . . .")]) == Written(changed=1)
    assert load([week_of(child, r"/ \ I I . . . . . .")]) == Written(unchanged=1)
    row = AttendanceWeek.objects.get(superseded_at=None)
    assert (row.marks[:4], row.possible, row.attended) == (["/", "\\", "I", "I"], 4, 2)
    assert AttendanceWeek.objects.count() == 2, "what stood is kept, superseded"


def test_a_batch_is_undone_to_what_stood_and_only_the_last_first(child: Person) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()
    load([week_of(child, "/ / / / / / / / / /")], first)
    load([week_of(child, "O O O O O O O O O O")], second, AT + timedelta(days=1))
    undo = {"at": AT + timedelta(days=2)}
    with pytest.raises(Refused, match="Undo that one first"):
        commands.undo(SYSTEM, child.scope, batch=first, **undo)
    assert commands.undo(SYSTEM, child.scope, batch=second, **undo) == 1
    assert AttendanceWeek.objects.get(superseded_at=None).attended == 10
    assert commands.undo(SYSTEM, child.scope, batch=second, **undo) == 0, "twice changes nothing"
    assert commands.undo(SYSTEM, child.scope, batch=first, at=AT + timedelta(days=3)) == 1
    assert not AttendanceWeek.objects.filter(superseded_at=None).exists()
    as_known = AttendanceWeek.objects.filter(
        recorded_at__lte=AT + timedelta(days=1), superseded_at__gt=AT + timedelta(days=1)
    )
    assert [row.attended for row in as_known] == [0], "what was believed then can still be asked"


def test_terms_and_exclusions_are_corrected_and_undone_alike(child: Person) -> None:
    batch, scope = uuid.uuid4(), child.scope
    term = TermGiven(child.pk, scope, "2010/11", "autumn", 140, 10, 4)
    assert commands.load_terms(SYSTEM, scope, terms=[term], at=AT).added == 1
    assert commands.load_terms(SYSTEM, scope, terms=[term], at=AT).unchanged == 1
    better = TermGiven(child.pk, scope, "2010/11", "autumn", 140, 12, 4)
    assert commands.load_terms(SYSTEM, scope, terms=[better], batch=batch, at=AT).changed == 1
    exclusion = ExclusionGiven(child.pk, scope, "permanent", date(2010, 11, 1))
    assert commands.load_exclusions(SYSTEM, scope, exclusions=[exclusion], batch=batch, at=AT).added == 1
    commands.undo(SYSTEM, scope, batch=batch, at=AT + timedelta(days=1))
    assert AttendanceTerm.objects.get(superseded_at=None).authorised == 10
    assert not Exclusion.objects.filter(superseded_at=None).exists()
    with pytest.raises(Refused, match="More sessions were missed"):
        commands.load_terms(SYSTEM, scope, terms=[TermGiven(child.pk, scope, "2010/11", "spring", 10, 9, 9)], at=AT)


def test_a_pupil_changes_school_and_keeps_one_place(world: World, child: Person) -> None:
    alice, (quay, castle) = world.actor("alice"), (world.schools["8815001"], world.schools["8815002"])
    commands.enrol(alice, child, school=quay, since=date(2009, 9, 1), at=AT)
    commands.enrol(alice, child, school=quay, at=AT)
    commands.enrol(alice, child, school=castle, since=date(2010, 9, 2), at=AT)
    assert list(Enrolment.objects.order_by("since").values_list("school_id", "until")) == [
        ("8815001", date(2010, 9, 1)),
        ("8815002", None),
    ]
    assert queries.calendar_of(child, ON) == "essex"
    with pytest.raises(Refused, match="later day"):
        commands.enrol(alice, child, school=quay, since=date(2010, 9, 1), at=AT)


def test_a_merged_entry_counts_for_the_person_kept(world: World, child: Person) -> None:
    twin = families.register(SYSTEM, child.scope, first_name="Kim", last_name="Leigh", at=AT)
    load(totals(twin, [8] * 12))
    families.merge(SYSTEM, twin, into=child, reason="Same child", at=AT)
    assert fact("attendance_rate_12_weeks", child) == 80


def test_every_code_says_what_it_counts_as() -> None:
    assert {m.code for m in codes.MARKS.values() if not m.is_possible} == {
        *"#DQXYZ",
        *(f"Y{n}" for n in range(1, 8)),
    }
    assert {m.code for m in codes.MARKS.values() if m.is_attended} == {*"/\\LKVPWBJ"}
    assert codes.REASONS["MP"].is_valid_on(date(2026, 9, 1))
    assert not codes.REASONS["MP"].is_valid_on(date(2010, 9, 1))
