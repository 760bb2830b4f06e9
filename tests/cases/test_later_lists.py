"""What a later list says of a record that is known changes something, is the same, or is named; never is it just dropped."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fingerpost.exchange.imports import folders
from fingerpost.exchange.imports.folders import FileGiven, FolderReport
from fingerpost.exchange.imports.recognising import lists_in
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import Grant, Organisation, Team, User
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.places.models import Patch
from fingerpost.work.casework.models import Case
from fingerpost.work.groups.models import Run, Session
from fingerpost.work.workforce.models import Absence
from tests.fixtures.world import SERVICE, World, moment

pytestmark = pytest.mark.case("G2")
AT, SYSTEM = moment(2011, 2, 1), Actor.system()
FIRST = {
    "staff.csv": "Staff number,Name,Role,Locality\nW1,Moira Tansley,Parent Support Advisor,Tendring\n",
    "people.csv": (
        "Own number,Family,Part,First name,Last name,Birth date\n"
        "P1,F1,Mother,Rose,Alder,\nK1,F1,Child,Ivy,Alder,04/03/2001\nP2,F2,Mother,Sal,Birch,\nK2,F2,Child,Bram,Birch,19/07/2000\n"
    ),
    "cases.csv": "Case,Family,Opened,Worker,Focus\nC1,F1,28/06/2010,W1,Sleep\nC2,F2,29/06/2010,W1,Meals\n",
    "absences.csv": "Worker,First day,Last day,Reason\nW1,06/09/2010,10/09/2010,Sickness\n",
    "programmes.csv": "Run,Title,Locality,First day,Last day,Places\nG1,Strong parents,Tendring,14/09/2010,14/12/2010,12\n",
    "sessions.csv": "Run,Date,Time,Minutes,Held\nG1,14/09/2010,09:30,120,Yes\n",
}
Bring = Callable[..., FolderReport]


@pytest.fixture
def bring(world: World, tmp_path: Path, settings: Any) -> Bring:
    """Brings a folder of lists in; the first is there already."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def bring(**files: str) -> FolderReport:
        path = tmp_path / f"folder{len(list(tmp_path.iterdir()))}"
        path.mkdir()
        for name, content in files.items():
            (path / f"{name}.csv").write_text(content, encoding="utf-8")
        given = [FileGiven(kind, file.name, io.BytesIO(file.read_bytes())) for file, kind in lists_in(path)]
        here = Scope.of(service=SERVICE)
        folder = folders.receive_folder(SYSTEM, here, service=SERVICE, name=path.name, files=given, at=AT)
        return folders.apply_folder(SYSTEM, folder, at=AT)

    bring(**{name.removesuffix(".csv"): content for name, content in FIRST.items()})
    assert Case.objects.count() == 2
    return bring


def said(report: FolderReport) -> list[str]:
    return [fault.message for one in report.lists for fault in one.faults]


def errors(report: FolderReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for one in report.lists for fault in one.errors]


HEAD = "Case,Family,Opened,Closed,Closing reason\n"


def test_a_known_case_that_a_later_list_closes_is_closed(bring: Bring) -> None:
    report = bring(cases=f"{HEAD}C1,F1,28/06/2010,30/09/2010,Needs met\nC2,F2,29/06/2010,,\n")
    assert (said(report), errors(report)) == ([], [])
    case = Case.objects.get(batch_ref="C1")
    assert (timezone.localdate(case.closed_at), case.closure_reason) == (date(2010, 9, 30), "needs_met")
    (listed,) = report.lists
    assert (listed.list_received.added, listed.list_received.changed, listed.list_received.unchanged) == (0, 1, 1)
    folders.undo_folder(SYSTEM, report.folder, at=AT)
    case.refresh_from_db()
    assert (case.closed_at, Case.objects.count()) == (None, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("C1,F1,28/06/2010,27/06/2010,Needs met", "Closed"),
        ("C1,F1,28/06/2010,30/09/2010,flew_away", "Closing reason"),
        ("C1,F1,28/06/2010,30/09/2010,", "Closing reason"),
        ("C1,F1,28/06/2010,,Needs met", "Closed"),
        ("C1,F9,28/06/2010,,", "Family"),
    ],
)
def test_what_cannot_be_is_a_fault_of_a_known_case_too(bring: Bring, row: str, column: str) -> None:
    assert errors(bring(cases=f"{HEAD}{row}\n")) == [(2, column)]
    assert Case.objects.get(batch_ref="C1").closed_at is None


