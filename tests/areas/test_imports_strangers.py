"""Strangers arrive with folders that nobody has seen: every figure as counted by hand, and every mistake told in words."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from fingerpost.cli import main
from fingerpost.exchange.imports.export_cli import write as write_out
from fingerpost.exchange.imports.models import Reference
from fingerpost.ground.places.models import SchoolTerm, SchoolWeek
from fingerpost.people.families.models import Person
from fingerpost.people.schooling.models import School
from fingerpost.work.casework.models import Case
from tests.fixtures.strangers.figures import Counter, a_year_before, beside, figures
from tests.fixtures.strangers.hands import HANDS, write
from tests.fixtures.strangers.making import QUADRANTS, Rows
from tests.fixtures.strangers.past import past
from tests.fixtures.strangers.retold import retold
from tests.fixtures.world import SERVICE, build_contract_alone

RETURNS = [
    (date(2010, 4, 1), date(2010, 9, 30)),
    (date(2010, 10, 1), date(2010, 12, 31)),
    (date(2011, 1, 1), date(2011, 3, 31)),
    (date(2011, 4, 1), date(2011, 8, 31)),
]
NOTHING = (None, 0, None)
NEARLY = Fraction(1, 10**9)
BASE = ["--service", SERVICE, "--at", "2011-12-20"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def adopted(db: None, settings: Any, tmp_path: Path) -> None:
    """A place where nothing is but the contract."""
    settings.MEDIA_ROOT = tmp_path / "files"
    build_contract_alone()


def bring(folder: Path, capsys: Capture, *more: str) -> tuple[int, str]:
    """The exit code of the import, and all it said."""
    capsys.readouterr()
    code = main(["import", str(folder), *BASE, "--apply", "--covers", "as-said", *more])
    said = capsys.readouterr()
    return code, said.out + said.err


def undo(said: str, capsys: Capture) -> None:
    number = next(line for line in said.splitlines() if line.startswith("Number of this folder")).rpartition(" ")[2]
    assert main(["import", "--undo", number, *BASE]) == 0
    capsys.readouterr()


def figure(capsys: Capture, key: str, letters: str, at: date, *more: str) -> dict[str, Any]:
    reading = [f"change={letters[0]}", f"several_children={letters[1]}"] if len(letters) == 2 else list(letters)
    if key in ("fixed_term_exclusions", "no_repeat_exclusion"):
        reading = [f"measure={letters}", "in_which_return=A"]  # counted by the day a case closed
    asked = [word for letter in reading for word in ("--reading", letter)]
    capsys.readouterr()
    assert main(["figures", SERVICE, "--at", str(at), "--indicator", key, *more, *asked, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["figures"]
    return dict(told)


def numbers(told: dict[str, Any]) -> tuple[Any, ...]:
    """Numerator, denominator, not known, pending."""
    return tuple(
        None if (n := told[k]) is None else Fraction(str(n))
        for k in ("numerator", "denominator", "not_known", "pending")
    )


def differ(told: tuple[Any, ...], counted: tuple[Any, ...]) -> bool:
    return any(a != b and (a is None or b is None or abs(a - b) > NEARLY) for a, b in zip(told, counted, strict=True))


def differences(rows: Rows, capsys: Capture, since: date, at: date) -> Iterator[str]:
    """Every figure of a return that is not as counted, in every reading, for the whole and for each quadrant."""
    counter = Counter(rows, since, at, QUADRANTS)
    for (key, letters), count in figures(counter).items():
        told = figure(capsys, key, letters, at, "--by", "quadrant")
        parts = {one["label"]: one for one in told["breakdowns"] if one["dimension"] == "quadrant"}
        # The most improved families are told over the whole service, not within a quadrant.
        for quadrant in (None,) if letters == "DA" else (None, *QUADRANTS):
            counter.quadrant = quadrant
            counted, part = count(), told if quadrant is None else parts.get(quadrant)
            if part is None and counted[0] in NOTHING and counted[1] in NOTHING and counted[2:] == (0, 0):
                continue
            if part is None or differ(numbers(part), counted):
                yield f"{at} {key} {letters} {quadrant}: {part and numbers(part)}, counted {counted}"
        counter.quadrant = None
    for (key, name), count in beside(counter).items():
        told = figure(capsys, key, "A", at)
        others = [*told["beside"], *({**line, "label": line["member"]} for line in told["lines"])]
        found = told["against"] if name == "against" else next(one for one in others if one["label"] == name)
        if differ(numbers(found), count()):
            yield f"{at} {key}, {name}: {numbers(found)}, counted {count()}"
    earlier = a_year_before(rows, since, at)
    for key, counted in (
        ("courses_attended", earlier.courses_attended()),
        ("courses_completed", earlier.courses_completed("A")),
    ):
        against = figure(capsys, key, "A", at)["against"]
        if (numbers(against) if against else (0, None, 0, 0)) != counted:
            yield f"{at} {key}, a year before: {against and numbers(against)}, counted {counted}"


@pytest.mark.parametrize(("seed", "has_terms", "returns"), [(5, True, RETURNS[2:3]), (2, False, RETURNS[:2])])
def test_every_figure_in_every_reading_is_as_counted_from_the_rows(
    tmp_path: Path, capsys: Capture, seed: int, has_terms: bool, returns: list[tuple[date, date]]
) -> None:
    rows = past(seed, families=24)
    if not has_terms:
        del rows["school_terms"]
    sent = rows if has_terms else retold(rows)
    code, said = bring(write(sent, tmp_path / "past", HANDS[seed % len(HANDS)], seed), capsys)
    assert code == 0, said
    assert [words for since, at in returns for words in differences(rows, capsys, since, at)] == []


def test_a_strangers_folder_comes_out_as_it_went_in_and_leaves_nothing_when_undone(
    tmp_path: Path, capsys: Capture
) -> None:
    given = write(past(3, families=8), tmp_path / "given", HANDS[1])
    code, said = bring(given, capsys)
    assert code == 0, said
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    write_out(tmp_path / "a", SERVICE)
    assert "nothing changed" in bring(given, capsys)[1]
    undo(said, capsys)
    left = [m.__name__ for m in (Person, Case, School, SchoolTerm, SchoolWeek, Reference) if m.objects.exists()]
    assert left == []
    assert bring(tmp_path / "a", capsys)[0] == 0
    write_out(tmp_path / "b", SERVICE)
    assert {f.name: f.read_bytes() for f in (tmp_path / "a").iterdir()} == {
        f.name: f.read_bytes() for f in (tmp_path / "b").iterdir()
    }


SMALL = {
    "staff.csv": "Staff number,Name,Role,Locality\nW1,Moira O'Dell,Parent Support Advisor,Tendring\n",
    "people.csv": (
        "Own number,Family,Part,First name,Last name,Birth date\n"
        "P1,F1,Mother,Zoë,Núñez,\nK1,F1,Child,Ivy,Núñez,04/03/2001\n"
    ),
    "cases.csv": "Case,Family,Opened,Worker\nC1,F1,28/06/2010,W1\n",
    "contacts.csv": "Case,Date,Time,Kind,Minutes,Worker,Attended\nC1,01/07/2010,10:00,Casework session,60,W1,Y\n",
    "attendance.csv": "Person,Week,Possible,Attended\nK1,07/06/2010,10,8\nK1,14/06/2010,10,9\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "small"
    path.mkdir()
    for name, content in SMALL.items():
        (path / name).write_text(content, encoding="utf-8")
    return path


def weeks() -> list[str]:
    return [f"{monday:%d/%m}" for monday in SchoolWeek.objects.order_by("number").values_list("monday", flat=True)]


def test_without_terms_the_weeks_with_marks_grow_with_every_folder_and_go_with_it(
    folder: Path, capsys: Capture
) -> None:
    first = bring(folder, capsys)[1]
    assert weeks() == ["07/06", "14/06"]
    (folder / "attendance.csv").write_text(f"{SMALL['attendance.csv']}K1,31/05/2010,10,9\nK1,28/06/2010,10,9\n")
    code, second = bring(folder, capsys)
    assert (code, weeks()) == (0, ["31/05", "07/06", "14/06", "28/06"])
    undo(second, capsys)
    undo(first, capsys)
    assert weeks() == []


def test_terms_that_clash_with_those_on_record_name_the_week_and_say_what_to_do(folder: Path, capsys: Capture) -> None:
    heading = "Term,First day,Last day\n"
    terms = folder / "school_terms.csv"
    terms.write_text(f"{heading}A,12/04/2010,28/05/2010\nB,07/06/2010,23/07/2010\n")
    assert bring(folder, capsys)[0] == 0
    (folder / "attendance.csv").write_text(f"{SMALL['attendance.csv']}K1,21/06/2010,10,9\n")
    terms.write_text(f"{heading}A,12/04/2010,21/05/2010\nB,31/05/2010,23/07/2010\n")
    code, said = bring(folder, capsys)
    assert code == 1
    assert "school_terms.csv, line 3, first day: The week of 31/05/2010 is a holiday by the terms on record." in said
    assert "Look: school_terms.csv, the file: The week of 24/05/2010 is a holiday here, and a week of school" in said
    assert "name a calendar for them in the column Calendar" in said
    terms.write_text(f"{heading}Before,22/02/2010,26/03/2010\nA,12/04/2010,28/05/2010\nB,07/06/2010,23/07/2010\n")
    assert bring(folder, capsys)[0] == 0, "earlier terms may come later"
    assert weeks()[0] == "22/02"


def change(name: str, old: str, new: str) -> Callable[[Path], object]:
    """A mistake: these words in place of those."""

    def make(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return make


def put(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


MISTAKES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a heading nobody knows": (change("cases.csv", "Family", "Fam"), "cases.csv, line 1: There is no column Family."),
    "what depends on it": (change("cases.csv", "Family", "Fam"), "Begin with cases.csv: rows of other lists may name"),
    "no staff": (lambda f: (f / "staff.csv").unlink(), "There is no list of staff in this folder."),
    "somebody unknown": (change("cases.csv", "F1,28", "F9,28"), "cases.csv, line 2, family: The family 'F9' is in none"),
    "a case twice": (
        change("cases.csv", "W1\n", "W1\nC1,F1,28/06/2010,W1\n"),
        "line 3, case: This case is in the file already, on line 2",
    ),
    "days the wrong way round": (
        change("contacts.csv", "01/07/2010", "07/31/2010"),
        "line 2, date: '07/31/2010' has the month before the day. Write the day first, as",
    ),
    "a number with a comma": (change("contacts.csv", ",60,", ',"1,5",'), "line 2, minutes: '1,5' is not a number. Write it"),
    "a clock of twelve hours": (
        change("contacts.csv", "10:00", "14:30 pm"),
        "line 2, time: '14:30 pm' is not a time of day. Write it as 14:30.",
    ),
    "neither yes nor no": (
        change("contacts.csv", "W1,Y", "W1,Maybe"),
        "line 2, attended: 'Maybe' is not an answer. Use one of: Yes",
    ),
    "more than a week holds": (change("attendance.csv", "10,8", "8,9"), "line 2, attended: A week has 10 half-days"),
    "an empty file": (put("absence.csv", b""), "absence.csv, the file: The file is empty. Name the columns"),
    "a workbook called a list": (put("cases.csv", b"PK\x03\x04.."), "cases.csv, the file: This is a workbook."),
    "UTF-16 that does not say so": (put("cases.csv", "Case".encode("utf-16-le")), "cases.csv, line 1: This is not a text file."),
    "a list of something else": (put("budget.csv", b"Month,Spent\nMay,30\n"), "budget.csv: Its columns do not tell what kind"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_strangers_mistake_is_told_by_file_line_and_what_to_do(folder: Path, capsys: Capture, name: str) -> None:
    make, words = MISTAKES[name]
    make(folder)
    code, said = bring(folder, capsys)
    assert code == 1
    assert words in said
    assert not Person.objects.exists(), "nothing half-written"
    assert not SchoolWeek.objects.exists()


def recode(encoding: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        for file in folder.iterdir():
            file.write_bytes(file.read_text(encoding="utf-8").replace("\n", "\r\n").encode(encoding))

    return make


HARMLESS: dict[str, Callable[[Path], object]] = {
    "UTF-16": recode("utf-16"),
    "Windows-1252": recode("cp1252"),
    "lines of nothing but commas": change("cases.csv", "W1\n", "W1\n,,,\n\n,,,\n"),
    "spaces around": change("people.csv", "Own number,Family", " Own  Number , family "),
    "a column of one's own": change("cases.csv", "Worker\nC1,F1,28/06/2010,W1", "Worker,Colour\nC1,F1,28/06/2010,W1,red"),
    "what computers hide": put("._cases.csv", b"\x00\x05"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_is_taken(folder: Path, capsys: Capture, name: str) -> None:
    HARMLESS[name](folder)
    code, said = bring(folder, capsys)
    assert code == 0, said
    assert Person.objects.filter(last_name="Núñez").count() == 2


def test_what_is_no_list_is_passed_over_and_named(folder: Path, capsys: Capture) -> None:
    (folder / "read me.txt").write_text("Dear all, here is what we have,\nwith best wishes\n")
    (folder / "cases.xlsx").write_bytes(b"PK\x03\x04")
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "older").mkdir()
    code, said = bring(folder, capsys)
    assert code == 0
    assert "cases.xlsx (a workbook; save each of its sheets as CSV)" in said
    assert "older (a folder inside the folder" in said
    assert "read me.txt (no list)" in said
    assert "DS_Store" not in said
    for file in folder.glob("*.csv"):
        file.unlink()
    shutil.rmtree(folder / "older")
    assert bring(folder, capsys)[0] == 2


def test_a_reply_and_a_session_count_from_the_day_they_are_known(folder: Path, capsys: Capture) -> None:
    (folder / "feedback.csv").write_text(
        "Case,Person,Respondent,Asked,Replied on,Rating\nC1,P1,Parent,28/09/2010,05/10/2010,5\n"
    )
    (folder / "programmes.csv").write_text(
        "Run,Programme,Kind,Locality,First day\nG1,Sleep,Workshop,Tendring,20/09/2010\n"
    )
    (folder / "sessions.csv").write_text("Run,Date,Minutes,Recorded\nG1,20/09/2010,60,04/10/2010\n")
    assert bring(folder, capsys)[0] == 0
    rate = figure(capsys, "parents_feedback", "A", date(2010, 9, 30))["beside"]
    (asked,) = [one for one in rate if one["label"] == "Response rate"]
    assert (asked["numerator"], asked["denominator"]) == (0, 1), "asked, and no reply yet"
    hours = figure(capsys, "casework_and_groups", "A", date(2010, 9, 30))
    assert (hours["numerator"], hours["denominator"]) == (1, 1), "nobody had written the workshop down"
