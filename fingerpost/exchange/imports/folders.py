"""A folder of lists: received, tried, applied and undone as one. Each list sees what those before it brought.

To try a folder is to write it and take it back at once, so that nothing is foretold that would come out differently.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from fingerpost.exchange.imports import checking, commands, places, running, storage
from fingerpost.exchange.imports.checking import Checked, Tell, tell_nobody
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds import COVERED, KINDS
from fingerpost.exchange.imports.kinds.base import KNOWN_ANYWHERE, PARTS_OF_A_LIST
from fingerpost.exchange.imports.models import Covers, Folder, List
from fingerpost.exchange.imports.references import folded
from fingerpost.exchange.imports.running import Report
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.people.schooling.superseding import Written

PARTS_OF_A_FOLDER = PARTS_OF_A_LIST


@dataclass(frozen=True)
class FileGiven:
    """One file of a folder and what kind of list it is."""

    kind: str
    file_name: str
    content: BinaryIO
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FolderReport:
    """What a folder holds and what it did or would do, list by list in the order in which they were read."""

    folder: Folder
    lists: tuple[Report, ...]
    is_applied: bool = False
    was_applied_before: bool = False

    @property
    def rows(self) -> int:
        return sum(report.rows for report in self.lists)

    @property
    def faulty(self) -> int:
        """How many rows have faults."""
        return sum(report.faulty for report in self.lists)


@command(allow=Permission.IMPORT_LIST)
def receive_folder(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    name: str,
    files: Sequence[FileGiven],
    passed_over: Sequence[str] = (),
    at: datetime,
) -> Folder:
    """Keep the files of a folder, and what else lay in it in words. Returns the folder.

    One with the same files that is in force comes back; what else lay in it is now said of it.
    """
    if not files:
        raise Refused("There is no list in this folder.")
    in_turn = sorted(files, key=lambda file: (KINDS[file.kind].turn, file.file_name))
    stored = [(file, storage.keep(file.content)) for file in in_turn]
    same = _same_folder(service, {(file.kind, kept.sha256) for file, kept in stored})
    others = list(passed_over)
    if same:
        if same.passed_over != others:
            same.passed_over = others
            same.save(update_fields=["passed_over"])
        return same
    folder = Folder.objects.create(
        service=service, name=name[:200], received_at=at, received_by_id=actor.id, passed_over=others
    )
    for place, (file, kept) in enumerate(stored, start=1):
        List.objects.create(
            service=service,
            folder=folder,
            place=place,
            kind=file.kind,
            file_name=Path(file.file_name).name[:200],
            sha256=kept.sha256,
            size=kept.size,
            stored_at=kept.path,
            given=dict(file.given),
            received_at=at,
            received_by_id=actor.id,
        )
    return folder


def _same_folder(service: str, files: set[tuple[str, str]]) -> Folder | None:
    """The folder that holds just these files and was not undone, or None."""
    standing = Folder.objects.filter(service=service, undone_at=None)
    for folder in standing.order_by("-received_at"):
        if set(List.objects.filter(folder=folder).values_list("kind", "sha256")) == files:
            return folder
    return None


@command(allow=Permission.IMPORT_LIST, includes=PARTS_OF_A_FOLDER, sees_everything=KNOWN_ANYWHERE)
def check_folder(actor: Actor, subject: Folder, *, tell: Tell = tell_nobody, at: datetime) -> FolderReport:
    """Try a folder without writing any of it. Returns what is wrong, and what applying it would do."""
    folder = locked(subject)
    if folder.applied_at:
        return _as_applied(folder)
    with transaction.atomic():
        reports = _write(actor, folder, at, tell, good_rows_only=True)
        transaction.set_rollback(True)
    return _told(folder, reports)


@command(allow=Permission.IMPORT_LIST, includes=PARTS_OF_A_FOLDER, sees_everything=KNOWN_ANYWHERE)
def apply_folder(
    actor: Actor, subject: Folder, *, good_rows_only: bool = False, tell: Tell = tell_nobody, at: datetime
) -> FolderReport:
    """Write a folder, all of it or none. Returns what it did; `is_applied` is False where a fault kept all of it out.

    A file that cannot be read at all keeps the folder out even where only the good rows are wanted. A folder that was
    applied before does nothing more. Raises Refused for one that was undone, and CoverageNotConfirmed.
    """
    folder = locked(subject)
    if folder.undone_at:
        raise Refused("This folder was undone. Send it again to load it once more.")
    if folder.applied_at:
        return _as_applied(folder)
    with transaction.atomic():
        reports = _write(actor, folder, at, tell, good_rows_only=good_rows_only)
        is_good = all(report.is_applied for report in reports) if good_rows_only else not _faulty(reports)
        for report in reports if is_good else ():
            running.require_confirmed(report)
        transaction.set_rollback(not is_good)
    if is_good:
        folder.applied_at = at
        folder.save(update_fields=["applied_at"])
    return _told(folder, reports, is_applied=is_good)


@command(allow=Permission.IMPORT_LIST)
def confirm_coverage_of(actor: Actor, subject: Folder, *, covers: Covers, at: datetime) -> None:
    """Note of every list of a folder whether it is complete for the schools and days that it names."""
    for received in List.objects.filter(folder=subject, kind__in=COVERED, applied_at=None):
        commands.confirm_coverage(actor, received, covers=covers, at=at)


@command(allow=Permission.IMPORT_LIST, sees_everything=KNOWN_ANYWHERE)
def undo_folder(actor: Actor, subject: Folder, *, reason: str = "", at: datetime) -> int:
    """Take back what a folder did, the last list first. Returns how many records went. Raises Refused as `undo` does."""
    folder = locked(subject)
    if folder.applied_at is None:
        raise Refused("This folder was not applied, so there is nothing to undo.")
    if folder.undone_at:
        return 0
    taken = 0
    for received in List.objects.filter(folder=folder, applied_at__isnull=False).order_by("-place"):
        taken += commands.undo(actor, received, reason=reason, at=at)
    folder.undone_at = at
    folder.save(update_fields=["undone_at"])
    return taken


def _write(actor: Actor, folder: Folder, at: datetime, tell: Tell, *, good_rows_only: bool) -> list[Report]:
    """Every list in turn: read, checked, and its good rows written for those after it to stand on."""
    lists = list(List.objects.filter(folder=folder).order_by("place"))
    places.make_ready(actor, folder.service, lists, at)
    closings = _closings(actor, lists, at)
    reports, looked_at = [], 0
    for received in lists:
        if _stands(received):
            reports.append(Report(received, 0, 0, (), is_applied=True, was_applied_before=True))
            continue
        so_far = looked_at
        told = partial(_tell_after, tell, so_far)
        checked = running.checked_list(actor, received, at, told, closings)
        written, checked = _written(checked)
        looked_at += checked.rows
        is_applied = checked.load is not None and (good_rows_only or not checked.faulty)
        reports.append(running.report_of(received, checked, written, is_applied=is_applied))
    return reports


def _tell_after(tell: Tell, before: int, rows: int) -> None:
    tell(before + rows)


def _closings(actor: Actor, lists: Sequence[List], at: datetime) -> dict[str, dict[str, Any]]:
    """How cases ended, by case, where the folder has a list of closings: a family's cases must not all stand open first."""
    found: dict[str, dict[str, Any]] = {}
    for received in lists:
        if received.kind == "closures":
            context, path = running.context_of(actor, received, at), storage.path_of(received.stored_at)
            rows = checking.good_rows(KINDS["closures"], path, context)
            found.update((folded(row["case"]), row) for row in rows)
    return found


