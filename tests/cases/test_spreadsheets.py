"""Lists as spreadsheets write them: harmless oddities are read, and what a spreadsheet has spoilt is said."""

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.columns import Column, Wrong, clock_time, day, moment
from fingerpost.exchange.imports.commands import Report
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.ground.access.scope import Scope
from fingerpost.people.families.identity import upn_with_check_letter
from fingerpost.people.families.models import Person
from tests.fixtures.world import SERVICE, World
from tests.fixtures.world import moment as time_of

AT = time_of(2010, 11, 15)
UPN = upn_with_check_letter("881500100001")
HEADINGS = "Family,Part,First name,Last name,Birth date,UPN,Own number,Phone,Postcode"
KIM = f"F1,Child,Kim,Smith,04/05/2002,{UPN},A1,07700 900123,CO15 4JX"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def tried(world: World, content: str | bytes, kind: str = "people") -> Report:
    sam = world.actor("sam")
    received = commands.receive(
        sam, Scope.of(service=SERVICE), service=SERVICE, kind=kind, file_name="list.csv",
        content=io.BytesIO(content.encode() if isinstance(content, str) else content), at=AT,
    )  # fmt: skip
    return commands.check(sam, received, at=AT)


def faults(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.severity, fault.message) for fault in report.faults]


ODDITIES = {
    "sep= in the first line": f"sep=,\n{HEADINGS}\n{KIM}\n",
    "sep= in quotation marks": f'"sep=,"\r\n{HEADINGS}\r\n{KIM}\r\n',
    "sep= with a semicolon": f"sep=;\n{HEADINGS}\n{KIM}\n".replace(",", ";"),
    "sep= with a tab, after a mark": f"\ufeffSEP=\t\n{HEADINGS}\n{KIM}\n".replace(",", "\t"),
    "sep= with something rarer": f"sep=^\n{HEADINGS}\n{KIM}\n".replace(",", "^"),
    "a title and an empty line": f"Families of the autumn\n\n{HEADINGS}\n{KIM}\n",
    "a title with commas of its own": f"Families, autumn term, as of 1 October, 2010,,,\n,,\n{HEADINGS}\n{KIM}\n",
    "a title in a file with semicolons": "Families, autumn, 2010\n\n" + f"{HEADINGS}\n{KIM}\n".replace(",", ";"),
    "sep= and a title": f"sep=,\nFamilies\n\n{HEADINGS}\n{KIM}\n",
    "semicolons": f"{HEADINGS}\n{KIM}\n".replace(",", ";"),
    "tabs": f"{HEADINGS}\n{KIM}\n".replace(",", "\t"),
    "bars": f"{HEADINGS}\n{KIM}\n".replace(",", "|"),
    "empty columns to the right": f"{HEADINGS},,,\n{KIM},,,\n,,,,,,,,,,,\n",
    "hundreds of empty columns to the right": f"{HEADINGS}{',' * 400}\n{KIM}{',' * 400}\n",
    "a sum below": f"{HEADINGS}\n{KIM}\n\nTotal,1,,,,,,,\n",
    "a remark below": f"{HEADINGS}\n{KIM}\nEnd of report\nPrinted on 15/11/2010 at 09:00\nPage 1 of 1\n",
    "every cell in quotation marks": "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in (HEADINGS, KIM)),
    "spaces that do not break": f"{HEADINGS}\n{KIM}\n".replace(" ", "\u00a0"),
    "spaces around": f"{HEADINGS}\n{KIM}\n".replace(",", " , "),
    "old line ends": f"{HEADINGS}\r{KIM}\r",
    "a mark of another program's at the end": f"{HEADINGS}\n{KIM}\n\x1a",
    "a mark twice": f"\ufeff\ufeff{HEADINGS}\n{KIM}\n",
    "numbers kept as text": f"{HEADINGS}\n" + KIM.replace("07700 900123", '="07700900123"'),
    "numbers with the mark of text": f"{HEADINGS}\n" + KIM.replace("07700 900123", "'07700900123"),
}


