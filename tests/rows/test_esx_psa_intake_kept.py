"""Who is taken on by the Essex advisors: what a refusal says and where, what is told twice, and whose letter is held back."""

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Task
from fingerpost.people.correspondence.models import Message
from fingerpost.people.schooling import commands as schooling
from fingerpost.people.schooling.commands import ExclusionGiven
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.models import Request
from fingerpost.work.referrals.replies import letters_of
from tests.fixtures.attendance import OF_SERVICE, load_attendance, load_exclusions
from tests.fixtures.browsing import Browser, Today, opened, posted, told, turned_down
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.families import Household, household
from tests.fixtures.referrals import assessed, received
from tests.fixtures.world import World, moment

AT = moment(2010, 6, 14)
ON = AT.date()


@pytest.fixture(autouse=True)
def in_its_own_time(today: Today) -> None:
    today.now = AT


def asked_for(world: World, home: Household) -> Request:
    assessed(home, world.actor("alice"), on=date(2010, 5, 4), at=AT)
    return received(home, world.actor("erin"), at=AT)


def faults_of(answer: Any) -> list[str]:
    """The fields at which the form that was sent back has something to say."""
    assert answer.status_code == 200
    return re.findall(r'class="govuk-error-summary.*?</div>', answer.content.decode(), flags=re.DOTALL) and re.findall(
        r'<a href="#([^"]+)"',
        re.search(r"govuk-error-summary__list.*?</ul>", answer.content.decode(), re.DOTALL)[0],  # type: ignore[index]
    )


@pytest.mark.row("ESX-PSA-2.4.2")
def test_a_letter_that_was_sent_stands_and_so_does_another_familys(
    world: World, browser: Browser, today: Today, sam: Actor, bob: Actor
) -> None:
    client = browser("bob")
    load_exclusions(sam, complete_to=ON, at=AT)
    requests = []
    for name, first in (("Told", "Ines"), ("Later", "Kit"), ("Beside", "Ada")):
        home = household(name, children=(first,), born_on=date(1999, 1, 20))
        load_exclusions(sam, complete_to=ON, at=AT)
        load_attendance(sam, home.child, [10] * 12, before=ON, at=AT)
        request = asked_for(world, home)
        assert "The request is not accepted" in told(client, "practice:request_decide", request.ref)
        requests.append((home, request))
    (seen, sent), (fell, dropped), (_, beside) = requests
    posted(client, "practice:request_reply", sent.ref, sent_on="14/6/2010", method="post", recipient="Quay Primary")
    waiting = Task.objects.open().filter(kind="reply_to_referrer")
    assert {task.origin_id for task in waiting if task.origin_id in _letters(dropped, beside)} == _letters(
        dropped, beside
    )
    for home, request in ((seen, sent), (fell, dropped)):
        load_attendance(sam, home.child, [8, 8, 8, 8], before=ON, at=AT)
        assert "The request is awaiting forecast reason" in told(client, "practice:request_decide", request.ref)
    assert [letters_of(one)[0].state for one in (sent, dropped, beside)] == ["sent", "blocked", "draft"]
    assert {task.origin_id for task in waiting.all()} & _letters(sent, dropped, beside) == _letters(beside)
    (done,) = Task.objects.filter(origin_id__in=_letters(dropped))
    assert (done.outcome, done.done_at) == ("Not needed any more", AT)

    # The reason is typed once the fall is seen, and no more once a case is open.
    assert "There is a problem" not in opened(client, "practice:request_forecast", dropped.ref)
    posted(client, "practice:request_forecast", dropped.ref, forecast_reason=" The father lost his job ")
    dropped.refresh_from_db()
    assert (dropped.forecast_reason, dropped.outcome) == ("The father lost his job", "accepted")
    posted(client, "practice:request_allocate", dropped.ref, worker=world.users["alice"].pk)
    with pytest.raises(Refused, match="A case was opened on this request on 14 June 2010"):
        referrals.accept_on_forecast(bob, dropped, forecast_reason="Another", at=AT)
    dropped.refresh_from_db()
    assert dropped.forecast_reason == "The father lost his job"


def _letters(*requests: Request) -> set[Any]:
    return set(Message.objects.filter(origin_id__in=[one.pk for one in requests]).values_list("pk", flat=True))


