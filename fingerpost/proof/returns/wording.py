"""A figure's numbers in the words of a document. Works on a figure as a return keeps it, disclosed or not."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypedDict

Numbers = Mapping[str, Any]

HIDDEN = "Hidden"
NO_DATA = "No data"
TOO_FEW = "Too few"
TOO_EARLY = "Too early"
NOT_RECORDED = "Not recorded yet"
NOTHING = "–"
SHORT = 6
PLURALS = {"person": "people", "family": "families", "child": "children", "reply": "replies"}
COUNTED = ("numerator", "denominator", "not_known", "pending", "outside", "population_not_known", "without_unit")
VERDICTS = {
    "met": "Met",
    "not_met": "Not met",
    "improved": "Improved",
    "same": "The same",
    "worse": "Worse",
    "no_data": NO_DATA,
    "so_far": "So far",
    "alert": "Warning",
    "no_target": NOTHING,
    "written": NOTHING,
    "none": NOTHING,
    "hidden": HIDDEN,
}


class BreakdownRow(TypedDict):
    """One member of a breakdown, in words and numbers."""

    member: str
    result: str
    made_of: str
    not_known: str
    status: str
    numbers: Numbers


class Breakdown(TypedDict):
    """A breakdown of one figure. `others` are members in which nobody was counted, left out of a long list.

    `is_own` is false for that of a figure which stands beside it; the label then says which.
    """

    label: str
    is_own: bool
    rows: list[BreakdownRow]
    others: int


class PrintedFigure(TypedDict):
    """One figure as a document prints it; `numbers` are those behind the words."""

    key: str
    clause: str
    title: str
    result: str
    made_of: str
    not_known: str
    target: str
    status: str
    lines: list[str]
    breakdowns: list[Breakdown]
    numbers: Numbers


def printed(figure: Numbers, labels: Mapping[str, str]) -> PrintedFigure:
    """A figure in words. `labels` says what the contract calls a breakdown."""
    return {
        "key": figure["indicator"],
        "clause": ", ".join(figure["printed"]),
        "title": figure["title"],
        "result": result(figure),
        "made_of": made_of(figure),
        "not_known": count(figure, "not_known") if figure["recorded"] else NOTHING,
        "target": _unbroken(figure["target"]) or NOTHING,
        "status": _verdict(figure),
        "lines": list(_said_of(figure)),
        "breakdowns": _breakdowns(figure, labels) if figure["recorded"] else [],
        "numbers": figure,
    }


def _verdict(figure: Numbers) -> str:
    if not figure["recorded"]:
        return NOTHING
    return TOO_EARLY if result(figure) == TOO_EARLY else VERDICTS.get(figure["status"], NOTHING)


def result(numbers: Numbers) -> str:
    """82.0 %, 6.0 sessions, 1,400; or why there is no number."""
    if not numbers.get("recorded", True):
        return NOT_RECORDED
    if "value" in numbers.get("hidden", ()):
        return HIDDEN if {"numerator", "denominator"} & set(_hidden(numbers)) else TOO_FEW
    if numbers["value"] is None:
        return TOO_EARLY if numbers.get("pending") or "pending" in _hidden(numbers) else NO_DATA
    if numbers["denominator"] is None:
        return _counted(numbers)
    if numbers.get("parts"):
        return _unbroken(f"{numbers['value']} % : {100 - Decimal(numbers['value'])} %")
    if numbers["unit"] == "percent":
        return _unbroken(f"{numbers['value']} %")
    return " ".join(word for word in (str(numbers["value"]), (numbers["unit"] or "").replace("_", " ")) if word)


def _counted(numbers: Numbers) -> str:
    """A count by itself: its number where the figure says what is counted, else with its unit, 412 people."""
    if numbers["numerator"] is not None:
        return amount(numbers["numerator"])
    if numbers["unit"] == "percent":
        return _unbroken(f"{numbers['value']} %")
    number, unit = amount(numbers["value"]), (numbers["unit"] or "").replace("_", " ")
    return f"{number} {PLURALS.get(unit, unit) if number != '1' else unit}".strip()


def amount(number: int | str) -> str:
    """1,474, or 3,581.5: one place after the point where there is something to show."""
    exact = Decimal(str(number)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,}"


def _unbroken(words: str) -> str:
    """A number and its sign stay on one line."""
    return words.replace(" %", "\N{NO-BREAK SPACE}%")


def made_of(numbers: Numbers) -> str:
    """41 of 50 for a share, 24 over 4 for a mean; a dash where there is one number only."""
    if not numbers.get("recorded", True) or (numbers["denominator"] is None and "denominator" not in _hidden(numbers)):
        return NOTHING
    if numbers.get("parts") and not {"numerator", "denominator"} & set(_hidden(numbers)):
        first, second = numbers["parts"]
        rest = Decimal(numbers["denominator"] or 0) - Decimal(numbers["numerator"] or 0)
        return f"{first} {count(numbers, 'numerator')}, {second.lower()} {amount(str(rest))}"
    if {"numerator", "denominator"} <= set(_hidden(numbers)):
        return HIDDEN.lower()
    between = "of" if numbers["unit"] == "percent" else "over"
    return f"{count(numbers, 'numerator')} {between} {count(numbers, 'denominator')}"


def count(numbers: Numbers, column: str) -> str:
    """One count, or that it is hidden."""
    if column in _hidden(numbers):
        return HIDDEN.lower()
    return NOTHING if numbers[column] is None else amount(numbers[column])


def _hidden(numbers: Numbers) -> Iterable[str]:
    found: Iterable[str] = numbers.get("hidden", ())
    return found


def _said_of(figure: Numbers) -> Iterable[str]:
    if not figure["recorded"]:
        yield figure["prompt"] or "Fingerpost does not hold the records behind this figure yet."
    for reading in figure["readings"]:
        asked = f" ({reading['question'].replace('_', ' ')})" if reading["question"] else ""
        standing = "Reading agreed" if reading["agreed"] else "Reading proposed, not agreed"
        yield f"Reading {reading['letter']}{asked}: {reading['label']}. {standing}."
    if figure["against"]:
        yield f"{figure['against']['label']}: {with_parts(figure['against'])}."
    if figure["reachable"]:
        yield f"{figure['reachable']}."
    yield from _unsettled(figure)
    for one in figure["lines"]:
        yield f"{one['label']}: {with_parts(one)}."
    for one in figure["beside"]:
        against = one.get("against")
        compared = f"; {against['label'].lower()}: {with_parts(against)}" if against else ""
        yield f"{one['label']}: {with_parts(one)}{compared}."


def _unsettled(figure: Numbers) -> Iterable[str]:
    for column, words in (
        ("pending", "still to come, because the day of the answer lies ahead"),
        ("outside", "in the period but not what the figure is about"),
        ("population_not_known", "of whom it is not known whether the figure is about them"),
        ("without_unit", "apart, because it is not known whose they are"),
    ):
        if figure.get(column) or column in _hidden(figure):
            number = "A hidden number" if column in _hidden(figure) else count(figure, column)
            yield f"{number} {words}."


def with_parts(numbers: Numbers) -> str:
    """The result with what it is made of, where there is something: 82.0 % (41 of 50)."""
    parts = made_of(numbers)
    return result(numbers) if parts in (NOTHING, "0 of 0", "0 over 0") else f"{result(numbers)} ({parts})"


def dimensions_of(figure: Numbers) -> set[str]:
    """Every dimension by which the figure, or one that stands beside it, is broken down."""
    parts = (figure, *figure["beside"])
    return {member["dimension"] for part in parts for member in part["breakdowns"]}


def _breakdowns(figure: Numbers, labels: Mapping[str, str]) -> list[Breakdown]:
    """Its own, then those of the figures beside it by what it is not itself broken down by."""
    own = _rows_of(figure)
    told = [_shortened(labels.get(name, name), rows, is_own=True) for name, rows in own.items()]
    for one in figure["beside"]:
        told += [
            _shortened(f"{labels.get(name, name)} ({one['label'].lower()})", rows, is_own=False)
            for name, rows in _rows_of(one).items()
            if name not in own
        ]
    return told


def _rows_of(figure: Numbers) -> dict[str, list[BreakdownRow]]:
    """The members of each dimension, in words."""
    found: dict[str, list[BreakdownRow]] = {}
    for member in figure["breakdowns"]:
        if member["member"] is None and _is_empty(member, save=("outside",)):
            continue
        row: BreakdownRow = {
            "member": member["label"],
            "result": result(member),
            "made_of": made_of(member),
            "not_known": count(member, "not_known"),
            "status": _own_verdict(member),
            "numbers": member,
        }
        found.setdefault(member["dimension"], []).append(row)
    return found


def _own_verdict(member: Numbers) -> str:
    """That of a member which must hold the target by itself; else empty."""
    verdict = VERDICTS.get(member.get("status") or "no_target", NOTHING)
    return "" if verdict == NOTHING else verdict


def _shortened(label: str, rows: list[BreakdownRow], *, is_own: bool) -> Breakdown:
    kept = rows if len(rows) <= SHORT else [row for row in rows if not _is_empty(row["numbers"])]
    return {"label": label, "is_own": is_own, "rows": kept, "others": len(rows) - len(kept)}


def _is_empty(numbers: Numbers, *, save: Iterable[str] = ()) -> bool:
    counted = [column for column in COUNTED if column not in save]
    return not any(numbers.get(column) or column in _hidden(numbers) for column in counted)
