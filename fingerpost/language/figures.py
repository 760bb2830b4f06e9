"""One figure over rows held in memory: who is in, who is out, and what comes of it.

The same rules as the figures over the database; examples and generated cases hold the two together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from statistics import median
from typing import Any

from fingerpost.language.answers import Answer, Unknown, all_of, any_of
from fingerpost.language.conditions import evaluate
from fingerpost.language.conditions.memory import fact_in
from fingerpost.language.dated import Values
from fingerpost.language.definition import (
    Balance,
    Count,
    Figure,
    Mean,
    Median,
    Narrative,
    Ratio,
    Share,
    Sum,
)
from fingerpost.language.periods import Period

Row = Mapping[str, Any]
Sets = Mapping[str, Sequence[Row]]
Exact = Fraction

FACTORS = {None: 1, "percent": 100, "per_100": 100, "per_1000": 1_000, "per_100000": 100_000}


@dataclass(frozen=True, slots=True)
class FigureResult:
    """A figure with what it is made of. No value is "no data".

    `numerator` is the count, the total or the first part; `denominator` is None where there is none. `not_known` and
    `pending` count units (or rows, where no unit is named) that could not be settled; `outside` counts rows in the period
    that the population leaves out; `population_not_known` rows of which that cannot be said; `without_unit` rows in the
    population that carry no unit.
    """

    value: Exact | None
    numerator: Exact | None = None
    denominator: Exact | None = None
    not_known: int = 0
    pending: int = 0
    outside: int = 0
    population_not_known: int = 0
    without_unit: int = 0
    answers: Mapping[Any, Answer] = field(default_factory=dict)

    @property
    def is_provisional(self) -> bool:
        """Whether something it rests on has still to come."""
        return self.pending > 0


@dataclass(frozen=True, slots=True)
class Population:
    """Rows of one figure in one period, by what `where` says of them."""

    inside: tuple[Row, ...]
    outside: int
    not_known: int
    pending: int
    without_unit: int = 0


def evaluate_figure(
    figure: Figure, sets: Sets, period: Period, *, values: Values, on: date | None = None
) -> FigureResult:
    """The figure over the rows of its set that fall into the period.

    Dated values are taken on the day `on`, the period's last day as a rule.
    """
    if isinstance(figure.form, Narrative):
        return FigureResult(None)
    if isinstance(figure.form, Ratio | Balance):
        first, second = (evaluate_figure(part, sets, period, values=values, on=on) for part in figure.inner)
        return _of_two(figure.form, first, second)
    return evaluate_rows(figure, rows_in_period(figure, sets, period), values=values, on=on or period.end)


def rows_in_period(figure: Figure, sets: Sets, period: Period) -> tuple[Row, ...]:
    """Rows that `when` puts into the period."""
    return tuple(row for row in sets.get(figure.of, ()) if _falls_into(figure.when, row, period))


def evaluate_rows(figure: Figure, rows: Iterable[Row], *, values: Values, on: date) -> FigureResult:
    """The figure over rows already in the period."""
    population = population_of(figure, rows, values=values, on=on)
    match figure.form:
        case Share(condition):
            said = [(row, evaluate(condition, row, values=values, on=on)) for row in population.inside]
            result = _share(figure, said)
        case Count():
            result = _count(figure, population)
        case Sum(fact) | Mean(fact) | Median(fact):
            result = _number(figure, fact, population)
        case _:
            raise TypeError(f"{figure.form} is made of parts")
    return _with_population(result, population)


def population_of(figure: Figure, rows: Iterable[Row], *, values: Values, on: date) -> Population:
    """Who is in, and how many are out or cannot be said."""
    inside: list[Row] = []
    tally = {Answer.NO: 0, Answer.NOT_KNOWN: 0, Answer.PENDING: 0}
    without = 0
    for row in rows:
        said = Answer.YES if figure.where is None else evaluate(figure.where, row, values=values, on=on)
        if said is not Answer.YES:
            tally[said] += 1
        elif figure.count is not None and row.get(figure.count) is None:
            without += 1
        else:
            inside.append(row)
    if figure.roll_up == "latest" and figure.count is not None:
        inside = _latest(figure, inside)
    return Population(tuple(inside), tally[Answer.NO], tally[Answer.NOT_KNOWN], tally[Answer.PENDING], without)


def answers_of(figure: Figure, said: Iterable[tuple[Row, Answer]]) -> dict[Any, Answer]:
    """The answer of each unit, rolled up from its rows; of each row by its place where no unit is named."""
    several: dict[Any, list[Answer]] = {}
    for place, (row, answer) in enumerate(said):
        several.setdefault(place if figure.count is None else row[figure.count], []).append(answer)
    join = all_of if figure.roll_up == "all" else any_of
    return {unit: _settled(figure, join(answers)) for unit, answers in several.items()}


def _settled(figure: Figure, answer: Answer) -> Answer:
    return Answer.NO if figure.not_known_as_no and answer is Answer.NOT_KNOWN else answer


def _share(figure: Figure, said: Sequence[tuple[Row, Answer]]) -> FigureResult:
    answers = answers_of(figure, said)
    given = list(answers.values())
    yes, no = given.count(Answer.YES), given.count(Answer.NO)
    return FigureResult(
        value=Exact(yes * 100, yes + no) if yes + no else None,
        numerator=Exact(yes),
        denominator=Exact(yes + no),
        not_known=given.count(Answer.NOT_KNOWN),
        pending=given.count(Answer.PENDING),
        answers=answers,
    )


def _count(figure: Figure, population: Population) -> FigureResult:
    units = {row[figure.count] for row in population.inside} if figure.count else range(len(population.inside))
    size = Exact(len(units))
    return FigureResult(size, size, answers=dict.fromkeys(units, Answer.YES))


def _number(figure: Figure, fact: str, population: Population) -> FigureResult:
    known, not_known, pending = numbers_of(figure, fact, population.inside)
    total = sum(known.values(), Exact(0))
    form = figure.form
    result = FigureResult(None, total, Exact(len(known)), not_known, pending, answers=dict.fromkeys(known, Answer.YES))
    if isinstance(form, Sum):
        # Nothing recorded adds up to 0; where all that there is waits for an answer there is no total yet.
        waits = not known and (not_known or pending)
        return _replaced(result, value=None if waits else total, denominator=None)
    if not known:
        return result
    value = Exact(median(known.values())) if isinstance(form, Median) else total / len(known)
    return _replaced(result, value=value)


def numbers_of(figure: Figure, fact: str, rows: Sequence[Row]) -> tuple[dict[Any, Exact], int, int]:
    """The number of each row, or of each unit; and how many are not known or pending.

    Raises ValueError where a unit's rows do not agree, because there would be no one value to take.
    """
    found: dict[Any, Any] = {}
    for place, row in enumerate(rows):
        unit = place if figure.count is None else row[figure.count]
        value = fact_in(row, fact)
        if unit in found and found[unit] != value:
            raise ValueError(f"{fact} differs between the rows of one {figure.count}")
        found[unit] = value
    known = {unit: exact(value) for unit, value in found.items() if not isinstance(value, Unknown)}
    pending = sum(value is Unknown.PENDING for value in found.values())
    return known, len(found) - len(known) - pending, pending


def _of_two(form: Ratio | Balance, first: FigureResult, second: FigureResult) -> FigureResult:
    tally: dict[str, Any] = {
        "not_known": first.not_known + second.not_known,
        "pending": first.pending + second.pending,
        "outside": first.outside,
        "without_unit": first.without_unit + second.without_unit,
    }
    if first.value is None or second.value is None:
        return FigureResult(None, first.value, second.value, **tally)
    below = first.value + second.value if isinstance(form, Balance) else second.value
    factor = 100 if isinstance(form, Balance) else FACTORS[form.unit]
    return FigureResult(first.value * factor / below if below else None, first.value, below, **tally)


def _falls_into(when: str, row: Row, period: Period) -> bool:
    if when == "during":
        return period.touches(_day(row["from"]), _day_or_none(row.get("until")))
    if when == "last_day":
        return Period(period.end, period.end).touches(_day(row["from"]), _day_or_none(row.get("until")))
    happened = row.get(when)
    return isinstance(happened, date) and _day(happened) in period


def _latest(figure: Figure, rows: Sequence[Row]) -> list[Row]:
    """Each unit's last row by `when`; all of several at one time, so that no order of the list decides."""
    when = "from" if figure.when in ("during", "last_day") else figure.when
    last: dict[Any, list[Row]] = {}
    for row in rows:
        kept = last.setdefault(row[figure.count or ""], [row])
        if row[when] > kept[0][when]:
            kept[:] = [row]
        elif row[when] == kept[0][when] and row is not kept[0]:
            kept.append(row)
    return [row for kept in last.values() for row in kept]


def _with_population(result: FigureResult, population: Population) -> FigureResult:
    return _replaced(
        result,
        outside=population.outside,
        population_not_known=population.not_known,
        pending=result.pending + population.pending,
        without_unit=population.without_unit,
    )


def _replaced(result: FigureResult, **changes: Any) -> FigureResult:
    kept = {name: getattr(result, name) for name in FigureResult.__slots__}
    return FigureResult(**{**kept, **changes})


def exact(value: Any) -> Exact:
    """A number as a fraction; a float by the figures it is printed with."""
    return Exact(str(value)) if isinstance(value, float) else Exact(value)


def _day(moment: Any) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _day_or_none(moment: Any) -> date | None:
    return None if moment is None or isinstance(moment, Unknown) else _day(moment)
