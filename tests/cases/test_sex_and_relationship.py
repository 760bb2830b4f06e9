"""What people are to each other and their sex are asked once, kindly; a child lives with the parent unless said otherwise."""

import pytest
from django.urls import reverse

from fingerpost.people.families.models import Person, Relationship
from tests.fixtures.browsing import Browser, Today, opened
from tests.fixtures.families import household
from tests.fixtures.world import World
from tests.pages.test_partners import TOLD

pytestmark = pytest.mark.case("P21")


@pytest.mark.parametrize(
    ("parent_is", "child_is", "parent_sex", "child_sex", "tie"),
    [
        ("mother", "M", "F", "M", "parent"),
        ("father", "F", "M", "F", "parent"),
        ("carer", "not_said", "", "", "carer"),
        ("not_said", "not_said", "", "", "parent"),
        ("", "", "", "", "parent"),
    ],
)
def test_a_referral_says_what_the_parent_is_to_the_child(
    world: World,
    browser: Browser,
    today: Today,
    parent_is: str,
    child_is: str,
    parent_sex: str,
    child_sex: str,
    tie: str,
) -> None:
    told = TOLD | {"step": "send", "parent_is": parent_is, "child_1_sex": child_is}
    answer = browser("erin").post(reverse("partners:refer"), told)
    assert answer.status_code == 302
    kin = Relationship.objects.select_related("person", "other").get()
    assert (kin.person.sex, kin.other.sex, kin.kind) == (parent_sex, child_sex, tie)


def test_the_form_lets_people_not_say(world: World, browser: Browser, today: Today) -> None:
    assert opened(browser("erin"), "partners:refer").count("Prefer not to say") == 2


def test_a_child_lives_with_the_parent_unless_said_otherwise(world: World, browser: Browser, today: Today) -> None:
    home = household()
    assert "With Pat Field" in opened(browser("alice"), "practice:family", home.family.ref)


def test_the_tree_draws_a_circle_and_a_square(world: World, browser: Browser, today: Today) -> None:
    told = TOLD | {"step": "send", "parent_is": "mother", "child_1_sex": "M"}
    browser("erin").post(reverse("partners:refer"), told)
    family = Person.objects.get(sex="M")
    from fingerpost.people.families.models import Membership

    ref = Membership.objects.get(person=family).family.ref
    page = browser("alice").get(reverse("practice:family_people", args=[ref])).content.decode()
    assert '<circle class="app-kin"' in page
    assert '<rect class="app-kin"' in page
