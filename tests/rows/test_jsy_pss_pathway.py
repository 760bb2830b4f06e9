"""The pathway of a request is the contract's own: its stages, who sets them, and what they must be before a family is taken on."""

from datetime import date, datetime

import pytest
from django.test import Client

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access import clock
from fingerpost.ground.access.scope import PLATFORM
from fingerpost.language.read import read_folder
from fingerpost.people.schooling import commands as schooling
from fingerpost.work.referrals.models import Request
from tests.fixtures.browsing import plain, rows_of
from tests.fixtures.families import SYSTEM, household
from tests.fixtures.referrals import assessed, received
from tests.fixtures.world import CONTRACT, World, moment

BEFORE = """
request:
  label: Pathway
  clause: how_cases_end
  times:
    screened_on: {label: Screened, stage: Screened}
    first_contact_on: {label: First contact, stage: First contact, at_least: screened_on}
complaint:
  clause: how_cases_end
  times:
    received_on: {label: Received, stage: Received, required: true}
    acknowledged_on: {label: Acknowledged, at_least: received_on}
    answered_on: {label: Answered, stage: Answered, at_least: received_on}
"""
ASKED = """
request:
  label: Pathway
  clause: how_cases_end
  items:
    heard: {label: How did they hear of us?, type: choice, answers: {school: From school, poster: From a poster}}
    hopes: {label: What do they hope for?, type: note}
    matter: {label: What is it about?, ask: screened_on, required: true}
  times:
    screened_on: {stage: Screened}
    seen_on: {label: Seen at home, stage: Seen, at_least: screened_on, who: {writes: [supervisor, caseworker]}}
"""
AFTER = BEFORE.replace(
    "    first_contact_on",
    "    panel_on: {label: Panel, stage: Panel, at_least: screened_on, who: {writes: [supervisor]}}\n    first_contact_on",
)
PANEL = """    panel:
      clause: how_cases_end
      label: The panel has met
      condition: {panel_on: known}
      not_met: [{say: The panel has still to meet., outcome: awaiting_panel}]
      met: "The panel met on {panel_on}."
  accept: {all: [{any: [attendance, forecast, exclusion]}, assessment, panel]}
"""
ACCEPT = "  accept: {all: [{any: [attendance, forecast, exclusion]}, assessment]}\n"


def adopted(version: int, since: date, registers: str, *, with_panel: bool) -> None:
    """The contract with this pathway, adopted as an administrator does it; with a panel before a family is accepted."""
    sources = dict(read_folder(CONTRACT))
    sources["agreement.yaml"] = sources["agreement.yaml"].replace("version: 1\n", f"version: {version}\n")
    sources["registers.yaml"] = registers
    sources.pop("examples.yaml")
    if with_panel:
        sources["eligibility.yaml"] = sources["eligibility.yaml"].replace(ACCEPT, PANEL)
    contracts.adopt(SYSTEM, PLATFORM, sources=sources, in_force_from=since, at=moment(2010, 4, 20))


