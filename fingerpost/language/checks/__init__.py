"""Checks: errors that stop a contract, warnings to settle before signing, notes worth knowing."""

from fingerpost.language.checks import (
    agreed,
    declared,
    eligibility,
    figures,
    lint,
    printed,
    questions,
    roles,
    schedules,
    served,
    timing,
    values,
)
from fingerpost.language.checks.base import Checking
from fingerpost.language.citations import check_citations
from fingerpost.language.contract import Contract
from fingerpost.language.draft import Draft
from fingerpost.language.entry_rows import added_facts, sets_of_kinds
from fingerpost.language.facts import Vocabulary


def run_checks(draft: Draft, contract: Contract, vocabulary: Vocabulary) -> None:
    """Add every fault to the draft. A check passes over what could not be read."""
    check_citations(draft)
    for room in (declared, schedules):
        room.check(Checking(draft, contract, vocabulary))
    declared_too = Vocabulary(facts=added_facts(contract), sets=sets_of_kinds(contract))
    checking = Checking(draft, contract, vocabulary | declared_too)
    for room in (agreed, values, questions, timing, eligibility, figures, roles, served):
        room.check(checking)
    lint.check(checking)
    printed.check(checking)


__all__ = ["run_checks"]
