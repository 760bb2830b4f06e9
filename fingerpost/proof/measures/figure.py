"""What comes out: a figure with the numbers it is made of, its comparison, its target and its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

Status = str
"""met, not_met, alert, improved, same, worse, so_far (the period runs on), no_data, no_target or written."""

Number = Decimal | int


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """One figure's numbers, for everything or for one member of a breakdown.

    `exact` is the value unrounded, None where there is no data. `unit` is percent, per_100, or what is counted or
    added up. Units (families, cases) that cannot be answered are counted in `not_known` and `pending`, each once, also where a
    ratio has them on both sides; rows that the figure is not about in `outside`, and units of which that cannot be said in
    `population_not_known`. `parts` names the two
    parts of a balance: the first is the numerator, the second the rest of the denominator.
    """

    numerator: Number | None = None
    denominator: Number | None = None
    exact: Fraction | None = None
    unit: str | None = None
    not_known: int = 0
    pending: int = 0
    outside: int = 0
    population_not_known: int = 0
    without_unit: int = 0
    parts: tuple[str, str] | None = None

    @property
    def value(self) -> Decimal | None:
        """The value to 28 digits; None where there is no data."""
        return None if self.exact is None else Decimal(self.exact.numerator) / Decimal(self.exact.denominator)

    def as_dict(self) -> dict[str, Any]:
        """What a program reads; numbers as text where they may have decimals."""
        return {
            "numerator": _plain(self.numerator),
            "denominator": _plain(self.denominator),
            "value": rounded(self.exact),
            "unit": self.unit,
            "not_known": self.not_known,
            "pending": self.pending,
            "outside": self.outside,
            "population_not_known": self.population_not_known,
            "without_unit": self.without_unit,
            "parts": None if self.parts is None else list(self.parts),
        }


@dataclass(frozen=True, kw_only=True)
class Member(Numbers):
    """One member of a breakdown, with a verdict of its own where it is a line or must hold the target by itself."""

    dimension: str
    member: str | None
    label: str
    status: Status = "no_target"

    def as_dict(self) -> dict[str, Any]:
        own = {"dimension": self.dimension, "member": self.member, "label": self.label, "status": self.status}
        return {**own, **super().as_dict()}


@dataclass(frozen=True, kw_only=True)
class Compared(Numbers):
    """What a figure is set beside. `kind` is previous, year_before, baseline or same_rows."""

    kind: str
    label: str
    change: Fraction | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "label": self.label, "change": rounded(self.change), **super().as_dict()}


@dataclass(frozen=True, kw_only=True)
class Beside(Numbers):
    """A figure shown without verdict: a named one, or another reading by its letter."""

    label: str
    letter: str | None = None
    against: Compared | None = None
    breakdowns: tuple[Member, ...] = ()
    recorded: bool = True

    def as_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "letter": self.letter,
            "recorded": self.recorded,
            **super().as_dict(),
            "against": self.against.as_dict() if self.against else None,
            "breakdowns": [member.as_dict() for member in self.breakdowns],
        }


@dataclass(frozen=True)
class ReadingUsed:
    """The answer to one unclear question that a figure uses, and the other answers there are."""

    question: str
    letter: str
    label: str
    agreed: bool
    others: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "letter": self.letter,
            "label": self.label,
            "agreed": self.agreed,
            "others": dict(self.others),
        }


@dataclass(frozen=True, kw_only=True)
class Figure(Numbers):
    """An indicator's figure for a period, as known at a moment.

    `provisional` says that pending rows may still change it. `recorded` is False where no records of the kind are held
    yet. `reachable` is a sentence where the target cannot be met from where the families began. `population` is the same for
    figures over the same records; empty where what they come to is no number of records.
    """

    indicator: str
    clauses: tuple[str, ...]
    printed: tuple[str, ...]
    title: str
    since: date
    until: date
    as_known_at: datetime
    definition_hash: str
    readings: tuple[ReadingUsed, ...] = ()
    target: str = ""
    status: Status = "no_target"
    against: Compared | None = None
    reachable: str = ""
    breakdowns: tuple[Member, ...] = ()
    lines: tuple[Member, ...] = ()
    beside: tuple[Beside, ...] = ()
    recorded: bool = True
    prompt: str = ""
    population: str = ""

    @property
    def agreed(self) -> bool:
        """Whether every reading it uses was agreed; a figure without unclear words counts as agreed."""
        return all(reading.agreed for reading in self.readings)

    @property
    def reading(self) -> str:
        """The letters in use, as `change A, several_children A`; a single question gives its letter alone."""
        return ", ".join(f"{one.question} {one.letter}".strip() for one in self.readings)

    @property
    def provisional(self) -> bool:
        return self.pending > 0

    @property
    def reading_note(self) -> str:
        """What stands beside the figure until the commissioner has agreed the reading; else empty."""
        return "" if self.agreed else "reading proposed, not agreed"

    def as_dict(self) -> dict[str, Any]:
        """What a program reads, and what a frozen return keeps."""
        return {
            "indicator": self.indicator,
            "clauses": list(self.clauses),
            "printed": list(self.printed),
            "title": self.title,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "as_known_at": self.as_known_at.isoformat(),
            "definition_hash": self.definition_hash,
            "reading": self.reading,
            "readings": [reading.as_dict() for reading in self.readings],
            "reading_note": self.reading_note,
            **super().as_dict(),
            "target": self.target,
            "status": self.status,
            "provisional": self.provisional,
            "against": self.against.as_dict() if self.against else None,
            "reachable": self.reachable,
            "breakdowns": [member.as_dict() for member in self.breakdowns],
            "lines": [member.as_dict() for member in self.lines],
            "beside": [figure.as_dict() for figure in self.beside],
            "recorded": self.recorded,
            "prompt": self.prompt,
            "population": self.population,
        }


def fields_of(numbers: Numbers) -> dict[str, Any]:
    """The fields of the numbers alone, to be laid into something that has more."""
    return {name: getattr(numbers, name) for name in Numbers.__dataclass_fields__}


def rounded(value: Fraction | Decimal | None, places: int = 1) -> str | None:
    """For the eye: halves away from zero, so that 82.25 is 82.3. Never for a comparison."""
    if value is None:
        return None
    exact = Fraction(value)
    steps = floor(abs(exact) * 10**places + Fraction(1, 2))
    return str(Decimal(steps if exact >= 0 else -steps).scaleb(-places))


def _plain(number: Number | None) -> int | str | None:
    """A whole number as such, any other as text without idle zeros."""
    if number is None or isinstance(number, int):
        return number
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")