class Day:
    """Today, as pages take it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = moment(2010, 6, 1)
        patch.setattr(clock, "now", lambda service="": self.now)

    def is_on(self, month: int, day: int) -> datetime:
        self.now = moment(2010, month, day)
        return self.now


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Day:
    return Day(monkeypatch)


def asked_for(name: str, at: datetime) -> Request:
    """A request that meets every criterion but those of the pathway."""
    home = household(name)
    for child in home.children:
        schooling.record_exclusion(SYSTEM, child, kind="fixed_term", started_on=at.date(), sessions=2, at=at)
    assessed(home, SYSTEM, on=at.date(), at=at)
    return received(home, SYSTEM, at=at, scope=home.family.scope)


class Browser:
    """What one person does on the pages of a request."""

    def __init__(self, world: World, name: str) -> None:
        self._client = Client()
        self._client.force_login(world.users[name])

    def sees(self, request: Request) -> str:
        return plain(self._client.get(f"/requests/{request.ref}").content.decode())

    def opens(self, where: str) -> str:
        return plain(self._client.get(where).content.decode())

    def sets(self, request: Request, time: str, day: str, **answers: str) -> str:
        where = f"/added/request/{request.ref}/{time}".rstrip("/")
        shown = self._client.get(where)
        if shown.status_code != 200:
            return str(shown.status_code)
        revision = Entry.objects.filter(about_id=request.pk).values_list("revision", flat=True).first()
        given = answers | ({time: day} if time else {}) | ({"entry-revision": str(revision)} if revision else {})
        answer = self._client.post(where, given, follow=True)
        return plain(answer.content.decode())

    def decides(self, request: Request) -> str:
        self._client.post(f"/requests/{request.ref}/decide")
        request.refresh_from_db()
        return str(request.outcome or request.status)


@pytest.mark.row("JSY-PSS-3.4.1")
class TestAPanelBetweenScreenedAndAccepted:
    @pytest.fixture
    def both(self, world: World, today: Day) -> tuple[Request, Request]:
        """One request of the last day before the panel is in the contract, one of the first day with it."""
        adopted(2, date(2010, 5, 1), BEFORE, with_panel=False)
        adopted(3, date(2010, 6, 2), AFTER, with_panel=True)
        old = asked_for("Old", today.is_on(6, 1))
        new = asked_for("New", today.is_on(6, 2))
        return old, new

    def test_old_requests_keep_their_pathway(self, world: World, both: tuple[Request, Request], today: Day) -> None:
        bob, (old, _) = Browser(world, "bob"), both
        today.is_on(6, 10)
        assert "Received 1 Jun 2010, 10am Screened Not yet" in bob.sees(old)
        assert "Panel" not in bob.sees(old)
        assert "Saved: screened" in bob.sets(old, "screened_on", "09/06/2010")
        assert bob.sets(old, "panel_on", "09/06/2010") == "404"
        assert bob.decides(old) == "accepted"

    def test_new_requests_pass_through_the_panel(self, world: World, both: tuple[Request, Request], today: Day) -> None:
        alice, bob, (_, new) = Browser(world, "alice"), Browser(world, "bob"), both
        today.is_on(6, 10)
        assert bob.decides(new) == "awaiting_panel"
        assert "The panel has still to meet" in bob.sees(new)
        assert "Set “Screened” first" in bob.sets(new, "panel_on", "09/06/2010")
        assert "Screened 4 Jun 2010" in alice.sets(new, "screened_on", "04/06/2010")
        assert alice.sets(new, "panel_on", "09/06/2010") == "404", "only those whom the contract names"
        assert "Panel cannot be before the time of “Screened”" in bob.sets(new, "panel_on", "03/06/2010")
        assert "Panel 9 Jun 2010" in bob.sets(new, "panel_on", "09/06/2010")
        assert bob.decides(new) == "accepted"
        assert "The panel met on 9 June 2010" in bob.sees(new)

    def test_what_the_contract_declares_stands_at_the_last_stage_that_it_reached(
        self, world: World, both: tuple[Request, Request], today: Day
    ) -> None:
        client = Client()
        client.force_login(world.users["bob"])
        today.is_on(6, 10)
        for _ in range(3):
            assert client.post("/registers/complaint/new", {"received_on": "08/06/2010"}).status_code == 302
        acknowledged, answered, _ = Entry.objects.filter(kind="complaint").order_by("id")
        for entry, time in (
            (acknowledged, "acknowledged_on"),
            (answered, "answered_on"),
            (answered, "acknowledged_on"),
        ):
            entry.refresh_from_db()
            told = {time: "09/06/2010", "entry-revision": entry.revision}
            sent = client.post(f"/entries/{entry.ref}/times/{time}", told)
            assert sent.status_code == 302, plain(sent.content.decode())
        rows = rows_of(client.get("/registers/complaint"), "complaints")
        assert sorted(row.rpartition(" ")[2] for row in rows) == ["Answered", "Received", "Received"]
        (closed,) = rows_of(client.get("/registers/complaint?stage=answered_on"), "complaint")
        assert closed == f"{answered.ref} 8 Jun 2010 Answered", "being acknowledged is no stage"

    def test_what_is_asked_with_a_stage_is_answered_once_and_in_its_order(self, world: World, today: Day) -> None:
        adopted(2, date(2010, 5, 1), ASKED, with_panel=False)
        bob, alice, carol = Browser(world, "bob"), Browser(world, "alice"), Browser(world, "carol")
        one, other = asked_for("One", today.is_on(6, 1)), asked_for("Other", today.is_on(6, 2))
        today.is_on(6, 10)

        def stands(request: Request) -> str:
            return bob.sees(request).partition(" Pathway ")[2].partition(" What was asked")[0]

        both = "Questions 2 open Received 1 Jun 2010, 10am Screened Not yet Seen at home Not yet"
        assert stands(one) == f"{both} History and corrections"
        assert "Set “Screened” first" in bob.sets(one, "seen_on", "09/06/2010")
        assert "Saved: questions" in bob.sets(one, "", "", heard="school")
        told = "How did they hear of us? From school"
        assert stands(one) == f"{both.replace('2', '1', 1)} {told} History and corrections"
        bob.sets(one, "", "", heard="poster")
        assert told in stands(one), "what was answered is not asked again"
        for day, matter in (("09/06/2010", " "), ("", "School"), ("31/06/2010", "School")):
            assert "There is a problem" in bob.sets(one, "screened_on", day, matter=matter), (day, matter)
        assert "Saved: screened" in bob.sets(one, "screened_on", "09/06/2010", matter="School")
        assert bob.sets(one, "screened_on", "08/06/2010", matter="Home") == "404", "it is set once"
        assert "Seen at home cannot be before the time of “Screened”" in bob.sets(one, "seen_on", "08/06/2010")
        screened = "Received 1 Jun 2010, 10am Screened 9 Jun 2010"
        assert f"Questions 1 open {screened} Seen at home Not yet {told} What is it about? School" in stands(one)
        assert "Saved: seen at home" in bob.sets(one, "seen_on", "09/06/2010")
        assert f"{screened} Seen at home 9 Jun 2010" in stands(one), "both on one day is in order"
        for request in (one, other):
            assert bob.sets(request, "no_such_time", "09/06/2010") == "404"
        assert "Questions 2 open Received 2 Jun 2010, 10am Screened Not yet" in stands(other), (
            "another family's is its own"
        )
        assert carol.sets(other, "screened_on", "09/06/2010", matter="School") == "404", (
            "it lies where she does not work"
        )
        assert "Saved: screened" in alice.sets(other, "screened_on", "10/06/2010", matter="School")
        for request, stage in ((one, "Seen"), (other, "Screened")):
            entry = Entry.objects.get(about_id=request.pk)
            assert f"About {request.ref} Stage {stage} Received" in bob.opens(f"/entries/{entry.ref}")
