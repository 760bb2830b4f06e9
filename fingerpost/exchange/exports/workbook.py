"""A return as an Excel workbook: notes, the words, the figures, their breakdowns, the lists.

Words are written as text, whatever they begin with, so that no cell is ever taken for a formula; numbers are numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from fingerpost.proof.returns.document import Document
from fingerpost.proof.returns.printed_lists import PrintedList
from fingerpost.proof.returns.wording import HIDDEN

A4 = 9
Cell = str | int | float | None
COUNTS = ("numerator", "denominator", "value", "not_known", "pending", "outside")
COUNT_TITLES = ("Numerator", "Denominator", "Value", "Not known", "Still to come", "Outside")


def workbook_of(document: Document) -> bytes:
    """The return as .xlsx."""
    into = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(into, options)
    book.set_properties({"title": f"{document['title']}, {document['period']}", "author": document["author"]})
    sheets = _Sheets(book)
    sheets.add("Notes", ("About this return", ""), _notes(document), widths=(26, 90))
    sheets.add("Words", ("Heading", "Words"), _words(document), widths=(26, 100))
    figure_titles = ("Heading", "Clause", "Figure", *COUNT_TITLES, "Unit", "Target", "Verdict", "Readings and notes")
    sheets.add("Figures", figure_titles, _figures(document), widths=(20, 9, 50, *[12] * 6, 12, 26, 12, 90))
    breakdown_titles = ("Clause", "Figure", "Broken down by", "Member", *COUNT_TITLES, "Unit")
    sheets.add("Breakdowns", breakdown_titles, _breakdowns(document), widths=(9, 50, 20, 26, *[12] * 6, 12))
    for name, one in _named_lists(document):
        widths = [14 if place in one["numeric"] else 34 for place in range(len(one["columns"]))]
        sheets.add(name, one["columns"], _rows_of(one), widths=widths)
    passages = list(_passages(document))
    if passages:
        sheets.add("Case studies", ("Title", "About", "Words"), passages, widths=(34, 30, 120))
    book.close()
    return into.getvalue()


class _Sheets:
    """Writes tables: bold titles that stay in sight, text as text, numbers as numbers."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.whole = book.add_format({"valign": "top", "num_format": "#,##0"})
        self.decimal = book.add_format({"valign": "top", "num_format": "#,##0.0"})

    def add(self, name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, self.bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._write(sheet, last, column, cell)
        if last and len(titles) > 2:
            sheet.autofilter(0, 0, last, len(titles) - 1)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self.whole if isinstance(cell, int) else self.decimal)
        elif cell is not None:
            sheet.write_string(row, column, cell, self.text)


def _notes(document: Document) -> Iterable[Sequence[Cell]]:
    yield ("Return", f"{document['title']}, {document['service']}")
    yield ("Commissioner", document["commissioner"])
    yield from document["facts"]
    for note in (*document["notes"], document["readings_note"]):
        yield ("Note", note)
    if document["restated"]:
        yield ("Restated", document["restated_note"])
    for one in document["restated"]:
        yield ("Restated since", f"{one['title']}: sent as {one['sent']}, now {one['now']}")


def _words(document: Document) -> Iterable[Sequence[Cell]]:
    for heading in document["headings"]:
        for words in (*heading["paragraphs"], *heading["notes"]):
            yield (heading["label"], words)


FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")
LONGEST_NAME = 31


def _named_lists(document: Document) -> Iterable[tuple[str, PrintedList]]:
    """Each list that is a table, with a name that Excel takes for a sheet, each once."""
    taken: set[str] = {"notes", "words", "figures", "breakdowns", "case studies"}
    for heading in document["headings"]:
        for one in heading["lists"]:
            name = one["title"].translate(FORBIDDEN)[:LONGEST_NAME].strip() or one["key"]
            if one["columns"] and one["rows"] and name.lower() not in taken:
                taken.add(name.lower())
                yield name, one


def _rows_of(one: PrintedList) -> Iterable[Sequence[Cell]]:
    for row in one["rows"]:
        yield [_as_number(cell) if place in one["numeric"] else cell for place, cell in enumerate(row)]


def _as_number(cell: str) -> Cell:
    """The number that a cell prints, where it prints one and no more."""
    if cell.isdecimal():
        return int(cell)
    try:
        return float(cell)
    except ValueError:
        return cell


def _passages(document: Document) -> Iterable[Sequence[Cell]]:
    for heading in document["headings"]:
        for one in heading["lists"]:
            for passage in one["passages"]:
                yield (passage["title"], passage["about"], "\n\n".join(passage["paragraphs"]))


def _figures(document: Document) -> Iterable[Sequence[Cell]]:
    for heading in document["headings"]:
        for figure in heading["figures"]:
            named = (heading["label"], figure["clause"], figure["title"])
            said = "\n".join(figure["lines"])
            numbers = figure["numbers"]
            told = (numbers["unit"], figure["target"], figure["status"], said)
            counts = _counts(numbers) if numbers["recorded"] else (figure["result"], *[None] * (len(COUNTS) - 1))
            yield (*named, *counts, *told)


def _breakdowns(document: Document) -> Iterable[Sequence[Cell]]:
    for heading in document["headings"]:
        for figure in heading["figures"]:
            for breakdown in figure["breakdowns"]:
                for row in breakdown["rows"]:
                    named = (figure["clause"], figure["title"], breakdown["label"], row["member"])
                    yield (*named, *_counts(row["numbers"]), row["numbers"]["unit"])


def _counts(numbers: Mapping[str, Any]) -> Sequence[Cell]:
    hidden = numbers.get("hidden", ())
    return [HIDDEN.lower() if name in hidden else _number(numbers[name]) for name in COUNTS]


def _number(value: Any) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return float(value)
