"""What may stand as the answer to a question, how it is kept, and the four ways of no answer.

An answer is words, true or false, a number, a day, a moment, one code or several; or a `NoAnswer` with its reason. A question that
was never asked has nothing at all: nothing is ever blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from fingerpost.language.answers import NOT_KNOWN, Answer
from fingerpost.language.conditions import evaluate
from fingerpost.language.conditions.memory import compare
from fingerpost.language.conditions.tree import COMPARISONS
from fingerpost.language.dated import NoValue, Values
from fingerpost.language.schema.base import Comparing
from fingerpost.language.schema.items import ItemSpec
from fingerpost.language.schema.registers import TimeSpec

LONGEST_LINE, LONGEST_NOTE = 300, 10_000


class NoAnswer(StrEnum):
    """Why there is no answer. Of a question never asked nothing is kept."""

    NOT_KNOWN = "not_known"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """As people read it."""
        return {"not_known": "Not known", "declined": "Prefers not to say", "not_applicable": "Does not apply"}[self]


Value = str | bool | int | Decimal | date | datetime | tuple[str, ...] | NoAnswer
Answers = Mapping[str, Value]
Times = Mapping[str, date | datetime]


class AnswerRefused(ValueError):
    """An answer cannot stand. `item` is the question's key; the message is for whoever gave it."""

    def __init__(self, item: str, message: str) -> None:
        super().__init__(message)
        self.item, self.message = item, message


def settle_times(
    times: Mapping[str, TimeSpec],
    given: Mapping[str, date | datetime | None],
    *,
    before: Times,
    on: date,
    values: Values,
) -> dict[str, date | datetime]:
    """The times as they will stand: those before, with those given, which were checked against each other and the day.

    None takes a time back. Raises AnswerRefused for the first that cannot stand.
    """
    for key, moment in given.items():
        if key not in times:
            raise AnswerRefused(key, f"There is no time {key} here.")
        if moment is not None and isinstance(moment, datetime) != (times[key].type == "moment"):
            wanted = "a day and a time" if times[key].type == "moment" else "a day"
            raise AnswerRefused(key, f"{times[key].label_of(key)}: give {wanted}.")
    every = {key: moment for key, moment in {**before, **given}.items() if moment is not None}
    for key, time in times.items():
        if time.required and key not in every:
            raise AnswerRefused(key, f"Say when: {time.label_of(key)}")
        if key in every and given.keys() & {key, *(limit for limit in time.bounds.values() if isinstance(limit, str))}:
            _in_order(key, time, every, times, on, values)
    return every


def _in_order(
    key: str,
    time: TimeSpec,
    every: Mapping[str, date | datetime],
    times: Mapping[str, TimeSpec],
    on: date,
    values: Values,
) -> None:
    """A time may be bound to another time of the same record: answered_on: {at_least: received_on}. What must come before it
    must be there."""
    for comparison, limit in time.bounds.items():
        if isinstance(limit, str) and limit in times:
            if limit not in every and comparison in ("at_least", "more_than"):
                raise AnswerRefused(key, f"Set “{times[limit].label_of(limit)}” first: it comes before this.")
            if limit in every and not _compared(every[key], comparison, every[limit]):
                words = {
                    "at_least": "before",
                    "at_most": "after",
                    "more_than": "at or before",
                    "less_than": "at or after",
                }
                raise AnswerRefused(
                    key,
                    f"{time.label_of(key)} cannot be {words[comparison]} the time of “{times[limit].label_of(limit)}”.",
                )
        else:
            _within(key, Comparing(**{comparison: limit}), time.label_of(key), every[key], on, values)


