"""A search at the top of every page for whoever may search, and a help page that says what each page is for."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.fixtures.browsing import Browser, Today, opened, words_of
from tests.fixtures.families import household
from tests.fixtures.world import World

pytestmark = [pytest.mark.case("P19"), pytest.mark.django_db]


def search_at_the_top(page: str) -> str:
    found = re.search(r'<form[^>]*role="search".*?</form>', page.split("<main", 1)[0], flags=re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("name", "may"), [("alice", True), ("bob", True), ("sam", True), ("fay", True), ("dave", False), ("erin", False)]
)
def test_whoever_may_search_finds_it_at_the_top_and_nobody_else(
    world: World, today: Today, browser: Browser, name: str, may: bool
) -> None:
    page = browser(name).get(reverse("help")).content.decode()
    assert bool(search_at_the_top(page)) is may


def test_a_search_at_the_top_leads_to_who_was_found_and_puts_no_name_into_an_address(
    world: World, today: Today, browser: Browser
) -> None:
    household("Harman", children=("Jenny",))
    bob = browser("bob")
    form = search_at_the_top(bob.get(reverse("practice:cases")).content.decode())
    assert 'method="post"' in form
    assert f'action="{reverse("practice:find")}"' in form
    assert 'name="words"' in form
    answer = bob.post(reverse("practice:find"), {"words": "Jenny Harman"})
    assert "Jenny Harman" in words_of(answer)
    assert not search_at_the_top(answer.content.decode()), "there is one on the page itself"


@pytest.mark.parametrize(
    ("name", "there", "absent"),
    [
        ("alice", "Open a case to write down a visit", "How many cases each worker has"),
        ("bob", "How many cases each worker has", "The reports to the council"),
        ("dave", "The reports to the council", "Open a case to write down a visit"),
        ("erin", "Tell us about a family who needs help", "The reports to the council"),
    ],
)
def test_the_help_page_says_what_each_may_open_and_is_for(
    world: World, today: Today, browser: Browser, name: str, there: str, absent: str
) -> None:
    page = opened(browser(name), "help")
    assert there in page
    assert absent not in page


def test_who_is_not_signed_in_is_told_to_and_reads_of_no_page(world: World, today: Today) -> None:
    page = words_of(Client().get(reverse("help")))
    assert "Sign in to see what each page is for" in page
    assert "Open a case" not in page


def test_every_page_leads_to_help(world: World, today: Today, browser: Browser) -> None:
    assert f'href="{reverse("help")}"' in browser("alice").get(reverse("practice:my_work")).content.decode()
