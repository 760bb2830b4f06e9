"""The worklist: what a person is to do, soonest first."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.tasks.models import Clock, Task

LONGEST = 200


@dataclass(frozen=True)
class Item:
    """One line of a worklist. `what` is `task` or `clock`; `about_kind`, `about_id` and `ref` name the record it is about."""

    what: str
    id: uuid.UUID
    kind: str
    title: str
    about_kind: str
    about_id: uuid.UUID
    ref: str
    family_id: uuid.UUID | None
    due_on: date
    due_at: datetime | None
    is_mine: bool
    days_late: int

    @property
    def is_overdue(self) -> bool:
        return self.days_late > 0


def worklist(actor: Actor, at: datetime, *, limit: int = LONGEST) -> list[Item]:
    """Her open tasks and running clocks, and those of her teams that nobody has taken, soonest first. Two queries.

    A missed clock stands there as the task that it raised.
    """
    teams = [key.removeprefix("team:") for key in actor.keys(Permission.VIEW_FAMILY) if key.startswith("team:")]
    mine = Q(owner_id=actor.id) | Q(owner_id=None, team_id__in=teams)
    tasks = Task.objects.visible_to(actor).open().filter(mine).order_by("due_on", "title")
    clocks = Clock.objects.visible_to(actor).running().filter(mine, missed_noted_at=None).order_by("due_at", "title")
    rows = [*_task_lines(tasks[:limit]), *_clock_lines(clocks[:limit])]
    # A clock of the day comes before the day's tasks, which have no hour.
    rows.sort(key=lambda row: (row[8], row[9] is None, row[9] or at, row[3]))
    return _items(rows[:limit], actor, at)


def overdue(actor: Actor, at: datetime, *, kind: str = "", limit: int = LONGEST) -> list[Item]:
    """Open tasks past their day that she may meet, whoever owns them, the longest overdue first. One query."""
    late = Task.objects.visible_to(actor).open().filter(due_on__lt=timezone.localdate(at))
    if kind:
        late = late.filter(kind=kind)
    return _items(_task_lines(late.order_by("due_on", "title")[:limit]), actor, at)


_Line = tuple[Any, ...]  # as `_item` takes it apart


def _task_lines(tasks: QuerySet[Any]) -> list[_Line]:
    columns = ("id", "kind", "title", "origin_kind", "origin_id", "origin_ref", "family_id", "due_on", "owner_id")
    return [("task", *row[:8], None, row[8]) for row in tasks.values_list(*columns)]


def _clock_lines(clocks: QuerySet[Any]) -> list[_Line]:
    columns = ("id", "key", "title", "subject_kind", "subject_id", "subject_ref", "family_id", "due_at", "owner_id")
    rows = clocks.values_list(*columns)
    return [("clock", *row[:7], timezone.localdate(row[7]), row[7], row[8]) for row in rows]


def _items(rows: Iterable[_Line], actor: Actor, at: datetime) -> list[Item]:
    today = timezone.localdate(at)
    return [_item(row, actor, today) for row in rows]


def _item(row: _Line, actor: Actor, today: date) -> Item:
    what, pk, kind, title, about_kind, about_id, ref, family_id, due_on, due_at, owner_id = row
    is_mine, days_late = owner_id == actor.id, max(0, (today - due_on).days)
    return Item(what, pk, kind, title, about_kind, about_id, ref, family_id, due_on, due_at, is_mine, days_late)
