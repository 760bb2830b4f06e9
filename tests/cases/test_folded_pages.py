"""A page keeps what is used every day; what is used rarely lies folded, and opens without scripts."""

import re

import pytest
from django.urls import reverse

from fingerpost.work.casework import commands as casework
from tests.fixtures.browsing import Browser, Today, plain
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("P27")


def folded_and_open(page: str) -> tuple[str, str]:
    """The words of the page inside `details` that stand closed, and those that are seen at once."""
    main = page.split("<main", 1)[1]
    closed = r"<details(?![^>]*\bopen\b).*?</details>"
    return plain(" ".join(re.findall(closed, main, flags=re.DOTALL))), plain(re.sub(closed, " ", main, flags=re.DOTALL))


def test_a_case_shows_what_is_to_do_and_the_last_contacts_and_folds_the_rest(
    world: World, today: Today, browser: Browser
) -> None:
    case = allocated(world)
    for day in range(1, 6):
        when = moment(2010, 9, day, 10)
        casework.record_contact(world.actor("alice"), case, kind="phone_call", happened_at=when, minutes=5, at=when)
    supervised(world, case, at=moment(2010, 9, 17))
    folded, seen = folded_and_open(browser("alice").get(reverse("practice:case", args=[case.ref])).content.decode())
    for words in ("5 September 2010", "4 September 2010", "3 September 2010", "Close the case", "How to reach them"):
        assert words in seen, words
    for words in ("2 September 2010", "Worker allocated", "17 September 2010"):
        assert words in folded, words
        assert words not in seen, words


def test_a_family_shows_its_cases_and_folds_assessments_and_groups(
    world: World, today: Today, browser: Browser
) -> None:
    case = allocated(world)
    page = browser("alice").get(reverse("practice:family", args=[case.family.ref])).content.decode()
    folded, seen = folded_and_open(page)
    assert case.ref in seen
    assert "J Day" in folded
    assert "J Day" not in seen


def test_the_contract_s_page_folds_what_is_looked_up(world: World, today: Today, browser: Browser) -> None:
    folded, seen = folded_and_open(browser("sam").get(reverse("oversight:contract", args=[SERVICE])).content.decode())
    assert "Needs attention" in seen
    assert "Parties, term and value" in folded
    assert "Fingerprint" in folded
