"""Every figure of a return over a county, in all readings and by all breakdowns, is what SQL written by hand gives."""

import ibis
import pytest

from fingerpost.demo import bench_figures
from fingerpost.demo.bench_county import Size
from fingerpost.demo.world.county import ESSEX
from fingerpost.proof.measures.asked import Asked
from fingerpost.proof.measures.record_set import RecordSet
from fingerpost.proof.measures.sets import RECORD_SETS
from fingerpost.proof.measures.sql import run, statement

pytestmark = [pytest.mark.load, pytest.mark.django_db]
SINGLE = [(held, unit) for held in RECORD_SETS.values() for unit in sorted(held.single)]


def test_every_figure_of_a_return_is_what_sql_by_hand_gives(loaded: Size) -> None:
    assert bench_figures.compare(times=0).differences == ()


@pytest.mark.parametrize(("held", "unit"), SINGLE, ids=[f"{held.spec.name}, {unit}" for held, unit in SINGLE])
def test_a_unit_that_is_said_to_be_single_has_one_row(loaded: Size, held: RecordSet, unit: str) -> None:
    asked = Asked(ESSEX, bench_figures.PERIOD, bench_figures.KNOWN_AT)
    column = held.units[unit]
    rows = held.select(asked, when=None, names=[column])
    told = rows.filter(rows[column].notnull()).aggregate(rows=ibis._.count(), units=ibis._[column].nunique())
    (found,) = run(statement(told), asked)
    assert found["rows"] == found["units"] > 0
