"""Requests: received once, decided with reasons, put in order, withdrawn."""

from datetime import timedelta

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import area_key
from fingerpost.people.families.models import Family
from fingerpost.work.assessments import commands as assessments
from fingerpost.work.referrals import commands, queries
from fingerpost.work.referrals.models import Request
from tests.fixtures.families import household
from tests.fixtures.referrals import decided, received
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 6, 14)


def test_a_request_lies_where_the_parent_lives(world: World, alice: Actor, carol: Actor, erin: Actor) -> None:
    home = household()
    request = received(home, erin, at=AT)
    assert request.home_area == area_key(SERVICE, "tendring")
    assert set(request.scope_keys) >= {
        f"service:{SERVICE}",
        f"area:{SERVICE}/tendring",
        f"team:{world.teams['tendring'].pk}",
        f"user:{erin.id}",
    }
    assert list(Request.objects.visible_to(alice)) == [request]
    assert not Request.objects.visible_to(carol).exists()
    assert [sent.request for sent in queries.made_by(erin)] == [request]


def test_who_refers_follows_her_request_and_sees_nothing_else(world: World, erin: Actor, dave: Actor) -> None:
    received(household(), erin, at=AT)
    assert not Family.objects.visible_to(erin).exists()
    assert not Request.objects.visible_to(erin).exists()
    assert not Request.objects.visible_to(dave).exists()


def test_the_same_family_does_not_wait_twice(world: World, alice: Actor) -> None:
    home = household()
    first = received(home, alice, at=AT)
    with pytest.raises(Refused, match=first.ref):
        received(home, alice, at=AT)
    commands.withdraw(alice, first, reason="The parent changed her mind", at=AT)
    assert received(home, alice, at=AT).pk != first.pk


def test_what_cannot_be_received_says_why(world: World, alice: Actor) -> None:
    home, other = household(), household("Stone")
    scope = Scope.of(service=SERVICE, area=area_key(SERVICE, "tendring"))
    common = {"family": home.family, "source": "school", "at": AT}
    with pytest.raises(Refused, match="at least one child"):
        commands.receive(alice, scope, children=[], received_at=AT, **common)
    with pytest.raises(Refused, match="not in this family"):
        commands.receive(alice, scope, children=other.children, received_at=AT, **common)
    with pytest.raises(Refused, match="future"):
        commands.receive(alice, scope, children=home.children, received_at=AT + timedelta(hours=1), **common)
    with pytest.raises(Refused, match="no group called astronaut"):
        commands.receive(
            alice, scope, children=home.children, received_at=AT, vulnerable_groups=["astronaut"], **common
        )
    assert not Request.objects.exists()


def test_another_team_cannot_receive_or_decide_here(world: World, alice: Actor, bob: Actor, carol: Actor) -> None:
    home = household()
    with pytest.raises(NotAllowed):
        received(home, carol, at=AT, scope=home.family.scope)
    request = received(home, alice, at=AT)
    with pytest.raises(NotAllowed):
        commands.decide(alice, request, at=AT)
    assert commands.decide(bob, request, at=AT).decided_at == AT


def test_an_assessment_decides_a_waiting_request_again(world: World, alice: Actor, bob: Actor) -> None:
    home = household()
    request = decided(received(home, alice, at=AT), bob, at=AT)
    assert (request.outcome, request.withdrawn_at) == ("", None)
    first = request.decision_id
    assessments.record(alice, home.family, assessed_on=AT.date(), author="J Day", needs=["parenting_support"], at=AT)
    request.refresh_from_db()
    assert request.decision_id != first
    again = assessments.record(
        alice, home.family, assessed_on=AT.date(), author="J Day", needs=["parenting_support"], at=AT
    )
    assert again.recorded_at == AT


def test_a_forecast_needs_a_reason_in_words(world: World, alice: Actor, bob: Actor) -> None:
    request = received(household(), alice, at=AT)
    with pytest.raises(Refused, match="Write why") as refusal:
        commands.accept_on_forecast(bob, request, forecast_reason="  ", at=AT)
    assert refusal.value.field == "forecast_reason"


def test_the_waiting_list_puts_vulnerable_groups_first_and_says_why(world: World, alice: Actor, carol: Actor) -> None:
    plain = received(household("Early"), alice, at=AT, received_at=AT)
    carer = received(household("Late"), alice, at=AT, received_at=AT, vulnerable_groups=["young_carer"])
    lines = queries.queue(alice, SERVICE, on=AT.date())
    assert [line.ref for line in lines] == [carer.ref, plain.ref]
    assert lines[0].goes_first == "Priority group: Young carer."
    assert lines[1].goes_first == ""
    assert queries.queue(carol, SERVICE, on=AT.date()) == []


def test_the_waiting_list_asks_as_much_for_many_as_for_few(
    world: World, alice: Actor, django_assert_max_num_queries: pytest.fixture
) -> None:
    for number in range(4):
        received(household(f"Name{number}", children=["Ada", "Ben"]), alice, at=AT)
    with django_assert_max_num_queries(2):
        lines = queries.queue(alice, SERVICE, on=AT.date())
    assert [line.children for line in lines] == [("Ada", "Ben")] * 4


def test_a_withdrawn_request_is_not_decided(world: World, alice: Actor, bob: Actor) -> None:
    request = received(household(), alice, at=AT)
    with pytest.raises(Refused, match="why"):
        commands.withdraw(alice, request, reason=" ", at=AT)
    commands.withdraw(alice, request, reason="Moved to another county", at=AT)
    with pytest.raises(Refused, match="withdrawn on 14 June 2010"):
        commands.decide(bob, request, at=AT)


def test_a_child_like_one_of_another_family_is_pointed_out(world: World, alice: Actor) -> None:
    known, same = household("Field"), household("Field")
    household("Stone", children=["Zoe"])
    request = received(same, alice, at=AT)
    (warning,) = queries.look_alikes(alice, request)
    assert (warning.child, warning.match.person, warning.match.verdict) == (same.child, known.child, "perhaps")
