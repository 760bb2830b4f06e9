"""A supervision meeting, an occasion of participation and the time of a session are put right, with a reason and a history."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.work.casework.models import CaseDiscussion
from fingerpost.work.community.models import Participation, Say
from fingerpost.work.groups import commands as groups
from fingerpost.work.groups.models import Session
from fingerpost.work.workforce.models import Supervision
from tests.cases.test_corrections import held_by
from tests.fixtures.browsing import Browser, Today, opened, posted, told, turned_down
from tests.fixtures.cases import allocated, supervised
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.groups import GroupMade, a_group
from tests.fixtures.world import World, moment
from tests.pages.households import a_case, a_say

pytestmark = pytest.mark.case("F20")


def filled_in(client: Client, name: str, *args: Any) -> dict[str, Any]:
    return held_by(client.get(reverse(name, args=args)))


def put_right(client: Client, name: str, *args: Any, **changes: Any) -> str:
    return told(client, name, *args, **(filled_in(client, name, *args) | {"reason": "Typed wrongly"} | changes))


def not_put_right(client: Client, name: str, *args: Any, **changes: Any) -> str:
    fields = filled_in(client, name, *args) | {"reason": "Typed wrongly"} | changes
    return turned_down(client, name, *args, **fields)


@pytest.fixture
def meeting(world: World, today: Today) -> Supervision:
    """Bob met Alice on 17 September 2010, and they agreed to close a case that was opened in June."""
    supervised(world, allocated(world), at=moment(2010, 9, 17))
    return Supervision.objects.get()


def test_a_meeting_is_corrected_and_what_it_decided_moves_with_its_day(meeting: Supervision, browser: Browser) -> None:
    bob = browser("bob")
    assert "Correct this meeting" in opened(bob, "practice:supervision_meeting", meeting.pk)
    said = put_right(bob, "practice:meeting_correct", meeting.pk, held_on="16/09/2010", wellbeing="Rested")
    assert "What stood before is kept" in said
    meeting.refresh_from_db()
    assert (meeting.held_on, meeting.wellbeing) == (date(2010, 9, 16), "Rested")
    assert CaseDiscussion.objects.get().discussed_on == date(2010, 9, 16)
    page = opened(bob, "practice:meeting_correct", meeting.pk)
    assert "17 September 2010 then 16 September 2010" in page
    assert "Typed wrongly" in page
    assert "Bob" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "Enter why it is changed"),
        ({"held_on": "02/10/2010"}, "must be on or before"),
        ({"held_on": "01/06/2010"}, "was not open on that day"),
    ],
)
def test_a_meeting_that_cannot_have_been_so_is_refused(
    meeting: Supervision, browser: Browser, change: dict[str, str], said: str
) -> None:
    assert said in not_put_right(browser("bob"), "practice:meeting_correct", meeting.pk, **change)
    assert Supervision.objects.get().held_on == date(2010, 9, 17)
    assert CaseDiscussion.objects.get().discussed_on == date(2010, 9, 17)


def test_a_meeting_may_be_on_the_day_its_case_was_opened_and_on_today(meeting: Supervision, browser: Browser) -> None:
    opened_on = timezone.localdate(CaseDiscussion.objects.get().case.opened_at)
    for day in (opened_on, date(2010, 10, 1)):
        put_right(browser("bob"), "practice:meeting_correct", meeting.pk, held_on=f"{day:%d/%m/%Y}")
        assert Supervision.objects.get().held_on == day
    before = opened_on - timedelta(days=1)
    said = not_put_right(browser("bob"), "practice:meeting_correct", meeting.pk, held_on=f"{before:%d/%m/%Y}")
    assert "was not open on that day" in said


def test_a_meeting_changed_meanwhile_is_not_written_over(meeting: Supervision, browser: Browser) -> None:
    bob = browser("bob")
    read = filled_in(bob, "practice:meeting_correct", meeting.pk) | {"reason": "Typed wrongly"}
    put_right(bob, "practice:meeting_correct", meeting.pk, note="A full month")
    read.pop("_once")
    said = turned_down(bob, "practice:meeting_correct", meeting.pk, **(read | {"note": "Another"}))
    assert "Somebody else changed this" in said
    assert "A full month" in said
    assert Supervision.objects.get().note == "A full month"


def test_who_does_not_lead_them_corrects_no_meeting(meeting: Supervision, browser: Browser) -> None:
    address = reverse("practice:meeting_correct", args=[meeting.pk])
    for name, status in (("carol", 403), ("alice", 403), ("dave", 403), ("erin", 403)):
        assert browser(name).get(address).status_code == status, name


@pytest.fixture
def say(world: World, today: Today) -> Say:
    """A parent and her child had a say, recorded by Alice."""
    today.is_(2010, 12, 31)
    case, _, _ = a_case(world, worker="alice", area="tendring", last_name="Quill")
    made = a_say(world, case)
    stranger = household("Never").parent
    row = Participation(say=made, person=stranger, recorded_at=made.recorded_at)
    row.scope = made.scope
    row.save()
    return made


def test_an_occasion_is_corrected_and_whoever_was_not_there_is_taken_off(say: Say, browser: Browser) -> None:
    alice, before = browser("alice"), Participation.objects.filter(say=say).count()
    never = Participation.objects.select_related("person").get(say=say, person__last_name="Never").person
    changes = {"title": "When drop-ins are", "happened_on": "02/08/2010", "not_there": [str(never.pk)]}
    assert "Correct what was recorded" in opened(alice, "practice:say", say.ref)
    page = put_right(alice, "practice:say_correct", say.ref, **changes)
    assert "When drop-ins are" in page
    assert "Never" not in page
    say.refresh_from_db()
    assert say.happened_on == date(2010, 8, 2)
    assert Participation.objects.filter(say=say).count() == before - 1
    history = opened(alice, "practice:say_correct", say.ref)
    assert f"Took part: {never.full_name} then nothing" in history
    assert "then When drop-ins are" in history


def test_somebody_must_have_taken_part_and_a_reason_is_asked(say: Say, browser: Browser) -> None:
    alice = browser("alice")
    everybody = [str(key) for key in Participation.objects.filter(say=say).values_list("person", flat=True)]
    said = not_put_right(alice, "practice:say_correct", say.ref, not_there=everybody)
    assert "Leave at least one" in said
    assert "Enter why it is changed" in not_put_right(alice, "practice:say_correct", say.ref, reason="")
    assert Participation.objects.filter(say=say).count() == len(everybody)


def test_an_occasion_changed_meanwhile_is_not_written_over(say: Say, browser: Browser) -> None:
    alice = browser("alice")
    read = filled_in(alice, "practice:say_correct", say.ref) | {"reason": "Typed wrongly"}
    put_right(alice, "practice:say_correct", say.ref, title="The first")
    read.pop("_once")
    assert "Somebody else changed this" in turned_down(
        alice, "practice:say_correct", say.ref, **(read | {"title": "The second"})
    )
    assert Say.objects.get(pk=say.pk).title == "The first"


def test_who_may_not_record_corrects_no_occasion(say: Say, browser: Browser) -> None:
    address = reverse("practice:say_correct", args=[say.ref])
    for name, status in (("carol", 404), ("dave", 403), ("erin", 403)):
        assert browser(name).get(address).status_code == status, name


@pytest.fixture
def group(world: World, today: Today) -> GroupMade:
    """A run from 14 September to 14 December 2010; its first session at 9:30, of two hours."""
    return a_group(world)


def test_when_a_session_was_and_how_long_is_corrected_and_its_register_stands(
    group: GroupMade, browser: Browser, bob: Actor
) -> None:
    groups.mark(SYSTEM, group.session, present={group.booking.person_id: True}, at=moment(2010, 9, 14, 12))
    where, alice = [group.run.ref, group.session.pk], browser("alice")
    assert "Correct the time" in opened(alice, "practice:run", group.run.ref)
    put_right(alice, "practice:session_correct", *where, day="15/09/2010", clock="10:00", minutes="90")
    session = Session.objects.get(pk=group.session.pk)
    assert timezone.localtime(session.starts_at).isoformat()[:16] == "2010-09-15T10:00"
    assert (session.minutes, session.held_at) == (90, session.starts_at)
    history = opened(alice, "practice:session_correct", *where)
    assert "120 then 90" in history
    assert "14 September 2010 at 9:30am then 15 September 2010 at 10am" in history
    assert "Typed wrongly" in history


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "Enter why it is changed"),
        ({"day": "13/09/2010"}, "on or after"),
        ({"day": "15/12/2010"}, "on or before"),
        ({"day": "21/09/2010"}, "another session at that time"),
        ({"day": "02/10/2010"}, "cannot be in the future"),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    group: GroupMade, browser: Browser, change: dict[str, str], said: str
) -> None:
    groups.mark(SYSTEM, group.session, present={group.booking.person_id: True}, at=moment(2010, 9, 14, 12))
    assert said in not_put_right(
        browser("alice"), "practice:session_correct", group.run.ref, group.session.pk, **change
    )
    assert Session.objects.get(pk=group.session.pk).starts_at == group.session.starts_at


def test_a_session_changed_meanwhile_is_not_written_over(group: GroupMade, browser: Browser) -> None:
    alice, where = browser("alice"), [group.run.ref, group.session.pk]
    read = filled_in(alice, "practice:session_correct", *where) | {"reason": "Typed wrongly"}
    put_right(alice, "practice:session_correct", *where, minutes="90")
    read.pop("_once")
    said = turned_down(alice, "practice:session_correct", *where, **(read | {"minutes": "60"}))
    assert "Somebody else changed this" in said
    assert Session.objects.get(pk=group.session.pk).minutes == 90


def test_a_session_that_was_cancelled_is_not_corrected(group: GroupMade, browser: Browser) -> None:
    last = Session.objects.filter(run=group.run).order_by("starts_at").last()
    assert last is not None
    where = [group.run.ref, last.pk]
    posted(browser("alice"), "practice:session_cancel", *where, reason="Snow")
    assert browser("alice").get(reverse("practice:session_correct", args=where)).status_code == 404
