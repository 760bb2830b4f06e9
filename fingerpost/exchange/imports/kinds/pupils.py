"""Pupils and schools as the lists of schools name them, looked up block by block and remembered."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from fingerpost.exchange.imports.faults import Fault, Faulty
from fingerpost.exchange.imports.kinds.base import MATCHING, Context
from fingerpost.ground.places import queries as places
from fingerpost.ground.places.models import SchoolTerm, SchoolWeek
from fingerpost.people.schooling import codes, queries
from fingerpost.people.schooling.enrolled import Roll
from fingerpost.people.schooling.models import School
from fingerpost.people.schooling.queries import Pupil
from fingerpost.work.referrals.following import decide_again_about

SATURDAY = 5
OWN = "own number "
UNKNOWN = "is not the number of a child whose record you may open here. Add the family first, or leave the row out."


class Pupils:
    """Who the numbers of a list belong to."""

    def __init__(self, context: Context, kind: str = "upn") -> None:
        self._context, self._kind = context, kind
        self._known: dict[str, Pupil | None] = {}

    def look_up(self, numbers: Iterable[str]) -> None:
        """Read those not asked for before: two queries for a block."""
        new = list({number for number in numbers if number and number not in self._known})
        if new:
            context = self._context
            found = queries.pupils(MATCHING, new, kind=self._kind, within=context.scope, meets=context.meets)
            for number in context.hides({number: pupil.scope for number, pupil in found.items()}):
                del found[number]
            self._known.update((number, found.get(number)) for number in new)

    def __getitem__(self, number: str) -> Pupil | None:
        return self._known[number]

    @property
    def people(self) -> set[uuid.UUID]:
        """Everybody to whom a number belongs."""
        return {pupil.person_id for pupil in self._known.values() if pupil}

    @staticmethod
    def unknown(line: int, number: str, column: str = "UPN") -> Fault:
        return Fault(line, column, f"{number} {UNKNOWN}")


class ByAnyNumber:
    """Pupils by their pupil number, or by the provider's own where a row has no pupil number."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_upn, self._by_own = Pupils(context), Pupils(context, "local")

    @staticmethod
    def number(row: dict[str, Any]) -> str:
        """What the row calls the pupil; empty where it does not."""
        return row.get("upn") or (f"{OWN}{row['local']}" if row.get("local") else "")

    def look_up(self, rows: Iterable[dict[str, Any]]) -> None:
        numbers = [self.number(row) for row in rows]
        self._by_upn.look_up(number for number in numbers if number and not number.startswith(OWN))
        self._by_own.look_up(self._own(number) for number in numbers if number.startswith(OWN))

    def __getitem__(self, number: str) -> Pupil | None:
        return self._by_own[self._own(number)] if number.startswith(OWN) else self._by_upn[number]

    def _own(self, number: str) -> str:
        return self._context.own_number(number.removeprefix(OWN))

    @property
    def people(self) -> set[uuid.UUID]:
        """Everybody to whom a number of the list belongs."""
        return self._by_upn.people | self._by_own.people

    def tell_requests(self, people: Iterable[uuid.UUID]) -> None:
        """Have requests decided again that may have waited for what the list says of these pupils."""
        if whom := set(people):
            decide_again_about(self._context.actor, whom, self._context.at)


class Schools:
    """Which schools the numbers or names of a list mean, and which of its words mean that a child is at none."""

    def __init__(self) -> None:
        self._known: dict[str, School | None] = {}

    def look_up(self, words: Iterable[str]) -> None:
        """Read those not asked for before: one query for a block."""
        new = {code for code in words if code and code not in self._known}
        if new:
            found = queries.schools_by_code(new)
            self._known.update((code, found.get(code)) for code in new)

    def __getitem__(self, code: str) -> str | None:
        """Our number of the school; None for one that is not known, and for no school."""
        school = self._known[code]
        return school.code if school else None

    def calendar(self, code: str | None) -> str:
        """The calendar of the school; empty where the row names none that is known."""
        school = self._known[code] if code else None
        return school.calendar if school else ""

    def is_known(self, code: str) -> bool:
        """Whether the word is a school that we know, or one of the words for no school at all."""
        return self._known[code] is not None or bool(codes.no_school(code))

    @staticmethod
    def unknown(line: int, code: str) -> Fault:
        return Fault(line, "School", f"{code[:40]!r} is not a school we know. Use its number, or add the school first.")


class Calendars:
    """By which calendar a pupil's weeks ran: that of the school that a row names, else of the one where the pupil was."""

    NONE = "No school terms are loaded. Load the terms of these schools first."
    WHICH = (
        "It is not known which school terms this child's weeks follow: the child is on no roll, and schools keep several. "
        "Name the school in a column School, or add it to the list of people."
    )

    def __init__(self) -> None:
        self._roll = Roll()
        self._asked: set[uuid.UUID] = set()
        self._shared = queries.shared_calendar()
        self._read: dict[str, places.StoredCalendar] = {}
        self._is_open: dict[tuple[str, date], bool] = {}
        self._days: dict[tuple[uuid.UUID, date], str] = {}
        self._terms: dict[str, list[tuple[date, date]]] = {}

    def look_up(self, people: Iterable[uuid.UUID]) -> None:
        """Read the places of those not asked for before. One query."""
        new = set(people) - self._asked
        if new:
            self._asked |= new
            self._roll.places.update(Roll.of(new).places)

    def of(self, person: uuid.UUID, on: date) -> str:
        """The calendar of the school where the pupil was; empty where that is not known.

        Raises Faulty where no terms are loaded at all.
        """
        monday = on - timedelta(days=on.weekday())
        if (person, monday) not in self._days:
            self._days[person, monday] = self._roll.calendar(person, on) or self._shared
        found = self._days[person, monday]
        if not found and not self._shared and not SchoolWeek.objects.exists():
            raise Faulty(self.NONE)
        return found

    def is_open(self, calendar: str, on: date) -> bool:
        """Whether the day lies in a school week of the calendar, Monday to Friday."""
        key = (calendar, on)
        if key not in self._is_open:
            if calendar not in self._read:
                self._read[calendar] = places.calendar(schools=calendar)
            monday = on - timedelta(days=on.weekday())
            self._is_open[key] = on.weekday() < SATURDAY and self._read[calendar].is_school_week(monday)
        return self._is_open[key]

    def is_school_day(self, calendar: str, on: date) -> bool | None:
        """Whether a school of the calendar is open on the day; None where its terms around the day are not known."""
        if not calendar:
            return None
        if calendar not in self._terms:
            rows = SchoolTerm.objects.filter(calendar=calendar).values_list("first_day", "last_day")
            self._terms[calendar] = sorted(rows)
        terms = self._terms[calendar]
        if not terms or not terms[0][0] <= on <= max(last for _, last in terms):
            return None
        return on.weekday() < SATURDAY and any(first <= on <= last for first, last in terms)
