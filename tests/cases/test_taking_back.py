"""A step that was a mistake is taken back with a reason: as if it had never been, and the history tells."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.tasks.models import Clock, Task
from fingerpost.language.periods import Period
from fingerpost.people.correspondence.models import Email, Message
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Membership, Person, Relationship
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.returns.models import Return
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case, CaseDiscussion, Contact
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Attendance, Booking, Run, Session, Waiting
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.outcomes.models import Administration
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.models import Request
from fingerpost.work.safeguarding import commands as safeguarding
from fingerpost.work.safeguarding.models import Concern, Step
from tests.fixtures.browsing import Browser, Today, opened, posted, told, turned_down
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import PROPOSED, GroupMade, a_group, agreed_run
from tests.fixtures.referrals import received
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("F25")
CLOSED, REOPENED = moment(2010, 9, 20), moment(2010, 10, 1)


@pytest.fixture
def case(world: World, alice: Actor, today: Today) -> Case:
    """Alice's case, seen once, and closed by mistake on 20 September with a letter to the school drafted."""
    made = allocated(world)
    casework.record_contact(
        alice,
        made,
        kind="casework_session",
        happened_at=moment(2010, 9, 1),
        minutes=60,
        next_due_on=date(2010, 10, 8),
        at=moment(2010, 9, 1),
    )
    supervised(world, made, at=moment(2010, 9, 17))
    return casework.close(alice, made, reason="needs_met", outcomes_met="fully", note="All well", at=CLOSED)


def sessions_per_case() -> Any:
    found = evaluate(
        SERVICE,
        "sessions_per_case",
        actor=SYSTEM,
        period=Period(date(2010, 4, 1), date(2011, 3, 31)),
        as_known_at=moment(2011, 3, 31),
    )
    return found.as_dict()["numbers"] if "numbers" in found.as_dict() else found.as_dict()


def test_a_case_closed_by_mistake_is_opened_again(world: World, case: Case, browser: Browser) -> None:
    alice = browser("alice")
    assert "closed by mistake" in opened(alice, "practice:case", case.ref)
    said = told(alice, "practice:take_back", "closing", case.pk, reason="Wrong family")
    assert "The case is open again" in said
    case.refresh_from_db()
    assert (case.closed_at, case.closure_reason, case.outcomes_met, case.closing_note) == (None, "", "", "")
    assert (case.closure_recorded_at, case.next_due_on) == (None, date(2010, 10, 8))
    history = opened(alice, "practice:case_history", case.ref)
    assert "Wrong family" in history
    assert "Closed: 20 September 2010 at 10am then nothing" in history


def test_its_letter_is_held_back_and_made_anew_when_it_closes(world: World, case: Case, alice: Actor) -> None:
    letter = Message.objects.get()
    assert Task.objects.open().filter(origin_id=letter.pk).exists()
    casework.reopen(alice, case, reason="Wrong family", at=REOPENED)
    letter.refresh_from_db()
    assert letter.state == Message.State.BLOCKED
    assert not Task.objects.open().filter(origin_id=letter.pk).exists()
    casework.close(alice, case, reason="needs_met", outcomes_met="partly", at=moment(2010, 10, 4))
    (new,) = Message.objects.filter(state=Message.State.DRAFT)
    task = Task.objects.open().get(origin_id=new.pk)
    assert task.due_on > date(2010, 10, 4)


def test_figures_see_it_as_never_closed(world: World, case: Case, alice: Actor) -> None:
    before = sessions_per_case()
    casework.reopen(alice, case, reason="Wrong family", at=REOPENED)
    after = sessions_per_case()
    assert before != after


def test_a_case_is_not_opened_again_beside_another(world: World, case: Case, alice: Actor) -> None:
    second = received(household_of(case), SYSTEM, at=moment(2010, 9, 25), scope=case.family.scope)
    referrals.decide(SYSTEM, second, at=moment(2010, 9, 25))
    other = casework.allocate(SYSTEM, second, worker=world.users["alice"], at=moment(2010, 9, 26))
    with pytest.raises(Refused, match=f"another open case, {other.ref}"):
        casework.reopen(alice, case, reason="Wrong family", at=REOPENED)


def household_of(case: Case) -> Any:
    from tests.fixtures.families import Household

    people = {m.part: m.person for m in Membership.objects.filter(family=case.family).select_related("person")}
    return Household(case.family, people["parent"], (people["child"],))


