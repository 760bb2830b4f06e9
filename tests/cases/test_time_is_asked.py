"""Each step asks whether it is still the time, or already: nobody is booked after the end, nothing is asked before it began."""

from datetime import date
from decimal import Decimal

import pytest

from fingerpost.agreements.requirements import commands as policies
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope
from fingerpost.people.circumstances import commands as circumstances
from fingerpost.people.families import commands as families
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.occasions import occasion_of as of_case
from fingerpost.work.groups import commands
from fingerpost.work.groups.models import Booking, Waiting
from fingerpost.work.groups.occasions import occasion_of
from fingerpost.work.outcomes import commands as outcomes
from fingerpost.work.workforce import commands as workforce
from fingerpost.work.workforce.models import Holding
from tests.fixtures.browsing import Browser, Today, opened, turned_down
from tests.fixtures.cases import OPENED, allocated
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import OF_SERVICE, PROPOSED, GroupMade, a_group, agreed_run, proposed_run
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("F17")
LAST_DAY, DAY_AFTER, FEBRUARY = moment(2010, 12, 14, 16), moment(2010, 12, 15, 9), moment(2011, 2, 1)


@pytest.fixture
def group(world: World) -> GroupMade:
    """14 September to 14 December 2010, one place, one waits."""
    return a_group(world)


def booked(group: GroupMade) -> list[object]:
    return list(Booking.objects.filter(run=group.run, cancelled_at=None).values_list("person_id", flat=True))


def test_the_waiting_list_is_not_served_after_the_end(group: GroupMade) -> None:
    assert commands.cancel(SYSTEM, group.booking, at=FEBRUARY) == []
    assert booked(group) == []
    assert Waiting.objects.get(pk=group.waiting.pk).ended_at is None


@pytest.mark.parametrize(("at", "promoted"), [(LAST_DAY, True), (DAY_AFTER, False)])
def test_on_the_last_day_it_still_is(group: GroupMade, at: object, promoted: bool) -> None:
    made = commands.cancel(SYSTEM, group.booking, at=at)
    assert [one.person_id for one in made] == ([group.waiting.person_id] if promoted else [])


def test_nobody_is_booked_on_a_run_that_has_ended(group: GroupMade) -> None:
    commands.cancel(SYSTEM, group.booking, at=FEBRUARY)
    late = household("Late")
    steps = [
        lambda: commands.book(SYSTEM, group.run, person=late.parent, at=FEBRUARY),
        lambda: commands.send(SYSTEM, late.family, run=group.run, person=late.parent, at=FEBRUARY),
        lambda: commands.welcome(SYSTEM, group.run, first_name="Jo", last_name="Late", at=FEBRUARY),
        lambda: commands.wait(SYSTEM, group.run, person=late.parent, at=FEBRUARY),
    ]
    for step in steps:
        with pytest.raises(Refused, match="This group ended on 14 December 2010"):
            step()
    assert booked(group) == []


def test_more_places_promote_nobody_after_the_end(group: GroupMade) -> None:
    assert commands.change_places(SYSTEM, group.run, places=2, at=FEBRUARY) == []
    assert booked(group) == [group.booking.person_id]
    assert len(commands.change_places(SYSTEM, group.run, places=3, at=LAST_DAY)) == 1


def test_the_pages_offer_no_place_on_a_run_that_has_ended(
    world: World, group: GroupMade, browser: Browser, today: Today
) -> None:
    home = household("Late")
    today.is_(2011, 2, 1)
    bob = browser("bob")
    run = opened(bob, "practice:run", group.run.ref)
    assert "Book a place" not in run
    said = turned_down(bob, "practice:family_place", home.family.ref, run=group.run.ref, person=str(home.parent.pk))
    assert "in the list" in said or "no group" in said.lower()
    assert not Booking.objects.filter(person=home.parent).exists()


