"""The kinds of list that can come in, by name."""

from collections.abc import Sequence

from fingerpost.exchange.imports.columns import cell_text, match_header
from fingerpost.exchange.imports.kinds.attendance_terms import AttendanceTerms
from fingerpost.exchange.imports.kinds.base import Kind
from fingerpost.exchange.imports.kinds.exclusions import ExclusionList
from fingerpost.exchange.imports.kinds.people import PeopleList
from fingerpost.exchange.imports.kinds.referrals import ReferralList
from fingerpost.exchange.imports.kinds.session_marks import SessionMarks

KINDS: dict[str, type[Kind]] = {
    kind.name: kind for kind in (SessionMarks, AttendanceTerms, ExclusionList, PeopleList, ReferralList)
}


def kinds_with(headings: Sequence[str]) -> list[str]:
    """The kinds whose columns these headings hold: one, as a rule."""
    found = []
    for name, kind in KINDS.items():
        header, wrong = match_header([cell_text(heading) for heading in headings], kind.columns)
        if not wrong and not kind.missing(header.places):
            found.append(name)
    return found
