"""What rooms serve to returns and to the contract's page: lists, signals and where records stand."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts import lists, signals, standing
from fingerpost.agreements.contracts.lists import Column, Listed
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.signals import Severity, Signal
from fingerpost.agreements.contracts.standing import Standing
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.language.periods import Period
from fingerpost.proof.returns.printed_lists import printed_list
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
AT = moment(2010, 12, 20)


@pytest.fixture
def agreement(world: World) -> Agreement:
    return Agreement.objects.get(key=SERVICE)


def test_a_small_number_of_people_in_a_list_is_hidden_from_the_reader() -> None:
    one = Listed("Groups", (Column("Where"), Column("Parents", people=True)), (("Mid", 4), ("West", 12), ("South", 0)))
    hidden, exact = (printed_list("x", one.as_dict(), exact=exact) for exact in (False, True))
    assert hidden["rows"] == [["Mid", "Hidden"], ["West", "Hidden"], ["South", "0"]], (
        "one hidden number alone is had by subtraction"
    )
    assert exact["rows"][0] == ["Mid", "4"]
    assert hidden["numeric"] == [1]


def test_a_kind_nobody_serves_is_none_and_posts_are_served(agreement: Agreement) -> None:
    period = Period(date(2010, 10, 1), date(2010, 12, 31))
    assert lists.listed("no_such_kind", agreement, period, AT) is None
    posts = lists.listed("post", agreement, period, AT)
    assert posts is not None
    assert [row[:2] for row in posts.rows] == [
        ("Parent Support Advisor", "32.0"),
        ("Senior Parent Support Advisor", "4.0"),
    ]
    assert {"group_run", "drop_in", "post"} <= set(lists.kinds())


def test_signals_stand_on_the_page_and_inward_ones_stay_inside(
    world: World, agreement: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": AT)

    def look(agreement: Agreement, on: date) -> Iterator[Signal]:
        yield Signal("random_sample", Severity.COMING, "Said to all", "oversight:returns", (SERVICE,), inward=False)
        yield Signal("random_sample", Severity.MISSED, "Said inside", "no:such_page")

    monkeypatch.setitem(signals._looks, "test", look)
    found = [one.words for one in signals.signals(agreement, AT.date(), inward=True)]
    assert found.index("Said inside") < found.index("Said to all"), "the worst first"
    client = Client()
    for who, inside in (("sam", True), ("dave", False)):
        client.force_login(world.users[who])
        page = client.get(reverse("oversight:contract", args=[SERVICE])).content.decode()
        clause = client.get(reverse("oversight:clause", args=[SERVICE, "random_sample"])).content.decode()
        assert ("Said inside" in page, "Said inside" in clause) == (inside, inside)
        assert "Said to all" in page
        assert "Said to all" in clause
        assert "The return due 31 December 2010 has not been sent. 11 days left." in page


def test_where_records_stand_is_told_beside_the_clause(
    world: World, agreement: Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": AT)
    monkeypatch.setitem(standing._told, "sample", lambda agreement, on: Standing("7 drawn", "practice:absences"))
    client = Client()
    for who, has_the_way in (("sam", True), ("dave", False)):  # he may not open the page of absences
        client.force_login(world.users[who])
        page = client.get(reverse("oversight:contract", args=[SERVICE])).content.decode()
        assert "7 drawn" in page
        assert ('href="/staff/absences"' in page) == has_the_way, who


@pytest.mark.parametrize(
    ("day", "said", "severity"),
    [
        (date(2010, 12, 2), None, None),
        (date(2010, 12, 3), "28 days left", "coming"),
        (date(2010, 12, 24), "7 days left", "at_risk"),
        (date(2010, 12, 31), "is due today", "at_risk"),
        (date(2011, 1, 1), "is 1 day late", "missed"),
    ],
)
def test_a_return_is_announced_and_then_late(
    agreement: Agreement, sam: Actor, day: date, said: str | None, severity: str | None
) -> None:
    found = [one for one in signals.signals(agreement, day, inward=False) if "return due 31 December 2010" in one.words]
    assert [one.severity.value for one in found] == ([severity] if severity else [])
    assert all(said in one.words for one in found if said)
