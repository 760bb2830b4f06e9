"""A sixth contract, of disabled children's short breaks, runs from its folder: not a line of Python knows it.

From a request to the figures of the quarter, on the pages that a coordinator and the manager use.
"""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access import clock
from fingerpost.ground.access import commands as access
from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places.models import Area, Patch, area_key
from fingerpost.language.periods import Period
from fingerpost.language.read import read_folder
from fingerpost.people.families import commands as families
from fingerpost.people.families.models import Family, Membership, Person
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.proof.measures.figure import Figure
from fingerpost.work.casework import commands as casework
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.referrals.models import Request
from fingerpost.work.workforce.models import Holding, Post
from tests.fixtures.browsing import plain
from tests.fixtures.families import SYSTEM
from tests.fixtures.world import moment
from tests.pages.test_partners import TOLD

pytestmark = pytest.mark.django_db

NORTHMOOR = "northmoor_short_breaks"
HERE = Scope.of(service=NORTHMOOR)
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))


class Today:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = moment(2026, 4, 1)
        patch.setattr(clock, "now", lambda service="": self.now)

    def is_on(self, month: int, day: int, hour: int = 10) -> datetime:
        self.now = moment(2026, month, day, hour)
        return self.now


class Worker:
    """Somebody at work, on the pages."""

    def __init__(self, name: str, role: str, provider: Organisation) -> None:
        self.user = User.objects.create_user(f"{name.lower()}@example.org", name=name, organisation=provider)
        Grant.objects.create(user=self.user, role=role, reach="service", service=NORTHMOOR)
        self.client = Client()
        self.client.force_login(self.user)

    def sees(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return plain(answer.content.decode())

    def sends(self, address: str, **given: Any) -> str:
        """What the page says once the form was sent; as it was filled in before, where nothing else is given."""
        form = self.client.get(address).content.decode()
        kept = dict(re.findall(r'name="(entry-revision)"[^>]*value="(\d+)"', form))
        answer = self.client.post(address, {**kept, **given}, follow=True)
        said = plain(answer.content.decode())
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        assert "There is a problem" not in said, said
        return said


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    return Today(monkeypatch)


@pytest.fixture
def provider(today: Today) -> Organisation:
    """The contract adopted, and whoever delivers it."""
    folder = Path(__file__).parents[2] / "contracts" / NORTHMOOR
    contracts.adopt(SYSTEM, PLATFORM, sources=read_folder(folder), at=moment(2026, 3, 20))
    return Organisation.objects.create(key="moor_breaks", name="Moor Breaks", kind="provider")


@pytest.fixture
def cleo(provider: Organisation) -> Worker:
    coordinator = Worker("Cleo", "caseworker", provider)
    here = Area.objects.get(pk=area_key(NORTHMOOR, "coast"))
    team = Team.objects.create(organisation=provider, service=NORTHMOOR, key="coast", name="Coast team")
    Patch.objects.create(team=team, area=here, since=date(2026, 4, 1))
    post = Post.objects.create(
        service=NORTHMOOR,
        role="coordinator",
        team=team,
        area=here,
        full_time_hours=37,
        hours=37,
        since=date(2026, 4, 1),
    )
    Holding.objects.create(post=post, user=coordinator.user, since=date(2026, 4, 1))
    return coordinator


@pytest.fixture
def mo(provider: Organisation) -> Worker:
    manager = Worker("Mo", "service_manager", provider)
    Grant.objects.create(user=manager.user, role="supervisor", reach="service", service=NORTHMOOR)
    return manager


def at_home(name: str, area: str, at: datetime) -> tuple[Family, Person]:
    family = families.form_family(SYSTEM, HERE, name=f"{name} family", at=at)
    parent = families.register(SYSTEM, HERE, first_name="Jo", last_name=name, at=at)
    families.join(SYSTEM, family, person=parent, part="parent", at=at)
    where = Area.objects.get(pk=area_key(NORTHMOOR, area))
    families.move(SYSTEM, parent, lines="2 Sea Row", area=where, since=date(2020, 1, 1), at=at)
    child = families.register(SYSTEM, HERE, first_name="Robin", last_name=name, born_on=date(2016, 9, 1), at=at)
    families.join(SYSTEM, family, person=child, part="child", at=at)
    return family, child


def asked_for(name: str, at: datetime, area: str = "coast") -> Request:
    family, child = at_home(name, area, at)
    return referrals.receive(
        SYSTEM, HERE, service=NORTHMOOR, family=family, children=[child], source="parent", received_at=at, at=at
    )


def figure(name: str, at: datetime) -> Figure:
    return evaluate(NORTHMOOR, name, actor=SYSTEM, period=QUARTER, as_known_at=at)


def given_hours(request: Request, cleo: Worker, mo: Worker, today: Today) -> Case:
    """The way from a request of the 1st of April to a case with 60 hours, a step a day."""
    step = f"/added/request/{request.ref}"
    today.is_on(4, 2)
    cleo.sends(f"{step}/acknowledged_on", acknowledged_on="02/04/2026")
    cleo.sends(step, age="9", open_plan="no")
    today.is_on(4, 20)
    cleo.sends(f"{step}/score_agreed_on", score_agreed_on="20/04/2026", score="14")
    mo.sends(f"{step}/panel_on", panel_on="20/04/2026", panel_says="gives_hours")
    mo.sends(f"/requests/{request.ref}/decide")
    mo.sends(f"/requests/{request.ref}/allocate", worker=str(cleo.user.pk), exception_reason="She knows them")
    case = Case.objects.get(request=request)
    mo.sends(f"/added/case/{case.ref}", hours_given="60", needs_transport="no", takes_medicine="no")
    cleo.sends(f"/registers/profile/new/case/{case.ref}", agreed_on="20/04/2026", likes="Trains")
    return case


def a_break(day: str, hours: str = "4", came_of_it: str = "used") -> dict[str, str]:
    return {"planned_for": day, "kind": "at_home", "hours": hours, "came_of_it": came_of_it, "rested": "yes"}


class TestFromARequestToHours:
    def test_each_step_is_on_the_page_and_its_deadline_among_the_work(
        self, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        """Of Wednesday the 1st of April: to be acknowledged by Tuesday the 7th, over Easter."""
        request = asked_for("Lund", today.is_on(4, 1))
        page = cleo.sees(f"/requests/{request.ref}")
        assert "Acknowledged Not yet" in page
        assert "Questions 2 open" in page
        assert "Acknowledge the request" in cleo.sees("/work")
        given_hours(request, cleo, mo, today)
        page = cleo.sees(f"/requests/{request.ref}")
        assert "Score agreed with the parent 20 Apr 2026" in page
        assert "What does the panel say? It gives hours" in page
        assert "Acknowledge the request" not in cleo.sees("/work")
        assert "Tell the parents what the panel said" in cleo.sees("/work")

    def test_the_request_waits_for_what_is_missing_in_the_contracts_words(
        self, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        request = asked_for("Lund", today.is_on(4, 1))
        step = f"/added/request/{request.ref}"
        cleo.sends(step, age="9", open_plan="yes", social_worker_agreed="no")
        mo.sends(f"/requests/{request.ref}/decide")
        request.refresh_from_db()
        assert request.outcome == "refused" or request.status.startswith("awaiting_")
        assert "The score has still to be agreed with the parent" in mo.sees(f"/requests/{request.ref}")

    def test_below_twelve_points_the_family_is_told_of_something_else(
        self, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        request = asked_for("Low", today.is_on(4, 1))
        step = f"/added/request/{request.ref}"
        cleo.sends(step, age="9", open_plan="no")
        cleo.sends(f"{step}/score_agreed_on", score_agreed_on="01/04/2026", score="11")
        assert figure("told_elsewhere", today.is_on(4, 30)).numerator == 0
        cleo.sends(f"{step}/told_elsewhere_on", told_elsewhere_on="02/04/2026", told_of="Drama club, carers' card")
        assert figure("told_elsewhere", today.is_on(4, 30)).numerator == 1
        mo.sends(f"/requests/{request.ref}/decide")
        request.refresh_from_db()
        assert (request.outcome, request.status) == ("refused", "told_of_other_clubs")


class TestTheQuarter:
    @pytest.fixture
    def case(self, cleo: Worker, mo: Worker, today: Today) -> Case:
        return given_hours(asked_for("Lund", today.is_on(4, 1)), cleo, mo, today)

    def a_break(self, cleo: Worker, case: Case, hours: str, came_of_it: str) -> None:
        cleo.sends(f"/registers/short_break/new/case/{case.ref}", **a_break("05/05/2026", hours, came_of_it))

    def test_hours_given_used_and_lost_are_told_apart(self, case: Case, cleo: Worker, today: Today) -> None:
        today.is_on(5, 6)
        for hours, came_of_it in (("24", "used"), ("24", "used"), ("6", "late"), ("3", "in_time"), ("2.5", "provider")):
            self.a_break(cleo, case, hours, came_of_it)
        over = cleo.client.post(f"/registers/short_break/new/case/{case.ref}", a_break("06/05/2026", "6.5"))
        assert "That would come to 60.5 hours. There may be 60 hours in the year at most." in plain(
            over.content.decode()
        )
        used, lost = (figure(name, moment(2026, 7, 1)) for name in ("hours_used", "hours_lost"))
        assert (used.numerator, used.denominator, used.status) == (54, 60, "met")
        assert (float(lost.numerator or 0), float(lost.denominator or 0), lost.status) == (2.5, 59.5, "not_met")
        rested = figure("rested", moment(2026, 7, 1))
        assert (rested.numerator, rested.denominator) == (2, 2)

    def test_an_incident_runs_its_clocks(self, case: Case, cleo: Worker, mo: Worker, today: Today) -> None:
        """Friday the 8th of May at four: parents the same day, the council by the end of Monday."""
        self.a_break(cleo, case, "8", "used")
        today.is_on(5, 8, 17)
        words = {"kind": "injury", "words": "A grazed knee", "happened_at": "08/05/2026", "happened_at-time": "16:00"}
        cleo.sends(f"/registers/incident/new/case/{case.ref}", **words)
        entry = Entry.objects.get(kind="incident")
        assert "Tell the parents today" in cleo.sees("/work")
        told = {"parents_told_at": "08/05/2026", "parents_told_at-time": "16:30"}
        cleo.sends(f"/entries/{entry.ref}/times/parents_told_at", **told)
        today.is_on(5, 12, 9)
        assert "Tell the council Due 11 May 2026 Late" in mo.sees(f"/entries/{entry.ref}")
        late = {"council_told_at": "12/05/2026", "council_told_at-time": "09:00"}
        cleo.sends(f"/entries/{entry.ref}/times/council_told_at", **late)
        in_time, per_1000 = (figure(name, moment(2026, 7, 1)) for name in ("told_council", "incidents"))
        assert (in_time.numerator, in_time.denominator) == (0, 1)
        assert {one.label for one in in_time.breakdowns if one.denominator} == {"Injury"}
        assert per_1000.exact == 125

    def test_requests_are_counted_by_the_clock_of_the_paper(
        self, case: Case, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        """One acknowledged on the last day, one a day later (over Easter: the 7th), one not at all."""
        late = asked_for("Late", today.is_on(4, 1), area="fell")
        asked_for("Never", today.is_on(4, 1), area="fell")
        today.is_on(4, 8)
        cleo.sends(f"/added/request/{late.ref}/acknowledged_on", acknowledged_on="08/04/2026")
        found = figure("acknowledged_in_time", moment(2026, 7, 1))
        assert (found.numerator, found.denominator, found.status) == (1, 3, "not_met")

    def test_club_places_must_be_taken_in_each_region(self, cleo: Worker, today: Today) -> None:
        today.is_on(5, 9)
        for area, taken in (("coast", "11"), ("fell", "9")):
            cleo.sends(
                "/registers/club_day/new",
                **{"entry-area": area, "held_on": "09/05/2026", "which": "saturday", "places": "12", "taken": taken},
            )
        found = figure("club_places", moment(2026, 7, 1))
        by_region = {one.label: (one.numerator, one.denominator, one.status) for one in found.breakdowns}
        assert by_region == {"East": (11, 12, "met"), "West": (9, 12, "not_met")}
        assert found.status == "not_met"

    def test_a_complaint_and_the_years_five(self, case: Case, cleo: Worker, today: Today) -> None:
        today.is_on(5, 1)
        cleo.sends(
            f"/registers/complaint/new/family/{case.family.ref}", received_on="01/05/2026", matter="Nobody rang back"
        )
        entry = Entry.objects.get(kind="complaint")
        today.is_on(6, 1)
        cleo.sends(f"/entries/{entry.ref}/times/answered_on", answered_on="01/06/2026", answer="We were wrong")
        found = figure("complaints_answered", moment(2026, 7, 1))
        assert (found.numerator, found.denominator, found.status) == (1, 1, "met")

    def test_the_manager_opens_the_figure_and_the_records_behind_it(
        self, case: Case, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        today.is_on(5, 6)
        self.a_break(cleo, case, "4", "used")
        today.is_on(7, 1)
        shown = mo.sees(f"/figures/{NORTHMOOR}/rested?until=2026-06-30")
        assert "Parents who could rest" in shown
        reference = Entry.objects.get(kind="short_break").ref
        assert reference in mo.sees(f"/figures/{NORTHMOOR}/rested/records?until=2026-06-30")

    def test_every_figure_of_the_paper_and_its_records_open(
        self, case: Case, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        today.is_on(5, 6)
        self.a_break(cleo, case, "4", "used")
        today.is_on(7, 1)
        pages = [f"/figures/{NORTHMOOR}?until=2026-06-30", f"/contracts/{NORTHMOOR}", f"/contracts/{NORTHMOOR}/posts"]
        pages += [f"/families/{case.family.ref}", f"/cases/{case.ref}", "/registers", "/registers/short_break"]
        pages += [f"/contracts/{NORTHMOOR}/{page}" for page in ("readings", "returns", "clauses/incidents")]
        for indicator in ("hours_used", "told_council", "acknowledged_in_time"):
            pages += [f"/figures/{NORTHMOOR}/{indicator}{page}?until=2026-06-30" for page in ("", "/records")]
        answers = {page: mo.client.get(page).status_code for page in pages}
        assert {page: status for page, status in answers.items() if status not in (200, 302)} == {}


class TestWhatIsInDate:
    """2.3, 2.4, 2.11, 3.2, 3.4, 6.7 and 6.11 of the paper: what must be there before a break, and who is short of it."""

    @pytest.fixture
    def case(self, cleo: Worker, mo: Worker, today: Today) -> Case:
        return given_hours(asked_for("Lund", today.is_on(4, 1)), cleo, mo, today)

    def refused(self, worker: Worker, case: Case, day: str) -> str:
        answer = worker.client.post(f"/registers/short_break/new/case/{case.ref}", a_break(day))
        return plain(answer.content.decode())

    def test_no_break_without_a_profile_of_the_last_six_months(self, case: Case, cleo: Worker, today: Today) -> None:
        today.is_on(10, 22)
        assert "The one-page profile is not in date" in self.refused(cleo, case, "21/10/2026")
        cleo.sends(f"/registers/short_break/new/case/{case.ref}", **a_break("20/10/2026"))
        assert "One-page profile in date Late: 20 Oct 2026" in cleo.sees(f"/cases/{case.ref}")
        cleo.sends(f"/registers/profile/new/case/{case.ref}", agreed_on="21/10/2026", likes="Boats")
        cleo.sends(f"/registers/short_break/new/case/{case.ref}", **a_break("21/10/2026"))

    def test_a_medicine_plan_only_for_whoever_takes_medicine(
        self, case: Case, cleo: Worker, mo: Worker, today: Today
    ) -> None:
        today.is_on(5, 6)
        cleo.sends(f"/registers/short_break/new/case/{case.ref}", **a_break("05/05/2026"))
        added = Entry.objects.get(kind="case")
        mo.sends(f"/entries/{added.ref}/correct", takes_medicine="yes", hours_given="60", needs_transport="no",
                 **{"entry-reason": "Since Monday"})  # fmt: skip
        assert "The medicine plan is not in date" in self.refused(cleo, case, "06/05/2026")
        parent = Membership.objects.get(family=case.family, part="parent").person_id
        cleo.sends(
            f"/registers/medicine_plan/new/case/{case.ref}", signed_on="06/05/2026", plan="Five drops at noon",
            signed_by=str(parent),
        )  # fmt: skip
        cleo.sends(f"/registers/short_break/new/case/{case.ref}", **a_break("06/05/2026"))

    def test_profiles_and_plans_are_counted_on_the_last_day(self, case: Case, cleo: Worker, today: Today) -> None:
        today.is_on(5, 6)
        without = Case.objects.get(request=self._second(cleo, today))
        profiles, plans = (figure(name, moment(2026, 7, 1)) for name in ("profiles_in_date", "medicine_plans_in_date"))
        assert (profiles.numerator, profiles.denominator, profiles.status) == (1, 2, "not_met")
        assert plans.denominator == 0
        cleo.sends(f"/registers/profile/new/case/{without.ref}", agreed_on="06/05/2026", likes="Mud")
        assert figure("profiles_in_date", moment(2026, 7, 1)).status == "met"

    def _second(self, cleo: Worker, today: Today) -> Request:
        """A second case, given by the house, with no profile yet."""
        request = asked_for("Moor", today.now)
        Request.objects.filter(pk=request.pk).update(outcome="accepted", decided_at=today.now)
        request.refresh_from_db()
        casework.allocate(SYSTEM, request, worker=cleo.user, exception_reason="Known", at=today.now)
        return request

    def test_nobody_is_given_a_case_whose_checks_are_not_in_date(
        self, provider: Organisation, mo: Worker, cleo: Worker, today: Today
    ) -> None:
        """Access given on the pages asks for the checks at once; the figure counts sitters and coordinators alike."""
        today.is_on(4, 1)
        new = User.objects.create_user("nell@example.org", name="Nell", organisation=provider)
        for user, role in ((cleo.user, "caseworker"), (new, "sitter")):
            access.grant(SYSTEM, PLATFORM, user=user, role=role, reach=Grant.Reach.OWN, service=NORTHMOOR, at=today.now)
        request = asked_for("Lund", today.is_on(4, 2))
        Request.objects.filter(pk=request.pk).update(outcome="accepted", decided_at=today.now)
        given = {"worker": str(cleo.user.pk), "exception_reason": "Known"}
        answer = mo.client.post(f"/requests/{request.ref}/allocate", given)
        assert "This has to be in date first: enhanced DBS in date" in plain(answer.content.decode())
        for kind in ("dbs", "safeguarding"):
            mo.sends("/registers/check/new", **{"entry-worker": given["worker"]}, kind=kind, passed_on="01/03/2026")
        mo.sends(f"/requests/{request.ref}/allocate", **given)
        found = figure("dbs_checks_in_date", moment(2026, 7, 1))
        assert (found.numerator, found.denominator) == (1, 2)
        assert "Nell" in mo.sees("/registers/dbs_in_date?due=late")
        assert cleo.client.get("/registers/check").status_code == 404

    def test_the_forum_is_due_every_three_months_and_a_visit_to_each_sitter_every_six(
        self, provider: Organisation, mo: Worker, today: Today
    ) -> None:
        nell = User.objects.create_user("nell@example.org", name="Nell", organisation=provider)
        access.grant(
            SYSTEM, PLATFORM, user=nell, role="sitter", reach=Grant.Reach.OWN, service=NORTHMOOR, at=today.is_on(4, 2)
        )
        assert Entry.objects.get(kind="sitter_visited").times["due_on"] == "2026-10-02"
        assert Entry.objects.get(kind="forum_held").times["due_on"] == "2026-07-01"
        today.is_on(7, 3)
        assert "Parents' forum of the quarter" in mo.sees("/work")
        mo.sends("/registers/forum/new", held_on="02/07/2026", asked_for="Longer Saturdays")
        assert sorted(one.times["due_on"] for one in Entry.objects.filter(kind="forum_held")) == [
            "2026-07-01",
            "2026-10-02",
        ]


def test_a_request_from_outside_begins_its_clocks_though_its_sender_sees_none_of_them(
    cleo: Worker, mo: Worker, provider: Organisation, today: Today
) -> None:
    today.is_on(4, 1)
    erin = Worker("Erin", "referrer", provider)
    Grant.objects.filter(user=erin.user).update(reach="user")
    erin.client.post(
        reverse("partners:refer"), TOLD | {"step": "send", "area": "coast", "school": "", "source": "other"}
    )
    request = Request.objects.get(service=NORTHMOOR)
    entry = Entry.objects.get(kind="request", about_id=request.pk)
    assert str(entry.due_at.date()) == "2026-04-07"
    assert erin.client.get(f"/entries/{entry.ref}").status_code in (403, 404)
    assert "Acknowledge the request" in cleo.sees("/work")