def test_a_run_that_has_ended_is_neither_agreed_made_public_nor_called_off(world: World, group: GroupMade) -> None:
    proposed = proposed_run(world, area="colchester")
    with pytest.raises(Refused, match="ended on 14 December 2010"):
        commands.agree(SYSTEM, proposed, agreed_on=DAY_AFTER.date(), agreed_by="Gita Rao", at=FEBRUARY)
    commands.agree(SYSTEM, proposed, agreed_on=LAST_DAY.date(), agreed_by="Gita Rao", at=FEBRUARY)
    with pytest.raises(Refused, match="ended on 14 December 2010"):
        commands.advertise(SYSTEM, proposed, at=FEBRUARY)
    commands.mark(SYSTEM, group.session, present={group.booking.person_id: True}, at=LAST_DAY)
    with pytest.raises(Refused, match="was held"):
        commands.call_off(SYSTEM, group.run, reason="Nobody came", at=FEBRUARY)
    never_held = agreed_run(world, area="tendring")
    assert commands.call_off(SYSTEM, never_held, reason="It never took place", at=FEBRUARY).cancelled_at


def test_no_session_is_added_to_a_run_that_was_called_off(world: World) -> None:
    run = commands.call_off(SYSTEM, agreed_run(world), reason="No leader", at=PROPOSED)
    with pytest.raises(Refused, match="cancelled"):
        commands.plan_sessions(SYSTEM, run, starts=[moment(2010, 9, 21)], minutes=60, at=PROPOSED)


def test_a_start_is_measured_before_the_end_and_an_end_after_the_start(group: GroupMade) -> None:
    scores = {group.booking.person_id: {}}
    with pytest.raises(Refused, match="ended on 14 December"):
        commands.measure(SYSTEM, group.run, point="start", taken_on=DAY_AFTER.date(), scores=scores, at=FEBRUARY)
    with pytest.raises(Refused, match="began on 14 September"):
        commands.measure(SYSTEM, group.run, point="end", taken_on=date(2010, 9, 13), scores=scores, at=FEBRUARY)
    assert (
        commands.measure(SYSTEM, group.run, point="start", taken_on=LAST_DAY.date(), scores=scores, at=FEBRUARY) == []
    )


def test_nobody_is_asked_about_what_has_not_begun(world: World, group: GroupMade) -> None:
    case = allocated(world)
    with pytest.raises(Refused, match="began on 15 June 2010"):
        outcomes.ask(
            SYSTEM,
            of_case(case),
            respondent="parent",
            person=group.booking.person,
            asked_on=date(2010, 6, 14),
            at=FEBRUARY,
        )
    with pytest.raises(Refused, match="began on 14 September 2010"):
        outcomes.ask(SYSTEM, occasion_of(group.run), respondent="parent", person=group.booking.person, at=PROPOSED)


def test_an_end_score_is_not_older_than_the_start_score(world: World) -> None:
    case = allocated(world)
    told = {
        "service": SERVICE,
        "instrument": "one_number",
        "completed_by": "Pat",
        "score": Decimal(5),
        "episode_id": case.pk,
        "at": FEBRUARY,
    }
    outcomes.administer(SYSTEM, case.family, point="start", taken_on=date(2010, 7, 1), **told)
    with pytest.raises(Refused, match="before the first score"):
        outcomes.administer(SYSTEM, case.family, point="end", taken_on=date(2010, 6, 30), **told)
    assert outcomes.administer(SYSTEM, case.family, point="end", taken_on=date(2010, 7, 1), **told)


def test_a_case_does_not_close_before_what_happened_on_it(world: World, alice: Actor) -> None:
    case = allocated(world)
    casework.record_contact(
        alice, case, kind="casework_session", happened_at=moment(2010, 7, 5), minutes=60, at=FEBRUARY
    )
    with pytest.raises(Refused, match="last contact was on 5 July 2010"):
        casework.close(alice, case, reason="needs_met", closed_at=moment(2010, 7, 4, 23), at=FEBRUARY)


