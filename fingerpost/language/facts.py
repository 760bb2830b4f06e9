"""The vocabulary: which named facts a contract may speak of, and what a row of each record set offers.

An area fills its facts beside its records; nothing here knows an area. A fact about a person or case is registered
with `Registry.fact`; the facts of a record set are listed in its `SetSpec`.
"""

from collections import ChainMap
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeVar

from fingerpost.language.answers import Unknown

T = TypeVar("T")
FactValue = str | bool | int | float | Decimal | Fraction | date | datetime | frozenset[str] | Unknown
Facts = Mapping[str, Any]

Kind = Literal["number", "code", "boolean", "date", "codes", "text"]
Timing = Literal["fixed", "on_last_day", "over_period"]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a change can still go from where it began.

    `baseline` is the fact it starts from, `ceiling` the highest value there is (100 for a rate in percent). A
    `relative` change is in percent of the baseline, a change in `points` in the baseline's own unit. `at_entry` names
    the fact by which eligibility saw the same thing, so that the check can compare the two.
    """

    baseline: str
    ceiling: int = 100
    form: Literal["relative", "points"] = "relative"
    at_entry: str | None = None

    def best_from(self, baseline: float | Decimal | Fraction) -> Fraction:
        """The largest change still possible from this baseline."""
        start = Fraction(baseline)
        return (self.ceiling - start) if self.form == "points" else (self.ceiling - start) / start * 100

    def highest_start_for(self, change: float | Decimal | Fraction) -> Fraction:
        """The highest baseline from which this change can still be reached."""
        wanted = Fraction(change)
        return (self.ceiling - wanted) if self.form == "points" else self.ceiling / (1 + wanted / 100)


@dataclass(frozen=True, slots=True)
class Scale:
    """A ladder whose numbers run a way that is easy to mistake: what its low and its high end mean."""

    name: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence that says how a fact is counted. Names in braces are dated values of the contract, or {contacts}.

    `where`: a dated value and what it must be for the sentence to hold.
    """

    say: str
    where: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One named fact.

    `timing`: fixed with the row, as on the period's last day, or over the period. `final_after` names the dated value
    that says how long a follow-up runs: until then the fact is pending. `final_on` names the date fact of the set that tells when
    such a follow-up is over, where it runs on after the row's own days. `needs` names further dated values that the
    contract must give. `codes` closes the list of codes, where the product and not the contract decides it. `by_clock` names
    the time that answers the fact, in time or not by the clock that the indicator names. `recorded` is false where nothing in the
    product fills the fact yet. `counted` says what a reader of the figure cannot guess: which weeks, which contacts.
    """

    name: str
    kind: Kind
    label: str = ""
    unit: str | None = None
    timing: Timing = "fixed"
    final_after: str | None = None
    final_on: str | None = None
    best_reachable: Reach | None = None
    needs: tuple[str, ...] = ()
    codes: frozenset[str] | None = None
    scale: Scale | None = None
    by_clock: str | None = None
    recorded: bool = True
    counted: tuple[Counted, ...] = ()

    @property
    def values_needed(self) -> tuple[str, ...]:
        """Every dated value a contract must hold in order to use this fact."""
        return (*((self.final_after,) if self.final_after else ()), *self.needs)


@dataclass(frozen=True, slots=True)
class SetSpec:
    """One record set: what a row is, its facts, dates, units of count and breakdowns.

    The rows of a set with `areas` lie in areas, and are broken down by every level of the contract's scheme as well.
    A set with `interval` has rows with a *from* and an *until*, and takes `during` and `last_day`. `called` is what people
    call one row, and several. `recorded` is false where the product keeps no such rows yet; `unrecorded` names the facts, units
    and breakdowns that none of its rows has.
    """

    name: str
    row_label: str
    facts: Mapping[str, FactSpec]
    dates: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    breakdowns: tuple[str, ...] = ()
    areas: bool = False
    interval: bool = False
    called: tuple[str, str] = ("record", "records")
    recorded: bool = True
    unrecorded: frozenset[str] = frozenset()

    @property
    def joins(self) -> tuple[str, ...]:
        """What `when` may say of this set."""
        return (*self.dates, *(("during", "last_day") if self.interval else ()))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that contracts may name: facts about people and cases, record sets, and the events that raise tasks."""

    facts: Mapping[str, FactSpec] = field(default_factory=dict)
    sets: Mapping[str, SetSpec] = field(default_factory=dict)

    def __or__(self, other: "Vocabulary") -> "Vocabulary":
        return Vocabulary(facts={**self.facts, **other.facts}, sets={**self.sets, **other.sets})


FactFunction = Callable[[Any, date], FactValue]


class Registry:
    """The facts that areas declare about a subject, found by name.

    >>> registry = Registry()
    >>> @registry.fact("attendance_rate_12_weeks", unit="percent", label="Attendance over 12 school weeks")
    ... def attendance_rate_12_weeks(subject, on): ...
    """

    def __init__(self) -> None:
        self._specs: dict[str, FactSpec] = {}
        self._functions: dict[str, FactFunction] = {}

    def fact(
        self, name: str, *, kind: Kind = "number", label: str, unit: str | None = None, needs: tuple[str, ...] = ()
    ) -> Callable[[FactFunction], FactFunction]:
        """Declare a fact over a function `(subject, on)` that returns its value or NOT_KNOWN."""

        def declare(function: FactFunction) -> FactFunction:
            if name in self._functions and self._functions[name] is not function:
                raise ValueError(f"The fact {name} is declared twice")
            self._specs[name] = FactSpec(name=name, kind=kind, label=label, unit=unit, needs=needs)
            self._functions[name] = function
            return function

        return declare

    def specs(self) -> dict[str, FactSpec]:
        """Every fact declared so far, by name."""
        return dict(self._specs)

    def value(self, name: str, subject: Any, on: date) -> FactValue:
        """The fact of this subject on this day. Raises KeyError for a name nobody declared."""
        return self._functions[name](subject, on)

    def about(self, subject: Any, on: date) -> "FactsAbout":
        """All facts of one subject as a mapping that reads each only when asked."""
        return FactsAbout(self, subject, on)


class FactsAbout(Mapping[str, FactValue]):
    """The facts of one subject on one day, each worked out once and only when asked."""

    def __init__(self, registry: Registry, subject: Any, on: date) -> None:
        self._registry, self._subject, self._on = registry, subject, on
        self._known: dict[str, FactValue] = {}

    def __getitem__(self, name: str) -> FactValue:
        if name not in self._known:
            self._known[name] = self._registry.value(name, self._subject, self._on)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.specs())

    def __len__(self) -> int:
        return len(self._registry.specs())


def joined(told: Mapping[str, Any], facts: Facts) -> Facts:
    """Facts that are told already, before those that are read when they are asked for."""
    return ChainMap(dict(told), facts) if told else facts  # type: ignore[arg-type]


def once(subject: Any, question: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, kept with the subject, so that several facts of one room share what they read.

    A subject lives for one decision. The question must name all that the answer hangs on besides the subject, such as the day.
    """
    kept: dict[Hashable, T] = vars(subject).setdefault("_read", {})
    if question not in kept:
        kept[question] = read()
    return kept[question]


registry = Registry()
"""The registry that the product's areas share."""

fact = registry.fact
"""Declares a fact in the shared registry."""


def named(specs: Iterable[FactSpec]) -> dict[str, FactSpec]:
    """The specs by name."""
    return {spec.name: spec for spec in specs}
