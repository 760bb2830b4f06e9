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
    that the population leaves out; `population_not_known` units of which that cannot be said; `without_unit` rows in the
    population that carry no unit. `unsettled` names the units behind the three, `unsure` those whose population is in doubt.
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
    unsettled: Mapping[Any, Answer] = field(default_factory=dict)
    unsure: frozenset[Any] = frozenset()
    nameless: frozenset[int] = frozenset()

    @property
    def is_provisional(self) -> bool:
        """Whether something it rests on has still to come."""
        return self.pending > 0


@dataclass(frozen=True, slots=True)
class Population:
    """Rows of one figure in one period, by what `where` says of them. `in_doubt` are rows that may yet be inside."""

    inside: tuple[Row, ...]
    outside: int
    in_doubt: tuple[tuple[Row, Answer], ...] = ()
    nameless: tuple[Row, ...] = ()


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
        return _of_two(figure, first, second)
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
    return _with_population(figure, result, population)


def population_of(figure: Figure, rows: Iterable[Row], *, values: Values, on: date) -> Population:
    """Who is in, and how many are out or cannot be said."""
    inside: list[Row] = []
    in_doubt: list[tuple[Row, Answer]] = []
    nameless: list[Row] = []
    outside = 0
    for row in rows:
        said = Answer.YES if figure.where is None else evaluate(figure.where, row, values=values, on=on)
        if said is Answer.NO:
            outside += 1
        elif said is not Answer.YES:
            in_doubt.append((row, said))
        elif figure.count is not None and row.get(figure.count) is None:
            nameless.append(row)
        else:
            inside.append(row)
    if figure.roll_up == "latest" and figure.count is not None:
        inside = _latest(figure, inside)
    return Population(tuple(inside), outside, tuple(in_doubt), tuple(nameless))


def unit_of(figure: Figure, row: Row) -> Any:
    """What a row is counted as: its unit, or the row itself where none is named or the row has none."""
    unit = None if figure.count is None else row.get(figure.count)
    return ("row", id(row)) if unit is None else unit


def answers_of(figure: Figure, said: Iterable[tuple[Row, Answer]]) -> dict[Any, Answer]:
    """The answer of each unit, rolled up from its rows; of each row where no unit is named."""
    several: dict[Any, list[Answer]] = {}
    for row, answer in said:
        several.setdefault(unit_of(figure, row), []).append(answer)
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
        unsettled={unit: answer for unit, answer in answers.items() if not answer.is_settled},
    )


def _count(figure: Figure, population: Population) -> FigureResult:
    units = {row[figure.count] for row in population.inside} if figure.count else range(len(population.inside))
    size = Exact(len(units))
    return FigureResult(size, size, answers=dict.fromkeys(units, Answer.YES))


def _number(figure: Figure, fact: str, population: Population) -> FigureResult:
    known, unsettled = numbers_of(figure, fact, population.inside)
    pending = sum(answer is Answer.PENDING for answer in unsettled.values())
    not_known = len(unsettled) - pending
    total = sum(known.values(), Exact(0))
    form, answers = figure.form, dict.fromkeys(known, Answer.YES)
    result = FigureResult(None, total, Exact(len(known)), not_known, pending, answers=answers, unsettled=unsettled)
    if isinstance(form, Sum):
        # Nothing recorded adds up to 0; where all that there is waits for an answer there is no total yet.
        waits = not known and (not_known or pending)
        return _replaced(result, value=None if waits else total, denominator=None)
    if not known:
        return result
    value = Exact(median(known.values())) if isinstance(form, Median) else total / len(known)
    return _replaced(result, value=value)


def numbers_of(figure: Figure, fact: str, rows: Sequence[Row]) -> tuple[dict[Any, Exact], dict[Any, Answer]]:
    """The number of each row, or of each unit; and those that are not known or pending.

    Raises ValueError where a unit's rows do not agree, because there would be no one value to take.
    """
    found: dict[Any, Any] = {}
    for row in rows:
        unit, value = unit_of(figure, row), fact_in(row, fact)
        if unit in found and found[unit] != value:
            raise ValueError(f"{fact} differs between the rows of one {figure.count}")
        found[unit] = value
    known = {unit: exact(value) for unit, value in found.items() if not isinstance(value, Unknown)}
    return known, {unit: Answer(value.value) for unit, value in found.items() if isinstance(value, Unknown)}


def _of_two(figure: Figure, first: FigureResult, second: FigureResult) -> FigureResult:
    tally = _unsettled_by_two(figure, first, second) | {"outside": first.outside}
    if first.value is None or second.value is None:
        return FigureResult(None, first.value, second.value, **tally)
    form = figure.form
    below = first.value + second.value if isinstance(form, Balance) else second.value
    factor = 100 if isinstance(form, Balance) else FACTORS[form.unit if isinstance(form, Ratio) else None]
    return FigureResult(first.value * factor / below if below else None, first.value, below, **tally)


def _unsettled_by_two(figure: Figure, first: FigureResult, second: FigureResult) -> dict[str, Any]:
    """What the two parts cannot settle: each once where both count the same units, of different units each its own."""
    one, other = figure.inner
    if (one.of, one.when, one.count) != (other.of, other.when, other.count):
        names = ("not_known", "pending", "population_not_known", "without_unit")
        return {name: getattr(first, name) + getattr(second, name) for name in names}
    sides = [(part.unsettled, part.unsure) for part in (first, second)]
    pending = {unit for held, _ in sides for unit, answer in held.items() if answer is Answer.PENDING}
    not_known = {unit for held, _ in sides for unit in held} - pending
    return {
        "pending": len(pending),
        "not_known": len(not_known),
        "population_not_known": len((first.unsure | second.unsure) - pending - not_known),
        "without_unit": len(first.nameless | second.nameless),
    }


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


def _with_population(figure: Figure, result: FigureResult, population: Population) -> FigureResult:
    """With the units that may yet be inside: none of those that have a row inside; one that waits is pending."""
    inside = {unit_of(figure, row) for row in population.inside}
    doubtful: dict[Any, Answer] = {}
    for row, answer in population.in_doubt:
        unit = unit_of(figure, row)
        if unit not in inside and doubtful.get(unit) is not Answer.PENDING:
            doubtful[unit] = answer
    waiting = {unit: answer for unit, answer in doubtful.items() if answer is Answer.PENDING}
    return _replaced(
        result,
        outside=population.outside,
        population_not_known=len(doubtful) - len(waiting),
        pending=result.pending + len(waiting),
        without_unit=len(population.nameless),
        unsettled={**result.unsettled, **waiting},
        unsure=frozenset(doubtful) - frozenset(waiting),
        nameless=frozenset(map(id, population.nameless)),
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
