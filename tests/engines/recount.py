"""Figures counted again in plain Python, straight from the tables: slow, and written without a look at the record sets."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from fingerpost.language.periods import Period
from fingerpost.people.schooling.models import AttendanceWeek, Exclusion
from fingerpost.work.casework.models import Case, CaseChild, CaseDiscussion, Contact
from tests.fixtures.terms import school_mondays

LONDON = ZoneInfo("Europe/London")
MONDAYS = school_mondays()
Counted = tuple[Any, Any, int, int]
"""Numerator, denominator, not known, pending."""


def recount(indicator: str, letters: dict[str, str], period: Period, today: date, known_at: datetime) -> Counted | None:
    """The figure of an indicator; None for one that is not counted again here."""
    closed = _closed(period, known_at)
    match indicator, letters:
        case "attendance_improved", {"change": "A", "several_children": "A"}:
            return _improved(closed, known_at)
        case "no_repeat_exclusion", {"": "A"}:
            return _no_repeat(closed, today, known_at)
        case "fixed_term_exclusions", {"": "A"}:
            return _exclusions_after(closed, today, known_at)
        case "sessions_per_case", {"": "A"}:
            return _sessions(closed, known_at)
        case "sessions_per_case", {"": "B"}:
            return _guide(closed, known_at)
        case _:
            return None


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _closed(period: Period, known_at: datetime) -> list[Case]:
    cases = Case.objects.filter(recorded_at__lte=known_at, closed_at__isnull=False, closure_recorded_at__lte=known_at)
    return [case for case in cases if _day(case.closed_at) in period]


def _children(case: Case, known_at: datetime) -> list[CaseChild]:
    return list(CaseChild.objects.filter(case=case, recorded_at__lte=known_at))


def _ended_before(day: date) -> list[int]:
    return [number for number, monday in enumerate(MONDAYS, 1) if monday + timedelta(days=4) < day]


def _rate(child: CaseChild, weeks: list[int], known_at: datetime) -> Fraction | None:
    rows = AttendanceWeek.objects.filter(person=child.person_id, week__in=weeks, recorded_at__lte=known_at)
    possible, attended = sum(row.possible for row in rows), sum(row.attended for row in rows)
    return Fraction(100 * (possible - attended), possible) if possible else None


def _improved(closed: list[Case], known_at: datetime) -> Counted:
    families: dict[Any, list[bool | None]] = {}
    for case in closed:
        for child in _children(case, known_at):
            before = _rate(child, _ended_before(_day(case.opened_at))[-12:], known_at)
            after = _rate(child, _ended_before(_day(case.closed_at))[-12:], known_at)
            # Above 90 % a case of exclusion alone is outside; of an excluded child whose way in is not known, neither is that.
            if before is None or (before < 10 and _may_be_by_exclusion_alone(child, case, known_at)):
                continue
            answer = None if after is None or before == 0 else after <= before * Fraction(7, 10)
            families.setdefault(case.family_id, []).append(answer)
    return _every(families)


def _may_be_by_exclusion_alone(child: CaseChild, case: Case, known_at: datetime) -> bool:
    if child.entry_route:
        return bool(child.entry_route == "exclusion")
    return _excluded(child, _baseline(case), _day(case.opened_at) - timedelta(days=1), known_at) > 0


def _every(units: dict[Any, list[bool | None]], pending: int = 0) -> Counted:
    """A unit is out by one no, else not known by one unknown, else in."""
    no = sum(False in answers for answers in units.values())
    unknown = sum(False not in answers and None in answers for answers in units.values())
    yes = len(units) - no - unknown
    return yes, yes + no, unknown, pending


def _follow_up_end(case: Case) -> date:
    later = [monday for monday in MONDAYS if monday > _day(case.closed_at)]
    return later[11] + timedelta(days=4)


def _excluded(child: CaseChild, first: date, last: date, known_at: datetime) -> int:
    rows = Exclusion.objects.filter(person=child.person_id, kind="fixed_term", recorded_at__lte=known_at)
    return rows.filter(started_on__gte=first, started_on__lte=last).count()


def _baseline(case: Case) -> date:
    return MONDAYS[_ended_before(_day(case.opened_at))[-12] - 1]


def _no_repeat(closed: list[Case], today: date, known_at: datetime) -> Counted:
    answers: dict[Any, list[bool | None]] = {}
    waiting = 0
    for case in closed:
        opened, end = _day(case.opened_at), _follow_up_end(case)
        theirs = []
        for child in _children(case, known_at):
            before = _excluded(child, _baseline(case), opened - timedelta(days=1), known_at)
            if child.entry_route == "exclusion" or before:
                theirs.append(_excluded(child, opened, end, known_at) == 0)
        if theirs and end >= today:
            waiting += 1
        elif theirs:
            answers[case.pk] = list(theirs)
    return _every(answers, waiting)


def _exclusions_after(closed: list[Case], today: date, known_at: datetime) -> Counted:
    total = waiting = settled = 0
    for case in closed:
        for child in _children(case, known_at):
            if _follow_up_end(case) >= today:
                waiting += 1
                continue
            settled += 1
            total += _excluded(child, _day(case.closed_at) + timedelta(days=1), _follow_up_end(case), known_at)
    return (None if waiting and not settled else total), None, 0, waiting


def _sessions(closed: list[Case], known_at: datetime) -> Counted:
    held = [_held(case, known_at) for case in closed]
    return (sum(held) if held else None), len(held), 0, 0


def _held(case: Case, known_at: datetime) -> int:
    counted = Contact.objects.filter(case=case, counts_as_session=True, attended=True, recorded_at__lte=known_at)
    return counted.count()


def _guide(closed: list[Case], known_at: datetime) -> Counted:
    kept = 0
    for case in closed:
        extended = CaseDiscussion.objects.filter(case=case, decided="extend", recorded_at__lte=known_at).exists()
        kept += _held(case, known_at) <= 6 or extended
    return kept, len(closed), 0, 0
