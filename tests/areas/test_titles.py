"""What a person's job is called beside her name: her own title, else the contract's word, else the platform's."""

from datetime import date

from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts.job_words import word_for, word_of
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.titles import job_of
from tests.fixtures.world import SERVICE, World

ON = date(2010, 10, 1)


def test_a_supervisor_is_called_what_the_contract_calls_whoever_supervises_its_posts(world: World) -> None:
    contract = rules(SERVICE, ON).contract
    assert word_of("supervisor", contract) == "Senior Parent Support Advisor"
    assert word_of("caseworker", contract) == "Parent Support Advisor"
    assert word_of("commissioner", contract) == ""


def test_her_own_title_stands_before_the_contracts_word(world: World, bob: Actor) -> None:
    user = world.users["bob"]
    assert job_of(user, bob, ON) == "Senior Parent Support Advisor"
    user.job_title = "Team leader"
    assert job_of(user, bob, ON) == "Team leader"


def test_who_works_under_no_contract_yet_has_no_word(db: None) -> None:
    assert word_for(Actor.system(), ON) == ""


def test_before_any_contract_there_is_no_word(world: World, bob: Actor) -> None:
    assert word_for(bob, date(1990, 1, 1)) == ""


def test_the_header_calls_a_supervisor_what_the_contract_does(world: World, client: Client) -> None:
    client.force_login(world.users["bob"])
    shown = client.get(reverse("practice:my_work")).content.decode()
    assert '<span class="app-header__role">Senior Parent Support Advisor</span>' in shown
