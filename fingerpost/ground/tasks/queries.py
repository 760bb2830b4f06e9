"""The worklist: what a person is to do, soonest first."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.permissions import Permission
from fingerpost.ground.access.scope import visible_in_sql
from fingerpost.ground.tasks.models import Task

LONGEST = 200


@dataclass(frozen=True)
class Item:
    """One line of a worklist. `what` is `task` or `clock`; `about_kind`, `about_id` and `ref` name the record it is about.

    `of` says in words whom or what that record is about, where its reference would tell nobody.
    """

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
    of: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.days_late > 0


# It stands on the page that is opened most. Built by the ORM each time, it cost more than PostgreSQL's answer to it.
_WORKLIST = """
(SELECT 'task', t.id, t.kind, t.title, t.origin_kind, t.origin_id, t.origin_ref, t.family_id,
    t.due_on AS due_day, NULL::timestamptz AS due_time, t.owner_id
 FROM tasks_task t
 WHERE t.done_at IS NULL AND (t.owner_id = %(me)s OR t.owner_id IS NULL AND t.team_id = ANY(%(teams)s::uuid[]))
    AND {of_tasks})
UNION ALL
(SELECT 'clock', c.id, c.key, c.title, c.subject_kind, c.subject_id, c.subject_ref, c.family_id,
    (c.due_at AT TIME ZONE %(zone)s)::date, c.due_at, c.owner_id
 FROM tasks_clock c
 WHERE c.stopped_at IS NULL AND c.missed_noted_at IS NULL
    AND NOT EXISTS (
        SELECT FROM tasks_task r WHERE r.clock_id = c.id AND r.done_at IS NULL AND r.owner_id IS NOT DISTINCT FROM c.owner_id)
    AND (c.owner_id = %(me)s OR c.owner_id IS NULL AND c.team_id = ANY(%(teams)s::uuid[])) AND {of_clocks})
ORDER BY due_day, due_time, title LIMIT %(limit)s
"""


def worklist(actor: Actor, at: datetime, *, limit: int = LONGEST) -> list[Item]:
    """Their open tasks and running clocks, and those of their teams that nobody has taken, soonest first. One query.

    A missed clock stands there as the task that it raised, and one of which its owner was reminded as the reminder.
    """
    teams = [key.removeprefix("team:") for key in actor.keys(Permission.VIEW_FAMILY) if key.startswith("team:")]
    of_tasks, keys = visible_in_sql(actor, "t")
    of_clocks, _ = visible_in_sql(actor, "c")
    asked = {"me": actor.id, "teams": teams, "zone": timezone.get_current_timezone_name(), "limit": limit, **keys}
    with connection.cursor() as cursor:
        cursor.execute(_WORKLIST.format(of_tasks=of_tasks, of_clocks=of_clocks), asked)
        return _items(cursor.fetchall(), actor, at)


@dataclass(frozen=True)
class Late:
    """Something past its day, once for however many people are to do it: `who` names them."""

    item: Item
    who: tuple[str, ...]


def late_by_record(actor: Actor, at: datetime, *, limit: int = LONGEST) -> list[Late]:
    """Open tasks past their day that the actor may meet, each thing to do once, the longest overdue first. One query."""
    late = Task.objects.visible_to(actor).open().filter(due_on__lt=timezone.localdate(at)).order_by("due_on", "title")
    found: dict[tuple[str, uuid.UUID, str], tuple[Item, list[str]]] = {}
    for *line, owner, team in late.values_list(*_COLUMNS, "owner__name", "team__name")[:limit]:
        item = _item(_as_line(line), actor, timezone.localdate(at))
        _, who = found.setdefault((item.about_kind, item.about_id, item.title), (item, []))
        who.append(owner or (f"Nobody yet in {team}" if team else "Nobody yet"))
    return [Late(item, tuple(sorted(set(who)))) for item, who in found.values()]


_Line = tuple[Any, ...]  # as `_item` takes it apart


_COLUMNS = ("id", "kind", "title", "origin_kind", "origin_id", "origin_ref", "family_id", "due_on", "owner_id")


def _as_line(row: Sequence[Any]) -> _Line:
    """A task's columns as a line of the worklist, which gives a clock's time as well."""
    return ("task", *row[:8], None, row[8])


def _items(rows: Iterable[_Line], actor: Actor, at: datetime) -> list[Item]:
    today = timezone.localdate(at)
    return [_item(row, actor, today) for row in rows]


def _item(row: _Line, actor: Actor, today: date) -> Item:
    what, pk, kind, title, about_kind, about_id, ref, family_id, due_on, due_at, owner_id = row
    is_mine, days_late = owner_id == actor.id, max(0, (today - due_on).days)
    return Item(what, pk, kind, title, about_kind, about_id, ref, family_id, due_on, due_at, is_mine, days_late)