def test_an_open_case_has_nothing_to_take_back(world: World, alice: Actor) -> None:
    with pytest.raises(Refused, match="nothing to take back"):
        casework.reopen(alice, allocated(world), reason="Why not", at=REOPENED)


def test_without_a_reason_it_stays_closed(case: Case, browser: Browser) -> None:
    assert "Why is it taken back" in turned_down(browser("alice"), "practice:take_back", "closing", case.pk)
    assert Case.objects.get(pk=case.pk).closed_at == CLOSED


def test_nobody_from_elsewhere_opens_it(case: Case, browser: Browser) -> None:
    for name, status in (("carol", 404), ("dave", 403), ("erin", 403)):
        address = reverse("practice:take_back", args=["closing", case.pk])
        assert browser(name).get(address).status_code == status, name


def test_a_return_that_was_sent_with_it_is_said(world: World, case: Case, browser: Browser, today: Today) -> None:
    Return.objects.create(
        ref="N-TESTED",
        agreement=Agreement.objects.get(),
        series="monitoring",
        period_from=date(2010, 4, 1),
        period_to=date(2010, 9, 30),
        due_on=date(2010, 10, 31),
        recipient="The council",
        submitted_at=moment(2010, 10, 5),
    )
    today.is_(2010, 10, 6)
    alice = browser("alice")
    page = turned_down(alice, "practice:take_back", "closing", case.pk, reason="Wrong family")
    assert "N-TESTED of 5 October 2010" in page
    assert "restated" in page
    assert Case.objects.get(pk=case.pk).closed_at
    told(alice, "practice:take_back", "closing", case.pk, reason="Wrong family", knows="on")
    assert Case.objects.get(pk=case.pk).closed_at is None


def test_a_request_withdrawn_by_mistake_waits_again(world: World, browser: Browser, today: Today, alice: Actor) -> None:
    home = household("Reed")
    request = received(home, SYSTEM, at=moment(2010, 6, 15), scope=home.family.scope)
    referrals.withdraw(SYSTEM, request, reason="Wrong one", at=moment(2010, 6, 16))
    assert "Take back that it was withdrawn" in opened(browser("alice"), "practice:request", request.ref)
    said = told(browser("alice"), "practice:take_back", "withdrawal", request.pk, reason="It was another request")
    assert "The request waits again" in said
    assert list(Request.objects.waiting()) == [request]
    assert request.ref in opened(browser("alice"), "practice:requests")


def test_it_does_not_wait_beside_another(world: World, alice: Actor) -> None:
    from fingerpost.work.referrals.correcting import take_back_withdrawal

    home = household("Reed")
    first = received(home, SYSTEM, at=moment(2010, 6, 15), scope=home.family.scope)
    with pytest.raises(Refused, match="was not withdrawn"):
        take_back_withdrawal(alice, first, reason="Mistake", at=REOPENED)
    referrals.withdraw(SYSTEM, first, reason="Wrong one", at=moment(2010, 6, 16))
    second = received(home, SYSTEM, at=moment(2010, 6, 17), scope=home.family.scope)
    with pytest.raises(Refused, match=second.ref):
        take_back_withdrawal(alice, first, reason="Mistake", at=REOPENED)


@pytest.fixture
def group(world: World) -> GroupMade:
    return a_group(world)


def test_a_place_given_by_mistake_counts_nowhere_and_the_list_is_served(
    world: World, group: GroupMade, browser: Browser, today: Today
) -> None:
    groups.mark(SYSTEM, group.session, present={group.booking.person_id: True}, at=moment(2010, 9, 14, 12))
    told(browser("alice"), "practice:place_take_back", group.run.ref, group.booking.pk, reason="Another Booked")
    assert not Booking.objects.filter(pk=group.booking.pk).exists()
    assert not Attendance.objects.filter(person=group.booking.person_id).exists()
    assert [one.person_id for one in Booking.objects.filter(run=group.run)] == [group.waiting.person_id]


def test_whoever_came_from_the_waiting_list_waits_again(world: World, group: GroupMade, alice: Actor) -> None:
    (promoted,) = groups.cancel(SYSTEM, group.booking, at=moment(2010, 9, 15))
    assert groups.take_back_place(alice, promoted, reason="The other comes after all", at=REOPENED) == []
    line = Waiting.objects.get(pk=group.waiting.pk)
    assert (line.ended_at, line.booking) == (None, None)


