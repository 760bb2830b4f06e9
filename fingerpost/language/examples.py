"""Worked examples: cases with their expected results, run against the contract that carries them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fingerpost.language.answers import Answer, Unknown
from fingerpost.language.calendars import Calendar, Term
from fingerpost.language.clocks import Clock, clock_in_force
from fingerpost.language.conditions import evaluate
from fingerpost.language.contract import Contract
from fingerpost.language.dated import Dated, Spell, Values
from fingerpost.language.decide import Decision, check_gate, decide
from fingerpost.language.entry_rows import sets_of_kinds
from fingerpost.language.example_rows import measured
from fingerpost.language.facts import Vocabulary
from fingerpost.language.filling import rounded
from fingerpost.language.pathway import asks_reason, proposed_area
from fingerpost.language.periods import returns_due
from fingerpost.language.readings import question_key
from fingerpost.language.returns import case_studies_missing, empty_headings
from fingerpost.language.schedules import Done, Spells, points_of
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.examples import ExampleWords
from fingerpost.language.schema.schedules import ScheduleKind
from fingerpost.language.vocabulary import VOCABULARY

SUBJECTS = ("decision", "gate", "clock", "schedule", "condition", "indicator", "returns", "allocation", "value")


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example, run. `problems` says in words what came out otherwise; none means it holds."""

    clauses: tuple[str, ...]
    name: str
    subject: str
    problems: tuple[str, ...]
    got: Mapping[str, Any]

    @property
    def holds(self) -> bool:
        """Whether everything came out as expected."""
        return not self.problems


class ExampleFaulty(ValueError):
    """An example that cannot be run as it is written."""


def run_examples(contract: Contract, vocabulary: Vocabulary = VOCABULARY) -> list[ExampleResult]:
    """Every example of the contract, in the order of the file."""
    return [run_example(contract, example, vocabulary) for example in contract.examples]


def run_example(contract: Contract, example: ExampleWords, vocabulary: Vocabulary = VOCABULARY) -> ExampleResult:
    """One example. What cannot be run comes back as a problem, never as an exception."""
    subject = ""
    got: Mapping[str, Any] = {}
    try:
        subject = subject_of(example)
        got = _RUN[subject](_Case(contract, example, vocabulary))
        problems = tuple(_differences(example.expect, got))
    except (LookupError, ValueError, TypeError) as error:
        problems = (str(error).strip("'\""),)
    return ExampleResult(clauses_of(example.clause), example.name, subject, problems, got)


def subject_of(example: ExampleWords) -> str:
    """What the example puts to the test. Raises ExampleFaulty unless it is exactly one thing."""
    named = [word for word in SUBJECTS if getattr(example, word) is not None]
    if len(named) != 1:
        raise ExampleFaulty(f"An example names one of {', '.join(SUBJECTS)}; this names {', '.join(named) or 'none'}")
    return named[0]


@dataclass(frozen=True, slots=True)
class _Case:
    contract: Contract
    example: ExampleWords
    vocabulary: Vocabulary

    @property
    def day(self) -> date:
        return self.example.day or self.contract.agreement.start

    @property
    def values(self) -> Values:
        """The contract's dated values with those that the example changes."""
        changed = {
            name: Dated(name, (Spell(date.min, value, unit=_unit(self.contract, name)),))
            for name, value in self.example.values.items()
        }
        return {**self.contract.values, **changed}

    @property
    def calendar(self) -> Calendar:
        terms = tuple(Term(span.since, span.until) for span in self.example.terms)
        jurisdiction = self.contract.agreement.jurisdiction
        return Calendar(jurisdiction, closed=frozenset(self.example.holidays), terms=terms)

    @property
    def given(self) -> dict[str, Any]:
        return {name: as_fact(value) for name, value in self.example.given.items()}

    def changed_contract(self) -> Contract:
        return _with_values(self.contract, self.values)

    def choices(self, owner: str) -> dict[str, str]:
        """Readings chosen by the example; a bare question name belongs to the owner."""
        chosen = self.example.readings
        if isinstance(chosen, str):
            return {owner: chosen}
        return {name if "." in name else question_key(owner, name): letter for name, letter in chosen.items()}


def as_fact(value: Any) -> Any:
    """A value of the file as a fact: the words not_known and pending stand for themselves, a list for several codes."""
    if value is None or value == "not_known":
        return Unknown.NOT_KNOWN
    if value == "pending":
        return Unknown.PENDING
    return frozenset(value) if isinstance(value, tuple) else value


def _with_values(contract: Contract, values: Values) -> Contract:
    kept = {name: getattr(contract, name) for name in Contract.__slots__}
    return Contract(**{**kept, "values": values})


def _unit(contract: Contract, name: str) -> str | None:
    return contract.values[name].spells[0].unit if name in contract.values else None


def _decision(case: _Case) -> dict[str, Any]:
    key = case.example.decision or ""
    contract = case.changed_contract()
    specs = case.vocabulary.facts
    return _shown(decide(contract, key, case.given, on=case.day, choices=case.choices(key), specs=specs))


def _gate(case: _Case) -> dict[str, Any]:
    contract = case.changed_contract()
    return _shown(check_gate(contract, case.example.gate or "", case.given, on=case.day, specs=case.vocabulary.facts))


def _shown(decision: Decision) -> dict[str, Any]:
    return {
        "answer": decision.answer,
        "outcome": decision.outcome,
        "route": decision.route,
        "missing": tuple(one.fact for one in decision.missing),
        "criteria": {reason.criterion: reason.answer for reason in decision.reasons},
        "says": " ".join(reason.text for reason in decision.reasons),
    }


