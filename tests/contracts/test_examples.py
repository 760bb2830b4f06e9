"""Every worked example of every contract; the test id is the clause."""

import pytest

from fingerpost.language.contract import Contract
from fingerpost.language.examples import run_example
from fingerpost.language.schema.base import clauses_of
from fingerpost.language.schema.examples import ExampleWords
from tests.contracts.folders import KEYS, contract


def _id(one: Contract, example: ExampleWords) -> str:
    clauses = "+".join(clauses_of(example.clause))
    return f"{one.key}:{clauses}: {example.name}"


CASES = [
    pytest.param(key, example, id=_id(contract(key), example)) for key in KEYS for example in contract(key).examples
]


@pytest.mark.parametrize(("key", "example"), CASES)
def test_example_comes_out_as_written(key: str, example: ExampleWords) -> None:
    result = run_example(contract(key), example)
    assert not result.problems, f"{example.name}: {'; '.join(result.problems)}"


@pytest.mark.parametrize("key", KEYS)
def test_no_two_examples_of_a_contract_have_one_name(key: str) -> None:
    names = [example.name for example in contract(key).examples]
    assert len(names) == len(set(names))
