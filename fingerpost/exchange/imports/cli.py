"""Read a file of a service, or a folder of all its files, into it.

Without --apply the lists are only tried: every bad row is named, and nothing is written. A folder is taken as one: each list
sees what those before it would bring, and all of it is written or none.
"""

import argparse
import json
import sys
import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports import commands, folders
from fingerpost.exchange.imports.faults import Faulty
from fingerpost.exchange.imports.folders import FileGiven, FolderReport
from fingerpost.exchange.imports.kinds import COVERED, KINDS
from fingerpost.exchange.imports.models import Covers, Folder, List
from fingerpost.exchange.imports.packed import unpacked
from fingerpost.exchange.imports.printing import folder_as_json, list_as_json, print_folder, print_list
from fingerpost.exchange.imports.recognising import kind_of, lists_in, passed_over
from fingerpost.exchange.imports.running import CoverageNotConfirmed, Report
from fingerpost.ground.access import clock
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.scope import Scope

DONE, NO, WRONG_USE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="?", type=Path, help="the file, or a folder with one file for each kind of record"
    )
    parser.add_argument("--service", help="key of the service, e.g. essex_parent_support_advisors")
    parser.add_argument(
        "--kind", choices=sorted(KINDS), help="what kind of list a file is; told from its columns if left out"
    )
    parser.add_argument("--apply", action="store_true", help="write it, if no row has a fault")
    parser.add_argument("--good-rows-only", action="store_true", help="with --apply: leave rows with faults out")
    parser.add_argument(
        "--undo", metavar="BATCH", help="take back the list or folder with this number, as an earlier run printed it"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="COLUMN=VALUE", dest="given",
        help="a value for a column that the file lacks, e.g. --set year=2010/11 --set term=autumn",
    )  # fmt: skip
    parser.add_argument(
        "--covers",
        choices=[Covers.AS_SAID.value, Covers.NOTHING.value],
        help="whether a list of exclusions is complete for the schools and days that it names; --set gives others",
    )
    parser.add_argument("--at", type=datetime.fromisoformat, help="act as on this day or time (default: now)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 when every row is good (or the good rows were asked for), 1 when rows have faults or nothing could be done."""
    if arguments.undo:
        return _undo(arguments)
    path: Path | None = arguments.path
    if path is None or not arguments.service:
        print("Name a file or folder, and the service: fingerpost import FILE --service KEY", file=sys.stderr)
        return WRONG_USE
    if path.is_dir():
        return _folder(path, arguments)
    if path.suffix.lower() == ".zip" and path.is_file():
        return _packed(path, arguments)
    if not path.is_file():
        print(f"There is no list to read at {path}.", file=sys.stderr)
        return WRONG_USE
    code, told = _file(path, arguments)
    if arguments.json:
        print(json.dumps({"lists": [told]}, indent=2))
    return code


# --- A folder ---


def _packed(path: Path, arguments: argparse.Namespace) -> int:
    try:
        with unpacked(path) as folder:
            return _folder(folder, arguments)
    except Refused as refusal:
        print(f"{path.name}: {refusal.message}", file=sys.stderr)
        if arguments.json:
            print(json.dumps({"folder": None, "refused": refusal.message, "lists": []}, indent=2))
        return NO


def _folder(path: Path, arguments: argparse.Namespace) -> int:
    actor, at, given = Actor.system("Command line"), _time(arguments), _given(arguments.given)
    try:
        if not lists_in(path, arguments.kind):
            print(f"There is no list to read at {arguments.path}. {_lying_about(path)}".rstrip(), file=sys.stderr)
            return WRONG_USE
        with ExitStack() as opened:
            files = [
                FileGiven(kind, file.name, opened.enter_context(file.open("rb")), _for_kind(kind, given))
                for file, kind in lists_in(path, arguments.kind)
            ]
            folder = folders.receive_folder(
                actor, Scope.of(service=arguments.service), service=arguments.service,
                name=arguments.path.resolve().name.removesuffix(".zip"), files=files,
                passed_over=passed_over(path), at=at,
            )  # fmt: skip
        if arguments.covers:
            folders.confirm_coverage_of(actor, folder, covers=Covers(arguments.covers), at=at)
        if arguments.apply:
            report = folders.apply_folder(actor, folder, good_rows_only=arguments.good_rows_only, at=at)
        else:
            report = folders.check_folder(actor, folder, at=at)
    except (Refused, Faulty) as refusal:
        message = _in_words(refusal)
        print(message, file=sys.stderr)
        if arguments.json:
            print(json.dumps({"folder": None, "refused": message, "lists": []}, indent=2))
        return NO
    if arguments.json:
        print(json.dumps(folder_as_json(report), indent=2))
    else:
        print_folder(report)
    return _answer_of_folder(report, arguments)


def _lying_about(path: Path) -> str:
    others = passed_over(path)
    return f"Passed over: {', '.join(others)}." if others else ""


def _answer_of_folder(report: FolderReport, arguments: argparse.Namespace) -> int:
    if report.was_applied_before or (report.is_applied and arguments.good_rows_only):
        return DONE
    return NO if report.faulty else DONE


def _for_kind(kind: str, given: dict[str, str]) -> dict[str, str]:
    """Of the values for columns that files lack, those of columns that this kind has."""
    return {
        column.key: value
        for heading, value in given.items()
        for column in KINDS[kind].columns
        if column.is_called(heading)
    }


# --- One file ---


def _file(file: Path, arguments: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Exit code of one file, and its report for programs."""
    actor, at = Actor.system("Command line"), _time(arguments)
    try:
        kind = arguments.kind or kind_of(file)
        with file.open("rb") as content:
            received = commands.receive(
                actor, Scope.of(service=arguments.service), service=arguments.service, kind=kind,
                file_name=file.name, content=content, given=_given(arguments.given), at=at,
            )  # fmt: skip
        if arguments.covers and kind not in COVERED:
            raise Refused("Only a list of exclusions covers schools. Leave --covers out.")
        if arguments.covers and not received.applied_at:
            received = commands.confirm_coverage(actor, received, covers=Covers(arguments.covers), at=at)
        report = commands.check(actor, received, at=at)
        refused = None
        if arguments.apply and not report.is_applied:
            try:
                report = commands.apply(actor, received, good_rows_only=arguments.good_rows_only, at=at)
            except Refused as refusal:
                refused = _in_words(refusal)
    except (Refused, Faulty) as refusal:
        message = _in_words(refusal)
        print(f"{file.name}: {message}", file=sys.stderr)
        return NO, {"file": file.name, "refused": message}
    if not arguments.json:
        print_list(report, refused)
    return NO if refused else _answer(report, arguments), list_as_json(report, refused)


def _answer(report: Report, arguments: argparse.Namespace) -> int:
    if report.is_applied and arguments.good_rows_only:
        return DONE
    return NO if report.faulty else DONE


def _in_words(refusal: Refused | Faulty) -> str:
    """Why nothing was done, and by which option to go on where there is one."""
    if isinstance(refusal, CoverageNotConfirmed):
        return f"{refusal.message} Add --covers as-said if it is, or --covers nothing to load it without."
    return refusal.message if isinstance(refusal, Refused) else refusal.fault.message


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
        number = uuid.UUID(arguments.undo)
    except ValueError:
        number = uuid.UUID(int=0)
    folder, received = Folder.objects.filter(pk=number).first(), List.objects.filter(pk=number).first()
    actor = Actor.system("Command line")
    told: dict[str, Any] = {"reason": "Undone on the command line", "at": _time(arguments)}
    if folder is not None:
        name, count = folder.name, folders.undo_folder(actor, folder, **told)
    elif received is not None:
        name, count = received.file_name, commands.undo(actor, received, **told)
    else:
        print(f"There is no list or folder with the number {arguments.undo}.", file=sys.stderr)
        return NO
    if arguments.json:
        print(json.dumps({"batch": str(number), "undone": count}))
    else:
        print(f"{name}: {count:,} records taken back.")
    return DONE
