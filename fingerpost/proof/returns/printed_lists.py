"""Lists of a return as a document prints them: small numbers of people hidden from those outside the service."""

from collections.abc import Mapping
from typing import Any, TypedDict

from fingerpost.proof.disclosure.figures import COMMISSIONER
from fingerpost.proof.disclosure.suppression import is_small
from fingerpost.proof.returns.wording import HIDDEN


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
    rows = [[_cell(cell, place in people and not exact) for place, cell in enumerate(row)] for row in content["rows"]]
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


def _cell(cell: str | int, is_of_people: bool) -> str:
    if is_of_people and isinstance(cell, int) and is_small(cell, COMMISSIONER.threshold):
        return HIDDEN
    return str(cell)


def _passage(one: Mapping[str, Any]) -> PrintedPassage:
    return {"ref": one["ref"], "title": one["title"], "about": one["about"], "paragraphs": list(one["paragraphs"])}
