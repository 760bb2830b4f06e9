"""A referral of somebody known touches nobody before their own team has said so, and its sender cannot tell."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.ground.places import commands as places
from fingerpost.ground.tasks.models import Task
from fingerpost.people.families import writing
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Address, Family, Membership, Person, PersonCheck, Relationship
from fingerpost.people.schooling.models import Enrolment
from fingerpost.work.referrals import restricting
from fingerpost.work.referrals.models import Referral, Request
from tests.fixtures.browsing import Browser, Today, opened, posted, told, turned_down, words_of
from tests.fixtures.families import Household, household
from tests.fixtures.world import SERVICE, World, moment

UPN = upn_with_check_letter("881500100077")
SYSTEM = Actor.system("Set-up")
JOE = {
    "children": "1",
    "step": "send",
    "child_1_first_name": "Joe",
    "child_1_last_name": "Ash",
    "child_1_born_on": "4/5/2001",
    "child_1_upn": UPN,
    "parent_first_name": "Tom",
    "parent_last_name": "Rook",
    "phone": "01206 111222",
    "address": "9 Hill",
    "postcode": "CO1 1AA",
    "area": "colchester",
    "source": "school",
    "school": "8815002",
    "referrer_name": "Erin Bolt",
    "referrer_contact": "office@example.org",
    "reason": "Joe has missed many mornings.",
    "has_caf": "no",
    "parent_agrees": "on",
    "may_tell_school": "yes",
}


@pytest.fixture(autouse=True)
def in_september(today: Today) -> None:
    today.is_(2010, 9, 15)


@pytest.fixture
def ashes(world: World) -> Household:
    """Ann Ash and her son Joe, of Tendring."""
    places.place_postcodes(SYSTEM, PLATFORM, service=SERVICE, areas={"CO15 4JX": "tendring"}, at=moment(2010, 4, 6))
    home = household("Ash", children=["Joe"], born_on=date(2001, 5, 4))
    give_number(home.child, UPN)
    return home


def give_number(person: Person, number: str) -> None:
    writing.save_identifiers([writing.identifier(person, "upn", number, at=moment(2010, 4, 6))])


def restrict(world: World, home: Household) -> None:
    restricting.restrict(
        world.actor("fay"), home.family, service=SERVICE, reason="Refuge from the father", protects_address=True,
        at=moment(2010, 9, 1),
    )  # fmt: skip


def state_of(home: Household) -> dict[str, Any]:
    """All that an outsider's word might move."""
    home.family.refresh_from_db()
    return {
        "family": (home.family.scope_keys, home.family.restricted, home.family.name),
        "members": sorted(map(str, Membership.objects.filter(family=home.family).values_list("person_id", "until"))),
        "people": sorted(map(str, Person.objects.values_list("id", "scope_keys", "restricted", "phone"))),
        "homes": sorted(map(str, Address.objects.values_list("person_id", "lines", "until"))),
        "rolls": sorted(map(str, Enrolment.objects.values_list("person_id", "school_id", "until"))),
        "ties": sorted(map(str, Relationship.objects.values_list("person_id", "kind", "other_id"))),
    }


def sent(client: Client, **changed: str) -> str:
    """The referral sent. Returns its reference."""
    answer = posted(client, "partners:refer", **(JOE | changed))
    return answer["Location"].rsplit("/", 1)[-1]


@pytest.mark.case("A1")
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"parent_first_name": "Pat", "parent_last_name": "Ash"},  # the mother by name, elsewhere
        {"child_1_upn": "", "postcode": "CO15 4JX", "area": ""},
        {"child_1_first_name": "Joseph"},
        {"child_1_first_name": "Ash", "child_1_last_name": "Joe", "child_1_upn": ""},
    ],
)
def test_nothing_moves_on_an_outsiders_word(
    world: World, browser: Browser, ashes: Household, changed: dict[str, str]
) -> None:
    before = state_of(ashes)
    ref = sent(browser("erin"), **changed)
    assert state_of(ashes) == before
    assert not Request.objects.exists()
    said = Referral.objects.get(ref=ref).said
    assert (said["parent"]["lines"], said["children"][0]["born_on"]) == ("9 Hill", "2001-05-04")


