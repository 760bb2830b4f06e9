"""Checks of schedules: something they are for, one way of being due, something that fulfils them, times that are there."""

from collections.abc import Iterator
from datetime import date

from fingerpost.language.calendars import Calendar
from fingerpost.language.checks.base import Checking
from fingerpost.language.checks.declared import check_who
from fingerpost.language.clocks import Length, last_day
from fingerpost.language.conditions.tree import tests_of
from fingerpost.language.dated import NoValue
from fingerpost.language.entry_rows import fact_of, facts_of_entry
from fingerpost.language.facts import FactSpec
from fingerpost.language.read import Path_
from fingerpost.language.roles import roles_of
from fingerpost.language.schema import ScheduleWords
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.schema.schedules import ScheduleKind, StretchWords
from fingerpost.language.vocabulary.kinds import ADDED_TO, END_TIME, GATED, HOLDERS, LINKED, OWN_TIME, SUBJECTS
from fingerpost.language.wording import nearest

FILE = "schedules.yaml"
SERVICE, WORKER, ROLE = "service", "worker", "role"


def check(checking: Checking) -> None:
    """Faults of every schedule."""
    roles = roles_of(checking.contract.roles)
    for key, words in checking.draft.entries(FILE, ScheduleWords).items():
        _name(checking, key)
        if not clauses_of(words.clause):
            checking.fault(FILE, (key,), f"No clause asks for {key}, so there is no reason to keep it", "Add clause.")
        check_who(checking, FILE, (key, "who"), words.who, roles)
        if _holder(checking, key, words):
            _where(checking, key, words)
            _when(checking, key, words)
            _times(checking, key, words)
            _settled(checking, key, words)


def times_about(checking: Checking, holder: str, word: str) -> frozenset[str]:
    """Every time that a schedule for a holder may name at starts, stops or before: its own, and those of records about it."""
    if word == "before":
        found = GATED.get(holder, frozenset())
    else:
        found = frozenset(f"{holder}.{names[holder]}" for names in (OWN_TIME, END_TIME) if holder in names)
    about = {
        kind: spec for kind, spec in _declared(checking).items() if kind == holder or _is_about(kind, spec, holder)
    }
    return found | {
        f"{kind}.{time}" for kind, spec in about.items() for time in spec.times if time != OWN_TIME.get(kind)
    }


def _declared(checking: Checking) -> dict[str, KindSpec]:
    """The kinds that people write."""
    return {key: kind for key, kind in checking.contract.kinds.items() if not isinstance(kind, ScheduleKind)}


def _is_about(kind: str, spec: KindSpec, holder: str) -> bool:
    if kind in ADDED_TO:
        return kind == holder
    return not spec.subjects if holder == SERVICE else holder in spec.subjects


def _name(checking: Checking, key: str) -> None:
    taken = {*SUBJECTS, *LINKED, SERVICE, *checking.contract.clocks, *checking.vocabulary.sets}
    if key in taken | checking.draft.entries("registers.yaml", KindSpec).keys():
        checking.fault(FILE, (key,), f"{key} is the name of something else", "Choose another key.")


def _holder(checking: Checking, key: str, words: ScheduleWords) -> bool:
    known = HOLDERS | _declared(checking).keys()
    if words.holder not in known:
        checking.fault(FILE, (key, "for"), f"No schedule can be for {words.holder}", nearest(words.holder, known))
    return words.holder in known


def _where(checking: Checking, key: str, words: ScheduleWords) -> None:
    if words.where is None:
        return
    kinds, facts = _declared(checking), dict[str, FactSpec]()
    if words.holder == WORKER:
        facts = {ROLE: FactSpec(ROLE, "codes", "Role", codes=frozenset(roles_of(checking.contract.roles)))}
    elif words.holder in kinds:
        asked = kinds[words.holder].items
        facts = {name: fact_of(name, item) for name, item in asked.items() if words.restricted or not item.is_walled}
    checking.condition(FILE, (key, "where"), words.where, facts, f"A {words.holder}")


def _when(checking: Checking, key: str, words: ScheduleWords) -> None:
    """One way of being due, each span of one unit, points in their order."""
    if words.points and (words.every or words.first):
        checking.fault(FILE, (key,), f"{key} has points and a rhythm as well", "Use points, or every with first.")
    elif not (words.points or words.every or words.first):
        checking.fault(FILE, (key,), f"Nothing says when {key} is due", "Add every, first or points.")
    for path, span in _spans(words):
        _span(checking, (key, *path), key, span)
    if words.every and 0 in words.every.lengths.values():
        checking.fault(FILE, (key, "every"), f"{key} would be due again at once", "Give more than 0.")
    _in_order(checking, key, words)


