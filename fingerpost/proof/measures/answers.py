"""One figure over a record set as one expression: each row with its answer, the reason, and what it is counted by.

The totals add this expression up and the drill-down lists it; there is no second definition.

First a row has a place: inside the population or not. Then a row inside has an answer, held as its rank in the roll-up,
so that the answer of a unit is simply the highest among its rows: one no decides "every row", one yes decides "any row",
and otherwise an unknown does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import reduce
from operator import or_

import ibis

from fingerpost.language.conditions import All, AnyOf, Condition, Not, facts_named
from fingerpost.language.conditions.sql import pending_to_ibis, to_ibis
from fingerpost.language.definition import Figure, Mean, Median, Share, Sum
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.record_set import RecordSet, beside
from fingerpost.proof.measures.sql import WORKED_OUT
from fingerpost.proof.measures.tables import Column, Table


class Answer(StrEnum):
    """What a figure says of one row or one unit."""

    IN = "in"
    OUT = "out"
    NOT_KNOWN = "not_known"
    PENDING = "pending"
    OUTSIDE = "outside"


class Place(IntEnum):
    """Where a row stands to the population. Rows that are not inside are counted as rows and answer for no unit.

    A row of a comparison that one side cannot settle leaves both: `LEFT_PENDING`, `LEFT_NOT_KNOWN`.
    """

    INSIDE = 0
    OUTSIDE = 1
    NOT_KNOWN = 2
    PENDING = 3
    LEFT_NOT_KNOWN = 4
    LEFT_PENDING = 5


_DECIDED_BY_ONE_NO = (Answer.IN, Answer.NOT_KNOWN, Answer.PENDING, Answer.OUT)
_DECIDED_BY_ONE_YES = (Answer.OUT, Answer.NOT_KNOWN, Answer.PENDING, Answer.IN)
_OF_PLACE = {
    Place.OUTSIDE: Answer.OUTSIDE,
    Place.NOT_KNOWN: Answer.NOT_KNOWN,
    Place.PENDING: Answer.PENDING,
    Place.LEFT_NOT_KNOWN: Answer.NOT_KNOWN,
    Place.LEFT_PENDING: Answer.PENDING,
}

PLACE, RANK, RANK_BESIDE, AMOUNT, AMOUNT_BESIDE, UNIT, BECAUSE = (
    "place",
    "rank",
    "rank_beside",
    "amount",
    "amount_beside",
    "unit",
    "because",
)
LATER_ROW = "latest"


STANDS = {Place.LEFT_PENDING: -1, Place.PENDING: -2, Place.LEFT_NOT_KNOWN: -3, Place.NOT_KNOWN: -4}
"""How a row that may yet be inside ranks among its unit's rows: below every answer, what is still to come above what is not known.
A unit with a row inside is inside; of the others each stands once."""


def standing(rows: Table) -> Column:
    """The rank of a row inside, or how one stands that may yet be; NULL of a row outside."""
    return ibis.cases(*((rows[PLACE] == int(place), rank) for place, rank in STANDS.items()), else_=rows[RANK])


def ranks(figure: Figure) -> dict[Answer, int]:
    """The rank of each answer in this figure's roll-up. Only a share can be decided by one no."""
    by_no = figure.roll_up == "all" and isinstance(figure.form, Share)
    order: tuple[Answer, ...] = _DECIDED_BY_ONE_NO if by_no else _DECIDED_BY_ONE_YES
    return {answer: rank for rank, answer in enumerate(order)}


def answer_of(figure: Figure, place: int, rank: int | None) -> Answer:
    """The answer behind a place and a rank, an unknown counted as no where the figure says so."""
    if place != Place.INSIDE:
        return _OF_PLACE[Place(place)]
    answer = next(answer for answer, held in ranks(figure).items() if held == rank)
    return Answer.OUT if figure.not_known_as_no and answer is Answer.NOT_KNOWN else answer


def fact_of(figure: Figure) -> str | None:
    """The number fact that is added up, if one is."""
    match figure.form:
        case Sum(fact) | Mean(fact) | Median(fact):
            return fact
        case _:
            return None


