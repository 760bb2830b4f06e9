"""Generated conditions and rows, and what memory and a database say of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
from hypothesis import strategies as st

from fingerpost.language import PENDING, Answer, Dated, Spell
from fingerpost.language.conditions import (
    All,
    AnyOf,
    Bound,
    Condition,
    Is,
    Known,
    Not,
    OneOf,
    Test,
    Within,
    evaluate,
)
from fingerpost.language.conditions.sql import pending_to_ibis, to_ibis

TABLE = "cases_of_conditions"
ON = date(2010, 12, 31)
COLUMNS = {
    "rate": "float64",
    "sessions": "int64",
    "hours": "decimal(12, 2)",
    "line": "string",
    "trained": "boolean",
    "closed_on": "date",
    "groups": "array<string>",
}
PENDING_COLUMNS = {f"{name}_pending": "boolean" for name in COLUMNS}
VALUES = {
    "low": Dated("low", (Spell(date(2010, 4, 1), 2),)),
    "half": Dated("half", (Spell(date(2010, 4, 1), Decimal("2.5")),)),
    "entered": Dated("entered", (Spell(date(2010, 4, 1), None, entered=True),)),
    "over": Dated("over", (Spell(date(2011, 4, 1), 2),)),
}

whole = st.integers(0, 4)
quarters = st.sampled_from([Decimal(n) / 4 for n in range(17)])
codes = st.sampled_from(["a", "b", "c"])
days = st.integers(0, 4).map(lambda n: date(2010, 12, 29) + timedelta(days=n))
number_limits: st.SearchStrategy[Any] = st.one_of(whole, quarters, st.sampled_from([*VALUES, "nowhere"]))

FACT_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "rate": quarters.map(float),
    "sessions": whole,
    "hours": quarters,
    "line": codes,
    "trained": st.booleans(),
    "closed_on": days,
    "groups": st.frozensets(codes),
}
WANTED: dict[str, st.SearchStrategy[Any]] = {
    "rate": st.one_of(whole, quarters),
    "sessions": st.one_of(whole, quarters),
    "hours": st.one_of(whole, quarters),
    "line": codes,
    "trained": st.booleans(),
    "closed_on": days,
    "groups": codes,
}
COMPARISONS = st.sampled_from(["at_least", "at_most", "more_than", "less_than"])


def _questions(name: str) -> st.SearchStrategy[Any]:
    wanted = WANTED[name]
    asked: list[st.SearchStrategy[Any]] = [
        st.just(Known()),
        st.builds(Is, wanted),
        st.lists(wanted, min_size=1, max_size=3).map(lambda values: OneOf(tuple(values))),
    ]
    limits = {"rate": number_limits, "sessions": number_limits, "hours": number_limits, "closed_on": days}.get(name)
    if limits is not None:
        bounds = st.lists(st.builds(Bound, COMPARISONS, limits), min_size=1, max_size=2)
        asked.append(bounds.map(lambda found: Within(tuple(found))))
    return st.one_of(asked)


tests = st.one_of([st.builds(Test, st.just(name), _questions(name)) for name in COLUMNS])
conditions: st.SearchStrategy[Condition] = st.recursive(
    tests,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found))),
        parts.map(Not),
    ),
    max_leaves=6,
)
rows = st.lists(
    st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.just(PENDING), values) for name, values in FACT_VALUES.items()}
    ),
    min_size=3,
    max_size=10,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one row: true, false or nothing; and whether nothing means pending."""

    holds: bool | None
    pending: bool


def in_memory(condition: Condition, row: dict[str, Any]) -> Said:
    """The answer of the memory evaluator."""
    answer = evaluate(condition, row, values=VALUES, on=ON)
    return Said({Answer.YES: True, Answer.NO: False}.get(answer), answer is Answer.PENDING)


def query(asked: Sequence[Condition], dialect: str) -> str:
    """One statement that puts every condition to every row, in order of the rows."""
    table = ibis.table({"place": "int64", **COLUMNS, **PENDING_COLUMNS}, name=TABLE)
    columns = {}

    def waits(fact: str) -> Any:
        return table[f"{fact}_pending"]

    for number, condition in enumerate(asked):
        columns[f"c{number}"] = to_ibis(condition, table, pending=waits, values=VALUES, on=ON)
        columns[f"p{number}"] = pending_to_ibis(condition, table, waits, values=VALUES, on=ON)
    return str(ibis.to_sql(table.select(table.place, **columns).order_by("place"), dialect=dialect))


def as_stored(place: int, row: dict[str, Any]) -> tuple[Any, ...]:
    """The row as a database holds it: nothing for not known and for pending, and a flag for pending."""
    in_order = [row[name] for name in COLUMNS]
    return (place, *map(_stored, in_order), *(value is PENDING for value in in_order))


def _stored(value: Any) -> Any:
    if value is PENDING:
        return None
    return sorted(value) if isinstance(value, frozenset) else value


def compare(
    asked: Sequence[Condition],
    found: Sequence[dict[str, Any]],
    run: Callable[[str], Sequence[Sequence[Any]]],
    dialect: str,
) -> None:
    """Hold what the database says of every row against what memory says."""
    answers = run(query(asked, dialect))
    for row, said in zip(found, answers, strict=True):
        for number, condition in enumerate(asked):
            holds, pending = said[1 + 2 * number], said[2 + 2 * number]
            assert Said(holds, bool(pending)) == in_memory(condition, row), (condition, row)
