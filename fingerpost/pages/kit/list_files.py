"""A list as a file: CSV, or an Excel workbook. Words that look like a formula stay words in both."""

import datetime as dt
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from fingerpost.pages.kit.downloads import csv_of

KINDS = ("csv", "xlsx")
MOST = 20_000
"""Rows of one file. Whoever wants more takes the folder of `fingerpost export`, which is made for it."""

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORDS_STAY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def file_of(kind: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The answer that a browser saves as a file. Dates are dates in Excel, and 2010-05-04 in CSV."""
    if kind == "csv":
        return csv_of(name, headings, ([_in_csv(cell) for cell in row] for row in rows))
    response = HttpResponse(_workbook(name, headings, rows), content_type=_EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _in_csv(cell: Any) -> object:
    if isinstance(cell, dt.datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}" if cell.tzinfo else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell


def _workbook(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    into = BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True, **_WORDS_STAY})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "d mmm yyyy"})
    moment = book.add_format({"num_format": "d mmm yyyy hh:mm"})
    sheet = book.add_worksheet(name.replace("_", " ").capitalize()[:31])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 22)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.datetime):
                local = timezone.localtime(cell).replace(tzinfo=None) if cell.tzinfo else cell
                sheet.write_datetime(number, column, local, moment)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(number, column, cell)
            elif cell is not None:
                sheet.write_string(number, column, str(_in_csv(cell)))
    book.close()
    return into.getvalue()
