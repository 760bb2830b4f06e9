"""The numbers of a picture as a file: what a table on the page says, for a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from fingerpost.exchange.imports.columns import as_cell

ASKED = "download"


def wants_csv(request: HttpRequest) -> str:
    """Which table of the page is asked for as CSV (`?download=name`); empty for none."""
    return request.GET.get(ASKED, "")


def csv_of(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file in UTF-8 that spreadsheets open as it is meant. A word that looks like a formula stays a word."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(headings)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return response


def _plain(cell: object) -> object:
    if isinstance(cell, int | float):
        return cell
    return as_cell("" if cell is None else str(cell))
