"""What a commissioner sees of a figure: verdicts whole, small numbers hidden so that nothing gives them back."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.proof.disclosure.figures import Profile, disclosed, disclosed_readings, disclosed_together
from fingerpost.proof.disclosure.suppression import is_small

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
    assert disclosed(_line(8, 8))["value"] is None
    assert disclosed(_line(8, 8), profile=Profile(smallest_base=5))["value"] == "100.0"


@pytest.mark.case("P7")
@pytest.mark.parametrize(
    ("counted", "of", "told"), [(17, 20, None), (15, 20, 15), (20, 20, 20), (16, 20, None), (0, 20, 0)]
)
def test_not_counted_in_is_a_number_of_people_too(counted: int, of: int, told: int | None) -> None:
    shown = disclosed(_line(counted, of))
    assert (shown["numerator"], shown["denominator"]) == (told, of)
    assert (shown["value"] is None) is (told is None)


@pytest.mark.case("P7")
def test_what_another_figure_of_the_same_records_tells_is_hidden() -> None:
    """43 cases ended; of 40 well-being was measured: so of 3 it was not."""
    ended = {**_line(43, 43), "denominator": None, "unit": "case", "value": "43", "population": "closed"}
    measured = _line(30, 40, not_known=3, population="closed")
    shown = disclosed_together({"ended": ended, "measured": measured})
    assert shown["ended"]["numerator"] == 43
    assert (shown["measured"]["denominator"], shown["measured"]["numerator"], shown["measured"]["not_known"]) == (
        None,
    ) * 3
    apart = disclosed_together({"ended": ended, "measured": {**measured, "population": "of others"}})
    assert (apart["measured"]["denominator"], apart["measured"]["not_known"]) == (40, None)
    many = disclosed_together({"ended": ended, "measured": _line(30, 38, not_known=5, population="closed")})
    assert (many["measured"]["denominator"], many["measured"]["not_known"]) == (38, 5)


@pytest.mark.case("P7")
def test_lines_that_make_up_the_whole_do_not_give_each_other_back() -> None:
    lines = [_member("person_kind", kind, n, d) for kind, n, d in (("parent", 30, 200), ("child", 3, 180))]
    shown = disclosed(_line(33, 380, lines=lines))
    assert [one["numerator"] for one in shown["lines"]] == [None, None]
    assert (shown["numerator"], [one["denominator"] for one in shown["lines"]]) == (33, [200, 180])


@pytest.mark.case("P7")
def test_of_two_readings_side_by_side_the_difference_is_not_told() -> None:
    beside = {**_line(15, 30), "label": "Fewer", "letter": "B", "breakdowns": []}
    shown = disclosed(_line(13, 30, beside=[beside]))
    assert (shown["numerator"], shown["beside"][0]["numerator"], shown["beside"][0]["value"]) == (13, None, None)
    readings = disclosed_readings([_line(13, 30), _line(20, 30), _line(22, 30)])
    assert [one["numerator"] for one in readings] == [13, 20, None]


@pytest.mark.case("P7")
def test_a_verdict_does_not_say_that_a_hidden_number_is_the_same_as_one_that_is_shown() -> None:
    against = {
        "numerator": None,
        "denominator": None,
        "value": "3.0",
        "unit": "parents",
        "kind": "baseline",
        "label": "2009",
    }
    figure = {**_line(3, 3), "denominator": None, "unit": "person", "status": "same", "against": against}
    assert disclosed(figure)["status"] == "hidden"
    assert disclosed({**figure, "status": "worse"})["status"] == "worse"


def test_a_breakdown_does_not_give_its_smallest_member_back() -> None:
    members = [_member("quadrant", q, n, d) for q, n, d in (("mid", 3, 4), ("south", 12, 14), ("west", 26, 32))]
    shown = disclosed(_line(41, 50, breakdowns=members))
    mid, south, west = shown["breakdowns"]
    assert (mid["numerator"], mid["denominator"]) == (None, None)
    assert (south["numerator"], south["denominator"]) == (None, None)
    # 41 less 26 of 50 less 32 would be 15 of 18: 3 of whom it is not so.
    assert (west["numerator"], west["denominator"], west["value"]) == (None, 32, None)


def test_a_hidden_whole_hides_its_breakdowns() -> None:
    members = [_member("quadrant", q, n, 25) for q, n in (("mid", 3), ("south", 0))]
    shown = disclosed(_line(3, 50, breakdowns=members))
    assert [one["numerator"] for one in shown["breakdowns"]] == [None, None]
    assert [one["denominator"] for one in shown["breakdowns"]] == [25, 25]


def test_the_number_it_is_set_beside_is_hidden_too() -> None:
    against = _line(2, 50, kind="same_rows", label="Before", change="-10.0")
    shown = disclosed(_line(12, 50, against=against))
    assert (shown["against"]["numerator"], shown["against"]["change"]) == (None, None)


def _count(numerator: int, **more: Any) -> dict[str, Any]:
    return {**_line(numerator, 1, **more), "denominator": None, "value": str(numerator), "unit": "exclusion"}


@pytest.mark.case("P7")
@pytest.mark.parametrize(("after", "before", "told"), [(4, 12, None), (5, 12, 17), (12, 3, None), (0, 12, 12)])
def test_what_counts_both_sides_of_a_comparison_does_not_give_the_hidden_one_back(
    after: int, before: int, told: int | None
) -> None:
    spans = [
        {**_count(number), "dimension": "span", "member": span, "label": span, "status": "none"}
        for span, number in (("before", before), ("after", after))
    ]
    beside = {**_count(before + after), "label": "Before and after", "breakdowns": spans}
    against = {**_count(before), "kind": "before", "label": "Before", "change": None}
    shown = disclosed(_count(after, against=against, beside=[beside]))
    assert shown["beside"][0]["numerator"] == told
    assert shown["against"]["numerator"] == (None if 0 < before < 5 else before)


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
    # That nobody was counted, or nobody left out, is no secret, nor is a number that is large enough; others must stay open.
    for (member, column), numbers in seen.items():
        real = truth.get(member, figure)
        rest = (
            real["denominator"] - real["numerator"]
            if column == "numerator" and (member, "denominator") not in hidden
            else 0
        )
        assert len(numbers) > 1 or not (is_small(real[column], 5) or is_small(rest, 5)), seen


def _added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
