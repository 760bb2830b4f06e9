"""Figures counted again in plain Python, straight from the tables: slow, and written without a look at the record sets."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from fingerpost.language.periods import Period
from fingerpost.people.schooling.models import AttendanceWeek, Coverage, Enrolment, Exclusion
from fingerpost.work.casework.models import Case, CaseChild, CaseDiscussion, Contact
from tests.fixtures.terms import HALVES, school_mondays

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
        case "no_repeat_exclusion", {"measure": "A", "in_which_return": "A"}:
            return _no_repeat(closed, today, known_at)
        case "fixed_term_exclusions", {"measure": "A", "in_which_return": "A"}:
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
    """Absence over some school weeks; nobody knows it where fewer than 66 % of twelve weeks were told."""
    mondays = [MONDAYS[number - 1] for number in weeks]
    told = AttendanceWeek.objects.filter(person=child.person_id, monday__in=mondays, recorded_at__lte=known_at)
    rows = [row for row in told if row.possible > 0]
    if len(rows) * 100 < 12 * 66:
        return None
    possible, attended = sum(row.possible for row in rows), sum(row.attended for row in rows)
    return Fraction(100 * (possible - attended), possible)


def _improved(closed: list[Case], known_at: datetime) -> Counted:
    families: dict[Any, list[bool | None]] = {}
    for case in closed:
        for child in _children(case, known_at):
            before = _rate(child, _ended_before(_day(case.opened_at))[-12:], known_at)
            after = _rate(child, _ended_before(_day(case.closed_at))[-12:], known_at)
            # Above 90 % a case of exclusion alone is outside; of an excluded child whose way in is not known, neither is that.
            if before is None or (before < 10 and _came_by_exclusion_alone(child, case, known_at) is not False):
                continue
            answer = None if after is None or before == 0 else after <= before * Fraction(7, 10)
            families.setdefault(case.family_id, []).append(answer)
    return _every(families)


def _came_by_exclusion_alone(child: CaseChild, case: Case, known_at: datetime) -> bool | None:
    """Both must hold: the way in says so, where it is written down, and there is an exclusion on record before."""
    if child.entry_route not in ("exclusion", ""):
        return False
    was = _was_excluded(child, _baseline(case), _day(case.opened_at) - timedelta(days=1), known_at)
    return None if was and not child.entry_route else was


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


def _was_excluded(child: CaseChild, first: date, last: date, known_at: datetime) -> bool | None:
    """One on record is a yes; a no needs the list of the child's school for every school day of the stretch."""
    if _excluded(child, first, last, known_at):
        return True
    return False if _is_told(child, first, last, known_at) else None


def _is_told(child: CaseChild, first: date, last: date, known_at: datetime) -> bool:
    places = list(Enrolment.objects.filter(person=child.person_id, recorded_at__lte=known_at))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return bool(places) and all(_day_is_told(places, day, known_at) for day in days if _is_school_day(day))


def _is_school_day(day: date) -> bool:
    return day.weekday() < 5 and any(first <= day <= last for _, first, last in HALVES)


def _day_is_told(places: list[Enrolment], day: date, known_at: datetime) -> bool:
    schools = [p.school_id for p in places if (not p.since or p.since <= day) and (not p.until or p.until >= day)]
    return bool(schools) and all((school, day) in _Told(known_at) for school in schools)


class _Told:
    def __init__(self, known_at: datetime) -> None:
        lists = Coverage.objects.filter(kind="exclusions", recorded_at__lte=known_at, undone_at=None)
        self._spans = list(lists.values_list("school_id", "since", "until"))

    def __contains__(self, asked: tuple[str, date]) -> bool:
        return any(school == asked[0] and since <= asked[1] <= until for school, since, until in self._spans)


def _baseline(case: Case) -> date:
    return MONDAYS[_ended_before(_day(case.opened_at))[-12] - 1]


def _no_repeat(closed: list[Case], today: date, known_at: datetime) -> Counted:
    answers: dict[Any, list[bool | None]] = {}
    waiting = 0
    for case in closed:
        opened, end = _day(case.opened_at), _follow_up_end(case)
        theirs = []
        for child in _children(case, known_at):
            if _excluded(child, _baseline(case), opened - timedelta(days=1), known_at):
                since = _was_excluded(child, opened, end, known_at)
                theirs.append(None if since is None else not since)
        if theirs and end >= today:
            waiting += 1
        elif theirs:
            answers[case.pk] = list(theirs)
    return _every(answers, waiting)


def _exclusions_after(closed: list[Case], today: date, known_at: datetime) -> Counted:
    total = waiting = settled = unknown = 0
    for case in closed:
        for child in _children(case, known_at):
            if _follow_up_end(case) >= today:
                waiting += 1
                continue
            stretches = (
                (_baseline(case), _day(case.opened_at) - timedelta(days=1)),
                (_day(case.closed_at) + timedelta(days=1), _follow_up_end(case)),
            )
            if not all(_is_told(child, *ends, known_at) for ends in stretches):
                unknown += 1
                continue
            settled += 1
            total += _excluded(child, *stretches[1], known_at)
    return (None if (waiting or unknown) and not settled else total), None, unknown, waiting


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
