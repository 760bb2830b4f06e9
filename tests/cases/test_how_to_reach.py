"""Whoever may visit a family sees how to reach it, what is safe first; nobody else does."""

import pytest

from fingerpost.people.families.models import Person
from fingerpost.work.referrals.models import Request
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.world import World

pytestmark = pytest.mark.case("P3")


@pytest.fixture
def pages(world: World, today: Today) -> dict[str, str]:
    home = household()
    details = {"phone": "01255 555 0101", "language": "Polish", "needs_interpreter": True, "email": "pat@example.org"}
    Person.objects.filter(pk=home.parent.pk).update(**details, safe_contact="Ring before 2pm, never leave a message")
    case = allocated(world, home=home)
    request = Request.objects.get().ref
    family = home.family.ref
    return {"case": case.ref, "family": family, "family_people": family, "request": request}


def test_whoever_may_visit_sees_it_on_every_page_of_the_family(pages: dict[str, str], browser: Browser) -> None:
    for name, ref in pages.items():
        said = opened(browser("alice"), f"practice:{name}", ref)
        assert "Before you get in touch with Pat Field: Ring before 2pm" in said, name
        assert said.index("Ring before 2pm") < said.index("01255 555 0101"), name
        for word in ("1 Mill Lane", "pat@example.org", "Polish, interpreter needed"):
            assert word in said, (name, word)


def test_a_phone_number_rings_when_it_is_tapped(pages: dict[str, str], browser: Browser) -> None:
    answer = browser("alice").get(f"/families/{pages['family']}")
    assert 'href="tel:012555550101"' in answer.content.decode()


def test_who_may_see_and_not_visit_is_not_told(pages: dict[str, str], browser: Browser) -> None:
    for name in ("fay", "sam"):
        said = opened(browser(name), "practice:family", pages["family"])
        assert "01255 555 0101" not in said
        assert "1 Mill Lane" not in said
