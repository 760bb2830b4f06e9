"""Posts, supervision, scores and the directory."""

from datetime import date
from decimal import Decimal

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory import queries as entries
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Post, Supervision
from tests.fixtures.families import household
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 10, 1)
ON = AT.date()
OF_SERVICE = Scope.of(service=SERVICE)


def test_posts_are_counted_in_full_time_equivalents(world: World, sam: Actor) -> None:
    for area, hours in (("chelmer", Decimal("18.5")), ("colne_side", Decimal(37))):
        commands.appoint(
            sam,
            OF_SERVICE,
            service=SERVICE,
            role="parent_support_advisor",
            user=world.users["sam"],
            area=Area.objects.get(pk=area),
            hours=hours,
            full_time_hours=Decimal(37),
            since=date(2010, 5, 1),
            at=AT,
        )
    advisors, seniors = queries.filled_on(SERVICE, ON)
    assert (advisors.filled, advisors.funded, advisors.vacant) == (Decimal("3.5"), 32, Decimal("28.5"))
    assert (seniors.filled, seniors.funded) == (1, 4)
    assert queries.filled_on(SERVICE, date(2010, 4, 15))[0].filled == 2


def test_a_post_is_left_and_filled_again(world: World, sam: Actor, alice: Actor) -> None:
    post = Post.objects.get(area="tendring", role="parent_support_advisor")
    with pytest.raises(Refused, match="Alice Marsh holds this post"):
        commands.fill(sam, post, user=world.users["erin"], since=ON, at=AT)
    commands.vacate(sam, post, last_day=date(2010, 9, 30), at=AT)
    assert queries.advisors_of(SERVICE, roles=["parent_support_advisor"], on=ON, areas=["tendring"]) == []
    commands.fill(sam, post, user=world.users["erin"], since=ON, at=AT)
    (advisor,) = queries.advisors_of(SERVICE, roles=["parent_support_advisor"], on=ON, areas=["tendring"])
    assert (advisor.name, advisor.area_name) == ("Erin Bolt", "Tendring")
    with pytest.raises(NotAllowed):
        commands.vacate(alice, post, last_day=ON, at=AT)


def test_supervision_is_of_somebody_else_and_over(world: World, bob: Actor) -> None:
    given = {"service": SERVICE, "team": world.teams["tendring"], "at": AT}
    scope = Scope.of(service=SERVICE, team=world.teams["tendring"].pk)
    with pytest.raises(Refused, match="herself"):
        commands.supervise(bob, scope, worker=world.users["bob"], held_on=ON, **given)
    with pytest.raises(Refused, match="future"):
        commands.supervise(bob, scope, worker=world.users["alice"], held_on=date(2010, 10, 2), **given)
    for _ in range(2):
        commands.supervise(bob, scope, worker=world.users["alice"], held_on=ON, note="All well", **given)
    assert Supervision.objects.get().note == "All well"
    last = {person.name: day for person, day in queries.last_supervised(SERVICE, ON)}
    assert last == {"Alice Marsh": ON, "Bob Lennox": None, "Carol Reed": None}


def test_answers_become_a_score(world: World, alice: Actor) -> None:
    home = household()
    given = {"service": SERVICE, "instrument": "how_things_are", "taken_on": ON, "completed_by": "Parent", "at": AT}
    answers = {"rest": 2, "mornings": 3, "enjoyed": 2, "someone": 3, "coped": 2, "look_ahead": 2}
    kept = outcomes.administer(alice, home.family, point="start", answers=answers, **given)
    assert kept.score == 14
    assert outcomes.administer(alice, home.family, point="start", answers=answers, **given).pk == kept.pk
    with pytest.raises(Refused, match="already a score of 14"):
        outcomes.administer(alice, home.family, point="start", score=Decimal(21), **given)
    with pytest.raises(Refused, match="Answer “I could cope") as refusal:
        outcomes.administer(alice, home.family, point="end", answers={**answers, "coped": ""}, **given)
    assert refusal.value.field == "coped"
    with pytest.raises(Refused, match="Choose one of the answers"):
        outcomes.administer(alice, home.family, point="end", answers={**answers, "coped": 6}, **given)
    with pytest.raises(Refused, match="from 0 to 30"):
        outcomes.administer(alice, home.family, point="end", score=Decimal(31), **given)
    assert Administration.objects.count() == 1


def test_the_directory_keeps_one_entry_a_name(world: World, alice: Actor, sam: Actor) -> None:
    own = Scope.of(service=SERVICE, users=[alice.id])
    first = directory.add(alice, own, service=SERVICE, name=" Debt  advice ", at=AT)
    assert directory.add(alice, own, service=SERVICE, name="Debt advice", at=AT) == first
    with pytest.raises(NotAllowed):
        directory.verify(alice, own, entry=first, at=AT)
    assert list(entries.stale(SERVICE, on=ON, days=90)) == [first]
    assert directory.verify(sam, OF_SERVICE, entry=first, phone="01206 000000", at=AT).verified_on == ON
    assert list(entries.stale(SERVICE, on=ON, days=90)) == []
    assert [entry.name for entry in entries.entries(SERVICE)] == ["Debt advice"]
