"""The quarterly review and its random samples, through pages and commands. Clause 4.2."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.meetings import commands as meetings
from fingerpost.agreements.meetings.models import Action, Meeting
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.models import View
from fingerpost.ground.places.models import Area, area_key
from fingerpost.ground.tasks.models import Task
from fingerpost.proof.quality import commands as quality
from fingerpost.proof.quality.models import Item, Sample
from fingerpost.proof.quality.queries import items_of, results_of
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.groups import commands as groups
from tests.fixtures.browsing import Browser, Today, opened, options_of, posted, rows_of, turned_down
from tests.fixtures.cases import allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import agreed_run
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db
AT = moment(2010, 12, 31)


@pytest.fixture(autouse=True)
def at_the_end_of_december(today: Today) -> None:
    today.now = AT


# --- 4.2.1 Quarterly review meetings ---


@pytest.mark.row("ESX-PSA-4.2.1")
def test_a_quarter_without_a_record_is_missed_on_its_morrow(
    agreement: Agreement, sam: Actor, dave: Actor, world: World, browser: Browser, today: Today
) -> None:
    for day in (date(2010, 6, 24), date(2010, 9, 23)):
        at = moment(day.year, day.month, day.day, 17)
        meeting = meetings.call(sam, agreement, series="quarterly_review", day=day, place="County Hall", at=at)
        held = meetings.record(
            dave,
            meeting,
            people=[world.users["sam"], world.users["dave"]],
            others=["Iris Bell, Locality Parenting Coordinator"],
            papers=["Figures to September"],
            decisions=["Courses in the West are to begin by November"],
            revision=1,
            at=at,
        )
        action = meetings.agree_action(
            sam, held, text="Find a hall in the West", owner=world.users["sam"], due_on=date(2010, 12, 15), at=at
        )
    assert (action.owner.name, Task.objects.get(origin_id=action.pk).owner_id) == ("Sam Otley", sam.id)
    for _ in range(2):  # told twice, it is one meeting
        meetings.call(sam, agreement, series="quarterly_review", day=date(2010, 12, 16), place="County Hall", at=AT)
    assert Meeting.objects.filter(agreement=agreement).count() == 3
    with pytest.raises(Refused) as refusal:
        meetings.call(sam, agreement, series="quarterly_review", day=date(2010, 12, 16), place="Elsewhere", at=AT)
    assert refusal.value.field == "day"
    for day, words in ((moment(2010, 12, 31), "Due"), (moment(2011, 1, 1), "Missed")):
        today.now = day
        for who in ("sam", "dave"):
            page = opened(browser(who), "oversight:meetings", SERVICE)
            assert f"1 October 2010 to 31 December 2010 Quarterly review {words}" in page
            said = "none was held from 1 October 2010" in opened(browser(who), "oversight:contract", SERVICE)
            assert said == (words == "Missed")


@pytest.mark.row("ESX-PSA-4.2.1")
def test_an_action_stands_on_its_owners_page_until_it_is_done(
    agreement: Agreement, sam: Actor, browser: Browser, today: Today, world: World
) -> None:
    today.is_(2010, 12, 16, 17)
    dave = browser("dave")
    posted(dave, "oversight:meeting_new", SERVICE, series="quarterly_review", day="16/12/2010", papers="Figures")
    ref = Meeting.objects.get(agreement=agreement).ref
    came = [world.users["sam"].pk, world.users["dave"].pk, world.users["bob"].pk]
    posted(dave, "oversight:meeting_record", ref, people=came, decisions="Courses begin by March", revision=1)
    taken_on = {"text": "Agree the reading of 3.1", "owner": world.users["dave"].pk, "due_on": "14/1/2011"}
    gone = User.objects.create_user("gone@example.org", name="Gone Away", is_active=False)
    for user in (gone, world.users["fay"]):
        role = "service_manager" if user == gone else "safeguarding_lead"
        Grant.objects.get_or_create(user=user, role=role, reach="service", service=SERVICE)
    offered = dave.get(reverse("oversight:action_new", args=[ref]))
    assert options_of(offered, "owner")[1:] == ["Dave Amis", "Sam Otley"], (
        "those who keep meetings of the whole service"
    )
    form = dave.get(reverse("oversight:meeting_record", args=[ref])).content.decode()
    assert re.search(r'<input[^>]*type="hidden"[^>]*name="revision"', form), "nobody is asked for a version"
    second = {"text": "Ask the schools", "owner": world.users["sam"].pk, "due_on": "14/1/2011"}
    posted(browser("sam"), "oversight:action_new", ref, **second)
    other = Action.objects.get(meeting__ref=ref)
    posted(browser("sam"), "oversight:action_new", ref, **taken_on)
    for day, words in ((date(2011, 1, 14), "14 Jan 2011"), (date(2011, 1, 15), "14 Jan 2011 Overdue")):
        today.is_(day.year, day.month, day.day)
        assert f"Agree the reading of 3.1 {words}" in opened(dave, "oversight:contract", SERVICE)
    assert "2 actions of meetings are past the day agreed" in opened(dave, "oversight:contract", SERVICE)
    assert "Agree the reading of 3.1" not in opened(browser("sam"), "oversight:contract", SERVICE), "it is not hers"
    action = Action.objects.exclude(pk=other.pk).get(meeting__ref=ref)
    today.is_(2011, 1, 20)
    posted(dave, "oversight:meeting_new", SERVICE, series="quarterly_review", day="20/1/2011")
    later = Meeting.objects.exclude(ref=ref).get(agreement=agreement)
    at_another = reverse("oversight:action_done", args=[later.ref, action.pk])
    for answer in (dave.get(at_another), dave.post(at_another, {"outcome": "Not that meeting's"})):
        assert answer.status_code == 404, "it was taken on at another meeting"
    assert "Agree the reading of 3.1 Dave Amis 14 January 2011 Overdue" in opened(dave, "oversight:meeting", ref)
    assert "Agree the reading of 3.1" not in opened(dave, "oversight:meeting", later.ref)
    done = reverse("oversight:action_done", args=[ref, action.pk])
    assert dave.post(done, {"outcome": "Reading A agreed"}).status_code == 302
    assert "Agree the reading of 3.1" not in opened(dave, "oversight:contract", SERVICE)
    assert Task.objects.open().filter(origin_id=other.pk).exists(), "the other one is still to be done"
    assert "1 action of a meeting is past the day agreed" in opened(dave, "oversight:contract", SERVICE)
    told = {"text": action.text, "owner": world.users["dave"], "due_on": action.due_on, "at": today.now}
    assert meetings.agree_action(SYSTEM, action.meeting, **told).pk != action.pk, "agreed anew, it is to be done anew"
    for again in Action.objects.filter(meeting__ref=ref, done_at=None):
        meetings.finish(SYSTEM, again, outcome="Reading A agreed", at=today.now)
    action.refresh_from_db()
    assert (
        meetings.finish(SYSTEM, action, outcome="Reading A agreed", at=today.now + timedelta(days=1)).done_at
        == today.now
    )
    assert "Every action is done." in opened(dave, "oversight:meetings", SERVICE)
    assert "Dave Amis 14 January 2011 Reading A agreed, 20 January 2011" in opened(dave, "oversight:meeting", ref)
    assert dave.get(done).status_code == 404, "it is done"
    assert not Task.objects.open().filter(origin_id=action.pk).exists()


@pytest.mark.row("ESX-PSA-4.2.1")
def test_the_record_of_a_meeting_says_who_came_what_lay_there_what_was_decided_and_who_wrote_it(
    agreement: Agreement, world: World, browser: Browser, today: Today
) -> None:
    today.is_(2010, 12, 1)
    sam, dave = browser("sam"), browser("dave")
    told = {"series": "quarterly_review", "day": "16/12/2010", "place": "County Hall"}
    posted(sam, "oversight:meeting_new", SERVICE, **told, papers="Figures to November\nCase studies")
    ref = Meeting.objects.get(agreement=agreement).ref
    planned = opened(sam, "oversight:meeting", ref)
    assert "County Hall Arranged Sam Otley, 1 December 2010 Record written Not yet" in planned
    assert "Write the record" not in planned, "it has not been held"
    listed = opened(sam, "oversight:meetings", SERVICE)
    assert "31 December 2010 Quarterly review Planned 16 December 2010 no record yet" in listed
    others = "Iris Bell, Locality Parenting Coordinator"
    words = {"papers": "Figures to December", "decisions": "Courses begin\nSchools are asked", "note": "Snow."}
    early = turned_down(sam, "oversight:meeting_record", ref, **words, others=others, revision=1)
    assert "The meeting is on 16 December 2010" in early
    today.is_(2010, 12, 16, 17)
    assert "Write the record" in opened(sam, "oversight:meeting", ref), "on the day itself"
    assert "Say who came" in turned_down(sam, "oversight:meeting_record", ref, **words, revision=1)
    came = [world.users["sam"].pk, world.users["dave"].pk]
    posted(dave, "oversight:meeting_record", ref, people=came, others=others, **words, revision=1)
    page = opened(sam, "oversight:meeting", ref)
    assert "Record written Dave Amis, 16 December 2010" in page
    assert f"Present Dave Amis Sam Otley {others} Papers Figures to December What was decided Courses begin" in page
    assert "Schools are asked Other notes Snow." in page
    overtaken = turned_down(sam, "oversight:meeting_record", ref, others=others, decisions="Nothing", revision=1)
    assert "Somebody else saved this while you had it open" in overtaken
    assert "Courses begin" in overtaken, "theirs stands beside"
    assert "Schools are asked" in opened(sam, "oversight:meeting", ref), "what stood there stands"
    for name in ("alice", "erin"):
        for page_name, about in (("meeting", ref), ("meetings", SERVICE)):
            assert browser(name).get(reverse(f"oversight:{page_name}", args=[about])).status_code in (403, 404)
    today.is_(2011, 1, 1)
    listed = opened(sam, "oversight:meetings", SERVICE)
    assert "31 December 2010 Quarterly review Held 16 December 2010 1 January 2011 to" in listed
    assert "30 September 2010 Quarterly review Missed None" in listed
    early = {"text": "Too early", "owner": world.users["dave"].pk, "due_on": "15/12/2010"}
    assert "Choose a day after the meeting" in turned_down(sam, "oversight:action_new", ref, **early)
    for what, day in (("The second", "20/1/2011"), ("The first", "16/12/2010"), ("The third", "31/1/2011")):
        posted(sam, "oversight:action_new", ref, text=what, owner=world.users["dave"].pk, due_on=day)
    for page in (opened(sam, "oversight:meetings", SERVICE), opened(sam, "oversight:meeting", ref)):
        places = [page.index(what) for what in ("The first", "The second", "The third")]
        assert places == sorted(places), "by the day they are due"
        assert "The first Dave Amis 16 December 2010 Overdue" in page
        assert "20 January 2011 Overdue" not in page


@pytest.mark.row("ESX-PSA-4.2.1")
def test_a_quarter_with_nothing_called_is_told_of_four_weeks_before_it_ends(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    said = "Quarterly review: none has been called for the time to 31 December 2010."
    for day, is_told in (((2010, 12, 2), False), ((2010, 12, 3), True), ((2010, 12, 31), True), ((2011, 1, 1), False)):
        today.is_(*day)
        assert (said in opened(browser("sam"), "oversight:contract", SERVICE)) == is_told, day
    today.is_(2010, 12, 3)
    posted(browser("sam"), "oversight:meeting_new", SERVICE, series="quarterly_review", day="31/12/2010")
    assert said not in opened(browser("sam"), "oversight:contract", SERVICE), "called for the last day"
    before = turned_down(browser("sam"), "oversight:meeting_new", SERVICE, series="quarterly_review", day="31/3/2010")
    assert "The agreement began on 1 April 2010" in before
    posted(browser("sam"), "oversight:meeting_new", SERVICE, series="quarterly_review", day="1/4/2010")


# --- 4.2.2 Samples ---


def _sessions(number: int) -> None:
    """So many casework sessions between October and December, on eight cases."""
    worker = User.objects.get(email="alice@example.org")
    cases = []
    for place in range(8):
        case = Case(
            ref=f"C-SAMP{place:02d}",
            service=SERVICE,
            family=household(f"Reed{place}").family,
            home_area_id=area_key(SERVICE, "tendring"),
            opened_at=moment(2010, 9, 1),
            recorded_at=AT,
        )
        case.scope = Scope.of(service=SERVICE)
        case.save()
        cases.append(case)
    first = moment(2010, 10, 1, 9)
    rows = []
    for place in range(number):
        case = cases[place % 8]
        row = Contact(
            service=SERVICE,
            case=case,
            family=case.family,
            kind="casework_session",
            happened_at=first + timedelta(hours=4 * place),
            minutes=60,
            counts_as_session=True,
            worker=worker,
            recorded_at=AT,
        )
        row.scope = case.scope
        rows.append(row)
    Contact.objects.bulk_create(rows)


ASKED: dict[str, Any] = {
    "population": "session",
    "period_from": date(2010, 10, 1),
    "period_to": date(2010, 12, 29),
    "size": 12,
    "seed": 20101001,
}


@pytest.mark.row("ESX-PSA-4.2.2")
def test_twelve_of_480_sessions_drawn_twice_are_the_same_twelve(
    agreement: Agreement, sam: Actor, dave: Actor, world: World, browser: Browser
) -> None:
    _sessions(480)
    form = browser("sam").get(reverse("oversight:sample_new", args=[SERVICE])).content.decode()
    assert re.search(r'<input[^>]*name="size"[^>]*value="12"', form), "twelve, unless another number is typed"
    first = quality.draw(dave, agreement, **ASKED, at=AT)
    assert (first.population_size, first.seed, first.size) == (480, 20101001, 12)
    keys = [one.item.key for one in items_of(first)]
    assert len(set(keys)) == 12
    assert quality.draw(sam, agreement, **ASKED, at=AT) == first, "the same draw again is the one that stands"
    again = quality.draw(sam, agreement, **ASKED, reason="To show that it can be repeated", at=AT)
    assert again != first
    assert [one.item.key for one in items_of(again)] == keys
    assert again.population_hash == first.population_hash
    others = quality.draw(sam, agreement, **{**ASKED, "seed": 20101002}, reason="To compare", at=AT)
    drawn = [one.item.key for one in items_of(others)]
    assert len(set(drawn)) == 12
    assert set(drawn) != set(keys), "another seed draws others"
    in_order = sorted(
        f"{ref}/{at:%Y-%m-%dT%H:%M}" for ref, at in Contact.objects.values_list("case__ref", "happened_at")
    )
    by_day = sorted(in_order, key=lambda key: key.rsplit("/")[1])
    for order in (in_order, by_day):
        assert set(keys) not in (set(order[:12]), set(order[-12:])), "by chance, not the first or last of a list"
    again = quality.draw(sam, agreement, **ASKED, reason="Back to the first", at=AT)
    assert [one.item.key for one in items_of(again)] == keys

    with pytest.raises(Refused, match="Say why"):
        quality.draw(sam, agreement, **{**ASKED, "seed": 7}, at=AT)
    with pytest.raises(Refused):
        quality.set_aside(sam, again, reason="  ", at=AT)
    for model in (Sample, Item):
        with (
            pytest.raises(ProgrammingError, match="Cannot delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - a table of ours
    first.refresh_from_db()
    assert (first.set_aside_reason, Sample.objects.filter(agreement=agreement).count()) == (
        "To show that it can be repeated",
        4,
    )

    lines = rows_of(browser("sam").get(reverse("oversight:samples", args=[SERVICE])), "samples")
    refs = Sample.objects.filter(agreement=agreement).order_by("-drawn_at").values_list("ref", flat=True)
    assert {line.split()[0] for line in lines} == set(refs), "every draw stays for all to read"
    assert sum("Valid" in line for line in lines) == 1
    assert sum("Set aside: To compare" in line for line in lines) == 1
    assert all("12 of 480" in line for line in lines)
    sheet = opened(browser("sam"), "oversight:sample", again.ref)
    assert f"Drawn in the place of {others.ref}" in sheet
    for words in ("Casework sessions, everywhere", "12 of 480", "Seed 20101001", "by Sam Otley"):
        assert words in sheet
    assert f"by Sam Otley: {others.set_aside_reason or 'Back to the first'}" in opened(
        browser("sam"), "oversight:sample", others.ref
    )

    audrey = _assurer()
    client = Client()
    client.force_login(audrey)
    assert f"{again.ref} " in opened(client, "oversight:audits")
    assert first.ref not in opened(client, "oversight:audits"), "it was set aside"
    assert client.get(reverse("oversight:audit", args=[first.ref])).status_code == 404
    for one in items_of(again):
        where = reverse("oversight:audit_item", args=[again.ref, one.item.pk])
        form = client.get(where).content.decode()
        assert "What did you find" in form
    answer = client.post(
        where, {"grade": "to_improve", "note": "No aim noted.", "lesson": "Write the aim.", "revision": 0}
    )
    assert answer.status_code == 302
    results = results_of(items_of(again))
    assert (results.drawn, results.looked_at, results.lessons) == (12, 1, ("Write the aim.",))
    shown = browser("dave").get(reverse("oversight:sample", args=[again.ref])).content.decode()
    assert "Write the aim." in shown
    assert "No aim noted." not in shown
    assert "C-SAMP" not in shown, "results without persons"


def _assurer() -> User:
    user = User.objects.create_user("audrey@example.org", name="Audrey Finch")
    Grant.objects.create(user=user, role="quality_assurer", reach="service", service=SERVICE)
    return user


@pytest.mark.row("ESX-PSA-4.2.2")
def test_what_was_drawn_may_be_read_for_42_days_by_an_assurer_alone(
    agreement: Agreement, browser: Browser, today: Today
) -> None:
    _sessions(20)
    told = {"population": "session", "period_from": "1/10/2010", "period_to": "29/12/2010", "seed": "7"}
    posted(browser("sam"), "oversight:sample_new", SERVICE, **told, size="2", area="north_east")
    sample = Sample.objects.get(agreement=agreement)
    client = Client()
    client.force_login(_assurer())
    one, other = (looked.item for looked in items_of(sample))
    pages = [
        reverse("oversight:audit", args=[sample.ref]),
        *(reverse("oversight:audit_item", args=[sample.ref, item.pk]) for item in (one, other)),
    ]
    for name in ("sam", "dave", "alice"):
        assert {browser(name).get(page).status_code for page in pages} <= {403, 404}, name
    left = f"Sample {sample.ref}: 2 of 2 not read. It is open until 11 February 2011."
    today.is_(2011, 2, 11)
    assert "11 February 2011" in opened(client, "oversight:audits")
    assert left in opened(browser("sam"), "oversight:contract", SERVICE)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200], "on the last of 42 days"
    for item in (one, other):
        family = Contact.objects.get(pk=item.record_id).family_id
        assert View.objects.filter(subject_kind="family", subject_ids__contains=[family]).exists(), "it was looked at"
    graded = {"grade": "good", "note": "Aims are clear.", "lesson": "", "revision": 0}
    named = client.post(pages[1], graded | {"lesson": "Praise Reed0 of CO15 4JX."})
    assert "The council reads the lesson, so it must name nobody" in named.content.decode()
    assert "Not read yet" in opened(client, "oversight:audit", sample.ref)
    answer = client.post(pages[1], graded)
    assert answer.status_code == 302, answer.content.decode()
    finding = results_of(items_of(sample))
    assert (finding.drawn, finding.looked_at, dict(finding.grades)["Good practice"]) == (2, 1, 1)
    assert f"Sample {sample.ref}: 1 of 2 not read" in opened(browser("sam"), "oversight:contract", SERVICE)
    today.is_(2011, 2, 12)
    assert sample.ref not in opened(client, "oversight:audits")
    assert [client.get(page).status_code for page in pages] == [404, 404, 404], "on the day after"
    assert "not read" not in opened(browser("sam"), "oversight:contract", SERVICE)
    assert "Open to the assurer No longer" in opened(browser("sam"), "oversight:sample", sample.ref)
    with pytest.raises(Refused, match="could be looked at until 11 February 2011"):
        quality.record_finding(SYSTEM, other, grade="good", note="Late", at=today.now)


@pytest.mark.row("ESX-PSA-4.2.2")
def test_sessions_cases_and_groups_of_the_period_and_the_quadrant_alone_may_be_drawn(
    agreement: Agreement, sam: Actor, world: World
) -> None:
    first, last = date(2010, 10, 1), date(2010, 12, 29)

    def drawn(population: str, quadrant: str = "", size: int = 500) -> set[str]:
        asked = {
            "period_from": first,
            "period_to": last,
            "area": Area.objects.filter(scheme=SERVICE, code=quadrant).first(),
        }
        made = quality.draw(
            sam, agreement, population=population, **asked, size=size, seed=1, reason="Another part", at=AT
        )
        return {one.item.key for one in items_of(made)}

    alice, cases = world.actor("alice"), {}
    for name, opened_on, locality in (
        ("Inside", moment(2010, 9, 1), "tendring"),
        ("Over", moment(2010, 6, 1), "tendring"),
        ("West", moment(2010, 9, 1), "harlow_fields"),
    ):
        case = allocated(world, home=household(name), at=opened_on)
        Case.objects.filter(pk=case.pk).update(home_area_id=area_key(SERVICE, locality))
        cases[name] = case.ref
    Case.objects.filter(ref=cases["Over"]).update(closed_at=moment(2010, 9, 30, 23), closure_reason="needs_met")
    inside = Case.objects.get(ref=cases["Inside"])
    for day, kind, came in (
        (moment(2010, 9, 30, 23), "casework_session", True),
        (moment(2010, 10, 1, 0), "casework_session", True),
        (moment(2010, 12, 29, 23), "casework_session", True),
        (moment(2010, 12, 30, 0), "casework_session", True),
        (moment(2010, 11, 1), "phone_call", True),
        (moment(2010, 11, 2), "casework_session", False),
    ):
        casework.record_contact(alice, inside, kind=kind, happened_at=day, minutes=30, attended=came, at=AT)
    assert drawn("session") == {f"{inside.ref}/2010-10-01T00:00", f"{inside.ref}/2010-12-29T23:00"}
    assert drawn("case") == {cases["Inside"], cases["West"]}
    assert drawn("case", "north_east") == {cases["Inside"]}
    assert drawn("case", "west") == {cases["West"]}
    with pytest.raises(Refused, match="nothing to draw from"):
        drawn("session", "west")
    with pytest.raises(Refused, match="nothing to draw from"):
        drawn("group_run")
    with pytest.raises(Refused, match="Draw at least one"):
        drawn("case", size=0)
    run = agreed_run(world)
    (session,) = groups.plan_sessions(SYSTEM, run, starts=[moment(2010, 11, 2)], minutes=60, at=AT)
    agreed_run(world, area="chelmer")
    groups.mark(SYSTEM, session, present={}, at=moment(2010, 11, 2, 12))
    assert drawn("group_run") == {run.ref}, "a group without a session held is no activity"
