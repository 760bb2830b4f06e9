"""Getting about: few sections, each with its pages, for whoever may open them."""

import re

import pytest
from django.urls import reverse

from tests.fixtures.browsing import Browser, Today, plain
from tests.fixtures.world import World

pytestmark = pytest.mark.django_db
EVERYBODY = ("alice", "bob", "sam", "fay", "dave", "erin", "gita")


def bars(page: str) -> tuple[list[str], list[str]]:
    """The words of the sections, and of the pages of the section one is in."""
    row = re.search(r'<nav[^>]*aria-label="Main".*?</nav>', page, flags=re.DOTALL)
    below = re.search(r'<nav class="app-section-bar".*?</nav>', page, flags=re.DOTALL)
    row_words, page_words = (
        [plain(text) for text in re.findall(r"<a.*?</a>", part[0] if part else "", re.DOTALL)] for part in (row, below)
    )
    return row_words, page_words


@pytest.mark.case("P19")
@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_has_more_than_six_links_in_the_first_row(
    world: World, today: Today, browser: Browser, name: str
) -> None:
    page = browser(name).get("/", follow=True).content.decode()
    row, _ = bars(page)
    assert 1 <= len(row) <= 6, row
    assert sum(map(len, row)) < 75, "it fits into one row of 1,280 pixels"


@pytest.mark.case("P19")
@pytest.mark.parametrize("name", EVERYBODY)
def test_every_page_of_the_navigation_is_reached_from_its_section(
    world: World, today: Today, browser: Browser, name: str
) -> None:
    client = browser(name)
    page = client.get("/", follow=True).content.decode()
    nav = re.search(r'<nav[^>]*aria-label="Main".*?</nav>', page, flags=re.DOTALL)
    assert nav
    for href in re.findall(r'href="([^"]+)"', nav[0]):
        inside = client.get(href, follow=True)
        assert inside.status_code == 200, href
        section = re.search(r'<nav class="app-section-bar".*?</nav>', inside.content.decode(), flags=re.DOTALL)
        for below in re.findall(r'href="([^"]+)"', section[0]) if section else []:
            assert client.get(below, follow=True).status_code == 200, below


@pytest.mark.case("P19")
def test_a_page_below_a_link_shows_which_section_it_is_in(world: World, today: Today, browser: Browser) -> None:
    page = browser("bob").get(reverse("practice:absence_new")).content.decode()
    _, pages = bars(page)
    assert "Absence" in [plain(words) for words in pages]
    assert re.search(r'aria-current="page">\s*Absence', page)
