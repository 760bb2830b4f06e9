"""Essex Parent Support Advisors: parenting courses. Values as the register gives them, through the pages."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access.command import Refused
from fingerpost.ground.places.models import Area
from fingerpost.work.directory import commands as directory
from fingerpost.work.groups import commands, queries
from fingerpost.work.groups.models import Booking, Run, Session
from tests.fixtures.browsing import rows_of
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.group_pages import AT, a_drop_in, a_plan, a_programme, posted, row_of, text
from tests.fixtures.groups import OF_SERVICE, a_group, agreed_run, proposed_run
from tests.fixtures.world import SERVICE, World, moment

AUTUMN = (date(2010, 9, 2), date(2010, 12, 17))


# 1.2


@pytest.mark.row("ESX-PSA-1.2")
def test_nine_finish_seven_learn_together_and_six_are_calmer(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    alice, gita = as_("alice"), as_("gita")
    programme = a_programme()
    assert programme.outcomes == ["learning_engagement", "behaviour"]
    posted(alice, "practice:run_new", **a_plan(programme, leader=world.users["alice"].pk))
    run = Run.objects.get(service=SERVICE)
    posted(gita, "practice:agree", run.ref, agreed_on="6/9/2010", agreed_by="Gita Rao")
    posted(alice, "practice:run_advertise", run.ref)
    people = [household(f"Parent{number:02}").parent for number in range(11)]
    for person in people:
        posted(alice, "practice:place_new", run.ref, person=person.pk)
    sessions = list(queries.sessions_of(run))
    assert len(sessions) == 10
    set_clock(moment(2010, 12, 31, 10))
    for number, session in enumerate(sessions):
        # Nine came to eight sessions or more of ten; two to three.
        marks = {f"p-{p.pk}": "came" if number < (8 if n < 9 else 3) else "away" for n, p in enumerate(people)}
        posted(alice, "practice:run_session", run.ref, session.pk, **marks)
    before = {f"s-{p.pk}-{outcome}": "8" for p in people for outcome in programme.outcomes}
    posted(alice, "practice:measures", run.ref, "start", taken_on="14/9/2010", **before)
    for point, day, words in (
        ("end", "13/9/2010", "The group began on 14 September 2010"),
        ("start", f"{run.ends_on + timedelta(days=1):%d/%m/%Y}", "The group ended on"),
    ):
        wrong = alice.post(reverse("practice:measures", args=[run.ref, point]), {"taken_on": day, **before})
        assert words in text(wrong)
    after = {}
    for n, person in enumerate(people):
        after[f"s-{person.pk}-learning_engagement"] = "13" if n < 7 else "8"
        after[f"s-{person.pk}-behaviour"] = ("9" if n == 0 else "12") if n < 6 else "8" if n == 6 else "7"
    # The two who did not finish got better as well, and do not count.
    after[f"s-{people[9].pk}-behaviour"] = after[f"s-{people[10].pk}-behaviour"] = "20"
    posted(alice, "practice:measures", run.ref, "end", taken_on="30/11/2010", **after)
    shown = alice.get(reverse("practice:run", args=[run.ref]))
    assert row_of(shown, "Learning engagement") == "Learning engagement 7 of 9 0"
    assert row_of(shown, "Behaviour") == "Behaviour 6 of 9 0"
    assert "9 of 11 finished" in text(shown)


@pytest.mark.row("ESX-PSA-1.2")
def test_a_score_that_the_questionnaire_cannot_give_is_refused_by_name(
    world: World, as_: Callable[[str], Client]
) -> None:
    run, person = agreed_run(world), household("Orchard").parent
    commands.book(world.actor("alice"), run, person=person, at=AT)
    for typed in ("21", "-1", "x", "NaN"):
        answer = as_("alice").post(
            reverse("practice:measures", args=[run.ref, "start"]),
            {"taken_on": "6/9/2010", f"s-{person.pk}-behaviour": typed},
        )
        assert "Pat Orchard: “Calm at home” must be a number from 0 to 20" in text(answer)
    for booking in Booking.objects.filter(run=run, person=person):
        commands.cancel(SYSTEM, booking, at=AT)
    with pytest.raises(Refused, match="Somebody you score has no place on this run"):
        commands.measure(
            SYSTEM, run, point="start", taken_on=AT.date(), scores={person.pk: {"behaviour": Decimal(8)}}, at=AT
        )


@pytest.mark.row("ESX-PSA-1.2")
def test_who_waits_for_a_full_course_gets_the_next_place_on_it_and_on_no_other(world: World) -> None:
    here, there = a_group(world), a_group(world, area="colchester")
    booked, waits = here.booking.person, here.waiting.person
    with pytest.raises(Refused, match="This person has a place already"):
        commands.wait(SYSTEM, here.run, person=booked, at=AT)
    second = commands.wait(SYSTEM, there.run, person=booked, at=AT)
    assert commands.wait(SYSTEM, there.run, person=booked, at=AT).pk == second.pk, "whoever has a place elsewhere waits"
    with pytest.raises(Refused, match="There is a place"):
        commands.wait(SYSTEM, agreed_run(world, places=1), person=booked, at=AT)
    for group, next_one in ((there, there.waiting.person), (here, waits)):
        (made,) = commands.cancel(SYSTEM, group.booking, at=AT)
        assert (made.run_id, made.person_id) == (group.run.pk, next_one.pk), "the first in its own line"
        assert commands.cancel(SYSTEM, group.booking, at=AT) == []
    second.refresh_from_db()
    assert second.ended_at is None, "another's turn comes first"
    assert commands.wait(SYSTEM, here.run, person=booked, at=AT).since == AT, "who gave the place up may wait for it"


# 2.8


@pytest.mark.row("ESX-PSA-2.8.1")
def test_runs_of_the_term_by_quadrant_and_one_with_none_stands_out(world: World, as_: Callable[[str], Client]) -> None:
    for area in ("tendring", "colchester", "chelmer", "harlow_fields"):
        agreed_run(world, area=area)
    held = a_drop_in(world, "tendring", moment(2010, 10, 14))
    for area in ("chelmer", "canvey_shore"):
        off = agreed_run(world, area=area)
        (planned,) = commands.plan_sessions(SYSTEM, off, starts=[moment(2010, 10, 12)], minutes=60, at=AT)
        commands.call_off(SYSTEM, off, reason="Too few parents", at=AT)
        assert Session.objects.get(pk=planned.pk).cancelled_at == AT, "with its sessions"
    assert Session.objects.get(pk=held.pk).cancelled_at is None, "no other group's"
    page = as_("alice").get(reverse("practice:coverage"))
    assert "Autumn 2010" in text(page)
    assert row_of(page, "North East").startswith("North East 2 ")
    assert row_of(page, "Mid").startswith("Mid 1 ")
    assert row_of(page, "South").startswith("South None in quadrant ")
    # The map beside the table: a tile for each locality.
    assert page.content.decode().count('<li class="app-tile ') == 20
    elsewhere = as_("alice").get(reverse("practice:coverage") + "?term=2011-01-04")
    assert row_of(elsewhere, "North East").startswith("North East None in quadrant ")
    assert text(page).count("None in quadrant") == text(elsewhere).count("None in quadrant") - 4, (
        "three with a course, one with a drop-in"
    )


@pytest.mark.row("ESX-PSA-2.8.1")
def test_what_touches_a_day_of_the_term_is_in_it_with_its_sessions_planned_and_held(
    world: World, as_: Callable[[str], Client]
) -> None:
    first, last = AUTUMN
    day = timedelta(days=1)
    for area, starts_on, ends_on in (
        ("tendring", first - 30 * day, first),
        ("colchester", last, last + 30 * day),
        ("chelmer", first - 30 * day, first - day),
        ("harlow_fields", last + day, last + 30 * day),
    ):
        run = agreed_run(world, area=area, starts_on=starts_on, ends_on=ends_on)
        starts = [datetime.combine(one, AT.timetz()) for one in (starts_on, ends_on)]
        planned = commands.plan_sessions(SYSTEM, run, starts=starts, minutes=60, at=AT)
        if area == "tendring":
            commands.mark(SYSTEM, planned[1], present={}, at=planned[1].starts_at + timedelta(hours=2))
    agreed_run(world, area="tendring", offer="workshop")
    page = as_("alice").get(reverse("practice:coverage"))
    assert row_of(page, "North East").startswith("North East 2 1 of 2 sessions held 1 ")
    for none in ("Mid", "West", "South"):
        assert row_of(page, none).startswith(f"{none} None in quadrant "), none
    areas = [row_of(page, name) for name in ("Tendring", "Colchester", "Chelmer")]
    assert areas[0].startswith("Tendring 1, 1 session ")
    assert areas[1].startswith("Colchester 1, 1 session ")
    assert areas[2].startswith("Chelmer None ")
    quadrants = [row.split(" None")[0].split(" 2")[0] for row in rows_of(page, "Autumn 2010")]
    assert quadrants == ["Mid", "North East", "South", "West"], "by name"
    # The tiles: as many sessions as the most are darkest, none is lightest.
    tiles = re.findall(r'<li class="app-tile [^"]*?(\d)".*?</li>', page.content.decode(), flags=re.DOTALL)
    assert sorted(tiles)[-3:] == ["0", "3", "3"], tiles
    for who, status in (("gita", 403), ("dave", 403), ("erin", 403)):
        assert as_(who).get(reverse("practice:coverage")).status_code == status, who
    assert row_of(as_("gita").get(reverse("practice:coverage_to_agree")), "North East").startswith("North East 2 ")


@pytest.mark.row("ESX-PSA-2.8.1")
def test_a_run_shows_what_a_course_record_must_hold(world: World, as_: Callable[[str], Client]) -> None:
    alice = as_("alice")
    programme = a_programme(evidence_base="Two trials, 2006")
    told = a_plan(programme, leader=world.users["alice"].pk)
    page = posted(alice, "practice:run_new", **told)
    for words in ("Strong parents", "Two trials, 2006", "Clacton library", "Tendring, North East", "14 September 2010"):
        assert words in page
    assert "Alice Marsh" in page
    assert "0 of 12 taken" in page
    run = Run.objects.get(service=SERVICE)
    planned = [one.starts_at for one in queries.sessions_of(run)]
    # Ten Tuesdays at half past nine; none in the half-term holiday of 23 to 31 October.
    assert [f"{one:%d %b}" for one in map(timezone.localtime, planned)][5:8] == ["19 Oct", "02 Nov", "09 Nov"]
    assert {timezone.localtime(one).strftime("%a %H:%M") for one in planned} == {"Tue 09:30"}
    assert (len(planned), run.ends_on) == (10, date(2010, 11, 23))
    assert {one.minutes for one in queries.sessions_of(run)} == {120}
    assert "14 September 2010 to 23 November 2010" in page
    assert "Awaiting agreement" in page
    for who, status in (("bob", 200), ("sam", 200), ("carol", 404), ("gita", 403), ("dave", 403)):
        assert as_(who).get(reverse("practice:run", args=[run.ref])).status_code == status, who
    every_other = a_plan(programme, leader=world.users["bob"].pk, co_leader=world.users["alice"].pk)
    page = posted(alice, "practice:run_new", **every_other | {"starts_on": "21/9/2010", "every": "2", "how_many": "3"})
    assert "21 September 2010 to 19 October 2010" in page
    assert "Bob Lennox" in page
    assert "Alice Marsh" in page.replace("Alice Marsh Caseworker", "").replace("Fingerpost Alice Marsh", "")
    commands.call_off(SYSTEM, agreed_run(world, starts_on=date(2010, 9, 28)), reason="Too few parents", at=AT)
    agreed_run(world, starts_on=date(2010, 10, 5))
    agreed_run(world, area="colchester", starts_on=date(2010, 9, 29))
    listed = rows_of(alice.get(reverse("practice:groups")), "Autumn 2010")
    said = ("Awaiting agreement", "Awaiting agreement", "Cancelled", "Agreed, not open for booking yet")
    days = ("14 Sep 10", "21 Sep 10", "28 Sep 10", "5 Oct 10")
    assert len(listed) == 4, "those of her own team, whatever became of them"
    for row, day, status in zip(listed, days, said, strict=True):
        assert f" {day} to " in row, "the first to begin first"
        assert row.endswith(status)
    assert "Clacton library" in listed[0]
    assert "0 of 12" in listed[0]
    everywhere = rows_of(alice.get(reverse("practice:groups") + "?whose=all"), "Autumn 2010")
    assert len(everywhere) == 5
    assert "Nothing matches" in text(alice.get(reverse("practice:groups") + "?whose=all&kind=workshop"))
    assert len(rows_of(alice.get(reverse("practice:groups") + "?whose=all&area=north_east"), "Autumn 2010")) == 5
    assert len(rows_of(alice.get(reverse("practice:groups") + "?whose=all&area=colchester"), "Autumn 2010")) == 1
    assert len(rows_of(alice.get(reverse("practice:groups") + "?status=proposed"), "Autumn 2010")) == 2


@pytest.mark.row("ESX-PSA-2.8.2")
def test_the_same_course_of_another_provider_must_be_answered_with_a_reason(
    world: World, as_: Callable[[str], Client]
) -> None:
    alice = as_("alice")
    posted(
        alice,
        "practice:provision_new",
        provider="Bright Start",
        title="The strong parents",
        kind="programme",
        topic="behaviour",
        area="tendring",
        starts_on="1/9/2010",
        ends_on="17/12/2010",
    )
    plan = a_plan(a_programme(topic="behaviour"), leader=world.users["alice"].pk)
    assert 'name="duplication_reason"' not in alice.get(reverse("practice:run_new")).content.decode()
    refused = alice.post(reverse("practice:run_new"), plan)
    assert 'name="duplication_reason"' in refused.content.decode(), "a reason is asked for only where one is needed"
    assert "Bright Start offers “The strong parents” in Tendring in Autumn 2010 already" in text(refused)
    assert not Run.objects.filter(service=SERVICE).exists()
    assert not Session.objects.filter(run__service=SERVICE).exists()
    page = posted(alice, "practice:run_new", **plan, duplication_reason="Theirs is full until January")
    assert "Theirs is full until January" in page
    assert "Nothing on behaviour in Tendring this term" in page
    assert "1 September 2010" in text(refused)
    assert "17 December 2010" in text(refused)
    assert Run.objects.get(service=SERVICE).proposed_by == world.users["alice"]
    # In the term after, nobody else has it; in another locality neither. A reason that is not needed is not kept.
    page = posted(alice, "practice:run_new", **plan | {"starts_on": "11/1/2011", "duplication_reason": "Nobody asked"})
    assert "Nobody asked" not in page
    other_title = a_programme("Calm nights", topic="sleep")
    posted(alice, "practice:run_new", **plan | {"programme": other_title.pk})
    bob = as_("sam")
    posted(bob, "practice:run_new", **plan | {"area": "chelmer", "leader": world.users["sam"].pk})


@pytest.mark.row("ESX-PSA-2.8.2")
def test_gaps_by_locality_age_and_topic(world: World, as_: Callable[[str], Client]) -> None:
    alice = as_("alice")
    directory.note_provision(
        SYSTEM, OF_SERVICE, service=SERVICE, provider="Bright Start", title="Good nights", topic="sleep",
        age_band="under_5", area=world.area("tendring"), starts_on=date(2010, 9, 1), at=AT,
    )  # fmt: skip
    a_programme(topic="behaviour", age_band="from_5_to_10")
    agreed_run(world)
    page = alice.get(reverse("practice:gaps") + "?area=north_east")
    assert "Good nights" in text(page)
    # Topics stand in the order of the contract: behaviour, learning, talking, sleep.
    assert row_of(page, "Tendring").startswith("Tendring 1 ours Gap: plan one")
    assert row_of(page, "Tendring").endswith("1 of others")
    assert row_of(page, "Colchester") == "Colchester Gap Gap Gap Gap"  # not hers to fill
    older = alice.get(reverse("practice:gaps") + "?area=north_east&age_band=from_11_to_15")
    assert row_of(older, "Tendring").count("Gap: plan one") == 4
    link = re.search(r'href="(/groups/new\?[^"]+)"', older.content.decode())
    assert link
    form = alice.get(html.unescape(link[1]))
    assert "nothing for ages 11 to 15 in Tendring, Autumn 2010" in form.content.decode()
    assert '<option value="tendring" selected' in form.content.decode()
    assert "Good nights" not in text(older), "it is for others"
    assert "Good nights" in text(alice.get(reverse("practice:gaps") + "?age_band=under_5"))


@pytest.mark.row("ESX-PSA-2.8.2")
def test_only_what_is_of_the_kind_there_in_the_term_and_for_the_age_fills_a_gap(
    world: World, as_: Callable[[str], Client]
) -> None:
    alice, (first, last), day = as_("alice"), AUTUMN, timedelta(days=1)

    def tendring(**asked: str) -> str:
        return row_of(alice.get(reverse("practice:gaps"), asked), "Tendring").removeprefix("Tendring ")

    def others(title: str, **words: Any) -> None:
        told = {"provider": "Bright Start", "topic": "sleep", "area": world.area("tendring"), "starts_on": first}
        directory.note_provision(SYSTEM, OF_SERVICE, service=SERVICE, title=title, **told | words, at=AT)

    empty = tendring()
    assert empty.count("Gap: plan one") == 4
    others("A talk on sleep", kind="workshop")
    others("Nights in Chelmer", area=world.area("chelmer"))
    others("Over before", starts_on=first - 30 * day, ends_on=first - day)
    others("Not yet", starts_on=last + day)
    others("Of nothing in particular", topic="")
    talk = a_programme("Bad dreams", "workshop", topic="sleep")
    asked = {"area": world.area("tendring"), "starts_on": first, "ends_on": last, "places": 12}
    commands.propose(SYSTEM, OF_SERVICE, programme=talk, **asked, at=AT)
    behaviour = a_programme("Calm days", topic="behaviour")
    off = commands.propose(SYSTEM, OF_SERVICE, programme=behaviour, **asked, gap="None", at=AT)
    commands.call_off(SYSTEM, off, reason="Too few parents", at=AT)
    assert tendring() == empty, "none of these is a course there that term"
    page = text(alice.get(reverse("practice:gaps")))
    assert "A talk on sleep" in page
    assert "Nights in Chelmer" in page
    assert "Over before" not in page
    assert "Not yet" not in page
    others("Until the first day", starts_on=first - 30 * day, ends_on=first)
    assert tendring().endswith("1 of others")
    others("From the last day", starts_on=last)
    others("In the whole quadrant", area=world.area("north_east"))
    others("Everywhere", area=None)
    others("For the youngest", age_band="under_5")
    assert tendring().endswith("5 of others")
    assert tendring(age_band="under_5").endswith("5 of others")
    assert tendring(age_band="from_11_to_15").endswith("4 of others"), "what is for no age is for every age"
    assert row_of(alice.get(reverse("practice:gaps")), "Colchester").endswith("2 of others")
    assert row_of(alice.get(reverse("practice:gaps")), "Chelmer").endswith("2 of others")
    Area.objects.create(
        key="another_service/elsewhere", code="elsewhere", name="Elsewhere", scheme="another_service", level="locality"
    )
    form = alice.get(reverse("practice:provision_new")).content.decode()
    offered = re.findall(r'<option value="([^"]*)"', form[form.index('name="area"') :])
    ours = Area.objects.filter(scheme=SERVICE).order_by("depth", "name").values_list("code", flat=True)
    assert [code for code in offered if code][: len(ours)] == list(ours), "our own areas and no others"
    assert "elsewhere" not in offered
    for missing in ("provider", "title"):
        told = {"provider": "Bright Start", "title": "T", "kind": "programme", "starts_on": "1/9/2010", missing: ""}
        assert alice.post(reverse("practice:provision_new"), told).status_code == 200, missing
    wrong = alice.post(
        reverse("practice:provision_new"),
        {"provider": "P", "title": "T", "kind": "programme", "starts_on": "2/9/2010", "ends_on": "1/9/2010"},
    )
    assert "The last day cannot be before the first" in text(wrong)
    for who in ("dave", "erin", "gita"):
        assert as_(who).get(reverse("practice:gaps")).status_code == 403, who


@pytest.mark.row("ESX-PSA-2.8.2")
def test_a_course_without_a_gap_is_not_planned(world: World, as_: Callable[[str], Client]) -> None:
    answer = as_("alice").post(
        reverse("practice:run_new"), a_plan(a_programme(), leader=world.users["alice"].pk, gap=" ")
    )
    assert "Say which gap it fills" in text(answer)
    assert not Run.objects.filter(service=SERVICE).exists()


@pytest.mark.row("ESX-PSA-2.8.3")
def test_not_public_before_the_coordinator_agreed(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    alice, gita, carol = as_("alice"), as_("gita"), as_("carol")
    run = proposed_run(world)
    refused = alice.post(reverse("practice:run_advertise", args=[run.ref]))
    assert "Record the day on which the Locality Parenting Coordinator agreed" in text(refused)
    assert alice.get(reverse("practice:agree", args=[run.ref])).status_code == 403
    assert carol.post(reverse("practice:run_advertise", args=[run.ref])).status_code == 404
    assert "Strong parents" in text(gita.get(reverse("practice:to_agree")))
    early = gita.post(reverse("practice:agree", args=[run.ref]), {"agreed_on": "7/9/2010", "agreed_by": "Gita Rao"})
    assert "must be on or before 6 September 2010" in text(early)
    done = posted(gita, "practice:agree", run.ref, agreed_on="3/9/2010", agreed_by="Gita Rao")
    assert "3 September 2010, Gita Rao" in done
    page = posted(alice, "practice:run_advertise", run.ref)
    assert "Gita Rao, 3 September 2010" in page
    assert "Open for booking" in page
    assert Run.objects.get(pk=run.pk).advertised_at == AT
    set_clock(AT + timedelta(days=1))
    posted(alice, "practice:run_advertise", run.ref)
    assert Run.objects.get(pk=run.pk).advertised_at == AT, "told twice, it was made public once"
    shown = text(alice.get(reverse("practice:run", args=[run.ref])))
    steps = [shown.rindex(words) for words in ("Opened for booking", "Agreed with the coordinator", "Proposed")]
    assert steps == sorted(steps), "the newest first"
    again = gita.post(reverse("practice:agree", args=[run.ref]), {"agreed_on": "4/9/2010", "agreed_by": "Ann Else"})
    assert "Gita Rao agreed to this already, on 3 September 2010" in text(again)
    assert Run.objects.get(pk=run.pk).agreed_by == "Gita Rao"


@pytest.mark.row("ESX-PSA-2.8.3")
def test_what_waits_is_read_in_order_and_what_was_agreed_stands_below(
    world: World, as_: Callable[[str], Client], set_clock: Callable[[datetime], None]
) -> None:
    gita = as_("gita")
    late = proposed_run(world, starts_on=date(2010, 10, 5))
    soon = proposed_run(world, starts_on=date(2010, 9, 6))
    dropped = proposed_run(world, starts_on=date(2010, 9, 20))
    commands.call_off(SYSTEM, dropped, reason="Too few parents", at=AT)
    page = text(gita.get(reverse("practice:to_agree")))
    assert "2 groups to agree" in page
    assert page.index(soon.ref) < page.index(late.ref), "the first to begin first"
    assert dropped.ref not in page
    assert page.count("Has begun") == 1, "on its first day it has begun"
    assert "Nothing has been agreed yet." in page
    about = text(gita.get(reverse("practice:agree", args=[soon.ref])))
    for words in ("Nothing on behaviour for this age here this term", "6 September 2010 to 14 December 2010"):
        assert words in about
    assert "Other provision there then" not in about
    for title, area, starts_on, ends_on in (
        ("In Tendring", "tendring", date(2010, 12, 14), None),
        ("In the quadrant", "north_east", date(2010, 1, 1), date(2010, 9, 6)),
        ("Everywhere", None, date(2010, 1, 1), None),
        ("In Chelmer", "chelmer", date(2010, 9, 6), None),
        ("Over", "tendring", date(2010, 1, 1), date(2010, 9, 5)),
        ("To come", "tendring", date(2010, 12, 15), None),
    ):
        where = world.area(area) if area else None
        told: dict[str, Any] = {"provider": "Bright Start", "starts_on": starts_on, "ends_on": ends_on, "area": where}
        directory.note_provision(SYSTEM, OF_SERVICE, service=SERVICE, title=title, **told, at=AT)
    there = rows_of(gita.get(reverse("practice:agree", args=[soon.ref])), "Other provision there then")
    assert [row.split(" Bright Start ")[0] for row in there] == ["Everywhere", "In Tendring", "In the quadrant"]
    gone = gita.post(reverse("practice:agree", args=[dropped.ref]), {"agreed_on": "6/9/2010", "agreed_by": "Gita"})
    assert "This group was cancelled" in text(gone)
    nobody = gita.post(reverse("practice:agree", args=[soon.ref]), {"agreed_on": "6/9/2010", "agreed_by": " "})
    assert nobody.status_code == 200
    for run, day in ((late, "1/9/2010"), (soon, "6/9/2010")):
        posted(gita, "practice:agree", run.ref, agreed_on=day, agreed_by="Gita Rao")
    page = text(gita.get(reverse("practice:to_agree")))
    assert "There is nothing for you to do." in page
    agreed = page[page.index("Agreed lately") :]
    assert agreed.index("6 September 2010, Gita Rao") < agreed.index("1 September 2010, Gita Rao"), "the latest first"
    set_clock(datetime.combine(soon.ends_on + timedelta(days=1), AT.timetz()))
    ended = as_("alice").post(reverse("practice:run_advertise", args=[late.ref]))
    assert "This group ended on 14 December 2010" in text(ended)
    afterwards = proposed_run(world)
    over = gita.post(
        reverse("practice:agree", args=[afterwards.ref]), {"agreed_on": "15/12/2010", "agreed_by": "Gita Rao"}
    )
    assert "The group ended on 14 December 2010" in text(over)
    posted(gita, "practice:agree", afterwards.ref, agreed_on="14/12/2010", agreed_by="Gita Rao")


@pytest.mark.row("ESX-PSA-2.8.3")
def test_she_agrees_in_her_own_localities_and_meets_no_family(world: World, as_: Callable[[str], Client]) -> None:
    gita = as_("gita")
    other, own = proposed_run(world, area="chelmer"), proposed_run(world)
    commands.book(SYSTEM, own, person=household("Quill").parent, at=AT)
    page = text(gita.get(reverse("practice:to_agree")))
    assert own.ref in page
    assert other.ref not in page
    assert gita.get(reverse("practice:agree", args=[other.ref])).status_code == 404
    assert "Quill" not in text(gita.get(reverse("practice:agree", args=[own.ref])))
    assert gita.get(reverse("practice:run", args=[own.ref])).status_code == 403
