"""Adopting a version is shown before it is done: the same changes are named, and nothing is written."""

import shutil
from pathlib import Path

import pytest

from fingerpost import cli
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.ground.access.models import ServiceRoles
from fingerpost.ground.places.models import Area, WorkDay
from fingerpost.ground.tasks.models import Clock
from fingerpost.language.permissions import Permission
from fingerpost.language.roles import shipped
from tests.fixtures.families import household
from tests.fixtures.world import CONTRACT, SERVICE, World

Said = pytest.CaptureFixture[str]
TABLES = (Agreement, Version, ServiceRoles, Area, Clock, WorkDay)
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The second version of the contract, with other areas, roles, figures and returns."""
    folder = Path(shutil.copytree(CONTRACT, tmp_path / SERVICE))
    _change(folder, "agreement.yaml", "version: 1", "version: 2")
    _change(folder, "areas.yaml", "    tendring: {name: Tendring}\n", "    harwich: {name: Harwich}\n")
    _change(folder, "areas.yaml", "name: Colchester", "name: Colchester and Wivenhoe")
    _change(folder, "returns.yaml", "2011-03-31, 2011-08-31]", "2011-03-31]")
    _change(folder, "indicators.yaml", "target: {at_least: 5, at_most: 7", "target: {at_least: 4, at_most: 8")
    _change(folder, "indicators.yaml", "until: 2011-09-30, value: 20,", "until: 2011-09-30, value: 15,")
    _change(folder, "clocks.yaml", "long_absence:\n", "long_away:\n")
    _change(folder, "workforce.yaml", "clock: long_absence", "clock: long_away")
    more = sorted(str(one) for one in {*shipped()["supervisor"].can, Permission.PREPARE_RETURN})
    less = sorted(str(one) for one in shipped()["caseworker"].can - {Permission.RUN_GROUP})
    roles = [
        f"caseworker: {{label: Advisor, can: [{', '.join(less)}]}}",
        f"supervisor: {{label: Senior, can: [{', '.join(more)}]}}",
        "parenting_coordinator: {until: 2010-04-01}",
        "complaints_lead: {like: service_manager, label: Complaints lead}",
    ]
    (folder / "roles.yaml").write_text("\n".join(roles), encoding="utf-8")
    (folder / "registers.yaml").write_text(
        "complaint: {clause: model_that_lasts, items: {matter: {label: What is it about?}}}", encoding="utf-8"
    )
    (folder / "examples.yaml").unlink()
    return folder


def _change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def _rows() -> list[list[object]]:
    return [sorted(map(str, model._default_manager.values_list())) for model in TABLES]


def _adopt(folder: Path, *more: str) -> int:
    return cli.main(["adopt", str(folder), "--from", "2010-10-01", *more])


CHANGES = [
    "What changes from version 1:",
    "- Areas added: Harwich.",
    "- Areas renamed: Colchester, now Colchester and Wivenhoe.",
    "- Area closed: Tendring, where 1 family lives. They stay where they are, and the area is offered no more.",
    "- The role supervisor may do more, once a second person has agreed: prepare_return.",
    "- The role caseworker may do less at once: run_group.",
    "- Locked out: Alice Marsh: Advisor in Tendring, which is closed.",
    "- Locked out: Gita Rao: there is no role parenting_coordinator any more.",
    "- Clocks added: long_away.",
    "- Clocks ended: long_absence.",
    "- Figures counted otherwise from that day: persistent_absence; sessions_per_case.",
    "- Dated values changed: persistent_absence.",
    "- Kinds of record added: complaint.",
    "- Returns ended: Monitoring return, due 31 August 2011.",
    "Returns that were sent keep the figures of the version they were sent under.",
]


def test_a_rehearsal_says_what_would_change_and_writes_nothing(world: World, folder: Path, capsys: Said) -> None:
    household()
    before = _rows()
    assert _adopt(folder, "--dry-run") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{SERVICE} version 2 would be adopted. It holds from 1 October 2010."
    assert said[1:-1] == CHANGES
    assert said[-1] == "Nothing was written. Leave out --dry-run to adopt it."
    assert _rows() == before
    assert _adopt(folder) == 0
    done = capsys.readouterr().out.splitlines()
    assert done[1:-1] == CHANGES
    assert done[0] == f"{SERVICE} version 2 is adopted. It holds from 1 October 2010."
    assert _rows() != before


def test_what_cannot_be_adopted_is_refused_in_a_rehearsal_too(world: World, folder: Path, capsys: Said) -> None:
    assert cli.main(["adopt", str(folder), "--dry-run"]) == 1
    assert "Say from which day the new version holds" in capsys.readouterr().err
    _change(folder, "agreement.yaml", "schedule:", "shedule:")
    assert _adopt(folder, "--dry-run") == 1
    assert "Nothing was adopted." in capsys.readouterr().out


def test_the_first_version_is_counted(folder: Path, capsys: Said) -> None:
    Version.objects.all().delete()
    assert cli.main(["adopt", str(CONTRACT), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert (
        "It is the first version: 24 areas, 49 clauses, 1 decision, 3 gates, 5 clocks, 2 tasks, 4 reasons for" in said
    )
    assert not Agreement.objects.filter(key=SERVICE).exists()


def test_files_that_were_adopted_change_nothing(world: World, capsys: Said) -> None:
    assert cli.main(["adopt", str(CONTRACT), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "was adopted before, nothing changed. It holds from 1 April 2010." in said
    assert "What changes" not in said