@pytest.mark.case("A1")
def test_a_worker_of_another_team_who_refers_sees_nothing_of_the_family(
    world: World, browser: Browser, ashes: Household
) -> None:
    carol = browser("carol")
    ref = sent(carol)
    assert "We have your request" in opened(carol, "partners:sent", ref)
    assert ref not in opened(carol, "practice:requests")
    assert "Nobody waits to be checked" in opened(carol, "practice:people_to_check")
    for check in PersonCheck.objects.all():
        assert carol.get(reverse("practice:person_check", args=[check.pk])).status_code == 404
    assert carol.get(reverse("practice:family", args=[ashes.family.ref])).status_code == 404
    check = PersonCheck.objects.get(place="child 0")
    posted(browser("bob"), "practice:person_check", check.pk, decision="same", reason="Rang the school")
    assert Request.objects.get().family == ashes.family
    assert carol.get(reverse("practice:request", args=[ref])).status_code == 404, "only the family's team opens it"
    assert "Rook family" in opened(carol, "partners:my_referrals")


@pytest.mark.case("A1")
def test_the_familys_own_team_decides_field_by_field(world: World, browser: Browser, ashes: Household) -> None:
    ref = sent(browser("erin"))
    bob = browser("bob")
    assert "1 referral waits until somebody has said" in opened(bob, "practice:requests")
    listed = opened(bob, "practice:people_to_check")
    assert "Joe Ash" in listed
    assert "Same unique pupil number, same name, same date of birth" in listed
    check = PersonCheck.objects.get()
    shown = opened(bob, "practice:person_check", check.pk)
    assert "Castle Park Academy" in shown
    assert "Tom Rook, parent" in shown
    assert "Joe has missed many mornings." in shown
    posted(bob, "practice:person_check", check.pk, decision="same", taken=["school"], reason="Rang the school")
    request = Request.objects.get()
    assert (request.ref, request.family) == (ref, ashes.family)
    assert request.made_by == world.users["erin"]
    assert Enrolment.objects.get(person=ashes.child, until=None).school_id == "8815002"
    assert not Person.objects.filter(last_name="Rook").exists(), "nobody joins without being ticked"
    again = opened(bob, "practice:person_check", check.pk)
    assert "Rang the school" in again
    assert "Bob Lennox" in again


@pytest.mark.case("A1")
def test_who_else_is_named_joins_when_ticked(world: World, browser: Browser, ashes: Household) -> None:
    sent(browser("erin"))
    check = PersonCheck.objects.get()
    posted(browser("bob"), "practice:person_check", check.pk, decision="same", joining=["parent"], reason="His father")
    tom = Person.objects.get(last_name="Rook")
    assert Membership.objects.get(person=tom).family == ashes.family
    assert Relationship.objects.get(person=tom).other == ashes.child


@pytest.mark.case("A1")
def test_somebody_else_is_written_down_anew(world: World, browser: Browser, ashes: Household) -> None:
    before = state_of(ashes)["family"]
    ref = sent(browser("erin"))
    check = PersonCheck.objects.get()
    posted(browser("bob"), "practice:person_check", check.pk, decision="other", reason="A cousin")
    request = Request.objects.get(ref=ref)
    assert request.family != ashes.family
    assert state_of(ashes)["family"] == before
    assert ref in opened(browser("carol"), "practice:requests"), "it goes to the team of the home that was given"
    assert Family.objects.count() == 2


def test_two_who_decide_at_once_are_one_decision(world: World, browser: Browser, ashes: Household) -> None:
    sent(browser("erin"))
    check = PersonCheck.objects.get()
    posted(browser("bob"), "practice:person_check", check.pk, decision="other", reason="A cousin")
    answer = browser("alice").post(
        reverse("practice:person_check", args=[check.pk]), {"decision": "same", "reason": "I know him"}
    )
    assert "A cousin" in words_of(answer)
    check.refresh_from_db()
    assert check.decision == "other"


