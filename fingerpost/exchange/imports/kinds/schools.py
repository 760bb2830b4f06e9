"""Schools, and the terms in which they are open."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, day, one_of, text, whole_number
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.lookups import Areas, unknown
from fingerpost.exchange.imports.kinds.on_record import Said
from fingerpost.exchange.imports.references import folded, words_of
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places import terms as places
from fingerpost.ground.places.models import SchoolTerm, SchoolWeek
from fingerpost.ground.places.terms import TermGiven
from fingerpost.people.schooling import commands
from fingerpost.people.schooling.codes import school_code
from fingerpost.people.schooling.models import AttendanceWeek, School
from fingerpost.people.schooling.queries import shared_calendar
from fingerpost.people.schooling.superseding import Written

CALENDAR = "schools"
SCHOOL, TERM = "school", "term"
PHASES = {
    "Primary": "primary", "Infant": "primary", "Junior": "primary", "Nursery": "nursery", "Secondary": "secondary",
    "Middle": "middle", "All-through": "all_through", "Special": "special", "Post-16": "post_16",
    "Middle deemed primary": "middle", "Middle deemed secondary": "middle", "16 plus": "post_16", "Sixth form": "post_16",
    "Not applicable": "not_applicable",
    "Alternative provision": "alternative_provision", "Pupil referral unit": "alternative_provision",
}  # fmt: skip


def urn(cell: str) -> str:
    """The register's own number of a school: six figures."""
    number = cell.split(".")[0]
    if not re.fullmatch(r"\d{5,7}", number):
        raise Wrong(f"{cell[:20]!r} is not the register's number of a school. It has six figures, as 114732.")
    return number


class Schools(Load):
    """Schools by number. One that is known already stays as it is, but for the register's number (URN) where we lack it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._areas = Areas(context)
        self._rows: dict[str, dict[str, Any]] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        for row in rows:
            key = folded(_number_of(row))
            if not key:
                yield Fault(row[LINE], "School", "Give the school's number: 8812001, or LA 881 and establishment 2001.")
            elif key in self._rows:
                yield Fault(
                    row[LINE], "School", f"This school is on line {self._rows[key][LINE]} already. Keep one row."
                )
            elif row.get("locality") and self._areas.get(row["locality"]) is None:
                yield unknown(row[LINE], "Locality", "The area", row["locality"])
            else:
                self._rows[key] = {**row, "code": _number_of(row)}

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of schools that are on record: other services keep them too, so it is only named."""
        held = School.objects.select_related("area").in_bulk([row["code"] for row in self._rows.values()])
        for row in self._rows.values():
            if school := held.get(row["code"]):
                areas = (school.area.name if school.area else "", row.get("locality") or "")
                said = [
                    Said("Name", row["name"], school.name),
                    Said("Phase", row.get("phase"), school.phase),
                    Said("Locality", self._areas.get(row.get("locality")), school.area_id, words=areas),
                    Said("Calendar", row.get("calendar"), school.calendar),
                    Said("URN", row.get("urn") if school.urn else None, school.urn),
                ]
                self.on_record.compare(row[LINE], "This school", school, said)
        yield from super().finish()

    def write(self) -> Written:
        calendar = shared_calendar() or CALENDAR
        known = School.objects.in_bulk([row["code"] for row in self._rows.values()])
        new = [row for row in self._rows.values() if row["code"] not in known]
        lacking = [row for row in self._rows.values() if row.get("urn") and row["code"] in known]
        lacking = [row for row in lacking if not known[row["code"]].urn]
        for row in new:
            given = {"calendar": row.get("calendar") or calendar, "area": self._areas.get(row.get("locality"))}
            self._define(row, name=row["name"], phase=row.get("phase") or "primary", **given)
        for row in lacking:
            held = known[row["code"]]
            self._define(row, name=held.name, phase=held.phase, calendar=held.calendar, area=held.area_id)
        self.context.references.add(SCHOOL, {row["code"]: self.context.batch for row in new})
        return Written(added=len(new), changed=len(lacking), unchanged=len(known) - len(lacking))

    def _define(self, row: dict[str, Any], **words: Any) -> None:
        urn, context = row.get("urn") or "", self.context
        commands.define_school(context.actor, context.scope, code=row["code"], urn=urn, at=context.at, **words)


def _number_of(row: dict[str, Any]) -> str:
    """The school's number as we keep it: its own, or made of the authority's and the establishment's; else its URN."""
    if row.get("code"):
        return school_code(row["code"])
    if row.get("la") is not None and row.get("estab_number") is not None:
        return f"{row['la']:03d}{row['estab_number']:04d}"
    return str(row.get("urn") or "")


class SchoolList(Kind):
    name = "schools"
    title = "Schools"
    turn = 11
    file_names = ("schools",)
    columns = (
        Column(
            "code", "School", text(20),
            ("School number", "DfE number", "DfE no", "DfES number", "LAESTAB", "LA Estab", "School code", "Code", "Number"),
        ),
        Column("name", "Name", text(160), ("School name", "Establishment", "Establishment name"), required=True),
        Column(
            "phase", "Phase", one_of(PHASES, "a phase"),
            ("School phase", "Type", "PhaseOfEducation (name)", "Phase of education"),
        ),
        Column("locality", "Locality", text(120), ("Area",)),
        Column("calendar", "Calendar", text(40), ("Term calendar",)),
        Column("la", "LA code", whole_number, ("LA (code)", "LA number", "LEA", "Local authority code", "LEA number")),
        Column(
            "estab_number", "Establishment number", whole_number,
            ("EstablishmentNumber", "Estab", "Estab number", "Estab no"),
        ),
        Column("urn", "URN", urn, ("School URN", "Unique reference number")),
    )  # fmt: skip
    layouts = (frozenset({"code", "name"}), frozenset({"la", "estab_number", "name"}), frozenset({"urn", "name"}))
    load = Schools

    @classmethod
    def undo(cls, context: Context) -> int:
        """Schools go again where nothing speaks of them."""
        return commands.take_out_schools(
            context.actor, context.scope, codes=words_of(context.batch, SCHOOL), at=context.at
        )


