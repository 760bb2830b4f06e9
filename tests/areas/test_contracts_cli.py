"""`fingerpost check` and `fingerpost adopt`: what they print, and how they end."""

import json
import shutil
from pathlib import Path

import pytest

from fingerpost import cli
from fingerpost.agreements.contracts.models import Agreement, Version
from fingerpost.language import read_folder
from tests.fixtures.world import CONTRACT, SERVICE

Said = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTRACT, tmp_path / SERVICE))


def _spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_folder_passes_with_its_examples_run(capsys: Said) -> None:
    assert cli.main(["check", str(CONTRACT)]) == 0
    said = capsys.readouterr().out
    assert "0 errors" in said
    assert "none came out otherwise" in said


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("agreement.yaml", "reporting_year:", "key: again\nreporting_year:", "agreement.yaml:"),
        ("agreement.yaml", "schedule:", "shedule:", "agreement.yaml:"),
        ("indicators.yaml", "until: 2011-09-30, value: 20", "until: 2011-08-30, value: 20", "indicators.yaml:"),
        ("indicators.yaml", "clause: average_sessions", "clause: nowhere", "indicators.yaml:"),
    ],
    ids=["key twice", "unknown word", "gap between dates", "clause that is not there"],
)
def test_each_fault_is_told_with_file_and_line(
    folder: Path, capsys: Said, file: str, old: str, new: str, place: str
) -> None:
    _spoil(folder, file, old, new)
    assert cli.main(["check", str(folder)]) == 1
    told = capsys.readouterr().out.splitlines()
    faults = [line for line in told if ": error: " in line]
    assert faults
    assert all(line.startswith(f"{folder}/") for line in faults)
    assert any(f"/{place}" in line for line in faults)
    assert "The examples were not run. Settle the errors first." in told


def test_an_example_that_comes_out_otherwise_fails_the_check(folder: Path, capsys: Said) -> None:
    _spoil(folder, "returns.yaml", "dates: [2010-09-30,", "dates: [2010-09-29,")
    assert cli.main(["check", str(folder)]) == 1
    assert "fails: " in capsys.readouterr().out


def test_a_program_reads_the_faults_as_json(folder: Path, capsys: Said) -> None:
    _spoil(folder, "agreement.yaml", "schedule:", "shedule:")
    assert cli.main(["check", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    fault = next(one for one in told["faults"] if one["severity"] == "error")
    assert (fault["file"], fault["line"] > 0) == ("agreement.yaml", True)


def test_what_is_no_contract_is_said_plainly(tmp_path: Path, capsys: Said) -> None:
    assert cli.main(["check", str(tmp_path / "nowhere")]) == 1
    assert "There is no contract folder" in capsys.readouterr().err
    assert cli.main(["check", str(tmp_path)]) == 1
    assert "no agreement.yaml" in capsys.readouterr().err
    (tmp_path / "agreement.yaml").write_bytes("key: caf\xe9".encode("latin-1"))
    assert cli.main(["check", str(tmp_path)]) == 1
    assert "agreement.yaml is not UTF-8" in capsys.readouterr().err


def test_what_serves_each_clause_is_said_and_what_nothing_serves(folder: Path, capsys: Said) -> None:
    assert cli.main(["check", str(folder), "--served"]) == 0
    said = capsys.readouterr().out
    assert "2.6 supervision_before_closing (enforced)\n    gate closing: Supervision has agreed" in said
    assert "record of the product case_discussion" in said
    assert "49 clauses, none served by nothing." in said
    _spoil(folder, "clauses.yaml", "served_by: case_study", "served_by: rocket")
    assert cli.main(["check", str(folder), "--served"]) == 1
    assert "keeps a record called rocket" in capsys.readouterr().out


def test_a_clause_that_nothing_serves_is_named(folder: Path, capsys: Said) -> None:
    _spoil(folder, "clauses.yaml", "  served_by: clause\n", "")
    assert cli.main(["check", str(folder), "--served"]) == 0
    said = capsys.readouterr().out
    assert "own_clause_keys (evidenced)\n    NOTHING SERVES IT" in said
    assert "49 clauses, 1 served by nothing: own_clause_keys." in said
    assert cli.main(["check", str(folder), "--served", "--json"]) == 0
    clauses = {one["key"]: one["by"] for one in json.loads(capsys.readouterr().out)}
    assert clauses["own_clause_keys"] == []
    assert clauses["average_sessions"][0]["kind"] == "kind of contact"


def test_schemas_are_written_beside_and_are_no_part_of_the_contract(folder: Path, capsys: Said) -> None:
    before = read_folder(folder)
    assert cli.main(["schema", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Put this first in clocks.yaml: # yaml-language-server: $schema=.schema/clocks.json" in said
    for line in said.splitlines():
        if line.startswith("Put this first in "):
            name, _, schema = line.removeprefix("Put this first in ").partition(": # yaml-language-server: $schema=")
            assert ((folder / name).parent / schema).is_file()
    assert read_folder(folder) == before
    assert cli.main(["schema", str(folder / "instruments")]) == 1
    assert "no agreement.yaml" in capsys.readouterr().err


@pytest.mark.django_db
def test_adopting_twice_changes_nothing_and_a_fault_leaves_nothing(folder: Path, capsys: Said) -> None:
    assert cli.main(["adopt", str(folder)]) == 0
    assert "version 1 is adopted. It holds from 1 April 2010." in capsys.readouterr().out
    assert cli.main(["adopt", str(folder)]) == 0
    assert "nothing changed" in capsys.readouterr().out
    _spoil(folder, "agreement.yaml", "schedule:", "shedule:")
    assert cli.main(["adopt", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "agreement.yaml:" in said
    assert "Nothing was adopted." in said
    assert (Agreement.objects.count(), Version.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_contract_whose_examples_fail_is_not_adopted(folder: Path, capsys: Said) -> None:
    _spoil(folder, "returns.yaml", "dates: [2010-09-30,", "dates: [2010-09-29,")
    assert cli.main(["adopt", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "fails: " in said
    assert "2010-09-29" in said
    assert "Nothing was adopted. Put the rules or the examples right" in said
    assert (Agreement.objects.count(), Version.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_changed_files_are_adopted_from_a_day(folder: Path, capsys: Said) -> None:
    assert cli.main(["adopt", str(folder)]) == 0
    _spoil(folder, "agreement.yaml", "version: 1", "version: 2")
    assert cli.main(["adopt", str(folder)]) == 1
    assert "from which day" in capsys.readouterr().err
    assert cli.main(["adopt", str(folder), "--from", "2010-10-01"]) == 0
    assert "version 2 is adopted. It holds from 1 October 2010." in capsys.readouterr().out