@pytest.mark.case("F28")
@pytest.mark.parametrize("oddity", ODDITIES)
def test_what_a_spreadsheet_adds_does_no_harm(world: World, oddity: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        report = tried(world, ODDITIES[oddity].encode(encoding))
        assert (report.rows, report.faulty, report.written.added) == (1, 0, 1), (encoding, faults(report))
    assert not Person.objects.exists(), "only tried"


@pytest.mark.case("F28")
def test_a_line_below_a_table_is_named_and_a_person_is_no_remark(world: World) -> None:
    report = tried(world, f"Families\n\n{HEADINGS}\n{KIM}\nF2,Child,Sum,Total,01/02/2003,,,,\nTotal: 2\n")
    assert report.written.added == 2
    assert faults(report) == [(6, "warning", "'Total: 2' was passed over: it is no row of the list.")]
    report = tried(world, f"{HEADINGS}\n{KIM}\nTotal,Child,Sum,Total,01/02/2003,,,,\n")
    assert (report.written.added, report.faults) == (2, ()), "whoever is called so is a person"


@pytest.mark.case("F28")
def test_lines_are_counted_as_the_spreadsheet_shows_them(world: World) -> None:
    report = tried(world, f"sep=,\nFamilies\n\n{HEADINGS}\n{KIM}\nF1,Child,Lou,Smith,31/02/2003,,,,\n")
    assert [(fault.line, fault.column) for fault in report.errors] == [(6, "Birth date")]


@pytest.mark.case("F28")
def test_where_no_line_fits_the_first_says_what_it_lacks(world: World) -> None:
    report = tried(world, "Colour,Size\nred,2\n")
    assert "There is no column Part" in report.errors[0].message
    assert report.errors[0].line == 1


@pytest.mark.case("F28")
@pytest.mark.parametrize(
    "words",
    [
        "04/05/2002", "4/5/2002", "04-05-2002", "04.05.2002", "2002-05-04", "2002/05/04", "20020504", "04052002", "04-May-2002",
        "4-may-2002", "04 May 2002", "4th May 2002", "4th of May 2002", "04/May/2002", "04MAY2002", "May 4, 2002", "May 4 2002",
        "Saturday, 4 May 2002", "Saturday, May 4, 2002", "04/05/2002 00:00",
        "04/05/2002 00:00:00", "2002-05-04T00:00:00", "2002-05-04 00:00:00.000", "2002-05-04T00:00:00+01:00", "2002-05-04T00:00Z",
        "04/05/2002 0:00",
    ],
)  # fmt: skip
def test_an_unmistakable_day_is_read(words: str) -> None:
    assert day(words) == date(2002, 5, 4)


def test_every_month_has_its_short_and_its_long_name() -> None:
    for month in range(1, 13):
        on = date(2009, month, 9)
        assert {day(f"{on:{words}}") for words in ("%d-%b-%Y", "%d %B %Y", "%B %d, %Y", "%Y%m%d", "%d%m%Y")} == {on}
    assert day("9-Sept-2009") == date(2009, 9, 9)


@pytest.mark.case("F28")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("04/05/02", "a year of two figures"),
        ("4-May-02", "a year of two figures"),
        ("37380", "it may mean 04/05/2002"),
        ("37380.0", "it may mean 04/05/2002"),
        ("05/28/2002", "the month before the day"),
        ("31/02/2002", "not a day of the calendar"),
        ("20021305", "the month before the day"),
        ("20023205", "not a day of the calendar"),
        ("04/05/1899", "too long ago"),
        ("04-Mai-2002", "is not a date"),
        ("May 2002", "is not a date"),
        ("4 May", "is not a date"),
        ("00/00/0000", "not a day of the calendar"),
        ("4052002", "is not a date"),
        ("04/05/2002 and later", "is not a date"),
        ("٠٤/٠٥/٢٠٠٢", "is not a date"),
        ("1" * 20_000, "is not a date"),
    ],
)
def test_a_day_that_may_be_mistaken_is_asked_for(words: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        day(words)


@pytest.mark.case("F28")
def test_times_of_day() -> None:
    assert {
        f"{clock_time(words):%H:%M}" for words in ("14:30", "14.30", "14:30:00", "2:30 pm", "2.30pm", "02:30 PM")
    } == {"14:30"}
    assert f"{clock_time('12:05 am'):%H:%M}" == "00:05"
    at = datetime.fromisoformat("2010-09-06T14:30:00+01:00")
    for words in (
        "06/09/2010 14:30",
        "2010-09-06T14:30:00",
        "6 September 2010 14:30",
        "06-Sep-2010 2:30 pm",
        "20100906 14.30",
    ):
        assert moment(words) == at, words
    assert moment("06/09/2010") == date(2010, 9, 6)
    for words in ("25:00", "14:60", "13:00 pm", "0.604166", "noon"):
        with pytest.raises(Wrong):
            clock_time(words)


@pytest.mark.case("F31")
@pytest.mark.parametrize(
    ("column", "spoilt"),
    [
        ("Phone", "7.7009E+09"),
        ("Phone", "7700900123"),
        ("Phone", "7700900123.0"),
        ("Phone", "1206222222"),
        ("Own number", "8.8E+11"),
        ("Own number", "8,8E+11"),
        ("Own number", "1234567890123450"),
        ("Own number", "#N/A"),
        ("UPN", "8.815E+11"),
        ("Postcode", "1.0E+05"),
        ("Family", "1.2E+04"),
        ("Family", "03-Jan"),
        ("Family", "Mar-10"),
        ("Family", "#REF!"),
        ("First name", "#NAME?"),
        ("Last name", "########"),
    ],
)
def test_a_text_that_a_spreadsheet_has_changed_is_a_fault(world: World, column: str, spoilt: str) -> None:
    cells = KIM.split(",")
    cells[HEADINGS.split(",").index(column)] = f'"{spoilt}"'
    report = tried(world, f"{HEADINGS}\n{','.join(cells)}\n")
    assert [(fault.line, fault.column) for fault in report.errors] == [(2, column)], faults(report)
    assert "preadsheet" in report.errors[0].message


@pytest.mark.case("F31")
@pytest.mark.parametrize(
    ("column", "right"),
    [
        ("Phone", "07700900123"), ("Phone", "+447700900123"), ("Phone", "447700900123"), ("Phone", "222333"),
        ("Phone", "01206 222222 / 07700 900123"), ("Own number", "881500100001"), ("Own number", "123456789012345"),
        ("Own number", "E12"), ("Own number", "5E10"), ("Own number", "1234567890123456"), ("Family", "12-3"),
        ("Family", "May"), ("Family", "Mar-2010"), ("Last name", "Eden"), ("First name", "June"),
    ],
)  # fmt: skip
def test_a_text_as_somebody_wrote_it_is_kept(world: World, column: str, right: str) -> None:
    cells = KIM.split(",")
    cells[HEADINGS.split(",").index(column)] = right
    report = tried(world, f"{HEADINGS}\n{','.join(cells)}\n")
    assert (report.faulty, report.written.added) == (0, 1), faults(report)


NUMBERS = (bool, int, float, Decimal, date, dict)


def columns() -> list[tuple[str, Column]]:
    return [(name, column) for name, kind in KINDS.items() for column in kind.columns]


@pytest.mark.case("F31")
@pytest.mark.parametrize("spoilt", ["7.7009E+09", "#N/A", "05-Nov", "8815001234567890"])
def test_no_column_of_any_list_takes_a_spoilt_text_for_a_text(spoilt: str) -> None:
    for kind, column in columns():
        try:
            value = column.read(spoilt)
        except Wrong:
            continue
        assert isinstance(value, NUMBERS), (kind, column.name, value)


@pytest.mark.case("F23")
@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("U", ""), ("Unknown", ""), ("X", ""), ("Not known", ""), ("not known", ""), ("I", ""), ("Indeterminate", ""), ("0", ""),
        ("9", ""), ("N/K", ""), ("Prefer not to say", ""), ("F", "F"), ("female", "F"), ("2", "F"), ("M", "M"), ("MALE", "M"),
        ("1", "M"),
    ],
)  # fmt: skip
def test_a_sex_is_read_as_code_lists_write_it(world: World, word: str, right: str) -> None:
    sam = world.actor("sam")
    content = f"Family,Part,First name,Last name,Birth date,Sex\nF1,Child,Kim,Smith,04/05/2002,{word}\n"
    received = commands.receive(
        sam, Scope.of(service=SERVICE), service=SERVICE, kind="people", file_name="list.csv",
        content=io.BytesIO(content.encode()), at=AT,
    )  # fmt: skip
    assert commands.apply(sam, received, at=AT).faulty == 0
    assert Person.objects.get().sex == right


@pytest.mark.case("F23")
def test_what_is_no_sex_is_still_a_fault(world: World) -> None:
    for word in ("3", "FM", "?"):
        report = tried(world, f"Part,First name,Last name,Sex\nChild,Kim,Smith,{word}\n")
        assert [fault.column for fault in report.errors] == ["Sex"], word