@dataclass(frozen=True)
class Side:
    """One figure put to rows that hold its facts."""

    figure: Figure
    records: RecordSet
    rows: Table
    asked: Asked

    @property
    def condition(self) -> Condition | None:
        """What a row must meet to be counted in; None where being in the population is enough."""
        return self.figure.form.condition if isinstance(self.figure.form, Share) else None

    def place(self) -> Column:
        """Whether the row is in the population."""
        where = self.figure.where
        if where is None:
            return ibis.literal(int(Place.INSIDE), "int64")
        holds, waits = self.holds(where), self.waits(where)
        return ibis.cases(
            *([] if waits is None else [(waits, int(Place.PENDING))]),
            (holds, int(Place.INSIDE)),
            (holds.isnull(), int(Place.NOT_KNOWN)),
            else_=int(Place.OUTSIDE),
        ).cast("int64")

    def answer(self) -> Column:
        """The answer of a row inside the population, as a rank."""
        rank, fact = ranks(self.figure), fact_of(self.figure)
        if self.condition is not None:
            holds, waits = self.holds(self.condition), self.waits(self.condition)
            return ibis.cases(
                (holds, rank[Answer.IN]),
                *([] if waits is None else [(holds.isnull() & waits, rank[Answer.PENDING])]),
                (holds.isnull(), rank[Answer.NOT_KNOWN]),
                else_=rank[Answer.OUT],
            ).cast("int64")
        if fact is None:
            return ibis.literal(rank[Answer.IN], "int64")
        waits = self.records.is_pending(self.rows, fact)
        return ibis.cases(
            (self.rows[fact].notnull(), rank[Answer.IN]),
            (ibis.literal(False) if waits is None else waits, rank[Answer.PENDING]),
            else_=rank[Answer.NOT_KNOWN],
        ).cast("int64")

    def amount(self) -> Column:
        """The number of the row that the figure adds up, in whole units where the fact is kept in them; 1 where it counts."""
        fact = fact_of(self.figure)
        if fact is None:
            return ibis.literal(1).cast("decimal")
        column, _ = self.records.wholes.get(fact, (fact, 1))
        return self.rows[column].cast("decimal")

    def reason(self) -> Column:
        """The fact that settled the row, or for want of which it cannot be; NULL where nothing is asked of it.

        Of a row that is merely counted, it is the facts that put it into the population.
        """
        where, condition, fact = self.figure.where, self.condition, fact_of(self.figure)
        if condition is None and fact is None:
            return ibis.null("string") if where is None else self._deciding(where)
        of_row = ibis.literal(fact) if condition is None else self._deciding(condition)
        return of_row if where is None else ibis.cases((self.holds(where), of_row), else_=self._deciding(where))

    def _deciding(self, condition: Condition) -> Column:
        """The first fact whose test gave the condition its answer."""
        match condition:
            case All(parts):
                return self._first_alike(parts, self.holds(condition), decisive=False)
            case AnyOf(parts):
                return self._first_alike(parts, self.holds(condition), decisive=True)
            case Not(part):
                return self._deciding(part)
            case test:
                return ibis.literal(test.fact)

    def _first_alike(self, parts: tuple[Condition, ...], answer: Column, *, decisive: bool) -> Column:
        if not parts:
            return ibis.null("string")
        settled = [(self.holds(part) == decisive, self._deciding(part)) for part in parts]
        unknown = [(self.holds(part).isnull(), self._deciding(part)) for part in parts]
        named = ibis.literal(", ".join(dict.fromkeys(fact for part in parts for fact in facts_named(part))))
        return ibis.cases(
            (answer.isnull(), ibis.cases(*unknown)), (answer == decisive, ibis.cases(*settled)), else_=named
        )

    def holds(self, condition: Condition) -> Column:
        """Whether the condition holds; NULL where that cannot be settled."""
        return to_ibis(condition, self.rows, values=self.asked.values, on=self.asked.on)

    def waits(self, condition: Condition) -> Column | None:
        """Whether the condition waits for a fact that has still to come; None where none of its facts ever waits."""
        if not any(name in self.records.pending for name in facts_named(condition)):
            return None

        def pending(fact: str) -> Column | None:
            return self.records.is_pending(self.rows, fact)

        return pending_to_ibis(condition, self.rows, pending, values=self.asked.values, on=self.asked.on)


