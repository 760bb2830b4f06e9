"""No total gives a hidden number back: a solver that knows everything shown must find two answers for every hidden cell."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.proof.disclosure.suppression import Sum, Table, is_small, suppress

SMALL = st.one_of(st.integers(0, 6), st.integers(0, 30))


def test_a_small_count_takes_another_with_it_so_that_the_total_says_nothing() -> None:
    table = Table(
        {"all": 41, "mid": 3, "north": 12, "south": 8, "west": 18}, [Sum("all", ("mid", "north", "south", "west"))]
    )
    assert suppress(table) == {"mid", "south"}


def test_none_at_all_is_no_secret() -> None:
    table = Table({"all": 20, "mid": 0, "north": 20}, [Sum("all", ("mid", "north"))])
    assert suppress(table) == frozenset()


def test_a_total_goes_only_when_nothing_else_can() -> None:
    assert suppress(Table({"all": 3, "mid": 3}, [Sum("all", ("mid",))])) == {"all", "mid"}


def test_the_threshold_is_a_setting() -> None:
    table = Table({"all": 30, "mid": 7, "north": 11, "south": 12}, [Sum("all", ("mid", "north", "south"))])
    assert suppress(table) == frozenset()
    assert suppress(table, threshold=10) == {"mid", "north"}


def test_a_cell_in_three_sums_is_no_table() -> None:
    with pytest.raises(ValueError, match="two sums"):
        suppress(Table({"a": 1, "b": 1}, [Sum("b", ("a",))] * 3))


@st.composite
def areas(draw: st.DrawFn) -> Table[str]:
    """Quadrants with their localities, and one total."""
    counts: dict[str, int] = {}
    sums = []
    for q in range(draw(st.integers(1, 3))):
        parts = tuple(f"{q}.{n}" for n in range(draw(st.integers(1, 3))))
        counts |= {part: draw(SMALL) for part in parts}
        counts[str(q)] = sum(counts[part] for part in parts)
        sums.append(Sum(str(q), parts))
    tops = tuple(one.total for one in sums)
    counts["all"] = sum(counts[top] for top in tops)
    return Table(counts, [*sums, Sum("all", tops)])


@st.composite
def squares(draw: st.DrawFn) -> Table[str]:
    """Rows by columns, with every margin."""
    rows, columns = range(draw(st.integers(2, 3))), range(draw(st.integers(2, 3)))
    counts = {f"{r}{c}": draw(SMALL) for r in rows for c in columns}
    sums = [Sum(f"{r}*", tuple(f"{r}{c}" for c in columns)) for r in rows]
    sums += [Sum(f"*{c}", tuple(f"{r}{c}" for r in rows)) for c in columns]
    for one in sums:
        counts[one.total] = sum(counts[part] for part in one.parts)
    across = [Sum("**", tuple(f"{r}*" for r in rows)), Sum("**", tuple(f"*{c}" for c in columns))]
    counts["**"] = sum(counts[f"{r}*"] for r in rows)
    return Table(counts, sums + across)


@settings(max_examples=300, deadline=None)
@given(st.one_of(areas(), squares()))
def test_every_hidden_cell_could_be_another_number(table: Table[str]) -> None:
    hidden = suppress(table)
    assert {cell for cell, number in table.counts.items() if is_small(number, 5)} <= hidden
    left = set(hidden)
    for solution in _solutions(table, sorted(hidden)):
        left -= {cell for cell in left if solution[cell] != table.counts[cell]}
        if not left:
            return
    assert not left, f"{sorted(left)} can be worked out from what is shown of {dict(table.counts)}"


def _solutions(table: Table[str], hidden: list[str]) -> Iterator[dict[str, int]]:
    """Other ways to fill the hidden cells, changing no number by more than one: a table's answers form no gaps."""
    place = {cell: n for n, cell in enumerate(hidden)}
    ready: dict[int, list[Sum[str]]] = {}
    for one in table.sums:
        in_it = [place[cell] for cell in (one.total, *one.parts) if cell in place]
        if in_it:
            ready.setdefault(max(in_it), []).append(one)
    filled = dict(table.counts)

    def fill(n: int) -> Iterator[dict[str, int]]:
        if n == len(hidden):
            yield dict(filled)
            return
        true = table.counts[hidden[n]]
        for number in (true + 1, true, true - 1):
            filled[hidden[n]] = number
            if number >= 0 and all(filled[s.total] == sum(filled[p] for p in s.parts) for s in ready.get(n, ())):
                yield from fill(n + 1)
        filled[hidden[n]] = true

    yield from fill(0)
