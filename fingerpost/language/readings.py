"""Readings: unclear words of an agreement, the answers side by side, and which one is in force on a day.

The files propose; a commissioner agrees in use. What is agreed is handed in as `Agreed`, from wherever it is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

OwnerKind = Literal["indicator", "clock", "decision", "clause"]

Choices = Mapping[str, str]
"""Question key to letter. A question left out is answered as the file proposes."""

PROPOSED: Choices = {}


@dataclass(frozen=True, slots=True)
class Question:
    """One question about unclear words. `name` is empty where its owner asks only one."""

    owner_kind: OwnerKind
    owner: str
    name: str
    clauses: tuple[str, ...]
    answers: Mapping[str, str]
    proposed: str

    @property
    def key(self) -> str:
        """`attendance_improved.change`, or `attendance_improved` for a single question."""
        return question_key(self.owner, self.name)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A reading that the commissioner agreed, from a day."""

    question: str
    letter: str
    since: date


@dataclass(frozen=True, slots=True)
class InForce:
    """The answer to one question on one day, and whether it was agreed or only proposed."""

    question: str
    letter: str
    agreed: bool


def question_key(owner: str, name: str) -> str:
    """The key of a question."""
    return f"{owner}.{name}" if name else owner


def by_question(readings: Any) -> dict[str, dict[str, Any]]:
    """Answers by question and letter; a single question has the empty name."""
    if not readings:
        return {}
    if all(len(word) == 1 and word.isupper() for word in readings):
        return {"": dict(readings)}
    return {name: dict(answers) for name, answers in readings.items()}


def proposed_by(reading: Any) -> dict[str, str]:
    """The proposed letter of each question; a single question has the empty name."""
    if reading is None:
        return {}
    return {"": reading} if isinstance(reading, str) else dict(reading)


def letters_of(owner: str, readings: Any, reading: Any, choices: Choices) -> dict[str, str]:
    """The letter in force for each question of one owner. Raises ValueError for a letter that is no answer."""
    proposed, letters = proposed_by(reading), {}
    for name, answers in by_question(readings).items():
        letter = choices.get(question_key(owner, name), proposed.get(name, ""))
        if letter not in answers:
            raise ValueError(f"{question_key(owner, name)} has no reading {letter or '(none chosen)'}")
        letters[name] = letter
    return letters


def in_force(questions: Iterable[Question], agreed: Iterable[Agreed], on: date) -> dict[str, InForce]:
    """The answer to every question on a day: as last agreed by then, else as proposed."""
    answers = {question.key: InForce(question.key, question.proposed, agreed=False) for question in questions}
    for reading in sorted(agreed, key=lambda one: one.since):
        if reading.since <= on and reading.question in answers:
            answers[reading.question] = InForce(reading.question, reading.letter, agreed=True)
    return answers