def _spans(words: ScheduleWords) -> Iterator[tuple[Path_, StretchWords]]:
    for word, span in (("first", words.first), ("every", words.every)):
        if span:
            yield (word,), span
    for name, point in words.points.items():
        yield ("points", name), point
        if point.opens:
            yield ("points", name, "opens"), point.opens


def _span(checking: Checking, path: Path_, key: str, span: StretchWords) -> None:
    if len(span.lengths) != 1:
        problem = f"{' and '.join(span.lengths)} cannot both be the length" if span.lengths else "It has no length"
        checking.fault(FILE, path, problem, "Use one of working_days, days, weeks, months.")
    for unit, amount in span.lengths.items():
        if isinstance(amount, str):
            checking.value_named(FILE, (*path, unit), amount, key)
        elif amount < 0:
            checking.fault(FILE, (*path, unit), "Nothing is due before it starts", "Give 0 or more.")


def _in_order(checking: Checking, key: str, words: ScheduleWords) -> None:
    """Each point is due after the one before, and its window opens before it is due; tried from a day of the agreement."""
    before: tuple[str, date] | None = None
    for name, point in words.points.items():
        opens, due = _tried(checking, point.opens), _tried(checking, point)
        if opens and due and opens > due:
            checking.fault(FILE, (key, "points", name, "opens"), f"{name} opens after it is due", "Open it earlier.")
        if before and due and due <= before[1]:
            checking.fault(FILE, (key, "points", name), f"{name} is due no later than {before[0]}", "Put it before.")
        before = (name, due) if due else before


def _tried(checking: Checking, span: StretchWords | None) -> date | None:
    """The day so long after the start of the agreement; None where it cannot be said."""
    start = checking.contract.agreement.start
    calendar = Calendar(checking.contract.agreement.jurisdiction)
    for unit, amount in span.lengths.items() if span else ():
        try:
            return last_day(Length(unit, amount), start, calendar, checking.contract.values)  # type: ignore[arg-type]
        except (KeyError, NoValue):
            return None
    return None


def _times(checking: Checking, key: str, words: ScheduleWords) -> None:
    for word in ("starts", "stops", "before"):
        known = times_about(checking, words.holder, word)
        for name in words.times(word):
            place = checking.at(FILE, (key, word), name)
            if name not in known:
                message = f"{name} is no time of a {words.holder}, or of a record about one, that may stand at {word}"
                checking.fault(FILE, place, message, nearest(name, known))
            elif word == "before" and name.partition(".")[0] in words.settled_by:
                message = f"{name} could never be set: it is part of what fulfils {key}"
                checking.fault(FILE, place, message, "Name a time of another record.")
    if words.say and not words.before:
        checking.fault(FILE, (key, "say"), f"Nobody is stopped by {key}, so nothing is said", "Add before.")


def _settled(checking: Checking, key: str, words: ScheduleWords) -> None:
    if words.settled_by and words.items:
        message = f"{key} is fulfilled by another record, so nothing is asked here"
        checking.fault(FILE, (key, "items"), message, "Put the questions there, or leave settled out.")
    kinds = _declared(checking)
    known = {name for name, spec in kinds.items() if name not in ADDED_TO and _is_about(name, spec, words.holder)}
    for name, condition in words.settled_by.items():
        place = checking.at(FILE, (key, "settled"), name)
        if name not in known:
            message = f"{name} is no record about a {words.holder}"
            checking.fault(FILE, place, message, nearest(name, known))
            continue
        if kinds[name].restricted and not words.restricted:
            checking.fault(
                FILE, place, f"{key} would tell that a {name} exists, which is restricted", "Add restricted."
            )
        if condition is not None:
            _walled(
                checking, (key, "settled", name), key, words, kinds[name], {one.fact for one in tests_of(condition)}
            )
            checking.condition(
                FILE, (key, "settled", name), condition, facts_of_entry(kinds[name], kinds[name].items), f"A {name}"
            )


def _walled(checking: Checking, path: Path_, key: str, words: ScheduleWords, kind: KindSpec, facts: set[str]) -> None:
    for fact in facts & kind.items.keys():
        if kind.items[fact].is_walled and not words.restricted:
            message = f"{key} would tell the answer to {fact}, which fewer people may see"
            checking.fault(FILE, checking.at(FILE, path, fact), message, "Add restricted, or test something else.")
