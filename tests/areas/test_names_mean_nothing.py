"""A contract's own names are its own: with every one of them made up anew, it passes, is adopted and runs as before."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fingerpost.agreements.contracts import commands as contracts
from fingerpost.agreements.registers.models import Entry
from fingerpost.ground.access.models import Grant, Organisation, Team
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places.models import Area, Patch, area_key
from fingerpost.language.compile import check, load
from fingerpost.language.examples import run_examples
from fingerpost.language.faults import Severity
from fingerpost.language.periods import Period
from fingerpost.language.read import read_folder
from fingerpost.language.vocabulary import VOCABULARY
from fingerpost.people.families import commands as families
from fingerpost.proof.measures.evaluate import evaluate
from fingerpost.work.casework.models import Case
from fingerpost.work.referrals import commands as referrals
from fingerpost.work.workforce.models import Holding, Post
from tests.areas.test_northmoor import Today, Worker
from tests.fixtures.families import SYSTEM
from tests.fixtures.renamed import renamed
from tests.fixtures.world import moment

CONTRACTS = Path(__file__).parents[2] / "contracts"
EVERY = sorted(folder.name for folder in CONTRACTS.iterdir() if folder.is_dir())
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))
COUNTED = (
    "acknowledged_in_time", "scored_in_time", "hours_used", "profiles_in_date", "rested", "complaints_answered",
    "told_council", "club_places",
)  # fmt: skip


def sources_of(name: str) -> dict[str, str]:
    return {file: text for file, text in read_folder(CONTRACTS / name).items() if not file.endswith(".md")}


@pytest.mark.parametrize("name", EVERY)
def test_every_contract_passes_and_its_examples_hold_under_other_names(name: str) -> None:
    files, _ = renamed(sources_of(name), seed=7)
    assert [fault for fault in check(files, VOCABULARY) if fault.severity is Severity.ERROR] == []
    contract = load(files, VOCABULARY)
    assert contract.examples
    assert [one for one in run_examples(contract, VOCABULARY) if not one.holds] == []


class Moor:
    """Northmoor at work under the names that `called` gives to its own."""

    def __init__(self, files: dict[str, str], called: Callable[[str], str], today: Today) -> None:
        self.called, self.today = called, today
        version = contracts.adopt(SYSTEM, PLATFORM, sources=files, at=moment(2026, 3, 20))
        self.service = version.agreement.key
        provider = Organisation.objects.create(key="moor_breaks", name="Moor Breaks", kind="provider")
        self.cleo, self.mo = Worker("Cleo", "caseworker", provider), Worker("Mo", "service_manager", provider)
        Grant.objects.update(service=self.service)
        Grant.objects.create(user=self.mo.user, role="supervisor", reach="service", service=self.service)
        here = self.area("coast")
        team = Team.objects.create(organisation=provider, service=self.service, key="coast", name="Coast team")
        Patch.objects.create(team=team, area=here, since=date(2026, 4, 1))
        post = Post.objects.create(
            service=self.service, role=called("coordinator"), team=team, area=here, full_time_hours=37, hours=37,
            since=date(2026, 4, 1),
        )  # fmt: skip
        Holding.objects.create(post=post, user=self.cleo.user, since=date(2026, 4, 1))

    def area(self, code: str) -> Area:
        return Area.objects.get(pk=area_key(self.service, self.called(code)))

    def sends(self, who: Worker, address: str, **given: str) -> None:
        """A form by its old names: the address, the fields and the codes that are chosen are given their new ones."""
        parts = [self.called(part) for part in address.split("/")]
        who.sends("/".join(parts), **{self._field(field): self.called(value) for field, value in given.items()})

    def _field(self, name: str) -> str:
        """A field of an answer or a time by its new name; `happened_at-time` is the second half of one."""
        stem, dash, half = name.partition("-")
        return self.called(stem) + dash + half

    def begins(self, what: str, case: Case, **given: str) -> None:
        self.sends(self.cleo, f"/registers/{what}/new/case/{case.ref}", **given)

    def runs_a_quarter(self) -> dict[str, Any]:
        """From a request to what was counted: (numerator, denominator, verdict, lines) by indicator."""
        at, here = self.today.is_on(4, 1), Scope.of(service=self.service)
        family = families.form_family(SYSTEM, here, name="Lund family", at=at)
        parent = families.register(SYSTEM, here, first_name="Jo", last_name="Lund", at=at)
        families.join(SYSTEM, family, person=parent, part="parent", at=at)
        families.move(SYSTEM, parent, lines="2 Sea Row", area=self.area("coast"), since=date(2020, 1, 1), at=at)
        child = families.register(SYSTEM, here, first_name="Robin", last_name="Lund", born_on=date(2016, 9, 1), at=at)
        families.join(SYSTEM, family, person=child, part="child", at=at)
        request = referrals.receive(
            SYSTEM, here, service=self.service, family=family, children=[child], source="parent", received_at=at, at=at
        )
        step = f"/added/request/{request.ref}"
        self.today.is_on(4, 2)
        self.sends(self.cleo, f"{step}/acknowledged_on", acknowledged_on="02/04/2026")
        self.sends(self.cleo, step, age="9", open_plan="no")
        self.today.is_on(4, 20)
        self.sends(self.cleo, f"{step}/score_agreed_on", score_agreed_on="20/04/2026", score="14")
        self.sends(self.mo, f"{step}/panel_on", panel_on="20/04/2026", panel_says="gives_hours")
        self.mo.sends(f"/requests/{request.ref}/decide")
        self.mo.sends(
            f"/requests/{request.ref}/allocate", worker=str(self.cleo.user.pk), exception_reason="She knows them"
        )
        case = Case.objects.get(request=request)
        self.sends(self.mo, f"/added/case/{case.ref}", hours_given="60", needs_transport="no", takes_medicine="no")
        self.begins("profile", case, agreed_on="20/04/2026", likes="Trains")
        self.today.is_on(5, 6)
        told = {"planned_for": "05/05/2026", "kind": "at_home", "hours": "24", "rested": "yes"}
        self.begins("short_break", case, came_of_it="used", **told)
        self.begins("short_break", case, came_of_it="late", **told)
        self.begins("complaint", case, received_on="05/05/2026", matter="Nobody rang back")
        happened = {"happened_at": "06/05/2026", "happened_at-time": "08:00"}
        self.begins("incident", case, kind="injury", words="A grazed knee", **happened)
        for area, taken in (("coast", "11"), ("fell", "9")):
            club = {"held_on": "06/05/2026", "which": "saturday", "places": "12", "taken": taken, "entry-area": area}
            self.sends(self.cleo, "/registers/club_day/new", **club)
        assert Entry.objects.filter(service=self.service).count() > 10
        return {name: self._counted(name) for name in COUNTED}

    def _counted(self, name: str) -> Any:
        found = evaluate(self.service, self.called(name), actor=SYSTEM, period=QUARTER, as_known_at=moment(2026, 7, 1))
        lines = sorted((one.label, one.numerator, one.denominator) for one in found.breakdowns if one.denominator)
        return found.numerator, found.denominator, found.status, lines


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [3])
def test_a_service_runs_alike_under_other_names(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    sources = sources_of("northmoor_short_breaks")
    files, called = renamed(sources, seed)
    assert called("short_break") != "short_break"
    found = Moor(files, called, Today(monkeypatch)).runs_a_quarter()
    assert found == {
        "acknowledged_in_time": (1, 1, "met", []),
        "scored_in_time": (1, 1, "met", []),
        "hours_used": (48, 60, "not_met", []),
        "profiles_in_date": (1, 1, "met", []),
        "rested": (1, 1, "met", []),
        "complaints_answered": (0, 1, "not_met", []),
        "told_council": (0, 1, "not_met", [("Injury", 0, 1)]),
        "club_places": (20, 24, "not_met", [("East", 11, 12), ("West", 9, 12)]),
    }
