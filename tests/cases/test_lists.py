"""Lists on pages: filters in sight, short pages, files of what is filtered, and the log of whom they show."""

import csv
import html
import io
import re

import pytest
from django.urls import reverse

from fingerpost.ground.history.models import View
from tests.fixtures.browsing import Browser, Today, opened, plain
from tests.fixtures.groups import a_group
from tests.fixtures.world import SERVICE, World
from tests.pages import test_matrix as matrix
from tests.pages.households import a_referral

pytestmark = pytest.mark.django_db
people, things = matrix.people, matrix.things
NAMES = ["Adams", "Brook", "Clay", "Dunn", "Ellis", "Frost", "Gale", "Hart", "Innes", "Joyce", "Kerr", "Lamb", "Moss"]
NAMES += ["Nunn", "Orr", "Pike", "Quill", "Reed"]


@pytest.fixture
def eighteen_wait(world: World, today: Today) -> None:
    for name in NAMES:
        a_referral(world, area="tendring", last_name=name)


@pytest.mark.case("P5")
@pytest.mark.parametrize("page", ["practice:groups", "practice:gaps"])
def test_filters_can_be_used_without_a_script(world: World, today: Today, browser: Browser, page: str) -> None:
    a_group(world, area="tendring")
    text = browser("alice").get(reverse(page)).content.decode()
    form = re.search(r'<details class="app-filters">.*?</details>', text, flags=re.DOTALL)
    assert form
    assert "Apply filters" in form[0]
    assert not re.search(r"hidden[ >=]", form[0].replace("visually-hidden", "")), "nothing of it waits for a script"


@pytest.mark.case("P23")
def test_a_long_list_comes_in_short_pages(eighteen_wait: None, browser: Browser) -> None:
    first, second = (opened(browser("bob"), "practice:requests", query=query) for query in ("", "?page=2"))
    assert "1 to 12 of 18 requests" in first
    assert "13 to 18 of 18 requests" in second
    assert sum(f"{name} family" in first for name in NAMES) == 12


@pytest.mark.case("P23")
def test_it_is_sorted_by_a_column_both_ways(eighteen_wait: None, browser: Browser) -> None:
    up, down = (opened(browser("bob"), "practice:requests", query=f"?sort={sign}family") for sign in ("", "-"))
    assert up.index("Adams family") < up.index("Brook family")
    assert down.index("Reed family") < down.index("Quill family")
    assert "Adams family" not in down, "it stands on the second page"


def searched(browser: Browser, name: str, words: str) -> str:
    client = browser(name)
    answer = client.post(
        reverse("kit:within"), {"back": reverse("practice:requests"), "name": "within", "words": words}
    )
    assert words.lower() not in answer["Location"].lower()
    return plain(client.get(answer["Location"]).content.decode())


@pytest.mark.case("P23")
def test_it_is_searched_within_and_no_name_stands_in_the_address(eighteen_wait: None, browser: Browser) -> None:
    page = searched(browser, "bob", "quill")
    assert "Quill family" in page
    assert "1 request" in page
    assert "Nothing matches." in searched(browser, "bob", "nobody of that name")


def test_a_search_leads_nowhere_outside(world: World, browser: Browser) -> None:
    for back in ("https://example.org/", "//example.org/x", "javascript:alert(1)"):
        answer = browser("bob").post(reverse("kit:within"), {"back": back, "name": "within", "words": "quill"})
        assert answer["Location"].startswith("/?within=")


def test_a_file_holds_all_that_is_filtered_and_the_log_says_who_took_it(eighteen_wait: None, browser: Browser) -> None:
    before = set(View.objects.values_list("pk", flat=True))
    answer = browser("bob").get(reverse("practice:requests") + "?download=csv&sort=family")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Family"] for row in rows] == [f"{name} family" for name in NAMES]
    logged = View.objects.exclude(pk__in=before).get()
    assert (logged.actor_name, len(logged.subject_ids), logged.why) == ("Bob Lennox", 18, "Taken as a file (CSV)")


def test_a_list_holds_no_more_than_its_reader_may_meet(eighteen_wait: None, browser: Browser) -> None:
    for query in ("", "?download=csv", "?sort=family&rows=100"):
        answer = browser("carol").get(reverse("practice:requests") + query)
        assert "Quill" not in answer.content.decode()


def test_queries_do_not_grow_with_rows(eighteen_wait: None, browser: Browser, django_assert_max_num_queries) -> None:
    client = browser("bob")
    client.get(reverse("practice:requests"))
    with django_assert_max_num_queries(22):
        client.get(reverse("practice:requests") + "?rows=50")


LISTS = {
    "practice:requests": "bob",
    "practice:cases": "bob",
    "practice:groups": "alice",
    "practice:gaps": "alice",
    "practice:needs": "alice",
    "practice:concerns": "fay",
    "practice:feedback": "bob",
    "practice:says": "bob",
    "practice:barriers": "bob",
    "practice:case_studies": "bob",
    "practice:absences": "bob",
    "practice:staff": "bob",
    "practice:staff_areas": "bob",
    "practice:posts": "bob",
    "practice:supervision": "bob",
    "practice:policies": "alice",
    "partners:my_referrals": "erin",
    "oversight:lists": "sam",
    "oversight:policies": "sam",
    "oversight:residents": "sam",
    "oversight:samples": "sam",
    "oversight:need": "sam",
}
"""Every page with a list, and who opens it."""

SERVICE_IN_ADDRESS = {"oversight:policies", "oversight:residents", "oversight:samples", "oversight:need"}


@pytest.mark.case("P23")
def test_each_link_and_choice_of_every_list_can_be_followed(world: World, things, browser: Browser) -> None:
    """Every way to sort, filter and download a list that holds something, in one world."""
    faults, sorted_by = [], 0
    for name, who in LISTS.items():
        client, address = browser(who), reverse(name, args=[SERVICE] if name in SERVICE_IN_ADDRESS else [])
        text = client.get(address).content.decode()
        assert 'class="app-list"' in text, name
        links = {
            html.unescape(link) for link in re.findall(r'href="(/[^"]*[?&](?:[a-z]+-)?(?:sort|download)=[^"]*)"', text)
        }
        sorted_by += sum("sort=" in link for link in links)
        for select in re.findall(r'<select[^>]* name="([^"]+)".*?</select>', text, flags=re.DOTALL):
            options = re.search(rf'<select[^>]* name="{select}".*?</select>', text, flags=re.DOTALL)
            links |= {f"{address}?{select}={value}" for value in re.findall(r'<option value="([^"]+)"', options[0])}
        faults += [(link, status) for link in sorted(links) if (status := client.get(link).status_code) != 200]
    assert not faults
    assert sorted_by > 40
