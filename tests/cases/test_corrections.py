"""What was written down wrongly is put right on a page, with a reason and with what stood before."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.places.models import area_key
from fingerpost.people.consent.models import Consent
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Address, FormerName, Identifier, Person
from fingerpost.people.families.queries import find
from fingerpost.work.assessments.models import Assessment
from fingerpost.work.referrals.models import Request
from fingerpost.work.workforce import commands as workforce
from fingerpost.work.workforce.models import Holding
from tests.fixtures.browsing import Browser, Today, opened, told, turned_down, words_of
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, Household, household
from tests.fixtures.referrals import assessed, received
from tests.fixtures.world import SERVICE, World, moment
from tests.pages.typing_in import forms_of

pytestmark = pytest.mark.case("F20", "P4")


@pytest.fixture
def home(world: World, today: Today) -> Household:
    """Jenny Harman, typed for Jenny Hartman, on Alice's case."""
    made = household("Harman", children=("Jenny",), born_on=date(2004, 5, 4))
    allocated(world, home=made)
    return made


def address_of(word: str, key: UUID) -> str:
    return reverse("practice:correct", args=[word, key])


def held_by(answer: Any) -> dict[str, Any]:
    """What the form on a page is filled in with, as a browser would send it back."""
    assert answer.status_code == 200, answer.status_code
    (form,) = [one for one in forms_of(answer.content.decode().split("<main", 1)[-1]) if one.action == ""]
    filled: dict[str, Any] = {}
    for one in form.fields:
        if one.kind == "checkbox":
            filled.setdefault(one.name, []).extend([one.value] if one.is_chosen else [])
        elif one.kind != "radio" or one.is_chosen:
            filled[one.name] = one.value.strip()
    return filled


def on_the_page(client: Client, word: str, key: UUID) -> dict[str, Any]:
    return held_by(client.get(address_of(word, key)))


def corrected(client: Client, word: str, key: UUID, **changes: Any) -> str:
    fields = on_the_page(client, word, key) | {"reason": "Typed wrongly"} | changes
    answer = client.post(address_of(word, key), fields)
    assert answer.status_code == 302, words_of(answer)
    return words_of(client.get(answer["Location"]))


def test_a_name_is_corrected_with_reason_and_history(home: Household, browser: Browser) -> None:
    alice = browser("alice")
    assert "Correct details" in opened(alice, "practice:family_people", home.family.ref)
    said = corrected(alice, "person", home.child.pk, last_name="Hartman", reason="The school spelt it for us")
    assert "What stood before is kept" in said
    assert "Jenny Hartman" in said
    page = words_of(alice.get(address_of("person", home.child.pk)))
    assert "Last name: Harman then Hartman" in page
    assert "Alice Marsh" in page
    assert "The school spelt it for us" in page
    assert [one.full_name for one in find(SYSTEM, "Jenny Hartman")] == ["Jenny Hartman"]


def test_without_a_reason_nothing_is_changed(home: Household, browser: Browser) -> None:
    fields = on_the_page(browser("alice"), "person", home.child.pk) | {"last_name": "Hartman", "born_on": "04/05/2004"}
    said = turned_down(browser("alice"), "practice:correct", "person", home.child.pk, **fields)
    assert "Why is it changed?" in said
    assert Person.objects.get(pk=home.child.pk).last_name == "Harman"


def test_an_adopted_child_has_a_new_surname_and_the_old_one_is_out_of_sight(
    world: World, home: Household, browser: Browser
) -> None:
    alice, bob = browser("alice"), browser("bob")
    change = {"last_name": "Rowe", "name_is": "hidden", "renamed_on": "01/09/2010", "reason": "Adopted"}
    corrected(alice, "person", home.child.pk, **change)
    former = FormerName.objects.get()
    assert (former.last_name, former.until, former.is_hidden) == ("Harman", date(2010, 9, 1), True)
    hidden_from = words_of(alice.get(address_of("person", home.child.pk)))
    assert "Jenny Rowe" in hidden_from
    assert "Harman then" not in hidden_from
    assert "Jenny Harman" not in hidden_from
    seen_by = words_of(bob.get(address_of("person", home.child.pk)))
    assert "Jenny Harman 1 September 2010 Only a few" in seen_by
    assert "Last name: Harman then Rowe" in seen_by
    assert "Jenny Harman" not in opened(bob, "practice:family_people", home.family.ref)


def test_a_name_that_changed_in_the_open_is_kept_with_its_day(home: Household, browser: Browser) -> None:
    alice = browser("alice")
    corrected(alice, "person", home.parent.pk, last_name="Rowe", name_is="changed", renamed_on="05/06/2010")
    assert "Pat Harman 5 June 2010 Everybody" in words_of(alice.get(address_of("person", home.parent.pk)))


