"""Lists of a return as a document prints them: small numbers of people hidden from those outside the service."""

from collections.abc import Mapping
from typing import Any, TypedDict

from fingerpost.proof.disclosure.figures import COMMISSIONER
from fingerpost.proof.disclosure.suppression import Sum, Table, suppress
from fingerpost.proof.returns.wording import HIDDEN

ALL = -1
"""Stands for all rows together."""


class PrintedPassage(TypedDict):
    """A piece of writing under a title."""

    ref: str
    title: str
    about: str
    paragraphs: list[str]


class PrintedList(TypedDict):
    """One list in words. `numeric` names the columns that stand to the right, by their place."""

    key: str
    title: str
    columns: list[str]
    numeric: list[int]
    rows: list[list[str]]
    passages: list[PrintedPassage]
    notes: list[str]
    empty: str


def printed_list(kind: str, content: Mapping[str, Any], *, exact: bool) -> PrintedList:
    """A list as it is kept, in words; with `exact`, small numbers stay as they are."""
    columns = content["columns"]
    people = {place for place, column in enumerate(columns) if column["people"]}
    hidden = set() if exact else {cell for place in people for cell in _hidden_in(content["rows"], place)}
    rows = [
        [HIDDEN if (number, place) in hidden else str(cell) for place, cell in enumerate(row)]
        for number, row in enumerate(content["rows"])
    ]
    return {
        "key": kind,
        "title": content["title"],
        "columns": [column["title"] for column in columns],
        "numeric": [place for place, column in enumerate(columns) if column["numeric"] or column["people"]],
        "rows": rows,
        "passages": [_passage(one) for one in content["passages"]],
        "notes": list(content["notes"]),
        "empty": content["empty"] if not (content["rows"] or content["passages"]) else "",
    }


def _hidden_in(rows: list[list[str | int]], place: int) -> set[tuple[int, int]]:
    """The cells of a column of people to hide, given that a figure elsewhere may tell what the column comes to."""
    counts = {number: cell for number, row in enumerate(rows) if isinstance(cell := row[place], int)}
    table = Table({ALL: sum(counts.values()), **counts}, [Sum(ALL, tuple(counts))])
    return {(number, place) for number in suppress(table, COMMISSIONER.threshold) if number != ALL}


def _passage(one: Mapping[str, Any]) -> PrintedPassage:
    return {"ref": one["ref"], "title": one["title"], "about": one["about"], "paragraphs": list(one["paragraphs"])}