def test_a_register_and_then_its_session_are_taken_back(
    world: World, group: GroupMade, browser: Browser, today: Today
) -> None:
    groups.mark(SYSTEM, group.session, present={group.booking.person_id: True}, at=moment(2010, 9, 14, 12))
    alice = browser("alice")
    where = [group.run.ref, group.session.pk]
    told(alice, "practice:session_take_back", *where, reason="Another group's")
    group.session.refresh_from_db()
    assert (group.session.held_at, Attendance.objects.count()) == (None, 0)
    told(alice, "practice:session_take_back", *where, reason="Never planned")
    assert not Session.objects.filter(pk=group.session.pk).exists()


def test_a_run_made_by_mistake_goes_and_one_with_people_stays(
    world: World, group: GroupMade, browser: Browser, today: Today
) -> None:
    alice = browser("alice")
    said = turned_down(alice, "practice:run_take_back", group.run.ref, reason="Twice the same")
    assert "People have or had places" in said
    twice = agreed_run(world)
    groups.plan_sessions(SYSTEM, twice, starts=[moment(2010, 9, 21)], minutes=60, at=PROPOSED)
    posted(alice, "practice:run_take_back", twice.ref, reason="Twice the same")
    assert list(Run.objects.all()) == [group.run]


def test_a_contact_of_another_family_is_taken_back(world: World, browser: Browser, today: Today, alice: Actor) -> None:
    case = allocated(world)
    days = [moment(2010, 9, 1), moment(2010, 9, 8)]
    first, wrong = (
        casework.record_contact(alice, case, kind="casework_session", happened_at=day, minutes=60, at=day)
        for day in days
    )
    told(browser("alice"), "practice:take_back", "contact", wrong.pk, reason="It was the Reeds")
    assert list(Contact.objects.filter(case=case)) == [first]
    assert Case.objects.get(pk=case.pk).last_contact_at == days[0]
    assert "It was the Reeds" in opened(browser("alice"), "practice:case_history", case.ref)


def test_a_decision_of_supervision_is_taken_back_while_the_case_is_open(
    world: World, case: Case, browser: Browser
) -> None:
    made = CaseDiscussion.objects.get()
    said = turned_down(browser("bob"), "practice:take_back", "discussion", made.pk, reason="Another case")
    assert "Open the case again first" in said
    told(browser("bob"), "practice:take_back", "closing", case.pk, reason="Wrong family")
    told(browser("bob"), "practice:take_back", "discussion", made.pk, reason="Another case")
    assert not CaseDiscussion.objects.exists()


def test_a_score_is_taken_back_and_kept_right(world: World, browser: Browser, today: Today) -> None:
    case = allocated(world)
    given = {"service": SERVICE, "instrument": "one_number", "point": "start", "completed_by": "Pat"}
    given |= {"episode_id": case.pk, "taken_on": date(2010, 7, 1), "at": moment(2010, 7, 1)}
    wrong = outcomes.administer(SYSTEM, case.family, score=Decimal(5), **given)
    told(browser("alice"), "practice:take_back", "score", wrong.pk, reason="Read off the wrong sheet")
    assert outcomes.administer(SYSTEM, case.family, score=Decimal(6), **given).score == 6
    assert Administration.objects.count() == 1


def test_a_tie_that_never_was_and_a_person_written_down_by_mistake(
    world: World, browser: Browser, today: Today
) -> None:
    case = allocated(world)
    alice = browser("alice")
    stranger = families.register(SYSTEM, case.family.scope, first_name="Sam", last_name="Else", at=moment(2010, 7, 1))
    place = families.join(SYSTEM, case.family, person=stranger, part="other", at=moment(2010, 7, 1))
    parent = Membership.objects.get(family=case.family, part="parent").person
    families.relate(SYSTEM, stranger, kind="sibling", other=parent, at=moment(2010, 7, 1))
    tie = Relationship.objects.get()
    told(alice, "practice:take_back", "tie", tie.pk, reason="They are not related")
    assert not Relationship.objects.exists()
    told(alice, "practice:take_back", "place", place.pk, reason="Another family")
    assert not Person.objects.filter(pk=stranger.pk).exists()


