"""Figures that will be missed unless something changes stand among the signals of those who run the service."""

import itertools
from datetime import date

import pytest

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.signals import signals
from fingerpost.ground.access.models import User
from fingerpost.proof.returns import outlook
from fingerpost.proof.returns.models import Outlook
from tests.fixtures.casebook import Casebook, Child
from tests.fixtures.world import SERVICE, World, moment

OPENED, CLOSED = date(2010, 4, 21), date(2010, 11, 12)
BETTER, WORSE = Child((102, 120), (120, 120)), Child((102, 120), (90, 120))


@pytest.mark.django_db
def test_a_figure_heading_for_a_miss_is_told_before_the_return_is_due(world: World) -> None:
    agreement = Agreement.objects.get(key=SERVICE)
    book = Casebook(numbers=itertools.count(1))
    for child in [BETTER, *[WORSE] * 9]:
        book.case(OPENED, CLOSED, [child], sessions=6, worker=User.objects.get(email="alice@example.org"))
    book.save()
    assert outlook.look_ahead(agreement, moment(2010, 12, 10)) >= 1
    found = {one.clause: one for one in signals(agreement, date(2010, 12, 11), inward=True) if "10.0" in one.words}
    assert found["attendance_improved"].words == (
        "Families whose child's attendance improved: 10.0\N{NO-BREAK SPACE}% by 10 December 2010. At least 80 %."
    )
    assert found["attendance_improved"].given == (SERVICE, "attendance_improved")
    assert not [
        one for one in signals(agreement, date(2010, 12, 11), inward=False) if one.clause == "attendance_improved"
    ]
    assert not [one for one in signals(agreement, date(2011, 1, 2), inward=True) if one.clause == "attendance_improved"]
    outlook.look_ahead(agreement, moment(2010, 12, 12))
    assert Outlook.objects.filter(indicator="attendance_improved").count() == 1
