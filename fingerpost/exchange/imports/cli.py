"""Read a file of attendance, exclusions, referrals or people into a service.

Without --apply the list is only tried: every bad row is named, and nothing is written.
"""

import argparse
import json
import sys
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports import commands
from fingerpost.exchange.imports.commands import Report
from fingerpost.exchange.imports.faults import Faulty
from fingerpost.exchange.imports.kinds import KINDS, kinds_with
from fingerpost.exchange.imports.models import List
from fingerpost.exchange.imports.reading import open_table
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope

DONE, NO, WRONG_USE = 0, 1, 2
MOST_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", type=Path, help="the file, or a folder whose .csv files are read by name")
    parser.add_argument("--service", help="key of the service, e.g. essex_parent_support_advisors")
    parser.add_argument(
        "--kind", choices=sorted(KINDS), help="what kind of list it is; told from its columns if left out"
    )
    parser.add_argument("--apply", action="store_true", help="write the list, if no row has a fault")
    parser.add_argument("--good-rows-only", action="store_true", help="with --apply: leave rows with faults out")
    parser.add_argument(
        "--undo", metavar="BATCH", help="take back the list with this number, as an earlier run printed it"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="COLUMN=VALUE", dest="given",
        help="a value for a column that the file lacks, e.g. --set year=2010/11 --set term=autumn",
    )  # fmt: skip
    parser.add_argument("--at", type=datetime.fromisoformat, help="act as on this day or time (default: now)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when every row is good (or the good rows were asked for), 1 when rows have faults or nothing could be done."""
    if arguments.undo:
        return _undo(arguments)
    if arguments.path is None or not arguments.service:
        print("Name a file or folder, and the service: fingerpost import FILE --service KEY", file=sys.stderr)
        return WRONG_USE
    files = _files(arguments.path)
    if not files:
        print(f"There is no list to read at {arguments.path}.", file=sys.stderr)
        return WRONG_USE
    answers = [_import(file, arguments) for file in files]
    if arguments.json:
        print(json.dumps({"lists": [as_json for _, as_json in answers]}, indent=2))
    return max(code for code, _ in answers)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(
            file for file in path.iterdir() if file.suffix.lower() in (".csv", ".tsv", ".txt") and file.is_file()
        )
    return [path] if path.is_file() else []


def _import(file: Path, arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Exit code of one file, and its report for programs."""
    actor, at = Actor.system("Command line"), _time(arguments)
    try:
        kind = arguments.kind or _kind_of(file)
        with file.open("rb") as content:
            received = commands.receive(
                actor, Scope.of(service=arguments.service), service=arguments.service, kind=kind,
                file_name=file.name, content=content, given=_given(arguments.given), at=at,
            )  # fmt: skip
        report = commands.check(actor, received, at=at)
        refused = None
        if arguments.apply and not report.is_applied:
            try:
                report = commands.apply(actor, received, good_rows_only=arguments.good_rows_only, at=at)
            except Refused as refusal:
                refused = refusal.message
    except (Refused, Faulty) as refusal:
        message = refusal.message if isinstance(refusal, Refused) else refusal.fault.message
        print(f"{file.name}: {message}", file=sys.stderr)
        return NO, {"file": file.name, "refused": message}
    if not arguments.json:
        _print(file, report, refused)
    return _answer(report, arguments), _as_json(file, report, refused)


def _answer(report: Report, arguments: argparse.Namespace) -> int:
    if report.is_applied and arguments.good_rows_only:
        return DONE
    return NO if report.faulty else DONE


def _kind_of(file: Path) -> str:
    with open_table(file) as (headings, _):
        found = kinds_with(headings)
    if len(found) != 1:
        raise Refused(f"Its columns do not tell what kind of list it is. Say so: --kind {' | '.join(sorted(KINDS))}.")
    return found[0]


def _given(words: Iterable[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    if any(not separator for _, separator, _ in pairs):
        raise Refused("--set needs a column and a value, e.g. --set year=2010/11.")
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _time(arguments: argparse.Namespace) -> datetime:
    if arguments.at is None:
        return clock.now(arguments.service or "")
    return timezone.make_aware(arguments.at) if timezone.is_naive(arguments.at) else arguments.at


def _undo(arguments: argparse.Namespace) -> int:
    try:
        received = List.objects.get(pk=uuid.UUID(arguments.undo))
    except (ValueError, List.DoesNotExist):
        print(f"There is no list with the number {arguments.undo}.", file=sys.stderr)
        return NO
    count = commands.undo(
        Actor.system("Command line"), received, reason="Undone on the command line", at=_time(arguments)
    )
    if arguments.json:
        print(json.dumps({"batch": str(received.id), "undone": count}))
    else:
        print(f"{received.file_name}: {count:,} records taken back.")
    return DONE


def _print(file: Path, report: Report, refused: str | None) -> None:
    written, state = report.written, _state(report)
    print(f"{file.name} ({report.list_received.kind}): {report.rows:,} rows, {report.faulty:,} with faults. {state}.")
    print(f"  {written.added:,} new, {written.changed:,} changed, {written.unchanged:,} as they were.")
    if report.ignored:
        print(f"  Columns not used: {', '.join(report.ignored)}")
    for fault in report.faults[:MOST_SHOWN]:
        print(f"  {'' if fault.severity == 'error' else 'Look: '}{fault.where}: {fault.message}")
    if len(report.faults) > MOST_SHOWN:
        print(f"  … and more. `--json` names {len(report.faults):,}.")
    if refused:
        print(f"  {refused}", file=sys.stderr)
    print(f"  Number of this list: {report.list_received.id}")


def _state(report: Report) -> str:
    if report.was_applied_before:
        return "Applied before, nothing changed"
    return "Applied" if report.is_applied else "Tried, nothing written"


def _as_json(file: Path, report: Report, refused: str | None) -> dict[str, Any]:
    received, written = report.list_received, report.written
    return {
        "file": file.name,
        "kind": received.kind,
        "batch": str(received.id),
        "sha256": received.sha256,
        "rows": report.rows,
        "faulty": report.faulty,
        "applied": report.is_applied,
        "applied_before": report.was_applied_before,
        "added": written.added,
        "changed": written.changed,
        "unchanged": written.unchanged,
        "refused": refused,
        "faults": [
            {"line": f.line, "column": f.column, "message": f.message, "severity": f.severity} for f in report.faults
        ],
    }
