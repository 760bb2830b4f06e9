"""The worklist: what a person is to do, soonest first."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, TruncDate
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


_COLUMNS = (
    "what",
    "id",
    "kind_",
    "title",
    "about_kind",
    "about_id",
    "ref",
    "family_id",
    "due_day",
    "due_time",
    "owner_id",
)


def worklist(actor: Actor, at: datetime, *, limit: int = LONGEST) -> list[Item]:
    """Her open tasks and running clocks, and those of her teams that nobody has taken, soonest first. One query.

    A missed clock stands there as the task that it raised.
    """
    teams = [key.removeprefix("team:") for key in actor.keys(Permission.VIEW_FAMILY) if key.startswith("team:")]
    mine = Q(owner_id=actor.id) | Q(owner_id=None, team_id__in=teams)
    tasks = _task_lines(Task.objects.visible_to(actor).open().filter(mine))
    clocks = _clock_lines(Clock.objects.visible_to(actor).running().filter(mine, missed_noted_at=None))
    rows = tasks.union(clocks, all=True).order_by("due_day", "due_time", "title")[:limit]
    return _items(rows, actor, at)


def overdue(actor: Actor, at: datetime, *, kind: str = "", limit: int = LONGEST) -> list[Item]:
    """Open tasks past their day that she may meet, whoever owns them, the longest overdue first. One query."""
    late = Task.objects.visible_to(actor).open().filter(due_on__lt=timezone.localdate(at))
    if kind:
        late = late.filter(kind=kind)
    return _items(_task_lines(late).order_by("due_day", "title")[:limit], actor, at)


def _task_lines(tasks: QuerySet[Any]) -> QuerySet[Any, Any]:
    return tasks.annotate(
        what=Value("task"),
        kind_=Cast("kind", CharField()),
        about_kind=F("origin_kind"),
        about_id=F("origin_id"),
        ref=F("origin_ref"),
        due_day=F("due_on"),
        due_time=Value(None, output_field=DateTimeField(null=True)),
    ).values_list(*_COLUMNS)


def _clock_lines(clocks: QuerySet[Any]) -> QuerySet[Clock]:
    return clocks.annotate(
        what=Value("clock"),
        kind_=Cast("key", CharField()),
        about_kind=F("subject_kind"),
        about_id=F("subject_id"),
        ref=F("subject_ref"),
        due_day=TruncDate("due_at"),
        due_time=F("due_at"),
    ).values_list(*_COLUMNS)


def _items(rows: Iterable[tuple[Any, ...]], actor: Actor, at: datetime) -> list[Item]:
    today = timezone.localdate(at)
    return [_item(row, actor, today) for row in rows]


def _item(row: tuple[Any, ...], actor: Actor, today: date) -> Item:
    what, pk, kind, title, about_kind, about_id, ref, family_id, due_on, due_at, owner_id = row
    is_mine, days_late = owner_id == actor.id, max(0, (today - due_on).days)
    return Item(what, pk, kind, title, about_kind, about_id, ref, family_id, due_on, due_at, is_mine, days_late)
