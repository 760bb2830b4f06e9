"""Schools, and the terms in which they are open."""

from collections.abc import Iterable, Iterator
from typing import Any

from fingerpost.exchange.imports.columns import Column, day, one_of, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.lookups import Areas, unknown
from fingerpost.exchange.imports.references import folded
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.commands import TermGiven
from fingerpost.ground.places.models import SchoolTerm
from fingerpost.people.schooling import commands
from fingerpost.people.schooling.models import School
from fingerpost.people.schooling.queries import shared_calendar
from fingerpost.people.schooling.superseding import Written

CALENDAR = "schools"
PHASES = {
    "Primary": "primary", "Infant": "primary", "Junior": "primary", "Nursery": "nursery", "Secondary": "secondary",
    "Middle": "middle", "All-through": "all_through", "Special": "special", "Post-16": "post_16",
    "Alternative provision": "alternative_provision", "Pupil referral unit": "alternative_provision",
}  # fmt: skip


class Schools(Load):
    """Schools by number. One that is known already stays as it is."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._areas = Areas(context)
        self._rows: dict[str, dict[str, Any]] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        for row in rows:
            key = folded(row["code"])
            if key in self._rows:
                yield Fault(
                    row[LINE], "School", f"This school is on line {self._rows[key][LINE]} already. Keep one row."
                )
            elif row.get("locality") and self._areas.get(row["locality"]) is None:
                yield unknown(row[LINE], "Locality", "The area", row["locality"])
            else:
                self._rows[key] = row

    def write(self) -> Written:
        context, calendar = self.context, shared_calendar() or CALENDAR
        known = set(
            School.objects.filter(code__in=[r["code"] for r in self._rows.values()]).values_list("code", flat=True)
        )
        new = [row for row in self._rows.values() if row["code"] not in known]
        for row in new:
            commands.define_school(
                context.actor,
                context.scope,
                code=row["code"],
                name=row["name"],
                calendar=row.get("calendar") or calendar,
                phase=row.get("phase") or "primary",
                area=self._areas.get(row.get("locality")),
                at=context.at,
            )
        return Written(added=len(new), unchanged=len(known))


class SchoolList(Kind):
    name = "schools"
    title = "Schools"
    turn = 11
    file_names = ("schools",)
    columns = (
        Column(
            "code", "School", text(20), ("School number", "DfE number", "School code", "Code", "Number"), required=True
        ),
        Column("name", "Name", text(160), ("School name", "Establishment", "Establishment name"), required=True),
        Column("phase", "Phase", one_of(PHASES, "a phase"), ("School phase", "Type")),
        Column("locality", "Locality", text(120), ("Area",)),
        Column("calendar", "Calendar", text(40), ("Term calendar",)),
    )
    layouts = (frozenset({"code", "name"}),)
    load = Schools

    @classmethod
    def undo(cls, context: Context) -> int:
        """Schools stay: they are nobody's record, and other lists may speak of them by now."""
        return 0


class Terms(Load):
    """Terms by calendar and first day."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._terms: dict[str, dict[Any, TermGiven]] = {}

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

    def write(self) -> Written:
        context, written = self.context, Written()
        for calendar, terms in self._terms.items():
            known = set(SchoolTerm.objects.filter(calendar=calendar).values_list("first_day", flat=True))
            places.load_terms(context.actor, PLATFORM, calendar=calendar, terms=terms.values(), at=context.at)
            written += Written(added=len(terms.keys() - known), unchanged=len(terms.keys() & known))
        return written


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
        """Terms stay: weeks keep their numbers for ever, since attendance carries them."""
        return 0
