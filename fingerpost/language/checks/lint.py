"""What a contract manager would want to know before signing: nothing here stops a contract."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from fingerpost.language.checks.base import NOTE, WARNING, Checking, tests_without_not
from fingerpost.language.checks.figures import FILE, definitions
from fingerpost.language.conditions import Bound, Condition, Test, Within
from fingerpost.language.dated import NoValue, number_named
from fingerpost.language.definition import Balance, Definition, Share, Target
from fingerpost.language.facts import FactSpec, Reach
from fingerpost.language.filling import rounded
from fingerpost.language.periods import returns_due
from fingerpost.language.read import Path_
from fingerpost.language.readings import by_question, proposed_by
from fingerpost.language.schema import ClauseWords

_BEFORE_FOLLOW_UP = ("opened_on", "closed_on")
_NUMBER = re.compile(r"(?:\d+\.)*\d+$")


def check(checking: Checking) -> None:
    """Warnings and notes."""
    _numbering(checking)
    _after_the_term(checking)
    _in_no_return(checking)
    for key, words in checking.contract.indicators.items():
        every = definitions(checking, key, words)
        for definition in every:
            _cannot_be_met(checking, definition)
            _recorded_by_nobody(checking, definition)
            _never_final(checking, definition)
        _wrong_way(checking, key, words, every)


def _numbering(checking: Checking) -> None:
    """Numbers printed twice, and numbers left out."""
    printed: dict[str, list[str]] = {}
    for key, clause in checking.draft.entries("clauses.yaml", ClauseWords).items():
        printed.setdefault(clause.printed, []).append(key)
    for number, keys in _printed_again(checking):
        message = f"{number} is printed again for {', '.join(keys)}"
        checking.fault("clauses.yaml", (keys[0], "printed"), message, "Cite them by own key.", severity=NOTE)
    numbers = sorted({tuple(int(n) for n in number.split(".")) for number in printed if _NUMBER.match(number)})
    for before, after in pairwise(numbers):
        if len(before) == len(after) and before[:-1] == after[:-1] and after[-1] > before[-1] + 1:
            missing = ".".join(map(str, (*before[:-1], before[-1] + 1)))
            key = printed[".".join(map(str, after))][0]
            message = f"The numbers skip {missing}"
            advice = "See whether the paper leaves it out too."
            checking.fault("clauses.yaml", (key, "printed"), message, advice, severity=NOTE)


def _printed_again(checking: Checking) -> Iterator[tuple[str, list[str]]]:
    """Numbers that come back after another number; one number with several duties in a row is no repeat."""
    runs = groupby(checking.draft.entries("clauses.yaml", ClauseWords).items(), key=lambda one: one[1].printed)
    seen: set[str] = set()
    for number, clauses in runs:
        if number in seen and _NUMBER.match(number):
            yield number, [key for key, _ in clauses]
        seen.add(number)


def _after_the_term(checking: Checking) -> None:
    agreement = checking.contract.agreement
    if agreement.end is None:
        return
    for due in returns_due(checking.contract):
        if due.due > agreement.end:
            path: Path_ = ("returns", due.series)
            message = f"A return is due on {due.due}, after the term ends on {agreement.end}"
            severity = NOTE if agreement.reporting_after_term else WARNING
            advice = "Say reporting_after_term: true in agreement.yaml if that is meant."
            checking.fault("returns.yaml", path, message, "" if severity is NOTE else advice, severity=severity)
    for key, words in checking.contract.indicators.items():
        for definition in definitions(checking, key, words):
            for day in _days_of(definition):
                if day > agreement.end:
                    message = f"{key} is held to {day}, after the term ends on {agreement.end}"
                    checking.fault(FILE, checking.at(FILE, (key,), "target"), message, severity=WARNING)


def _days_of(definition: Definition) -> Iterator[date]:
    if definition.target and definition.target.since:
        yield definition.target.since
    if definition.figure.each.until:
        yield definition.figure.each.until


def _in_no_return(checking: Checking) -> None:
    series = checking.contract.returns.values()
    reported = {key for one in series for heading in one.headings.values() for key in heading.indicators}
    for key in checking.contract.indicators:
        if reported and key not in reported:
            message = f"No return shows {key}"
            checking.fault(FILE, (key,), message, "Name it under a heading in returns.yaml.", severity=NOTE)


def _recorded_by_nobody(checking: Checking, definition: Definition) -> None:
    for figure in definition.figures:
        spec = checking.vocabulary.sets.get(figure.of)
        if spec is not None and not spec.recorded:
            at = checking.at(FILE, (definition.key,), figure.of)
            message = f"Nobody records {figure.of} yet, so {definition.key} is no data"
            advice = "Agree how they will be, or leave the figure out and write later: true at its clause."
            checking.fault(FILE, at, message, advice, severity=WARNING)
            continue
        for name in figure.facts if spec else ():
            fact = spec.facts.get(name) if spec else None
            if fact is not None and not fact.recorded:
                at = checking.at(FILE, (definition.key,), name)
                message = f"Nobody records {name} yet, so {_said(checking, definition)} is no data"
                checking.fault(FILE, at, message, "Agree who will, or choose another reading.", severity=WARNING)


def _never_final(checking: Checking, definition: Definition) -> None:
    """A figure that waits for a follow-up longer than its return does: what it waits for then comes into no return."""
    for figure in (definition.figure, *definition.figure.inner):
        spec = checking.vocabulary.sets.get(figure.of)
        facts = [spec.facts[name] for name in figure.facts if name in spec.facts] if spec else []
        late = next((fact for fact in facts if fact.final_on and figure.when in _BEFORE_FOLLOW_UP), None)
        if late is not None and figure.each.word == "return":
            message = (
                f"{_said(checking, definition)} counts a case by {figure.when} and waits for {late.final_after} after it: "
                f"what is still followed up when a return is due is pending there, and comes into no later one"
            )
            at = checking.at(FILE, (definition.key,), figure.when)
            checking.fault(FILE, at, message, f"Count it by {late.final_on}.", severity=WARNING)
            return


def _cannot_be_met(checking: Checking, definition: Definition) -> None:
    target, form = definition.target, definition.figure.form
    if target is None:
        return
    if isinstance(form, Share | Balance) and any(_over_hundred(bound) for bound in target.bounds):
        message = f"{_said(checking, definition)} can never reach more than 100 %"
        path = checking.at(FILE, (definition.key,), "target")
        checking.fault(FILE, path, message, "Look at the target again.", severity=WARNING)
    spec = checking.vocabulary.sets.get(definition.figure.of)
    if not isinstance(form, Share) or spec is None:
        return
    for test in tests_without_not(form.condition):
        fact = spec.facts.get(test.fact)
        if fact is not None and fact.best_reachable is not None:
            _out_of_reach(checking, definition, test, fact, fact.best_reachable)


def _over_hundred(bound: Bound) -> bool:
    if isinstance(bound.limit, str | date):
        return False
    over = bound.comparison == "at_least" and bound.limit > 100
    return over or (bound.comparison == "more_than" and bound.limit >= 100)


def _out_of_reach(checking: Checking, definition: Definition, test: Test, fact: FactSpec, reach: Reach) -> None:
    """A change that nobody who starts where eligibility starts can make."""
    wanted = _least(checking, test)
    if wanted is None:
        return
    highest = reach.highest_start_for(wanted)
    unit = "points" if reach.form == "points" else "% of itself"
    said = f"{_said(checking, definition)} asks for a rise of {rounded(wanted, 0)} {unit}"
    said = f"{said}, which is out of reach from a start above {rounded(highest, 1)} %"
    path = checking.at(FILE, (definition.key,), fact.name)
    for criterion, start in _entry_starts(checking, reach.at_entry):
        if start > highest:
            message = f"{said}; {criterion} accepts from {rounded(start, 1)} % upward, so nobody accepted by it can"
            checking.fault(FILE, path, message, "Choose another reading.", severity=WARNING)
            return
    checking.fault(FILE, path, said, severity=NOTE)


def _entry_starts(checking: Checking, fact: str | None) -> Iterator[tuple[str, Fraction]]:
    """Where eligibility begins, by criterion: the lowest value of the fact that it accepts."""
    for decision in checking.contract.decisions.values():
        for name, criterion in decision.criteria.items():
            for test in tests_without_not(criterion.condition):
                start = _least(checking, test) if test.fact == fact else None
                if start is not None:
                    yield name, start


def _least(checking: Checking, test: Test) -> Fraction | None:
    """The lower bound of a test, as on the first day of the term."""
    for bound in test.question.bounds if isinstance(test.question, Within) else ():
        if bound.comparison in ("at_least", "more_than") and not isinstance(bound.limit, date):
            try:
                start = checking.contract.agreement.start
                return Fraction(number_named(bound.limit, checking.contract.values, start))
            except NoValue:
                return None
    return None


def _wrong_way(checking: Checking, key: str, words: Any, every: list[Definition]) -> None:
    """Answers to one question that call good what the answer in force calls bad."""
    proposed = proposed_by(words.reading)
    in_force = next((one for one in every if one.letters == proposed), None)
    if in_force is None:
        return
    for question, answers in by_question(words.readings).items():
        for letter in answers:
            other = next((one for one in every if one.letters == {**proposed, question: letter}), None)
            if other is None or letter == proposed[question]:
                continue
            for problem in _opposed(checking, in_force, other):
                path: Path_ = (key, "readings", *((question,) if question else ()), letter)
                message = f"Reading {letter} of {key} points the other way than {proposed[question]}: {problem}"
                checking.fault(FILE, path, message, "Do not agree it without asking what is meant.", severity=WARNING)


def _opposed(checking: Checking, one: Definition, other: Definition) -> Iterator[str]:
    ways = _way(one.target), _way(other.target)
    if type(one.figure.form) is type(other.figure.form) and set(ways) == {"up", "down"}:
        yield f"it would reward a figure that goes {ways[1]}"
    spec = checking.vocabulary.sets.get(one.figure.of)
    if spec is None or not (isinstance(one.figure.form, Share) and isinstance(other.figure.form, Share)):
        return
    here = dict(_ends(one.figure.form.condition, spec.facts))
    for scale, (end, meaning) in _ends(other.figure.form.condition, spec.facts):
        if scale in here and here[scale][0] != end:
            yield f"it counts {meaning}, not {here[scale][1]}"


def _way(target: Target | None) -> str | None:
    if target is None:
        return None
    words = {bound.comparison for bound in target.bounds}
    if words and words <= {"at_least", "more_than"}:
        return "up"
    if words and words <= {"at_most", "less_than"}:
        return "down"
    return target.better


def _ends(condition: Condition, facts: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    """Which end of which scale a condition picks out."""
    for test in tests_without_not(condition):
        scale = facts[test.fact].scale if test.fact in facts else None
        if scale is None or not isinstance(test.question, Within) or len(test.question.bounds) != 1:
            continue
        low = test.question.bounds[0].comparison in ("at_most", "less_than")
        yield scale.name, ("low", scale.low) if low else ("high", scale.high)


def _said(checking: Checking, definition: Definition) -> str:
    """The indicator, with the readings that make the difference."""
    proposed = proposed_by(checking.contract.indicators[definition.key].reading)
    changed = {question: letter for question, letter in definition.letters.items() if proposed.get(question) != letter}
    letters = ", ".join(f"{question} {letter}".strip() for question, letter in (changed or definition.letters).items())
    return f"{definition.key} (reading {letters})" if letters else definition.key