@pytest.mark.case("F8")
def test_a_restricted_family_is_referred_through_the_other_parent(
    world: World, browser: Browser, ashes: Household
) -> None:
    others = {"child_1_first_name": "Zoe", "child_1_last_name": "Oak", "child_1_upn": "", "parent_first_name": "Eve"}
    earlier = sent(browser("erin"), **others, parent_last_name="Oak")
    restrict(world, ashes)
    before = state_of(ashes)
    erin = browser("erin")
    ref = sent(erin)
    assert "We have your request" in opened(erin, "partners:sent", ref)
    mine = opened(erin, "partners:my_referrals")
    assert ref in mine
    assert earlier in mine
    assert "We have it and will look at it soon." in opened(erin, "partners:reply", ref)
    after = state_of(ashes)
    assert (after["family"], after["members"], after["ties"]) == (before["family"], before["members"], before["ties"])
    for name in ("alice", "bob", "carol", "sam"):
        assert "Joe Ash" not in opened(browser(name), "practice:people_to_check"), name
    task = Task.objects.get(kind="check_people")
    assert (task.owner, task.restricted) == (world.users["fay"], True)
    fay = browser("fay")
    check = PersonCheck.objects.get()
    assert "Restricted" in opened(fay, "practice:people_to_check")
    posted(fay, "practice:person_check", check.pk, decision="same", reason="It is Joe")
    request = Request.objects.get(ref=ref)
    assert (request.family, request.restricted) == (ashes.family, True)
    assert "We have it and will look at it soon." in opened(erin, "partners:reply", ref)
    assert not Person.objects.filter(last_name="Rook", restricted=True).exists()
    assert Task.objects.get(kind="check_people").done_at


@pytest.mark.case("F8")
def test_somebody_named_on_the_restricted_family_does_not_hear_of_it(
    world: World, browser: Browser, ashes: Household
) -> None:
    restricting.restrict(
        world.actor("fay"), ashes.family, service=SERVICE, reason="Refuge", named=[world.users["alice"]],
        at=moment(2010, 9, 1),
    )  # fmt: skip
    sent(browser("erin"))
    check = PersonCheck.objects.get()
    assert browser("alice").get(reverse("practice:person_check", args=[check.pk])).status_code == 404
    assert "Nobody waits to be checked" in opened(browser("alice"), "practice:people_to_check")


@pytest.mark.case("A10")
def test_a_family_restricted_later_takes_its_questions_out_of_sight(
    world: World, browser: Browser, ashes: Household
) -> None:
    sent(browser("erin"))
    check = PersonCheck.objects.get()
    assert browser("bob").get(reverse("practice:person_check", args=[check.pk])).status_code == 200
    restrict(world, ashes)
    assert browser("bob").get(reverse("practice:person_check", args=[check.pk])).status_code == 404
    assert browser("fay").get(reverse("practice:person_check", args=[check.pk])).status_code == 200


@pytest.mark.case("A3")
def test_the_answers_are_the_same_known_or_not_restricted_or_not(
    world: World, browser: Browser, ashes: Household
) -> None:
    """Somebody new; somebody known; somebody whose request waits; somebody restricted."""
    erin = browser("erin")

    def heard(**changed: str) -> list[str]:
        answer = posted(erin, "partners:refer", **(JOE | changed))
        ref = answer["Location"].rsplit("/", 1)[-1]
        pages = [opened(erin, "partners:sent", ref), opened(erin, "partners:reply", ref)]
        listed = opened(erin, "partners:my_referrals").partition(ref)[2].partition("R-")[0]
        return [page.replace(ref, "R-") for page in pages] + [listed.strip().split(" Give feedback")[0][:60]]

    new = heard(child_1_first_name="Zoe", child_1_upn="")
    known = heard()
    waits = heard()
    restrict(world, ashes)
    restricted = heard()
    assert new == known == waits == restricted


@pytest.mark.case("A3")
def test_two_children_one_of_them_restricted_wait_together_for_the_lead(
    world: World, browser: Browser, ashes: Household
) -> None:
    other = household("Elm", children=["Sue"], born_on=date(2002, 1, 2))
    number = upn_with_check_letter("881500100078")
    give_number(other.child, number)
    restrict(world, ashes)
    two = {
        "children": "2",
        "child_2_first_name": "Sue",
        "child_2_last_name": "Elm",
        "child_2_born_on": "2/1/2002",
        "child_2_upn": number,
    }
    sent(browser("erin"), **two)
    assert PersonCheck.objects.count() == 2
    assert "Nobody waits to be checked" in opened(browser("bob"), "practice:people_to_check")
    assert opened(browser("fay"), "practice:people_to_check").count("Referral waits") == 2