def test_the_next_contact_is_not_due_before_the_last(world: World, alice: Actor) -> None:
    case = allocated(world)
    visit = {"kind": "casework_session", "minutes": 60, "at": FEBRUARY}
    with pytest.raises(Refused, match="cannot be due before"):
        casework.record_contact(alice, case, happened_at=moment(2010, 7, 5), next_due_on=date(2010, 7, 4), **visit)
    assert casework.record_contact(alice, case, happened_at=moment(2010, 7, 5), next_due_on=date(2010, 7, 5), **visit)
    case.refresh_from_db()
    with pytest.raises(Refused, match="a day that is over"):
        casework.edit(alice, case, revision=case.revision, next_due_on=date(2011, 1, 31), at=FEBRUARY)
    assert casework.edit(alice, case, revision=case.revision, focus="Sleep", next_due_on=date(2010, 7, 5), at=FEBRUARY)


def test_cases_go_over_for_cover_only_while_it_lasts(world: World, bob: Actor) -> None:
    case = allocated(world)
    held = Holding.objects.get(user=world.users["alice"])
    away = workforce.record_absence(bob, held, started_on=date(2010, 9, 6), reason="sickness", at=moment(2010, 9, 6))
    plan = {"worker": world.users["carol"], "since": date(2010, 9, 7), "until": date(2010, 9, 17), "weekdays": [0, 1]}
    cover = workforce.plan_cover(bob, away, **plan, at=moment(2010, 9, 6))
    with pytest.raises(Refused, match="cover ended on 17 September 2010"):
        casework.hand_over_for_cover(bob, away, cover=cover, refs=[case.ref], at=moment(2010, 9, 18))
    given = casework.hand_over_for_cover(bob, away, cover=cover, refs=[case.ref], at=moment(2010, 9, 17))
    assert given[0].worker == world.users["carol"]


def test_nothing_of_a_family_happens_in_the_future(world: World) -> None:
    home = household()
    tomorrow = date(2010, 6, 16)
    steps = [
        lambda: families.leave(SYSTEM, home.family, person=home.child, on=tomorrow, at=OPENED),
        lambda: families.join(
            SYSTEM, home.family, person=household("Else").parent, part="other", since=tomorrow, at=OPENED
        ),
        lambda: families.relate(SYSTEM, home.parent, kind="parent", other=home.child, since=tomorrow, at=OPENED),
        lambda: families.move(SYSTEM, home.parent, postcode="CO15 4JX", since=tomorrow, at=OPENED),
        lambda: circumstances.record(
            SYSTEM, home.child, kind="vulnerable_group", value="young_carer", since=tomorrow, at=OPENED
        ),
    ]
    for step in steps:
        with pytest.raises(Refused, match="in the future"):
            step()
    assert families.move(SYSTEM, home.parent, postcode="CO15 4JX", since=OPENED.date(), at=OPENED)


def test_a_policy_is_read_today_and_withdrawn_after_its_issue(world: World, alice: Actor) -> None:
    policy = policies.keep_policy(SYSTEM, OF_SERVICE, service=SERVICE, title="Lone working", owner="Sam", at=OPENED)
    days = {"issued_on": date(2010, 6, 1), "review_on": date(2011, 6, 1)}
    issue = policies.issue_policy(SYSTEM, policy, version="1", text="Ring in.", **days, at=OPENED)
    with pytest.raises(Refused, match="in the future"):
        policies.acknowledge(
            alice, Scope.of(users=[alice.id]), issue=issue, acknowledged_at=moment(2010, 6, 16), at=OPENED
        )
    with pytest.raises(Refused, match="before the policy was first issued"):
        policies.withdraw_policy(SYSTEM, policy, on=date(2010, 5, 31), reason="Replaced", at=OPENED)
    assert policies.withdraw_policy(SYSTEM, policy, on=date(2010, 6, 1), reason="Replaced", at=OPENED).withdrawn_on
