"""What one indicator is, once its readings are chosen: flat, with only facts and dated values left to look up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from fingerpost.language.conditions.tree import Bound, Condition, facts_named, values_named
from fingerpost.language.entry_rows import EntryRows

EachWord = Literal["month", "quarter", "half_year", "year", "return", "contract", "fixed"]
RollUp = Literal["any", "all", "latest"]


@dataclass(frozen=True, slots=True)
class Count:
    """The number of distinct units in the population."""


@dataclass(frozen=True, slots=True)
class Share:
    """Units that meet the condition, of the units in the population."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Sum:
    """Total of a number fact over rows."""

    fact: str


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of a number fact: of rows, or of units, each by the mean of its own."""

    fact: str


@dataclass(frozen=True, slots=True)
class Median:
    """Middle value of a number fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """First figure over second; `unit` says percent, per_100 or per_100000, None the bare quotient."""

    first: "Figure"
    second: "Figure"
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Two figures as parts of their total; the target is on the first."""

    first: "Figure"
    second: "Figure"


@dataclass(frozen=True, slots=True)
class Narrative:
    """A person writes; the prompt."""

    prompt: str


Form = Count | Share | Sum | Mean | Median | Ratio | Balance | Narrative


@dataclass(frozen=True, slots=True)
class Each:
    """The period of a figure. `fixed` has both ends; `year` names a reporting year other than the agreement's."""

    word: EachWord
    since: date | None = None
    until: date | None = None
    year: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is held to. No bounds: a direction or an alert alone."""

    bounds: tuple[Bound, ...] = ()
    unit: str | None = None
    better: Literal["up", "down"] | None = None
    since: date | None = None
    alert: tuple[Bound, ...] = ()
    in_each: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Which rows, put into the period by what, and what is made of them.

    `when` is a date fact of the set, or `during`, or `last_day`. `count` is the unit, None for rows as they are. `entries` says
    what the rows hold where they are of a kind that the contract declares.
    """

    of: str
    when: str
    each: Each
    form: Form
    where: Condition | None = None
    count: str | None = None
    roll_up: RollUp = "any"
    not_known_as_no: bool = False
    clock: str | None = None
    label: str | None = None
    by: tuple[str, ...] = ()
    entries: EntryRows | None = None

    @property
    def inner(self) -> tuple["Figure", ...]:
        """The figures a ratio or balance is made of; otherwise none."""
        return (self.form.first, self.form.second) if isinstance(self.form, Ratio | Balance) else ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact of the set that this figure itself reads, each once; inner figures not included."""
        names = list(facts_named(self.where)) if self.where else []
        match self.form:
            case Share(condition):
                names += facts_named(condition)
            case Sum(fact) | Mean(fact) | Median(fact):
                names.append(fact)
            case _:
                pass
        return tuple(dict.fromkeys(names))

    @property
    def values(self) -> tuple[str, ...]:
        """Every dated value that its conditions name."""
        names = list(values_named(self.where)) if self.where else []
        if isinstance(self.form, Share):
            names += values_named(self.form.condition)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Previous:
    """The period just before."""


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The same period a year earlier."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A dated value."""

    name: str


@dataclass(frozen=True, slots=True)
class SameRows:
    """A figure on the same rows; a row unknown on either side leaves both."""

    figure: Figure


Against = Previous | YearBefore | Baseline | SameRows


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure shown without verdict: another reading (by letter), or a named figure."""

    label: str
    figure: Figure
    letter: str | None = None
    against: tuple[Against, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator in one choice of readings. `letters` holds the choice by question, empty where all is clear."""

    key: str
    clauses: tuple[str, ...]
    title: str
    figure: Figure
    letters: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    target: Target | None = None
    against: tuple[Against, ...] = ()
    lines: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()

    @property
    def by(self) -> tuple[str, ...]:
        """Breakdowns with a total."""
        return self.figure.by

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure the definition is made of, inner ones included."""
        found: list[Figure] = []
        queue = [
            self.figure,
            *(a.figure for a in self.against if isinstance(a, SameRows)),
            *(b.figure for b in self.beside),
        ]
        while queue:
            figure = queue.pop(0)
            found.append(figure)
            queue.extend(figure.inner)
        return tuple(found)


Numeric = int | float | Decimal
