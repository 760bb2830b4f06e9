"""Nothing is asked that is known, what is filled in is right, and what is wrong is said in the order of the page."""

from typing import Any

import pytest
from django.urls import reverse

from fingerpost.work.casework.models import Contact
from fingerpost.work.safeguarding.models import Concern
from tests.fixtures.browsing import Browser, Today, opened, posted
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.world import World
from tests.pages.typing_in import first_answers, forms_of


def form_of(answer: Any) -> Any:
    return forms_of(answer.content.decode().split("<main", 1)[-1])[0]


def held(answer: Any, name: str) -> str:
    return next(
        one.value for one in form_of(answer).fields if one.name == name and (one.kind != "radio" or one.is_chosen)
    )


@pytest.mark.case("P10")
@pytest.mark.parametrize(
    ("hour", "minute", "day", "began"), [(15, 20, "1/10/2010", "2:20pm"), (0, 30, "30/9/2010", "11:30pm")]
)
def test_a_contact_that_is_written_down_now_ended_now(
    world: World, browser: Browser, today: Today, hour: int, minute: int, day: str, began: str
) -> None:
    today.is_(2010, 10, 1, hour, minute)
    case = allocated(world)
    alice, address = browser("alice"), reverse("practice:record_contact", args=[case.ref])
    page = alice.get(address)
    assert (held(page, "day"), held(page, "clock"), held(page, "minutes")) == (day, began, "60")
    alice.post(address, first_answers(form_of(page), {"next_due_on": ""}))
    contact = Contact.objects.get()
    assert (today.now - contact.happened_at).total_seconds() == 3600


@pytest.mark.case("P13")
def test_the_school_of_a_referrer_is_filled_in(world: World, browser: Browser, today: Today) -> None:
    page = browser("erin").get(reverse("partners:refer"))
    assert (held(page, "school"), held(page, "source")) == ("8815001", "school")
    other = browser("alice").get(reverse("partners:refer"))
    assert held(other, "school") == ""


@pytest.mark.case("P13")
def test_the_error_summary_goes_down_the_page(world: World, browser: Browser, today: Today) -> None:
    page = browser("erin").post(reverse("partners:refer"), {"step": "check", "children": "1", "has_caf": "yes"})
    text = page.content.decode()
    summary = text[text.index("error-summary__list") :].split("</ul>")[0]
    fields = [part.split('"')[0] for part in summary.split('href="#id_')[1:]]
    places = [text.index(f'id="id_{name}"') for name in fields]
    assert places == sorted(places), fields
    assert fields[0] == "child_1_first_name"
    assert fields.index("caf_on") > fields.index("reason")


@pytest.mark.case("P13")
def test_a_concern_asks_for_no_name_that_is_known(world: World, browser: Browser, today: Today) -> None:
    case = allocated(world, home=household(children=("Ada",)))
    alice = browser("alice")
    page = alice.get(reverse("practice:concern_raise", args=["case", case.ref]))
    assert "about" not in {one.name for one in form_of(page).fields}
    posted(alice, "practice:concern_raise", "case", case.ref, seen="Bruises.", day="30/9/2010", clock="9am")
    assert Concern.objects.get().about == "Ada Field"


@pytest.mark.case("P13")
def test_of_several_children_it_asks_which(world: World, browser: Browser, today: Today) -> None:
    case = allocated(world, home=household(children=("Ada", "Ben")))
    alice = browser("alice")
    assert "Which of the children is it about?" in opened(alice, "practice:concern_raise", "case", case.ref)
    told = {"seen": "Bruises.", "day": "30/9/2010", "clock": "9am", "about": ["Ben Field"]}
    posted(alice, "practice:concern_raise", "case", case.ref, **told)
    assert Concern.objects.get().about == "Ben Field"
