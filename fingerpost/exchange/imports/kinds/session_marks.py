"""Register marks, one a session (`UPN, Date, Session, Mark`) or one row a pupil's day (`UPN, Date, AM, PM`)."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, day, one_of, text, upn
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import PERSON_NAMES, SCHOOL_NAMES
from fingerpost.exchange.imports.kinds.pupils import ByAnyNumber, Calendars, Pupils, Schools
from fingerpost.exchange.imports.kinds.schools import take_out_terms
from fingerpost.ground.access.scope import Scope
from fingerpost.people.schooling import codes, commands
from fingerpost.people.schooling.commands import WeekGiven
from fingerpost.people.schooling.queries import Pupil
from fingerpost.people.schooling.rolls import SESSIONS_A_WEEK
from fingerpost.people.schooling.superseding import Written

NOT_MARKED = "-"
FRIDAY, SATURDAY = 4, 5
WEEKS_AT_ONCE = 2000
_CODES = ["", *sorted(codes.MARKS)]
_NUMBER = {code: number for number, code in enumerate(_CODES)}
_WITHOUT_SCHOOL = {_NUMBER[code] for code in codes.MARKS if not codes.MARKS[code].is_possible}


def mark(cell: str) -> int:
    """The number of a register code; 0 for a session not marked yet."""
    code = cell.upper()
    if code == NOT_MARKED:
        return 0
    if code not in _NUMBER:
        raise Wrong(f"{cell[:10]!r} is not a register mark.")
    return _NUMBER[code]


class Marks(Load):
    """Marks gathered by pupil, week and school, ten numbers each, so that a county's year fits in memory."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pupils, self.schools, self.calendars = ByAnyNumber(context), Schools(), Calendars()
        self._gathered: dict[tuple[uuid.UUID, date, str | None], bytearray] = {}
        self._scopes: dict[uuid.UUID, Scope] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.pupils.look_up(rows)
        self.calendars.look_up(self.pupils.people)
        if rows and "school" in rows[0]:
            self.schools.look_up(row["school"] or "" for row in rows)
        for row in rows:
            yield from self._row(row)

    def _row(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, on, whom, word = row[LINE], row["date"], ByAnyNumber.number(row), row.get("school")
        if not whom:
            return [Fault(line, "UPN", "UPN is empty. Fill it in.")]
        pupil = self.pupils[whom]
        if pupil is None:
            return [Pupils.unknown(line, whom)]
        school = self.schools[word] if word else None
        if word and school is None:
            return [Schools.unknown(line, word)]
        sessions = _sessions(row)
        calendar = self.schools.calendar(word) or self.calendars.of(pupil.person_id, on)
        if not calendar:
            return [Fault(line, "School", Calendars.WHICH)] if sessions else []
        if not self.calendars.is_open(calendar, on):
            strange = (one for one in sessions if one[1] not in _WITHOUT_SCHOOL)
            return [Fault(line, "Date", _no_school(on)) for _ in strange][:1]
        return [fault for one in sessions for fault in self._keep(line, pupil, on, school, *one)]

    def _keep(
        self, line: int, pupil: Pupil, on: date, school: str | None, afternoon: int, code: int, column: str
    ) -> Iterable[Fault]:
        monday = on - timedelta(days=on.weekday())
        self._scopes[pupil.person_id] = pupil.scope
        marks = self._gathered.setdefault((pupil.person_id, monday, school), bytearray(SESSIONS_A_WEEK))
        place = on.weekday() * 2 + afternoon
        if marks[place]:
            other = "" if marks[place] == code else f", first as {_CODES[marks[place]]}"
            return [Fault(line, column, f"This session of {on:%d/%m/%Y} is in the file twice{other}. Keep one.")]
        marks[place] = code
        return ()

    def write(self) -> Written:
        written = Written()
        # What several schools say of a week is written at once, so that it is combined from the beginning.
        gathered = sorted(self._gathered, key=lambda key: (key[0], key[1], key[2] or ""))
        weeks: list[WeekGiven] = []
        for _, of_week in groupby(gathered, key=lambda key: key[:2]):
            if len(weeks) >= WEEKS_AT_ONCE:
                written += self._load(weeks)
                weeks = []
            weeks += [self._given(*key, self._gathered[key]) for key in of_week]
        written += self._load(weeks)
        self.pupils.tell_requests(self._scopes)
        return written

    def _given(self, person: uuid.UUID, monday: date, school: str | None, marks: bytearray) -> WeekGiven:
        known = self.context.recorded(monday + timedelta(days=FRIDAY)) if self.context.is_history else None
        return WeekGiven(person, self._scopes[person], monday, tuple(_CODES[code] for code in marks), known, school)

    def _load(self, weeks: list[WeekGiven]) -> Written:
        context = self.context
        return commands.load_weeks(context.actor, context.scope, weeks=weeks, batch=context.batch, at=context.at)


def _sessions(row: dict[str, Any]) -> list[tuple[int, int, str]]:
    """What a row says of the sessions of its day: 0 for the morning and 1 for the afternoon, the mark, and its column."""
    if "mark" in row:
        told = [(row["session"], row["mark"], "Mark")]
    else:
        told = [(0, row["am"], "AM"), (1, row["pm"], "PM")]
    return [one for one in told if one[1]]


def _no_school(on: date) -> str:
    if on.weekday() >= SATURDAY:
        return f"{on:%d/%m/%Y} is a {on:%A}. Check the date."
    return f"{on:%d/%m/%Y} lies in no term that is loaded. Check the date, or load the term."


class SessionMarks(Kind):
    name = "session_marks"
    title = "School attendance: register marks"
    turn = 31
    file_names = (
        "attendance",
        "session marks",
        "register marks",
        "marks",
    )
    columns = (
        Column("upn", "UPN", upn, ("Unique pupil number", "Pupil UPN")),
        Column("local", "Own number", text(60), PERSON_NAMES),
        Column("date", "Date", day, ("Session date", "Mark date", "Attendance date"), required=True),
        Column(
            "session",
            "Session",
            one_of({"AM": 0, "PM": 1, "Morning": 0, "Afternoon": 1}, "a session"),
            ("AM/PM",),
            True,
        ),
        Column("mark", "Mark", mark, ("Code", "Attendance mark", "Attendance code"), required=True),
        Column("am", "AM", mark, ("AM mark", "Morning")),
        Column("pm", "PM", mark, ("PM mark", "Afternoon")),
        Column("school", "School", text(160), SCHOOL_NAMES),
    )
    layouts = tuple(
        frozenset({number, "date", *marked})
        for number in ("upn", "local")
        for marked in (("session", "mark"), ("am", "pm"))
    )
    load = Marks

    @classmethod
    def is_open(cls, row: dict[str, Any]) -> bool:
        """Whether the row shows that a school was open on its day."""
        return any(code and code not in _WITHOUT_SCHOOL for code in (row.get(key) for key in ("mark", "am", "pm")))

    @classmethod
    def undo(cls, context: Context) -> int:
        taken = commands.undo(
            context.actor, context.scope, batch=context.batch, with_people=context.is_history, at=context.at
        )
        return taken + take_out_terms(context)
