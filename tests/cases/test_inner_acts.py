"""What an act sets in motion, for whoever may do the act and not its parts by themselves."""

from datetime import date

import pytest

from fingerpost.ground.access.actor import Actor, NotAllowed
from fingerpost.ground.tasks import commands as tasks
from fingerpost.ground.tasks.models import Clock
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.safeguarding import commands as safeguarding
from fingerpost.work.workforce import commands as workforce
from tests.fixtures.cases import allocated
from tests.fixtures.families import household
from tests.fixtures.referrals import assessed, decided, received
from tests.fixtures.staff import holding
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("A9")
AT = moment(2010, 9, 6)


def test_a_manager_notes_an_absence_and_its_clock_runs(world: World, sam: Actor) -> None:
    away = workforce.record_absence(sam, holding(world.users["alice"]), started_on=AT.date(), reason="sickness", at=AT)
    assert Clock.objects.running().filter(subject_id=away.pk).count() == 1
    with pytest.raises(NotAllowed):
        tasks.start(sam, away, service=SERVICE, key="own", title="Own", started_at=AT, due_at=AT, at=AT)
    workforce.end_absence(sam, away, ended_on=date(2010, 9, 8), at=AT)
    assert not Clock.objects.running().filter(subject_id=away.pk).exists()


def test_the_lead_decides_a_concern_and_its_clock_stops(world: World, alice: Actor, fay: Actor) -> None:
    concern = safeguarding.raise_concern(
        alice, allocated(world), service=SERVICE, seen="Ada said that she is afraid.", seen_at=AT, at=AT
    )
    running = Clock.objects.running().filter(subject_id=concern.pk)
    key = running.get().key
    with pytest.raises(NotAllowed):
        tasks.stop(fay, concern, key=key, stopped_at=AT, at=AT)
    safeguarding.decide(fay, concern, decision="refer", reason="Spoken with the school.", at=AT)
    assert not running.exists()


def test_an_advisor_assesses_and_the_request_that_waited_is_decided(world: World, alice: Actor, bob: Actor) -> None:
    home = household()
    request = decided(received(home, alice, at=AT), bob, at=AT)
    before = request.decision_id
    with pytest.raises(NotAllowed):
        referrals.decide(alice, request, at=AT)
    assessed(home, alice, on=AT.date(), at=AT)
    request.refresh_from_db()
    assert request.decision_id != before
