"""Essex Parent Support Advisors: who goes first, and by which criteria. Values as the register gives them, on the pages."""

import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.agreements.contracts.queries import rules
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.history.models import View
from fingerpost.ground.tasks.models import Task
from fingerpost.language.read import read_folder
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.circumstances.models import Circumstance
from fingerpost.people.families import commands as families
from fingerpost.work.casework import commands as casework
from fingerpost.work.referrals import priority, replies
from fingerpost.work.referrals.models import Request
from tests.fixtures.attendance import load_attendance, load_exclusions
from tests.fixtures.browsing import Browser, Today, heads_of, plain, searched
from tests.fixtures.cases import accepted, allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.neighbour import NEIGHBOUR
from tests.fixtures.referrals import assessed, decided, received
from tests.fixtures.world import CONTRACT, SERVICE, World, moment

RAISED = moment(2010, 11, 12, 15, 10)


@pytest.fixture
def now(today: Today) -> Callable[[datetime], None]:
    """Sets what time it is: `now(moment(…))`."""

    def set_to(at: datetime) -> None:
        today.now = at

    set_to(RAISED)
    return set_to


def plain_rows(answer: Any) -> list[str]:
    """The rows of every table of a page."""
    rows = re.findall(r"<tr.*?</tr>", answer.content.decode(), flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


# 2.7, second printing: groups of the county's plan first

PLAN = "Essex Children and Young People&#39;s Plan"


@pytest.mark.row("ESX-PSA-2.7b")
def test_of_two_that_wait_equally_long_the_young_carer_goes_first_and_the_page_says_why(
    world: World, browser: Browser, now: Callable[[datetime], None]
) -> None:
    at = moment(2010, 11, 8)
    adams, zane = household("Adams"), household("Zane", children=("Mia",))
    for home, ref in ((adams, "R-000000"), (zane, "R-ZZZZZZ")):
        request = received(home, world.actor("erin"), at=at)
        Request.objects.filter(pk=request.pk).update(ref=ref)  # nothing else decides, so who would be last is fixed
    alice, bob = browser("alice"), browser("bob")
    before = bob.get("/requests").content.decode()
    assert "Goes first" not in before
    assert before.index("Adams family") < before.index("Zane family"), "the young carer would be last"
    address = f"/families/{zane.family.ref}/groups/{zane.child.pk}"
    assert PLAN in alice.get(address).content.decode()
    assert "1 April 2010" in alice.get(address).content.decode()
    assert alice.post(address, {"belongs_to": ["young_carer"], "source": "Mother"}).status_code == 302
    page = bob.get("/requests").content.decode()
    assert page.index("Zane family") < page.index("Adams family")
    assert "Priority group: Young carer." in page
    assert "By date received" in page
    last_first = bob.get("/requests?sort=-place").content.decode()
    assert last_first.index("Zane family") > last_first.index("Adams family")

    # A parent counts as a child does, several at once; and what is no longer true sends the family back.
    parent = f"/families/{adams.family.ref}/groups/{adams.parent.pk}"
    alice.post(parent, {"belongs_to": ["teenage_parent", "domestic_abuse"]})
    assert "Priority group: Domestic abuse at home, Teenage parent." in bob.get("/requests").content.decode()
    for belongs_to in ([], ["teenage_parent"]):  # no longer, and then again
        alice.post(parent, {"belongs_to": belongs_to})
        assert ("Priority group: Teenage parent." in bob.get("/requests").content.decode()) == bool(belongs_to)
    alice.post(parent, {"belongs_to": []})
    page = bob.get("/requests").content.decode()
    assert page.index("Zane family") < page.index("Adams family")
    refused = alice.post(parent, {"belongs_to": ["tall_people"]})
    assert refused.status_code == 200
    assert "Choose one of the answers" in refused.content.decode()


@pytest.mark.row("ESX-PSA-2.7b")
def test_the_waiting_list_says_place_reason_and_next_step_and_can_be_narrowed(
    world: World, browser: Browser, now: Callable[[datetime], None], sam: Actor
) -> None:
    bob, alice = browser("bob"), browser("alice")
    young = household("Young", children=("Mia",))
    taken = accepted(household("Taken", children=("Tim",)), moment(2010, 11, 2))
    undecided = received(household("Late", children=("Lea",)), world.actor("erin"), at=moment(2010, 11, 10))
    first = received(young, world.actor("erin"), at=moment(2010, 11, 11), vulnerable_groups=["young_carer"])
    goes_first = f"{first.ref} 1 Young family Priority group: Young carer. Tendring 11 Nov 2010 1 A decision"
    in_turn = f"{undecided.ref} 3 Late family By date received Tendring 10 Nov 2010 2 A decision"
    to_allocate = f"{taken.ref} 2 Taken family By date received Tendring 2 Nov 2010 10"
    mine = [goes_first, f"{to_allocate} Choose a worker for Taken family", in_turn]
    assert plain_rows(bob.get("/requests"))[1:] == mine
    assert plain_rows(alice.get("/requests"))[1:] == [goes_first, f"{to_allocate} A worker", in_turn]
    for narrowed, rows in (
        ("priority=yes", mine[:1]),
        ("priority=no", mine[1:]),
        ("waiting-for=A+worker", mine[1:2]),
        ("waiting-for=A+decision", [mine[0], mine[2]]),
        ("area=tendring", mine),
        ("sort=family", [mine[2], mine[1], mine[0]]),
        ("sort=received", [mine[1], mine[2], mine[0]]),
    ):
        assert plain_rows(bob.get(f"/requests?{narrowed}"))[1:] == rows, narrowed
    page = bob.get("/requests")
    assert heads_of(page, "request") == {
        "Request": "", "Place": "sorts number", "Family": "sorts", "Priority": "", "Home area": "sorts",
        "Received": "sorts", "Days waiting": "sorts number", "Waiting for": "sorts",
    }  # fmt: skip
    assert searched(bob, bob.get("/requests?priority=no"), "taken", "request") == [mine[1]]
    areas = re.search(r'<select[^>]*name="area".*?</select>', page.content.decode(), flags=re.DOTALL)
    assert areas
    assert plain(areas[0]) == "All Tendring", "where somebody waits, and nowhere else"
    received(household("Far", locality="colchester"), world.actor("alice"), at=moment(2010, 11, 3))
    assert "Far family" not in alice.get("/requests").content.decode(), "she referred a family that is not hers to meet"
    assert "Young family" not in browser("carol").get("/requests").content.decode()
    for who in ("dave", "erin", "gita"):
        assert browser(who).get("/requests").status_code == 403, who


@pytest.mark.row("ESX-PSA-2.7b")
def test_what_is_true_of_whom_since_when_and_who_said_so(
    world: World, browser: Browser, now: Callable[[datetime], None], sam: Actor
) -> None:
    alice, home, other = world.actor("alice"), household("Adams"), household("Other", children=("Mia",))
    waits = received(home, world.actor("erin"), at=moment(2010, 11, 8))
    beside = received(other, world.actor("erin"), at=moment(2010, 11, 8))
    note = {"service": SERVICE, "person": home.child}
    priority.note_groups(alice, home.family, groups=["young_carer"], source=" Mother ", at=RAISED, **note)
    fact = Circumstance.objects.get(person=home.child)
    assert (fact.value, fact.is_true, fact.since, fact.until, fact.source) == (
        "young_carer",
        True,
        RAISED.date(),
        None,
        "Mother",
    )
    assert fact.scope_keys == home.child.scope_keys, (
        "whoever may see the child may see what is true of them, and nobody else"
    )
    with pytest.raises(Refused) as refusal:
        priority.note_groups(alice, home.family, groups=["young_carer"], source="Mother", at=RAISED, **note)
    assert refusal.value.field == "source"
    with pytest.raises(Refused, match="does not belong to this family"):
        priority.note_groups(alice, other.family, groups=[], at=RAISED, **note)
    page = f"/families/{home.family.ref}/groups/{other.child.pk}"
    assert browser("alice").get(page).status_code == 404, "somebody of another family"
    own = browser("alice").get(f"/families/{home.family.ref}/groups/{home.child.pk}").content.decode()
    assert re.search(r'value="young_carer"[^>]*checked', own), "what stands is ticked"
    assert own.count(" checked") == 1
    mother = note | {"person": home.parent}
    priority.note_groups(alice, home.family, groups=["teenage_parent"], at=RAISED, **mother)
    priority.note_groups(alice, home.family, groups=["disabled_child"], at=RAISED + timedelta(days=3), **note)
    for request in (waits, beside):
        request.refresh_from_db()
    assert waits.vulnerable_groups == ["disabled_child", "teenage_parent"]
    assert beside.vulnerable_groups == [], "another family's request keeps its place"
    fact.refresh_from_db()
    assert fact.until == (RAISED + timedelta(days=3)).date()
    assert Circumstance.objects.get(person=home.parent).until is None, "what is true of the mother still is"
    families.leave(SYSTEM, home.family, person=home.parent, on=date(2010, 11, 14), at=RAISED + timedelta(days=4))
    with pytest.raises(Refused, match="does not belong to this family"):
        priority.note_groups(alice, home.family, groups=[], at=RAISED + timedelta(days=4), **mother)


@pytest.mark.row("ESX-PSA-2.7b")
def test_a_group_is_noted_of_each_by_itself_and_only_what_is_true_counts(
    world: World, browser: Browser, now: Callable[[datetime], None]
) -> None:
    alice, at, home, other = world.actor("alice"), moment(2010, 11, 8), household("Adams"), household("Other")
    waits = received(home, world.actor("erin"), at=at)
    twin = Request.objects.get(pk=waits.pk)
    twin.pk, twin.ref, twin.service = uuid.uuid4(), "R-TWIN00", NEIGHBOUR
    twin.save(force_insert=True)
    circumstances.record(SYSTEM, home.child, kind="another_list", value="young_carer", at=at)
    circumstances.record(SYSTEM, home.child, kind="vulnerable_group", value="young_carer", is_true=False, at=at)
    circumstances.record(SYSTEM, home.child, kind="vulnerable_group", value="disabled_child", at=at)  # since whenever
    families.join(SYSTEM, home.family, person=other.parent, part="parent", at=at)
    families.leave(SYSTEM, home.family, person=other.parent, on=at.date(), at=at)

    def noted(of: Any, person: Any, *groups: str, **more: Any) -> list[str]:
        return priority.note_groups(alice, of.family, service=SERVICE, person=person, groups=groups, at=RAISED, **more)

    assert noted(other, other.child, "young_carer", source="School") == ["young_carer"]
    noted(other, other.parent, "teenage_parent")
    assert noted(home, home.child, "young_carer", "disabled_child") == ["disabled_child", "young_carer"]
    assert noted(home, home.child, "young_carer", "disabled_child") == ["disabled_child", "young_carer"], "nothing new"
    for home_of in (home, other):
        facts = Circumstance.objects.filter(
            person=home_of.child, kind="vulnerable_group", value="young_carer", is_true=True, until=None
        )
        assert facts.count() == 1, home_of
    waits.refresh_from_db()
    twin.refresh_from_db()
    assert waits.vulnerable_groups == ["disabled_child", "young_carer"], "hers, and not of who has left the family"
    assert twin.vulnerable_groups == [], "another service has its own line"
    assert noted(home, home.child, "young_carer") == ["young_carer"]
    fact = Circumstance.objects.get(person=home.child, value="disabled_child")
    assert (fact.since, fact.until) == (None, RAISED.date())
    page = browser("alice").get(f"/families/{home.family.ref}/groups/{home.child.pk}").content.decode()
    assert re.findall(r'value="([a-z_]*)"[^>]*checked', page) == ["young_carer"]


@pytest.mark.row("ESX-PSA-2.7b")
def test_reach_is_reported_by_group(world: World, browser: Browser, now: Callable[[datetime], None]) -> None:
    case = allocated(world, at=moment(2010, 6, 15, 9), vulnerable_groups=["young_carer"])
    waiting = household("Zane", children=("Mia",))
    received(waiting, world.actor("erin"), at=moment(2010, 11, 8), vulnerable_groups=["young_carer", "disabled_child"])
    received(household("Other"), world.actor("erin"), at=moment(2010, 11, 8))
    assert case.worker_id
    for who in ("bob", "sam"):
        page = " ".join(re.sub(r"<[^>]+>", " ", browser(who).get("/reach").content.decode()).split())
        assert re.search(r"Young carer 2 1 1 1 ", page), who
        assert re.search(r"Disabled child 1 0 0 1 ", page), who
        assert re.search(r"Teenage parent 0 0 0 0 ", page), who
    for who in ("alice", "dave", "erin"):
        assert browser(who).get("/reach").status_code == 403


# 2.8, second printing: clear criteria

QUOTED = "criterion 2.4: attendance 94 %, no exclusion; criteria version 2 of 1 September 2010"


@pytest.fixture
def second_version(world: World) -> None:
    """Criteria version 2, in force from 1 September 2010."""
    sources = read_folder(CONTRACT)
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("version: 1", "version: 2")
    contracts.adopt(
        Actor.system("Set-up"), PLATFORM, sources=sources, in_force_from=date(2010, 9, 1), at=moment(2010, 8, 25)
    )


@pytest.mark.row("ESX-PSA-2.8b")
def test_a_refusal_quotes_the_criterion_and_its_version_to_the_school(
    world: World, browser: Browser, now: Callable[[datetime], None], second_version: None, sam: Actor
) -> None:
    on, at = date(2010, 11, 8), moment(2010, 11, 8)
    home = household()
    load_exclusions(sam, complete_to=on, at=at)
    possible, attended = [8] * 10 + [10, 10], [7] * 6 + [8] * 4 + [10, 10]  # 94 of 100 sessions
    load_attendance(sam, home.child, attended, possible=possible, before=on, at=at)
    assessed(home, world.actor("alice"), on=date(2010, 10, 4), at=at)
    request = received(home, world.actor("erin"), at=at, school=world.schools["8815001"], referrer_name="Erin Bolt")
    bob, erin = browser("bob"), browser("erin")
    assert bob.post(f"/requests/{request.ref}/decide").status_code == 302
    request.refresh_from_db()
    assert request.outcome == "refused"
    assert request.decision.decided_by_id == world.users["bob"].pk
    assert request.decision.version.number == 2
    assert {r["criterion"]: r["answer"] for r in request.decision.reasons} == {
        "attendance": "no",
        "forecast": "no",
        "exclusion": "no",
        "assessment": "yes",
    }
    page = bob.get(f"/requests/{request.ref}").content.decode()
    assert QUOTED in page
    assert "by Bob Lennox" in page

    # The letter to the school quotes it; the school sees it once it was sent.
    letter = bob.get(f"/requests/{request.ref}/reply").content.decode()
    assert QUOTED in letter
    assert "Quay Primary School" in letter
    assert QUOTED in erin.get("/my-referrals").content.decode()
    assert "Thank you for asking us" not in erin.get(f"/refer/reply/{request.ref}").content.decode()
    sent = {"sent_on": "12/11/2010", "method": "post", "recipient": "Erin Bolt, Quay Primary School"}
    assert bob.post(f"/requests/{request.ref}/reply", sent).status_code == 302
    seen = erin.get(f"/refer/reply/{request.ref}").content.decode()
    assert QUOTED in seen
    assert "Thank you for asking us" in seen
    looks = View.objects.filter(actor_id=world.users["erin"].pk, subject_kind="family")
    assert looks.filter(subject_ids__contains=[home.family.pk]).exists(), "that she looked is written down"
    assert browser("carol").get(f"/requests/{request.ref}/reply").status_code == 404
    assert not Task.objects.open().filter(service=SERVICE, kind="reply_to_referrer").exists()


@pytest.mark.row("ESX-PSA-2.8b")
def test_a_letter_goes_once_it_was_decided_and_not_before_and_never_to_another(
    world: World, browser: Browser, now: Callable[[datetime], None], sam: Actor
) -> None:
    at = moment(2010, 11, 8)
    requests = []
    for name in ("Field", "Other"):
        home = household(name)
        load_exclusions(sam, complete_to=at.date(), at=at)
        load_attendance(sam, home.child, [10] * 12, before=at.date(), at=at)
        assessed(home, world.actor("alice"), on=date(2010, 10, 4), at=at)
        made = received(
            home, world.actor("erin" if name == "Field" else "alice"), at=at, school=world.schools["8815001"]
        )
        requests.append(decided(made, world.actor("bob"), at=at))
    bob, (request, other) = browser("bob"), requests
    sent = {"method": "post", "recipient": "Quay Primary School"}
    address = f"/requests/{request.ref}/reply"
    for day, words in (
        ("7/11/2010", "The letter cannot be sent before it was decided"),
        ("13/11/2010", "must be on or before 12 November 2010"),
    ):
        assert words in plain(bob.post(address, sent | {"sent_on": day}).content.decode()), day
    assert bob.post(address, sent | {"sent_on": "8/11/2010"}).status_code == 302
    (task,) = Task.objects.open().filter(service=SERVICE, kind="reply_to_referrer")
    assert task.origin_id == replies.letters_of(other)[0].pk, "the other letter is still to be sent"
    mine = browser("erin").get("/my-referrals").content.decode()
    assert request.ref in mine
    assert other.ref not in mine, "Alice referred that family"
    assert browser("erin").get(f"/refer/reply/{other.ref}").status_code == 404
    with pytest.raises(Refused, match="another request"):
        replies.record_reply_sent(
            world.actor("bob"),
            request,
            message=replies.letters_of(other)[0],
            sent_on=at.date(),
            method="post",
            at=RAISED,
        )


@pytest.mark.row("ESX-PSA-2.8b")
def test_whoever_referred_reads_how_far_it_has_come(
    world: World, browser: Browser, now: Callable[[datetime], None], sam: Actor
) -> None:
    at, erin = moment(2010, 11, 8), browser("erin")
    home = household()
    load_exclusions(sam, complete_to=at.date(), at=at)
    load_attendance(sam, home.child, [*([10] * 6), *([7] * 6)], before=at.date(), at=at)
    request = received(home, world.actor("erin"), at=at)

    def reads() -> str:
        listed = [row for row in plain_rows(erin.get("/my-referrals")) if request.ref in row]
        assert len(listed) == 1
        assert listed[0].startswith(f"{request.ref} Field family 8 Nov 2010 ")
        return listed[0].removeprefix(f"{request.ref} Field family 8 Nov 2010 ")

    assert reads() == "New We have it and will look at it soon."
    decided(request, world.actor("bob"), at=at)
    assert "We are awaiting assessment." in reads()
    assessed(home, world.actor("alice"), on=at.date(), at=at)
    decided(request, world.actor("bob"), at=at)
    assert "Accepted We can help. We are choosing who will work with the family." in reads()
    casework.allocate(world.actor("bob"), request, worker=world.users["alice"], at=at)
    assert "Open Somebody is working with the family." in reads()
    later = received(household("Zimmer"), world.actor("erin"), at=at + timedelta(hours=2))
    listed = erin.get("/my-referrals")
    heads = {"Reference": "", "Family": "sorts", "Sent": "sorts", "Status": "sorts", "What it means": ""}
    assert heads_of(listed, "referral") == heads
    for order, refs in (("", [later.ref, request.ref]), ("?sort=sent", [request.ref, later.ref])):
        assert [row.split()[0] for row in plain_rows(erin.get(f"/my-referrals{order}"))[1:]] == refs, order
    for number in range(4):
        received(household(f"Many{number}"), world.actor("erin"), at=at)
    assert [row.split()[0] for row in searched(erin, erin.get("/my-referrals"), "zimmer", "referral")] == [later.ref]
    assert request.ref not in browser("alice").get("/my-referrals").content.decode(), "it was not she who referred"
    Request.objects.filter(pk=request.pk).update(restricted=True)
    assert "Somebody is working with the family" not in reads(), "of a restricted family nothing more is told"


@pytest.mark.row("ESX-PSA-2.8b")
def test_the_criteria_say_whether_their_readings_are_agreed_and_from_when_they_hold(
    world: World, now: Callable[[datetime], None], dave: Actor
) -> None:
    nobody, not_yet = Client(), "The council has not yet said which one it wants."
    agreement = Agreement.objects.get(key=SERVICE)
    asked = [one for one in rules(SERVICE, RAISED.date()).contract.questions if one.split(".")[0] == "casework"]
    assert asked
    for question in asked:
        assert not_yet in nobody.get(f"/criteria/{SERVICE}").content.decode(), question
        contracts.agree_reading(
            dave, agreement, question=question, letter="A", in_force_from=date(2010, 11, 1), at=moment(2010, 11, 1)
        )
    page = nobody.get(f"/criteria/{SERVICE}").content.decode()
    assert not_yet not in page, "what figures are asked otherwise does not matter here"
    assert "These rules are old" not in page
    now(moment(2010, 3, 31))
    assert "Parent Support Advisors" not in nobody.get("/criteria").content.decode(), "it has not begun"
    now(moment(2010, 4, 1))
    assert "Parent Support Advisors" in nobody.get("/criteria").content.decode()


@pytest.mark.row("ESX-PSA-2.8b")
def test_anybody_may_read_the_criteria_and_those_before(
    world: World, now: Callable[[datetime], None], second_version: None
) -> None:
    nobody = Client()
    assert "Extended Services Parent Support Advisors" in nobody.get("/criteria").content.decode()
    page = nobody.get(f"/criteria/{SERVICE}").content.decode()
    for words in (
        "at least 80 % and at most 90 % of the time",
        "1 September 2010",
        "Young carer",
        PLAN,
        "Version 1 of 1 April 2010",
    ):
        assert words in page
    sources = Version.objects.get(agreement__key=NEIGHBOUR).sources
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("version: 1", "version: 2")
    contracts.adopt(
        Actor.system("Set-up"), PLATFORM, sources=sources, in_force_from=date(2010, 10, 1), at=moment(2010, 9, 25)
    )
    assert "1 October 2010" not in nobody.get(f"/criteria/{SERVICE}").content.decode(), "that is another service's"
    for day, is_second in ((date(2010, 8, 31), False), (date(2010, 9, 1), True)):
        now(moment(day.year, day.month, day.day))
        page = nobody.get(f"/criteria/{SERVICE}").content.decode()
        assert ("Version 1 of 1 April 2010" in page) == is_second, day
        assert "not in force yet" not in page
    now(RAISED)
    earlier = nobody.get(f"/criteria/{SERVICE}/1").content.decode()
    assert "These rules are old" in earlier
    assert nobody.get(f"/criteria/{SERVICE}/7").status_code == 404
    assert nobody.get("/criteria/nobodys").status_code == 404
