"""Statements are compiled sooner, and are the same letter for letter."""

import pytest
from ibis.backends.sql import rewrites

from fingerpost.language import VOCABULARY, load
from fingerpost.language.read import read_folder
from fingerpost.language.resolve import resolve
from fingerpost.proof.measures import compiling
from fingerpost.proof.measures.adding import totals
from fingerpost.proof.measures.answers import Wanted
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.sets import rows_behind
from fingerpost.proof.measures.sql import statement
from tests.engines.test_record_sets_agree import AUTUMN
from tests.fixtures.world import CONTRACT, moment


def test_a_statement_is_the_same_as_without_remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = load(read_folder(CONTRACT), VOCABULARY)
    figure = resolve(contract, "attendance_improved").figure
    asked = Asked("any", AUTUMN, moment(2011, 1, 10), contract.values, levels=contract.levels)
    expression = totals(rows_behind(figure), asked, (Wanted(figure, figure.by),))
    remembered = statement(expression)
    monkeypatch.setattr(rewrites, "complexity", compiling.counted_anew)
    assert statement(expression) == remembered
