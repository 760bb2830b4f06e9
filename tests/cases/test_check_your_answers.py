"""Answers are looked over on a page of their own: Back, a link to change each, and nothing lost or sent twice."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.work.referrals.models import Request
from tests.fixtures.browsing import Browser, Today, words_of
from tests.fixtures.world import World
from tests.pages.test_partners import TOLD

pytestmark = pytest.mark.case("P12")
FORM = reverse("partners:refer")


@pytest.fixture
def erin(world: World, browser: Browser, today: Today) -> Client:
    return browser("erin")


def looked_over(erin: Client, **changes: str) -> str:
    answer = erin.post(FORM, TOLD | {"step": "check"} | changes)
    assert answer.status_code == 302
    return str(answer["Location"])


def draft_in(address: str) -> str:
    return address.partition("draft=")[2]


def test_the_page_to_check_is_one_to_come_back_to(erin: Client) -> None:
    address = looked_over(erin)
    for _ in range(2):
        page = words_of(erin.get(address))
        assert "Check your answers" in page
        assert "Maya" in page
    assert not Request.objects.exists()


def test_each_row_has_its_own_way_to_change_it(erin: Client) -> None:
    address = looked_over(erin)
    page = erin.get(address).content.decode()
    links = re.findall(r'href="(/refer\?draft=[^"#]+#id_[^"]+)"', page.replace("&amp;", "&"))
    assert len(links) == len(set(links)) > 12
    to_the_form = erin.get(links[0].partition("#")[0]).content.decode()
    for link in links:
        name = link.partition("#id_")[2]
        assert f'id="id_{name}"' in to_the_form, name
    assert 'value="Maya"' in to_the_form


def test_a_changed_answer_is_the_one_that_is_sent(erin: Client) -> None:
    draft = draft_in(looked_over(erin))
    again = looked_over(erin, child_1_first_name="Mia", draft=draft)
    assert draft_in(again) == draft
    page = words_of(erin.get(again))
    assert "first name Mia" in page
    assert "first name Maya" not in page
    sent = erin.post(FORM, {"step": "send", "draft": draft}, follow=True)
    assert Request.objects.get().ref in sent.content.decode()
    assert erin.get(again).status_code == 302, "a referral that was sent is under way no longer"


def test_two_referrals_under_way_in_two_tabs_stay_apart(erin: Client) -> None:
    one, other = looked_over(erin), looked_over(erin, child_1_first_name="Ben")
    assert "Maya" in words_of(erin.get(one))
    assert "Ben" in words_of(erin.get(other))


def test_nobody_else_reads_it(erin: Client, browser: Browser) -> None:
    address = looked_over(erin)
    assert browser("alice").get(address)["Location"] == FORM


def test_another_child_is_asked_about_on_a_page_to_come_back_to(erin: Client) -> None:
    answer = erin.post(FORM, TOLD | {"step": "add"})
    assert answer.status_code == 302
    page = erin.get(answer["Location"]).content.decode()
    assert "Child 2: first name" in page
    assert 'value="Maya"' in page