def test_a_birth_date_a_sex_and_the_numbers_are_corrected(home: Household, browser: Browser) -> None:
    alice = browser("alice")
    details = {"born_on": "05/04/2004", "sex": "F", "local": "K-17", "nhs": "943 476 5919", "known_as": "Jen"}
    corrected(alice, "person", home.child.pk, **details)
    child = Person.objects.get(pk=home.child.pk)
    assert (child.born_on, child.sex, child.known_as) == (date(2004, 4, 5), "F", "Jen")
    assert dict(Identifier.objects.values_list("kind", "value")) == {"local": "K-17", "nhs": "9434765919"}
    page = words_of(alice.get(address_of("person", home.child.pk)))
    assert "Date of birth: 4 May 2004 then 5 April 2004" in page
    corrected(alice, "person", home.child.pk, local="K-71", nhs="")
    assert dict(Identifier.objects.values_list("kind", "value")) == {"local": "K-71"}
    page = words_of(alice.get(address_of("person", home.child.pk)))
    assert "K-17 then K-71" in page
    assert "Removed" in page
    assert "9434765919 then nothing" in page


def test_how_to_reach_a_parent_is_corrected(home: Household, browser: Browser) -> None:
    how = {
        "phone": "01255 555 0101",
        "email": "pat@example.org",
        "language": "Polish",
        "needs_interpreter": "yes",
        "safe_contact": "Ring before 2pm, leave no message",
    }
    corrected(browser("alice"), "person", home.parent.pk, **how)
    parent = Person.objects.get(pk=home.parent.pk)
    assert (parent.language, parent.needs_interpreter, parent.email) == ("Polish", True, "pat@example.org")
    fields = on_the_page(browser("alice"), "person", home.parent.pk) | {"email": "pat at home", "reason": "New"}
    assert "e-mail address like" in turned_down(browser("alice"), "practice:correct", "person", parent.pk, **fields)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"born_on": "01/01/2030"}, "must be on or before"),
        ({"upn": "B123456789012"}, "check letter"),
        ({"renamed_on": "01/01/2030", "name_is": "changed", "last_name": "Rowe"}, "on or before"),
    ],
)
def test_what_cannot_be_right_is_refused(home: Household, browser: Browser, changes: Any, said: str) -> None:
    alice = browser("alice")
    fields = (
        on_the_page(alice, "person", home.child.pk) | {"reason": "Typed wrongly", "born_on": "04/05/2004"} | changes
    )
    assert said in turned_down(alice, "practice:correct", "person", home.child.pk, **fields)


def test_a_number_of_somebody_else_is_refused(world: World, home: Household, browser: Browser) -> None:
    other = household("Else")
    corrected(browser("alice"), "person", home.child.pk, local="K-17")
    fields = on_the_page(browser("bob"), "person", other.child.pk) | {"reason": "New", "local": "K-17", "born_on": ""}
    said = turned_down(browser("bob"), "practice:correct", "person", other.child.pk, **fields)
    assert "belongs to a person already known" in said
    assert not Identifier.objects.filter(person=other.child).exists()


@pytest.mark.parametrize("field", ["phone", "local"])
def test_of_two_at_once_the_second_is_told(home: Household, browser: Browser, field: str) -> None:
    alice, bob = browser("alice"), browser("bob")
    read = {name: on_the_page(one, "person", home.child.pk) for name, one in (("alice", alice), ("bob", bob))}
    same = {"reason": "Rang today", "born_on": "04/05/2004"}
    told(alice, "practice:correct", "person", home.child.pk, **(read["alice"] | same | {field: "01255 1"}))
    late = read["bob"] | same | {field: "01255 2"}
    said = turned_down(bob, "practice:correct", "person", home.child.pk, **late)
    assert "Somebody else changed this" in said
    assert "01255 1" in said
    late.pop("_once")
    fields = held_by(bob.post(address_of("person", home.child.pk), late))
    assert fields[field] == "01255 2"
    told(bob, "practice:correct", "person", home.child.pk, **fields)
    assert "01255 1 then 01255 2" in words_of(bob.get(address_of("person", home.child.pk)))


def test_nobody_from_elsewhere_corrects(world: World, home: Household, browser: Browser) -> None:
    for name, status in (("carol", 404), ("dave", 403), ("erin", 403), ("fay", 403)):
        assert browser(name).get(address_of("person", home.child.pk)).status_code == status, name
    for word in ("person", "family", "address", "request", "assessment", "nothing"):
        assert browser("carol").get(address_of(word, home.family.pk)).status_code == 404


