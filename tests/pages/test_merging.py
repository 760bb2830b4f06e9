"""Two entries of one person: compared, said to be one with the reason, told apart again."""

import pytest
from django.test import Client

from fingerpost.ground.access.actor import Actor
from fingerpost.people.families.models import Person
from fingerpost.people.families.queries import find
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.world import World


@pytest.fixture
def pair(world: World) -> tuple[Person, Person]:
    """Ada Field twice: on a case, and in a family written down a second time."""
    known, again = household("Field"), household("Field", children=("Ada",))
    allocated(world, home=known)
    return known.child, again.child


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def test_they_are_compared_merged_and_taken_apart(world: World, pair: tuple[Person, Person], bob: Actor) -> None:
    known, again = pair
    client, address = client_of(world, "bob"), f"/people/{again.pk}/same/{known.pk}"
    page = client.get(address).content.decode()
    assert page.count("Ada Field") >= 2
    assert client.post(address, {"keep": str(known.pk), "reason": ""}).status_code == 200
    done = client.post(address, {"keep": str(known.pk), "reason": "The same birth certificate"}, follow=True)
    assert "The two entries of Ada Field are now one." in done.content.decode()
    again.refresh_from_db()
    assert again.merged_into_id == known.pk
    assert len(find(bob, "Ada Field")) == 1
    assert "Merged records" in done.content.decode()
    assert client.get(address).status_code == 404  # merged already
    apart = client.post(f"/people/{again.pk}/apart", {"reason": "Cousins after all"})
    assert apart.status_code == 302
    again.refresh_from_db()
    assert again.merged_into_id is None
    assert len(find(bob, "Ada Field")) == 2
    told_apart = client.post(f"/people/{again.pk}/apart", {"reason": "Once more"})
    assert "not merged" in told_apart.content.decode()


def test_only_who_may_decide_of_both(world: World, pair: tuple[Person, Person]) -> None:
    known, again = pair
    stranger = household("Reed", locality="colchester").child
    for who, status in (("alice", 403), ("carol", 403), ("fay", 403), ("erin", 403), ("dave", 403)):
        assert client_of(world, who).get(f"/people/{again.pk}/same/{known.pk}").status_code == status, who
    assert client_of(world, "bob").get(f"/people/{known.pk}/same/{stranger.pk}").status_code == 404
    assert client_of(world, "bob").get(f"/people/{stranger.pk}/apart").status_code == 404


def test_a_person_is_not_merged_with_herself(world: World, pair: tuple[Person, Person]) -> None:
    known, _ = pair
    answer = client_of(world, "bob").post(
        f"/people/{known.pk}/same/{known.pk}", {"keep": str(known.pk), "reason": "Same"}
    )
    assert answer.status_code == 200
    assert "the same entry already" in answer.content.decode()
