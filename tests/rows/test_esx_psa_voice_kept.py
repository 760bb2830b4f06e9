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
from fingerpost.ground.tasks.models import Task
from fingerpost.people.families import commands as families_of
from fingerpost.people.families.models import Person
from fingerpost.work.casework.models import Case
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.community import commands as community
from fingerpost.work.community.models import Participation
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration, Invitation, Response
from fingerpost.work.outcomes.queries import by_token
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
    with pytest.raises(Refused) as refusal:
        outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), result="lost", at=LATER)
    assert refusal.value.field == "result"
    with pytest.raises(Refused) as refusal:
        outcomes.hand_out_cards(SYSTEM, of_run(run), respondent="school", how_many=0, at=LATER)
    assert refusal.value.field == "respondent", "whom the form is for is said first"
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
def test_asked_again_they_get_another_link_and_each_occasion_is_asked_about_by_itself(world: World) -> None:
    alice, case = world.actor("alice"), closed_case(world)
    parent, began = _parent(case), OPENED.date()
    first = outcomes.ask(alice, of_case(case), respondent="parent", person=parent, asked_on=began, at=LATER)
    assert (first.asked_on, (first.expires_on - began).days) == (began, 28), "on the day it began"
    assert by_token(token_of(first.pk, first.issue)) == first
    with pytest.raises(Refused) as refusal:
        outcomes.ask(alice, of_case(case), respondent="parent", person=parent, result="lost", at=LATER)
    assert refusal.value.field == "result"
    outcomes.ask(alice, of_case(case), respondent="parent", person=parent, result="declined", at=LATER)
    assert by_token(token_of(first.pk, 1)) is None, "who declined has no link"
    outcomes.ask(alice, of_case(case), respondent="parent", person=parent, at=LATER)
    kept = Invitation.objects.get(pk=first.pk)
    assert (kept.result, kept.issue, (kept.expires_on - LATER.date()).days) == ("asked", 3, 28)
    assert by_token(token_of(kept.pk, 3)) == kept
    assert {by_token(token_of(kept.pk, issue)) for issue in (1, 2)} == {None}, "the old links are dead"

    course, drop_in = agreed_run(world, places=4), agreed_run(world, offer="drop_in")
    (about_course,) = outcomes.ask_everybody(SYSTEM, of_run(course), respondent="parent", people=[parent], at=LATER)
    about_drop_in = outcomes.ask(SYSTEM, of_run(drop_in), respondent="parent", person=parent, at=LATER)
    assert len({first.pk, about_course.pk, about_drop_in.pk}) == 3
    moved, other = household("Moved"), household("Other")
    families_of.join(SYSTEM, other.family, person=moved.parent, part="parent", at=OPENED)
    families_of.leave(SYSTEM, other.family, person=moved.parent, on=began, at=LATER)
    asked = outcomes.ask(SYSTEM, of_run(drop_in), respondent="parent", person=moved.parent, at=LATER)
    assert asked.family_id == moved.family.pk, "where they live now"
    (card,) = outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="parent", how_many=1, at=LATER)
    assert (card.person_id, card.family_id) == (None, None)
    assert by_token(token_of(card.pk, card.issue)) == card


