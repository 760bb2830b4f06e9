"""Staff of the Essex advisors: posts, need, absence, supervision, reviews, policies, and the plan to last."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from fingerpost.agreements.contracts import queries as contracts
from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.requirements.models import Acknowledgement, Policy, PolicyIssue
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User
from fingerpost.ground.places.models import Area, NeedTable
from fingerpost.ground.tasks import jobs
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.ground.tasks.queries import worklist
from fingerpost.proof.returns import commands as returns
from fingerpost.work.casework.models import Case
from fingerpost.work.workforce import commands, queries
from fingerpost.work.workforce.models import Absence, PlanAction, Post, Supervision
from tests.fixtures.browsing import Browser, Today, posted, rows_of, turned_down, words_of
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.staff import ADVISOR, SENIOR, WHOLE, absent, hired, holding, issued, nobody_in_post
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db


@pytest.mark.row("ESX-PSA-2.1")
def test_the_register_of_posts_counts_what_is_filled(world: World, browser: Browser, today: Today) -> None:
    nobody_in_post()
    hired(30)
    hired(3, hours="18.5")
    hired(1, role=SENIOR)
    said = words_of(browser("sam").get(reverse("practice:posts") + "?on=1/10/2010"))
    assert "Parent Support Advisor: 31.5 of 32 filled, 0.5 vacant" in said
    assert "Senior Parent Support Advisor: 1 of 4 filled, 3 vacant" in said
    before = words_of(browser("sam").get(reverse("oversight:staffing", args=[SERVICE]) + "?on=1/4/2010"))
    assert "31.5 of 32 filled, 0.5 vacant" in before
    commands.record_absence(
        SYSTEM,
        holding(User.objects.get(name="Parent 37 01")),
        started_on=date(2010, 9, 20),
        reason="sickness",
        at=moment(2010, 9, 20),
    )
    advisors = queries.filled_on(SERVICE, date(2010, 10, 1))[0]
    assert (advisors.filled, advisors.vacant, advisors.absent) == (Decimal("31.5"), Decimal("0.5"), 1)
    for asked, away in (("", True), ("?on=20/9/2010", True), ("?on=19/9/2010", False)):
        page = words_of(browser("sam").get(reverse("practice:posts") + asked))
        assert "31.5 of 32 filled, 0.5 vacant" in page
        assert ("31.5 of 32 filled, 0.5 vacant, 1 away" in page) == away, asked


@pytest.mark.row("ESX-PSA-2.1")
def test_posts_are_added_changed_filled_left_and_ended(world: World, browser: Browser, today: Today) -> None:
    sam = browser("sam")
    blank = sam.get(reverse("practice:post_new")).content.decode()
    assert re.search(r'name="hours"[^>]*value="37(\.0+)?"|value="37(\.0+)?"[^>]*name="hours"', blank), (
        "a full week, unless told"
    )
    new = {"role": ADVISOR, "area": "colne_side", "team": world.teams["colchester"].pk}
    posted(sam, "practice:post_new", **new, hours="37", full_time_hours="37", since="1/6/2010")
    post = Post.objects.get(area__code="colne_side")
    assert "Vacant" in words_of(sam.get(reverse("practice:posts")))
    posted(sam, "practice:post_fill", post.pk, user=world.users["alice"].pk, since="1/7/2010")
    assert "Alice Marsh" in words_of(sam.get(reverse("practice:post", args=[post.pk])))
    posted(sam, "practice:post_change", post.pk, **new, hours="18.5", full_time_hours="37", since="1/9/2010")
    assert queries.filled_on(SERVICE, date(2010, 8, 31))[0].filled == 3
    assert queries.filled_on(SERVICE, date(2010, 9, 1))[0].filled == Decimal("2.5")
    half = Post.objects.get(area__code="colne_side", follows=post)
    posted(sam, "practice:post_vacate", half.pk, last_day="30/9/2010")
    assert queries.filled_on(SERVICE, date(2010, 10, 1))[0].filled == 2
    assert "There is a problem" in turned_down(sam, "practice:post_end", half.pk, last_day="31/8/2010")
    posted(sam, "practice:post_end", half.pk, last_day="31/10/2010")
    answer = sam.post(
        reverse("practice:post_fill", args=[half.pk]), {"user": world.users["alice"].pk, "since": "1/11/2010"}
    )
    assert "This post ends on 31 October 2010" in words_of(answer)


def _rates() -> dict[str, str]:
    """Twenty localities; Tendring has the second highest rate, and Chelmer the last but one."""
    names = list(Area.objects.filter(scheme=SERVICE, level="locality").order_by("name").values_list("name", flat=True))
    first, second, last_but_one = "Canvey Shore", "Tendring", "Chelmer"
    others = [name for name in names if name not in (first, second, last_but_one)]
    in_order = [first, second, *others[:-1], last_but_one, others[-1]]
    assert len(in_order) == 20
    return {name: f"{9.5 - place * 0.2:.1f}" for place, name in enumerate(in_order)}


@pytest.mark.row("ESX-PSA-2.2")
def test_a_table_of_need_ranks_localities_and_flags_those_out_of_step(
    world: World, browser: Browser, today: Today
) -> None:
    given = dict.fromkeys(list(_rates())[:5], 2) | {"Tendring": 0, "Chelmer": 2}
    lines = [f"{name},{rate},{given.get(name, 1)},{place}" for place, (name, rate) in enumerate(_rates().items(), 30)]
    content = "\n".join(["Locality,Absence rate,Advisors,Free school meals", *lines])
    told = {"since": "1/4/2010", "period_from": "1/9/2009", "period_to": "31/3/2010", "source": "School census"}
    sam = browser("sam")
    posted(
        sam, "oversight:need_new", SERVICE, **told, file=SimpleUploadedFile("need.csv", content.encode(), "text/csv")
    )
    said = words_of(sam.get(reverse("oversight:need", args=[SERVICE])))
    assert "Too few Tendring, rank 2, has 0. High need: at least 2 expected." in said
    assert "Too many Chelmer, rank 19, has 2. Low need: at most 1 expected." in said
    assert said.count(", rank ") == 2, "nobody else is flagged"
    assert "Free school meals" in said
    rows = {row.area.name: row for row in _table(1)}
    assert (rows["Canvey Shore"].rank, rows["Tendring"].rank, rows["Chelmer"].rank) == (1, 2, 19)


def _table(version: int) -> list[Any]:
    from fingerpost.ground.places import need

    found = need.version(SERVICE, version)
    assert found is not None
    return found.rows


@pytest.mark.row("ESX-PSA-2.2")
def test_a_typed_table_is_a_new_version_and_posts_stand_in_for_what_it_leaves_out(
    world: World, browser: Browser, today: Today
) -> None:
    sam, told = browser("sam"), {"period_from": "1/9/2009", "period_to": "31/3/2010", "source": "School census"}
    posted(sam, "oversight:need_new", SERVICE, **told, since="1/4/2010", rate_tendring="9.1", rate_colchester="8.4")
    posted(sam, "oversight:need_new", SERVICE, **told, since="1/11/2010", rate_tendring="6", rate_colchester="8.4")
    assert NeedTable.objects.filter(service=SERVICE).count() == 2
    said = words_of(sam.get(reverse("oversight:need", args=[SERVICE])))
    assert "Version 1" in said, "the second version holds from November"
    assert [(row.area.code, row.rank) for row in _table(2)] == [("colchester", 1), ("tendring", 2)]
    held = rules(SERVICE, date(2010, 10, 1))
    from fingerpost.ground.places import need

    assert [one.advisors for one in queries.placed(held, need.version(SERVICE, 1))] == [1, 1]


@pytest.mark.row("ESX-PSA-2.2")
def test_a_list_with_faults_is_refused_whole(world: World, browser: Browser, today: Today) -> None:
    content = "Locality,Absence rate\nTendring,9.1\nAtlantis,4\nChelmer,lots\nColne Side,140\n"
    told = {"since": "1/4/2010", "period_from": "1/9/2009", "period_to": "31/3/2010", "source": "School census"}
    file = SimpleUploadedFile("need.csv", content.encode(), "text/csv")
    said = words_of(browser("sam").post(reverse("oversight:need_new", args=[SERVICE]), {**told, "file": file}))
    assert "Row 3: there is no locality called Atlantis" in said
    assert "Row 4: the absence rate must be a number" in said
    assert "Row 5: the absence rate must be from 0 to 100" in said
    assert not NeedTable.objects.filter(service=SERVICE).exists()
    assert browser("bob").get(reverse("oversight:need_new", args=[SERVICE])).status_code == 404
    assert browser("dave").get(reverse("oversight:need_new", args=[SERVICE])).status_code == 403


@pytest.mark.row("ESX-PSA-2.3")
def test_the_eleventh_working_day_raises_the_alert_and_cover_clears_it(
    world: World, browser: Browser, today: Today
) -> None:
    bob = browser("bob")
    today.is_(2010, 9, 6)
    told = {"worker": world.users["alice"].pk, "started_on": "6/9/2010", "reason": "sickness"}
    posted(bob, "practice:absence_new", **told)
    away = Absence.objects.get(service=SERVICE)
    today.is_(2010, 9, 17, 23)
    assert jobs.check_clocks() == 0
    assert worklist(world.actor("bob"), today.now) == []
    assert "No cover" not in words_of(bob.get(reverse("practice:staff")))
    assert queries.absence(world.actor("bob"), away.pk, date(2010, 9, 17)).working_days == 10
    today.is_(2010, 9, 20, 9)
    jobs.check_clocks()
    (alert,) = worklist(world.actor("bob"), today.now)
    assert "Alice Marsh" in alert.title
    assert alert.days_late == 0
    assert "Overdue: Plan cover" in words_of(bob.get(reverse("practice:my_work")))
    assert "No cover Alice Marsh has been away for 11 working days" in words_of(bob.get(reverse("practice:staff")))
    case = allocated(world, home=household())
    other = allocated(world, home=household("Reed"))
    cover = {"worker": world.users["carol"].pk, "since": "20/9/2010", "weekdays": ["0", "3"]}
    posted(bob, "practice:cover_new", away.pk, **cover)
    assert worklist(world.actor("bob"), today.now) == []
    assert Clock.objects.get(subject_id=away.pk).stopped_at is not None
    assert Task.objects.get(origin_id=away.pk).done_at is not None
    page = words_of(bob.get(reverse("practice:absence", args=[away.pk])))
    assert "Carol Reed" in page
    assert "Monday and Thursday" in page
    plan = queries.absence(world.actor("bob"), away.pk, date(2010, 9, 20)).covers[0]
    posted(bob, "practice:hand_over", away.pk, cover=plan.pk, cases=[case.ref])
    assert Case.objects.get(pk=case.pk).worker == world.users["carol"]
    assert Case.objects.get(pk=other.pk).worker == world.users["alice"]
    page = words_of(bob.get(reverse("practice:absence", args=[away.pk])))
    assert "Handed over" in page
    assert case.ref in page


@pytest.mark.row("ESX-PSA-2.3")
def test_localities_without_their_agreed_minimum_are_listed(world: World, browser: Browser, today: Today) -> None:
    sam = browser("sam")
    told = {"equivalents": "0.5", "agreed_by": "The review of 24 June 2010", "since": "1/7/2010"}
    posted(sam, "oversight:minimum", SERVICE, "tendring", **told)
    today.is_(2010, 9, 20)
    assert "Uncovered" not in _areas(sam)["Tendring"]
    assert "Uncovered" in _areas(sam)["Harwich Quay"], "nobody is in post there, and no minimum was agreed"
    away = absent(world, since=date(2010, 9, 6))
    assert "Uncovered" in _areas(sam)["Tendring"]
    cover = {"worker": world.users["carol"].pk, "since": "20/9/2010", "weekdays": ["0", "1", "2"]}
    posted(browser("bob"), "practice:cover_new", away.pk, **cover)
    assert "Served" in _areas(sam)["Tendring"]
    assert "0.6" in _areas(sam)["Tendring"], "three days of five"
    assert "0.4" in _areas(sam)["Colchester"], "her days there are missed at home"
    page = words_of(browser("bob").get(reverse("practice:staff_areas")))
    assert "Tendring" in page
    assert "Harwich Quay" not in page, "a supervisor sees the areas of her own team"


def _areas(client: Client) -> dict[str, str]:
    """What the page of areas says of each locality."""
    rows = rows_of(client.get(reverse("practice:staff_areas") + "?rows=100"), "areas")
    names = Area.objects.filter(scheme=SERVICE, level="locality").values_list("name", flat=True)
    return {name: next((row for row in rows if row.startswith(name)), "") for name in names}


@pytest.mark.row("ESX-PSA-2.3")
def test_only_those_who_lead_her_see_why_she_is_away(world: World, browser: Browser, today: Today) -> None:
    today.is_(2010, 9, 7)
    away = absent(world, since=date(2010, 9, 6))
    address = reverse("practice:absence", args=[away.pk])
    for name, status in (("bob", 200), ("sam", 200), ("alice", 403), ("carol", 403), ("dave", 403)):
        assert browser(name).get(address).status_code == status, name
    assert "Sickness" in words_of(browser("bob").get(address))
    waiting = accepted(household())
    said = words_of(browser("bob").get(reverse("practice:request_allocate", args=[waiting.ref])))
    assert "Away today. Open cases: 0" in said
    assert queries.away_on(SERVICE, date(2010, 9, 7)) == {world.users["alice"].pk: None}
    assert "Sickness" not in said


@pytest.mark.row("ESX-PSA-2.3")
def test_a_short_absence_asks_for_no_cover_and_coming_back_stops_the_clock(world: World, today: Today) -> None:
    absent(world, since=date(2010, 9, 6), until=date(2010, 9, 17))
    assert not Clock.objects.filter(service=SERVICE, key="long_absence").exists(), (
        "back before the eleventh working day"
    )
    long = absent(world, "carol", since=date(2010, 9, 6), until=date(2010, 9, 20))
    assert Clock.objects.running().filter(subject_id=long.pk).exists()
    commands.end_absence(SYSTEM, long, ended_on=date(2010, 9, 15), at=moment(2010, 9, 16))
    assert not Clock.objects.running().filter(subject_id=long.pk).exists()


@pytest.mark.row("ESX-PSA-2.6b.1")
def test_reviews_in_the_past_year_are_counted_and_the_overdue_named(
    world: World, browser: Browser, today: Today
) -> None:
    nobody_in_post()
    advisors, seniors = hired(32, since=date(2009, 4, 1)), hired(4, role=SENIOR, since=date(2009, 4, 1))
    people = [*advisors, *seniors]
    today.is_(2010, 12, 31)
    for place, person in enumerate(people):
        held_on = date(2009, 12, 31) if place > 1 else date(2009, 12, 30)  # a year ago to the day, and a day more
        commands.review(
            SYSTEM,
            holding(person),
            held_on=held_on,
            objectives="Work with ten families.",
            rating="as_expected",
            reviewer=world.users["sam"],
            at=moment(held_on.year, held_on.month, held_on.day),
        )
    said = words_of(browser("sam").get(reverse("practice:supervision")))
    assert "Staff 36 people, 36 full-time equivalents" in said
    assert "Reviews in time 34" in said
    assert f"Reviews overdue 2: {advisors[0].name}, {advisors[1].name}" in said
    told = {"worker": advisors[0].pk, "held_on": "30/12/2010", "rating": "above", "objectives": "Lead a course."}
    posted(browser("sam"), "practice:review_new", **told, next_on="30/12/2011")
    assert "Reviews in time 35" in words_of(browser("sam").get(reverse("practice:supervision")))


@pytest.mark.row("ESX-PSA-2.6b.1")
def test_caseload_and_outcomes_of_each_worker_are_there_for_those_who_lead_her(
    world: World, browser: Browser, today: Today
) -> None:
    from fingerpost.work.casework import commands as casework
    from tests.fixtures.cases import supervised

    case = allocated(world, home=household())
    allocated(world, home=household("Reed"))
    supervised(world, case, at=moment(2010, 9, 20))
    for day in (1, 8, 15):
        casework.record_contact(
            world.actor("alice"),
            case,
            kind="casework_session",
            happened_at=moment(2010, 9, day),
            minutes=60,
            at=moment(2010, 9, day, 17),
        )
    casework.close(world.actor("alice"), case, reason="needs_met", outcomes_met="fully", at=moment(2010, 9, 24))
    nobodys = allocated(world, home=household("Nobodys"))
    supervised(world, nobodys, at=moment(2010, 9, 20))
    casework.close(world.actor("alice"), nobodys, reason="needs_met", outcomes_met="fully", at=moment(2010, 9, 24))
    Case.objects.filter(pk=nobodys.pk).update(worker=None)  # as a list that names no worker brings it in
    today.is_(2010, 9, 30)
    page = words_of(browser("bob").get(reverse("practice:worker", args=[world.users["alice"].pk])))
    assert "Open cases 1" in page
    assert "3 over 1" in page, "three sessions over one closed case"
    figures = words_of(browser("bob").get(reverse("practice:staff_figures")))
    assert "Alice Marsh" in figures
    assert "Carol Reed" not in figures, "she is of another team"
    assert browser("bob").get(reverse("practice:worker", args=[world.users["carol"].pk])).status_code == 404
    assert browser("alice").get(reverse("practice:staff_figures")).status_code == 403


@pytest.mark.row("ESX-PSA-2.6b.2")
def test_four_weeks_after_the_last_meeting_supervision_is_overdue(world: World, browser: Browser, today: Today) -> None:
    bob = browser("bob")
    told = {"worker": world.users["alice"].pk, "note": "Steady.", "wellbeing": "Well, if tired."}
    posted(bob, "practice:supervision_new", **told, held_on="1/10/2010")
    meeting = Supervision.objects.get(service=SERVICE)
    today.is_(2010, 10, 29)
    assert "Supervision overdue 1: Bob Lennox" in words_of(bob.get(reverse("practice:supervision")))
    today.is_(2010, 10, 30)
    said = words_of(bob.get(reverse("practice:supervision")))
    assert "Supervision overdue 2: Alice Marsh, Bob Lennox" in said
    assert "Overdue from 30 October 2010" in said
    case = allocated(world, home=household(), at=moment(2010, 9, 20))
    decided = {"held_on": "1/10/2010", "decided": "extend", "note": "Two more visits."}
    posted(bob, "practice:discussion_new", case.ref, **decided)
    action = {"what": "Ask the school for its list", "owner": world.users["alice"].pk, "due_on": "8/10/2010"}
    posted(bob, "practice:action_new", meeting.pk, **action)
    other = allocated(world, home=household("Other"), at=moment(2010, 9, 20))
    again = told | {"held_on": "8/10/2010"}
    posted(bob, "practice:supervision_new", **again)
    later = Supervision.objects.get(service=SERVICE, held_on=date(2010, 10, 8))
    elsewhere = words_of(bob.get(reverse("practice:supervision_meeting", args=[later.pk])))
    assert "Go on for longer" not in elsewhere, "it was decided at the other meeting"
    assert case.ref in elsewhere, "an open case of hers is there to be discussed"
    markup = bob.get(reverse("practice:supervision_meeting", args=[meeting.pk])).content.decode()
    asks = [reverse("practice:discussion_new", args=[one.ref]) in markup for one in (case, other)]
    assert asks == [False, True], "what was discussed is not asked for again"
    later.delete()
    page = words_of(bob.get(reverse("practice:supervision_meeting", args=[meeting.pk])))
    for words in ("Well, if tired.", case.ref, "Go on for longer", "Ask the school for its list"):
        assert words in page
    alice = browser("alice")
    assert "Ask the school for its list" in words_of(alice.get(reverse("practice:my_work")))
    mine = queries.actions_of([meeting])[0]
    posted(alice, "practice:my_action", mine.pk)
    assert "Ask the school for its list" not in words_of(alice.get(reverse("practice:my_work")))
    assert browser("carol").get(reverse("practice:my_action", args=[mine.pk])).status_code == 404


@pytest.mark.row("ESX-PSA-2.12")
def test_the_register_names_those_who_have_not_read_a_policy_issued_again(
    world: World, browser: Browser, today: Today
) -> None:
    nobody_in_post()
    people = [*hired(32), *hired(4, role=SENIOR)]
    sam = browser("sam")
    posted(sam, "oversight:policy_new", SERVICE, title="Lone working", owner="Education Welfare Service")
    policy = Policy.objects.get(service=SERVICE)
    other_owner = {"title": "Lone working", "owner": "Somebody else"}
    assert "There is a policy called Lone working already" in turned_down(
        sam, "oversight:policy_new", SERVICE, **other_owner
    )
    first = {"version": "1", "issued_on": "1/4/2010", "review_on": "1/9/2010", "text": "Tell somebody where you go."}
    posted(sam, "oversight:policy_issue", SERVICE, policy.pk, **first)
    today.is_(2010, 4, 7)
    for person in people:
        _read(person, PolicyIssue.objects.get(policy=policy, version="1"))
    assert "36 of 36 acknowledged" in words_of(sam.get(reverse("oversight:policies", args=[SERVICE])))
    again = {"version": "2", "issued_on": "1/9/2010", "review_on": "1/9/2011", "text": "Phone when you are back."}
    posted(sam, "oversight:policy_issue", SERVICE, policy.pk, **again)
    today.is_(2010, 10, 1)
    assert "0 of 36 acknowledged" in words_of(sam.get(reverse("oversight:policies", args=[SERVICE])))
    for person in people[:29]:
        _read(person, PolicyIssue.objects.get(policy=policy, version="2"))
    page = words_of(sam.get(reverse("oversight:policy", args=[SERVICE, policy.pk])))
    assert "29 of 36 acknowledged" in page
    missing = page[page.index("Have not read it yet (7)") : page.index("Have read it (29)")]
    assert all(person.name in missing for person in people[29:])
    assert not any(person.name in missing for person in people[:29])


def _read(person: User, issue: PolicyIssue) -> None:
    """Open the policy and tick the box, as somebody who works with families."""
    from fingerpost.ground.access.models import Grant

    Grant.objects.get_or_create(user=person, role="caseworker", reach="user", service=SERVICE)
    client = Client()
    client.force_login(person)
    posted(client, "practice:policy", issue.pk, read="on")


@pytest.mark.row("ESX-PSA-2.12")
def test_a_policy_stands_on_my_work_until_it_is_read_once(world: World, browser: Browser, today: Today) -> None:
    issue = issued()
    alice = browser("alice")
    assert "Lone working" in words_of(alice.get(reverse("practice:my_work")))
    empty = alice.post(reverse("practice:policy", args=[issue.pk]), {"read": ""})
    assert "Tick the box once you have read it" in words_of(empty)
    for _ in range(2):
        posted(alice, "practice:policy", issue.pk, read="on")
    assert Acknowledgement.objects.filter(issue=issue).count() == 1
    assert "Lone working" not in words_of(alice.get(reverse("practice:my_work"))).replace(
        "You have read Lone working", ""
    )
    issued(on=date(2010, 10, 1), version="3")
    assert "Lone working" in words_of(alice.get(reverse("practice:my_work"))), "a new version asks again"
    assert alice.get(reverse("practice:policy", args=[issue.pk])).status_code == 404, "the old one has been replaced"
    assert browser("dave").get(reverse("practice:policies")).status_code == 403
    assert browser("alice").get(reverse("oversight:policies", args=[SERVICE])).status_code == 403


@pytest.mark.row("ESX-PSA-1.5")
def test_the_plan_to_last_prints_in_the_march_return(world: World, browser: Browser, today: Today, sam: Actor) -> None:
    client = browser("sam")
    for number in range(6):
        told = {"what": f"Action {number + 1}", "owner": "Service manager", "due_on": f"{10 + number}/2/2011"}
        posted(client, "oversight:plan_action_new", SERVICE, **told, started_on="1/10/2010")
    for number, action in enumerate(PlanAction.objects.filter(service=SERVICE).order_by("what")[:4]):
        today.is_(2011, 2, 10 + number)
        told = {"what": action.what, "owner": action.owner, "due_on": "28/2/2011", "revision": 1}
        posted(client, "oversight:plan_action", SERVICE, action.pk, **told, done_on=f"{10 + number}/2/2011")
    change = {"role_from": "Parent Support Advisor", "role_to": "Family support worker", "effective_on": "1/4/2011"}
    posted(client, "oversight:post_change_new", SERVICE, **change)
    assert "4 of 6 complete" in words_of(client.get(reverse("oversight:plan", args=[SERVICE]))), "done today is done"
    today.is_(2011, 3, 31)
    agreement = Agreement.objects.get(key=SERVICE)
    (due,) = (one for one in contracts.returns_of(agreement) if one.due == date(2011, 3, 31))
    made = returns.assemble(sam, agreement, due=due, at=today.now)
    page = words_of(client.get(reverse("oversight:return", args=[made.ref])))
    outcomes = page[page.index("Outcomes") : page.rindex("Delivery")]
    assert "4 of 6 complete" in outcomes
    assert "Parent Support Advisor becomes Family support worker" in outcomes
    answer = client.get(reverse("oversight:return_pdf", args=[made.ref]))
    printed = "\n".join(one.extract_text() for one in PdfReader(BytesIO(answer.content)).pages)
    assert "4 of 6 complete" in printed
    assert "4 of 6 complete" in words_of(client.get(reverse("oversight:plan", args=[SERVICE])))


@pytest.mark.row("ESX-PSA-1.5")
def test_two_who_change_an_action_at_once_see_each_other(world: World, browser: Browser, today: Today) -> None:
    told = {"what": "Ask schools", "owner": "Service manager", "due_on": date(2010, 12, 1)}
    action = commands.plan_action(SYSTEM, WHOLE, service=SERVICE, **told, at=today.now)
    commands.change_action(SYSTEM, action, **{**told, "what": "Ask governors"}, revision=1, at=today.now)
    sent = {**told, "due_on": "1/12/2010", "revision": 1}
    said = words_of(browser("sam").post(reverse("oversight:plan_action", args=[SERVICE, action.pk]), sent))
    assert "Ask governors" in said
    assert "Somebody else saved this" in said
    assert browser("dave").get(reverse("oversight:plan", args=[SERVICE])).status_code == 200
    assert browser("dave").get(reverse("oversight:plan_action", args=[SERVICE, action.pk])).status_code == 403
