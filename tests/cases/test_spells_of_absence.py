"""Absences with no working day between them are one spell: cover is due counting from its first day."""

from datetime import date, timedelta
from typing import Any

import pytest

from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.tasks import jobs
from fingerpost.ground.tasks.models import Clock
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Absence, Holding
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.families import SYSTEM
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("R3")
FIRST, SECOND = (date(2010, 9, 6), date(2010, 9, 17)), (date(2010, 9, 20), None)
"""Two weeks, a weekend, and away again."""


def running() -> Any:
    """The clocks that ask for cover."""
    return Clock.objects.running().filter(key="long_absence")


def away(world: World, since: date, until: date | None, *, on: date | None = None) -> Absence:
    held = Holding.objects.get(user=world.users["alice"])
    at = moment(2010, 9, 24) if on is None else moment(on.year, on.month, on.day)
    return commands.record_absence(SYSTEM, held, started_on=since, ended_on=until, reason="sickness", at=at)


def as_it_stands(bob: Actor, absence: Absence, on: date) -> queries.Away:
    return queries.absence(bob, absence.pk, on)


@pytest.mark.parametrize("order", [[FIRST, SECOND], [SECOND, FIRST]], ids=["as it happened", "the other way round"])
def test_fifteen_working_days_in_two_lines_raise_the_alert(
    world: World, bob: Actor, browser: Browser, today: Today, order: list[tuple[date, date | None]]
) -> None:
    for since, until in order:
        away(world, since, until)
    today.is_(2010, 9, 24)
    second = Absence.objects.get(started_on=SECOND[0])
    found = as_it_stands(bob, second, date(2010, 9, 24))
    assert (found.working_days, found.alert_on, found.away_since) == (15, date(2010, 9, 20), FIRST[0])
    assert found.needs_cover
    assert jobs.check_clocks() == 1
    assert running().get().subject_id == second.pk
    assert "Alice Marsh has been away for 15 working days" in opened(browser("bob"), "practice:staff")


def test_a_working_day_between_makes_two_spells(world: World, bob: Actor) -> None:
    away(world, *FIRST)
    second = away(world, date(2010, 9, 21), None)
    found = as_it_stands(bob, second, date(2010, 9, 24))
    assert (found.working_days, found.needs_cover) == (4, False)
    assert running().get().started_at.date() <= date(2010, 9, 21)
    assert running().get().due_at.date() > date(2010, 9, 24)


def test_bank_holidays_between_are_no_working_days(world: World, bob: Actor) -> None:
    # Good Friday to Easter Monday, 22 to 25 April 2011.
    away(world, date(2011, 4, 11), date(2011, 4, 21), on=date(2011, 4, 27))
    second = away(world, date(2011, 4, 26), None, on=date(2011, 4, 27))
    assert as_it_stands(bob, second, date(2011, 4, 27)).working_days == 11


def test_correcting_one_splits_and_joins_again(world: World, bob: Actor) -> None:
    first, second = away(world, *FIRST), away(world, *SECOND)
    at = moment(2010, 9, 24)
    fields = {"started_on": FIRST[0], "reason": "sickness", "at": at}
    commands.correct_absence(SYSTEM, first, ended_on=date(2010, 9, 16), **fields)
    assert not as_it_stands(bob, second, at.date()).needs_cover
    assert running().get().due_at.date() > at.date()
    commands.correct_absence(SYSTEM, first, ended_on=FIRST[1], **fields)
    assert as_it_stands(bob, second, at.date()).needs_cover
    assert running().get().due_at.date() <= at.date()


def test_coming_back_ends_the_spell_and_its_clock(world: World, bob: Actor) -> None:
    away(world, *FIRST)
    second = away(world, *SECOND)
    commands.end_absence(SYSTEM, second, ended_on=date(2010, 9, 23), at=moment(2010, 9, 24))
    assert not running().exists()


def test_cover_for_the_first_that_goes_on_covers_the_second(world: World, bob: Actor) -> None:
    first = away(world, FIRST[0], None, on=date(2010, 9, 10))
    plan = {"worker": world.users["carol"], "since": date(2010, 9, 13), "weekdays": [0, 1, 2, 3, 4]}
    commands.plan_cover(SYSTEM, first, **plan, at=moment(2010, 9, 10))
    commands.end_absence(SYSTEM, first, ended_on=FIRST[1], at=moment(2010, 9, 17))
    second = away(world, *SECOND, on=date(2010, 9, 20))
    assert as_it_stands(bob, second, date(2010, 9, 20)).needs_cover, "the cover ended with the first"
    commands.plan_cover(SYSTEM, second, **{**plan, "since": SECOND[0]}, at=moment(2010, 9, 20, 12))
    assert not as_it_stands(bob, second, date(2010, 9, 20)).needs_cover
    assert not running().exists()


def test_the_contract_page_tells_of_it(world: World) -> None:
    away(world, *FIRST)
    away(world, *SECOND)
    held = rules(SERVICE, date(2010, 9, 24))
    (bare,) = [one for one in queries.absences(SYSTEM, held) if one.needs_cover]
    assert bare.working_days == 15
    assert held.on - bare.away_since > timedelta(days=14)
