"""A pupil's attendance totals for a term, as the school census gives them (`UPN, Year, Term`, sessions possible and missed)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fingerpost.exchange.imports.columns import Column, Wrong, one_of, text, upn, whole_number
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import SCHOOL_NAMES
from fingerpost.exchange.imports.kinds.pupils import Pupils, Schools
from fingerpost.people.schooling import commands
from fingerpost.people.schooling.commands import TermGiven
from fingerpost.people.schooling.superseding import Written

_YEAR = re.compile(r"^(\d{4})\s*[/-]?\s*(\d{2}|\d{4})$")
_TERMS = {
    "autumn": ("Autumn term", "AUT", "1"),
    "spring": ("Spring term", "SPR", "2"),
    "summer": ("Summer term", "SUM", "3"),
}
MOST_SESSIONS = 400


def school_year(cell: str) -> str:
    """A school year as 2010/11, however written: 2010-11, 2010/2011, 201011."""
    found = _YEAR.match(cell)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]) % 100:
        raise Wrong(f"{cell[:20]!r} is not a school year. Write it as 2010/11.")
    return f"{found[1]}/{found[2][-2:]}"


def sessions(cell: str) -> int:
    number = whole_number(cell)
    if number > MOST_SESSIONS:
        raise Wrong(f"{number} is more sessions than a term has. Check the number.")
    return number


class Totals(Load):
    """Totals gathered by pupil and term."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.by_upn, self.by_own_number, self.schools = Pupils(context), Pupils(context, "local"), Schools()
        self._gathered: dict[tuple[Any, str, str, str | None], TermGiven] = {}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self.by_upn.look_up(row.get("upn") or "" for row in rows)
        self.by_own_number.look_up(self._own(row) for row in rows)
        self.schools.look_up(row.get("school") or "" for row in rows)
        for row in rows:
            yield from self._total(row)

    def _own(self, row: dict[str, Any]) -> str:
        return self.context.own_number(row["local"]) if row.get("local") else ""

    def _total(self, row: dict[str, Any]) -> Iterable[Fault]:
        line, number = row[LINE], row.get("upn") or row.get("local")
        if not number:
            return [Fault(line, "UPN", "UPN is empty. Fill it in.")]
        pupil = self.by_upn[row["upn"]] if row.get("upn") else self.by_own_number[self._own(row)]
        if pupil is None:
            return [Pupils.unknown(line, number)]
        if row["possible"] < row["authorised"] + row["unauthorised"]:
            return [Fault(line, "Possible", "More sessions were missed than were possible. Check the numbers.")]
        if int(row["year"][:4]) > self.context.today.year:
            return [Fault(line, "Year", f"{row['year']} has not begun. Check the year.")]
        word = row.get("school")
        school = self.schools[word] if word else None
        if word and school is None:
            return [Schools.unknown(line, word)]
        key = (pupil.person_id, row["year"], row["term"], school)
        if key in self._gathered:
            return [Fault(line, "UPN", f"{number} is in the file twice for this term. Keep one row.")]
        figures = (row["possible"], row["authorised"], row["unauthorised"])
        known = self.context.recorded(None) if self.context.is_history else None
        self._gathered[key] = TermGiven(pupil.person_id, pupil.scope, row["year"], row["term"], *figures, known, school)
        return ()

    def write(self) -> Written:
        terms, written, context = list(self._gathered.values()), Written(), self.context
        for start in range(0, len(terms), 2000):
            some = terms[start : start + 2000]
            written += commands.load_terms(context.actor, context.scope, terms=some, batch=context.batch, at=context.at)
        return written


class AttendanceTerms(Kind):
    name = "attendance_terms"
    title = "School attendance: totals for a term"
    turn = 32
    file_names = (
        "attendance totals",
        "termly attendance",
        "attendance terms",
    )
    columns = (
        Column("upn", "UPN", upn, ("Unique pupil number", "Pupil UPN")),
        Column("local", "NativeId", text(60), ("PupilOnRollTableId", "Pupil number", "Admission number")),
        Column("year", "Year", school_year, ("Academic year", "School year"), required=True),
        Column(
            "term",
            "Term",
            one_of({word: term for term, words in _TERMS.items() for word in (term, *words)}, "a term"),
            ("School term", "Census term"),
            required=True,
        ),
        Column(
            "possible",
            "Possible",
            sessions,
            ("TermlySessionsPossible", "SessionsPossible", "AvailableSessions", "Possible sessions"),
            required=True,
        ),
        Column(
            "authorised",
            "Authorised",
            sessions,
            ("TermlySessionsAuthorised", "SessionsAuthorised", "AuthorisedSessions", "Authorised absences"),
            required=True,
        ),
        Column(
            "unauthorised",
            "Unauthorised",
            sessions,
            ("TermlySessionsUnauthorised", "SessionsUnauthorised", "UnauthorisedSessions", "Unauthorised absences"),
            required=True,
        ),
        Column("school", "School", text(160), SCHOOL_NAMES),
    )
    _FIGURES = frozenset({"year", "term", "possible", "authorised", "unauthorised"})
    layouts = (_FIGURES | {"upn"}, _FIGURES | {"local"})
    load = Totals

    @classmethod
    def undo(cls, context: Context) -> int:
        return commands.undo(
            context.actor, context.scope, batch=context.batch, with_people=context.is_history, at=context.at
        )
