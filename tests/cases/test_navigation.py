"""Getting about: few sections, each with its pages, for whoever may open them."""

import re

import pytest
from django.urls import reverse

from tests.fixtures.browsing import Browser, Today, plain
from tests.fixtures.world import World
from tests.pages.households import a_case

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


@pytest.mark.case("P20")
@pytest.mark.parametrize("name", ["practice:family", "practice:family_story", "practice:family_people"])
def test_the_tabs_of_a_family_stay_on_each_of_its_pages(
    world: World, today: Today, browser: Browser, name: str
) -> None:
    made, *_ = a_case(world, worker="alice", area="tendring", last_name="Quill")
    page = browser("alice").get(reverse(name, args=[made.row.family.ref])).content.decode()
    tabs = re.search(r'<nav class="moj-sub-navigation" aria-label="Pages of Quill family".*?</nav>', page, re.DOTALL)
    assert tabs
    assert len(re.findall(r"<a ", tabs[0])) == 3
    here = re.findall(r'href="([^"]+)" aria-current="page"', tabs[0])
    assert here == [reverse(name, args=[made.row.family.ref])]


@pytest.mark.case("P20")
def test_a_child_s_attendance_keeps_the_tabs(world: World, today: Today, browser: Browser) -> None:
    made, *_ = a_case(world, worker="alice", area="tendring", last_name="Quill")
    address = reverse("practice:attendance", args=[made.row.family.ref, made.children[0]])
    assert 'aria-label="Pages of Quill family"' in browser("alice").get(address).content.decode()


@pytest.mark.case("P19")
@pytest.mark.parametrize(
    ("name", "who"), [("practice:family", "bob"), ("practice:case", "bob"), ("practice:case", "alice")]
)
def test_a_page_has_one_main_action_and_the_rest_in_a_menu(
    world: World, today: Today, browser: Browser, name: str, who: str
) -> None:
    made, *_ = a_case(world, worker="alice", area="tendring", last_name="Quill")
    ref = made.row.family.ref if name == "practice:family" else made.row.ref
    page = browser(who).get(reverse(name, args=[ref])).content.decode()
    group = re.search(r'<div class="govuk-button-group">.*?</div>', page, re.DOTALL)
    assert group
    outside = re.sub(r"<details.*?</details>", "", group[0], flags=re.DOTALL)
    main = re.findall(r'<a[^>]*class="govuk-button"', outside)
    assert len(main) <= 1
    assert len(re.findall(r"<a ", outside)) <= 2, "what is left stands in the menu"
    assert "More actions" in group[0]
