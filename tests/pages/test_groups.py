"""Pages of groups: who may see whom, full runs and waiting lists, a register of thirty in one request, and what they refuse."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fingerpost.ground.access import clock
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.history.models import View
from fingerpost.people.families.models import Family, Person
from fingerpost.work.directory.models import Provision
from fingerpost.work.groups import commands
from fingerpost.work.groups.models import Attendance, Booking, Run, Waiting
from fingerpost.work.groups.occasions import occasion_of as of_run
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration, Invitation, Response
from fingerpost.work.referrals.rescoping import rescope
from tests.fixtures.browsing import signing_in
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import a_group, agreed_run, proposed_run
from tests.fixtures.world import SERVICE, World, moment

Browser = Callable[[str], Client]
TODAY = moment(2010, 9, 15)


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": TODAY)


@pytest.fixture
def browser(world: World) -> Browser:
    return signing_in(world)


def questions(asked: CaptureQueriesContext) -> int:
    """How many statements, those left out that tell the database who asks."""
    return sum("set_config('role'" not in one["sql"] for one in asked.captured_queries)


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def follow(client: Client, answer: Any) -> str:
    assert answer.status_code == 302, words(answer)
    return words(client.get(answer["Location"]))


def place(run: Run) -> str:
    return reverse("practice:place_new", args=[run.ref])


def test_the_last_place_goes_once_and_the_next_is_told(world: World, browser: Browser) -> None:
    run, alice, bob = agreed_run(world, places=1), browser("alice"), browser("bob")
    first, second = household("First").parent, household("Second").parent
    assert "1 place is left" in words(bob.get(place(run)))  # both look while there is one
    follow(alice, alice.post(place(run), {"person": first.pk}))
    late = words(bob.post(place(run), {"person": second.pk}))
    assert "All 1 places are taken. Cancel one, choose another run, or use the waiting list." in late
    assert "Put on the waiting list" in late
    assert Booking.objects.filter(run=run).count() == 1
    assert "Pat Second is on the waiting list" in follow(
        bob, bob.post(place(run), {"person": second.pk, "waiting": "yes"})
    )


def test_a_place_given_back_goes_to_whoever_waited_longest(world: World, browser: Browser) -> None:
    made, alice = a_group(world), browser("alice")
    later = household("Later").parent
    commands.wait(SYSTEM, made.run, person=later, at=TODAY)
    page = words(alice.get(reverse("practice:run", args=[made.run.ref])))
    assert page.index("Pat Waits tendring") < page.index("Pat Later")
    told = follow(alice, alice.post(reverse("practice:place_cancel", args=[made.run.ref, made.booking.pk])))
    assert "From the waiting list, Pat Waits tendring now has a place. Tell them." in told
    more = follow(alice, alice.post(reverse("practice:run_places", args=[made.run.ref]), {"places": "5"}))
    assert "From the waiting list, Pat Later now has a place" in more
    assert not Waiting.objects.filter(ended_at=None).exists()
    fewer = words(alice.post(reverse("practice:run_places", args=[made.run.ref]), {"places": "1"}))
    assert "There must be 2 places or more" in fewer


def test_a_register_of_thirty_is_saved_in_one_request(world: World, browser: Browser) -> None:
    run, alice = agreed_run(world, places=30), browser("alice")
    people = [household(f"Name{number:02}").parent for number in range(30)]
    for person in people:
        commands.book(SYSTEM, run, person=person, at=TODAY)
    session = commands.plan_sessions(SYSTEM, run, starts=[moment(2010, 9, 14, 9)], minutes=120, at=TODAY)[0]
    address = reverse("practice:run_session", args=[run.ref, session.pk])
    page = alice.get(address).content.decode()
    assert page.count('type="radio" class="app-register__radio"') == 60
    assert not re.search(r"app-register__radio[^>]*checked", page)
    marks = {f"p-{person.pk}": "came" if n < 20 else "away" for n, person in enumerate(people)}
    with CaptureQueriesContext(
        connection,
    ) as thirty:
        assert "20 came, 10 did not" in follow_location(alice.post(address, marks))
    assert Attendance.objects.filter(is_present=True).count() == 20
    with CaptureQueriesContext(connection) as one:
        alice.post(address, {f"p-{people[0].pk}": "away"})
    assert questions(one) <= questions(thirty) <= 16, [q["sql"][:90] for q in thirty]
    assert Attendance.objects.filter(is_present=True).count() == 19


def follow_location(answer: Any) -> str:
    assert answer.status_code == 302
    return str(answer.said)


def test_those_left_unmarked_may_be_counted_together(world: World, browser: Browser) -> None:
    run, alice = agreed_run(world), browser("alice")
    people = [household(f"Name{number}").parent for number in range(4)]
    for person in people:
        commands.book(SYSTEM, run, person=person, at=TODAY)
    session = commands.plan_sessions(SYSTEM, run, starts=[moment(2010, 9, 14, 9)], minutes=120, at=TODAY)[0]
    address = reverse("practice:run_session", args=[run.ref, session.pk])
    alice.post(address, {f"p-{people[0].pk}": "came"})
    assert Attendance.objects.count() == 1
    alice.post(address, {f"p-{people[1].pk}": "came", "rest": "away"})
    assert sorted(Attendance.objects.values_list("is_present", flat=True)) == [False, False, True, True]
    assert "Choose one of the answers in the list" in words(alice.post(address, {"rest": "nonsense"}))


def test_a_page_of_a_run_asks_as_often_for_two_people_as_for_twenty(world: World, browser: Browser) -> None:
    run, alice = agreed_run(world, places=40), browser("alice")

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            alice.get(reverse("practice:run", args=[run.ref]))
        return questions(found)

    for number in range(2):
        commands.book(SYSTEM, run, person=household(f"Few{number}").parent, at=TODAY)
    asked()
    few = asked()
    for number in range(18):
        commands.book(SYSTEM, run, person=household(f"Many{number}").parent, at=TODAY)
    assert asked() == few <= 20


def test_somebody_new_is_written_down_with_a_name_only(world: World, browser: Browser) -> None:
    run, alice, carol = agreed_run(world), browser("alice"), browser("carol")
    address = reverse("practice:place_newcomer", args=[run.ref])
    told = follow(alice, alice.post(address, {"first_name": "Nell", "last_name": "Farrow"}))
    assert "Nell Farrow has been recorded and has a place" in told
    family = Family.objects.get(name="Farrow family")
    assert alice.get(reverse("practice:family", args=[family.ref])).status_code == 200
    assert carol.get(reverse("practice:family", args=[family.ref])).status_code == 404
    again = words(alice.post(address, {"first_name": "Nell", "last_name": "Farrow"}))
    assert "We know somebody like this" in again
    assert Person.objects.filter(last_name="Farrow").count() == 1
    follow(alice, alice.post(address, {"first_name": "Nell", "last_name": "Farrow", "is_new": "on"}))
    assert Person.objects.filter(last_name="Farrow").count() == 2


def test_another_teams_worker_meets_nobody_of_the_group(world: World, browser: Browser) -> None:
    made, carol = a_group(world), browser("carol")
    assert made.run.ref not in words(carol.get(reverse("practice:groups")))
    listed = words(carol.get(reverse("practice:groups") + "?whose=all"))
    assert made.run.programme.title in listed
    assert "Booked" not in listed
    for name, args in (
        ("run", [made.run.ref]),
        ("run_session", [made.run.ref, made.session.pk]),
        ("place_cancel", [made.run.ref, made.booking.pk]),
        ("place_new", [made.run.ref]),
        ("measures", [made.run.ref, "start"]),
    ):
        assert carol.get(reverse(f"practice:{name}", args=args)).status_code == 404, name
    # Nor may a person whom she cannot see be booked by somebody who guesses an id.
    theirs = a_group(world, area="colchester")
    answer = carol.post(place(theirs.run), {"person": made.booking.person_id, "waiting": "yes"})
    assert answer.status_code == 404


def test_whoever_books_from_a_family_may_send_them_anywhere_public(world: World, browser: Browser) -> None:
    theirs, alice, carol = a_group(world, area="colchester"), browser("alice"), browser("carol")
    commands.change_places(SYSTEM, theirs.run, places=5, at=TODAY)
    home = household("Quill")
    address = reverse("practice:family_place", args=[home.family.ref])
    told = follow(alice, alice.post(address, {"person": home.parent.pk, "run": theirs.run.pk}))
    assert "Pat Quill has a place on Strong parents" in told
    assert carol.get(address).status_code == 404
    # Who leads the group sees the name, for the register, and not the family.
    assert "Pat Quill" in words(carol.get(reverse("practice:run", args=[theirs.run.ref])))
    assert carol.get(reverse("practice:family", args=[home.family.ref])).status_code == 404


def test_a_score_stays_with_the_group_when_the_family_moves_to_another_team(world: World, browser: Browser) -> None:
    run, home = agreed_run(world), household("Quill")
    commands.book(SYSTEM, run, person=home.parent, family=home.family, at=TODAY)
    scores = {home.parent.pk: {"behaviour": 9}}
    commands.measure(SYSTEM, run, point="start", taken_on=TODAY.date(), scores=scores, at=TODAY)
    other = Scope.of(service=SERVICE, team=world.teams["colchester"].pk)
    rescope(home.family.pk, other.keys)
    assert set(Administration.objects.get().scope_keys) == run.scope.keys | other.keys


def test_a_correction_does_not_change_since_when_a_thing_was_known(world: World) -> None:
    """Else a figure of September would lose, in December, what it rested on."""
    made = a_group(world)
    later = moment(2010, 12, 20)
    for at, came, points in ((TODAY, True, 9), (later, False, 12)):
        commands.mark(SYSTEM, made.session, present={made.booking.person_id: came}, at=at)
        scores = {made.booking.person_id: {"behaviour": points}}
        commands.measure(SYSTEM, made.run, point="start", taken_on=TODAY.date(), scores=scores, at=at)
    mark, score = Attendance.objects.get(session=made.session), Administration.objects.get()
    assert (mark.is_present, mark.recorded_at) == (False, TODAY)
    assert (score.score, score.recorded_at) == (12, TODAY)


def test_the_team_that_a_family_left_loses_sight_of_her_places_on_other_teams_groups(world: World) -> None:
    """A place lies with the group and with the family as she is now, and with nobody else."""
    run, home = agreed_run(world, area="colchester"), household("Quill")
    left, joined = (Scope.of(service=SERVICE, team=world.teams[key].pk) for key in ("tendring", "colchester"))
    rescope(home.family.pk, left.keys)
    home.parent.refresh_from_db()
    commands.book(SYSTEM, run, person=home.parent, family=home.family, at=TODAY)
    scores = {home.parent.pk: {"behaviour": 9}}
    commands.measure(SYSTEM, run, point="start", taken_on=TODAY.date(), scores=scores, at=TODAY)
    (asked,) = outcomes.ask_everybody(SYSTEM, of_run(run), respondent="parent", people=[home.parent], at=TODAY)
    outcomes.respond(SYSTEM, asked, answers={"rating": 5}, at=TODAY)
    rows = (Booking, Administration, Invitation, Response)
    assert all(left.keys <= set(model.objects.get().scope_keys) for model in rows[:2])
    rescope(home.family.pk, joined.keys)
    for model in rows:
        assert set(model.objects.get().scope_keys) == run.scope.keys | joined.keys, model


def test_nothing_is_booked_on_what_was_called_off(world: World, browser: Browser) -> None:
    run, alice = agreed_run(world), browser("alice")
    person = household().parent
    assert "Say why it is cancelled" in words(
        alice.post(reverse("practice:run_call_off", args=[run.ref]), {"reason": " "})
    )
    follow(alice, alice.post(reverse("practice:run_call_off", args=[run.ref]), {"reason": "The leader is ill"}))
    assert "This group was cancelled" in words(alice.post(place(run), {"person": person.pk}))
    assert "Cancelled" in words(alice.get(reverse("practice:groups") + "?status=cancelled"))


def test_a_form_sent_twice_plans_one_run(world: World, browser: Browser) -> None:
    alice = browser("alice")
    agreed_run(world)
    page = alice.get(reverse("practice:run_new")).content.decode()
    token = re.search(r'name="_once" value="([^"]+)"', page)
    assert token
    plan = {
        "_once": token[1],
        "programme": Run.objects.get().programme_id,
        "area": "tendring",
        "venue_name": "Hall",
        "leader": world.users["alice"].pk,
        "places": "8",
        "starts_on": "20/9/2010",
        "clock": "9:30am",
        "minutes": "90",
        "how_many": "6",
        "every": "1",
        "gap": "No evening course",
    }
    first, second = alice.post(reverse("practice:run_new"), plan), alice.post(reverse("practice:run_new"), plan)
    assert first["Location"] == second["Location"]
    assert Run.objects.count() == 2
    made = Run.objects.order_by("-proposed_at").first()
    assert made is not None
    # Half term lies between: no session from 25 to 29 October.
    assert str(made.ends_on) == "2010-11-01"


def test_every_sight_of_people_on_a_run_is_logged(world: World, browser: Browser) -> None:
    made = a_group(world)
    browser("alice").get(reverse("practice:run", args=[made.run.ref]))
    seen = View.objects.get(page="practice.views.groups.run_page")
    assert set(seen.subject_ids) == {made.booking.person_id, made.waiting.person_id}


def test_a_run_may_be_changed_and_keeps_its_agreement(world: World, browser: Browser) -> None:
    made, alice = a_group(world), browser("alice")
    address = reverse("practice:run_change", args=[made.run.ref])
    told = {
        "venue_name": "The old school",
        "leader": world.users["bob"].pk,
        "co_leader": world.users["alice"].pk,
        "ends_on": "17/12/2010",
        "gap": "No course after work",
    }
    early = words(alice.post(address, told | {"ends_on": "1/12/2010"}))
    assert "The last day cannot be before the last session that is planned" in early
    page = follow(alice, alice.post(address, told))
    assert "Bob Lennox, with Alice Marsh" in page
    assert "The old school" in page
    assert "Gita Rao, 1 September 2010" in page
    new = {"day": "16/12/2010", "clock": "9:30am", "minutes": "90"}
    assert "16 December 2010 at 9:30am" in follow(
        alice, alice.post(reverse("practice:session_new", args=[made.run.ref]), new)
    )


def test_somebody_restricted_is_counted_and_not_named(world: World, browser: Browser) -> None:
    made, alice = a_group(world), browser("alice")
    Booking.objects.filter(pk=made.booking.pk).update(restricted=True)
    page = words(alice.get(reverse("practice:run", args=[made.run.ref])))
    assert "Places: 1 of 1 taken" in page
    assert "Booked" not in page
    assert "1 more person is on this group whom you may not see" in page


@pytest.mark.parametrize(("offers", "said"), [(50, ""), (52, "2 more are not shown here. Look in the directory.")])
def test_whoever_agrees_is_told_where_others_offer_more_than_is_shown(
    world: World, browser: Browser, offers: int, said: str
) -> None:
    run = proposed_run(world)
    Provision.objects.bulk_create(
        Provision(
            service=SERVICE, provider="County library", title=f"Rhymes {number}", area=run.area,
            starts_on=run.starts_on, recorded_at=TODAY,
        )
        for number in range(offers)
    )  # fmt: skip
    shown = words(browser("gita").get(reverse("practice:agree", args=[run.ref])))
    assert "Rhymes 0" in shown
    assert ("more are not shown" in shown) == bool(said)
    assert said in shown
