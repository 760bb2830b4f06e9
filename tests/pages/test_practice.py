"""The pages of those who work with families: what they show, to whom, and what they refuse."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.ground.access import clock
from fingerpost.ground.history.models import View
from fingerpost.work.casework.models import Case, Contact
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.intake import AssessmentGiven, ChildGiven, ParentGiven, ReferralGiven, refer
from fingerpost.work.referrals.models import Request
from tests.fixtures.browsing import signing_in
from tests.fixtures.world import World, moment
from tests.pages.households import a_case

Browser = Callable[[str], Client]
TODAY = moment(2010, 9, 15)


@pytest.fixture(autouse=True)
def in_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda service="": TODAY)


@pytest.fixture
def browser(world: World) -> Browser:
    return signing_in(world)


def referral(world: World, *, last_name: str = "Quill") -> ReferralGiven:
    return ReferralGiven(
        children=[ChildGiven("Maya", last_name, date(2001, 5, 4))],
        parent=ParentGiven("Sarah", last_name, lines="2 Sea Road", postcode="CO15 4JX", area=world.area("tendring")),
        source="school",
        school=world.schools["8815001"],
        referrer_name="Erin Bolt",
        reason="Many mornings missed.",
        assessment=AssessmentGiven(date(2010, 5, 4), "Erin Bolt", ["parenting_support"]),
    )


@pytest.fixture
def asked(world: World) -> Request:
    """A request from Erin's school about a family of Tendring."""
    erin = world.actor("erin")
    from fingerpost.ground.access.scope import Scope

    scope = Scope.of(service=world.service, users=[erin.id])
    at = moment(2010, 9, 1)
    sent = refer(erin, scope, service=world.service, given=referral(world), received_at=at, at=at)
    assert sent.request is not None
    return sent.request


@pytest.fixture
def case(world: World, asked: Request) -> Case:
    """An open case with Alice."""
    from fingerpost.people.schooling.models import Exclusion
    from fingerpost.work.casework import commands as casework
    from fingerpost.work.referrals.models import RequestChild

    child = RequestChild.objects.get(request=asked).person
    excluded = Exclusion(
        person=child,
        kind="fixed_term",
        started_on=date(2010, 6, 7),
        ended_on=date(2010, 6, 8),
        sessions=4,
        recorded_at=asked.received_at,
    )
    excluded.scope = child.scope
    excluded.save()
    bob = world.actor("bob")
    decided = referrals.decide(bob, asked, at=moment(2010, 9, 2))
    assert decided.outcome == "accepted", decided.status
    return casework.allocate(bob, decided, worker=world.users["alice"], at=moment(2010, 9, 2))


def told(**more: Any) -> dict[str, Any]:
    return {
        "kind": "casework_session",
        "day": "14/9/2010",
        "clock": "9:30am",
        "minutes": "60",
        "attended": "yes",
        "note": "We talked.",
        **more,
    }


class TestMyWork:
    def test_shows_her_cases_and_logs_whom_she_saw(self, browser: Browser, case: Case):
        shown = browser("alice").get(reverse("practice:my_work")).content.decode()
        assert case.ref in shown
        assert View.objects.filter(subject_ids__contains=[case.family_id]).exists()

    def test_another_team_s_worker_does_not_see_them(self, browser: Browser, case: Case):
        assert case.ref not in browser("carol").get(reverse("practice:my_work")).content.decode()

    def test_a_commissioner_may_not_open_it(self, browser: Browser, case: Case):
        assert browser("dave").get(reverse("practice:my_work")).status_code == 403


class TestFind:
    @pytest.mark.parametrize("words", ["Sarah Quill", "Quill, Sarah", "qui sar", "Sarah Quil", "CO15 4JX"])
    def test_finds_by_any_words(self, browser: Browser, case: Case, words: str):
        assert "Sarah Quill" in browser("alice").post(reverse("practice:find"), {"words": words}).content.decode()

    def test_another_team_finds_nobody(self, browser: Browser, case: Case):
        assert (
            "Nobody was found" in browser("carol").post(reverse("practice:find"), {"words": "Quill"}).content.decode()
        )


class TestWalls:
    @pytest.mark.parametrize("name", ["case", "case_history", "record_contact", "case_edit", "case_close"])
    def test_another_team_s_worker_gets_404(self, browser: Browser, case: Case, name: str):
        assert browser("carol").get(reverse(f"practice:{name}", args=[case.ref])).status_code == 404

    def test_her_family_s_page_is_404_for_another_team(self, browser: Browser, case: Case):
        assert browser("carol").get(reverse("practice:family", args=[case.family.ref])).status_code == 404

    def test_every_page_of_the_case_opens_for_her_worker(self, browser: Browser, case: Case):
        alice = browser("alice")
        for name in ("case", "case_history", "record_contact", "case_edit", "case_close"):
            assert alice.get(reverse(f"practice:{name}", args=[case.ref])).status_code == 200, name
        assert alice.get(reverse("practice:family", args=[case.family.ref])).status_code == 200