class Terms(Load):
    """Terms by calendar and first day."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._terms: dict[str, dict[date, TermGiven]] = {}
        self._lines: dict[tuple[str, date], int] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterable[Fault]:
        for row in rows:
            calendar = row.get("calendar") or shared_calendar() or CALENDAR
            terms = self._terms.setdefault(calendar, {})
            if row["first_day"] in terms:
                yield Fault(
                    row[LINE], "First day", "A term that begins on this day is in the file already. Keep one row."
                )
            elif row["last_day"] < row["first_day"]:
                yield Fault(row[LINE], "Last day", "The term ends before it begins. Check the days.")
            else:
                terms[row["first_day"]] = TermGiven(row["name"], row["first_day"], row["last_day"])
                self._lines[calendar, row["first_day"]] = row[LINE]

    def finish(self) -> Iterator[Fault]:
        """Terms that run into one another or into those on record, and what the list says otherwise of those."""
        for calendar, terms in self._terms.items():
            in_order = sorted(terms.values(), key=lambda term: term.first_day)
            for earlier, later in pairwise(in_order):
                if later.first_day <= earlier.last_day:
                    line = self._lines[calendar, later.first_day]
                    yield Fault(line, "First day", f"This term begins before {earlier.name} has ended. Check the days.")
            yield from self._at_odds(calendar, in_order)
            self._compare(calendar)
        yield from super().finish()

    def _compare(self, calendar: str) -> None:
        """Terms on record of which the list says something else. Every school of the calendar keeps them, so it is only named."""
        terms = self._terms[calendar]
        for held in SchoolTerm.objects.filter(calendar=calendar, first_day__in=terms):
            given = terms[held.first_day]
            said = [Said("Term", given.name, held.name), Said("Last day", given.last_day, held.last_day)]
            self.on_record.compare(self._lines[calendar, held.first_day], "This term", held, said)
            terms[held.first_day] = TermGiven(held.name, held.first_day, held.last_day)

    def _at_odds(self, calendar: str, terms: list[TermGiven]) -> Iterator[Fault]:
        """Weeks of school that the list and the terms on record do not share."""
        known = set(SchoolWeek.objects.filter(calendar=calendar).values_list("monday", flat=True))
        given = {monday: term for term in terms for monday in places.mondays_of(term.first_day, term.last_day)}
        for monday, term in given.items():
            if known and min(known) < monday < max(known) and monday not in known:
                line = self._lines[calendar, term.first_day]
                yield Fault(line, "First day", f"The week of {monday:%d/%m/%Y} is a holiday {_ON_RECORD}")
        for monday in sorted(known - given.keys()):
            if min(given) < monday < max(given):
                message = f"The week of {monday:%d/%m/%Y} is a holiday here, and a week of school {_ON_RECORD}"
                yield Fault(0, "", message, "warning")

    def write(self) -> Written:
        written = Written()
        for calendar, terms in self._terms.items():
            written += load_terms(self.context, calendar, list(terms.values()))
        return written


_ON_RECORD = (
    "by the terms on record. Correct the days; or, where schools keep terms of their own, name a calendar for them in the "
    "column Calendar, here and in the list of schools."
)


def load_terms(context: Context, calendar: str, terms: list[TermGiven]) -> Written:
    """Write terms down, and which of them are new: those go again when the list is undone."""
    known = set(SchoolTerm.objects.filter(calendar=calendar).values_list("first_day", flat=True))
    places.load_terms(context.actor, PLATFORM, calendar=calendar, terms=terms, at=context.at)
    new = [term.first_day for term in terms if term.first_day not in known]
    context.references.add(TERM, {f"{calendar} {first_day}": context.batch for first_day in new})
    return Written(added=len(new), unchanged=len(terms) - len(new))


def take_out_terms(context: Context) -> int:
    """Strike out the terms that a list brought, unless attendance is held by their weeks. Returns how many went."""
    days: dict[str, list[date]] = defaultdict(list)
    for word in words_of(context.batch, TERM):
        calendar, _, first_day = word.rpartition(" ")
        days[calendar].append(date.fromisoformat(first_day))
    taken = 0
    for calendar, first_days in days.items():
        terms = SchoolTerm.objects.filter(calendar=calendar, first_day__in=first_days)
        mondays = {monday for term in terms for monday in places.mondays_of(term.first_day, term.last_day)}
        if not AttendanceWeek.objects.filter(monday__in=mondays).exists():
            taken += places.take_out_terms(
                context.actor, PLATFORM, calendar=calendar, first_days=first_days, at=context.at
            )
    return taken


class TermList(Kind):
    name = "school_terms"
    title = "School terms"
    turn = 10
    file_names = ("school terms", "terms", "term dates")
    columns = (
        Column("name", "Term", text(80), ("Name", "Term name"), required=True),
        Column(
            "first_day", "First day", day, ("Starts", "Start", "Start date", "From"), required=True, may_lie_ahead=True
        ),
        Column("last_day", "Last day", day, ("Ends", "End", "End date", "To"), required=True, may_lie_ahead=True),
        Column("calendar", "Calendar", text(40), ("Schools",)),
    )
    layouts = (frozenset({"name", "first_day", "last_day"}),)
    load = Terms

    @classmethod
    def undo(cls, context: Context) -> int:
        return take_out_terms(context)
