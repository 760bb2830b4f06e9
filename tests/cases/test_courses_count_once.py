"""What changed on a course is counted by one definition: on its page, in the figures and in the return."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.cli import main
from fingerpost.people.families.models import Person
from fingerpost.proof.returns import commands as returns
from fingerpost.proof.returns.document import document_of
from fingerpost.work.groups import commands
from fingerpost.work.groups.models import Booking, Run, Session
from tests.fixtures.browsing import Browser, Today, opened, rows_of
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import SERVICE, World, moment

END = date(2010, 12, 31)
OUTCOMES = {"learning_engagement": "learning_engagement_improved", "behaviour": "behaviour_improved"}
LATER = moment(2010, 11, 30)


def a_course(world: World, came: list[int], after: list[tuple[int | None, int | None]]) -> tuple[Run, list[Person]]:
    """Ten sessions planned weekly; how often each person came, and what they scored at the end (8 before)."""
    run = agreed_run(world, ends_on=date(2010, 11, 20))
    starts = [moment(2010, 9, 14, 9) + timedelta(weeks=week) for week in range(10)]
    sessions = commands.plan_sessions(SYSTEM, run, starts=starts, minutes=120, at=moment(2010, 9, 2))
    people = [household(f"Parent{n:02}").parent for n in range(len(came))]
    for person in people:
        commands.book(SYSTEM, run, person=person, at=moment(2010, 9, 2))
    for number, session in enumerate(sessions):
        marks = {person.pk: number < times for person, times in zip(people, came, strict=True)}
        commands.mark(SYSTEM, session, present=marks, at=LATER)
    before = {person.pk: dict.fromkeys(OUTCOMES, Decimal(8)) for person in people}
    commands.measure(SYSTEM, run, point="start", taken_on=date(2010, 9, 14), scores=before, at=LATER)
    given = {
        person.pk: {o: Decimal(p) for o, p in zip(OUTCOMES, points, strict=True) if p is not None}
        for person, points in zip(people, after, strict=True)
    }
    commands.measure(SYSTEM, run, point="end", taken_on=date(2010, 11, 16), scores=given, at=LATER)
    return run, people


NINE = [8] * 9 + [3, 7]
SCORES = [(13, 9), *[(13, 12)] * 5, (13, 8), *[(8, 7)] * 2, (8, 20), (13, 20)]


@pytest.fixture
def told(world: World, browser: Browser, today: Today, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the course's page, the command line and the return say: improved, of how many, not measured twice."""

    def ask(run: Run) -> list[tuple[tuple[int, int, int], ...]]:
        today.is_(2011, 1, 20)
        page = rows_of(browser("alice").get(reverse("practice:run", args=[run.ref])), "Of those who finished")
        of_page = [[int(word) for word in row.split() if word.isdecimal()] for row in page]
        figures, written = [], document()
        for key in OUTCOMES.values():
            capsys.readouterr()
            known = ("--known", "2011-01-20", "--indicator", key, "--json")
            assert main(["figures", SERVICE, "--at", END.isoformat(), *known]) == 0
            figures.append(json.loads(capsys.readouterr().out)["figures"][0])
        numbers = [figures, [written[key]["numbers"] for key in OUTCOMES.values()]]
        counted = [tuple((n["numerator"], n["denominator"], n["not_known"]) for n in some) for some in numbers]
        return [tuple((a, b, c) for a, b, c in of_page), *counted]

    def document() -> dict[str, Any]:
        due = next(one for one in rules(SERVICE, END).returns_due if one.due == END)
        made = returns.assemble(world.actor("sam"), Agreement.objects.get(key=SERVICE), due=due, at=moment(2011, 1, 20))
        headings = document_of(made, at=moment(2011, 1, 20), exact=True)["headings"]
        return {one["key"]: one for part in headings for one in part["figures"]}

    return ask


@pytest.mark.case("R4")
def test_page_figure_and_return_say_seven_and_six_of_nine(world: World, told: Any) -> None:
    run, _ = a_course(world, NINE, SCORES)
    assert told(run) == [((7, 9, 0), (6, 9, 0))] * 3


@pytest.mark.case("R4")
def test_who_was_not_measured_twice_is_not_known_everywhere(world: World, told: Any) -> None:
    run, _ = a_course(world, NINE, [(None, None), *SCORES[1:]])
    assert told(run) == [((6, 8, 1), (5, 8, 1))] * 3


@pytest.mark.case("R4")
def test_who_finished_and_gave_up_the_place_finished_everywhere(world: World, told: Any) -> None:
    run, people = a_course(world, NINE, SCORES)
    for person in (people[0], people[9]):
        commands.cancel(SYSTEM, Booking.objects.get(run=run, person=person), at=LATER)
    assert told(run) == [((7, 9, 0), (6, 9, 0))] * 3


@pytest.mark.case("R4")
def test_sessions_that_were_not_held_are_asked_of_nobody(world: World, browser: Browser, told: Any) -> None:
    """Of eight held, whoever came to seven came to 87.5 %."""
    run, _ = a_course(world, NINE, SCORES)
    for session in Session.objects.filter(run=run).order_by("starts_at")[8:]:
        commands.take_back_register(SYSTEM, session, reason="Marked on the wrong page", at=LATER)
    assert told(run) == [((8, 10, 0), (7, 10, 0))] * 3
    assert "10 of 11 finished" in opened(browser("alice"), "practice:run", run.ref)
