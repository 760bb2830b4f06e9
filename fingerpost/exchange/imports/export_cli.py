"""Write a service's records as a folder of lists, one for each kind, which `fingerpost import` reads again.

The files hold everything about families without any hiding: keep them as you would keep the records themselves.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.exchange.imports.columns import as_cell
from fingerpost.exchange.imports.going import BETWEEN, FURTHER, KINDS_OUT, Row
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.kinds.base import Kind
from fingerpost.exchange.imports.words import Words

DONE, NO, WRONG_USE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that is empty or not there yet")
    parser.add_argument("--service", required=True, help="key of the service, e.g. essex_parent_support_advisors")
    parser.add_argument("--json", action="store_true", help="print how many rows each file has as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when the folder was written, 1 for a service that is not known, 2 for a folder that holds something."""
    folder: Path = arguments.folder
    if not Agreement.objects.filter(key=arguments.service).exists():
        print(f"No contract named {arguments.service} was adopted here.", file=sys.stderr)
        return NO
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(f"{folder} is not an empty folder. Name one that is empty or not there yet.", file=sys.stderr)
        return WRONG_USE
    folder.mkdir(parents=True, exist_ok=True)
    counts = write(folder, arguments.service)
    if arguments.json:
        print(json.dumps({"folder": str(folder), "files": counts}, indent=2))
    else:
        for name, rows in counts.items():
            print(f"{name}: {rows:,} rows")
    return DONE


def write(folder: Path, service: str) -> dict[str, int]:
    """Write every kind that has rows, all as of one moment. Returns rows by file name."""
    counts = {}
    with transaction.atomic():
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        words = Words(service)
        for name, rows in KINDS_OUT.items():
            kind = KINDS[name]
            cells = [cells for _, cells in sorted((row.get(FURTHER, False), _cells(kind, row)) for row in rows(words))]
            if cells:
                file = f"{kind.file_names[0].replace(' ', '_')}.csv"
                _write(folder / file, [column.name for column in kind.columns], cells)
                counts[file] = len(cells)
    return counts


def _cells(kind: type[Kind], row: Row) -> list[str]:
    if strange := set(row) - {column.key for column in kind.columns} - {FURTHER}:
        raise LookupError(f"{kind.name} has no columns {strange}")
    return [written(row.get(column.key)) for column in kind.columns]


def written(value: Any) -> str:
    """A value as a cell. Words that a spreadsheet would work out get a quotation mark in front."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case list() | tuple():
            return BETWEEN.join(str(one) for one in value)
    return as_cell(str(value))


def _write(path: Path, headings: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)
