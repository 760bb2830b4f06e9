"""A figure as those outside the caseholding team may see it: small numbers hidden, verdicts kept. Rule X-8.

Works on a figure as a return keeps it (see `measures.figure.Figure.as_dict`). Every hidden number becomes None and is named in
the line's `hidden`. All hidden numbers look alike, whether small themselves or hidden for another's sake.
"""

from collections.abc import Iterable, Mapping
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


def disclosed(
    figure: Mapping[str, Any], parents: Mapping[Key, Key] | None = None, profile: Profile = COMMISSIONER
) -> dict[str, Any]:
    """The figure with small numbers hidden, and further ones where a total would give them back.

    `parents` says which member of a wider breakdown a member lies in: ("locality", "tendring") in ("quadrant", "north_east").
    """
    shown = deepcopy(dict(figure))
    _hide_in(shown, parents or {}, profile)
    for beside in shown.get("beside") or []:
        _hide_in(beside, parents or {}, profile)
    return shown


def parents_of(areas: Mapping[str, Any]) -> dict[Key, Key]:
    """The parents of a contract's areas, as `disclosed` takes them."""
    return {(area.level, area.code): (areas[area.parent].level, area.parent) for area in areas.values() if area.parent}


def _hide_in(figure: Line, parents: Mapping[Key, Key], profile: Profile) -> None:
    lines: dict[Key, Line] = {WHOLE: figure}
    lines |= {(one["dimension"], one["member"]): one for one in figure.get("breakdowns") or []}
    apart = list(figure.get("lines") or [])
    hidden: dict[str, frozenset[Key]] = {}
    for column in COLUMNS:
        # Whoever knows how few there were of all must not learn how many of them were in.
        also = hidden.get("denominator", frozenset()) if column == "numerator" else frozenset()
        hidden[column] = _hidden_of(column, lines, parents, profile, also)
    for key, line in lines.items():
        _blank(line, {column for column in COLUMNS if key in hidden[column]}, profile)
    for line in apart:
        _blank(line, _small_of(line, profile), profile)
    if figure.get("against"):
        _hide_comparison(figure, profile)
    if "numerator" in figure["hidden"] and figure.get("reachable"):
        figure["reachable"] = "The target cannot be met from where families began"


def _hidden_of(
    column: str, lines: Mapping[Key, Line], parents: Mapping[Key, Key], profile: Profile, also: frozenset[Key]
) -> frozenset[Key]:
    """The lines in which this column is hidden. A hidden whole hides the column everywhere."""
    numbers = {key: number for key, line in lines.items() if (number := _number(line.get(column))) is not None}
    if WHOLE not in numbers:
        return frozenset(key for key, number in numbers.items() if is_small(number, profile.threshold)) | also
    also = frozenset(key for key in also if numbers.get(key))
    ceilings = _ceilings(lines) if column == "numerator" else {}
    found = also
    for sums in _tables(numbers, parents):
        cells = {WHOLE, *(part for one in sums for part in (one.total, *one.parts))}
        table = Table({key: numbers[key] for key in cells}, sums, ceilings)
        found |= suppress(table, profile.threshold, also & cells)
    return frozenset(numbers) if WHOLE in found else found


def _ceilings(lines: Mapping[Key, Line]) -> dict[Key, int | Decimal]:
    """Of a share no more can be in than there were."""
    return {
        key: base
        for key, line in lines.items()
        if line.get("unit") == PERCENT and (base := _number(line.get("denominator"))) is not None
    }


def _tables(numbers: Mapping[Key, Any], parents: Mapping[Key, Key]) -> list[list[Sum[Key]]]:
    """The sums of each breakdown; breakdowns of which one lies in another stand in one table."""
    tables: dict[str, list[Sum[Key]]] = {}
    inside: dict[Key, list[Key]] = {}
    for key in numbers:
        if key != WHOLE:
            parent = parents.get(key, WHOLE)
            inside.setdefault(parent if parent in numbers else WHOLE, []).append(key)
    top: dict[str, list[Key]] = {}
    for key in inside.pop(WHOLE, []):
        top.setdefault(key[0], []).append(key)
    nested = {child[0]: parent[0] for parent, children in inside.items() for child in children}
    for dimension, parts in top.items():
        if dimension not in nested:
            tables[dimension] = [Sum(WHOLE, tuple(parts))]
    for parent, children in inside.items():
        tables.setdefault(_outermost(parent[0], nested), []).append(Sum(parent, tuple(children)))
    return list(tables.values()) or [[]]


def _outermost(dimension: str, nested: Mapping[str, str]) -> str:
    while dimension in nested:
        dimension = nested[dimension]
    return dimension


def _blank(line: Line, columns: Iterable[str], profile: Profile) -> None:
    hidden = set(columns)
    base = _number(line.get("denominator"))
    is_thin = line.get("unit") == PERCENT and base is not None and base < profile.smallest_base
    has_value = line.get("value") is not None
    if has_value and (is_thin or hidden & {"numerator", "denominator"}):
        hidden.add("value")
    line["hidden"] = sorted(hidden)
    line.update(dict.fromkeys(hidden))


def _small_of(line: Line, profile: Profile) -> set[str]:
    """Columns to hide in a line that no total is told of."""
    numbers = {column: _number(line.get(column)) for column in COLUMNS}
    small = {column for column, number in numbers.items() if number is not None and is_small(number, profile.threshold)}
    return small | {"numerator"} if "denominator" in small else small


def _hide_comparison(figure: Line, profile: Profile) -> None:
    against = figure["against"]
    _blank(against, _small_of(against, profile), profile)
    if "value" in against["hidden"] or "value" in figure["hidden"]:
        against["change"] = None


def _number(value: Any) -> int | Decimal | None:
    """A number as the figure holds it: an int, or text where it has decimals."""
    if value is None or isinstance(value, int):
        return value
    return Decimal(str(value))
