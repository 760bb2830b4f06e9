"""The invented county, a small one: built through the commands, whole or not at all, the same from the same seed."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.requirements import queries as requirements
from fingerpost.demo.world import state
from fingerpost.demo.world.build import Size, build
from fingerpost.demo.world.county import ESSEX, THURROCK
from fingerpost.demo.world.progress import Progress
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import DemonstrationDay, Organisation, User
from fingerpost.ground.history.models import View
from fingerpost.ground.places import need
from fingerpost.people.correspondence.models import Message
from fingerpost.people.families.models import Family, Identifier, PersonCheck
from fingerpost.proof.returns.models import CaseStudy, Return
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.referrals.models import Request
from fingerpost.work.safeguarding.models import Concern
from fingerpost.work.workforce import queries as workforce

pytestmark = pytest.mark.django_db
TINY = Size(requests=60, runs=4)


@pytest.fixture(scope="class")
def county(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tiny county, in one transaction that all tests of the class only read in."""
    own = override_settings(DEMONSTRATION=True, MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), own, transaction.atomic():
        out = StringIO()
        build(TINY, 2010, Progress(out), processes=1)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.mark.slow
class TestASmallCounty:
    def test_stands_with_its_people_and_its_return(self, county: str) -> None:
        assert state.is_whole()
        assert not state.is_half_built()
        assert DemonstrationDay.objects.get(pk=ESSEX).day == date(2010, 12, 31)
        assert DemonstrationDay.objects.filter(pk=THURROCK).exists()
        assert User.objects.exclude(introduction="").count() >= 8
        assert Request.objects.count() == TINY.requests
        assert Case.objects.exists()
        assert PersonCheck.objects.open().filter(referral_id__isnull=False).exists(), "a child referred again waits"
        assert not Contact.objects.filter(recorded_at__date__gt=date(2010, 12, 31)).exists()
        assert not Contact.objects.filter(note="").exists()
        sent = Return.objects.get(agreement__key=ESSEX, due_on=date(2010, 9, 30))
        assert (sent.submitted_at.date(), sent.accepted_at is not None) == (date(2010, 9, 29), True)
        told = CaseStudy.objects.filter(period_to=sent.due_on).exclude(approved_at=None).values_list("area", flat=True)
        assert sorted(told) == sorted(
            [f"{ESSEX}/{quadrant}" for quadrant in ("mid", "north_east", "south", "west")] * 4
        )
        assert Return.objects.get(due_on=date(2010, 12, 31)).submitted_at is None
        assert "100%" in county
        assert sorted(Concern.objects.values_list("decision", flat=True)) == ["", "", "refer", "support"]
        assert Message.objects.filter(kind="reply_to_referrer", state="sent").exists()
        assert not View.objects.exists()
        _numbers_are_nobodys()

    def test_shows_staff_who_are_away_overdue_and_out_of_step(self, county: str) -> None:
        day = date(2010, 12, 31)
        held, everybody = rules(ESSEX, day), Actor.system()
        (alone,) = [one for one in workforce.absences(everybody, held) if one.needs_cover]
        assert (alone.working_days, alone.absence.started_on) == (11, date(2010, 12, 15))
        assert "Stour Reach" in [area.name for area in workforce.coverage(held) if area.is_uncovered]
        people = workforce.looked_after(held, workforce.staff(held, day))
        assert (len(people), sum(one.review.is_in_time for one in people)) == (36, 34)
        assert sum(one.review.is_overdue for one in people) == 2
        read = requirements.register(ESSEX, day, [one.member.user_id for one in people])
        assert [one.words for one in read] == ["36 of 36 acknowledged", "29 of 36 acknowledged"]
        table = need.in_force(ESSEX, day)
        assert table is not None
        assert {one.flag for one in workforce.placed(held, table)} == {"", "high", "low"}
        assert workforce.plan(ESSEX, day).words == "3 of 6 complete"
        assert workforce.filled_on(ESSEX, day)[0].words == "32 of 32 filled, 0 vacant"


def _numbers_are_nobodys() -> None:
    """Every pupil number belongs to an authority that gives none out."""
    numbers = Identifier.objects.filter(kind="upn").values_list("value", flat=True)
    assert numbers
    assert all(number[1:4] == "999" for number in numbers)
    assert Family.objects.values("ref").distinct().count() == Family.objects.count()


def test_it_refuses_outside_a_demonstration() -> None:
    with override_settings(DEMONSTRATION=False), pytest.raises(CommandError, match="no demonstration"):
        call_command("build_demo", small=True)


def test_it_refuses_a_database_that_holds_people() -> None:
    Organisation.objects.create(key="somebody", name="Somebody", kind="council")
    with override_settings(DEMONSTRATION=True), pytest.raises(CommandError, match="holds people already"):
        call_command("build_demo", small=True)


def test_one_that_stands_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    DemonstrationDay.objects.create(service=ESSEX, day=date(2010, 12, 31))
    with override_settings(DEMONSTRATION=True):
        call_command("build_demo", small=True)
    assert not User.objects.exists()


def test_a_half_built_one_is_cleared_away_and_nothing_else_is(as_the_owner: None) -> None:
    with pytest.raises(RuntimeError):
        state.clear()
    state.begin()
    Organisation.objects.create(key="school_1", name="A school", kind="school")
    state.clear()
    assert state.is_empty()
    assert not state.is_half_built()
