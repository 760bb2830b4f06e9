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


def test_what_is_hidden_in_a_sum_comes_to_no_small_number_either() -> None:
    """Of 41 with 3 and 1 hidden, 41 less what is shown would be 4."""
    table = Table(
        {"all": 41, "mid": 3, "north": 1, "south": 12, "west": 25}, [Sum("all", ("mid", "north", "south", "west"))]
    )
    assert suppress(table) == {"mid", "north", "south"}


@pytest.mark.parametrize(
    ("counted", "of", "hidden"), [(17, 20, True), (15, 20, False), (20, 20, False), (16, 20, True)]
)
def test_the_rest_of_a_share_is_people_too(counted: int, of: int, hidden: bool) -> None:
    assert (suppress(Table({"all": counted}, (), {"all": of})) == {"all"}) is hidden


def test_a_hidden_total_hides_what_it_is_made_of() -> None:
    counts = {"all": 60, "a": 3, "b": 20, "c": 37, "b1": 10, "b2": 10, "c1": 30, "c2": 7}
    sums = [Sum("all", ("a", "b", "c")), Sum("b", ("b1", "b2")), Sum("c", ("c1", "c2"))]
    assert suppress(Table(counts, sums)) == {"a", "b", "b1", "b2"}


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


@settings(max_examples=300, deadline=None)
@given(areas())
def test_every_hidden_cell_could_be_another_number(table: Table[str]) -> None:
    hidden = suppress(table)
    assert {cell for cell, number in table.counts.items() if is_small(number, 5)} <= hidden
    left = set(hidden)
    for solution in _solutions(table, sorted(hidden)):
        left -= {cell for cell in left if solution[cell] != table.counts[cell]}
        if not left:
            return
    assert not left, f"{sorted(left)} can be worked out from what is shown of {dict(table.counts)}"


@settings(max_examples=300, deadline=None)
@given(areas())
def test_no_subtraction_of_what_is_shown_gives_a_small_number(table: Table[str]) -> None:
    """Nor does any sum of sums: a total less shown parts of its parts."""
    hidden, sums = suppress(table), {one.total: one.parts for one in table.sums}

    def left(cell: str) -> list[list[str]]:
        """Every way to tell the cell by others."""
        if cell not in sums:
            return [[cell]]
        ways = [[]]
        for part in sums[cell]:
            ways = [way + more for way in ways for more in left(part)]
        return [[cell], *ways]

    for one in table.sums:
        if one.total not in hidden:
            for way in left(one.total)[1:]:
                rest = table.counts[one.total] - sum(table.counts[cell] for cell in way if cell not in hidden)
                assert not is_small(rest, 5), (one, way, hidden)


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