@pytest.mark.case("A3")
def test_a_race_of_two_referrals_of_one_new_child_says_nothing(world: World, browser: Browser) -> None:
    erin = browser("erin")
    sent(erin)
    sent(erin, parent_first_name="Zed")
    assert Request.objects.count() == 1
    assert PersonCheck.objects.filter(place="child 0").count() == 1


def test_a_second_referral_stands_with_the_request_that_waits(world: World, browser: Browser, ashes: Household) -> None:
    first = sent(browser("erin"))
    second = sent(browser("erin"))
    for check in PersonCheck.objects.order_by("raised_at", "id"):
        posted(browser("bob"), "practice:person_check", check.pk, decision="same", reason="Joe")
    assert Request.objects.get().ref in (first, second)
    assert set(Referral.objects.values_list("request__family", flat=True)) == {ashes.family.pk}


def test_a_reason_is_needed_and_a_choice(world: World, browser: Browser, ashes: Household) -> None:
    sent(browser("erin"))
    check = PersonCheck.objects.get()
    shown = turned_down(browser("bob"), "practice:person_check", check.pk, decision="same", reason="")
    assert "How do you know?" in shown
    assert "Say who this is" in turned_down(browser("bob"), "practice:person_check", check.pk, reason="I asked")
    assert Referral.objects.get().settled_at is None


@pytest.mark.case("F13")
def test_a_father_of_his_sons_name_is_another_person(world: World, browser: Browser, ashes: Household) -> None:
    sent(browser("erin"), parent_first_name="Joe", parent_last_name="Ash")
    assert set(PersonCheck.objects.values_list("place", flat=True)) == {"child 0"}


def test_somebody_merely_alike_is_received_and_pointed_out(world: World, browser: Browser, ashes: Household) -> None:
    ref = sent(browser("erin"), child_1_first_name="Jon", child_1_upn="")
    assert Request.objects.filter(ref=ref).exists()
    check = PersonCheck.objects.get()
    assert (check.person, check.entry.first_name) == (ashes.child, "Jon")
    told(browser("bob"), "practice:person_check", check.pk, decision="same", taken=["first_name"], reason="A slip")
    ashes.child.refresh_from_db()
    check.entry.refresh_from_db()
    assert check.entry.merged_into == ashes.child
    assert ashes.child.first_name == "Jon"


@pytest.mark.case("A3")
def test_what_was_read_before_a_restriction_stays_as_it_was(world: World, browser: Browser, today: Today) -> None:
    """The school must not notice from its own list that the family was restricted."""
    erin = browser("erin")
    ref = sent(erin)
    request = Request.objects.get(ref=ref)
    Request.objects.filter(pk=request.pk).update(opened_at=moment(2010, 9, 16))
    before = [opened(erin, "partners:my_referrals"), opened(erin, "partners:reply", ref)]
    assert "Somebody is working with the family." in before[0]
    restricting.restrict(world.actor("fay"), request.family, service=SERVICE, reason="Refuge", at=moment(2010, 9, 17))
    assert [opened(erin, "partners:my_referrals"), opened(erin, "partners:reply", ref)] == before
    restricting.lift(world.actor("fay"), request.family, reason="Safe now", at=moment(2010, 9, 18))
    assert [opened(erin, "partners:my_referrals"), opened(erin, "partners:reply", ref)] == before


def test_two_teams_who_decide_in_the_same_moment_let_one_referral_go_on(
    world: World, browser: Browser, ashes: Household
) -> None:
    """Two children of two teams: the referral goes on once, after the second answer."""
    elms = household("Elm", locality="colchester", children=["Sue"], born_on=date(2002, 1, 2))
    number = upn_with_check_letter("881500100079")
    give_number(elms.child, number)
    two = {"children": "2", "child_2_first_name": "Sue", "child_2_last_name": "Elm", "child_2_born_on": "2/1/2002"}
    ref = sent(browser("erin"), **two, child_2_upn=number)
    first, second = PersonCheck.objects.order_by("place")
    posted(browser("bob"), "practice:person_check", first.pk, decision="same", reason="Joe")
    assert not Request.objects.exists()
    assert browser("bob").get(reverse("practice:person_check", args=[second.pk])).status_code == 404
    posted(browser("carol"), "practice:person_check", second.pk, decision="other", reason="Another Sue")
    assert Request.objects.get(ref=ref).family == ashes.family
    assert not Membership.objects.filter(person=elms.child).exclude(family=elms.family).exists()
