"""The register of posts of the Essex advisors: each change from its day, what is refused, and the list. Clause 2.1."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.places.models import Area, area_key
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Holding, Post
from tests.fixtures.browsing import (
    Browser,
    Today,
    heads_of,
    in_order_of,
    opened,
    options_of,
    posted,
    rows_of,
    turned_down,
    words_of,
)
from tests.fixtures.staff import ADVISOR, SENIOR, absent
from tests.fixtures.world import SERVICE, World, moment

pytestmark = [pytest.mark.django_db]
DAY = timedelta(days=1)
FIRST, LAST = date(2010, 4, 1), date(2010, 12, 31)


def refused(words: str, write: Callable[[], Any]) -> None:
    with pytest.raises(Refused, match=words):
        write()


@pytest.mark.row("ESX-PSA-2.1")
def test_the_list_of_posts_says_who_holds_each_and_can_be_narrowed(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 9, 20)
    sam, address = browser("sam"), reverse("practice:posts")
    new = {"role": ADVISOR, "team": world.teams["tendring"].pk, "hours": "18.5", "full_time_hours": "37"}
    posted(sam, "practice:post_new", **new, since="1/9/2010")
    posted(sam, "practice:post_end", Post.objects.get(service=SERVICE, area=None).pk, last_day="30/9/2010")
    absent(world, since=date(2010, 9, 20))
    page = sam.get(address)
    assert rows_of(page, "posts") == [
        "Parent Support Advisor Colchester Colchester Colchester team 37 of 37 1 Carol Reed 1 Apr 10 Open",
        "Parent Support Advisor Tendring Tendring Tendring team 37 of 37 1 Alice Marsh Away 1 Apr 10 Open",
        "Senior Parent Support Advisor Tendring Tendring Tendring team 37 of 37 1 Bob Lennox 1 Apr 10 Open",
        "Parent Support Advisor None None Tendring team 18.5 of 37 0.5 Vacant 1 Sep 10 30 Sep 10",
    ]
    assert heads_of(page, "posts") == {
        "Post": "sorts", "Area": "sorts", "Team": "sorts", "Hours": "sorts", "Full time": "number",
        "Held by": "sorts", "Since": "sorts", "Until": "sorts",
    }  # fmt: skip
    assert options_of(page, "post") == ["All", "Parent Support Advisor", "Senior Parent Support Advisor"]
    assert options_of(page, "held") == ["All", "Somebody", "Nobody: vacant"]
    for query, holders in (
        (f"post={SENIOR}", ["Bob"]),
        (f"post={ADVISOR}", ["Carol", "Alice", "Vacant"]),
        ("held=yes", ["Carol", "Alice", "Bob"]),
        ("held=no", ["Vacant"]),
        ("on=31/8/2010", ["Carol", "Alice", "Bob"]),
        ("on=1/10/2010", ["Carol", "Alice", "Bob"]),
    ):
        rows = rows_of(sam.get(f"{address}?{query}"), "post")
        assert [next(name for name in ("Carol", "Alice", "Bob", "Vacant") if name in row) for row in rows] == holders, (
            query
        )
    assert in_order_of(sam, address, "posts", "Hours")[0].startswith("Parent Support Advisor None")
    file = sam.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "Post,Area,Team,Hours,Full time,Held by,Since,Until"
    assert [line.split(",")[5] for line in file[1:]] == ["Carol Reed", "Alice Marsh", "Bob Lennox", "Vacant"]
    summary = opened(sam, "practice:posts", query="?on=31/8/2010")
    assert "Posts on 31 August 2010" in summary
    assert "2 of 32 filled, 30 vacant Senior" in summary, "nobody was away yet"
    for asked in ("?on=nonsense", "?on="):
        assert "2 of 32 filled, 30 vacant, 1 away" in words_of(sam.get(address + asked)), asked
        assert "2 of 32 filled, 30 vacant" in opened(sam, "oversight:staffing", SERVICE, query=asked), asked
    early = opened(sam, "oversight:staffing", SERVICE, query="?on=31/3/2010")
    assert "1 April 2010" in early, "before the contract began, as on its first day"
    for who, answer in (("alice", 403), ("dave", 403), ("bob", 200)):
        assert browser(who).get(address).status_code == answer, who


@pytest.mark.row("ESX-PSA-2.1")
def test_the_page_of_a_post_names_its_holders_and_what_came_before_and_after(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 9, 20)
    sam = browser("sam")
    post = Post.objects.get(service=SERVICE, area__code="tendring", role=ADVISOR)
    other = Post.objects.get(service=SERVICE, area__code="colchester")
    posted(sam, "practice:post_vacate", post.pk, last_day="20/9/2010")
    held = opened(sam, "practice:post", post.pk)
    assert "Held by Alice Marsh" in held, "until the end of the day"
    assert "They leave" not in held
    today.is_(2010, 9, 21)
    vacant = opened(sam, "practice:post", post.pk)
    assert "Held by Nobody: vacant" in vacant
    assert "Fill the post" in vacant
    assert rows_of(sam.get(reverse("practice:post", args=[post.pk])), "Who has held it") == [
        "Alice Marsh 1 April 2010 20 September 2010"
    ]
    assert options_of(sam.get(reverse("practice:post_fill", args=[post.pk])), "user")[-3:] == [
        "Alice Marsh", "Bob Lennox", "Carol Reed"
    ]  # fmt: skip
    posted(sam, "practice:post_fill", post.pk, user=world.users["bob"].pk, since="21/9/2010")
    posted(sam, "practice:post_fill", post.pk, user=world.users["bob"].pk, since="21/9/2010")
    rows = rows_of(sam.get(reverse("practice:post", args=[post.pk])), "Who has held it")
    assert rows == ["Bob Lennox 21 September 2010 Open", "Alice Marsh 1 April 2010 20 September 2010"], (
        "the newest first"
    )
    said = turned_down(sam, "practice:post_fill", post.pk, user=world.users["carol"].pk, since="22/9/2010")
    assert "Bob Lennox holds this post. End that first." in said
    Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="locality"
    )
    for name, args in (("practice:post_new", []), ("practice:post_change", [post.pk])):
        form = opened(sam, name, *args)
        assert "Elsewhere" not in form
        assert "There is a problem" not in form
        assert form.index("Mid (quadrant)") < form.index("Blackwater (locality)"), "the widest first"
    for name in ("practice:post_fill", "practice:post_vacate", "practice:post_end"):
        assert "There is a problem" not in opened(sam, name, post.pk)
        assert "Parent Support Advisor, Tendring" in opened(sam, name, post.pk)
    new = {
        "role": ADVISOR,
        "area": "colne_side",
        "team": world.teams["tendring"].pk,
        "hours": "37",
        "full_time_hours": "37",
    }
    assert "There is a problem" in turned_down(
        sam, "practice:post_change", post.pk, **new | {"area": "elsewhere"}, since="1/10/2010"
    )
    posted(sam, "practice:post_change", post.pk, **new, since="1/10/2010")
    after = Post.objects.get(follows=post)
    assert "The post as it is after" in opened(sam, "practice:post", post.pk)
    assert "The post as it was before" in opened(sam, "practice:post", after.pk)
    assert "The post as it" not in opened(sam, "practice:post", other.pk)
    bobs = browser("bob")
    teams = options_of(bobs.get(reverse("practice:post_change", args=[after.pk])), "team")
    assert teams == ["Choose", "Tendring team"], "a supervisor gives posts to teams that they lead"
    assert options_of(sam.get(reverse("practice:post_new")), "team") == ["Choose", "Colchester team", "Tendring team"]


@pytest.mark.row("ESX-PSA-2.1")
def test_a_post_is_held_by_one_at_a_time_within_its_own_days(world: World, sam: Actor) -> None:
    users, at = world.users, moment(2010, 4, 1)
    place: dict[str, Any] = {
        "role": ADVISOR,
        "area": Area.objects.get(pk=area_key(SERVICE, "colne_side")),
        "team": world.teams["tendring"],
    }
    hours = {"hours": Decimal(37), "full_time_hours": Decimal(37)}
    scope = Post.objects.filter(service=SERVICE)[0].scope
    for wrong in (Decimal(0), Decimal("37.1"), Decimal(-1)):
        refused("above 0 and no more than 37", lambda w=wrong: commands.appoint(  # type: ignore[misc]
            sam, scope, service=SERVICE, user=None, since=FIRST, at=at, **place, **hours | {"hours": w}))  # fmt: skip
    post = commands.appoint(sam, scope, service=SERVICE, user=None, since=FIRST, at=at, **place, **hours)
    beside = commands.appoint(sam, scope, service=SERVICE, user=users["carol"], since=FIRST, at=at, **place, **hours)
    commands.end_post(sam, post, last_day=LAST, at=at)

    def fill(who: str, since: date, until: date | None = None) -> Holding:
        return commands.fill(sam, post, user=users[who], since=since, until=until, at=at)

    refused("This post begins on 1 April 2010", lambda: fill("alice", FIRST - DAY))
    refused("This post ends on 31 December 2010", lambda: fill("alice", LAST + DAY))
    refused("The last day is before the first", lambda: fill("alice", FIRST, FIRST - DAY))
    one_day = fill("alice", FIRST, FIRST)
    assert (one_day.since, one_day.until) == (FIRST, FIRST)
    assert fill("alice", FIRST, FIRST).pk == one_day.pk
    refused("Alice Marsh holds this post until 1 April 2010. Choose a later day.", lambda: fill("bob", FIRST, FIRST))
    later = fill("bob", date(2010, 6, 1))
    refused(
        "Bob Lennox holds this post from 1 June 2010. Choose days before that.", lambda: fill("carol", date(2010, 5, 1))
    )
    between = fill("carol", FIRST + DAY, date(2010, 5, 31))
    refused("Bob Lennox holds this post. End that first.", lambda: fill("carol", date(2010, 6, 1)))
    refused(
        "Somebody takes up this post after that day",
        lambda: commands.end_post(sam, post, last_day=date(2010, 5, 31), at=at),
    )

    # Who leaves on a day: only whoever holds this post now, and not before they came.
    refused(
        "They hold this post from 1 June 2010", lambda: commands.vacate(sam, post, last_day=date(2010, 5, 31), at=at)
    )
    commands.vacate(sam, post, last_day=date(2010, 6, 1), at=at)
    for holding, until in ((later, date(2010, 6, 1)), (between, date(2010, 5, 31)), (one_day, FIRST)):
        holding.refresh_from_db()
        assert holding.until == until
    assert Holding.objects.get(post=beside).until is None, "the post beside it is held on"
    commands.vacate(sam, post, last_day=LAST, at=at)
    later.refresh_from_db()
    assert later.until == date(2010, 6, 1), "nobody holds it now, so nothing changes"
    assert fill("carol", date(2010, 6, 2)).since == date(2010, 6, 2)


@pytest.mark.row("ESX-PSA-2.1")
def test_a_changed_post_takes_its_holder_along_and_leaves_earlier_days_as_they_were(world: World, sam: Actor) -> None:
    at, users = moment(2010, 4, 1), world.users
    post = Post.objects.get(service=SERVICE, area__code="tendring", role=ADVISOR)
    new: dict[str, Any] = {
        "role": ADVISOR, "area": Area.objects.get(pk=area_key(SERVICE, "colne_side")), "team": world.teams["colchester"],
        "hours": Decimal("18.5"), "full_time_hours": Decimal(37),
    }  # fmt: skip
    commands.vacate(sam, post, last_day=date(2010, 11, 30), at=at)
    commands.fill(sam, post, user=users["bob"], since=date(2010, 12, 1), at=at)

    def change(since: date, **words: Any) -> Post:
        return commands.change_post(sam, Post.objects.get(pk=post.pk), since=since, at=at, **new | words)

    refused("above 0 and no more than 37", lambda: change(date(2010, 12, 1), hours=Decimal(38)))
    refused("This post begins on 1 April 2010", lambda: change(FIRST - DAY))
    refused("Somebody takes up this post after that day", lambda: change(date(2010, 11, 30)))
    change(FIRST, hours=Decimal("22.5"))
    post.refresh_from_db()
    assert (post.hours, post.area.code, post.team_id) == (Decimal("22.5"), "colne_side", world.teams["colchester"].pk)
    right = change(FIRST, hours=Decimal(37), area=world.area("tendring"), team=world.teams["tendring"])
    assert (right.pk, Post.objects.filter(follows=post).count()) == (post.pk, 0), "from its first day it is put right"
    after = change(date(2010, 12, 1))
    assert (after.since, after.until, after.area_id, after.hours) == (
        date(2010, 12, 1),
        None,
        area_key(SERVICE, "colne_side"),
        Decimal("18.5"),
    )
    post.refresh_from_db()
    assert (post.until, post.area.code, post.hours) == (date(2010, 11, 30), "tendring", Decimal(37))
    spans = {
        (one.post_id, one.user.name, one.since, one.until) for one in Holding.objects.filter(post__in=[post, after])
    }
    assert (post.pk, "Alice Marsh", FIRST, date(2010, 11, 30)) in spans
    assert (after.pk, "Bob Lennox", date(2010, 12, 1), None) in spans, (
        "who takes it up that day takes up what it is then"
    )
    assert len(spans) == 2
    filled = [queries.filled_on(SERVICE, day)[0].filled for day in (date(2010, 11, 30), date(2010, 12, 1))]
    assert filled == [Decimal(2), Decimal("1.5")]