def _compared(first: date | datetime, comparison: Any, second: date | datetime) -> bool:
    """Two times compared; as days where one of them is a day."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return compare(first, comparison, second)
    return compare(_day(first), comparison, _day(second))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True)
class Asking:
    """The questions of a record, on a day, with the contract's dated values for their bounds. `form` names those that the form
    at hand asks; the others may be answered, and need not be."""

    items: Mapping[str, ItemSpec]
    on: date
    values: Values
    form: frozenset[str]

    def settle(self, given: Mapping[str, Value | None], *, before: Answers | None = None) -> dict[str, Value]:
        """The answers as they will stand: those before, with those given, and *not applicable* where a question does not arise.

        None takes an answer away, so that the question is not asked. Raises AnswerRefused for the first that cannot stand.
        """
        if unknown := [key for key in given if key not in self.items]:
            raise AnswerRefused(unknown[0], f"There is no question {unknown[0]} here.")
        standing = dict(before or {})
        for key, item in self.items.items():
            value = self._settled(key, item, given, standing)
            if value is None:
                standing.pop(key, None)
            else:
                standing[key] = value
        return standing

    def _settled(self, key: str, item: ItemSpec, given: Mapping[str, Value | None], standing: Answers) -> Value | None:
        """What will stand of one question; None for nothing. The questions before it are settled already."""
        arises, answer = self.arises(item, as_facts(standing)), given.get(key)
        if arises is Answer.NO:
            if answer not in (None, NoAnswer.NOT_APPLICABLE):
                raise AnswerRefused(key, f"This does not arise here. Leave it out: {item.label_of(key)}")
            return NoAnswer.NOT_APPLICABLE if key in {*self.form, *given, *standing} else None
        if answer is not None:
            return answer if answer == standing.get(key) else checked(key, item, answer, self.on, self.values)
        left = None if key in given else standing.get(key)
        if left is None and item.required and key in {*self.form, *given} and arises is Answer.YES:
            raise AnswerRefused(key, f"Answer this, or say why not: {item.label_of(key)}")
        return left

    def arises(self, item: ItemSpec, facts: Mapping[str, Any]) -> Answer:
        """Whether a question is put: no where its condition does not hold, not known where that cannot be told."""
        return Answer.YES if item.where is None else evaluate(item.where, facts, values=self.values, on=self.on)


def as_facts(answers: Answers) -> dict[str, Any]:
    """Answers as conditions read them: *not applicable* is outside, and no other reason for none is an answer."""
    return {key: _as_fact(value) for key, value in answers.items()}


def _as_fact(value: Value) -> Any:
    if isinstance(value, NoAnswer):
        return NOT_KNOWN
    return frozenset(value) if isinstance(value, tuple) else value


def checked(key: str, item: ItemSpec, value: Value, on: date, values: Values) -> Value:
    """The answer, if it may stand on that day. Raises AnswerRefused, in words that say what may."""
    if isinstance(value, NoAnswer):
        if value is NoAnswer.NOT_APPLICABLE and item.where is None:
            raise AnswerRefused(
                key, f"This always applies. Answer it, or say that it is not known: {item.label_of(key)}"
            )
        return value
    value = _of_type(key, item, value)
    if item.type in ("choice", "several"):
        _offered(key, item, value, on)
    _within(key, item, item.label_of(key), value, on, values)
    return value


def _of_type(key: str, item: ItemSpec, value: Value) -> Value:
    """The value in the kind that the question keeps."""
    label = item.label_of(key)
    match item.type, value:
        case (("line" | "note"), str()):
            longest = LONGEST_LINE if item.type == "line" else LONGEST_NOTE
            if not value.strip():
                raise AnswerRefused(key, f"There are no words here: {label}")
            if len(value) > longest:
                raise AnswerRefused(key, f"{label}: use {longest:,} characters or fewer.")
            return value.strip()
        case "yes_no", bool():
            return value
        case "number", int() | Decimal() if not isinstance(value, bool):
            return value
        case "day", datetime():
            raise AnswerRefused(key, f"{label}: give the day alone.")
        case ("day", date()) | ("moment", datetime()) | ("choice" | "link", str()):
            return value
        case "several", tuple() if value:
            return tuple(dict.fromkeys(value))
    raise AnswerRefused(key, f"{label}: {_WANTED[item.type]}")


_WANTED = {
    "line": "words are needed.",
    "note": "words are needed.",
    "yes_no": "say yes or no.",
    "choice": "choose one of the answers.",
    "several": "choose at least one of the answers.",
    "number": "give a number.",
    "day": "give a day.",
    "moment": "give a day and a time.",
    "link": "choose one.",
}


def _offered(key: str, item: ItemSpec, value: Value, on: date) -> None:
    offered = item.offered_on(on)
    for code in value if isinstance(value, tuple) else (value,):
        if code not in offered:
            raise AnswerRefused(
                key,
                f"{item.label_of(key)}: {item.answer_label(str(code))} is not one of the answers. Choose from "
                f"{', '.join(offered.values())}.",
            )


def _within(key: str, spec: Comparing, label: str, value: Value, on: date, values: Values) -> None:
    for comparison, limit in spec.bounds.items():
        if isinstance(limit, str):
            try:
                limit = values[limit].on(on)  # type: ignore[assignment]
            except (KeyError, NoValue):
                continue  # nothing is known to be too much while the limit has still to be entered
        if not compare(value, comparison, limit):  # type: ignore[arg-type]
            raise AnswerRefused(key, f"{label} must be {_BOUND_WORDS[comparison]} {limit}.")


_BOUND_WORDS = {"at_least": "at least", "at_most": "at most", "more_than": "more than", "less_than": "less than"}
assert set(_BOUND_WORDS) == set(COMPARISONS)  # noqa: S101 - each comparison has its words


# --- Kept as JSON ---


def to_json(answers: Answers) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers and, apart from them, the reasons for none, as the database keeps them. Numbers keep every place."""
    told = {key: _plain(value) for key, value in answers.items() if not isinstance(value, NoAnswer)}
    return told, {key: value.value for key, value in answers.items() if isinstance(value, NoAnswer)}


def _plain(value: Value) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else str(value)
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return list(value)
    return value


def from_json(
    items: Mapping[str, ItemSpec], answers: Mapping[str, Any], no_answers: Mapping[str, str]
) -> dict[str, Value]:
    """The answers again. One of a question that no version in hand names stays as it is kept, so that nothing is lost."""
    found = {key: _read(items[key].type if key in items else "", raw) for key, raw in answers.items()}
    return {**found, **{key: NoAnswer(reason) for key, reason in no_answers.items()}}


def _read(kind: str, raw: Any) -> Value:
    match kind:
        case "number":
            return raw if isinstance(raw, int) else Decimal(raw)
        case "day":
            return date.fromisoformat(raw)
        case "moment":
            return datetime.fromisoformat(raw)
    value: Value = tuple(raw) if isinstance(raw, list) else raw
    return value


# --- Said in words ---


def in_words(item: ItemSpec | None, value: Value | None) -> str:
    """An answer as a page or a list going out says it; never blank."""
    match value:
        case None:
            return "Not asked"
        case NoAnswer():
            return value.label
        case bool():
            return "Yes" if value else "No"
        case tuple():
            return "; ".join(item.answer_label(code) if item else code for code in value)
        case str() if item and item.type == "choice":
            return item.answer_label(value)
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
    return str(value)
