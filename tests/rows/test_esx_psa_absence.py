"""Absence and cover of the Essex advisors to the day: what is refused, who is left out, what stands on each page. Clause 2.3."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.places.models import Area, area_key
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Allocation, Case
from fingerpost.work.workforce import commands
from fingerpost.work.workforce.models import Cover, Minimum, Post
from tests.fixtures.browsing import (
    Browser,
    Today,
    heads_of,
    in_order_of,
    opened,
    options_of,
    posted,
    rows_of,
    searched,
    told,
    turned_down,
    words_of,
)
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.neighbour import NEIGHBOUR
from tests.fixtures.staff import WHOLE, absent, hired
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
SIXTH = date(2010, 9, 6)


def filled_in(answer: Any, name: str) -> str:
    """What stands in a field of the form that was opened."""
    page = answer.content.decode()
    assert "There is a problem" not in page, "nothing was sent yet"
    (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', field)
    return found[1] if found else ""


@pytest.mark.row("ESX-PSA-2.3")
def test_cover_is_planned_for_days_on_which_they_are_away_and_by_somebody_else(
    world: World, browser: Browser, today: Today, bob: Actor
) -> None:
    today.is_(2010, 9, 20)
    client, carol = browser("bob"), world.users["carol"]
    away = absent(world, since=SIXTH)
    form = client.get(reverse("practice:cover_new", args=[away.pk]))
    assert (filled_in(form, "since"), filled_in(form, "until")) == ("20/9/2010", "")
    assert options_of(form, "worker") == ["", "Bob Lennox", "Carol Reed"], "not whoever is away"
    fits: dict[str, Any] = {"worker": carol.pk, "since": "6/9/2010", "until": "6/9/2010", "weekdays": ["0"]}
    for wrong, words in (
        ({"since": "5/9/2010"}, "Cover cannot begin before they were away."),
        ({"until": "5/9/2010"}, "The last day is before the first."),
        ({"weekdays": []}, "Choose the days of the week"),
        ({"worker": ""}, "Choose who covers"),
    ):
        assert words in turned_down(client, "practice:cover_new", away.pk, **fits | wrong), words
    assert not Cover.objects.filter(absence=away).exists()
    posted(client, "practice:cover_new", away.pk, **fits)
    posted(client, "practice:cover_new", away.pk, **fits | {"until": "", "weekdays": ["0", "2", "4"]})
    posted(
        client, "practice:cover_new", away.pk, **fits | {"since": "7/9/2010", "until": "", "weekdays": list("01234")}
    )
    posted(client, "practice:cover_new", away.pk, **fits | {"worker": world.users["bob"].pk, "note": "Visits only"})
    assert rows_of(client.get(reverse("practice:absence", args=[away.pk])), "Cover") == [
        "Bob Lennox 6 September 2010 6 September 2010 Monday Visits only",
        "Carol Reed 6 September 2010 Open Monday, Wednesday and Friday –",
        "Carol Reed 7 September 2010 Open Every weekday –",
    ], "told again for the same day it takes the place of what was told before"
    told_: dict[str, Any] = {"since": SIXTH, "at": today.now}
    for worker, days, field in (
        (world.users["alice"], [0], "worker"),
        (carol, [], "weekdays"),
        (carol, [-1, 7], "weekdays"),
    ):
        with pytest.raises(Refused) as refusal:
            commands.plan_cover(bob, away, worker=worker, weekdays=days, **told_)
        assert refusal.value.field == field
    assert commands.plan_cover(bob, away, worker=carol, weekdays=[6, 0, 6], **told_).weekdays == [0, 6]
    ended = absent(world, "carol", since=SIXTH, until=date(2010, 9, 20))
    assert filled_in(browser("sam").get(reverse("practice:cover_new", args=[ended.pk])), "until") == "20/9/2010"
    for day, is_refused in (("21/9/2010", True), ("20/9/2010", False)):
        answer = browser("sam").post(
            reverse("practice:cover_new", args=[ended.pk]),
            {"worker": world.users["bob"].pk, "since": day, "weekdays": ["0"]},
        )
        assert (answer.status_code == 200) == is_refused, day
        assert not is_refused or "They are back after 20 September 2010." in words_of(answer)


@pytest.mark.row("ESX-PSA-2.3")
def test_coming_back_ends_the_cover_that_runs_and_no_other(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 9, 24)
    client, carol, bob = browser("sam"), world.users["carol"], world.users["bob"]
    away, other = absent(world, since=SIXTH, until=date(2010, 10, 29)), absent(world, "bob", since=SIXTH)
    spans = [
        (6, None, date(2010, 9, 23)),
        (7, date(2010, 9, 30), date(2010, 9, 23)),
        (8, date(2010, 9, 22), date(2010, 9, 22)),
        (9, date(2010, 9, 23), date(2010, 9, 23)),
        (23, None, date(2010, 9, 23)),
        (24, None, date(2010, 10, 31)),
    ]
    for day, until, _ in spans:
        commands.plan_cover(SYSTEM, away, worker=bob, since=date(2010, 9, day), until=until, weekdays=[0], at=today.now)
    beside = commands.plan_cover(SYSTEM, other, worker=carol, since=SIXTH, weekdays=[0], at=today.now)
    later = absent(world, since=date(2010, 11, 1), until=date(2010, 11, 2))
    where = ["practice:absence_end", away.pk]
    assert filled_in(client.get(reverse(where[0], args=where[1:])), "ended_on") == "23/9/2010", "yesterday"
    assert filled_in(client.get(reverse(where[0], args=[later.pk])), "ended_on") == "1/11/2010", "not before the first"
    assert "They were away from 6 September 2010." in turned_down(client, *where, ended_on="5/9/2010")
    said = turned_down(client, *where, ended_on="1/11/2010")
    assert "Alice Marsh is recorded as away from 1 November 2010 until 2 November 2010. Change that one." in said
    posted(client, *where, ended_on="31/10/2010")
    posted(client, *where, ended_on="23/9/2010")
    assert [one.until for one in Cover.objects.filter(absence=away).order_by("since")] == [end for *_, end in spans]
    beside.refresh_from_db()
    assert beside.until is None
    for day in (SIXTH, date(2010, 9, 23), date(2010, 9, 1)):
        with pytest.raises(Refused, match="is recorded as away from 6 September 2010 until 23 September 2010"):
            absent(world, since=day, until=max(day, SIXTH))
    assert absent(world, since=date(2010, 9, 24), until=date(2010, 9, 24)).ended_on == date(2010, 9, 24)
    assert absent(world, since=date(2010, 9, 1), until=date(2010, 9, 5)).started_on == date(2010, 9, 1)


def _clock_and_task(case: Case, at: Any) -> None:
    alice = case.worker
    tasks.start(
        SYSTEM, case, service=SERVICE, key="next_contact", title="Ring", started_at=at, due_at=at, owner=alice, at=at
    )
    tasks.raise_task(SYSTEM, case, service=SERVICE, kind="write", title="Write", due_on=at.date(), owner=alice, at=at)


@pytest.mark.row("ESX-PSA-2.3")
def test_families_chosen_go_to_whoever_covers_with_all_that_is_to_do_for_them(
    world: World, browser: Browser, today: Today, bob: Actor
) -> None:
    today.is_(2010, 9, 20)
    client = browser("bob")
    first, second, third = (allocated(world, home=household(name)) for name in ("Reed", "Ash", "Elm"))
    carols = allocated(world, worker="carol", home=household("Oak"))
    for case in (first, second, third):
        _clock_and_task(case, moment(2010, 9, 20))
    casework.record_contact(
        world.actor("alice"), first, kind="phone_call", happened_at=moment(2010, 9, 1), minutes=10,
        next_due_on=date(2010, 9, 19), at=moment(2010, 9, 1),
    )  # fmt: skip
    casework.record_contact(
        world.actor("alice"), second, kind="phone_call", happened_at=moment(2010, 9, 1), minutes=10,
        next_due_on=date(2010, 9, 20), at=moment(2010, 9, 1),
    )  # fmt: skip
    away, other = absent(world, since=SIXTH), absent(world, "bob", since=SIXTH)
    assert "Plan cover first." in opened(client, "practice:hand_over", away.pk)
    plan = {"since": "20/9/2010", "until": "24/9/2010", "weekdays": ["0"]}
    posted(client, "practice:cover_new", away.pk, **plan, worker=world.users["carol"].pk)
    posted(browser("sam"), "practice:cover_new", other.pk, **plan, worker=world.users["carol"].pk)
    cover, strange = Cover.objects.get(absence=away), Cover.objects.get(absence=other)
    page = client.get(reverse("practice:absence", args=[away.pk]))
    assert rows_of(page, "Their open cases") == [
        f"{first.ref} Reed family 19 September 2010 Overdue",
        f"{second.ref} Ash family 20 September 2010",
        f"{third.ref} Elm family Not set",
    ], "hers alone, and overdue from the day after"
    form = words_of(client.get(reverse("practice:hand_over", args=[away.pk])))
    assert "Plan cover first." not in form
    assert f"Reed family Case {first.ref} Ash family Case {second.ref} Elm family Case {third.ref}" in form
    for who, answer in (("sam", 403), ("carol", 403), ("dave", 403)):
        assert browser(who).get(reverse("practice:hand_over", args=[away.pk])).status_code == answer, who
    sent = ["practice:hand_over", away.pk]
    for wrong in (
        {"cover": strange.pk, "cases": [first.ref]},
        {"cover": cover.pk, "cases": [carols.ref]},
        {"cover": cover.pk},
    ):
        assert "There is a problem" in turned_down(client, *sent, **wrong), wrong
    with pytest.raises(Refused) as refusal:
        casework.hand_over_for_cover(bob, away, cover=strange, refs=[first.ref], at=today.now)
    assert refusal.value.field == "cover"
    beyond = Case.objects.filter(service=NEIGHBOUR, closed_at=None)[0]
    Case.objects.filter(pk=beyond.pk).update(worker=world.users["alice"])  # as of somebody who works in both services
    for ref in (carols.ref, beyond.ref):
        with pytest.raises(Refused, match=f"{ref} is not with them any more"):
            casework.hand_over_for_cover(SYSTEM, away, cover=cover, refs=[first.ref, ref], at=today.now)
    assert Case.objects.get(pk=first.pk).worker == world.users["alice"], "all or none"
    today.is_(2010, 9, 24)
    assert "2 cases are now with Carol Reed." in told(client, *sent, cover=cover.pk, cases=[first.ref, second.ref])
    ended = Allocation.objects.filter(worker=world.users["alice"], case__in=[first, second, third], until=today.now)
    assert {one.case_id for one in ended} == {first.pk, second.pk}
    open_ones = {one.case_id for one in Allocation.objects.filter(until=None, case__in=[first, second, third, carols])}
    assert open_ones == {first.pk, second.pk, third.pk, carols.pk}
    carol, alice = world.users["carol"], world.users["alice"]
    for model, about in ((Task, "origin_id"), (Clock, "subject_id")):
        owners = {case.pk: {row.owner for row in model.objects.filter(**{about: case.pk})} for case in (first, third)}
        assert owners == {first.pk: {carol}, third.pk: {alice}}, model
    handed = rows_of(client.get(reverse("practice:absence", args=[away.pk])), "Handed over")
    assert sorted(row.split(" ", 1)[1] for row in handed) == [
        "Ash family Carol Reed 24 September 2010", "Reed family Carol Reed 24 September 2010"
    ]  # fmt: skip
    assert "Handed over" not in opened(browser("sam"), "practice:absence", other.pk)
    today.is_(2010, 9, 25)
    assert "This cover ended on 24 September 2010." in turned_down(client, *sent, cover=cover.pk, cases=[third.ref])
    commands.plan_cover(bob, away, worker=carol, since=date(2010, 9, 20), weekdays=[0], at=today.now)
    assert "1 case is now with Carol Reed." in told(client, *sent, cover=cover.pk, cases=[third.ref])
    again = Allocation.objects.filter(worker=alice, case=first).get()
    assert again.until == moment(2010, 9, 24), "what had ended keeps its day"


@pytest.mark.row("ESX-PSA-2.3")
def test_the_list_of_staff_shows_hours_cases_and_who_is_away(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 9, 20)
    sam, new = browser("sam"), {"role": "parent_support_advisor", "team": world.teams["tendring"].pk}
    posted(
        sam, "practice:post_new", **new, area="harwich_quay", hours="18.5", full_time_hours="37", since="1/9/2010",
        user=world.users["carol"].pk,
    )  # fmt: skip
    allocated(world, home=household("Reed"))
    absent(world, since=SIXTH, until=date(2010, 9, 20))
    address = reverse("practice:staff")
    page = sam.get(address)
    assert rows_of(page, "people") == [
        "Alice Marsh Parent Support Advisor Tendring 1.00 1 Away Alice Marsh until 20 Sep 10 29 Apr 10 Overdue 1 Apr 11",
        "Bob Lennox Senior Parent Support Advisor Tendring 1.00 0 At work 29 Apr 10 Overdue 1 Apr 11",
        "Carol Reed Parent Support Advisor Colchester, Harwich Quay 1.50 0 At work 29 Apr 10 Overdue 1 Apr 11",
    ]
    assert heads_of(page, "people") == {
        "Name": "sorts",
        "Area": "sorts",
        "Full time": "sorts number",
        "Open cases": "sorts number",
        "Today": "sorts",
        "Supervision due": "sorts",
        "Review due": "sorts",
    }
    said = words_of(page)
    assert "3 people in post, 3.5 full-time equivalents" in said
    assert "Parent Support Advisor: 2.5 of 32 filled, 29.5 vacant, 1.0 away" in said
    assert "Uncovered Tendring : Alice Marsh away" in said
    assert "Uncovered Harwich Quay" not in said
    assert "of 32 filled" not in opened(browser("bob"), "practice:staff"), "the whole is not of his team alone"
    assert "3 people in post, 2.5 full-time equivalents" in opened(browser("bob"), "practice:staff")
    for query, names in (
        ("today=Away", ["Alice"]),
        ("today=At+work", ["Bob", "Carol"]),
        ("overdue=supervision", ["Alice", "Bob", "Carol"]),
    ):
        assert [row.split(" ")[0] for row in rows_of(sam.get(f"{address}?{query}"), "p")] == names, query
    assert "Nothing matches." in words_of(sam.get(f"{address}?overdue=review"))
    for head, down in (("Open cases", True), ("Full time", True), ("Today", True)):
        names = [row.split(" ")[0] for row in in_order_of(sam, address, "people", head, down=down)]
        assert names[0] == {"Open cases": "Alice", "Full time": "Carol", "Today": "Alice"}[head], head
    file = sam.get(address, {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert file[0] == "Name,Job,Area,Full time,Open cases,Today,Supervision due,Review due"
    assert file[1].startswith("Alice Marsh,Parent Support Advisor,Tendring,1.0,1,Away,")
    today.is_(2010, 9, 21)
    assert "Away" not in rows_of(sam.get(address), "people")[0]
    absent(world, "bob", since=date(2010, 9, 21))
    assert rows_of(sam.get(address), "people")[1].split(" 29 Apr")[0].endswith("0 Away Bob Lennox"), (
        "nobody knows until when"
    )


@pytest.mark.row("ESX-PSA-2.3")
def test_absences_are_listed_by_those_who_need_cover_and_the_longest(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 9, 30)
    sam, address = browser("sam"), reverse("practice:absences")
    absent(world, "carol", since=date(2010, 9, 1), until=date(2010, 9, 3))
    absent(world, "carol", since=date(2010, 9, 29), until=date(2010, 9, 30))
    absent(world, "bob", since=date(2010, 9, 20))
    away = absent(world, since=SIXTH)
    page = sam.get(address)
    assert rows_of(page, "absences") == [
        "Alice Marsh 6 September 2010 6 Sep 2010 Not known 19 Sickness No cover",
        "Bob Lennox 20 September 2010 20 Sep 2010 Not known 9 Sickness Needed from 4 October 2010",
        "Carol Reed 29 September 2010 29 Sep 2010 30 Sep 2010 2 Sickness Not needed",
    ]
    assert heads_of(page, "absences") == {
        "Name": "sorts", "From": "sorts", "Until": "sorts", "Working days": "sorts number", "Reason": "sorts", "Cover": "",
    }  # fmt: skip
    posted(
        sam,
        "practice:cover_new",
        away.pk,
        worker=world.users["carol"].pk,
        since="6/9/2010",
        until="30/9/2010",
        weekdays=["1"],
    )
    for query, names in (
        ("", ["Bob", "Carol", "Alice"]),
        ("when=past", ["Carol"]),
        ("when=all", ["Alice", "Bob", "Carol", "Carol"]),
        ("cover=yes", ["Alice"]),
        ("reason=sickness", ["Alice", "Bob", "Carol"]),
    ):
        assert sorted(row.split(" ")[0] for row in rows_of(sam.get(f"{address}?{query}"), "absence")) == sorted(
            names
        ), query
    for query in ("cover=no", "reason=training"):
        assert "Nothing matches." in words_of(sam.get(f"{address}?{query}")), query
    assert rows_of(sam.get(address), "absence")[0].endswith("Sickness Carol Reed, Tuesday")
    assert rows_of(sam.get(f"{address}?when=past"), "absence")[0].endswith("3 Sickness")
    today.is_(2010, 10, 1)
    assert rows_of(sam.get(address), "absence")[0].endswith("20 Sickness Carol Reed, Tuesday No cover")
    assert [row.split(" ")[0] for row in rows_of(sam.get(f"{address}?cover=no"), "absence")] == ["Alice"]
    # The next absence goes on where the last one ended: its days count from the first.
    posted(sam, "practice:absence_end", away.pk, ended_on="1/10/2010")
    again = absent(world, since=date(2010, 10, 4))
    today.is_(2010, 10, 4)
    page = opened(sam, "practice:absence", again.pk)
    assert "Working days so far 21" in page
    assert "Cover needed from 20 September 2010" in page
    assert "They have been away for 21 working days and nobody covers. Plan cover now." in page
    apart = absent(world, "carol", since=date(2010, 10, 4))
    assert "Working days so far 1 Cover needed from 18 October 2010" in opened(sam, "practice:absence", apart.pk)
    assert "Working days 2 " in opened(sam, "practice:absence", _of(sam, "carol", world)), "of one that ended"


def _of(client: Client, who: str, world: World) -> Any:
    from fingerpost.work.workforce.models import Absence

    return Absence.objects.get(worker=world.users[who], started_on=date(2010, 9, 29)).pk


@pytest.mark.row("ESX-PSA-2.3")
def test_the_minimum_of_an_area_holds_from_its_day_and_cover_counts_by_the_day(
    world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 9, 20)
    sam, address = browser("sam"), reverse("practice:staff_areas") + "?rows=100"
    form = sam.get(reverse("oversight:minimum", args=[SERVICE, "tendring"]))
    assert [filled_in(form, name) for name in ("equivalents", "agreed_by", "since")] == ["", "", "20/9/2010"]
    Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="locality"
    )
    for area in ("elsewhere", "nowhere"):
        assert sam.get(reverse("oversight:minimum", args=[SERVICE, area])).status_code == 404, area
    agreed = {"equivalents": "2", "agreed_by": " The review ", "since": "21/9/2010"}
    where = ["oversight:minimum", SERVICE, "tendring"]
    for wrong in ({"equivalents": "-0.1"}, {"equivalents": "99.1"}, {"agreed_by": " "}, {"since": ""}):
        assert "There is a problem" in turned_down(sam, *where, **agreed | wrong), wrong
    assert not Minimum.objects.filter(service=SERVICE).exists()
    posted(sam, *where, **agreed)
    posted(sam, *where, **agreed | {"equivalents": "0.5", "since": "1/9/2010", "agreed_by": "First review"})
    posted(sam, "oversight:minimum", SERVICE, "blackwater", **agreed | {"equivalents": "0", "since": "20/9/2010"})
    form = sam.get(reverse(where[0], args=where[1:]))
    assert [filled_in(form, name) for name in ("equivalents", "agreed_by")] == ["2.00", "The review"], "the newest"
    for negative, by, field in ((Decimal("-0.01"), "Review", "equivalents"), (Decimal(0), " ", "agreed_by")):
        with pytest.raises(Refused) as refusal:
            commands.agree_minimum(
                SYSTEM, WHOLE, service=SERVICE, area=Area.objects.get(pk=area_key(SERVICE, "tendring")), equivalents=negative,
                since=SIXTH, agreed_by=by, at=today.now,
            )  # fmt: skip
        assert refusal.value.field == field
    page = sam.get(address)
    rows = {row.split(" North East")[0].split(" Mid")[0]: row for row in rows_of(page, "areas")}
    assert rows["Tendring"] == "Tendring North East 1 0 0 1 0.5 First review Set the minimum of Tendring Served"
    assert rows["Blackwater"] == "Blackwater Mid 0 0 0 0 0 The review Set the minimum of Blackwater Served"
    assert rows["Chelmer"] == "Chelmer Mid 0 0 0 0 Not agreed Set the minimum of Chelmer Uncovered"
    assert heads_of(page, "areas") == {
        "Area": "sorts", "In post": "sorts number", "Away": "sorts number", "Cover": "sorts number",
        "At work": "sorts number", "Agreed minimum": "sorts", "Status": "sorts",
    }  # fmt: skip
    assert options_of(page, "status") == ["All", "Uncovered", "Served"]
    for status, number in (("served", 3), ("uncovered", 17)):
        assert len(rows_of(sam.get(f"{address}&status={status}"), "areas")) == number, status
    assert searched(sam, page, "blackwater", "area") == [rows["Blackwater"]]
    assert [row.split(" ")[0] for row in in_order_of(sam, address, "areas", "Agreed minimum")][:2] == [
        "Blackwater",
        "Tendring",
    ]
    assert in_order_of(sam, address, "areas", "Area", down=True)[0].startswith("Witham Road")
    assert "Set the minimum" not in opened(browser("bob"), "practice:staff_areas")

    (beside,) = hired(1, area="tendring")

    def tendring(day: int) -> str:
        today.is_(2010, 9, day)
        (row,) = [row for row in rows_of(sam.get(address), "areas") if row.startswith("Tendring")]
        return row.removeprefix("Tendring North East ").replace(" The review Set the minimum of Tendring", "")

    assert tendring(21) == "2 0 0 2 2 Served"
    away = absent(world, since=date(2010, 9, 22), until=date(2010, 9, 29))
    for worker, since, until, days in (
        (world.users["carol"], 23, 24, [0, 1, 2]),
        (world.users["carol"], 27, None, [0, 1, 2, 3, 4]),
        (beside, 22, None, [0]),
    ):
        commands.plan_cover(
            SYSTEM, away, worker=worker, since=date(2010, 9, since), until=until and date(2010, 9, until), weekdays=days,
            at=today.now,
        )  # fmt: skip
    nobody, three = "2 1 Alice Marsh 0 1 2 Uncovered", "2 1 Alice Marsh 0.6 1.6 2 Uncovered"
    assert [tendring(day) for day in (22, 23, 24, 26)] == [nobody, three, three, nobody], (
        "who is there already adds nothing"
    )
    assert {tendring(day) for day in (27, 29)} == {"2 1 Alice Marsh 1 2 2 Served"}
    assert tendring(30) == "2 0 0 2 2 Served", "she is back"
    today.is_(2010, 9, 27)
    (colchester,) = [row for row in rows_of(sam.get(address), "areas") if row.startswith("Colchester")]
    assert colchester.startswith("Colchester North East 1 0 -1 0 Not agreed")


@pytest.mark.row("ESX-PSA-2.3")
def test_a_supervisor_meets_the_areas_of_posts_that_run_today(world: World, browser: Browser, today: Today) -> None:
    bob = browser("bob")
    own = Post.objects.get(service=SERVICE, area__code="tendring", role="parent_support_advisor")
    commands.change_post(
        SYSTEM, own, role=own.role, area=Area.objects.get(pk=area_key(SERVICE, "harwich_quay")), team=own.team, hours=own.hours,
        full_time_hours=own.full_time_hours, since=date(2010, 10, 4), at=moment(2010, 10, 1),
    )  # fmt: skip
    Post.objects.filter(service=SERVICE, role="senior_parent_support_advisor").update(area=None)
    for day, areas in ((3, ["Tendring"]), (4, ["Harwich Quay"])):
        today.is_(2010, 10, day)
        rows = rows_of(bob.get(reverse("practice:staff_areas")), "area")
        assert [row.split(" North")[0] for row in rows] == areas, day
    commands.end_post(SYSTEM, Post.objects.get(follows=own), last_day=date(2010, 10, 8), at=moment(2010, 10, 5))
    for day, is_there in ((8, True), (9, False)):
        today.is_(2010, 10, day)
        assert ("You lead no area." in opened(bob, "practice:staff_areas")) != is_there, day
