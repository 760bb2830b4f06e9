"""Lists: received, tried, applied, undone. A list that has a fault writes nothing, unless told to take its good rows."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from fingerpost.exchange.imports import reading, references, storage
from fingerpost.exchange.imports.checking import Checked, Tell, tell_nobody
from fingerpost.exchange.imports.columns import separated
from fingerpost.exchange.imports.kinds.base import KNOWN_ANYWHERE, PARTS_OF_A_LIST, Kind
from fingerpost.exchange.imports.kinds.on_record import require_uncorrected, take_back_corrections
from fingerpost.exchange.imports.models import GIVEN_UP_AFTER, Covers, List, Row, Run
from fingerpost.exchange.imports.running import (
    Report,
    as_applied,
    checked_list,
    context_of,
    keep_faults,
    kind_named,
    report_of,
    require_confirmed,
)
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.jobs.queue import enqueue
from fingerpost.people.schooling.queries import schools_by_code
from fingerpost.people.schooling.superseding import Written

COVERING = ("covers_schools", "covers_from", "covers_to")
GIVEN_UP = "This stopped before its end, and nothing was written by it. Try again."


@command(allow=Permission.IMPORT_LIST)
def receive(
    actor: Actor,
    subject: Scope,
    *,
    service: str,
    kind: str,
    file_name: str,
    content: BinaryIO,
    given: Mapping[str, str] | None = None,
    at: datetime,
) -> List:
    """Keep a file. Returns the list; the same content again is the same list, as long as it was not undone.

    `given` holds what the file lacks in every row, e.g. `{"year": "2010/11", "term": "autumn"}`.
    """
    known_values = _given(kind_named(kind), given or {})
    stored = storage.keep(content)
    same = List.objects.filter(service=service, kind=kind, sha256=stored.sha256, undone_at=None)
    same = same.filter(Q(folder=None) | Q(applied_at__isnull=False))  # one that waits in a folder is the folder's
    known = same.order_by("-received_at").first()
    if known:
        if known.applied_at is None and not Run.objects.filter(list_received=known, ended_at=None).exists():
            known.given, known.file_name = known_values, _short(file_name)
            known.save(update_fields=["given", "file_name"])
        return known
    return List.objects.create(
        service=service,
        kind=kind,
        file_name=_short(file_name),
        sha256=stored.sha256,
        size=stored.size,
        stored_at=stored.path,
        given=known_values,
        received_at=at,
        received_by_id=actor.id,
    )


@command(allow=Permission.IMPORT_LIST, includes=PARTS_OF_A_LIST, sees_everything=KNOWN_ANYWHERE)
def check(actor: Actor, subject: List, *, tell: Tell = tell_nobody, at: datetime) -> Report:
    """Try a list without writing any of it. Returns what is wrong, and what applying it would do.

    The faults are kept with the list. One that was applied already is reported as it was. `tell` hears now and then how many
    rows were looked at.
    """
    received = locked(subject)
    if received.applied_at:
        return as_applied(received)
    checked = checked_list(actor, received, at, tell)
    written = Written()
    if checked.load is not None:
        # Applied and taken back at once: nothing foretells better what a list will do.
        with transaction.atomic():
            written = checked.load.write()
            transaction.set_rollback(True)
    report = report_of(received, checked, written)
    keep_faults(received, report)
    return report


@command(allow=Permission.IMPORT_LIST, includes=PARTS_OF_A_LIST, sees_everything=KNOWN_ANYWHERE)
def apply(
    actor: Actor, subject: List, *, good_rows_only: bool = False, tell: Tell = tell_nobody, at: datetime
) -> Report:
    """Write a list, all of it or none. Returns what it did; a list that was applied already does nothing more.

    Raises Refused while a row has a fault, unless only the good rows are wanted, and CoverageNotConfirmed.
    """
    received = locked(subject)
    if received.applied_at:
        return as_applied(received)
    if received.undone_at:
        raise Refused("This list was undone. Send the file again to load it once more.")
    checked = checked_list(actor, received, at, tell)
    if checked.load is None or (checked.faulty and not good_rows_only):
        raise Refused(_cannot(checked))
    require_confirmed(report_of(received, checked, Written()))
    written = checked.write()
    received.applied_at = at
    report = report_of(received, checked, written, is_applied=True)
    keep_faults(received, report)
    return report


@command(allow=Permission.IMPORT_LIST)
def confirm_coverage(
    actor: Actor,
    subject: List,
    *,
    covers: Covers,
    schools: str = "",
    since: date | None = None,
    until: date | None = None,
    at: datetime,
) -> List:
    """Note for which schools and days a list is complete, before it is loaded. Returns the list.

    `schools` are numbers or names with a semicolon between two; they and both days are needed where they are given anew, and
    stand in place of what the file says. Raises Refused for a school that is not known and for days that cannot be.
    """
    received = locked(subject)
    if received.applied_at or received.undone_at:
        raise Refused("This list was loaded already. Take it back and send it again to say what it covers.")
    kept = {key: value for key, value in received.given.items() if key not in COVERING}
    if covers == Covers.GIVEN:
        words = {"covers_schools": separated(schools), "covers_from": since, "covers_to": until}
        if missing := next((key for key, value in words.items() if not value), None):
            raise Refused(
                "Say all three: which schools the list covers, from which day and to which day.", field=missing
            )
        today = timezone.localdate(at)
        if ahead := next((key for key in ("covers_from", "covers_to") if words[key] > today), None):  # type: ignore[operator]
            raise Refused("A list cannot say what has not happened yet. Choose a day up to today.", field=ahead)
        if until < since:  # type: ignore[operator]
            raise Refused("The days that the list covers end before they begin. Check both days.", field="covers_to")
        known = schools_by_code(words["covers_schools"])  # type: ignore[arg-type]
        if strange := next((word for word in separated(schools) if known.get(word) is None), None):
            message = f"{strange[:40]!r} is not a school we know. Use its number, or add the school first."
            raise Refused(message, field="covers_schools")
        kept |= {"covers_schools": schools, "covers_from": f"{since:%d/%m/%Y}", "covers_to": f"{until:%d/%m/%Y}"}
    received.given, received.covers = kept, {**received.covers, "confirmed": str(covers)}
    received.save(update_fields=["given", "covers"])
    return received


@command(allow=Permission.IMPORT_LIST, includes=PARTS_OF_A_LIST, sees_everything=KNOWN_ANYWHERE)
def undo(actor: Actor, subject: List, *, reason: str = "", at: datetime) -> int:
    """Take back what a list did, so that what stood before stands again. Returns how many records it said it wrote.

    That number and no other: of what is counted anew somebody could learn whom they may not meet.

    Raises Refused for a list that was not applied, and where later work stands on it.
    """
    received = locked(subject)
    if received.applied_at is None:
        raise Refused("This list was not applied, so there is nothing to undo.")
    if received.undone_at:
        return 0
    require_uncorrected(received.id)
    kind, context = kind_named(received.kind), context_of(actor, received, at)
    kind.undo(context)
    with suppress(Refused), transaction.atomic():  # a later record on a hidden row is told to nobody
        kind.undo(context.aside())
    take_back_corrections(received.id)  # after what is new went: it may stand where something was cut short
    references.forget(received.id)
    received.undone_at = at
    received.save(update_fields=["undone_at"])
    return received.added + received.changed


@command(allow=Permission.IMPORT_LIST)
def ask(actor: Actor, subject: List, *, act: Run.Act, good_rows_only: bool = False, at: datetime) -> Run:
    """Have the worker do with a long list what would take too long to wait for. Returns the run.

    A list has one run at a time: while one is under way, that one is returned. One that has not moved for long is given up.
    """
    running = Run.objects.filter(list_received=subject, ended_at=None)
    running.filter(moved_at__lt=Now() - GIVEN_UP_AFTER).update(ended_at=Now(), refusal=GIVEN_UP)
    asked = {"act": act, "good_rows_only": good_rows_only, "asked_by_id": actor.id, "asked_at": at}
    about = reading.about_how_many(storage.path_of(subject.stored_at))
    run, is_new = Run.objects.get_or_create(
        list_received=subject, ended_at=None, defaults={**asked, "about_rows": about}
    )
    if is_new:
        enqueue("imports.run", run_id=run.pk)
    return run


@command(allow=Permission.IMPORT_LIST)
def resolve(actor: Actor, subject: List, *, row: Row, at: datetime) -> Row:
    """Note that somebody looked at a warning or a match. Returns the row."""
    if row.resolved_at is None:
        row.resolved_at = at
        row.save(update_fields=["resolved_at"])
    return row


def _given(kind: type[Kind], given: Mapping[str, str]) -> dict[str, str]:
    """The values by column key. Raises Refused for a column that the kind has not."""
    values = {}
    for heading, value in given.items():
        column = next((column for column in kind.columns if column.is_called(heading)), None)
        if column is None:
            raise Refused(f"A list of this kind has no column {heading}.", field="given")
        values[column.key] = value
    return values


def _cannot(checked: Checked) -> str:
    if checked.load is None:
        first = checked.faults.kept[-1]
        return f"{first.where}: {first.message}"
    rows = "1 row has a fault" if checked.faulty == 1 else f"{checked.faulty:,} rows have faults"
    return f"{rows}, so nothing was written. Put the file right, or choose to load the good rows only."


def _short(file_name: str) -> str:
    return Path(file_name.replace("\\", "/")).name[:200] or "list.csv"
