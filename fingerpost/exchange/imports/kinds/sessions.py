"""Sessions of runs, and the registers of who came."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports.columns import Column, clock_time, moment, text, whole_number, yes_no
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.contacts import hours, minutes
from fingerpost.exchange.imports.kinds.headings import DAY_NAMES, RECORDED_NAMES, RUN_NAMES
from fingerpost.exchange.imports.kinds.lookups import People, RunFound, Runs, on_day, unknown
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.groups import bringing
from fingerpost.work.groups.bringing import MarkGiven, SessionGiven
from fingerpost.work.groups.models import Attendance, Session

USUAL_HOUR = 10
TIME_NAMES = ("Start time", "Starts at", "Session time")


def start_of(context: Context, row: dict[str, Any]) -> datetime:
    """When a session began: its day and time, ten o'clock where the list gives none."""
    on: date | datetime = row["happened_on"]
    at: time | None = row.get("time")
    if at is not None:
        on = timezone.make_aware(datetime.combine(on_day(on), at))
    if not isinstance(on, datetime):
        on = timezone.make_aware(datetime.combine(on, time(USUAL_HOUR)))
    return on


class Sessions(Load):
    """Sessions gathered by run and beginning."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._runs = Runs(context)
        self._gathered: dict[tuple[uuid.UUID, datetime], tuple[SessionGiven, int]] = {}
        self._known: dict[tuple[uuid.UUID, datetime], Session] = {}
        self._marked: set[uuid.UUID] = set()
        self._read: set[uuid.UUID] = set()
        self._taken: dict[uuid.UUID, int] = {}
        self._unchanged = 0

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._runs.look_up(row["run"] for row in rows)
        self._read_known({run.id for row in rows if (run := self._runs.get(row["run"]))} - self._read)
        for row in rows:
            yield from self._one(row)

    def _read_known(self, runs: set[uuid.UUID]) -> None:
        """Sessions on record of runs not met before, and which of them have a register. Two queries for a block."""
        if not runs:
            return
        self._read |= runs
        self._known.update(((one.run_id, one.starts_at), one) for one in Session.objects.filter(run__in=runs))
        self._marked |= set(Attendance.objects.filter(session__run__in=runs).values_list("session_id", flat=True))

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, run, starts = row[LINE], self._runs.get(row["run"]), start_of(self.context, row)
        if run is None:
            return [unknown(line, "Run", "The run", row["run"])]
        if not run.starts_on <= timezone.localdate(starts) <= run.ends_on:
            words = f"{run.starts_on:%d/%m/%Y} to {run.ends_on:%d/%m/%Y}"
            return [Fault(line, "Date", f"The session lies outside the run, which goes from {words}. Check the days.")]
        is_held, is_cancelled = row.get("held"), bool(row.get("cancelled"))
        is_held = (starts <= self.context.at and not is_cancelled) if is_held is None else is_held
        if is_held and (is_cancelled or starts > self.context.at):
            return [Fault(line, "Held", "A session that was cancelled, or is to come, was not held. Put one right.")]
        key = (run.id, starts)
        if key in self._gathered:
            earlier = self._gathered[key][1]
            return [Fault(line, "Date", f"This session is in the file already, on line {earlier}. Keep one row.")]
        if held := self._known.get(key):
            return self._on_record(row, held)
        took = row.get("minutes") or row.get("hours")
        if not took:
            return [Fault(line, "Minutes", "Minutes is empty. Fill it in.")]
        headcount, recorded = (
            (row.get("headcount"), self.context.recorded(starts, row.get("recorded"))) if is_held else (None, None)
        )
        given = SessionGiven(run.id, starts, took, is_held, is_cancelled, headcount, recorded)
        self._gathered[key] = (given, line)
        return ()

    def _on_record(self, row: dict[str, Any], held: Session) -> Iterable[Fault]:
        """A session that is known. Of one with a register a list cannot say that it was not held: that is named."""
        if (earlier := self._taken.setdefault(held.pk, row[LINE])) != row[LINE]:
            return [Fault(row[LINE], "Date", f"This session is in the file already, on line {earlier}. Keep one row.")]
        self._unchanged += 1
        known = self.context.recorded(held.starts_at, row.get("recorded"))
        as_held = {"held_at": held.starts_at, "held_recorded_at": known, "cancelled_at": None}
        not_held: dict[str, datetime | None] = {"held_at": None, "held_recorded_at": None, "headcount": None}
        if row.get("cancelled"):
            not_held["cancelled_at"] = held.starts_at
        is_said_held = False if row.get("cancelled") else row.get("held")
        said = [puts("Minutes", row.get("minutes") or row.get("hours"), held, "minutes")]
        fields = ("held_at", "cancelled_at")
        if is_said_held is False:
            put = None if held.pk in self._marked else not_held
            said.append(Said("Held", False, held.held_at is not None, put, fields))
            said.append(Said("Cancelled", row.get("cancelled"), held.cancelled_at is not None, put, fields))
        else:
            said.append(Said("Held", is_said_held, held.held_at is not None, as_held, fields))
            said.append(puts("Headcount", row.get("headcount"), held, "headcount"))
            said.append(Said("Recorded", row.get("recorded") and known, held.held_recorded_at or known))
            if row.get("cancelled") is False and not is_said_held:
                said.append(Said("Cancelled", False, held.cancelled_at is not None, {"cancelled_at": None}, fields))
        self.on_record.compare(row[LINE], "This session", held, said)
        return ()

    def write(self) -> Written:
        context, given = self.context, [one for one, _ in self._gathered.values()]
        bringing.bring_in_sessions(context.actor, context.scope, sessions=given, batch=context.batch, at=context.at)
        changed = self.on_record.write()
        return Written(added=len(given), changed=changed, unchanged=self._unchanged - changed)


class SessionList(Kind):
    name = "sessions"
    title = "Sessions of groups"
    turn = 61
    file_names = ("sessions", "group sessions")
    columns = (
        Column("run", "Run", text(60), (*RUN_NAMES, "Course", "Programme ref", "Group"), required=True),
        Column(
            "happened_on",
            "Date",
            moment,
            (*DAY_NAMES, "Session date", "Starts", "Held on"),
            required=True,
            may_lie_ahead=True,
        ),
        Column("time", "Time", clock_time, TIME_NAMES),
        Column("minutes", "Minutes", minutes, ("Duration", "Length", "Mins")),
        Column("hours", "Hours", hours, ("Duration hours",)),
        Column("held", "Held", yes_no, ("Took place", "Delivered", "Was held")),
        Column("cancelled", "Cancelled", yes_no, ("Was cancelled",)),
        Column("headcount", "Headcount", whole_number, ("People", "Attended", "Number attending", "How many came")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"run", "happened_on", "minutes"}), frozenset({"run", "happened_on", "hours"}))
    load = Sessions

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)


class Registers(Load):
    """Marks gathered by session and person."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._runs, self._people = Runs(context), People(context)
        self._sessions: dict[uuid.UUID, dict[date, dict[datetime, uuid.UUID]]] = {}
        self._gathered: dict[tuple[uuid.UUID, uuid.UUID], tuple[MarkGiven, int]] = {}
        self._rows: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._runs.look_up(row["run"] for row in rows)
        self._read_sessions({run.id for row in rows if (run := self._runs.get(row["run"]))})
        self._people.look_up(row["person"] for row in rows)
        self._people.look_up_families(row["person"] for row in rows)
        for row in rows:
            yield from self._one(row)

    def _read_sessions(self, runs: set[uuid.UUID]) -> None:
        new = runs - self._sessions.keys()
        self._sessions.update((run, {}) for run in new)
        for pk, run, starts in Session.objects.filter(run__in=new).values_list("id", "run_id", "starts_at"):
            self._sessions[run].setdefault(timezone.localdate(starts), {})[starts] = pk

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, run, person = row[LINE], self._runs.get(row["run"]), self._people.get(row["person"])
        if run is None:
            return [unknown(line, "Run", "The run", row["run"])]
        if person is None:
            return [unknown(line, "Person", "The person", row["person"])]
        session = self._session(run, row)
        if session is None:
            on = on_day(row["happened_on"])
            return [
                Fault(line, "Date", f"The run has no session on {on:%d/%m/%Y}, or several. Check the day and the time.")
            ]
        key = (session, person.id)
        if key in self._gathered:
            earlier = self._gathered[key][1]
            return [Fault(line, "Person", f"This mark is in the file already, on line {earlier}. Keep one row.")]
        recorded = self.context.recorded(row["happened_on"], row.get("recorded"))
        given = MarkGiven(
            session_id=session,
            run_id=run.id,
            person_id=person.id,
            family_id=self._people.family_of(person.id),
            scope=run.scope | person.scope,
            is_present=row.get("present") is not False,
            booked_at=min(self.context.moment(run.starts_on, 9), recorded),
            recorded_at=recorded,
        )
        self._gathered[key] = (given, line)
        self._rows[key] = row
        return ()

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of marks that are on record. One query."""
        for held in Attendance.objects.filter(session__in={session for session, _ in self._gathered}):
            key = (held.session_id, held.person_id)
            if key in self._gathered:
                (given, line), row = self._gathered[key], self._rows[key]
                said = [
                    puts("Present", row.get("present"), held, "is_present"),
                    Said("Recorded", row.get("recorded") and given.recorded_at, held.recorded_at),
                ]
                self.on_record.compare(line, "This mark", held, said)
        yield from super().finish()

    def _session(self, run: RunFound, row: dict[str, Any]) -> uuid.UUID | None:
        """The run's session at that time, or the only one of that day where no time is given."""
        of_day = self._sessions[run.id].get(on_day(row["happened_on"]), {})
        has_time = row.get("time") is not None or isinstance(row["happened_on"], datetime)
        if has_time:
            return of_day.get(start_of(self.context, row))
        return next(iter(of_day.values())) if len(of_day) == 1 else None

    def write(self) -> Written:
        context, given = self.context, [one for one, _ in self._gathered.values()]
        added = bringing.bring_in_marks(context.actor, context.scope, marks=given, batch=context.batch, at=context.at)
        changed = self.on_record.write()
        return Written(added=added, changed=changed, unchanged=len(given) - added - changed)


class RegisterList(Kind):
    name = "registers"
    title = "Registers of groups"
    turn = 62
    file_names = ("registers", "register", "group attendance", "group registers")
    columns = (
        Column("run", "Run", text(60), (*RUN_NAMES, "Course", "Programme ref", "Group"), required=True),
        Column("happened_on", "Date", moment, (*DAY_NAMES, "Session date", "Starts", "Held on"), required=True),
        Column("time", "Time", clock_time, TIME_NAMES),
        Column(
            "person",
            "Person",
            text(120),
            ("Person ref", "Person ID", "Own number", "Parent", "Participant", "Attender"),
            required=True,
        ),
        Column("present", "Present", yes_no, ("Attended", "Came", "Mark", "Attendance")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"run", "happened_on", "person"}),)
    load = Registers

    @classmethod
    def undo(cls, context: Context) -> int:
        return bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
