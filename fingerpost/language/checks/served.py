"""Checks of names that the product, and not the contract, must know: what serves a clause, lists, events, letters, terms."""

from collections.abc import Iterable

from fingerpost.language.checks.base import Checking
from fingerpost.language.read import Path_
from fingerpost.language.roles import shipped
from fingerpost.language.schema import ClauseWords
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.returns import MeetingWords, ReturnWords
from fingerpost.language.vocabulary.served import (
    CONSENTS,
    DECIDED_OF,
    EVENTS,
    GROUPS,
    LETTERS,
    LISTS,
    RECIPIENTS,
    RECORDS,
    SAMPLED,
    TERMS,
)
from fingerpost.language.wording import nearest

PATHWAY, RETURNS, WORKFORCE = "pathway.yaml", "returns.yaml", "workforce.yaml"


def check(checking: Checking) -> None:
    """Faults of every name that nothing in the product or the contract answers to."""
    _records(checking)
    _terms(checking)
    _tasks(checking)
    for name, series in checking.contract.returns.items():
        _lists(checking, name, series)
    for name, meeting in checking.contract.meetings.items():
        _sample(checking, name, meeting)
    for name, offer in checking.contract.offers.items():
        _known(checking, "offers.yaml", (name, "kind"), offer.kind, GROUPS, "No group is of the kind")
    for name, form in checking.contract.pathway.feedback.items():
        for word in form.after:
            path = checking.at(PATHWAY, ("feedback", name, "after"), word)
            _known(checking, PATHWAY, path, word, {"case", *GROUPS}, "Nobody is asked what they think after")
    for name, decision in checking.contract.decisions.items():
        if decision.subject is not None:
            path = (name, "subject")
            _known(checking, "eligibility.yaml", path, decision.subject, DECIDED_OF, "Nothing is decided of a")


def _known(checking: Checking, file: str, path: Path_, name: str, known: Iterable[str], message: str) -> None:
    """A fault where a name is none of those known, with the nearest, or all of them."""
    if name not in set(known):
        checking.fault(file, path, f"{message} {name}", nearest(name, known))


def _records(checking: Checking) -> None:
    known = {*RECORDS, *checking.contract.kinds}
    for key, clause in checking.draft.entries("clauses.yaml", ClauseWords).items():
        _served(checking, "clauses.yaml", (key,), clauses_of(clause.served_by), known)
    for name, duty in checking.contract.workforce.duties.items():
        _served(checking, WORKFORCE, ("duties", name), clauses_of(duty.served_by), known)


def _served(checking: Checking, file: str, under: Path_, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        path = checking.at(file, (*under, "served_by"), name)
        _known(checking, file, path, name, known, "Neither the product nor registers.yaml keeps a record called")


def _terms(checking: Checking) -> None:
    """A label that no page, letter or figure reads would change nothing."""
    breakdowns = {name for spec in checking.vocabulary.sets.values() for name in (*spec.breakdowns, *spec.units)}
    known = {*TERMS, *checking.levels, *breakdowns}
    for term in checking.contract.agreement.labels:
        if term not in known:
            message = f"Nothing is called {term} on pages and in letters, so its label would stand nowhere"
            checking.fault("agreement.yaml", ("labels", term), message, _where_it_is_called(checking, term, known))


def _where_it_is_called(checking: Checking, term: str, known: set[str]) -> str:
    if term in {*shipped(), *checking.contract.roles}:
        return f"A role gets its label in roles.yaml: {term}: {{label: …}}."
    advice = nearest(term, known)
    if "Did you" in advice:
        return advice
    return "Leave it out. What can be renamed: worker, the levels of area, and what a figure is broken down by."


def _tasks(checking: Checking) -> None:
    for name, task in checking.contract.pathway.tasks.items():
        path: Path_ = ("tasks", name)
        _known(checking, PATHWAY, (*path, "after"), task.after, EVENTS, "No task can come after")
        for word, given, known, message in (
            ("consent", task.consent, CONSENTS, "No family is asked for the consent"),
            ("recipient", task.recipient, RECIPIENTS, "No letter goes to"),
            ("letter", task.letter, LETTERS, "There is no letter"),
            ("owner", task.owner, {*shipped(), *checking.contract.roles}, "There is no role"),
        ):
            if given is not None:
                _known(checking, PATHWAY, (*path, word), given, known, message)


def _lists(checking: Checking, name: str, words: ReturnWords) -> None:
    for heading, content in words.headings.items():
        for kind in content.lists:
            path = checking.at(RETURNS, ("returns", name, "headings", heading, "lists"), kind)
            _known(checking, RETURNS, path, kind, LISTS, "No return can list")


def _sample(checking: Checking, name: str, words: MeetingWords) -> None:
    for kind in words.sample.of if words.sample else ():
        path = checking.at(RETURNS, ("meetings", name, "sample", "of"), kind)
        _known(checking, RETURNS, path, kind, SAMPLED, "No sample is drawn of")