class TestRequest:
    def test_shows_every_criterion_with_its_words(self, browser: Browser, asked: Request):
        shown = browser("bob").get(reverse("practice:request", args=[asked.ref])).content.decode()
        assert "Can this family be helped?" in shown
        assert "Decide now" in shown

    def test_a_supervisor_decides_and_allocates(self, browser: Browser, case: Case, world: World):
        assert case.worker == world.users["alice"]

    def test_somebody_from_another_area_needs_a_reason(self, browser: Browser, case: Case, world: World):
        bob, where = browser("bob"), reverse("practice:case_allocate", args=[case.ref])
        carol = str(world.users["carol"].pk)
        asked_why = bob.post(where, {"worker": carol}).content.decode()
        assert "There is a problem" in asked_why
        given = bob.post(where, {"worker": carol, "reason": "They know the family."})
        assert given.status_code == 302

    def test_a_case_that_somebody_allocated_meanwhile_is_not_taken_from_them_unseen(
        self, browser: Browser, case: Case, world: World
    ):
        bob, where = browser("bob"), reverse("practice:case_allocate", args=[case.ref])
        stale = {"worker": str(world.users["carol"].pk), "reason": "Knows them.", "revision": case.revision}
        assert bob.post(where, stale).status_code == 302
        again = stale | {"worker": str(world.users["alice"].pk)}
        assert "Somebody else saved this" in bob.post(where, again).content.decode()
        case.refresh_from_db()
        assert case.worker == world.users["carol"]


class TestContact:
    def test_is_recorded(self, browser: Browser, case: Case):
        answer = browser("alice").post(reverse("practice:record_contact", args=[case.ref]), told())
        assert answer.status_code == 302, answer.content.decode()
        assert Contact.objects.get().note == "We talked."

    def test_a_day_to_come_is_refused_at_its_field(self, browser: Browser, case: Case):
        shown = (
            browser("alice")
            .post(reverse("practice:record_contact", args=[case.ref]), told(day="1/10/2010"))
            .content.decode()
        )
        assert "must be on or before 15 September 2010" in shown
        assert not Contact.objects.exists()

    def test_a_correction_keeps_what_stood_before(self, browser: Browser, case: Case):
        alice = browser("alice")
        alice.post(reverse("practice:record_contact", args=[case.ref]), told())
        contact = Contact.objects.get()
        where = reverse("practice:contact_correct", args=[case.ref, contact.pk])
        answer = alice.post(where, told(minutes="45", reason="Shorter", revision="1"))
        assert answer.status_code == 302, answer.content.decode()
        history = alice.get(reverse("practice:case_history", args=[case.ref])).content.decode()
        assert "Shorter" in history
        assert "60" in history

    def test_two_people_at_once_the_later_sees_both(self, browser: Browser, case: Case):
        alice, where = browser("alice"), reverse("practice:case_edit", args=[case.ref])
        first = {"revision": str(case.revision), "focus": "Getting to school", "next_due_on": ""}
        assert alice.post(where, first).status_code == 302
        later = alice.post(where, first | {"focus": "Mornings"}).content.decode()
        assert "Getting to school" in later
        assert ">Mornings</textarea>" in later, "what she typed stands as she typed it"
        case.refresh_from_db()
        assert case.focus == "Getting to school"


class TestClosing:
    def test_is_refused_until_supervision_has_agreed(self, browser: Browser, case: Case):
        where = reverse("practice:case_close", args=[case.ref])
        ask = {"reason": "needs_met", "outcomes_met": "fully", "note": "", "revision": str(case.revision)}
        assert "No supervision has discussed this case" in browser("alice").post(where, ask).content.decode()
        bob = browser("bob").post(
            reverse("practice:discussion_new", args=[case.ref]),
            {"held_on": "14/9/2010", "decided": "close", "note": ""},
        )
        assert bob.status_code == 302, bob.content.decode()
        assert browser("alice").post(where, ask).status_code == 302
        case.refresh_from_db()
        assert case.closure_reason == "needs_met"

    def test_the_score_form_is_made_from_the_contract(self, browser: Browser, case: Case):
        where = reverse("practice:score_new", args=[case.ref, "how_things_are", "start"])
        assert browser("alice").get(where).status_code == 200


def test_the_team_page_counts_open_cases(browser: Browser, case: Case):
    shown = browser("bob").get(reverse("practice:team")).content.decode()
    assert "Alice Marsh" in shown


def test_what_comes_next_links_only_to_what_she_may_do(world: World, browser: Browser) -> None:
    made = a_case(world)[0]
    Case.objects.filter(pk=made.row.pk).update(closed_at=None, closure_reason="", closure_recorded_at=None)
    paths = {
        "alice": (f"/cases/{made.row.ref}/close", f"/cases/{made.row.ref}/contacts/new"),
        "sam": (),
    }
    for who, expected in paths.items():
        page = browser(who).get(f"/cases/{made.row.ref}").content.decode()
        for path in paths["alice"]:
            assert (f'href="{path}"' in page) == (path in expected), (who, path)
        assert f"/cases/{made.row.ref}/discussions/new" not in page, who
