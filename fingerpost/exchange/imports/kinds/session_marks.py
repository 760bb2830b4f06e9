"""Register marks, one a session (`UPN, Date, Session, Mark`) or one row a pupil's day (`UPN, Date, AM, PM`)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, day, one_of, text, upn
from fingerpost.exchange.imports.faults import Fault, Faulty
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import PERSON_NAMES
from fingerpost.exchange.imports.kinds.pupils import ByAnyNumber, Pupils, Schools
from fingerpost.exchange.imports.kinds.schools import take_out_terms
from fingerpost.ground.places import queries as places
from fingerpost.people.schooling import codes, commands, queries
from fingerpost.people.schooling.commands import SESSIONS_A_WEEK, WeekGiven
from fingerpost.people.schooling.queries import Pupil
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
    """Marks gathered by pupil and week, ten numbers each, so that a county's year fits in memory."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pupils, self.schools = ByAnyNumber(context), Schools()
        self._shared = queries.shared_calendar()
        self._calendars: dict[str, places.StoredCalendar] = {}
        self._weeks: dict[tuple[str, date], int | None] = {}
        self._gathered: dict[tuple[str, int], bytearray] = {}
        self._mondays: dict[tuple[str, int], date] = {}
        self._last: date | None = None

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.pupils.look_up(rows)
        if rows and "school" in rows[0]:
            self.schools.look_up(row["school"] or "" for row in rows)
        for row in rows:
            if "mark" in row:
                yield from self._session(row, row["session"], row["mark"], "Mark")
            else:
                yield from self._session(row, 0, row["am"], "AM")
                yield from self._session(row, 1, row["pm"], "PM")

    def _session(self, row: dict[str, Any], afternoon: int, number: int | None, column: str) -> Iterable[Fault]:
        line, on, whom = row[LINE], row["date"], ByAnyNumber.number(row)
        pupil = self.pupils[whom] if whom else None
        if pupil is None:
            # Said once for a row, not for its morning and its afternoon.
            said = Pupils.unknown(line, whom) if whom else Fault(line, "UPN", "UPN is empty. Fill it in.")
            return [] if column == "PM" else [said]
        if row.get("school") and self.schools[row["school"]] is None:
            return [Schools.unknown(line, row["school"])]
        if not number:
            return []
        week = self._week(pupil, on)
        if week is None:
            return [] if number in _WITHOUT_SCHOOL else [Fault(line, "Date", _no_school(on))]
        return self._keep(line, column, whom, week, on, afternoon, number)

    def _keep(
        self, line: int, column: str, number: str, week: int, on: date, afternoon: int, code: int
    ) -> Iterable[Fault]:
        marks = self._gathered.setdefault((number, week), bytearray(SESSIONS_A_WEEK))
        place = on.weekday() * 2 + afternoon
        if marks[place]:
            other = "" if marks[place] == code else f", first as {_CODES[marks[place]]}"
            return [Fault(line, column, f"This session of {on:%d/%m/%Y} is in the file twice{other}. Keep one.")]
        marks[place] = code
        if self._last is None or on > self._last:
            self._last = on
        return ()

    def _week(self, pupil: Pupil, on: date) -> int | None:
        """Number of the school week; None at weekends and in the holidays."""
        calendar = pupil.calendar or self._shared
        key = (calendar, on)
        if key not in self._weeks:
            if not calendar:
                raise Faulty("No school terms are loaded. Load the terms of these schools first.")
            if calendar not in self._calendars:
                self._calendars[calendar] = places.calendar(schools=calendar)
            number = self._calendars[calendar].school_week(on) if on.weekday() < SATURDAY else None
            self._weeks[key] = number
            if number is not None:
                self._mondays[calendar, number] = on - timedelta(days=on.weekday())
        return self._weeks[key]

    def write(self) -> Written:
        written, weeks = Written(), list[WeekGiven]()
        for (upn_, number), marks in self._gathered.items():
            weeks.append(self._given(upn_, number, marks))
            if len(weeks) == WEEKS_AT_ONCE:
                written += self._load(weeks)
                weeks = []
        written = self._load(weeks, self._last, written)
        self.pupils.tell_requests(number for number, _ in self._gathered)
        return written

    def _given(self, upn_: str, number: int, marks: bytearray) -> WeekGiven:
        pupil = self.pupils[upn_]
        if pupil is None:
            raise LookupError(upn_)
        monday = self._mondays[pupil.calendar or self._shared, number]
        known = self.context.recorded(monday + timedelta(days=FRIDAY)) if self.context.is_history else None
        return WeekGiven(pupil.person_id, pupil.scope, number, monday, tuple(_CODES[code] for code in marks), known)

    def _load(self, weeks: list[WeekGiven], complete_to: date | None = None, so_far: Written | None = None) -> Written:
        context, total = self.context, so_far or Written()
        total += commands.load_weeks(
            context.actor, context.scope, weeks=weeks, batch=context.batch, complete_to=complete_to, at=context.at
        )
        return total


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
        Column("school", "School", text(160), ("School number", "DfE number", "School code", "Establishment")),
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
