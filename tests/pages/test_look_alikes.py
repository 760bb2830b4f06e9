"""A request about a child who may be known already says so, to those who may see the other family."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access import clock
from fingerpost.ground.history.models import View
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.work.referrals.models import Request
from tests.fixtures.world import World, moment
from tests.pages.households import a_referral

HEADING = "Possibly known already"


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 9, 15))


@pytest.fixture
def asked_twice(world: World) -> tuple[Request, Request]:
    """Two requests for two children of one name and birth date, Maya Quill, each with a family of her own."""
    first = a_referral(world)
    second = a_referral(world, last_name="Quilling")
    maya = Person.objects.get(last_name="Quilling", first_name="Maya")
    maya.last_name = "Quill"
    maya.search_name = Person.objects.get(last_name="Quill", first_name="Maya").search_name
    maya.save()
    return first, second


def page(world: World, name: str, asked: Request) -> Any:
    browser = Client()
    browser.force_login(world.users[name])
    return browser.get(reverse("practice:request", args=[asked.ref]))


@pytest.mark.usefixtures("db")
class TestLookAlikes:
    def test_are_named_with_why_and_their_family(self, world: World, asked_twice: tuple[Request, Request]):
        first, second = asked_twice
        shown = page(world, "bob", second).content.decode()
        assert HEADING in shown
        assert "Same name, same date of birth" in shown
        assert "4 May 2001" in shown
        assert reverse("practice:family", args=[first.family.ref]) in shown

    def test_the_log_says_that_the_other_family_was_seen(self, world: World, asked_twice: tuple[Request, Request]):
        first, second = asked_twice
        page(world, "bob", second)
        assert View.objects.filter(subject_kind="family", subject_ids__contains=[first.family_id]).exists()

    def test_are_not_shown_to_who_may_not_see_them(self, world: World, asked_twice: tuple[Request, Request]):
        first, second = asked_twice
        of_first = Membership.objects.filter(family=first.family_id)
        Person.objects.filter(pk__in=of_first.values("person")).update(restricted=True)
        of_first.update(restricted=True)
        Family.objects.filter(pk=first.family_id).update(restricted=True)
        answer = page(world, "bob", second)
        assert answer.status_code == 200
        assert HEADING not in answer.content.decode()

    def test_nobody_is_named_when_nobody_is_alike(self, world: World):
        assert HEADING not in page(world, "bob", a_referral(world)).content.decode()

    def test_another_birth_date_and_name_is_somebody_else(self, world: World, asked_twice: tuple[Request, Request]):
        first, second = asked_twice
        known = Membership.objects.filter(family=first.family_id, part="child").values("person")
        Person.objects.filter(pk__in=known).update(born_on=date(1995, 1, 9), search_name="tom ash")
        assert HEADING not in page(world, "bob", second).content.decode()