@pytest.mark.row("ESX-PSA-3.5")
def test_what_came_of_asking_stands_until_they_answer_and_worry_is_told_at_once(world: World) -> None:
    alice, case = world.actor("alice"), closed_case(world)
    invited = outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), at=LATER)
    with pytest.raises(Refused) as refusal:
        outcomes.note_result(alice, invited, result="lost", at=LATER)
    assert refusal.value.field == "result"
    outcomes.note_result(alice, invited, result="declined", at=LATER)
    assert Invitation.objects.get(pk=invited.pk).result == "declined"
    said = outcomes.respond(
        alice, invited, answers={"rating": 1, "worried": "yes", "positive_comment": True}, on_paper=True, at=LATER
    )
    assert Invitation.objects.get(pk=invited.pk).result == "asked", "they answered after all"
    assert (said.is_worried, said.positive_comment) == (True, True)
    alerts = Task.objects.filter(origin_id=invited.pk)
    assert {(one.kind, one.owner_id, one.team_id) for one in alerts} == {
        ("feedback_worry", alice.id, None),
        ("feedback_worry_team", None, world.teams["tendring"].pk),
    }
    with pytest.raises(Refused, match="a reply already"):
        outcomes.note_result(alice, invited, result="declined", at=LATER)
    with pytest.raises(Refused, match="nothing to judge"):
        outcomes.code_comment(alice, said, is_positive=True, at=LATER)
    with pytest.raises(Refused, match="answered already"):
        outcomes.ask(alice, of_case(case), respondent="parent", person=_parent(case), result="declined", at=LATER)

    far = agreed_run(world, area="chelmer", offer="drop_in")
    cards = outcomes.hand_out_cards(SYSTEM, of_run(far), respondent="parent", how_many=2, at=LATER)
    for card, worried in zip(cards, ("yes", "no"), strict=True):
        reply = outcomes.respond(SYSTEM, card, answers={"worried": worried, "positive_comment": False}, at=LATER)
        assert reply.positive_comment is False
    (alert,) = Task.objects.filter(origin_id__in=[card.pk for card in cards])
    assert (alert.origin_id, alert.kind, alert.owner_id, alert.team_id) == (
        cards[0].pk,
        "feedback_worry_team",
        None,
        None,
    ), "nobody in particular asked, and no team works there"


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
    to_a_child, to_a_parent = (
        "The people who help your family will read this",
        "The team that helped you will read this",
    )
    drop_in, page = agreed_run(world, offer="drop_in"), Client()
    first, second, parents = (
        *outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="child", how_many=2, at=LATER),
        *outcomes.hand_out_cards(SYSTEM, of_run(drop_in), respondent="parent", how_many=1, at=LATER),
    )
    link, other = ({"k": token_of(one.pk, one.issue)} for one in (first, second))
    today.now = LATER + timedelta(days=28)
    typed = page.post("/say", link)  # a code from a card answers nothing yet
    assert "There is a problem" not in words_of(typed)
    for words in ("Who helped you?", to_a_child, "5 to 7", "12 or older"):
        assert words in words_of(typed)
    assert to_a_parent not in words_of(typed)
    of_parents = words_of(page.get("/say", {"k": token_of(parents.pk, parents.issue)}))
    assert to_a_parent in of_parents
    for words in ("Who helped you?", to_a_child):
        assert words not in of_parents
    assert "no-store" in typed["Cache-Control"]
    assert typed["Expires"], "old browsers keep it no longer either"
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
    assert page.get("/say", {"k": " "}).status_code == 200, "nothing was typed, so nothing was guessed"
    settings.FEEDBACK_LINK_GUESSES = 1
    assert [page.get("/say", one).status_code for one in (other, {"k": "nothing"}, other)] == [200, 404, 429]
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
    for left in (other, household("Elder")):
        families_of.join(SYSTEM, left.family, person=home.parent, part="parent", at=OPENED)
        families_of.leave(SYSTEM, left.family, person=home.parent, on=OPENED.date(), at=LATER)
    say = community.record_say(alice, mine, **told)
    assert Participation.objects.get(say=say, person=home.parent).family_id == home.family.pk, "where they live now"
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
    community.add_people(alice, before, people=[home.child, home.parent], at=LATER)
    page = opened(browser("alice"), "practice:say", before.ref)
    assert "Who took part (2)" in page, "who is there already is there once"
    assert "Pat Field" in page
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
    for points in (-1, 16):
        with pytest.raises(Refused, match="The score must be from") as refusal:
            kept("start", points, start)
        assert refusal.value.field == "score"
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
    in_june: dict[str, Any] = {
        "service": SERVICE, "instrument": "part_in_school", "completed_by": "Parent", "person": parent, "at": LATER,
    }  # fmt: skip
    answered = {"talk": 3, "homework": 2, "ready": 1, "contact": 0, "pleased": 3}
    for wrong, field, words in (
        (answered | {"talk": 4}, "talk", "Choose one of the answers to “I talked"),
        ({"talk": 3}, "homework", "Answer “I helped my child to get on with homework or reading"),
        (answered | {"mood": 1, "extra": 1}, "extra", "There is no question called extra."),
    ):
        with pytest.raises(Refused, match=words) as refusal:
            outcomes.administer(alice, late.family, point="review", taken_on=end, answers=wrong, **in_june)
        assert refusal.value.field == field
    early = outcomes.administer(
        alice, late.family, point="review", taken_on=start, answers=answered, episode_id=late.pk, **in_june
    )
    assert (early.score, early.answers, early.topic) == (9, answered, "engagement_in_education")
    first = outcomes.administer(
        alice, late.family, point="start", taken_on=end, score=Decimal(0), episode_id=late.pk, **in_june
    )
    assert first.score == 0, "on the day of the last score, and after a review"
    outcomes.administer(
        alice, late.family, point="review", taken_on=LATER.date(), score=Decimal(15), episode_id=late.pk, **in_june
    )
    first.delete()
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
    again.refresh_from_db()
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