def test_what_a_later_list_says_otherwise_of_a_case_is_named(bring: Bring) -> None:
    report = bring(cases="Case,Family,Opened,Worker,Focus\nC1,F1,01/07/2010,W1,Money\nC2,F2,29/06/2010,W1,Meals\n")
    assert said(report) == [
        (
            "This case is on record with another Opened and Focus: 28/06/2010, not 01/07/2010; Sleep, not Money. "
            "What is on record stands. Correct it there, or put the list right."
        )
    ]
    assert Case.objects.get(batch_ref="C1").focus == "Sleep"


def test_the_same_again_says_nothing(bring: Bring) -> None:
    report = bring(**{name.removesuffix(".csv"): content for name, content in FIRST.items()})
    assert (said(report), errors(report)) == ([], [])


def test_another_day_or_reason_of_a_closing_is_named(bring: Bring) -> None:
    bring(cases=f"{HEAD}C1,F1,28/06/2010,30/09/2010,Needs met\n")
    report = bring(cases=f"{HEAD}C1,F1,28/06/2010,01/10/2010,Family moved away\n")
    assert "another Closed and Closing reason" in said(report)[0]
    report = bring(cases=f"{HEAD}C1,F1,28/06/2010,,\n")
    assert "another Closed" in said(report)[0], "the list has it open"
    report = bring(closures="Case,Closed,Closing reason\nC1,30/09/2010,Family moved away\n")
    assert "This closing is on record with another Closing reason" in said(report)[0]


def test_our_own_reference_is_a_known_case_as_well(bring: Bring) -> None:
    ours = Case.objects.get(batch_ref="C1").ref
    bring(cases=f"{HEAD}{ours},F1,28/06/2010,30/09/2010,Needs met\n")
    assert Case.objects.count() == 2
    assert Case.objects.get(batch_ref="C1").closed_at


def test_an_absence_and_a_session_are_corrected_and_places_of_a_run_are_named(bring: Bring) -> None:
    report = bring(
        absences="Worker,First day,Last day,Reason\nW1,06/09/2010,17/09/2010,Sickness\n",
        programmes="Run,Title,Locality,First day,Last day,Places\nG1,Strong parents,Tendring,14/09/2010,14/12/2010,15\n",
        sessions="Run,Date,Time,Minutes,Held\nG1,14/09/2010,09:30,90,Yes\n",
    )
    assert [words.split(" What ")[0] for words in said(report)] == [
        "This run is on record with another Places: 12, not 15.",
    ]
    assert Absence.objects.get().ended_on == date(2010, 9, 17)
    assert (Run.objects.get().places, Session.objects.get().minutes) == (12, 90)
    folders.undo_folder(SYSTEM, report.folder, at=AT)
    assert Absence.objects.get().ended_on == date(2010, 9, 10)
    assert (Run.objects.get().places, Session.objects.get().minutes) == (12, 120)


def test_an_absence_that_a_later_list_makes_longer_runs_into_no_other(bring: Bring) -> None:
    head = "Worker,First day,Last day,Reason\n"
    longer = "W1,06/09/2010,17/09/2010,Sickness\n"
    assert errors(bring(absences=f"{head}{longer}W1,15/09/2010,20/09/2010,Training\n")) == [(3, "First day")]
    assert errors(bring(absences=f"{head}{longer}W1,20/09/2010,21/09/2010,Training\n")) == []
    assert errors(bring(absences=f"{head}W1,06/09/2010,20/09/2010,Sickness\n")) == [(2, "First day")]


def test_undo_takes_back_team_organisation_and_area_of_a_team(bring: Bring) -> None:
    before = {model: model.objects.count() for model in (Organisation, Team, Patch, User)}
    report = bring(
        staff="Staff number,Name,Role,Team,Locality\nW9,Ada Reed,Parent Support Advisor,Night team,Colchester\n",
    )
    assert errors(report) == []
    assert Team.objects.filter(name="Night team").exists()
    assert Patch.objects.count() == before[Patch] + 1
    folders.undo_folder(SYSTEM, report.folder, at=AT)
    assert {model: model.objects.count() for model in before} == before


def test_a_team_that_somebody_works_in_stays(bring: Bring, world: World) -> None:
    report = bring(
        staff="Staff number,Name,Role,Team,Locality\nW9,Ada Reed,Parent Support Advisor,Night team,Colchester\n",
    )
    team = Team.objects.get(name="Night team")
    Grant.objects.create(user=world.users["bob"], role="supervisor", reach="team", team=team, service=SERVICE)
    folders.undo_folder(SYSTEM, report.folder, at=AT)
    assert Patch.objects.filter(team=team).exists()
