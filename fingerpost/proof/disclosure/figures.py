"""Figures as those outside the caseholding team may see them: small numbers hidden, verdicts kept. Rule X-8.

Works on figures as a return keeps them (see `measures.figure.Figure.as_dict`). Every hidden number becomes None and is named in
the line's `hidden`. All hidden numbers look alike, whether small themselves or hidden for another's sake.

Figures that are shown together are hidden together: of two over the same records, one tells how many the other left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fingerpost.proof.disclosure.suppression import Sum, Table, is_small, suppress

Line = dict[str, Any]
Key = tuple[str, str | None]
"""Dimension and member of a breakdown; ("", None) is the whole."""

WHOLE: Key = ("", None)
COLUMNS = ("denominator", "numerator", "not_known", "pending", "outside", "population_not_known", "without_unit")
PERCENT = "percent"


@dataclass(frozen=True)
class Profile:
    """How much is hidden. `smallest_base` is the denominator below which no percentage is shown."""

    threshold: int = 5
    smallest_base: int = 10


COMMISSIONER = Profile()
CANNOT = "The target cannot be met from where families began"
SAME = "same"
NOT_SAID = "hidden"
"""The verdict in the place of one that would give a hidden number back: *the same* as a number that is shown."""

Also = Mapping[str, frozenset[Key]]
"""Lines in which a column is hidden besides, by column."""


def disclosed(
    figure: Mapping[str, Any], parents: Mapping[Key, Key] | None = None, profile: Profile = COMMISSIONER
) -> dict[str, Any]:
    """A figure that is shown by itself, small numbers hidden, and further ones where a total would give them back.

    `parents` says which member of a wider breakdown a member lies in: ("ward", "pier") in ("district", "tendring").
    """
    return disclosed_together({"": figure}, parents, profile)[""]


def disclosed_together(
    figures: Mapping[str, Mapping[str, Any]],
    parents: Mapping[Key, Key] | None = None,
    profile: Profile = COMMISSIONER,
) -> dict[str, dict[str, Any]]:
    """Figures of one period that one reader sees, by the keys they came under, hidden as `disclosed` does."""
    parents = parents or {}
    shown = {key: _shown(figure, parents, profile, {}) for key, figure in figures.items()}
    for key, lines in _told_by_others(figures, shown, profile).items():
        shown[key] = _shown(figures[key], parents, profile, {"denominator": lines})
    return shown


def disclosed_with_parts(
    whole: Mapping[str, Any],
    parts: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    profile: Profile = COMMISSIONER,
) -> dict[str, Any]:
    """The figure of a stretch of days, without its breakdowns, beside those of the periods it is made of, each exact and as shown.

    A number is hidden where one of its parts is, and where it differs from what they come to by a small number: by those counted
    twice, or written down late.
    """
    alone = {**whole, "breakdowns": [], "lines": [], "beside": [], "against": None}
    told = {
        column
        for column in COLUMNS
        if any(column in seen["hidden"] for _, seen in parts)
        or is_small(abs(_of(whole, column) - sum(_of(exact, column) for exact, _ in parts)), profile.threshold)
    }
    if "denominator" in told:
        told.add("numerator")
    return _shown(alone, {}, profile, {column: frozenset({WHOLE}) for column in told})


def _of(line: Mapping[str, Any], column: str) -> Decimal:
    return Decimal(str(line.get(column) or 0))


def parents_of(areas: Mapping[str, Any]) -> dict[Key, Key]:
    """The parents of a contract's areas, as `disclosed` takes them."""
    return {(area.level, area.code): (areas[area.parent].level, area.parent) for area in areas.values() if area.parent}


def disclosed_readings(
    figures: Sequence[Mapping[str, Any]], parents: Mapping[Key, Key] | None = None, profile: Profile = COMMISSIONER
) -> list[dict[str, Any]]:
    """One figure in several readings that one reader sees side by side, hidden as `disclosed` does."""
    return [
        _shown(figure, parents or {}, profile, {"numerator": _close_to(figures[:place], figure, profile)})
        for place, figure in enumerate(figures)
    ]


def _shown(figure: Mapping[str, Any], parents: Mapping[Key, Key], profile: Profile, also: Also) -> dict[str, Any]:
    shown, others = deepcopy(dict(figure)), [figure]
    _hide_in(shown, parents, profile, also)
    for beside, whole in zip(shown.get("beside") or [], figure.get("beside") or [], strict=True):
        close = _close_to(others, whole, profile) | _gives_back(figure, whole, profile)
        _hide_in(beside, parents, profile, {"numerator": close})
        others.append(whole)
    return shown


def _gives_back(figure: Mapping[str, Any], beside: Mapping[str, Any], profile: Profile) -> frozenset[Key]:
    """The whole of what stands beside, where it counts both sides of a comparison together and one of them is hidden."""
    against: Line | None = figure.get("against")
    if not against or beside.get("unit") == PERCENT:
        return frozenset()
    sides = _counted(dict(figure)), _counted(against)
    is_hidden = any(is_small(side, profile.threshold) for side in sides)
    is_close = any(is_small(abs(_counted(dict(beside)) - side), profile.threshold) for side in sides)
    return frozenset({WHOLE}) if is_hidden and is_close else frozenset()


