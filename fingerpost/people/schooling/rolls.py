"""One school week of a pupil as several schools told it: who speaks for a session, and the rows that say so.

A pupil on two rolls has two registers, and one of them mostly says `D`: at the other school for this session. What counts is
combined session by session, so that it does not hang on which list came first.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fingerpost.people.schooling import codes
from fingerpost.people.schooling.codes import Group
from fingerpost.people.schooling.models import AttendanceWeek

SESSIONS_A_WEEK = 10
KEY = ("person_id", "monday", "school_id", "is_combined")
VALUES = ("marks", "possible", "attended", "unauthorised", "counts")

Pair = tuple[uuid.UUID, date]

# A school's word that somebody else has the pupil holds only while that other does not say that the pupil stayed away: the
# department's guidance has the school mark the absence that the provider tells it of, in place of B, K or W.
SENT_ELSEWHERE = frozenset({"B", "K", "W"})
_ORDER = {Group.PRESENT: 0, Group.ELSEWHERE: 0, Group.AUTHORISED: 1, Group.UNAUTHORISED: 2, Group.NOT_COUNTED: 4}


def _rank(code: str) -> tuple[int, str]:
    return (3 if code in SENT_ELSEWHERE else _ORDER[codes.MARKS[code].group], code)


def combined_marks(told: Iterable[Sequence[str]]) -> list[str]:
    """Ten marks of one week from those of several schools.

    Seen in school comes before absent, absent before sent elsewhere, and all of them before a session that a school does not
    count (`D`, `Z`, `#`). The same whatever the order of the schools.
    """
    return [min(filter(None, session), key=_rank, default="") for session in zip(*told, strict=True)]


def add_up(row: AttendanceWeek) -> None:
    """Fill in what the row's marks come to."""
    known = [codes.MARKS[code] for code in row.marks if code]
    row.possible = sum(mark.is_possible for mark in known)
    row.attended = sum(mark.is_attended for mark in known)
    row.unauthorised = sum(mark.group is Group.UNAUTHORISED for mark in known)


def combine(parts: Sequence[AttendanceWeek]) -> AttendanceWeek:
    """The row that stands for a week of which several schools told."""
    first = parts[0]
    row = AttendanceWeek(person_id=first.person_id, monday=first.monday, is_combined=True)
    row.scope_keys, row.restricted = first.scope_keys, first.restricted
    if all(part.marks for part in parts):
        row.marks = combined_marks([part.marks for part in parts])
        add_up(row)
    else:
        row.marks = []
        row.possible, row.attended, row.unauthorised = combined_totals(
            [(part.possible, part.attended, part.unauthorised) for part in parts]
        )
    return row


def combined_totals(told: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Half-days possible, attended and missed without leave, from the totals of several schools.

    A session that a pupil owes elsewhere is in no school's *possible*, so they add up. Where they come to more than a week
    has, the schools count the same sessions: the fullest register speaks, of equals the one where the pupil came more.
    """
    possible, attended, unauthorised = (sum(numbers) for numbers in zip(*told, strict=True))
    return (possible, attended, unauthorised) if possible <= SESSIONS_A_WEEK else max(told)


@dataclass
class Told:
    """What is to be written so that the weeks given are told once: rows of the schools, and those that follow from them."""

    given: list[AttendanceWeek] = field(default_factory=list)
    following: list[AttendanceWeek] = field(default_factory=list)
    stood: dict[tuple[Any, ...], AttendanceWeek] = field(default_factory=dict)


def plan(rows: Sequence[AttendanceWeek], standing: Iterable[AttendanceWeek], at: datetime) -> Told:
    """How rows just given go beside those that stand. Marks join those that the same school gave of the week before."""
    told, stood = Told(), defaultdict[Pair, list[AttendanceWeek]](list)
    for row in standing:
        stood[row.person_id, row.monday].append(row)
        told.stood[_key(row)] = row
    given = defaultdict[Pair, list[AttendanceWeek]](list)
    for row in rows:
        given[row.person_id, row.monday].append(row)
    for pair, of_week in given.items():
        _plan_week(told, of_week, stood[pair], at)
    return told


def _plan_week(told: Told, given: list[AttendanceWeek], stood: list[AttendanceWeek], at: datetime) -> None:
    parts = {row.school_id: row for row in stood if not row.is_combined}
    for row in given:
        _join_marks(row, parts.get(row.school_id))
        parts[row.school_id] = row
    is_shared = len(parts) > 1
    for row in given:
        row.counts = not is_shared
    told.given += given
    if not is_shared:
        return
    combined = combine(sorted(parts.values(), key=lambda part: part.school_id or ""))
    if not stood:
        combined.recorded_at = max(part.recorded_at or at for part in given)
    told.following.append(combined)
    told.following += [_set_aside(part) for part in stood if part.counts and parts.get(part.school_id) is part]


def _join_marks(row: AttendanceWeek, stood: AttendanceWeek | None) -> None:
    if not any(row.marks):
        return
    if stood and stood.marks and "" in row.marks:
        row.marks = [new or old for new, old in zip(row.marks, stood.marks, strict=True)]
    add_up(row)


def _set_aside(part: AttendanceWeek) -> AttendanceWeek:
    """The row as it stands, no longer counted by itself."""
    kept = (
        "person_id",
        "monday",
        "school_id",
        "marks",
        "possible",
        "attended",
        "unauthorised",
        "scope_keys",
        "restricted",
    )
    return AttendanceWeek(**{name: getattr(part, name) for name in kept}, counts=False)


def _key(row: AttendanceWeek) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)
