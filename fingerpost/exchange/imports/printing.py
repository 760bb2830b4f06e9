"""Reports of lists and folders, for people at a terminal and for programs."""

import sys
from typing import Any

from fingerpost.exchange.imports.folders import FolderReport
from fingerpost.exchange.imports.running import Report

MOST_SHOWN = 50


def print_folder(report: FolderReport) -> None:
    """What a folder did or would do, list by list, and what is wrong with rows of it."""
    left = MOST_SHOWN
    for one in report.lists:
        left = _print_list(one, left)
    print(f"{report.folder.name}: {report.rows:,} rows in {len(report.lists)} lists. {_state_of_folder(report)}.")
    if report.faulty and not report.is_applied:
        rows = "1 row has a fault" if report.faulty == 1 else f"{report.faulty:,} rows have faults"
        print(f"{rows}, so nothing was written. Put them right, or load the good rows only.", file=sys.stderr)
    print(f"Number of this folder: {report.folder.id}")


def print_list(report: Report, refused: str | None) -> None:
    """What one list did or would do, and what is wrong with rows of it."""
    _print_list(report, MOST_SHOWN)
    if refused:
        print(f"  {refused}", file=sys.stderr)
    print(f"  Number of this list: {report.list_received.id}")


def _print_list(report: Report, most: int) -> int:
    """Prints one list with so many faults at the most. Returns how many more may be printed."""
    written, name = report.written, report.list_received.file_name
    print(
        f"{name} ({report.list_received.kind}): {report.rows:,} rows, {report.faulty:,} with faults. {_state(report)}."
    )
    print(f"  {written.added:,} new, {written.changed:,} changed, {written.unchanged:,} as they were.")
    if report.ignored:
        print(f"  Columns not used: {', '.join(report.ignored)}")
    for fault in report.faults[:most]:
        print(f"  {'' if fault.severity == 'error' else 'Look: '}{name}, {fault.where.lower()}: {fault.message}")
    if len(report.faults) > most:
        print(f"  … and more. `--json` names {len(report.faults):,}.")
    return max(0, most - len(report.faults))


def _state(report: Report) -> str:
    if report.was_applied_before:
        return "Applied before, nothing changed"
    return "Applied" if report.is_applied else "Tried, nothing written"


def _state_of_folder(report: FolderReport) -> str:
    if report.was_applied_before:
        return "Applied before, nothing changed"
    return "Applied" if report.is_applied else "Tried, nothing written"


def folder_as_json(report: FolderReport) -> dict[str, Any]:
    """A folder's report for programs: the folder's number, its state, and every list in the order of reading."""
    return {
        "folder": report.folder.name,
        "batch": str(report.folder.id),
        "rows": report.rows,
        "faulty": report.faulty,
        "applied": report.is_applied,
        "applied_before": report.was_applied_before,
        "lists": [list_as_json(one, None) for one in report.lists],
    }


def list_as_json(report: Report, refused: str | None) -> dict[str, Any]:
    """A list's report for programs."""
    received, written = report.list_received, report.written
    return {
        "file": received.file_name,
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
