"""Staff of the Essex advisors to the day: who fills a post, who is away, who was met and when, what is to be read and done."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.requirements.models import Policy, PolicyIssue
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks.models import Clock
from fingerpost.proof.returns import commands as returns
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Holding, PerformanceReview, PlanAction, Post, SupervisionAction
from tests.fixtures.browsing import Browser, Today, opened, options_of, posted, rows_of, turned_down, words_of
from tests.fixtures.families import SYSTEM
from tests.fixtures.neighbour import NEIGHBOUR
from tests.fixtures.staff import absent, issued
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.row("ESX-PSA-2.1")
def test_a_post_is_filled_from_its_holders_first_day_to_their_last_and_its_own(
    world: World, browser: Browser, today: Today
) -> None:
    sam, post = browser("sam"), Post.objects.get(service=SERVICE, area__code="tendring", role="parent_support_advisor")
    posted(sam, "practice:post_vacate", post.pk, last_day="30/9/2010")
    posted(sam, "practice:post_fill", post.pk, user=world.users["bob"].pk, since="4/10/2010")

    def filled(on: date) -> Decimal:
        return queries.filled_on(SERVICE, on)[0].filled

    assert [filled(date(2010, 9, 30)), filled(date(2010, 10, 1)), filled(date(2010, 10, 3))] == [2, 1, 1]
    assert filled(date(2010, 10, 4)) == 2
    assert [filled(date(2010, 3, 31) + DAY), filled(date(2012, 3, 31))] == [2, 2]
    listed = rows_of(sam.get(reverse("practice:posts") + "?on=1/10/2010"), "post")
    areas = [next(name for name in ("Colchester", "Tendring") if name in row) for row in listed]
    assert areas == ["Colchester", "Tendring", "Tendring"], "by area"
    absent(world, "carol", since=date(2010, 9, 30))
    away = rows_of(sam.get(reverse("practice:posts") + "?on=1/10/2010"), "post")
    assert ["Away" in row for row in away] == ["Carol Reed" in row for row in away]
    assert "1 of 32 filled" in opened(sam, "oversight:staffing", SERVICE), "today, unless another day is asked"
    assert sum("Vacant" in row for row in listed) == 1
    assert sum("Bob Lennox" in row for row in listed) == 1, "as the senior"
    later = rows_of(sam.get(reverse("practice:posts") + "?on=4/10/2010"), "post")
    assert sum("Bob Lennox" in row for row in later) == 2
    posted(sam, "practice:post_end", post.pk, last_day="31/12/2010")
    assert [filled(date(2010, 12, 31)), filled(date(2011, 1, 1))] == [2, 1]
    assert len(rows_of(sam.get(reverse("practice:posts") + "?on=31/12/2010"), "post")) == 3
    assert len(rows_of(sam.get(reverse("practice:posts") + "?on=1/1/2011"), "post")) == 2
    for who in ("alice", "dave", "gita"):
        assert browser(who).get(reverse("practice:post", args=[post.pk])).status_code in (403, 404), who
    assert browser("bob").get(reverse("practice:post", args=[post.pk])).status_code == 200
    other = Post.objects.get(service=SERVICE, area__code="colchester")
    assert browser("bob").get(reverse("practice:post", args=[other.pk])).status_code in (403, 404), "of another team"


@pytest.mark.row("ESX-PSA-2.3")
def test_somebody_is_away_from_the_first_day_to_the_last_and_those_without_cover_come_first(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 9, 20)
    bob, sam = browser("bob"), browser("sam")
    senior = absent(world, "bob", since=date(2010, 8, 2))
    advisor = absent(world, since=date(2010, 9, 6))
    plan = {"worker": world.users["carol"].pk, "weekdays": ["0"]}
    posted(sam, "practice:cover_new", senior.pk, **plan, since="20/9/2010")
    names = [row.split(" ")[0] for row in rows_of(sam.get(reverse("practice:absences")), "absence")]
    assert names == ["Alice", "Bob"], "the one whom nobody covers first"
    posted(sam, "practice:cover_new", advisor.pk, **plan, since="21/9/2010", until="24/9/2010")
    names = [row.split(" ")[0] for row in rows_of(sam.get(reverse("practice:absences")), "absence")]
    assert names == ["Bob", "Alice"], "then the longest"
    for day, missing in ((24, False), (27, True)):
        today.is_(2010, 9, day)
        assert ("No cover Alice Marsh" in opened(sam, "practice:staff")) == missing, day
    page = opened(sam, "practice:absence", advisor.pk)
    for words in ("6 September 2010", "Not known yet", "20 September 2010", "Sickness", "Working days so far 16"):
        assert words in page
    assert "Carol Reed 21 September 2010 24 September 2010 Monday" in page
    posted(sam, "practice:absence_end", advisor.pk, ended_on="26/9/2010")
    assert queries.away_on(SERVICE, date(2010, 9, 26)).keys() == {world.users["alice"].pk, world.users["bob"].pk}
    assert queries.away_on(SERVICE, date(2010, 9, 27)).keys() == {world.users["bob"].pk}
    assert queries.away_on(SERVICE, date(2010, 9, 6))[world.users["alice"].pk] == date(2010, 9, 26)
    assert world.users["alice"].pk not in queries.away_on(SERVICE, date(2010, 9, 5))
    assert "No cover" not in opened(sam, "practice:staff"), "she is back"
    assert not Clock.objects.running().filter(subject_id=advisor.pk).exists()
    assert bob.get(
        reverse("practice:absence", args=[absent(world, "carol", since=date(2010, 9, 6)).pk])
    ).status_code in (
        403,
        404,
    ), "of another team"


@pytest.mark.row("ESX-PSA-2.6b.1")
def test_a_review_is_written_down_with_who_held_it_and_the_day_of_the_next(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 12, 31)
    bob, alice = browser("bob"), world.users["alice"]
    for who in ("alice", "carol"):
        _reviewed_elsewhere(world.users[who], world.users["bob"], date(2010, 12, 31))
    told = {"worker": alice.pk, "rating": "above", "objectives": "Lead a course."}
    tomorrow = turned_down(bob, "practice:review_new", **told, held_on="1/1/2011")
    assert "must be on or before 31 December 2010" in tomorrow
    form = bob.get(reverse("practice:review_new"))
    assert options_of(form, "worker")[1:] == ["Alice Marsh"], "whom he leads, and not himself"
    same_day = told | {"held_on": "31/12/2010", "next_on": "31/12/2010"}
    assert "The next review must be after this one" in turned_down(bob, "practice:review_new", **same_day)
    own = Holding.objects.get(user=world.users["bob"], post__service=SERVICE)
    with pytest.raises(Refused, match="Nobody can review themselves"):
        commands.review(
            world.actor("bob"), own, held_on=date(2010, 7, 1), objectives="More.", rating="above", at=today.now
        )
    for held_on, next_on, words in (
        ("31/12/2010", "30/12/2011", "Lead a course."),
        ("1/7/2010", "1/12/2010", "Learn to lead."),
    ):
        posted(bob, "practice:review_new", **told | {"objectives": words}, held_on=held_on, next_on=next_on)
    page = opened(bob, "practice:worker", alice.pk)
    assert page.index("Lead a course.") < page.index("Learn to lead."), "the newest first"
    for words in ("31 December 2010", "1 July 2010", "Bob Lennox", "30 December 2011"):
        assert words in page
    listed = [
        "31 December 2010 Bob Lennox Better than expected Lead a course. 30 December 2011",
        "1 July 2010 Bob Lennox Better than expected Learn to lead. 1 December 2010",
    ]
    assert rows_of(bob.get(reverse("practice:worker", args=[alice.pk])), "Reviews") == listed
    again = told | {"held_on": "1/7/2010", "rating": "as_expected", "objectives": "Learn to listen."}
    posted(bob, "practice:review_new", **again)
    listed[1] = "1 July 2010 Bob Lennox As expected Learn to listen. Not set"
    for who in ("bob", "sam"):
        page = browser(who).get(reverse("practice:worker", args=[alice.pk]))
        assert rows_of(page, "Reviews") == listed, "of this service alone, and of one day the newer words"
    assert PerformanceReview.objects.filter(worker=alice).count() == 3
    own = Holding.objects.get(user=world.users["bob"], post__service=SERVICE)
    commands.review(
        SYSTEM, own, held_on=date(2010, 7, 2), objectives="Lead the leaders.", rating="above",
        reviewer=world.users["sam"], at=today.now,
    )  # fmt: skip
    for user, service, day in (("bob", SERVICE, 6), ("alice", SERVICE, 8), ("alice", NEIGHBOUR, 13)):
        commands.record_absence(
            SYSTEM, Holding.objects.get(user=world.users[user], post__service=service), started_on=date(2010, 9, day),
            ended_on=date(2010, 9, day + 1), reason="sickness", at=today.now,
        )  # fmt: skip
    theirs = Scope.of(service=SERVICE, team=world.teams["tendring"].pk)
    meeting = {"service": SERVICE, "team": world.teams["tendring"], "worker": alice, "held_on": date(2010, 12, 1)}
    met = commands.supervise(world.actor("bob"), theirs, **meeting, at=today.now)
    for what in ("Read the guide", "Ring the school"):
        action = commands.agree_action(SYSTEM, met, what=what, owner=alice, due_on=date(2010, 12, 8), at=today.now)
    commands.tick_off(SYSTEM, action, at=today.now)
    page = browser("sam").get(reverse("practice:worker", args=[alice.pk]))
    assert rows_of(page, "Reviews") == listed, "hers, and not her leader's"
    assert rows_of(page, "Absence") == ["8 September 2010 absence 9 September 2010 2 Sickness"], (
        "hers, and of this service"
    )
    assert [row.split(" Alice")[0] for row in rows_of(page, "Agreed and not done yet")] == ["Read the guide"]
    said = words_of(page)
    assert "Last supervised 1 December 2010" in said
    assert "Last review 31 December 2010 Review due 31 December 2011" in said
    assert "Open cases 0" in said
    for who, is_own in ((alice.pk, False), (world.users["bob"].pk, True)):
        assert ("Record a review" in opened(bob, "practice:worker", who)) == (not is_own)
    looked = {one.member.name: one.review for one in _looked_after(world)}
    assert (looked["Alice Marsh"].last_on, looked["Alice Marsh"].planned_on) == (
        date(2010, 12, 31),
        date(2011, 12, 30),
    ), "of the newest review"
    assert looked["Carol Reed"].last_on is None
    assert not looked["Carol Reed"].is_in_time, "who never had one is not in time"
    assert not looked["Carol Reed"].is_overdue, "a year from the first day of 1 April 2010"
    other = told | {"worker": world.users["carol"].pk, "held_on": "31/12/2010"}
    assert bob.post(reverse("practice:review_new"), other).status_code in (200, 403, 404)
    assert {one.review.last_on for one in _looked_after(world) if one.member.name == "Carol Reed"} == {None}
    for who in ("alice", "dave", "gita"):
        assert browser(who).get(reverse("practice:worker", args=[alice.pk])).status_code in (403, 404), who


def _elsewhere(user: User) -> Holding:
    """The same person in a post of the neighbouring service."""
    post = commands.appoint(
        SYSTEM, Scope.of(service=NEIGHBOUR), service=NEIGHBOUR, role="parent_support_advisor", user=user,
        hours=Decimal(10), full_time_hours=Decimal(37), since=date(2010, 4, 1), at=moment(2010, 4, 1),
    )  # fmt: skip
    return Holding.objects.get(post=post)


def _reviewed_elsewhere(user: User, reviewer: User, day: date) -> None:
    commands.review(
        SYSTEM, _elsewhere(user), held_on=day, objectives="Work beyond the border.", rating="as_expected",
        next_on=day + 7 * DAY, reviewer=reviewer, at=moment(day.year, day.month, day.day),
    )  # fmt: skip


def _looked_after(world: World) -> list[queries.LookedAfter]:
    held = contracts.rules(SERVICE, date(2010, 12, 31))
    return queries.looked_after(held, queries.staff(held, date(2010, 12, 31)))


@pytest.mark.row("ESX-PSA-2.6b.2")
def test_what_a_meeting_agreed_stands_in_order_and_is_ticked_off_by_whom_it_concerns(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 10, 8)
    bob, alice = browser("bob"), browser("alice")
    commands.supervise(
        SYSTEM, Scope.of(service=NEIGHBOUR), service=NEIGHBOUR, team=None, worker=world.users["alice"],
        supervisor=world.users["bob"], held_on=today.now.date(), at=today.now,
    )  # fmt: skip
    told = {"worker": world.users["alice"].pk, "note": "Steady.", "wellbeing": "Well."}
    tomorrow = turned_down(bob, "practice:supervision_new", **told, held_on="9/10/2010")
    assert "must be on or before 8 October 2010" in tomorrow
    for day in ("1/10/2010", "8/10/2010"):
        posted(bob, "practice:supervision_new", **told, held_on=day)
    first, second = sorted(
        queries.supervisions_of(world.actor("bob"), SERVICE, world.users["alice"].pk), key=lambda one: one.held_on
    )
    newest = [one.held_on for one in queries.supervisions_of(world.actor("bob"), SERVICE, world.users["alice"].pk)]
    assert newest == [date(2010, 10, 8), date(2010, 10, 1)]
    assert len(queries.supervisions_of(world.actor("sam"), SERVICE, world.users["alice"].pk)) == 2, "not elsewhere"
    form = browser("sam").get(reverse("practice:supervision_new"))
    assert options_of(form, "worker")[1:] == ["Bob Lennox", "Carol Reed", "Alice Marsh"], "who is due first"
    assert queries.supervisions_of(world.actor("carol"), SERVICE, world.users["alice"].pk) == []
    for what, day in (("Second", "20/10/2010"), ("First", "15/10/2010")):
        posted(bob, "practice:action_new", second.pk, what=what, owner=world.users["alice"].pk, due_on=day)
    with pytest.raises(Refused, match="Enter what is to be done"):
        commands.agree_action(
            SYSTEM, second, what=" ", owner=world.users["alice"], due_on=date(2010, 10, 20), at=today.now
        )
    assert [one.what for one in queries.actions_of([second])] == ["First", "Second"], "the soonest due first"
    assert queries.actions_of([first]) == []
    same_day = {"what": "Today", "owner": world.users["alice"], "due_on": date(2010, 10, 8)}
    (once, twice) = (commands.agree_action(SYSTEM, second, **same_day, at=today.now) for _ in range(2))
    assert once.pk == twice.pk, "told twice it is agreed once"
    with pytest.raises(Refused) as refusal:
        commands.agree_action(SYSTEM, second, **same_day | {"due_on": date(2010, 10, 7)}, at=today.now)
    assert refusal.value.field == "due_on"
    with pytest.raises(Refused) as refusal:
        commands.agree_action(SYSTEM, second, **same_day | {"owner": world.users["sam"]}, at=today.now)
    assert refusal.value.field == "owner"
    commands.tick_off(SYSTEM, once, at=today.now)
    once.refresh_from_db()
    commands.tick_off(SYSTEM, once, at=today.now + DAY)
    assert once.done_at == today.now
    SupervisionAction.objects.filter(pk=once.pk).delete()
    page = opened(bob, "practice:supervision_meeting", second.pk)
    assert page.index("First") < page.index("Second")
    assert "Bob Lennox" in page
    assert "First" not in opened(bob, "practice:supervision_meeting", first.pk)
    for who, status in (("sam", {200}), ("carol", {403, 404}), ("dave", {403, 404}), ("fay", {403, 404})):
        address = reverse("practice:supervision_meeting", args=[second.pk])
        assert browser(who).get(address).status_code in status, who
    soonest = queries.actions_of([second])[0]
    for client in (alice, bob):
        assert "First" in opened(client, "practice:my_action", soonest.pk)
    assert bob.post(reverse("practice:my_action", args=[soonest.pk])).status_code == 200
    soonest.refresh_from_db()
    assert soonest.done_at is None, "to look at it does not do it, nor does anybody else's pressing"
    posted(alice, "practice:my_action", soonest.pk)
    soonest.refresh_from_db()
    assert soonest.done_at == today.now
    said = opened(alice, "practice:my_work")
    assert "Second" in said
    assert "First" not in said.replace("First contact", "")
    # Four weeks from the last meeting, and not from the first.
    for day, late in ((date(2010, 11, 5), False), (date(2010, 11, 6), True)):
        today.is_(day.year, day.month, day.day)
        assert ("Overdue from 6 November 2010" in opened(bob, "practice:supervision")) == late


@pytest.mark.row("ESX-PSA-2.12")
def test_a_version_is_in_force_from_its_day_until_the_next_or_until_it_is_withdrawn(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 9, 1)
    sam, alice = browser("sam"), browser("alice")
    posted(sam, "oversight:policy_new", SERVICE, title="Lone working", owner="Education Welfare Service")
    kept = Policy.objects.get(service=SERVICE, title="Lone working")
    assert "No version is in force yet." in opened(sam, "oversight:policy", SERVICE, kept.pk)
    told = {"version": "1", "issued_on": "1/9/2010", "text": "Tell somebody.", "changes": "All of it."}
    same_day = turned_down(sam, "oversight:policy_issue", SERVICE, kept.pk, **told, review_on="1/9/2010")
    assert "The day of review must be after the day of issue" in same_day
    nothing = turned_down(sam, "oversight:policy_issue", SERVICE, kept.pk, **told | {"text": ""}, review_on="2/9/2010")
    assert "Enter what it says, or where it is kept" in nothing
    nowhere = turned_down(
        sam, "oversight:policy_issue", SERVICE, kept.pk, **told, review_on="2/9/2010", kept_at="Shelf"
    )
    assert "Enter an address that begins with https://" in nowhere
    posted(
        sam,
        "oversight:policy_issue",
        SERVICE,
        kept.pk,
        **told,
        review_on="1/10/2010",
        kept_at="https://council.example/lone-working",
    )
    other = told | {"version": "2"}
    again = turned_down(sam, "oversight:policy_issue", SERVICE, kept.pk, **other, review_on="1/11/2010")
    assert "Another version was issued on that day" in again
    posted(sam, "oversight:policy_issue", SERVICE, kept.pk, **other | {"issued_on": "5/10/2010"}, review_on="1/10/2011")
    issued("A second policy", on=date(2010, 9, 1), version="7")
    issued("Zeal", on=date(2010, 9, 1), version="7")
    for day, version, overdue in (((2010, 10, 1), 1, False), ((2010, 10, 2), 1, True), ((2010, 10, 5), 2, False)):
        today.is_(*day)
        (row,) = [
            one
            for one in rows_of(sam.get(reverse("oversight:policies", args=[SERVICE])), "policies")
            if one.startswith("Lone working")
        ]
        assert f"Education Welfare Service {version} " in row, day
        assert ("Overdue" in row) == overdue, day
        page = opened(sam, "oversight:policy", SERVICE, kept.pk)
        assert f"Version in force {version} " in page
        assert page.rindex("5 October 2010") < page.rindex("1 September 2010"), "the newest first"
        assert page.count("Alice Marsh") == 1
        assert "0 of 3 acknowledged" in page
    rows = rows_of(sam.get(reverse("oversight:policies", args=[SERVICE])), "policies")
    titles = [title for row in rows for title in ("A second policy", "Lone working", "Zeal") if row.startswith(title)]
    assert titles == ["A second policy", "Lone working", "Zeal"], "by title"
    now = next(one for one in asked_to_read(alice) if one.startswith("Lone working"))
    assert now.endswith("To read")
    issue = kept_issue(kept, "2")
    posted(alice, "practice:policy", issue, read="on")
    assert "1 of 3 acknowledged" in opened(sam, "oversight:policy", SERVICE, kept.pk)
    assert any(row.endswith("Read 5 October 2010") for row in asked_to_read(alice))
    posted(sam, "oversight:policy_withdraw", SERVICE, kept.pk, on="8/10/2010", reason="Taken up in another")
    for day, stands in ((7, True), (8, False)):
        today.is_(2010, 10, day)
        assert any(row.startswith("Lone working") for row in asked_to_read(alice)) == stands, day
    assert "Withdrawn from 8 October 2010" in opened(sam, "oversight:policy", SERVICE, kept.pk)


def asked_to_read(client: Client) -> list[str]:
    return rows_of(client.get(reverse("practice:policies")), "polic")


def kept_issue(policy: Policy, version: str) -> object:
    return PolicyIssue.objects.get(policy=policy, version=version).pk


@pytest.mark.row("ESX-PSA-1.5")
def test_an_action_of_the_plan_stands_as_it_is_on_the_day(
    world: World, browser: Browser, today: Today, sam: Actor
) -> None:
    client = browser("sam")
    told = {"owner": "Service manager", "started_on": "4/10/2010"}
    for what, due_on in (("Late", "30/12/2010"), ("Last", "31/12/2010"), ("Dropped", "1/12/2010")):
        posted(client, "oversight:plan_action_new", SERVICE, **told, what=what, due_on=due_on)
    posted(client, "oversight:plan_action_new", SERVICE, owner="Schools", what="Not begun", due_on="1/2/2011")
    early = {"what": "No", "owner": "Schools", "due_on": "1/2/2011", "started_on": "2/12/2010", "done_on": "1/12/2010"}
    assert "There is a problem" in turned_down(client, "oversight:plan_action_new", SERVICE, **early)
    dropped = PlanAction.objects.get(what="Dropped")
    again = {**told, "what": "Dropped", "due_on": "1/12/2010", "dropped_on": "20/11/2010", "revision": 1}
    posted(client, "oversight:plan_action", SERVICE, dropped.pk, **again)
    for role_to, day in (("Second post", "1/1/2011"), ("First post", "31/12/2010")):
        change = {"role_from": "Parent Support Advisor", "role_to": role_to, "effective_on": day}
        posted(client, "oversight:post_change_new", SERVICE, **change)
    today.is_(2010, 10, 4)
    assert "In progress" in rows_of(client.get(reverse("oversight:plan", args=[SERVICE])), "Actions")[1]
    today.is_(2010, 10, 3)
    assert "Not started" in rows_of(client.get(reverse("oversight:plan", args=[SERVICE])), "Actions")[1]
    today.is_(2010, 12, 31)
    page = client.get(reverse("oversight:plan", args=[SERVICE]))
    actions = rows_of(page, "Actions")
    assert [row.split(" Se")[0].split(" Schools")[0] for row in actions] == ["Dropped", "Late", "Last", "Not begun"]
    said = ("Dropped", "Overdue", "In progress", "Not started")
    assert all(words in row.split("20", 1)[1] for words, row in zip(said, actions, strict=True)), actions
    changes = rows_of(page, "Posts that change")
    assert [row.split(" Advisor ")[1].split(" post")[0] for row in changes] == ["First", "Second"]
    assert "0 of 3 complete" in opened(client, "oversight:plan", SERVICE), "what was dropped does not count"
    agreement = Agreement.objects.get(key=SERVICE)
    (due,) = (one for one in contracts.returns_of(agreement) if one.due == date(2010, 12, 31))
    made = returns.assemble(sam, agreement, due=due, at=today.now)
    shown = opened(client, "oversight:return", made.ref)
    assert "0 of 3 complete, on 31 December 2010." in shown
    assert "First post 31 December 2010 In effect" in shown
    assert "Second post 1 January 2011 To come" in shown
    today.is_(2011, 1, 3)
    afterwards = {"what": "Thought of later", "owner": "Schools", "due_on": "1/12/2010"}
    posted(client, "oversight:plan_action_new", SERVICE, **afterwards)
    for who in ("alice", "gita"):
        assert browser(who).get(reverse("oversight:plan", args=[SERVICE])).status_code in (403, 404), who
