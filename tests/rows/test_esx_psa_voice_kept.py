"""What is kept of what families say and of what changed at school, by whom, and what is not taken (Essex advisors)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.models import Person
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.community import commands as community
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration, Invitation, Response
from fingerpost.work.outcomes.tokens import token_of
from tests.fixtures.asked import LATER, OPENED, booked, closed_case, families
from tests.fixtures.browsing import Browser, Today, opened, words_of
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import SERVICE, World

OF_SERVICE = Scope.of(service=SERVICE)


def _parent(case: Case) -> Person:
    return Person.objects.get(last_name="Field", first_name="Pat")


def _child(case: Case) -> Person:
    return Person.objects.get(last_name="Field", first_name="Ada")


@pytest.mark.row("ESX-PSA-3.5")
def test_who_may_be_asked_when_and_how_often(world: World) -> None:
    alice, case, other = world.actor("alice"), closed_case(world), closed_case(world, household("Other"))
    run = agreed_run(world, places=4)
    people = booked(run, families(2))
    for wrong in (lambda: outcomes.ask_everybody(SYSTEM, of_run(run), respondent="school", people=people, at=LATER),
                  lambda: outcomes.hand_out_cards(SYSTEM, of_run(run), respondent="school", how_many=1, at=LATER),
                  lambda: outcomes.ask(alice, of_case(case), respondent="school", person=_parent(case), at=LATER)):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            wrong()
        assert refusal.value.field == "respondent"
    for how_many in (0, 61):
        with pytest.raises(Refused) as refusal:
            outcomes.hand_out_cards(SYSTEM, of_run(run), respondent="parent", how_many=how_many, at=LATER)
        assert refusal.value.field == "how_many"
    for day in (OPENED.date() - timedelta(days=1), LATER.date() + timedelta(days=1)):
        with pytest.raises(Refused) as refusal:
            outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), asked_on=day, at=LATER)
        assert refusal.value.field == "asked_on"
    assert not Invitation.objects.filter(service=SERVICE).exists()
    asked = outcomes.ask_everybody(SYSTEM, of_run(run), respondent="parent", people=people[:1], at=LATER)
    asked += outcomes.ask_everybody(SYSTEM, of_run(run), respondent="parent", people=people, at=LATER)
    assert [one.person_id for one in asked] == [one.pk for one in people], "each is asked once"
    first = outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), at=LATER)
    again = outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), at=LATER + timedelta(days=1))
    assert (again.pk, again.asked_on) == (first.pk, LATER.date()), "asked again, they were first asked on the same day"
    assert set(first.scope_keys) >= set(case.scope_keys)
    assert (first.asked_by_id, first.episode_id, first.family_id) == (alice.id, case.pk, case.family_id)
    elsewhere = outcomes.ask(
        alice,
        of_case(other),
        respondent="parent",
        person=Person.objects.get(first_name="Pat", last_name="Other"),
        at=LATER,
    )
    assert elsewhere.pk != first.pk


@pytest.mark.row("ESX-PSA-3.5")
def test_a_reply_is_given_once_and_within_its_time(world: World) -> None:
    alice, case = world.actor("alice"), closed_case(world)
    asked = outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), at=LATER)
    last = asked.expires_on
    assert (last - LATER.date()).days == 28

    def answers(days: int, **more: Any) -> Response:
        return outcomes.respond(SYSTEM, asked, answers={"rating": 5}, at=LATER + timedelta(days=days), **more)

    with pytest.raises(Refused, match="no longer open"):
        answers(29)
    for given_on in (LATER.date() - timedelta(days=1), LATER.date() + timedelta(days=4)):
        with pytest.raises(Refused) as refusal:
            answers(3, given_on=given_on)
        assert refusal.value.field == "given_on"
    with pytest.raises(Refused):
        outcomes.respond(SYSTEM, asked, answers={"rating": 6}, at=LATER)
    with pytest.raises(Refused):
        outcomes.respond(SYSTEM, asked, answers={"how_tall": 6}, at=LATER)
    with pytest.raises(Refused):
        outcomes.respond(SYSTEM, asked, answers={"rating": None, "comment": ""}, at=LATER)
    reply = answers(28)
    assert (reply.given_on, reply.typed_by_id, reply.on_paper) == (last, None, False)
    assert (reply.family_id, reply.person_id) == (case.family_id, _parent(case).pk)
    assert sorted(reply.scope_keys) == sorted(asked.scope_keys), "whoever may see that they were asked may read it"
    with pytest.raises(Refused, match="answered before"):
        answers(28)
    with pytest.raises(Refused, match="answered already"):
        outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), at=LATER)
    child = outcomes.ask(alice, of_case(case), respondent="child", person=_child(case), at=LATER)
    paper = outcomes.respond(
        alice, child, answers={"rating": 4}, given_on=LATER.date(), on_paper=True, at=LATER + timedelta(days=40)
    )
    assert (paper.typed_by_id, paper.on_paper, paper.given_on) == (alice.id, True, LATER.date())


@pytest.mark.row("ESX-PSA-3.6")
def test_a_child_answers_by_their_link_within_its_time_and_guessing_ends(
    world: World, today: Today, settings: Any
) -> None:
    settings.FEEDBACK_LINK_GUESSES = 2
    cache.clear()
    drop_in, page = agreed_run(world, offer="drop_in"), Client()
    first, second, parents = (
        *outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="child", how_many=2, at=LATER),
        *outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="parent", how_many=1, at=LATER),
    )
    link, other = ({"k": token_of(one.pk, one.issue)} for one in (first, second))
    today.now = LATER + timedelta(days=28)
    typed = page.post("/say", link)  # a code from a card answers nothing yet
    assert "There is a problem" not in words_of(typed)
    assert "Who helped you?" in words_of(typed)
    assert "Who helped you?" not in words_of(page.get("/say", {"k": token_of(parents.pk, parents.issue)}))
    assert "no-store" in typed["Cache-Control"]
    empty = words_of(page.post("/say", link | {"answered": "1"}))
    assert "There is a problem" in empty
    sent = page.post("/say", link | {"answered": "1", "rating": "5", "age_band": "5_to_7", "who_helped": "Alice"})
    assert sent.status_code == 302
    kept = Response.objects.get(invitation=first)
    assert (kept.rating, kept.age_band, kept.who_helped) == (5, "5_to_7", "Alice")
    assert (kept.given_on, kept.person_id, kept.on_paper) == (today.now.date(), None, False)
    today.now = LATER + timedelta(days=29)
    assert page.get("/say", other).status_code == 404, "the time to answer is over"
    today.now = LATER
    assert page.get("/say", {"k": "nothing"}).status_code == 404
    assert page.get("/say", other).status_code == 429, "two links from one address opened nothing"
    cache.clear()
    assert page.get("/say", other).status_code == 200
    assert "k=" not in words_of(page.get("/say")), "without a code the page asks for it"


@pytest.mark.row("ESX-PSA-3.7")
def test_a_say_is_kept_whole_and_read_by_those_who_may_meet_who_took_part(
    world: World, browser: Browser, today: Today
) -> None:
    alice, home, other = world.actor("alice"), household("Field"), household("Reed", locality="colchester")
    told: dict[str, Any] = {
        "service": SERVICE, "kind": "planning", "title": " Where  to meet ", "happened_on": LATER.date(),
        "people": [home.parent, home.parent, other.parent], "said": " By the sea. ", "at": LATER,
    }  # fmt: skip
    mine = Scope.of(users=[alice.id])
    for wrong, field in (
        ({"kind": "dancing"}, "kind"),
        ({"title": " "}, "title"),
        ({"happened_on": LATER.date() + timedelta(days=1)}, "happened_on"),
        ({"people": []}, "people"),
    ):
        with pytest.raises(Refused) as refusal:
            community.record_say(alice, mine, **(told | wrong))
        assert refusal.value.field == field
    say = community.record_say(alice, mine, **told)
    before = community.record_say(alice, mine, **(told | {"title": "When to meet", "people": [home.child]}))
    assert (say.title, say.said, say.changed, say.changed_on) == ("Where to meet", "By the sea.", "", None)
    assert (say.recorded_by_id, say.recorded_at, say.scope) == (alice.id, LATER, mine)
    today.now = LATER
    page = opened(browser("alice"), "practice:say", say.ref)
    assert "Pat Field" in page
    assert "Pat Reed" not in page, "the family lives where Alice does not work"
    assert "Ada Field" not in page, "they had another say"
    assert "Who took part (2)" in page
    assert "1 more took part whom you may not see." in page
    assert "Who took part (1)" in opened(browser("alice"), "practice:say", before.ref)
    for who in ("carol", "erin"):
        assert browser(who).get(reverse("practice:say", args=[say.ref])).status_code in (403, 404), who


@pytest.mark.row("ESX-PSA-3.3")
def test_scores_are_kept_in_order_and_once_and_within_their_form(world: World) -> None:
    alice, case, home = world.actor("alice"), allocated(world, at=OPENED), household("Other")
    family, start, end = case.family, date(2010, 6, 20), date(2010, 11, 1)

    def kept(point: str, points: int, day: date, **more: Any) -> Administration:
        given: dict[str, Any] = {"instrument": "part_in_school", "completed_by": " Parent ", "person": _parent(case)}
        about = more.pop("family", family)
        return outcomes.administer(
            alice, about, service=SERVICE, point=point, taken_on=day, score=Decimal(points), episode_id=case.pk,
            at=LATER, **(given | more),
        )  # fmt: skip

    for wrong, field in (
        ({"instrument": "no_such_form"}, "instrument"),
        ({"completed_by": " "}, "completed_by"),
    ):
        with pytest.raises(Refused) as refusal:
            kept("start", 5, start, **wrong)
        assert refusal.value.field == field
    with pytest.raises(Refused) as refusal:
        kept("start", 5, LATER.date() + timedelta(days=1))
    assert refusal.value.field == "taken_on"
    for points in (-1, 1000):
        with pytest.raises(Refused, match="The score must be from"):
            kept("start", points, start)
    first = kept("start", 5, start)
    assert (first.recorded_by_id, first.recorded_at, first.completed_by) == (alice.id, LATER, "Parent")
    assert set(first.scope_keys) == set(family.scope_keys), "whoever may see the family may see it, and nobody else"
    assert kept("start", 5, start).pk == first.pk, "the same score twice is one"
    with pytest.raises(Refused, match="already a score of 5"):
        kept("start", 6, start)
    with pytest.raises(Refused, match="before the first score"):
        kept("end", 9, start - timedelta(days=1))
    for points in (6, 7, 7):
        kept("review", points, end)
    assert Administration.objects.filter(episode_id=case.pk, point="review").count() == 3, "reviews may be many"
    assert kept("end", 9, start, family=home.family, person=home.parent), "another family's scores have their own order"
    assert kept("end", 9, start).taken_on == start, "both on one day is in order"
    late = allocated(world, home=household("Late"), at=OPENED)
    parent = Person.objects.get(first_name="Pat", last_name="Late")
    outcomes.administer(
        alice, late.family, service=SERVICE, instrument="part_in_school", point="end", taken_on=end,
        completed_by="Parent", score=Decimal(9), person=parent, episode_id=late.pk, at=LATER,
    )  # fmt: skip
    with pytest.raises(Refused, match="after the last score"):
        outcomes.administer(
            alice, late.family, service=SERVICE, instrument="part_in_school", point="start",
            taken_on=end + timedelta(days=1), completed_by="Parent", score=Decimal(5), person=parent,
            episode_id=late.pk, at=LATER,
        )  # fmt: skip


@pytest.mark.row("ESX-PSA-3.3")
def test_an_event_at_school_is_kept_once_with_the_words_of_both(world: World) -> None:
    alice, home = world.actor("alice"), household("Field")
    told: dict[str, Any] = {
        "service": SERVICE, "person": home.parent, "kind": "parents_evening", "happened_on": LATER.date(), "at": LATER,
    }  # fmt: skip
    for wrong, field in (
        ({"kind": "sports_day_of_the_moon"}, "kind"),
        ({"happened_on": LATER.date() + timedelta(days=1)}, "happened_on"),
    ):
        with pytest.raises(Refused) as refusal:
            outcomes.record_school_event(alice, home.family, **(told | wrong))
        assert refusal.value.field == field
    event = outcomes.record_school_event(alice, home.family, note=" Came early. ", **told)
    assert (event.note, event.recorded_by_id, event.recorded_at) == ("Came early.", alice.id, LATER)
    assert sorted(event.scope_keys) == sorted(home.family.scope_keys)
    again = outcomes.record_school_event(alice, home.family, note="Stayed late.", **told)
    assert again.pk == event.pk
    assert "Came early." in again.note
    assert "Stayed late." in again.note
    others = [
        outcomes.record_school_event(alice, home.family, **(told | other)).pk
        for other in (
            {"happened_on": LATER.date() - timedelta(days=1)},
            {"person": home.child},
            {"kind": "contact_with_school"},
        )
    ]
    assert len({event.pk, *others}) == 4, "another day, another person and another kind are other events"
