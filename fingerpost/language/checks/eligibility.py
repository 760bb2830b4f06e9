"""Checks of decisions and gates: facts that exist, sentences that can be filled, criteria that are used."""

from collections.abc import Iterator
from typing import Any

from fingerpost.language.checks.base import WARNING, Checking, combinations
from fingerpost.language.conditions import facts_named
from fingerpost.language.decide import define_decision
from fingerpost.language.faults import PlacedError
from fingerpost.language.filling import names_in
from fingerpost.language.read import Path_
from fingerpost.language.readings import by_question
from fingerpost.language.schema.eligibility import DecisionWords, SayingWords

FILE = "eligibility.yaml"


def check(checking: Checking) -> None:
    """Faults of every decision in every choice of readings, and of every gate."""
    for key, words in checking.contract.decisions.items():
        _acceptance(checking, key, words)
        for name, criterion in words.criteria.items():
            _criterion(checking, FILE, (key, "criteria", name), criterion)
        for path, change in _changes(key, words):
            _criterion(checking, FILE, path, change)
    for name, gate in checking.contract.pathway.gates.items():
        _criterion(checking, "pathway.yaml", ("gates", name), gate)


def _acceptance(checking: Checking, key: str, words: DecisionWords) -> None:
    used: set[str] = set()
    for letters in combinations(words.readings):
        try:
            used |= set(facts_named(define_decision(key, words, letters).accept))
        except PlacedError as fault:
            checking.fault(FILE, (key, *fault.path), fault.message, fault.advice)
            return
    for name in words.criteria:
        if name not in used:
            message = f"No rule of acceptance uses the criterion {name}"
            checking.fault(FILE, (key, "criteria", name), message, "Name it under accept.", severity=WARNING)


def _changes(key: str, words: DecisionWords) -> Iterator[tuple[Path_, Any]]:
    for question, answers in by_question(words.readings).items():
        for letter, answer in answers.items():
            above = (key, "readings", *((question,) if question else ()), letter, "criteria")
            for name, change in answer.criteria.items():
                yield (*above, name), change


def _criterion(checking: Checking, file: str, path: Path_, words: Any) -> None:
    facts = checking.vocabulary.facts
    if words.condition is not None:
        checking.condition(file, (*path, "condition"), words.condition, facts, "A referral or case")
    for name in names_in(getattr(words, "plain", None) or ""):
        if name not in checking.contract.values:
            message = f"{{{name}}} is no dated value"
            checking.fault(file, (*path, "plain"), message, "Plain words are about nobody: fill in dated values only.")
    for word, saying in _sayings(words):
        if saying.condition is not None:
            checking.condition(file, (*path, word), saying.condition, facts, "A referral or case")
        for name in names_in(saying.say):
            if name not in facts and name not in checking.contract.values:
                message = f"{{{name}}} is neither a fact nor a dated value"
                checking.fault(file, (*path, word), message, "Fill in names that exist.")


def _sayings(words: Any) -> Iterator[tuple[str, SayingWords]]:
    for word in ("met", "not_met", "not_known"):
        content = getattr(words, word)
        for one in content if isinstance(content, tuple) else (content,):
            if isinstance(one, SayingWords):
                yield word, one
            elif one is not None:
                yield word, SayingWords(say=one)
