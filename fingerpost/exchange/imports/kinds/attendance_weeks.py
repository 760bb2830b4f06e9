"""A pupil's attendance week by week: half-days possible and attended, with the ten marks where they are known."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, day, moment, text, whole_number
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import PERSON_NAMES, RECORDED_NAMES, SCHOOL_NAMES
from fingerpost.exchange.imports.kinds.lookups import People, unknown
from fingerpost.exchange.imports.kinds.pupils import Calendars, Schools
from fingerpost.exchange.imports.kinds.schools import take_out_terms
from fingerpost.people.schooling import codes, commands
from fingerpost.people.schooling.commands import WeekGiven, WeekTotal
from fingerpost.people.schooling.rolls import SESSIONS_A_WEEK
from fingerpost.people.schooling.superseding import Written

FRIDAY = 4
WEEKS_AT_ONCE = 5000
NOT_MARKED = "-"


def marks(cell: str) -> tuple[str, ...]:
    """Ten register codes from Monday morning to Friday afternoon, a space between two; `-` for one not marked."""
    words = cell.upper().split()
    if len(words) != SESSIONS_A_WEEK:
        raise Wrong(f"A week has {SESSIONS_A_WEEK} marks with a space between two, - for one that is not known.")
    if strange := next((word for word in words if word != NOT_MARKED and word not in codes.MARKS), None):
        raise Wrong(f"{strange[:10]!r} is not a register mark.")
    return tuple("" if word == NOT_MARKED else word for word in words)


class Weeks(Load):
    """Weeks gathered by pupil, Monday and school."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._people, self._schools, self._calendars = People(context), Schools(), Calendars()
        self._gathered: dict[tuple[Any, date, str], WeekGiven | WeekTotal] = {}
        self._lines: dict[tuple[Any, date, str], int] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._people.look_up(row["person"] for row in rows)
        self._schools.look_up(row.get("school") or "" for row in rows)
        self._calendars.look_up(person.id for row in rows if (person := self._people.get(row["person"])))
        for row in rows:
            yield from self._week(row)

    def _week(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, person, word = row[LINE], self._people.get(row["person"]), row.get("school")
        if person is None:
            return [unknown(line, "Person", "The child", row["person"])]
        school = self._schools[word] if word else None
        if word and school is None:
            return [Schools.unknown(line, word)]
        monday = row["monday"] - timedelta(days=row["monday"].weekday())
        friday = monday + timedelta(days=FRIDAY)
        calendar = self._schools.calendar(word) or self._calendars.of(person.id, friday)
        if not calendar:
            return [Fault(line, "School", Calendars.WHICH)]
        if not self._calendars.is_open(calendar, monday):
            return [
                Fault(line, "Week", f"{monday:%d/%m/%Y} lies in no term that is loaded. Check it, or add the term.")
            ]
        key = (person.id, monday, school or "")
        if self._lines.setdefault(key, line) != line:
            return [Fault(line, "Week", f"This week is in the file already, on line {self._lines[key]}. Keep one row.")]
        recorded = self.context.recorded(friday, row.get("recorded"))
        if row.get("marks"):
            self._gathered[key] = WeekGiven(person.id, person.scope, monday, row["marks"], recorded, school)
            return ()
        if wrong := _totals_are_wrong(row):
            return [Fault(line, *wrong)]
        totals = row["possible"], row["attended"], row.get("unauthorised") or 0
        self._gathered[key] = WeekTotal(person.id, person.scope, monday, *totals, recorded, school)
        return ()

    def write(self) -> Written:
        context, written = self.context, Written()
        # What several schools say of a week is written at once, so that it is combined from the beginning.
        weeks: list[WeekGiven | WeekTotal] = []
        for _, of_week in groupby(sorted(self._gathered), key=lambda key: key[:2]):
            if len(weeks) >= WEEKS_AT_ONCE:
                written += commands.load_weeks(
                    context.actor, context.scope, weeks=weeks, batch=context.batch, at=context.at
                )
                weeks = []
            weeks += [self._gathered[key] for key in of_week]
        written += commands.load_weeks(context.actor, context.scope, weeks=weeks, batch=context.batch, at=context.at)
        return written


def _totals_are_wrong(row: dict[str, Any]) -> tuple[str, str] | None:
    """Column and message, where the half-days of a week cannot be."""
    possible, attended = row.get("possible"), row.get("attended")
    if possible is None or attended is None:
        return "Possible", "Give the half-days possible and attended, or the ten marks."
    if attended > possible or possible > SESSIONS_A_WEEK:
        return "Attended", f"A week has {SESSIONS_A_WEEK} half-days, and no more attended than possible. Check both."
    if (row.get("unauthorised") or 0) > possible - attended:
        return "Unauthorised", "More half-days were missed without leave than were missed at all. Check both."
    return None


class AttendanceWeeks(Kind):
    name = "attendance_weeks"
    title = "School attendance: week by week"
    turn = 31
    file_names = ("attendance", "attendance weeks", "weekly attendance")
    columns = (
        Column(
            "person", "Person", text(60), (*PERSON_NAMES[:-1], "UPN", "Pupil", "Child", "Own number"), required=True
        ),
        Column("monday", "Week", day, ("Week beginning", "Week commencing", "Monday", "Week start"), required=True),
        Column("possible", "Possible", whole_number, ("Sessions possible", "Possible sessions", "Available sessions")),
        Column("attended", "Attended", whole_number, ("Sessions attended", "Attended sessions", "Present")),
        Column("unauthorised", "Unauthorised", whole_number, ("Unauthorised sessions", "Unauthorised absences")),
        Column("marks", "Marks", marks, ("Register marks", "Codes")),
        Column("school", "School", text(160), SCHOOL_NAMES),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"person", "monday", "possible", "attended"}), frozenset({"person", "monday", "marks"}))
    load = Weeks

    @classmethod
    def is_open(cls, row: dict[str, Any]) -> bool:
        """Whether the row shows that a school was open in its week."""
        marked = any(codes.MARKS[mark].is_possible for mark in row.get("marks") or () if mark)
        return marked or bool(row.get("possible"))

    @classmethod
    def undo(cls, context: Context) -> int:
        taken = commands.undo(
            context.actor, context.scope, batch=context.batch, with_people=context.is_history, at=context.at
        )
        return taken + take_out_terms(context)
