"""Exclusions, now called suspensions (`UPN, Category, StartDate, Sessions, Reason1, Reason2, Reason3`)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from fingerpost.exchange.imports.columns import Column, day, moment, one_of, separated, text, upn, whole_number
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds import exclusion_lengths as lengths
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import PERSON_NAMES, RECORDED_NAMES, SCHOOL_NAMES
from fingerpost.exchange.imports.kinds.pupils import ByAnyNumber, Calendars, Pupils, Schools
from fingerpost.exchange.imports.models import Covers
from fingerpost.people.schooling import codes, commands, queries
from fingerpost.people.schooling.commands import CoverageGiven, ExclusionGiven
from fingerpost.people.schooling.superseding import Written

MOST_SESSIONS = 90  # 45 days, the most that a school year allows


class Exclusions(Load):
    """Exclusions gathered by pupil, kind and first day; and of which schools and days the list says that it is complete."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.pupils, self.schools, self.calendars = ByAnyNumber(context), Schools(), Calendars()
        self._gathered: dict[tuple[Any, ...], ExclusionGiven] = {}
        self._covers: set[CoverageGiven] = set()
        self._is_told_of_all = False

    def begin(self, given: Mapping[str, Any]) -> Iterable[Fault]:
        """What is said of the whole list: a list without a row may say that nobody was excluded."""
        words = given.get("covers_schools") or ()
        if not words and not given.get("covers_from") and not given.get("covers_to"):
            return ()
        if not (words and given.get("covers_from") and given.get("covers_to")):
            return [Fault(0, "", "Say all three: which schools the list covers, from which day and to which day.")]
        self._is_told_of_all = True
        self.schools.look_up(words)
        strange = [
            Fault(0, "Covers schools", Schools.unknown(0, word).message) for word in words if not self.schools[word]
        ]
        return strange or self._cover(0, [self.schools[word] for word in words], given)

    def _cover(self, line: int, schools: Iterable[str | None], row: Mapping[str, Any]) -> Iterable[Fault]:
        since, until = row["covers_from"], row["covers_to"]
        if until < since:
            return [Fault(line, "Covers to", "The days that the list covers end before they begin. Check both days.")]
        known = self.context.recorded(until, row.get("recorded")) if self.context.is_history else None
        self._covers |= {CoverageGiven(school, since, until, known) for school in schools if school}
        return ()

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.pupils.look_up(rows)
        self.calendars.look_up(self.pupils.people)
        self.schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            yield from self._covered_by(row)
            if not _says_only_what_is_covered(row):
                yield from self._exclusion(row)

    def _covered_by(self, row: dict[str, Any]) -> Iterable[Fault]:
        """What a row says of its school: the days for which its list is complete. Both days, or neither."""
        if self._is_told_of_all or not (row.get("covers_from") or row.get("covers_to")):
            return ()
        if not (row.get("covers_from") and row.get("covers_to")):
            return [
                Fault(row[LINE], "Covers to", "Give both days: from which the list covers the school, and to which.")
            ]
        if not row.get("school"):
            return [Fault(row[LINE], "School", "Name the school whose list covers these days.")]
        school = self.schools[row["school"]]
        return self._cover(row[LINE], [school], row) if school else [Schools.unknown(row[LINE], row["school"])]

    def _exclusion(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, whom = row[LINE], ByAnyNumber.number(row)
        if wrong := _cells_are_missing(row, whom) or _length_is_wrong(row):
            return [Fault(line, *wrong)]
        pupil = self.pupils[whom]
        if pupil is None:
            return [Pupils.unknown(line, whom)]
        if row.get("school") and self.schools[row["school"]] is None:
            return [Schools.unknown(line, row["school"])]
        key = (pupil.person_id, row["kind"], row["started_on"])
        if key in self._gathered:
            return [Fault(line, "StartDate", f"{whom} has an exclusion from this day in the file already. Keep one.")]
        reasons = tuple(row[name] for name in ("reason1", "reason2", "reason3") if row.get(name))
        school = self.schools[row["school"]] if row.get("school") else None
        calendar = self.schools.calendar(row.get("school")) or self.calendars.of(pupil.person_id, row["started_on"])
        length, doubts = lengths.judge(row, lambda day: self.calendars.is_school_day(calendar, day))
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
        return [*doubts, *(warning for code in reasons for warning in _about(code, row))]

    def finish(self) -> Iterable[Fault]:
        """Where the list covers nothing, what its rows make likely is proposed: whoever sent it has to say so."""
        if self._covers or not self._gathered:
            return ()
        days = [one.started_on for one in self._gathered.values()]
        schools = sorted({one.school for one in self._gathered.values() if one.school}) or ["none"]
        message = (
            "The list does not say which schools and days it is complete for, so of nobody else it says that they were not "
            f"excluded. Its rows name schools {', '.join(schools[:5])} and days from {min(days):%d/%m/%Y} to {max(days):%d/%m/%Y}: "
            "if it is complete, say so before it is loaded."
        )
        return [Fault(0, "", message, "warning")]

    def _recorded(self, row: dict[str, Any]) -> datetime | None:
        """A list of today is known from now; the past of a service since it happened, unless the list says otherwise."""
        if row.get("recorded") or self.context.is_history:
            return self.context.recorded(row["started_on"], row.get("recorded"))
        return None

    def coverage(self) -> dict[str, Any]:
        """What the file states of schools and days, unless whoever loads it gave them; else what its rows make likely."""
        if self._is_told_of_all:
            return {}
        said = [
            {"school": one.school, "since": one.since.isoformat(), "until": one.until.isoformat()}
            for one in self._in_order()
        ]
        days = [one.started_on for one in self._gathered.values()]
        schools = sorted({one.school for one in self._gathered.values() if one.school})
        span = {"since": min(days).isoformat(), "until": max(days).isoformat()} if days else {}
        return {"said": said, "likely": {"schools": schools, **span}}

    def _in_order(self) -> list[CoverageGiven]:
        return sorted(self._covers, key=lambda one: (one.school, one.since, one.until))

    def write(self) -> Written:
        context, covers = self.context, self._in_order()
        if not self._is_told_of_all and context.covers != Covers.AS_SAID:
            covers = []  # what the file says of itself holds once somebody confirmed it
        given = list(self._gathered.values())
        written = commands.load_exclusions(
            context.actor, context.scope, exclusions=given, covers=covers, batch=context.batch, at=context.at
        )
        at_school = queries.on_roll_at({one.school for one in covers})
        self.pupils.tell_requests({one.person_id for one in given} | at_school)
        return written


def _says_only_what_is_covered(row: dict[str, Any]) -> bool:
    """A row with a school and its days, and nobody on it: the school excluded nobody then, or its rows stand elsewhere."""
    says_days = row.get("covers_from") or row.get("covers_to")
    return bool(says_days) and not any(row.get(key) for key in ("upn", "local", "kind", "started_on"))


def _cells_are_missing(row: dict[str, Any], whom: str) -> tuple[str, str] | None:
    for is_there, column in ((whom, "UPN"), (row.get("kind"), "Category"), (row.get("started_on"), "StartDate")):
        if not is_there:
            return column, f"{column} is empty. Fill it in."
    return None


def _length_is_wrong(row: dict[str, Any]) -> tuple[str, str] | None:
    """Column and message, where days and length do not fit the category."""
    if row.get("ended_on") and row["ended_on"] < row["started_on"]:
        return "EndDate", "The exclusion ends before it begins. Check the days."
    if row["kind"] == "fixed_term" and not row.get("sessions") and not row.get("ended_on"):
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
        Column("kind", "Category", one_of(codes.KINDS, "a category"), ("Exclusion category", "Type")),
        Column("started_on", "StartDate", day, ("Start", "Exclusion start date", "Date from")),
        Column("ended_on", "EndDate", day, ("End", "Exclusion end date", "Date to"), may_lie_ahead=True),
        Column("sessions", "Sessions", whole_number, ("Number of sessions", "Half days", "Actual number of sessions")),
        Column("reason1", "Reason1", reason, ("Reason", "Reason 1", "Exclusion reason")),
        Column("reason2", "Reason2", reason, ("Reason 2",)),
        Column("reason3", "Reason3", reason, ("Reason 3",)),
        Column("school", "School", text(160), SCHOOL_NAMES),
        Column("covers_from", "Covers from", day, ("List from", "Complete from")),
        Column("covers_to", "Covers to", day, ("List to", "Complete to")),
        Column("covers_schools", "Covers schools", separated, ("Schools covered",)),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = tuple(frozenset({number, "kind", "started_on", "sessions"}) for number in ("upn", "local"))
    load = Exclusions

    @classmethod
    def undo(cls, context: Context) -> int:
        return commands.undo(
            context.actor, context.scope, batch=context.batch, with_people=context.is_history, at=context.at
        )
