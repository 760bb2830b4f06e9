"""Reads of casework, shaped as pages need them."""

from fingerpost.work.casework.queries.allocation import PossibleWorker, possible_workers
from fingerpost.work.casework.queries.case import CasePage, case_page, get
from fingerpost.work.casework.queries.family import FamilyPage, family_page
from fingerpost.work.casework.queries.gate import Gate, closing_gate
from fingerpost.work.casework.queries.letters import letters_of
from fingerpost.work.casework.queries.lists import (
    Caseload,
    CasePageOfRows,
    CaseRow,
    my_cases,
    open_cases,
    team_caseload,
    unallocated,
)
from fingerpost.work.casework.queries.staff import discussed_at, handed_over

__all__ = [
    "CasePage",
    "CasePageOfRows",
    "CaseRow",
    "Caseload",
    "FamilyPage",
    "Gate",
    "PossibleWorker",
    "case_page",
    "closing_gate",
    "discussed_at",
    "family_page",
    "get",
    "handed_over",
    "letters_of",
    "my_cases",
    "open_cases",
    "possible_workers",
    "team_caseload",
    "unallocated",
]
