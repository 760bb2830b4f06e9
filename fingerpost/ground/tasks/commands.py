"""Clocks and tasks: started and raised by what happens elsewhere, stopped and completed by what answers them.

`subject` is the record that the clock or task is about (a case, a request, a run): its scope and its kind and id are kept.
"""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.command import Refused, command, locked
from fingerpost.ground.access.models import Team, User
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import Scope
from fingerpost.ground.tasks.models import Clock, Task


class Record(Protocol):
    """Any record that lies somewhere."""

    _meta: ClassVar[Any]

    @property
    def pk(self) -> uuid.UUID: ...

    @property
    def scope(self) -> Scope: ...


WHOSEVER = "the clocks and tasks of a record are kept whole, those too that are somebody else's"
DONE_LATE = "Done late"


def _kind_of(record: Record) -> str:
    """How a record is named where it is pointed at by kind and id, e.g. `casework.case`."""
    return str(record._meta.label_lower)


@command(allow=Permission.RECORD_CONTACT, sees_everything=WHOSEVER)
def start(
    actor: Actor,
    subject: Record,
    *,
    service: str,
    key: str,
    title: str,
    started_at: datetime,
    due_at: datetime,
    owner: User | None = None,
    team: Team | None = None,
    ref: str = "",
    family_id: uuid.UUID | None = None,
    at: datetime,
) -> Clock:
    """Start the clock that the contract names `key`. Returns it; one that runs already for this record is returned as it is."""
    about = {"key": key, "subject_kind": _kind_of(subject), "subject_id": subject.pk}
    clock = Clock.objects.filter(**about).running().first()
    if clock is None:
        clock = Clock(**about, service=service, title=title, started_at=started_at, due_at=due_at)
        clock.owner, clock.team, clock.subject_ref, clock.family_id = owner, team, ref, family_id
        clock.scope = subject.scope
        clock.save(force_insert=True)
    return clock


@command(allow=Permission.RECORD_CONTACT, sees_everything=WHOSEVER)
def stop(actor: Actor, subject: Record, *, key: str, stopped_at: datetime, at: datetime) -> Clock | None:
    """Stop the clock of this record and complete the task that missing it raised. Returns it; None when none was running."""
    running = Clock.objects.filter(key=key, subject_kind=_kind_of(subject), subject_id=subject.pk).running()
    clock = running.select_for_update().first()
    if clock is None:
        return None
    clock.stopped_at = stopped_at
    clock.save(update_fields=["stopped_at"])
    Task.objects.filter(clock=clock).open().update(done_at=at, outcome=DONE_LATE)
    return clock


@command(allow=Permission.RECORD_CONTACT, sees_everything=WHOSEVER)
def resume(actor: Actor, subject: Record, *, key: str, at: datetime) -> Clock | None:
    """Let the record's clock run again as if it had never been stopped, with the task that missing it raised.

    Returns it; None where none was stopped, or one runs.
    """
    clocks = Clock.objects.filter(key=key, subject_kind=_kind_of(subject), subject_id=subject.pk)
    clock = clocks.exclude(stopped_at=None).order_by("-stopped_at").select_for_update().first()
    if clock is None or clocks.running().exists():
        return None
    clock.stopped_at = None
    clock.save(update_fields=["stopped_at"])
    Task.objects.filter(clock=clock, outcome=DONE_LATE).update(done_at=None, outcome="")
    return clock


@command(allow=Permission.RECORD_CONTACT, sees_everything=WHOSEVER)
def raise_task(
    actor: Actor,
    subject: Record,
    *,
    service: str,
    kind: str,
    title: str,
    due_on: date,
    owner: User | None = None,
    team: Team | None = None,
    ref: str = "",
    family_id: uuid.UUID | None = None,
    clock: Clock | None = None,
    at: datetime,
) -> Task:
    """Put something on the worklist of a person or a team. Returns the task.

    An open task of the same kind about the same record is returned as it is, so that an event told twice asks once.
    """
    about = {"kind": kind, "origin_kind": _kind_of(subject), "origin_id": subject.pk}
    task = Task.objects.filter(**about).open().first()
    if task is None:
        task = Task(**about, service=service, title=title, due_on=due_on, raised_at=at)
        task.owner, task.team, task.origin_ref, task.family_id, task.clock = owner, team, ref, family_id, clock
        task.scope = subject.scope
        task.save(force_insert=True)
    return task


@command(allow=Permission.RECORD_CONTACT)
def complete(actor: Actor, subject: Task, *, outcome: str = "", at: datetime) -> Task:
    """Tick a task off. Returns it. Raises Refused when somebody did so before."""
    task = locked(subject)
    if task.done_at:
        day = timezone.localdate(task.done_at)
        raise Refused(f"This was done on {day.day} {day:%B %Y}. There is nothing left to do.")
    task.done_at, task.outcome = at, outcome.strip()
    task.save(update_fields=["done_at", "outcome"])
    return task


@command(allow=Permission.ALLOCATE_CASE, sees_everything=WHOSEVER)
def hand_over(actor: Actor, subject: Record, *, owner: User | None, team: Team | None, at: datetime) -> None:
    """Give whatever is still open about this record to another person or team, with the record's scope as it is now."""
    about, scope = _kind_of(subject), subject.scope
    new = {"owner": owner, "team": team, "scope_keys": sorted(scope.keys), "restricted": scope.restricted}
    Task.objects.filter(origin_kind=about, origin_id=subject.pk).open().update(**new)
    Clock.objects.filter(subject_kind=about, subject_id=subject.pk).running().update(**new)
