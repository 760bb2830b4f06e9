"""What only a demonstration has: people to sign in as, and a day that can be moved."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils.timezone import localdate

from config.urls import urlpatterns as usual
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access import clock
from fingerpost.ground.access.models import DemonstrationDay, User
from fingerpost.ground.access.page import PageRequest, page
from tests.fixtures.world import SERVICE, World

DAY = date(2010, 11, 8)
PEOPLE, SIGN_IN, CLOCK = "/demonstration/", "/demonstration/sign-in", "/demonstration/clock"


@page(allow=None)
def what_day(request: PageRequest) -> HttpResponse:
    return HttpResponse(localdate(request.at).isoformat())


urlpatterns = [
    path("what-day", what_day),
    path("demonstration/", include("fingerpost.demo.urls")),
    *[pattern for pattern in usual if str(pattern.pattern) != "demonstration/"],
]


@pytest.fixture(autouse=True)
def routed(settings: Any) -> None:
    """The addresses are there, whatever the environment says."""
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def staged(world: World, settings: Any) -> World:
    """A demonstration that believes it is November 2010, with Alice and Dave introduced to visitors."""
    settings.DEMONSTRATION = True
    User.objects.filter(pk=world.users["alice"].pk).update(introduction="Works with families in Tendring.")
    User.objects.filter(pk=world.users["dave"].pk).update(introduction="Pays for the service.")
    DemonstrationDay.objects.create(service=SERVICE, day=DAY)
    return world


def signed_in(name: str) -> Client:
    browser = Client()
    browser.answer = browser.post(SIGN_IN, {"email": f"{name}@example.org"})  # type: ignore[attr-defined]
    return browser


class TestElsewhere:
    """Without the mark of a demonstration, nothing of it can be reached, even when somebody routes it."""

    def test_no_address_is_found(self, world: World, settings: Any):
        settings.DEMONSTRATION = False
        User.objects.update(introduction="Try me.")
        browser = Client()
        browser.force_login(world.users["sam"])
        for who in (Client(), browser):
            assert who.get(PEOPLE).status_code == 404
            assert who.post(SIGN_IN, {"email": "alice@example.org"}).status_code == 404
        assert browser.get(CLOCK).status_code == 404
        assert browser.post(CLOCK, {"day": "1/12/2010"}).status_code == 404
        assert Client().post(SIGN_IN, {"email": "alice@example.org"}).client.session.get("_auth_user_id") is None

    def test_the_clock_cannot_be_turned(self, world: World, settings: Any):
        settings.DEMONSTRATION = False
        with pytest.raises(RuntimeError):
            clock.turn_to(SERVICE, DAY)

    def test_the_usual_addresses_have_none_of_it(self, settings: Any):
        if not settings.DEMONSTRATION:
            assert not [pattern for pattern in usual if str(pattern.pattern) == "demonstration/"]


class TestPeople:
    def test_are_shown_by_service_with_what_they_do(self, staged: World):
        shown = Client().get(PEOPLE).content.decode()
        assert Agreement.objects.get(key=SERVICE).title in shown
        assert "Works with families in Tendring." in shown
        assert "Sign in as Alice Marsh" in shown
        assert "Bob Lennox" not in shown

    def test_one_click_signs_in_without_a_second_step(self, staged: World, settings: Any):
        settings.REQUIRE_SECOND_FACTOR = True
        browser = signed_in("alice")
        assert browser.answer["Location"] == "/"  # type: ignore[attr-defined]
        assert "Alice Marsh" in browser.get("/", follow=True).content.decode()

    @pytest.mark.parametrize("name", ["bob", "nobody", ""])
    def test_only_those_who_were_introduced_can_be_chosen(self, staged: World, name: str):
        browser = signed_in(name)
        assert browser.answer.status_code == 404  # type: ignore[attr-defined]
        assert "_auth_user_id" not in browser.session

    def test_asking_is_not_signing_in(self, staged: World):
        assert Client().get(SIGN_IN, {"email": "alice@example.org"}).status_code == 405

    def test_somebody_whose_account_is_closed_cannot_be_chosen(self, staged: World):
        User.objects.filter(pk=staged.users["alice"].pk).update(is_active=False)
        assert signed_in("alice").get("/what-day").status_code == 302


class TestClock:
    def test_every_page_believes_the_day_and_the_banner_says_it(self, staged: World):
        browser = signed_in("alice")
        assert browser.get("/what-day").content.decode() == "2010-11-08"
        assert "8 November 2010" in browser.get("/", follow=True).content.decode()

    def test_moves_for_everybody_in_the_service(self, staged: World):
        alice, dave = signed_in("alice"), signed_in("dave")
        assert "8 November 2010" in alice.get(CLOCK).content.decode()
        moved = alice.post(CLOCK, {"day": "31/12/2010"}, follow=True)
        assert "The day has been changed" in moved.content.decode()
        assert dave.get("/what-day").content.decode() == "2010-12-31"
        assert "31 December 2010" in dave.get("/", follow=True).content.decode()

    def test_moves_to_the_next_day_by_one_button(self, staged: World):
        alice = signed_in("alice")
        assert 'value="2010-11-09"' in alice.get(CLOCK).content.decode()
        alice.post(CLOCK, {"day": "2010-11-09"})
        assert alice.get("/what-day").content.decode() == "2010-11-09"

    @pytest.mark.parametrize("day", ["1/1/1999", "1/1/2040", "yesterday", ""])
    def test_a_day_out_of_reach_is_refused_in_words(self, staged: World, day: str):
        alice = signed_in("alice")
        answer = alice.post(CLOCK, {"day": day})
        assert "There is a problem" in answer.content.decode()
        assert DemonstrationDay.objects.get().day == DAY

    def test_asks_for_signing_in(self, staged: World):
        assert Client().get(CLOCK).status_code == 302

    def test_a_service_that_keeps_real_time_has_nothing_to_move(self, staged: World):
        DemonstrationDay.objects.all().delete()
        alice = signed_in("alice")
        assert "keeps real time" in alice.get(CLOCK).content.decode()
        assert alice.post(CLOCK, {"day": "31/12/2010"}).status_code == 200
        assert abs(date.fromisoformat(alice.get("/what-day").content.decode()) - clock.today()) < timedelta(days=2)