def _stands(received: List) -> bool:
    """Whether the same file was applied before, by itself or in another folder."""
    same = List.objects.filter(service=received.service, kind=received.kind, sha256=received.sha256)
    return same.filter(applied_at__isnull=False, undone_at=None).exclude(pk=received.pk).exists()


def _written(checked: Checked) -> tuple[Written, Checked]:
    """What the good rows wrote. A refusal of the whole list is a fault of it."""
    if checked.load is None:
        return Written(), checked
    try:
        with transaction.atomic():
            return checked.write(), checked
    except Refused as refusal:
        checked.faults.add(Fault(0, "", refusal.message))
        return Written(), replace(checked, load=None, faulty=checked.faulty + 1)


def _faulty(reports: Iterable[Report]) -> bool:
    return any(report.faulty for report in reports)


def _told(folder: Folder, reports: list[Report], *, is_applied: bool = False) -> FolderReport:
    """The report, with the faults kept at each list."""
    told = []
    for report in reports:
        if not report.was_applied_before:
            report.list_received.applied_at = folder.applied_at if is_applied else None
            running.keep_faults(report.list_received, report)
        told.append(replace(report, is_applied=is_applied or report.was_applied_before))
    return FolderReport(folder, tuple(told), is_applied=is_applied)


def _as_applied(folder: Folder) -> FolderReport:
    lists = List.objects.filter(folder=folder).order_by("place")
    reports = tuple(running.as_applied(received) for received in lists)
    return FolderReport(folder, reports, is_applied=True, was_applied_before=True)