@pytest.mark.row("ESX-PSA-2.4.3")
def test_an_exclusion_told_again_is_the_same_and_told_otherwise_takes_its_place(world: World, sam: Actor) -> None:
    home = household()
    load_exclusions(sam, complete_to=ON, at=AT)
    given = ExclusionGiven(home.child.pk, home.child.scope, "fixed_term", date(2010, 5, 18), date(2010, 5, 19), 4)
    other = ExclusionGiven(home.child.pk, home.child.scope, "fixed_term", date(2010, 6, 8), None, 1)

    def load(*rows: ExclusionGiven) -> tuple[int, int, int]:
        found = schooling.load_exclusions(sam, OF_SERVICE, exclusions=list(rows), at=AT)
        return found.added, found.changed, found.unchanged

    assert load(given) == (1, 0, 0)
    assert load(given, other) == (1, 0, 1)
    assert load(given, other) == (0, 0, 2)
    longer = ExclusionGiven(home.child.pk, home.child.scope, "fixed_term", date(2010, 5, 18), date(2010, 5, 20), 6)
    assert load(longer, other) == (0, 1, 1)


@pytest.mark.row("ESX-PSA-2.4.4")
def test_an_assessment_is_of_a_day_that_has_come_and_a_refused_request_is_refused_as_such(
    world: World, browser: Browser, sam: Actor
) -> None:
    alice, bob, home = browser("alice"), browser("bob"), household()
    where = ["practice:assessment_new", home.family.ref]
    made = {"author": "J Day", "needs": ["parenting_support"]}
    assert "There is a problem" not in opened(alice, *where)
    assert "must be on or before 14 June 2010" in turned_down(alice, *where, **made, assessed_on="15/6/2010")
    assert not Assessment.objects.filter(family=home.family).exists()
    posted(alice, *where, **made, assessed_on="14/6/2010")
    load_exclusions(sam, complete_to=ON, at=AT)
    load_attendance(sam, home.child, [10] * 12, before=ON, at=AT)
    request = received(home, world.actor("erin"), at=AT)
    allocate = ["practice:request_allocate", request.ref]
    worker = {"worker": world.users["alice"].pk}
    undecided = turned_down(bob, *allocate, **worker)
    assert "This request is awaiting a decision, so it cannot be allocated. Record what is missing first." in undecided
    told(bob, "practice:request_decide", request.ref)
    assert "This request was not accepted, so it cannot be allocated." in turned_down(bob, *allocate, **worker)


@pytest.mark.row("ESX-PSA-2.5.1")
def test_the_reason_for_an_exception_is_asked_for_where_it_is_typed(world: World, browser: Browser, bob: Actor) -> None:
    client = browser("bob")
    request, carol = accepted(household("Field"), AT), world.users["carol"].pk
    allocate = reverse("practice:request_allocate", args=[request.ref])
    for reason in ("", " "):
        answer = client.post(allocate, {"worker": carol, "exception_reason": reason})
        assert faults_of(answer) == ["id_exception_reason"], "at its own field"
    assert faults_of(client.post(allocate, {"exception_reason": "Nobody else"})) == ["id_worker"]
    posted(client, "practice:request_allocate", request.ref, worker=world.users["alice"].pk)
    assert Case.objects.get(request=request).worker == world.users["alice"], "at home nobody asks why"
    case = allocated(world, home=household("Other", children=("Kit",), born_on=date(2001, 3, 3)), at=AT)
    move = reverse("practice:case_allocate", args=[case.ref])
    assert faults_of(client.post(move, {"worker": carol, "reason": " ", "revision": case.revision})) == ["id_reason"]
    wrong = client.post(move, {"worker": carol, "reason": "Nearer", "revision": case.revision + 1})
    assert Case.objects.get(pk=case.pk).worker == world.users["alice"], faults_of(wrong)
    assert "There is a problem" in wrong.content.decode(), "somebody else gave it away meanwhile"
    assert "Nearer" in wrong.content.decode(), "what was typed stays"
    posted(client, "practice:case_allocate", case.ref, worker=carol, reason="Nearer", revision=case.revision)
    assert Case.objects.get(pk=case.pk).worker == world.users["carol"]