def _told_by_others(
    figures: Mapping[str, Mapping[str, Any]], shown: Mapping[str, Mapping[str, Any]], profile: Profile
) -> dict[str, frozenset[Key]]:
    """The lines of each figure of which another, over the same records, tells how many the figure could not settle.

    Where that is a small number, what the figure did settle must be hidden: it is the rest.
    """
    in_full: dict[tuple[str, Key], bool] = {}
    lines_of = {key: _lines(figure) for key, figure in figures.items() if figure.get("population")}
    for key, lines in lines_of.items():
        for place, line in lines.items():
            settled = "numerator" if line.get("denominator") is None else "denominator"
            is_told = settled not in _lines(shown[key])[place]["hidden"]
            in_full[figures[key]["population"], place] = (not _unsettled(line) and is_told) or in_full.get(
                (figures[key]["population"], place), False
            )
    found = {
        key: frozenset(
            place
            for place, line in lines.items()
            if in_full[figures[key]["population"], place] and is_small(_unsettled(line), profile.threshold)
        )
        for key, lines in lines_of.items()
    }
    return {key: lines for key, lines in found.items() if lines}


def _unsettled(line: Line) -> int:
    return int(line.get("not_known") or 0) + int(line.get("pending") or 0)


def _close_to(others: Sequence[Mapping[str, Any]], figure: Mapping[str, Any], profile: Profile) -> frozenset[Key]:
    """The lines in which another figure of the same people counts only a few more or fewer of them, or a few have no name."""
    found = set()
    for key, line in _lines(figure).items():
        beside = [one for other in others if (one := _lines(other).get(key)) and _is_alike(one, line)]
        apart = [abs(_counted(line) - _counted(one)) for one in beside]
        if any(is_small(number, profile.threshold) for number in (*apart, line.get("without_unit") or 0)):
            found.add(key)
    return frozenset(found)


def _counted(line: Line) -> Decimal:
    return Decimal(str(line["numerator"] or 0))


def _is_alike(one: Line, other: Line) -> bool:
    """Whether both are shares of as many."""
    return one.get("unit") == other.get("unit") == PERCENT and one.get("denominator") == other.get("denominator")


def _lines(figure: Mapping[str, Any]) -> dict[Key, Line]:
    """The whole and every member, by dimension and member."""
    members = [*(figure.get("breakdowns") or []), *(figure.get("lines") or [])]
    return {WHOLE: figure, **{(one["dimension"], one["member"]): one for one in members}}  # type: ignore[dict-item]


def _hide_in(figure: Line, parents: Mapping[Key, Key], profile: Profile, also: Also) -> None:
    lines = _lines(figure)
    hidden: dict[str, frozenset[Key]] = {}
    for column in COLUMNS:
        besides = also.get(column, frozenset())
        if column == "numerator":  # whoever knows how few there were of all must not learn how many of them were in
            besides |= hidden["denominator"]
        hidden[column] = _hidden_of(column, lines, parents, profile, besides)
    for key, line in lines.items():
        _blank(line, {column for column in COLUMNS if key in hidden[column]}, profile)
    if figure.get("against"):
        _hide_comparison(figure, profile)
    if "value" in figure["hidden"] and figure.get("status") == SAME:
        figure["status"] = NOT_SAID
    if figure.get("reachable"):
        is_hidden = "numerator" in figure["hidden"]
        figure["reachable"] = (
            CANNOT if is_hidden else re.sub(r" for all but \d+$", " for all but some", figure["reachable"])
        )


def _hidden_of(
    column: str, lines: Mapping[Key, Line], parents: Mapping[Key, Key], profile: Profile, also: frozenset[Key]
) -> frozenset[Key]:
    """The lines in which this column is hidden."""
    numbers = {key: number for key, line in lines.items() if (number := _number(line.get(column))) is not None}
    wholes = _wholes(lines) if column == "numerator" else {}
    table = Table(numbers, _sums(numbers, parents) if WHOLE in numbers else (), wholes)
    return suppress(table, profile.threshold, also & numbers.keys())


def _wholes(lines: Mapping[Key, Line]) -> dict[Key, int | Decimal]:
    """Of a share no more can be in than there were, and whoever is not in is told with it."""
    return {
        key: base
        for key, line in lines.items()
        if line.get("unit") == PERCENT
        and (base := _number(line.get("denominator"))) is not None
        and line.get("numerator") is not None
    }


def _sums(numbers: Mapping[Key, Any], parents: Mapping[Key, Key]) -> list[Sum[Key]]:
    """Every breakdown makes up the whole, and every area those inside it."""
    parts: dict[Key, list[Key]] = {}
    of_dimension: dict[str, list[Key]] = {}
    for key in numbers:
        if key != WHOLE:
            of_dimension.setdefault(key[0], []).append(key)
            if (parent := parents.get(key)) in numbers and parent is not None:
                parts.setdefault(parent, []).append(key)
    whole = [Sum(WHOLE, tuple(members)) for members in of_dimension.values()]
    # The narrower first: what must be hidden besides is then found near by.
    return [*(Sum(parent, tuple(inside)) for parent, inside in parts.items()), *whole]


def _blank(line: Line, columns: Iterable[str], profile: Profile) -> None:
    hidden = set(columns)
    base = _number(line.get("denominator"))
    is_thin = line.get("unit") == PERCENT and base is not None and base < profile.smallest_base
    has_value = line.get("value") is not None
    if has_value and (is_thin or hidden & {"numerator", "denominator"}):
        hidden.add("value")
    line["hidden"] = sorted(hidden)
    line.update(dict.fromkeys(hidden))


def _hide_comparison(figure: Line, profile: Profile) -> None:
    against = figure["against"]
    _hide_in(against, {}, profile, {})
    if "value" in against["hidden"] or "value" in figure["hidden"]:
        against["change"] = None


def _number(value: Any) -> int | Decimal | None:
    """A number as the figure holds it: an int, or text where it has decimals."""
    if value is None or isinstance(value, int):
        return value
    return Decimal(str(value))
