"""Clocks: from what starts one to the moment it runs out, in the reading chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from fingerpost.language.answers import NOT_KNOWN, Unknown
from fingerpost.language.calendars import (
    WorkingCalendar,
    end_of,
    local,
    school_weeks_after,
    start_of,
    working_days_after,
)
from fingerpost.language.contract import Contract
from fingerpost.language.dated import Number, Values, number_named
from fingerpost.language.faults import PlacedError
from fingerpost.language.periods import add_months
from fingerpost.language.readings import PROPOSED, Choices, by_question, letters_of
from fingerpost.language.schema.clocks import LENGTH_WORDS, ClockWords, LengthWords

Unit = Literal["working_days", "hours", "days", "weeks", "months", "school_weeks"]
Ends = Literal["end_of_day", "start_of_day", "same_time"]


@dataclass(frozen=True, slots=True)
class Length:
    """So many of a unit. `from_start_day` counts the day of the start as day 1."""

    unit: Unit
    amount: Number | str
    ends: Ends = "end_of_day"
    from_start_day: bool = False


@dataclass(frozen=True, slots=True)
class EarlierOf:
    """Whichever length ends first."""

    lengths: tuple[Length, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock in one choice of readings."""

    key: str
    clauses: tuple[str, ...]
    title: str
    starts: str
    length: Length | EarlierOf
    stops: tuple[str, ...] = ()
    warn: Number | str | None = None
    letters: Mapping[str, str] | None = None
    label: str | None = None

    def deadline(self, times: Mapping[str, Any], calendar: WorkingCalendar, *, values: Values) -> datetime | Unknown:
        """The last moment in time, in the calendar's zone; NOT_KNOWN while nothing has started it."""
        began = times.get(self.starts)
        if began is None or isinstance(began, Unknown):
            return NOT_KNOWN
        start = local(began, calendar.zone)
        lengths = self.length.lengths if isinstance(self.length, EarlierOf) else (self.length,)
        return min(_end(length, start, calendar, values) for length in lengths)

    def stopped_in_time(self, times: Mapping[str, Any], calendar: WorkingCalendar, *, values: Values) -> bool | Unknown:
        """Whether what stops the clock came by the deadline; NOT_KNOWN before it starts. Pass only times now past."""
        deadline = self.deadline(times, calendar, values=values)
        if isinstance(deadline, Unknown):
            return NOT_KNOWN
        stopped = [times[stop] for stop in self.stops if isinstance(times.get(stop), date)]
        return any(local(moment, calendar.zone) <= deadline for moment in stopped)


def clock_in_force(contract: Contract, key: str, choices: Choices = PROPOSED) -> Clock:
    """A clock in the readings chosen; as proposed where none is. Raises KeyError, ValueError."""
    words = contract.clocks[key]
    return define_clock(key, words, letters_of(key, words.readings, words.reading, choices))


def deadline(
    contract: Contract, key: str, times: Mapping[str, Any], calendar: WorkingCalendar, choices: Choices = PROPOSED
) -> datetime | Unknown:
    """When a clock of the contract runs out, from the times given; NOT_KNOWN while nothing has started it."""
    return clock_in_force(contract, key, choices).deadline(times, calendar, values=contract.values)


def define_clock(key: str, words: ClockWords, letters: Mapping[str, str]) -> Clock:
    """A clock under these letters. Raises PlacedError where the words do not make one."""
    layer, labels = _words(words), []
    for question, answers in by_question(words.readings).items():
        answer = answers[letters[question]]
        labels.append(answer.label)
        layer = _replaced(layer, _lengths_of(answer, answers))
    if "starts" not in layer:
        raise PlacedError("Nothing starts this clock", advice="Add starts.")
    clause = words.clause or ()
    stops = words.stops or ()
    return Clock(
        key=key,
        clauses=(clause,) if isinstance(clause, str) else clause,
        title=words.title or key.replace("_", " "),
        starts=layer["starts"],
        length=_length(layer),
        stops=(stops,) if isinstance(stops, str) else stops,
        warn=words.warn,
        letters=dict(letters),
        label="; ".join(labels) or None,
    )


def _words(words: LengthWords) -> dict[str, Any]:
    return {name: value for name in LengthWords.model_fields if (value := getattr(words, name)) is not None}


def _lengths_of(answer: LengthWords, answers: Mapping[str, LengthWords]) -> dict[str, Any]:
    """The words of an answer, with the readings it names in earlier_of put in their letters' place."""
    layer = _words(answer)
    if "earlier_of" in layer:
        unknown = [letter for letter in layer["earlier_of"] if letter not in answers]
        if unknown:
            raise PlacedError(f"There is no reading {unknown[0]}", ("earlier_of",), f"Use {', '.join(answers)}.")
        layer["earlier_of"] = tuple(_words(answers[letter]) for letter in layer["earlier_of"])
    return layer


def _replaced(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    if any(word in above for word in LENGTH_WORDS):
        below = {word: value for word, value in below.items() if word not in LENGTH_WORDS}
    return {**below, **above}


def _length(layer: Mapping[str, Any]) -> Length | EarlierOf:
    named = [word for word in LENGTH_WORDS if word in layer]
    if len(named) != 1:
        problem = f"{' and '.join(named)} cannot both be the length" if named else "Nothing says how long it runs"
        raise PlacedError(problem, advice=f"Use one of {', '.join(LENGTH_WORDS)}.")
    if named[0] == "earlier_of":
        several = [_length(words) for words in layer["earlier_of"]]
        if any(isinstance(one, EarlierOf) for one in several):
            raise PlacedError("earlier_of names a reading that is earlier_of itself", ("earlier_of",), "Name lengths.")
        return EarlierOf(tuple(one for one in several if isinstance(one, Length)))
    unit: Any = named[0]
    usual = "same_time" if unit == "hours" else "end_of_day"
    return Length(unit, layer[unit], layer.get("ends", usual), layer.get("counting") == "start_day")


def _end(length: Length, start: datetime, calendar: WorkingCalendar, values: Values) -> datetime:
    if length.unit == "hours":
        amount = int(number_named(length.amount, values, start.date()))
        # Hours that pass, also over the night when the clocks change.
        return (start.astimezone(UTC) + timedelta(hours=amount)).astimezone(calendar.zone)
    day = last_day(length, start.date(), calendar, values)
    match length.ends:
        case "start_of_day":
            return start_of(day, calendar.zone)
        case "same_time":
            return datetime.combine(day, start.timetz())
        case _:
            return end_of(day, calendar.zone)


def last_day(length: Length, start: date, calendar: WorkingCalendar, values: Values) -> date:
    """The day on which a length runs out that begins on a day. Raises NoValue, or LookupError where school terms are missing."""
    amount = int(number_named(length.amount, values, start))
    if amount == 0:
        return start
    if length.unit == "working_days":
        first = start - timedelta(days=1) if length.from_start_day else start
        return working_days_after(calendar, first, amount)
    if length.unit == "school_weeks":
        weeks = school_weeks_after(calendar, start, amount)
        if len(weeks) < amount:
            raise LookupError("School terms are not loaded far enough ahead")
        return weeks[-1] + timedelta(days=4)
    back = 1 if length.from_start_day else 0
    if length.unit == "months":
        return add_months(start, amount) - timedelta(days=back)
    return start + timedelta(days=amount * (7 if length.unit == "weeks" else 1) - back)
