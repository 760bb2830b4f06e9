"""What a person's job is called beside their name: their own title, else the contract's word for their role, else the product's."""

from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.actor import Actor, Held
from fingerpost.ground.access.titles import job_of
from tests.fixtures.world import World


def test_a_role_is_called_what_the_contract_calls_it(world: World) -> None:
    assert job_of(world.users["bob"], world.actor("bob")) == "Senior Parent Support Advisor"
    assert job_of(world.users["alice"], world.actor("alice")) == "Parent Support Advisor"


def test_what_the_contract_does_not_rename_has_the_products_word(world: World) -> None:
    assert job_of(world.users["dave"], world.actor("dave")) == "Commissioner"


def test_their_own_title_stands_before_the_contracts_word(world: World, bob: Actor) -> None:
    user = world.users["bob"]
    user.job_title = "Team leader"
    assert job_of(user, bob) == "Team leader"


def test_the_role_of_the_service_in_which_they_work_first_is_meant(world: World) -> None:
    bob = world.users["bob"]
    both = Actor(bob.pk, "Bob", (Held("administrator", "platform"), Held("commissioner", "service:x", "x")))
    assert job_of(bob, both) == "Commissioner"


def test_who_has_no_role_has_no_word(world: World) -> None:
    assert job_of(world.users["bob"], Actor(world.users["bob"].pk, "Bob")) == ""


def test_the_header_calls_a_supervisor_what_the_contract_does(world: World, client: Client) -> None:
    client.force_login(world.users["bob"])
    shown = client.get(reverse("practice:my_work")).content.decode()
    assert '<span class="app-header__role">Senior Parent Support Advisor</span>' in shown
