"""Exclusions, now called suspensions (`UPN, Category, StartDate, Sessions, Reason1, Reason2, Reason3`)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from fingerpost.exchange.imports.columns import Column, day, moment, one_of, text, upn, whole_number
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import PERSON_NAMES, RECORDED_NAMES
from fingerpost.exchange.imports.kinds.pupils import ByAnyNumber, Pupils, Schools
from fingerpost.people.schooling import codes, commands
from fingerpost.people.schooling.commands import ExclusionGiven
from fingerpost.people.schooling.superseding import Written

MOST_SESSIONS = 90  # 45 days, the most that a school year allows


class Exclusions(Load):
    """Exclusions gathered by pupil, kind and first day."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pupils, self.schools = ByAnyNumber(context), Schools()
        self._gathered: dict[tuple[Any, ...], ExclusionGiven] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.pupils.look_up(rows)
        self.schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            yield from self._exclusion(row)

    def _exclusion(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, whom = row[LINE], ByAnyNumber.number(row)
        if not whom:
            return [Fault(line, "UPN", "UPN is empty. Fill it in.")]
        pupil = self.pupils[whom]
        if pupil is None:
            return [Pupils.unknown(line, whom)]
        if row.get("school") and self.schools[row["school"]] is None:
            return [Schools.unknown(line, row["school"])]
        if wrong := _length_is_wrong(row):
            return [Fault(line, *wrong)]
        key = (pupil.person_id, row["kind"], row["started_on"])
        if key in self._gathered:
            return [Fault(line, "StartDate", f"{whom} has an exclusion from this day in the file already. Keep one.")]
        reasons = tuple(row[name] for name in ("reason1", "reason2", "reason3") if row.get(name))
        school = self.schools[row["school"]] if row.get("school") else None
        length = row.get("sessions") if row["kind"] != "permanent" else None
        self._gathered[key] = ExclusionGiven(
            pupil.person_id,
            pupil.scope,
            row["kind"],
            row["started_on"],
            row.get("ended_on"),
            length,
            reasons,
            school,
            self._recorded(row),
        )
        return [warning for code in reasons for warning in _about(code, row)]

    def _recorded(self, row: dict[str, Any]) -> datetime | None:
        """A list of today is known from now; the past of a service since it happened, unless the list says otherwise."""
        if row.get("recorded") or self.context.is_history:
            return self.context.recorded(row["started_on"], row.get("recorded"))
        return None

    def write(self) -> Written:
        context, given = self.context, list(self._gathered.values())
        last = max((one.started_on for one in given), default=None)
        written = commands.load_exclusions(
            context.actor, context.scope, exclusions=given, batch=context.batch, complete_to=last, at=context.at
        )
        self.pupils.tell_requests(self.pupils.known)
        return written


def _length_is_wrong(row: dict[str, Any]) -> tuple[str, str] | None:
    """Column and message, where days and length do not fit the category."""
    if row.get("ended_on") and row["ended_on"] < row["started_on"]:
        return "EndDate", "The exclusion ends before it begins. Check the days."
    if row["kind"] == "fixed_term" and not row.get("sessions"):
        return "Sessions", "A fixed term exclusion needs its length in half-days. Two make a day."
    if (row.get("sessions") or 0) > MOST_SESSIONS:
        return "Sessions", f"{row['sessions']} half-days are more than a school year allows. Check the number."
    return None


def _about(code: str, row: dict[str, Any]) -> Iterable[Fault]:
    """A warning for a reason that the department's list does not hold, or not on that day. It is kept as written."""
    known = codes.REASONS.get(code)
    if known is None:
        return [
            Fault(
                row[LINE], "Reason", f"{code} is not a reason of the department's list. It is kept as text.", "warning"
            )
        ]
    if not known.is_valid_on(row["started_on"]):
        return [
            Fault(row[LINE], "Reason", f"{code} was not in use on {row['started_on']:%d/%m/%Y}. Check it.", "warning")
        ]
    return ()


def reason(cell: str) -> str:
    return text(40)(cell).upper()


class ExclusionList(Kind):
    name = "exclusions"
    title = "Exclusions (suspensions)"
    turn = 33
    file_names = (
        "exclusions",
        "suspensions",
    )
    columns = (
        Column("upn", "UPN", upn, ("Unique pupil number", "Pupil UPN")),
        Column("local", "Own number", text(60), PERSON_NAMES),
        Column("kind", "Category", one_of(codes.KINDS, "a category"), ("Exclusion category", "Type"), required=True),
        Column("started_on", "StartDate", day, ("Start", "Exclusion start date", "Date from"), required=True),
        Column("ended_on", "EndDate", day, ("End", "Exclusion end date", "Date to"), may_lie_ahead=True),
        Column("sessions", "Sessions", whole_number, ("Number of sessions", "Half days", "Actual number of sessions")),
        Column("reason1", "Reason1", reason, ("Reason", "Reason 1", "Exclusion reason")),
        Column("reason2", "Reason2", reason, ("Reason 2",)),
        Column("reason3", "Reason3", reason, ("Reason 3",)),
        Column("school", "School", text(160), ("School number", "DfE number", "School code", "Establishment")),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = tuple(frozenset({number, "kind", "started_on", "sessions"}) for number in ("upn", "local"))
    load = Exclusions

    @classmethod
    def undo(cls, context: Context) -> int:
        return commands.undo(
            context.actor, context.scope, batch=context.batch, with_people=context.is_history, at=context.at
        )