def _clock(case: _Case) -> dict[str, Any]:
    key = case.example.clock or ""
    clock = clock_in_force(case.contract, key, case.choices(key))
    deadline = clock.deadline(case.given, case.calendar, values=case.values)
    got: dict[str, Any] = {"deadline": deadline, "in_time": _in_time(clock, clock.stops, case)}
    return got | {f"{stop.removesuffix('_at')}_in_time": _in_time(clock, (stop,), case) for stop in clock.stops}


def _in_time(clock: Clock, stops: tuple[str, ...], case: _Case) -> Any:
    times = {name: time for name, time in case.given.items() if name == clock.starts or name in stops}
    return clock.stopped_in_time(times, case.calendar, values=case.values)


def _schedule(case: _Case) -> dict[str, Any]:
    """What is due from the days on which it starts, what was done and when it stops; seen on the example's day."""
    kind = case.contract.kinds.get(case.example.schedule or "")
    if not isinstance(kind, ScheduleKind):
        raise ExampleFaulty(f"There is no schedule {case.example.schedule}")
    starts, done, stops = (_days(case.example.given.get(word)) for word in ("starts", "done", "stops"))
    points = points_of(
        kind.schedule, Spells(starts, stops), [Done(day) for day in done], calendar=case.calendar, values=case.values
    )
    return {
        "due": tuple(one.due_on for one in points),
        "open": tuple(one.due_on for one in points if one.done is None and one.ended_on is None),
        "not_done": tuple(one.due_on for one in points if one.ended_on),
        "missing": any(one.is_missing_on(case.day) for one in points),
    }


def _days(given: Any) -> tuple[date, ...]:
    several = given if isinstance(given, tuple) else () if given is None else (given,)
    if not all(isinstance(day, date) and not isinstance(day, datetime) for day in several):
        raise ExampleFaulty("starts, done and stops are days")
    return several


def _condition(case: _Case) -> dict[str, Any]:
    condition = case.example.condition
    if condition is None:
        raise ExampleFaulty("There is no condition")
    return {"answer": evaluate(condition, case.given, values=case.values, on=case.day)}


def _indicator(case: _Case) -> dict[str, Any]:
    key = case.example.indicator or ""
    sets = {**case.vocabulary.sets, **sets_of_kinds(case.contract)}
    return measured(case.changed_contract(), case.example, case.choices(key), case.calendar, sets)


def _returns(case: _Case) -> dict[str, Any]:
    series = case.example.returns or ""
    if series not in case.contract.returns:
        raise ExampleFaulty(f"There is no series of returns {series}")
    due = [one for one in returns_due(case.contract) if one.series == series]
    written = case.given.get("written", {})
    return {
        "due": tuple(one.due for one in due),
        "ends": tuple(one.period.end for one in due),
        "count": len(due),
        "headings": tuple(case.contract.returns[series].headings),
        "empty": empty_headings(case.contract, series, written),
        "missing": case_studies_missing(case.contract, series, case.given.get("case_studies", {}), case.day),
    }


def _allocation(case: _Case) -> dict[str, Any]:
    chosen = case.given.get("chosen")
    asks = asks_reason(case.contract, case.given, chosen) if chosen else None
    return {"proposed": proposed_area(case.contract, case.given), "asks_reason": asks}


def _value(case: _Case) -> dict[str, Any]:
    return {"value": case.values[case.example.value or ""].on(case.day)}


_RUN = {
    "decision": _decision,
    "gate": _gate,
    "clock": _clock,
    "schedule": _schedule,
    "condition": _condition,
    "indicator": _indicator,
    "returns": _returns,
    "allocation": _allocation,
    "value": _value,
}


def _differences(expected: Mapping[str, Any], got: Mapping[str, Any], under: str = "") -> Iterator[str]:
    """What came out otherwise, in words."""
    for word, wanted in expected.items():
        name = f"{under}{word}"
        if word not in got:
            yield f"{name} is nothing that comes out here; what does is {', '.join(got)}"
        elif isinstance(wanted, Mapping) and isinstance(got[word], Mapping):
            yield from _differences(wanted, got[word], f"{name}.")
        elif not agrees(word, wanted, got[word]):
            yield f"{name} should be {_written(wanted)} and is {_written(got[word])}"


def agrees(word: str, wanted: Any, got: Any) -> bool:
    """Whether a result is what was expected, as exactly as the expectation is written."""
    if word == "says":
        return isinstance(got, str) and str(wanted) in got
    if isinstance(got, Answer | Unknown):
        return bool(got.value == _answer_word(wanted))
    if isinstance(got, datetime) and isinstance(wanted, date):
        exact = isinstance(wanted, datetime)
        return got.replace(tzinfo=None) == wanted if exact else got.date() == wanted
    if isinstance(got, Fraction):
        return _same_number(wanted, got)
    if isinstance(got, tuple) and isinstance(wanted, tuple):
        return sorted(map(str, got)) == sorted(map(str, wanted)) if word == "missing" else got == wanted
    return bool(got == wanted)


def _answer_word(wanted: Any) -> str:
    return {True: "yes", False: "no", None: "not_known"}.get(wanted, str(wanted))


def _same_number(wanted: Any, got: Fraction) -> bool:
    """Equal when rounded to the places that were written down."""
    if isinstance(wanted, bool) or wanted is None or isinstance(wanted, str):
        return False
    places = -int(wanted.as_tuple().exponent) if isinstance(wanted, Decimal) else 0
    return Fraction(rounded(got, places)) == Fraction(str(wanted)) if places else got == wanted


def _written(value: Any) -> str:
    if isinstance(value, Fraction):
        return rounded(value, 3).rstrip("0").rstrip(".")
    if isinstance(value, Answer | Unknown):
        return str(value.value)
    if isinstance(value, tuple | frozenset):
        return ", ".join(_written(one) for one in value) or "nothing"
    return "no data" if value is None else str(value)
