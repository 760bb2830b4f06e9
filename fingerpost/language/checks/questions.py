"""Checks of readings: every question has one answer in force, and no two questions pull at the same word."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from fingerpost.language.checks.base import WARNING, Checking
from fingerpost.language.read import Path_
from fingerpost.language.readings import by_question, proposed_by
from fingerpost.language.schema.indicators import FORM_WORDS
from fingerpost.language.wording import nearest


def check(checking: Checking) -> None:
    """Faults of all readings, wherever they stand."""
    contract = checking.contract
    owners: dict[str, Mapping[str, Any]] = {
        "indicators.yaml": contract.indicators,
        "clocks.yaml": contract.clocks,
        "eligibility.yaml": contract.decisions,
        "readings.yaml": contract.readings,
    }
    for file, entries in owners.items():
        for name, words in entries.items():
            _in_force(checking, file, (name,), words)
            _apart(checking, file, (name,), words)
    for name, words in contract.readings.items():
        _changes_something(checking, name, words)


def _changes_something(checking: Checking, name: str, words: Any) -> None:
    """A reading of an unclear clause must set a value that the contract holds, each letter another: else it changes nothing."""
    answers, path = words.readings, (name, "readings")
    for letter, answer in answers.items():
        for value in answer.settings:
            if value not in checking.contract.values:
                message = f"Reading {letter} of {name} sets {value}, which is no dated value of this contract"
                checking.fault("readings.yaml", (*path, letter), message, nearest(value, checking.contract.values))
    if len({repr(sorted(answer.settings.items())) for answer in answers.values()}) < len(answers):
        message = f"The readings of {name} change nothing: agreeing one of them would be an empty act"
        advice = (
            "Let each answer set a dated value (settings:), or leave the question out and say it in the clause's gist."
        )
        checking.fault("readings.yaml", path, message, advice)


def _in_force(checking: Checking, file: str, path: Path_, words: Any) -> None:
    questions, proposed = by_question(words.readings), proposed_by(words.reading)
    for question, answers in questions.items():
        asked = f"the question {question}" if question else "the readings"
        at = (*path, "readings", question) if question else (*path, "readings")
        if question not in proposed:
            checking.fault(file, at, f"No reading is in force for {asked}", "Add reading: with the letter proposed.")
        elif proposed[question] not in answers:
            message = f"The reading in force, {proposed[question]}, is not an answer to {asked}"
            checking.fault(file, (*path, "reading"), message, f"Use one of {', '.join(answers)}.")
        if len(answers) == 1:
            checking.fault(file, at, f"There is one answer only to {asked}", "A question has two.", severity=WARNING)
    for question in proposed:
        if question not in questions:
            named = f"There is no question {question}" if question else "One letter cannot answer several questions"
            checking.fault(file, (*path, "reading"), named, f"The questions are: {', '.join(questions) or 'none'}.")


def _apart(checking: Checking, file: str, path: Path_, words: Any) -> None:
    """Two questions may both add to `where`; any other word belongs to one of them."""
    replaced = {question: _replaced_by(answers) for question, answers in by_question(words.readings).items()}
    for (first, one), (second, other) in combinations(replaced.items(), 2):
        for word in sorted(one & other):
            message = f"The questions {first} and {second} both replace {word}"
            advice = "Let one question own the word, or write the two as one question."
            checking.fault(file, (*path, "readings", second), message, advice)


def _replaced_by(answers: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for answer in answers.values():
        for word in answer.model_fields_set - {"label", "where", "criteria", "settings"}:
            if getattr(answer, word) is not None:
                found.add("figure" if word in FORM_WORDS else word)
        for criterion, change in getattr(answer, "criteria", {}).items():
            found |= {f"{word} of {criterion}" for word in change.model_fields_set}
    return found
