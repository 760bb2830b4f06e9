"""A school refers a family: asked, looked over, sent, followed."""

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.people.families.models import Family, Person, PersonCheck
from fingerpost.work.referrals.models import Request
from tests.fixtures.world import World

TOLD = {
    "children": "1",
    "child_1_first_name": "Maya",
    "child_1_last_name": "Quill",
    "child_1_born_on": "4/5/2001",
    "child_1_upn": "",
    "parent_first_name": "Sarah",
    "parent_last_name": "Quill",
    "phone": "",
    "address": "2 Sea Road, Clacton",
    "postcode": "CO15 4JX",
    "area": "tendring",
    "source": "school",
    "school": "8815001",
    "referrer_name": "Erin Bolt",
    "referrer_contact": "office@example.org",
    "reason": "Maya has missed many mornings.",
    "has_caf": "no",
    "parent_agrees": "on",
    "may_tell_school": "yes",
}


@pytest.fixture
def erin_browser(client: Client, world: World) -> Client:
    client.force_login(world.users["erin"])
    return client


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from fingerpost.ground.access import clock
    from tests.fixtures.world import moment

    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 9, 15))


def test_the_answers_are_looked_over_before_they_are_sent(erin_browser: Client):
    asked = erin_browser.post(reverse("partners:refer"), TOLD | {"step": "check"}, follow=True)
    assert "Check your answers" in asked.content.decode()
    assert not Request.objects.exists()


def test_a_referral_is_received_and_followed(erin_browser: Client):
    sent = erin_browser.post(reverse("partners:refer"), TOLD | {"step": "send"}, follow=True)
    made = Request.objects.get()
    assert made.ref in sent.content.decode()
    assert {p.full_name for p in Person.objects.all()} == {"Maya Quill", "Sarah Quill"}
    followed = erin_browser.get(reverse("partners:my_referrals")).content.decode()
    assert "We have it and will look at it soon." in followed


def test_the_same_child_is_recognised_by_her_number(erin_browser: Client):
    with_number = TOLD | {"step": "send", "child_1_upn": "A801200001001"}
    from stdnum.gb import upn

    number = next(n for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" if upn.is_valid(n := f"{letter}801200001001"))
    with_number["child_1_upn"] = number
    erin_browser.post(reverse("partners:refer"), with_number)
    again = erin_browser.post(reverse("partners:refer"), with_number, follow=True)
    assert "We have your request" in again.content.decode(), "the same words as for a family that nobody knows"
    assert (Family.objects.count(), Request.objects.count()) == (1, 1)
    assert PersonCheck.objects.filter(verdict="same").exists()


def test_a_wrong_number_and_a_missing_answer_are_said_at_their_fields(erin_browser: Client):
    wrong = TOLD | {"step": "check", "child_1_upn": "A123", "parent_agrees": ""}
    shown = erin_browser.post(reverse("partners:refer"), wrong).content.decode()
    assert "This pupil number has a mistake in it" in shown
    assert "Tick this once the parent has agreed" in shown


def test_another_child_may_be_added_without_losing_what_was_typed(erin_browser: Client):
    shown = erin_browser.post(reverse("partners:refer"), TOLD | {"step": "add"}, follow=True).content.decode()
    assert "Child 2: first name" in shown
    assert 'value="Maya"' in shown


def test_a_postcode_that_nobody_knows_needs_its_part_of_the_county(erin_browser: Client):
    shown = erin_browser.post(reverse("partners:refer"), TOLD | {"step": "send", "area": ""}).content.decode()
    assert "We do not know this postcode" in shown
    assert not Request.objects.exists()


def test_the_team_of_the_family_s_home_meets_the_request(erin_browser: Client, world: World):
    erin_browser.post(reverse("partners:refer"), TOLD | {"step": "send"})
    ref = Request.objects.get().ref
    bob, carol = Client(), Client()
    bob.force_login(world.users["bob"])
    carol.force_login(world.users["carol"])
    assert ref in bob.get(reverse("practice:requests")).content.decode()
    assert ref not in carol.get(reverse("practice:requests")).content.decode()
