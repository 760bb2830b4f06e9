"""Every figure of a return over a county, in all readings and by all breakdowns, is what SQL written by hand gives."""

import pytest

from fingerpost.demo import bench_figures
from fingerpost.demo.bench_county import Size

pytestmark = [pytest.mark.load, pytest.mark.django_db]


def test_every_figure_of_a_return_is_what_sql_by_hand_gives(loaded: Size) -> None:
    assert bench_figures.compare(times=0).differences == ()
