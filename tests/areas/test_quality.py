"""Barriers, samples and meetings: wrong people, wrong days, twice, two at once."""

from datetime import date
from typing import Any

import pytest

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.meetings import commands as meetings
from fingerpost.agreements.meetings.models import Action, Meeting
from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.access.command import ChangedMeanwhile, Refused
from fingerpost.ground.access.models import Grant, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks.models import Task
from fingerpost.proof.quality import commands, queries
from fingerpost.proof.quality.behind import record_behind
from fingerpost.proof.quality.drawing import drawn, place_of
from fingerpost.proof.quality.models import Barrier, Item, Sample
from fingerpost.work.casework.models import Case
from tests.fixtures.assurance import AT, a_barrier, an_action, an_item
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(world: World) -> Agreement:
    return Agreement.objects.get(key=SERVICE)


@pytest.fixture
def assurer(world: World) -> Actor:
    user = User.objects.create_user("ann@example.org", name="Ann Sorrel")
    Grant.objects.create(user=user, role="quality_assurer", reach="service", service=SERVICE)
    return Actor.of(user)


# --- Barriers ---


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"logged_on": date(2011, 1, 5)}, "future"),
        ({"logged_on": date(2010, 3, 1)}, "had not begun"),
        ({"description": "Ring 01255 123456"}, "phone number"),
        ({"effect": "They live at CO15 4JX"}, "postcode"),
    ],
)
def test_a_barrier_that_cannot_be_is_refused(world: World, sam: Actor, changed: dict[str, Any], said: str) -> None:
    asked = {
        "service": SERVICE,
        "logged_on": date(2010, 12, 2),
        "description": "Snow",
        "effect": "Visits put off",
        "at": AT,
    }
    with pytest.raises(Refused, match=said):
        commands.log_barrier(sam, Scope.of(service=SERVICE), **{**asked, **changed})
    assert not Barrier.objects.exists()


def test_barriers_are_for_those_who_work_there(
    world: World, agreement: Agreement, alice: Actor, bob: Actor, carol: Actor, dave: Actor, sam: Actor
) -> None:
    one = a_barrier(world)
    Barrier.objects.filter(pk=one.pk).update(team=world.teams["tendring"])
    one.refresh_from_db()
    assert [who.name for who in (alice, bob, sam) if list(queries.barriers(who, agreement)) == [one]] == [
        "Alice Marsh",
        "Bob Lennox",
        "Sam Otley",
    ]
    assert not queries.barriers(carol, agreement)
    with pytest.raises(Barrier.DoesNotExist):
        queries.barrier(carol, one.ref)
    for stranger in (carol, dave):
        with pytest.raises(NotAllowed):
            commands.resolve_barrier(stranger, one, resolved_on=date(2010, 12, 10), outcome="Thaw", at=AT)


def test_a_barrier_is_resolved_once_and_after_it_began(world: World, alice: Actor) -> None:
    one = a_barrier(world)
    with pytest.raises(Refused, match="until today"):
        commands.resolve_barrier(alice, one, resolved_on=date(2010, 12, 1), outcome="", at=AT)
    commands.reword_barrier(alice, one, description="Snow", effect="None", action="", revision=1, at=AT)
    with pytest.raises(ChangedMeanwhile):
        commands.reword_barrier(alice, one, description="Ice", effect="None", action="", revision=1, at=AT)
    commands.resolve_barrier(alice, one, resolved_on=date(2010, 12, 10), outcome="Thaw", at=AT)
    with pytest.raises(Refused, match="is resolved"):
        commands.resolve_barrier(alice, one, resolved_on=date(2010, 12, 11), outcome="", at=AT)


# --- Samples ---


