"""What a commissioner sees of a figure: verdicts whole, small numbers hidden so that nothing gives them back."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.proof.disclosure.figures import Profile, disclosed

PARENTS = {("locality", f"{q}{n}"): ("quadrant", q) for q in "ab" for n in range(2)}


def _line(numerator: int, denominator: int, **more: Any) -> dict[str, Any]:
    value = None if not denominator else str(round(100 * numerator / denominator, 1))
    counts = {"not_known": 0, "pending": 0, "outside": 0, "without_unit": 0}
    return {"numerator": numerator, "denominator": denominator, "value": value, "unit": "percent", **counts, **more}


def _member(dimension: str, member: str, numerator: int, denominator: int) -> dict[str, Any]:
    return _line(numerator, denominator, dimension=dimension, member=member, label=member.title(), status="none")


def test_a_large_figure_is_shown_as_it_is_with_its_verdict() -> None:
    shown = disclosed(_line(41, 50, status="met"))
    assert (shown["numerator"], shown["denominator"], shown["value"], shown["status"]) == (41, 50, "82.0", "met")
    assert shown["hidden"] == []


def test_a_small_numerator_is_hidden_with_its_percentage_and_the_verdict_stays() -> None:
    shown = disclosed(_line(3, 50, status="not_met", not_known=2, reachable="3 of 50 and cannot be met"))
    assert (shown["numerator"], shown["denominator"], shown["value"], shown["not_known"]) == (None, 50, None, None)
    assert shown["status"] == "not_met"
    assert "3" not in shown["reachable"]


def test_a_percentage_of_few_is_blank() -> None:
    assert disclosed(_line(6, 8))["value"] is None
    assert disclosed(_line(6, 8), profile=Profile(smallest_base=5))["value"] == "75.0"


def test_a_breakdown_does_not_give_its_smallest_member_back() -> None:
    members = [_member("quadrant", q, n, d) for q, n, d in (("mid", 3, 4), ("south", 12, 14), ("west", 26, 32))]
    shown = disclosed(_line(41, 50, breakdowns=members))
    mid, south, west = shown["breakdowns"]
    assert (mid["numerator"], mid["denominator"]) == (None, None)
    assert (south["numerator"], south["denominator"]) == (None, None)
    assert (west["numerator"], west["denominator"], west["value"]) == (26, 32, "81.2")


def test_a_hidden_whole_hides_its_breakdowns() -> None:
    members = [_member("quadrant", q, n, 25) for q, n in (("mid", 3), ("south", 0))]
    shown = disclosed(_line(3, 50, breakdowns=members))
    assert [one["numerator"] for one in shown["breakdowns"]] == [None, None]
    assert [one["denominator"] for one in shown["breakdowns"]] == [25, 25]


def test_the_number_it_is_set_beside_is_hidden_too() -> None:
    against = _line(2, 50, kind="same_rows", label="Before", change="-10.0")
    shown = disclosed(_line(12, 50, against=against))
    assert (shown["against"]["numerator"], shown["against"]["change"]) == (None, None)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    """A share by quadrant and by locality, small enough for a solver to try everything."""
    members = []
    for quadrant in "ab":
        locals_ = []
        for n in range(2):
            denominator = draw(st.integers(0, 8))
            numerator = draw(st.integers(0, denominator))
            locals_.append(_member("locality", f"{quadrant}{n}", numerator, denominator))
        members += [
            _member("quadrant", quadrant, *(sum(one[c] for one in locals_) for c in ("numerator", "denominator")))
        ]
        members += locals_
    tops = [one for one in members if one["dimension"] == "quadrant"]
    whole = [sum(one[column] for one in tops) for column in ("numerator", "denominator")]
    return _line(*whole, breakdowns=members)


@settings(max_examples=100, deadline=None)
@given(figures())
def test_nothing_hidden_can_be_worked_out(figure: dict[str, Any]) -> None:
    shown = disclosed(figure, PARENTS)
    localities = [one for one in shown["breakdowns"] if one["dimension"] == "locality"]
    truth = {one["member"]: one for one in figure["breakdowns"]}
    hidden = {
        (one.get("member", ""), column)
        for one in (shown, *shown["breakdowns"])
        for column in ("numerator", "denominator")
        if column in one["hidden"]
    }
    seen: dict[tuple[str, str], set[int]] = {key: set() for key in hidden}
    choices = []
    for one in localities:
        real = truth[one["member"]]
        near = [(real["numerator"] + a, real["denominator"] + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        choices.append(
            [
                (n, d)
                for n, d in near
                if 0 <= n <= d and one["numerator"] in (None, n) and one["denominator"] in (None, d)
            ]
        )
    for guess in product(*choices):
        sums = {one["member"]: pair for one, pair in zip(localities, guess, strict=True)}
        for quadrant in "ab":
            sums[quadrant] = _added(sums[f"{quadrant}0"], sums[f"{quadrant}1"])
        sums[""] = _added(sums["a"], sums["b"])
        if all(
            one[column] in (None, sums[one.get("member", "")][place])
            for one in (shown, *shown["breakdowns"])
            for place, column in enumerate(("numerator", "denominator"))
        ):
            for member, column in hidden:
                seen[(member, column)].add(sums[member][column == "denominator"])
    # That nobody was counted among nobody is no secret; any other hidden number must stay open.
    assert all(len(numbers) > 1 or numbers == {0} for numbers in seen.values()), seen


def _added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
