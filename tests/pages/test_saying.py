"""Feedback without an account: one answer to one link, the same page for every link that does not work, and nothing told."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access import clock
from fingerpost.ground.tasks.queries import worklist
from fingerpost.people.families.models import Person
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of
from fingerpost.work.outcomes import commands
from fingerpost.work.outcomes.models import Invitation, Response
from fingerpost.work.outcomes.tokens import in_groups, token_of
from tests.fixtures.cases import allocated
from tests.fixtures.world import World, moment

TODAY = moment(2010, 11, 16)


@pytest.fixture(autouse=True)
def in_its_own_time(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.FEEDBACK_LINK_GUESSES = 5
    monkeypatch.setattr(clock, "now", lambda service="": TODAY)
    cache.clear()


@pytest.fixture
def case(world: World) -> Case:
    return allocated(world)


@pytest.fixture
def asked(world: World, case: Case) -> Invitation:
    parent = Person.objects.get(first_name="Pat")
    return commands.ask(world.actor("alice"), occasion_of(case), respondent="parent", person=parent, at=TODAY)


@pytest.fixture
def child_asked(world: World, case: Case) -> Invitation:
    child = Person.objects.get(first_name="Ada")
    return commands.ask(world.actor("alice"), occasion_of(case), respondent="child", person=child, at=TODAY)


def token(invitation: Invitation) -> str:
    return token_of(invitation.pk, invitation.issue)


def send(page: Client, invitation: Invitation, **answers: str) -> Any:
    return page.post(reverse("say"), {"k": token(invitation), "answered": "1", **answers})


def test_a_parent_answers_once_without_an_account(asked: Invitation) -> None:
    page = Client()
    shown = page.get(reverse("say"), {"k": token(asked)})
    assert shown.status_code == 200
    assert b"How was the help you had from us?" in shown.content
    sent = send(page, asked, rating="5", positive_comment="yes", comment="You listened.")
    assert (sent.status_code, sent["Location"]) == (302, reverse("say_thanks"))
    assert b"We have got what you said" in page.get(sent["Location"]).content
    reply = Response.objects.get()
    assert (reply.rating, reply.positive_comment, reply.comment) == (5, True, "You listened.")
    assert (reply.invitation, reply.on_paper, reply.typed_by) == (asked, False, None)
    again = send(page, asked, rating="1")
    assert again.status_code == 404
    assert Response.objects.get().rating == 5


def test_a_form_sent_twice_thanks_twice_and_counts_once(asked: Invitation) -> None:
    page = Client()
    shown = page.get(reverse("say"), {"k": token(asked)}).content.decode()
    once = shown.split('name="_once" value="')[1].split('"')[0]
    for _ in range(2):
        assert send(page, asked, rating="4", _once=once)["Location"] == reverse("say_thanks")
    assert Response.objects.count() == 1


def test_a_child_has_a_form_of_her_own(child_asked: Invitation) -> None:
    page = Client()
    shown = page.get(reverse("say"), {"k": token(child_asked)}).content.decode()
    for words in ("How old are you?", "8 to 11", "Who helped you?", "Very good", "0800 1111"):
        assert words in shown
    send(page, child_asked, rating="4", age_band="8_to_11", who_helped="Alice")
    reply = Response.objects.get()
    assert (reply.age_band, reply.who_helped, reply.rating) == ("8_to_11", "Alice", 4)


def test_the_code_of_a_card_may_be_typed_in_small_letters_with_its_lines(asked: Invitation) -> None:
    typed = in_groups(token(asked)).lower().replace("0", "o").replace("1", "l")
    shown = Client().post(reverse("say"), {"k": typed})
    assert b"How was the help you had from us?" in shown.content
    assert not Response.objects.exists()


def test_wrong_used_and_old_links_look_the_same(asked: Invitation, child_asked: Invitation) -> None:
    page = Client()
    send(page, asked, rating="5")
    Invitation.objects.filter(pk=child_asked.pk).update(
        expires_on=TODAY.date() - timedelta(days=1), asked_on=TODAY.date() - timedelta(days=9)
    )

    def plain(answer: Any) -> str:
        import re

        assert answer.status_code == 404
        return re.sub(r'nonce="[^"]+"|value="[^"]+"', "", answer.content.decode())

    answers = [page.get(reverse("say"), {"k": one}) for one in (token(asked), token(child_asked), "A" * 26)]
    assert len({plain(answer) for answer in answers}) == 1


def test_guessing_is_stopped_and_does_not_stop_whoever_has_a_link_elsewhere(asked: Invitation) -> None:
    page = Client()
    for guess in range(5):
        assert page.get(reverse("say"), {"k": f"WRONG{guess}"}).status_code == 404
    assert page.get(reverse("say"), {"k": "WRONG"}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.get(reverse("say"), {"k": token(asked)}).status_code == 200


def test_the_page_tells_nothing_of_whose_it_is(asked: Invitation, child_asked: Invitation, case: Case) -> None:
    for one in (asked, child_asked):
        shown = Client().get(reverse("say"), {"k": token(one)}).content.decode()
        for told in ("Pat", "Ada", "Field", case.ref, case.family.ref, one.ref, "Tendring", "Alice"):
            assert told not in shown


def test_no_browser_keeps_the_page_no_other_site_hears_of_it_and_no_log_holds_the_token(
    asked: Invitation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = Client()
        answers = [page.get(reverse("say"), {"k": token(asked)}), page.get(reverse("say"), {"k": "WRONG"})]
        answers += [page.get(reverse("say")), page.get(reverse("say_thanks")), send(page, asked, rating="9")]
    for answer in answers:
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
    written = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not [line for line in written if token(asked) in line]


@pytest.mark.parametrize(
    "answers", [{}, {"rating": "6"}, {"rating": "good"}, {"comment": "x" * 5000}, {"positive_comment": "perhaps"}]
)
def test_what_the_form_does_not_offer_is_refused_in_plain_words(asked: Invitation, answers: dict[str, str]) -> None:
    shown = send(Client(), asked, **answers)
    assert shown.status_code == 200
    assert b"There is a problem" in shown.content
    assert not Response.objects.exists()


def test_only_the_hash_of_a_token_is_kept(asked: Invitation) -> None:
    row = Invitation.objects.filter(pk=asked.pk).values().get()
    assert token(asked) not in str(row)
    assert len(row["token_hash"] or "") == 64
    new = commands.ask_again(_system(), asked, at=TODAY)
    assert Client().get(reverse("say"), {"k": token(asked)}).status_code == 404
    assert Client().get(reverse("say"), {"k": token(new)}).status_code == 200


def _system() -> Any:
    from fingerpost.ground.access.actor import Actor

    return Actor.system()


def test_a_worry_alerts_whoever_asked_and_the_team_until_it_is_settled(world: World, child_asked: Invitation) -> None:
    send(Client(), child_asked, rating="2", worried="yes", comment="I am scared at home.")
    alice, bob = world.actor("alice"), world.actor("bob")
    for who in (alice, bob):
        (item,) = [one for one in worklist(who, TODAY) if one.ref == child_asked.ref]
        assert item.due_on == TODAY.date()
        assert "scared" not in item.title
    page = Client()
    page.force_login(world.users["alice"])
    shown = page.get(reverse("practice:reply", args=[child_asked.ref])).content.decode()
    assert "I am scared at home." in shown
    assert reverse("practice:concern_raise", args=["reply", child_asked.ref]) in shown
    assert page.get(reverse("practice:concern_raise", args=["reply", child_asked.ref])).status_code == 200
    page.post(reverse("practice:reply_worry", args=[child_asked.ref]), {"outcome": "Told the lead."})
    assert not [one for one in [*worklist(alice, TODAY), *worklist(bob, TODAY)] if one.ref == child_asked.ref]


def test_a_worker_of_another_team_learns_nothing(world: World, asked: Invitation) -> None:
    send(Client(), asked, rating="1", comment="Nobody came.")
    page = Client()
    page.force_login(world.users["carol"])
    assert page.get(reverse("practice:reply", args=[asked.ref])).status_code == 404
    assert page.get(reverse("practice:feedback_about", args=[asked.episode_ref])).status_code == 404
    assert b"Nobody came." not in page.get(reverse("practice:feedback")).content