def test_a_hidden_name_is_hidden_in_the_history_of_the_family_too(home: Household, browser: Browser) -> None:
    alice = browser("alice")
    corrected(alice, "person", home.child.pk, last_name="Rowe", name_is="hidden", reason="Adopted")
    corrected(alice, "family", home.family.pk, name="Rowe family", reason="Adopted")
    home.family.refresh_from_db()
    assert home.family.name == "Rowe family"
    assert "Harman" not in words_of(alice.get(address_of("family", home.family.pk)))
    assert "Harman family then Rowe family" in words_of(browser("bob").get(address_of("family", home.family.pk)))


def test_an_address_typed_wrongly_is_not_a_move(home: Household, browser: Browser) -> None:
    address = Address.objects.get(person=home.parent)
    corrected(browser("alice"), "address", address.pk, lines="1 Mill Road", postcode="co15 4jx")
    (only,) = Address.objects.filter(person=home.parent)
    assert (only.lines, only.postcode, only.area_id, only.since) == (
        "1 Mill Road",
        "CO15 4JX",
        area_key(SERVICE, "tendring"),
        date(2008, 1, 1),
    )


def test_who_referred_and_when_is_corrected(world: World, today: Today, browser: Browser) -> None:
    home = household("Reed")
    request = received(home, SYSTEM, at=moment(2010, 6, 15), scope=home.family.scope)
    page = corrected(
        browser("alice"),
        "request",
        request.pk,
        source="health",
        school=str(world.schools["8815001"].pk),
        referrer_name="Nurse Day",
        received_on="14/06/2010",
        reason="The form was from the nurse",
    )
    assert "Nurse Day, Quay Primary School" in page
    kept = Request.objects.get(pk=request.pk)
    assert (kept.source, kept.received_at.date()) == ("health", date(2010, 6, 14))
    fields = on_the_page(browser("alice"), "request", request.pk) | {"received_on": "02/10/2010", "reason": "Late"}
    assert "must be on or before" in turned_down(browser("alice"), "practice:correct", "request", request.pk, **fields)


def test_a_request_cannot_come_after_its_case_was_opened(home: Household, browser: Browser) -> None:
    request = Request.objects.get(family=home.family)
    fields = on_the_page(browser("alice"), "request", request.pk) | {"received_on": "16/06/2010", "reason": "Late"}
    said = turned_down(browser("alice"), "practice:correct", "request", request.pk, **fields)
    assert "cannot have come after it was" in said


def test_an_assessment_is_corrected_and_the_request_that_waited_for_it_is_decided(
    world: World, today: Today, browser: Browser
) -> None:
    home = household("Reed")
    assessed(home, SYSTEM, on=date(2010, 6, 1), at=moment(2010, 6, 15))
    made = Assessment.objects.get()
    corrected(browser("alice"), "assessment", made.pk, author="J Dale", needs=["parenting_support"], summary="Sleep")
    made.refresh_from_db()
    assert (made.author, made.summary) == ("J Dale", "Sleep")
    assert "J Day then J Dale" in words_of(browser("alice").get(address_of("assessment", made.pk)))


def test_a_merged_entry_is_not_corrected(world: World, home: Household, browser: Browser, bob: Any) -> None:
    twin = household("Harman", children=("Jenny",))
    families.merge(bob, twin.child, into=home.child, reason="Same child", at=moment(2010, 9, 1))
    fields = on_the_page(browser("bob"), "person", twin.child.pk) | {"reason": "Typed wrongly", "born_on": ""}
    assert "merged with another" in turned_down(browser("bob"), "practice:correct", "person", twin.child.pk, **fields)


def test_an_absence_is_corrected_with_a_reason_and_its_history(world: World, today: Today, browser: Browser) -> None:
    held = Holding.objects.get(user=world.users["alice"])
    at = moment(2010, 9, 6)
    away = workforce.record_absence(SYSTEM, held, started_on=at.date(), reason="sickness", at=at)
    bob, address = browser("bob"), reverse("practice:absence_change", args=[away.pk])
    read = held_by(bob.get(address))
    assert "why it is changed" in words_of(bob.post(address, read | {"reason": "annual"}))
    answer = bob.post(address, read | {"reason": "annual", "why": "They rang to say so"})
    page = words_of(bob.get(answer["Location"]))
    assert "They rang to say so" in page
    assert "Sickness then Annual leave" in page
    read.pop("_once")
    late = words_of(bob.post(address, read | {"reason": "training", "why": "Another"}))
    assert "Somebody else changed this" in late


def test_an_answer_about_sharing_is_taken_back(home: Household, browser: Browser) -> None:
    say = {"kind": "share_with_school", "answered_on": "1/10/2010", "note": ""}
    alice = browser("alice")
    told(alice, "practice:family_consent", home.family.ref, **say, answer="given")
    told(alice, "practice:family_consent", home.family.ref, **say, answer="withdrawn")
    assert Consent.objects.get().ended_at is not None
