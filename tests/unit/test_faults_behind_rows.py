"""The tool that tries the tests of rows makes the faults that it says, and no others."""

import ast

import pytest

from tests.mutation.faults import Fault, made, made_in_contract, possible, possible_in_contract

SOURCE = """
LIMIT = 5


def late(days, rows):
    if days > 10 and not rows:
        raise ValueError(days)
    rows.save()
    rows.at = days
    found = rows.filter(on__lte=days, kind="x")
    return [one for one in zip(found, rows, strict=True) if one]
"""


def test_every_kind_of_fault_is_found_inside_functions_only() -> None:
    kinds = [fault.kind for fault in possible("a.py", SOURCE)]
    expected = """condition_turned and_or comparison one_more not_dropped not_raised not_called not_assigned without_0
        without_1 boundary_0"""
    assert sorted(kinds) == sorted(expected.split())
    assert {fault.within for fault in possible("a.py", SOURCE)} == {"late"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("comparison", "days >= 10"),
        ("and_or", "days > 10 or not rows"),
        ("one_more", "days > 11"),
        ("not_dropped", "and rows"),
        ("condition_turned", "if not (days > 10 and (not rows))"),
        ("without_1", "rows.filter(on__lte=days)"),
        ("boundary_0", "rows.filter(on__lt=days, kind='x')"),
    ],
)
def test_a_fault_changes_what_it_names(kind: str, words: str) -> None:
    (fault,) = [one for one in possible("a.py", SOURCE) if one.kind == kind]
    changed = ast.unparse(made(SOURCE, Fault.from_key(fault.key)))
    assert words in changed
    assert ast.unparse(ast.parse(SOURCE)) != changed


@pytest.mark.parametrize(
    ("kind", "gone"), [("not_raised", "raise"), ("not_called", "rows.save"), ("not_assigned", "rows.at")]
)
def test_a_statement_left_out_is_gone(kind: str, gone: str) -> None:
    (fault,) = [one for one in possible("a.py", SOURCE) if one.kind == kind]
    assert gone not in ast.unparse(made(SOURCE, fault))


def test_a_number_of_the_contract_is_one_more() -> None:
    text = "values:\n  weeks:\n    - {since: 2010-04-01, value: 12, unit: school weeks, clause: x}\n"
    (fault,) = possible_in_contract("c.yaml", text)
    assert "value: 13, unit" in made_in_contract(text, fault)


def test_a_place_that_is_gone_is_said() -> None:
    with pytest.raises(LookupError):
        made(SOURCE, Fault("a.py", 1, 0, "comparison"))
