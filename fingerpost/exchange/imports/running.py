"""One list at work: looked through, reported, its faults kept. Commands of lists and of folders share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from fingerpost.exchange.imports import checking, storage
from fingerpost.exchange.imports.checking import Checked, Tell
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds import KINDS
from fingerpost.exchange.imports.kinds.base import Context, Kind
from fingerpost.exchange.imports.models import List, Row
from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused
from fingerpost.people.schooling.superseding import Written


@dataclass(frozen=True)
class Report:
    """What a list holds, and what it did or would do. `faulty` counts rows; `faults` names what is wrong, the first thousands."""

    list_received: List
    rows: int
    faulty: int
    faults: tuple[Fault, ...]
    written: Written = field(default_factory=Written)
    ignored: tuple[str, ...] = ()
    is_applied: bool = False
    was_applied_before: bool = False
    is_unreadable: bool = False
    covers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.severity == "error")

    @property
    def to_look_at(self) -> tuple[Fault, ...]:
        """Warnings, and people who may be known already."""
        return tuple(fault for fault in self.faults if fault.severity != "error")


def as_applied(received: List) -> Report:
    """The report of a list that was applied before: loading it again changes nothing."""
    rows = Row.objects.filter(list_received=received).order_by("id")
    faults = tuple(Fault(row.number, row.column, row.message, row.severity, row.person_id) for row in rows)  # type: ignore[arg-type]
    written = Written(unchanged=received.added + received.changed + received.unchanged)
    return Report(received, received.rows, received.faulty, faults, written, is_applied=True, was_applied_before=True)


def checked_list(
    actor: Actor, received: List, at: datetime, tell: Tell, closings: Mapping[str, dict[str, Any]] | None = None
) -> Checked:
    """The list read whole, and every row checked. `closings` are how cases of its folder ended, by case."""
    path, context = storage.path_of(received.stored_at), context_of(actor, received, at)
    if closings:
        context = replace(context, closings=closings)
    return checking.check(kind_named(received.kind), path, context, received.given, tell)


def context_of(actor: Actor, received: List, at: datetime) -> Context:
    today = timezone.localdate(at)
    is_history = received.folder_id is not None
    covers = received.covers.get("confirmed", "")
    return Context(actor, received.service, received.id, at, today, received.file_name, is_history, covers)


def kind_named(name: str) -> type[Kind]:
    if name not in KINDS:
        raise Refused(f"There is no kind of list named {name}. Use one of: {', '.join(KINDS)}.", field="kind")
    return KINDS[name]


def report_of(received: List, checked: Checked, written: Written, *, is_applied: bool = False) -> Report:
    kept = tuple(checked.faults.kept)
    unreadable = checked.load is None
    covers = checked.load.coverage() if checked.load is not None else {}
    return Report(
        received,
        checked.rows,
        checked.faulty,
        kept,
        written,
        checked.ignored,
        is_applied,
        is_unreadable=unreadable,
        covers=covers,
    )


class CoverageNotConfirmed(Refused):
    """A list says for which schools and days it is complete, and nobody has confirmed it yet."""

    def __init__(self, received: List) -> None:
        super().__init__(
            f"{received.file_name} says for which schools and days it is complete. Say first whether that is right: whoever is not "
            "on it then counts as not excluded there."
        )


def require_confirmed(report: Report) -> None:
    """Raises CoverageNotConfirmed for a list that says what it covers before anybody confirmed it."""
    if report.covers.get("said") and not report.list_received.covers.get("confirmed"):
        raise CoverageNotConfirmed(report.list_received)


def keep_faults(received: List, report: Report) -> None:
    received.rows, received.faulty = report.rows, report.faulty
    received.added, received.changed = report.written.added, report.written.changed
    received.unchanged = report.written.unchanged
    received.covers = {
        **report.covers,
        **{key: received.covers[key] for key in ("confirmed",) if key in received.covers},
    }
    received.save(update_fields=["rows", "faulty", "added", "changed", "unchanged", "applied_at", "covers"])
    Row.objects.filter(list_received=received).delete()
    Row.objects.bulk_create(
        (
            Row(
                list_received=received,
                number=f.line,
                column=f.column[:80],
                severity=f.severity,
                message=f.message[:400],
                person_id=f.person_id,
            )
            for f in report.faults
        ),
        batch_size=2000,
    )