@dataclass(frozen=True)
class Wanted:
    """A figure to be worked out, by which breakdowns, and the figure it is paired with on the same rows.

    `other` is the other part of a ratio or balance, where it counts the same units: what neither part settles counts once.
    """

    figure: Figure
    by: tuple[str, ...] = ()
    paired: Figure | None = None
    other: Figure | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every fact and breakdown it reads."""
        sides = (one for one in (self.figure, self.paired, self.other) if one is not None)
        return (*(fact for one in sides for fact in one.facts), *self.by)


def rows_for(records: RecordSet, asked: Asked, wanted: Iterable[Wanted]) -> Table:
    """The rows of the period with all that the figures read. They have one set and one `when`."""
    figures = list(wanted)
    names = [name for one in figures for name in one.names]
    units = [records.units[one.figure.count] for one in figures if one.figure.count]
    when = figures[0].figure.when
    sides = (side for one in figures for side in (one.figure, one.other) if side is not None)
    days = [_day_of(when)] if any(side.roll_up == "latest" for side in sides) else []
    return records.select(asked, when=when, names=[*names, *units, *days]).alias(WORKED_OUT)


def _day_of(when: str) -> str:
    """The column that tells which of two rows is the later."""
    return "from_on" if when in ("during", "last_day") else when


def answered(rows: Table, records: RecordSet, asked: Asked, wanted: Wanted) -> Table:
    """The rows, each with `place`, `rank`, `amount`, `because` and `unit`.

    `rank` is NULL of a row that is not inside the population. With a paired figure there are `rank_beside` and
    `amount_beside` too.
    """
    figure, paired = wanted.figure, wanted.paired
    rows = with_facts_of_all(rows, records, asked, figure)
    first = Side(figure, records, rows, asked)
    columns = {PLACE: first.place(), RANK: first.answer(), AMOUNT: first.amount(), BECAUSE: first.reason()}
    columns[UNIT] = rows[records.units[figure.count] if figure.count else "record"]
    if paired is not None:
        second = Side(paired, records, rows, asked)
        inside = second.place() == int(Place.INSIDE)
        columns |= {RANK_BESIDE: second.answer(), AMOUNT_BESIDE: second.amount(), "inside_beside": inside}
    told = rows.mutate(**columns)
    if paired is not None:
        told = _both_or_neither(told, figure, paired)
    if figure.roll_up == "latest" and figure.count:
        told = _only_latest(told, figure)
    return told.mutate(**{RANK: (told[PLACE] == int(Place.INSIDE)).ifelse(told[RANK], ibis.null("int64"))})


def with_facts_of_all(rows: Table, records: RecordSet, asked: Asked, figure: Figure) -> Table:
    """The rows with those facts that hang on who else is counted. A row outside the population has none of them."""
    for told in records.together:
        if not {*told.gives} & {*figure.facts}:
            continue
        rest = None if figure.where is None else _without(figure.where, told.gives)
        place = Side(replace(figure, where=rest), records, rows, asked).place()
        units = told.tell(rows.filter(place == int(Place.INSIDE)))
        rows = beside(rows.drop(*(name for name in told.gives if name in rows.columns)), units, told.unit)
    return rows


def _without(condition: Condition, facts: tuple[str, ...]) -> Condition | None:
    """The condition without what it asks of some facts; None where it asks nothing else."""
    if isinstance(condition, All):
        left = tuple(part for one in condition.parts if (part := _without(one, facts)) is not None)
        return All(left) if left else None
    return None if {*facts} & {*facts_named(condition)} else condition


def _only_latest(rows: Table, figure: Figure) -> Table:
    """Earlier rows of a unit leave the population; the last one answers, or the last ones where several lie on one day."""
    inside = rows[PLACE] == int(Place.INSIDE)
    by_time = [ibis.desc(inside), ibis.desc(rows[_day_of(figure.when)])]
    earlier = inside & (ibis.rank().over(group_by=rows[UNIT], order_by=by_time) > 0)
    return rows.mutate(
        **{
            PLACE: earlier.ifelse(int(Place.OUTSIDE), rows[PLACE]),
            BECAUSE: earlier.ifelse(LATER_ROW, rows[BECAUSE]),
        }
    )


def _both_or_neither(rows: Table, figure: Figure, paired: Figure) -> Table:
    """A comparison on the same rows: a row that one side cannot settle leaves both."""
    sides: list[tuple[str, Mapping[Answer, int]]] = [(RANK, ranks(figure)), (RANK_BESIDE, ranks(paired))]

    def either(answer: Answer) -> Column:
        return reduce(or_, [rows[column] == rank[answer] for column, rank in sides])

    inside = rows[PLACE] == int(Place.INSIDE)
    place = ibis.cases(
        (inside & either(Answer.PENDING), int(Place.LEFT_PENDING)),
        (inside & either(Answer.NOT_KNOWN), int(Place.LEFT_NOT_KNOWN)),
        else_=rows[PLACE],
    ).cast("int64")
    found = rows.mutate(**{PLACE: place})
    stays = (found[PLACE] == int(Place.INSIDE)) & found.inside_beside
    return found.mutate(**{RANK_BESIDE: stays.ifelse(found[RANK_BESIDE], ibis.null("int64"))}).drop("inside_beside")