def test_the_draw_is_what_the_method_says() -> None:
    names = [f"C-{number:06d}" for number in range(480)]
    found = drawn(names, seed=20101001, size=12)
    assert found == drawn(reversed(names), seed=20101001, size=12)
    assert found == sorted(names, key=lambda name: place_of(20101001, name))[:12]
    more = drawn([*names, "C-LATER0"], seed=20101001, size=12)
    assert len(set(found) - set(more)) <= 1, "a record that is added later moves no other"
    assert drawn(names, seed=7, size=12) != found
    assert drawn(names[:3], seed=7, size=12) == drawn(names[:3], seed=7, size=3)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"population": "family"}, "Choose what to draw from"),
        ({"period_to": date(2010, 9, 1)}, "before the first"),
        ({"period_to": date(2011, 1, 9)}, "that are over"),
        ({"size": 0}, "at least one"),
        ({"period_from": date(2010, 4, 1), "period_to": date(2010, 4, 2)}, "nothing to draw from"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(
    world: World, agreement: Agreement, sam: Actor, changed: dict[str, Any], said: str
) -> None:
    asked = {
        "population": "case",
        "period_from": date(2010, 10, 1),
        "period_to": date(2010, 12, 29),
        "size": 3,
        "seed": 1,
    }
    with pytest.raises(Refused, match=said):
        commands.draw(sam, agreement, **{**asked, **changed}, at=AT)
    assert not Sample.objects.exists()


def test_only_an_assurer_opens_what_was_drawn_and_only_for_a_while(
    world: World, agreement: Agreement, assurer: Actor, sam: Actor, dave: Actor
) -> None:
    case = allocated(world, home=household("Quill"), at=moment(2010, 10, 1))
    hidden = allocated(world, home=household("Vane"), at=moment(2010, 10, 1))
    Case.objects.filter(pk=hidden.pk).update(restricted=True)
    item = an_item(world)
    assert item.record_id == case.pk, "a restricted record is not drawn"
    assert Item.objects.count() == 1
    looked = queries.item(assurer, item.pk, date(2010, 12, 31))
    behind = record_behind(looked.item)
    assert behind is not None
    assert dict(behind.lines)["Case"] == case.ref
    for stranger in (sam, dave):
        with pytest.raises(Item.DoesNotExist):
            queries.item(stranger, item.pk, date(2010, 12, 31))
    with pytest.raises(Item.DoesNotExist):
        queries.item(assurer, item.pk, date(2011, 3, 1))
    with pytest.raises(Refused, match="until"):
        commands.record_finding(assurer, item, grade="good", note="Fine", at=moment(2011, 3, 1))
    with pytest.raises(NotAllowed):
        commands.record_finding(sam, item, grade="good", note="Fine", at=AT)
    with pytest.raises(Refused, match="name nobody"):
        commands.record_finding(assurer, item, grade="good", note="Fine", lesson="Ring 01255 123456", at=AT)
    commands.record_finding(assurer, item, grade="good", note="Fine", at=AT)
    with pytest.raises(ChangedMeanwhile):
        commands.record_finding(assurer, item, grade="sound", note="Fair", at=AT)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert record_behind(item) is None, "restricted since it was drawn"
    commands.set_aside(dave, item.sample, reason="The list was not whole", at=AT)
    with pytest.raises(Refused, match="set aside"):
        commands.record_finding(assurer, item, grade="good", note="Fine", revision=1, at=AT)


# --- Meetings ---


def test_a_meeting_is_called_once_and_recorded_when_it_was_held(
    world: World, agreement: Agreement, sam: Actor, alice: Actor, dave: Actor
) -> None:
    asked = {"series": "quarterly_review", "day": date(2010, 12, 30)}
    called = meetings.call(dave, agreement, **asked, at=moment(2010, 12, 1))
    assert meetings.call(sam, agreement, **asked, at=AT) == called
    with pytest.raises(NotAllowed):
        meetings.call(alice, agreement, **asked, at=AT)
    with pytest.raises(Refused, match="no such meeting"):
        meetings.call(sam, agreement, series="tea", day=date(2010, 12, 30), at=AT)
    with pytest.raises(Refused, match="when it has been held"):
        meetings.record(sam, called, others=["Somebody"], revision=1, at=moment(2010, 12, 1))
    with pytest.raises(Refused, match="who came"):
        meetings.record(sam, called, others=[" "], revision=1, at=AT)
    meetings.record(sam, called, others=["Somebody"], revision=1, at=AT)
    with pytest.raises(ChangedMeanwhile):
        meetings.record(dave, called, others=["Somebody else"], revision=1, at=AT)
    assert Meeting.objects.get().others == ["Somebody"]


def test_an_action_is_somebodys_task_until_it_is_done(world: World, sam: Actor, dave: Actor) -> None:
    action = an_action(world)
    said = {"text": action.text, "owner": world.users["sam"], "due_on": date(2010, 12, 20)}
    assert meetings.agree_action(sam, action.meeting, **said, at=AT) == action
    with pytest.raises(Refused, match="no part in this agreement"):
        meetings.agree_action(
            sam, action.meeting, text="Ring", owner=world.users["carol"], due_on=date(2010, 12, 20), at=AT
        )
    with pytest.raises(Refused, match="after the meeting"):
        meetings.agree_action(
            sam, action.meeting, text="Ring", owner=world.users["sam"], due_on=date(2010, 12, 1), at=AT
        )
    meetings.finish(dave, action, outcome="Found one", at=AT)
    meetings.finish(dave, action, outcome="Found one", at=AT)
    with pytest.raises(Refused, match="done already"):
        meetings.finish(dave, action, outcome="Found two", at=AT)
    assert Action.objects.get().outcome == "Found one"
    assert Task.objects.get(origin_id=action.pk).done_at == AT
