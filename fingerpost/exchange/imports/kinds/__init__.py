"""The kinds of list that can come in, by name."""

from collections.abc import Sequence

from fingerpost.exchange.imports.columns import bare, cell_text, match_header
from fingerpost.exchange.imports.kinds.absences import AbsenceList
from fingerpost.exchange.imports.kinds.assessments import AssessmentList
from fingerpost.exchange.imports.kinds.attendance_terms import AttendanceTerms
from fingerpost.exchange.imports.kinds.attendance_weeks import AttendanceWeeks
from fingerpost.exchange.imports.kinds.base import Kind
from fingerpost.exchange.imports.kinds.cases import CaseList
from fingerpost.exchange.imports.kinds.closures import ClosingList
from fingerpost.exchange.imports.kinds.contacts import ContactList
from fingerpost.exchange.imports.kinds.exclusions import ExclusionList
from fingerpost.exchange.imports.kinds.families import FamilyList
from fingerpost.exchange.imports.kinds.feedback import FeedbackList
from fingerpost.exchange.imports.kinds.measures import MeasureList
from fingerpost.exchange.imports.kinds.participation import ParticipationList
from fingerpost.exchange.imports.kinds.people import PeopleList
from fingerpost.exchange.imports.kinds.programmes import ProgrammeList
from fingerpost.exchange.imports.kinds.referrals import ReferralList
from fingerpost.exchange.imports.kinds.relationships import RelationshipList
from fingerpost.exchange.imports.kinds.requests import RequestList
from fingerpost.exchange.imports.kinds.school_events import SchoolEventList
from fingerpost.exchange.imports.kinds.schools import SchoolList, TermList
from fingerpost.exchange.imports.kinds.session_marks import SessionMarks
from fingerpost.exchange.imports.kinds.sessions import RegisterList, SessionList
from fingerpost.exchange.imports.kinds.staff import StaffList
from fingerpost.exchange.imports.kinds.supervision import SupervisionList

KINDS: dict[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        SessionMarks, AttendanceWeeks, AttendanceTerms, ExclusionList, TermList, SchoolList, StaffList, AbsenceList,
        FamilyList, PeopleList, RelationshipList, ReferralList, RequestList, AssessmentList, CaseList, ContactList,
        SupervisionList, ClosingList, ProgrammeList, SessionList, RegisterList, MeasureList, FeedbackList,
        ParticipationList, SchoolEventList,
    )
}  # fmt: skip

COVERED = ("exclusions",)
"""The kinds of list of which it matters for which schools and days they are complete."""


def kinds_with(headings: Sequence[str], file_name: str = "") -> list[str]:
    """The kinds that these headings may be, best first: those of which the file's name speaks, then by headings used.

    One is named alone where nothing else fits as well.
    """
    words = [cell_text(heading) for heading in headings]
    found: list[tuple[tuple[bool, int, int], str]] = []
    for name, kind in KINDS.items():
        header, wrong = match_header(words, kind.columns)
        if not wrong and not kind.missing(header.places):
            named = _is_named(kind, file_name)
            found.append(((named, len(header.places), -len(kind.columns)), name))
    if not found:
        return []
    best = max(rank[:2] for rank, _ in found)
    return [name for rank, name in found if rank[:2] == best]


def kinds_named(file_name: str) -> list[str]:
    """The kinds of which a file's name speaks."""
    return [name for name, kind in KINDS.items() if _is_named(kind, file_name)]


def _is_named(kind: type[Kind], file_name: str) -> bool:
    """Whether the file is called after the kind, numbers and dates in its name aside: `03 Cases 2010.csv`."""
    stem = "".join(letter for letter in bare(file_name.rpartition(".")[0] or file_name) if letter.isalpha())
    return bool(stem) and stem in {bare(word) for word in (kind.name, *kind.file_names)}