def test_a_child_of_a_case_is_not_removed(world: World, browser: Browser, today: Today) -> None:
    case = allocated(world)
    place = Membership.objects.get(family=case.family, part="child")
    said = turned_down(browser("alice"), "practice:take_back", "place", place.pk, reason="Another family")
    assert "Say on which day they left instead" in said
    assert Membership.objects.filter(pk=place.pk).exists()


@pytest.fixture
def concern(world: World, alice: Actor, today: Today) -> Concern:
    """Raised by Alice on 1 October at ten, her supervisor and the lead told; a head teacher told by phone; then referred."""
    raised = safeguarding.raise_concern(
        alice, allocated(world), service=SERVICE, seen="Afraid to go home", seen_at=moment(2010, 10, 1, 9), at=REOPENED
    )
    safeguarding.tell(alice, raised, who="Head teacher", how="By phone", told_at=REOPENED, at=REOPENED)
    return safeguarding.decide(world.actor("fay"), raised, decision="nothing", reason="Explained", at=REOPENED)


@pytest.mark.case("F25")
def test_a_decision_on_a_concern_is_taken_back_and_everybody_told_hears_of_it(
    world: World, concern: Concern, browser: Browser
) -> None:
    fay, before = browser("fay"), Email.objects.count()
    assert Clock.objects.get(subject_id=concern.pk).stopped_at is not None
    assert "Take the decision back" in opened(fay, "practice:concern", concern.ref)
    page = told(fay, "practice:concern_take_back", concern.ref, reason="It was another child")
    assert "The decision has been taken back" in page
    assert "Awaiting decision" in page
    assert "No referral: nothing more to do then nothing" in page
    assert "It was another child" in page
    concern.refresh_from_db()
    assert (concern.decision, concern.decision_reason, concern.decided_at) == ("", "", None)
    assert Clock.objects.get(subject_id=concern.pk).stopped_at is None
    heard = Step.objects.filter(concern=concern, note__contains="was taken back").values_list("who", flat=True)
    assert sorted(heard) == [world.users["bob"].name]
    assert Email.objects.count() == before + 1
    assert Email.objects.filter(recipient="bob@example.org", body__contains="was taken back").count() == 1
    again = Task.objects.open().get(kind="concern_to_tell_again")
    assert (again.owner, "Head teacher" in again.title) == (world.users["fay"], True)


def test_a_decision_taken_back_is_decided_anew_and_stops_the_clock_again(
    world: World, concern: Concern, browser: Browser
) -> None:
    fay = browser("fay")
    told(fay, "practice:concern_take_back", concern.ref, reason="It was another child")
    told(fay, "practice:concern_decide", concern.ref, decision="refer", reason="She is not safe")
    concern.refresh_from_db()
    assert concern.decision == "refer"
    assert Clock.objects.get(subject_id=concern.pk).stopped_at is not None


def test_a_concern_closed_by_mistake_is_opened_again_and_then_its_decision_taken_back(
    world: World, concern: Concern, browser: Browser
) -> None:
    fay = browser("fay")
    told(fay, "practice:concern_close", concern.ref, outcome="All well")
    assert "Closed by mistake" in opened(fay, "practice:concern", concern.ref)
    assert "open again" in told(fay, "practice:concern_take_back", concern.ref, reason="Another concern")
    concern.refresh_from_db()
    assert (concern.closed_at, concern.outcome, concern.decision) == (None, "", "nothing")
    told(fay, "practice:concern_take_back", concern.ref, reason="Another concern")
    concern.refresh_from_db()
    assert concern.decision == ""
    said = turned_down(fay, "practice:concern_take_back", concern.ref, reason="Once more")
    assert "nothing to take back" in said


def test_only_a_lead_takes_a_decision_back_and_says_why(world: World, concern: Concern, browser: Browser) -> None:
    address = reverse("practice:concern_take_back", args=[concern.ref])
    for name, status in (("alice", 403), ("bob", 403), ("carol", 403), ("erin", 403)):
        assert browser(name).get(address).status_code == status, name
    assert "Enter why" in turned_down(browser("fay"), "practice:concern_take_back", concern.ref, reason="")
    with pytest.raises(Refused, match="Say why"):
        safeguarding.take_back_decision(world.actor("fay"), concern, reason=" ", at=REOPENED)
    assert Concern.objects.get(pk=concern.pk).decision == "nothing"
