"""Posts, supervision, scores and the directory."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fingerpost.agreements.contracts import signals, standing
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Area, area_key
from fingerpost.ground.tasks.models import Clock
from fingerpost.work.directory import commands as directory
from fingerpost.work.directory import queries as entries
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration
from fingerpost.work.workforce import commands, jobs, queries
from fingerpost.work.workforce.models import Holding, PerformanceReview, Post, Supervision
from tests.fixtures.families import household
from tests.fixtures.staff import ADVISOR, absent, hired, holding
from tests.fixtures.world import SERVICE, World, moment

AT = moment(2010, 10, 1)
ON = AT.date()
OF_SERVICE = Scope.of(service=SERVICE)


def test_posts_are_counted_in_full_time_equivalents(world: World, sam: Actor) -> None:
    for area, hours in (("chelmer", Decimal("18.5")), ("colne_side", Decimal(37))):
        commands.appoint(
            sam,
            OF_SERVICE,
            service=SERVICE,
            role="parent_support_advisor",
            user=world.users["sam"],
            area=Area.objects.get(scheme=SERVICE, code=area),
            hours=hours,
            full_time_hours=Decimal(37),
            since=date(2010, 5, 1),
            at=AT,
        )
    advisors, seniors = queries.filled_on(SERVICE, ON)
    assert (advisors.filled, advisors.funded, advisors.vacant) == (Decimal("3.5"), 32, Decimal("28.5"))
    assert (seniors.filled, seniors.funded) == (1, 4)
    assert queries.filled_on(SERVICE, date(2010, 4, 15))[0].filled == 2


def test_a_post_is_left_and_filled_again(world: World, sam: Actor, alice: Actor) -> None:
    post = Post.objects.get(area__code="tendring", role="parent_support_advisor")
    with pytest.raises(Refused, match="Alice Marsh holds this post"):
        commands.fill(sam, post, user=world.users["erin"], since=ON, at=AT)
    commands.vacate(sam, post, last_day=date(2010, 9, 30), at=AT)
    assert (
        queries.advisors_of(SERVICE, roles=["parent_support_advisor"], on=ON, areas=[area_key(SERVICE, "tendring")])
        == []
    )
    commands.fill(sam, post, user=world.users["erin"], since=ON, at=AT)
    (advisor,) = queries.advisors_of(
        SERVICE, roles=["parent_support_advisor"], on=ON, areas=[area_key(SERVICE, "tendring")]
    )
    assert (advisor.name, advisor.area_name) == ("Erin Bolt", "Tendring")
    with pytest.raises(NotAllowed):
        commands.vacate(alice, post, last_day=ON, at=AT)


def test_supervision_is_of_somebody_else_and_over(world: World, bob: Actor) -> None:
    given = {"service": SERVICE, "team": world.teams["tendring"], "at": AT}
    scope = Scope.of(service=SERVICE, team=world.teams["tendring"].pk)
    with pytest.raises(Refused, match="themselves"):
        commands.supervise(bob, scope, worker=world.users["bob"], held_on=ON, **given)
    with pytest.raises(Refused, match="future"):
        commands.supervise(bob, scope, worker=world.users["alice"], held_on=date(2010, 10, 2), **given)
    for _ in range(2):
        commands.supervise(bob, scope, worker=world.users["alice"], held_on=ON, note="All well", **given)
    assert Supervision.objects.get().note == "All well"
    last = {person.name: day for person, day in queries.last_supervised(SERVICE, ON)}
    assert last == {"Alice Marsh": ON, "Bob Lennox": None, "Carol Reed": None}


def test_answers_become_a_score(world: World, alice: Actor) -> None:
    home = household()
    given = {"service": SERVICE, "instrument": "how_things_are", "taken_on": ON, "completed_by": "Parent", "at": AT}
    answers = {"rest": 2, "mornings": 3, "enjoyed": 2, "someone": 3, "coped": 2, "look_ahead": 2}
    kept = outcomes.administer(alice, home.family, point="start", answers=answers, **given)
    assert kept.score == 14
    assert outcomes.administer(alice, home.family, point="start", answers=answers, **given).pk == kept.pk
    with pytest.raises(Refused, match="already a score of 14"):
        outcomes.administer(alice, home.family, point="start", score=Decimal(21), **given)
    with pytest.raises(Refused, match="Answer “I could cope") as refusal:
        outcomes.administer(alice, home.family, point="end", answers={**answers, "coped": ""}, **given)
    assert refusal.value.field == "coped"
    with pytest.raises(Refused, match="Choose one of the answers"):
        outcomes.administer(alice, home.family, point="end", answers={**answers, "coped": 6}, **given)
    with pytest.raises(Refused, match="from 0 to 30"):
        outcomes.administer(alice, home.family, point="end", score=Decimal(31), **given)
    assert Administration.objects.count() == 1


def test_the_directory_keeps_one_entry_a_name(world: World, alice: Actor, sam: Actor) -> None:
    own = Scope.of(service=SERVICE, users=[alice.id])
    first = directory.add(alice, own, service=SERVICE, name=" Debt  advice ", at=AT)
    assert directory.add(alice, own, service=SERVICE, name="Debt advice", at=AT) == first
    with pytest.raises(NotAllowed):
        directory.verify(alice, own, entry=first, at=AT)
    assert list(entries.stale(SERVICE, on=ON, days=90)) == [first]
    assert directory.verify(sam, OF_SERVICE, entry=first, phone="01206 000000", at=AT).verified_on == ON
    assert list(entries.stale(SERVICE, on=ON, days=90)) == []
    assert [entry.name for entry in entries.entries(SERVICE)] == ["Debt advice"]


def test_who_is_away_once_is_not_away_twice(world: World, bob: Actor) -> None:
    hers = holding(world.users["alice"])
    given = {"reason": "sickness", "at": AT}
    first = commands.record_absence(bob, hers, started_on=date(2010, 9, 6), **given)
    assert commands.record_absence(bob, hers, started_on=date(2010, 9, 6), **given) == first, "sent twice, kept once"
    with pytest.raises(Refused, match="away from 6 September 2010 with no last day yet"):
        commands.record_absence(bob, hers, started_on=date(2010, 9, 13), **given)
    with pytest.raises(Refused, match="Enter that day or a later one"):
        commands.end_absence(bob, first, ended_on=date(2010, 9, 1), at=AT)
    commands.end_absence(bob, first, ended_on=date(2010, 9, 10), at=AT)
    assert commands.record_absence(bob, hers, started_on=date(2010, 9, 13), **given) != first
    with pytest.raises(Refused, match="why they are away"):
        commands.record_absence(bob, hers, started_on=date(2010, 12, 1), reason="boredom", at=AT)
    with pytest.raises(NotAllowed):
        commands.record_absence(bob, holding(world.users["carol"]), started_on=date(2010, 9, 6), **given)


def test_a_corrected_absence_runs_by_its_new_days(world: World, bob: Actor) -> None:
    away = absent(world, since=date(2010, 9, 6))
    running = Clock.objects.running().filter(subject_id=away.pk)
    assert running.get().due_at.date() == date(2010, 9, 19), "midnight at which the 20th begins, read in universal time"
    told = {"reason": "sickness", "at": AT}
    commands.correct_absence(bob, away, started_on=date(2010, 9, 13), ended_on=None, **told)
    assert running.get().due_at.date() == date(2010, 9, 26)
    commands.correct_absence(bob, away, started_on=date(2010, 9, 13), ended_on=date(2010, 9, 24), **told)
    assert not running.exists(), "ten working days ask for no cover"


def test_cover_is_by_somebody_else_on_some_day_while_she_is_away(world: World, bob: Actor) -> None:
    away = absent(world, since=date(2010, 9, 6), until=date(2010, 10, 8))
    carol, day = world.users["carol"], date(2010, 9, 20)
    for wrong, match in (
        ({"worker": world.users["alice"]}, "the one who is away"),
        ({"weekdays": [9]}, "at least one day"),
        ({"since": date(2010, 9, 1)}, "before they were away"),
        ({"since": date(2010, 10, 11)}, "back after 8 October 2010"),
        ({"until": date(2010, 9, 1)}, "before the first"),
    ):
        with pytest.raises(Refused, match=match):
            commands.plan_cover(bob, away, **{"worker": carol, "since": day, "weekdays": [0], **wrong}, at=AT)
    first = commands.plan_cover(bob, away, worker=carol, since=day, weekdays=[0, 2], at=AT)
    assert commands.plan_cover(bob, away, worker=carol, since=day, weekdays=[4], at=AT).pk == first.pk
    commands.end_absence(bob, away, ended_on=date(2010, 9, 30), at=AT)
    first.refresh_from_db()
    assert (first.weekdays, first.until) == ([4], date(2010, 9, 30))


def test_the_night_ends_absences_whose_last_day_was_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    away = absent(world, since=date(2010, 9, 6), until=date(2010, 9, 24))
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 9, 24))
    assert jobs.end_absences() == 0
    monkeypatch.setattr(clock, "now", lambda service="": moment(2010, 9, 25))
    assert jobs.end_absences() == 1
    assert not Clock.objects.running().filter(subject_id=away.pk).exists()
    assert jobs.end_absences() == 0


def test_a_post_is_changed_from_a_day_on_and_nobody_holds_it_twice(world: World, sam: Actor) -> None:
    post = Post.objects.get(area__code="tendring", role=ADVISOR)
    new = {
        "role": ADVISOR,
        "hours": Decimal("18.5"),
        "full_time_hours": Decimal(37),
        "area": post.area,
        "team": post.team,
    }
    with pytest.raises(Refused, match="begins on 1 April 2010"):
        commands.change_post(sam, post, since=date(2010, 3, 1), **new, at=AT)
    with pytest.raises(Refused, match="no more than 37"):
        commands.change_post(sam, post, since=ON, **{**new, "hours": Decimal(40)}, at=AT)
    half = commands.change_post(sam, post, since=ON, **new, at=AT)
    assert queries.filled_on(SERVICE, date(2010, 9, 30))[0].filled == 2
    assert queries.filled_on(SERVICE, ON)[0].filled == Decimal("1.5")
    with pytest.raises(Refused, match="Alice Marsh holds this post"):
        commands.fill(sam, half, user=world.users["erin"], since=date(2010, 11, 1), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(post=half, user=world.users["erin"], since=date(2010, 11, 1), until=date(2010, 12, 1))


def test_a_review_is_by_somebody_else_over_and_rated(world: World, bob: Actor) -> None:
    hers, right = holding(world.users["alice"]), {"held_on": ON, "objectives": "Lead a course.", "rating": "above"}
    for wrong, match in (
        ({"held_on": date(2010, 10, 2)}, "future"),
        ({"objectives": " "}, "aim for"),
        ({"rating": "superb"}, "how the work goes"),
        ({"next_on": ON}, "after this one"),
    ):
        with pytest.raises(Refused, match=match):
            commands.review(bob, hers, **{**right, **wrong}, at=AT)
    with pytest.raises(Refused, match="themselves"):
        commands.review(bob, holding(world.users["bob"]), **right, at=AT)
    for rating in ("above", "partly"):
        commands.review(bob, hers, **{**right, "rating": rating}, at=AT)
    assert PerformanceReview.objects.get().rating == "partly"
    with pytest.raises(NotAllowed):
        commands.review(world.actor("alice"), hers, **right, at=AT)


def test_questions_about_staff_do_not_grow_with_them(
    world: World, sam: Actor, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    held = rules(SERVICE, ON)
    for place, user in enumerate(hired(12, area="chelmer", since=date(2010, 4, 1))):
        mine = holding(user)
        first = date(2010, 9, 1 + place)
        commands.record_absence(sam, mine, started_on=first, reason="annual", at=AT)
        commands.review(sam, mine, held_on=first, objectives="Go on.", rating="above", at=AT)
    with django_assert_max_num_queries(4):
        assert len(queries.absences(sam, held)) == 12
    people = queries.members(sam, held, ON)
    with django_assert_max_num_queries(5):
        assert len(queries.looked_after(held, people)) == 15
    with django_assert_max_num_queries(4):
        assert len(queries.coverage(held)) == 20


def test_what_is_missed_stands_on_the_contract_s_page(world: World) -> None:
    agreement, day = Agreement.objects.get(key=SERVICE), date(2010, 9, 20)
    absent(world, since=date(2010, 9, 6))
    found = {one.clause: one for one in signals.signals(agreement, day, inward=True)}
    assert found["cover_for_long_absence"].words == "1 absence without cover, the longest for 11 working days."
    assert found["supervision_of_staff"].words == "Supervision is overdue for 3 members of staff."
    assert not [one for one in signals.signals(agreement, day, inward=False) if one.clause == "cover_for_long_absence"]
    said = standing.standing("post", agreement, day)
    assert said is not None
    assert said.words.startswith("Parent Support Advisor: 2 of 32 filled, 30 vacant")
