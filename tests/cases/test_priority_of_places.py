"""Priority reaches every waiting list, and criteria every offer, as the contract says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.rules import Rules
from fingerpost.ground.access.command import Refused
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.work.groups import commands, waiting_list
from fingerpost.work.groups.models import Booking
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.families import SYSTEM, Household, household
from tests.fixtures.groups import GroupMade, a_group
from tests.fixtures.world import World, moment

pytestmark = pytest.mark.case("R11")
LATER = moment(2010, 9, 20)


@pytest.fixture
def group(world: World) -> GroupMade:
    """One place, taken; one waits since 1 September."""
    return a_group(world)


def waits(group: GroupMade, name: str, *, since: Any = LATER) -> Household:
    home = household(name)
    commands.wait(SYSTEM, group.run, person=home.parent, family=home.family, at=since)
    return home


def in_priority_group(home: Household, *, child: bool = False) -> None:
    about = home.child if child else home.parent
    circumstances.record(SYSTEM, about, kind="vulnerable_group", value="young_carer", at=LATER)


def next_in_line(group: GroupMade) -> Any:
    (booked,) = commands.cancel(SYSTEM, Booking.objects.get(run=group.run, cancelled_at=None), at=LATER)
    return booked.person_id


@pytest.mark.parametrize("of_the_child", [False, True])
def test_a_priority_group_goes_before_who_came_first(world: World, group: GroupMade, of_the_child: bool) -> None:
    plain, first = waits(group, "Plain"), waits(group, "First")
    in_priority_group(first, child=of_the_child)
    assert [next_in_line(group) for _ in range(3)] == [first.parent.pk, group.waiting.person_id, plain.parent.pk]


def test_within_a_group_the_longest_waiting_goes_first(world: World, group: GroupMade) -> None:
    second, first = waits(group, "Second"), waits(group, "First", since=moment(2010, 9, 19))
    for home in (second, first):
        in_priority_group(home)
    assert next_in_line(group) == first.parent.pk


def test_a_group_that_has_ended_goes_by_date(world: World, group: GroupMade) -> None:
    home = waits(group, "Ended")
    fact = circumstances.record(SYSTEM, home.parent, kind="vulnerable_group", value="young_carer", at=LATER)
    circumstances.end(SYSTEM, fact, on=LATER.date(), at=LATER)
    assert next_in_line(group) == group.waiting.person_id


def test_the_page_shows_the_same_order_and_not_why(
    world: World, group: GroupMade, browser: Browser, today: Today
) -> None:
    in_priority_group(waits(group, "First"))
    page = opened(browser("bob"), "practice:run", group.run.ref)
    assert page.index("Pat First Priority") < page.index("Pat Waits tendring")
    assert "carer" not in page.lower()


Changed = Callable[..., None]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Changed:
    """Changes what the contract says of its courses."""
    standing = contracts.rules

    def changed(**words: Any) -> None:
        def rules(service: str, on: Any) -> Rules:
            held = standing(service, on)
            offers = {key: one.model_copy(update=words) for key, one in held.contract.offers.items()}
            return replace(held, contract=replace(held.contract, offers=offers))

        monkeypatch.setattr(waiting_list, "rules", rules)

    return changed


def test_an_offer_may_go_by_date_alone(world: World, group: GroupMade, offer: Changed) -> None:
    offer(waits="in_order")
    in_priority_group(waits(group, "First"))
    assert next_in_line(group) == group.waiting.person_id


def test_an_offer_with_criteria_admits_whom_they_admit(world: World, group: GroupMade, offer: Changed) -> None:
    offer(criteria="casework")
    home = household("Else")
    with pytest.raises(Refused) as refusal:
        commands.wait(SYSTEM, group.run, person=home.parent, family=home.family, at=LATER)
    assert refusal.value.message
    commands.cancel(SYSTEM, group.booking, at=LATER)
    offer(criteria=None)
    waits(group, "Now")
