"""Closing says first what is open; over an open concern it takes a reason, and the lead hears. And the reason is the one agreed."""

from typing import Any

import pytest

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Task
from fingerpost.ground.tasks.queries import worklist
from fingerpost.work.casework import commands
from fingerpost.work.casework.models import Case
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory.models import Entry
from fingerpost.work.safeguarding import commands as concerns
from fingerpost.work.safeguarding.models import Concern, Step
from tests.fixtures.browsing import Browser, Today, opened, told, turned_down
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import SYSTEM
from tests.fixtures.groups import OF_SERVICE
from tests.fixtures.world import SERVICE, World, moment

CLOSED = moment(2010, 9, 20)


@pytest.fixture
def case(world: World, today: Today) -> Case:
    today.is_(2010, 9, 20)
    made = allocated(world)
    supervised(world, made, at=moment(2010, 9, 17))
    return made


def close(case: Case, **more: str) -> dict[str, Any]:
    case.refresh_from_db()
    return {"reason": "needs_met", "outcomes_met": "fully", "revision": case.revision} | more


def a_concern(actor: Actor, case: Case) -> Concern:
    return concerns.raise_concern(
        actor, case, service=SERVICE, seen="Bruises.", seen_at=moment(2010, 9, 18), at=moment(2010, 9, 18)
    )


@pytest.mark.case("P2")
def test_the_page_says_what_is_still_open(world: World, alice: Actor, case: Case, browser: Browser) -> None:
    concern = a_concern(alice, case)
    page = opened(browser("alice"), "practice:case_close", case.ref)
    assert f"Safeguarding concern {concern.ref} of 18 September 2010 is not decided" in page
    assert "How things are for the parent: no score at the end" in page
    assert "The parent's part in schooling: no score at the end" in page
    assert "Why does the case close while a safeguarding concern is open?" in page


@pytest.mark.case("P2")
def test_nothing_open_asks_nothing(world: World, case: Case, browser: Browser) -> None:
    page = opened(browser("alice"), "practice:case_close", case.ref)
    assert "safeguarding concern is open" not in page
    told(browser("alice"), "practice:case_close", case.ref, **close(case))


@pytest.mark.case("P2")
@pytest.mark.parametrize("is_decided", [False, True])
def test_over_an_open_concern_it_takes_a_reason_and_the_lead_hears(
    world: World, alice: Actor, fay: Actor, case: Case, browser: Browser, is_decided: bool
) -> None:
    concern = a_concern(alice, case)
    concerns.read(fay, concern, at=moment(2010, 9, 18, 12))
    if is_decided:
        concerns.decide(fay, concern, decision="support", reason="Keep seeing them", at=moment(2010, 9, 18, 13))
    said = turned_down(browser("alice"), "practice:case_close", case.ref, **close(case))
    assert "Why does the case close while a safeguarding concern is open" in said
    assert Case.objects.get(pk=case.pk).closed_at is None
    told(browser("alice"), "practice:case_close", case.ref, **close(case, over_concerns="Social care works with them"))
    (line,) = [one for one in worklist(fay, CLOSED) if case.ref in one.title]
    assert concern.ref in line.title
    page = opened(browser("fay"), "practice:concern", concern.ref)
    assert "Social care works with them" in page
    assert "I have read it" in page
    concerns.read(fay, concern, at=moment(2010, 9, 20, 12))
    assert not [one for one in worklist(fay, CLOSED) if case.ref in one.title]


@pytest.mark.case("P2")
def test_the_command_itself_refuses(alice: Actor, case: Case) -> None:
    a_concern(alice, case)
    with pytest.raises(Refused, match="Say why the case closes"):
        commands.close(alice, case, reason="needs_met", at=CLOSED)


@pytest.mark.case("P2")
def test_who_knows_of_no_concern_is_asked_nothing_and_the_lead_hears_all_the_same(
    world: World, fay: Actor, case: Case, browser: Browser
) -> None:
    concern = a_concern(fay, case)
    page = opened(browser("alice"), "practice:case_close", case.ref)
    assert concern.ref not in page
    assert "concern is open" not in page
    told(browser("alice"), "practice:case_close", case.ref, **close(case))
    assert Step.objects.filter(concern=concern, note__contains=case.ref).exists()


@pytest.mark.case("P2")
def test_a_closed_concern_asks_nothing(alice: Actor, fay: Actor, case: Case) -> None:
    concern = a_concern(alice, case)
    concerns.decide(fay, concern, decision="nothing", reason="An old scar", at=moment(2010, 9, 19))
    concerns.close(fay, concern, outcome="Nothing more", at=moment(2010, 9, 19, 12))
    assert commands.close(alice, case, reason="needs_met", at=CLOSED).closed_at


@pytest.fixture
def another_service() -> Entry:
    return directory.add(SYSTEM, OF_SERVICE, service=SERVICE, name="Family Nurse", kind="health", at=moment(2010, 4, 1))


@pytest.mark.case("R8")
def test_whether_the_other_service_took_them_is_asked_later(
    world: World, alice: Actor, case: Case, browser: Browser, another_service: Entry, today: Today
) -> None:
    supervised(world, case, at=moment(2010, 9, 18), decided="refer_on")
    moves = close(case, reason="referred_on", destination=str(another_service.pk), destination_accepted="not_known")
    told(browser("alice"), "practice:case_close", case.ref, **moves)
    (task,) = Task.objects.open().filter(origin_id=case.pk)
    assert (task.owner, task.due_on.isoformat()) == (world.users["alice"], "2010-10-04")
    assert "Family Nurse" in task.title
    assert "Ask whether the other service took the family on: Family Nurse" in opened(
        browser("alice"), "practice:my_work"
    )
    page = told(browser("alice"), "practice:destination_answer", case.ref, accepted="no")
    assert "Family Nurse, which did not take them on" in page
    assert not Task.objects.open().filter(origin_id=case.pk).exists()


@pytest.mark.case("R8")
def test_known_at_closing_it_is_not_asked(world: World, alice: Actor, case: Case, another_service: Entry) -> None:
    supervised(world, case, at=moment(2010, 9, 18), decided="refer_on")
    moves = {"reason": "referred_on", "destination": another_service, "destination_accepted": True}
    commands.close(alice, case, **moves, at=CLOSED)
    assert not Task.objects.open().filter(origin_id=case.pk).exists()


@pytest.mark.case("R8")
def test_the_reason_is_the_one_that_supervision_agreed_or_it_says_why_not(
    world: World, case: Case, browser: Browser
) -> None:
    supervised(world, case, at=moment(2010, 9, 18), decided="refer_on")
    said = turned_down(browser("alice"), "practice:case_close", case.ref, **close(case))
    assert "Supervision decided: refer to another service" in said
    why = "The other service had closed"
    page = told(browser("alice"), "practice:case_close", case.ref, **close(case, unlike_supervision=why))
    assert why in page


@pytest.mark.case("R8")
def test_a_case_that_shall_close_is_not_referred_on_without_a_word(
    alice: Actor, case: Case, another_service: Entry
) -> None:
    moves = {"reason": "referred_on", "destination": another_service}
    with pytest.raises(Refused, match="Supervision decided: close"):
        commands.close(alice, case, **moves, at=CLOSED)
    assert commands.close(alice, case, **moves, unlike_supervision="They asked for a nurse", at=CLOSED).closed_at
