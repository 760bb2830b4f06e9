"""A pupil's attendance week by week: half-days possible and attended, with the ten marks where they are known."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, day, moment, text, whole_number
from fingerpost.exchange.imports.faults import Fault, Faulty
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import PERSON_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import People, unknown
from fingerpost.exchange.imports.kinds.schools import take_out_terms
from fingerpost.ground.places import queries as places
from fingerpost.people.schooling import codes, commands, queries
from fingerpost.people.schooling.commands import SESSIONS_A_WEEK, WeekGiven, WeekTotal
from fingerpost.people.schooling.models import Enrolment
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
    """Weeks gathered by pupil and Monday."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._people = People(context)
        self._calendars: dict[str, places.StoredCalendar] = {}
        self._shared = queries.shared_calendar()
        self._calendar_of: dict[Any, str] = {}
        self._gathered: dict[tuple[Any, date], WeekGiven | WeekTotal] = {}
        self._lines: dict[tuple[Any, date], int] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._people.look_up(row["person"] for row in rows)
        self._read_calendars(rows)
        for row in rows:
            yield from self._week(row)

    def _read_calendars(self, rows: list[dict[str, Any]]) -> None:
        new = {p.id for row in rows if (p := self._people.get(row["person"]))} - self._calendar_of.keys()
        on_roll = dict(
            Enrolment.objects.filter(person__in=new, until=None).values_list("person_id", "school__calendar")
        )
        self._calendar_of.update((person, on_roll.get(person) or self._shared) for person in new)

    def _week(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, person = row[LINE], self._people.get(row["person"])
        if person is None:
            return [unknown(line, "Person", "The child", row["person"])]
        monday = row["monday"] - timedelta(days=row["monday"].weekday())
        week = self._number(self._calendar_of[person.id], monday)
        if week is None:
            return [
                Fault(line, "Week", f"{monday:%d/%m/%Y} lies in no term that is loaded. Check it, or add the term.")
            ]
        key = (person.id, monday)
        if self._lines.setdefault(key, line) != line:
            return [Fault(line, "Week", f"This week is in the file already, on line {self._lines[key]}. Keep one row.")]
        possible, attended = row.get("possible"), row.get("attended")
        recorded = self.context.recorded(monday + timedelta(days=FRIDAY), row.get("recorded"))
        if row.get("marks"):
            self._gathered[key] = WeekGiven(person.id, person.scope, week, monday, row["marks"], recorded)
            return ()
        if possible is None or attended is None:
            return [Fault(line, "Possible", "Give the half-days possible and attended, or the ten marks.")]
        if attended > possible or possible > SESSIONS_A_WEEK:
            return [
                Fault(
                    line,
                    "Attended",
                    f"A week has {SESSIONS_A_WEEK} half-days, and no more attended than possible. Check both.",
                )
            ]
        unauthorised = row.get("unauthorised") or 0
        self._gathered[key] = WeekTotal(
            person.id, person.scope, week, monday, possible, attended, unauthorised, recorded
        )
        return ()

    def _number(self, calendar: str, monday: date) -> int | None:
        if not calendar:
            raise Faulty("No school terms are loaded. Load the terms of these schools first.")
        if calendar not in self._calendars:
            self._calendars[calendar] = places.calendar(schools=calendar)
        return self._calendars[calendar].school_week(monday)

    def write(self) -> Written:
        context, written, weeks = self.context, Written(), list(self._gathered.values())
        last = max((monday for _, monday in self._gathered), default=None)
        for start in range(0, len(weeks), WEEKS_AT_ONCE):
            written += commands.load_weeks(
                context.actor, context.scope, weeks=weeks[start : start + WEEKS_AT_ONCE], batch=context.batch,
                complete_to=last + timedelta(days=FRIDAY) if last else None, at=context.at,
            )  # fmt: skip
        return written


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
